#include "models/wire/cipher/aes_gcm.hpp"

#include "sim/core/diagnostics.hpp"

#include <climits>
#include <openssl/evp.h>

#include <algorithm>

namespace gridtwin::wire {
namespace {

unsigned char const* raw(std::span<std::byte const> octets) {
    return reinterpret_cast<unsigned char const*>(octets.data());
}
unsigned char* raw(std::span<std::byte> octets) {
    return reinterpret_cast<unsigned char*>(octets.data());
}

int length(std::span<std::byte const> octets) {
    if (octets.size() > INT_MAX) {
        throw SimulationError("AES-GCM: more octets than a message can have");
    }
    return static_cast<int>(octets.size());
}

void need(bool done, char const* what) {
    if (!done) {
        throw SimulationError(std::string("AES-GCM: OpenSSL does not ") + what);
    }
}

} // namespace

void AesGcm::Free::operator()(evp_cipher_ctx_st* context) const {
    EVP_CIPHER_CTX_free(context);
}

AesGcm::AesGcm() : context_(EVP_CIPHER_CTX_new()) {
    need(context_ != nullptr, "give a context");
    // The 12 octets of suite 0 are GCM's own length of an initialization vector.
    need(EVP_EncryptInit_ex2(context_.get(), EVP_aes_128_gcm(), nullptr, nullptr, nullptr) == 1,
         "know AES-128-GCM");
}
AesGcm::~AesGcm() = default;
AesGcm::AesGcm(AesGcm&&) noexcept = default;
AesGcm& AesGcm::operator=(AesGcm&&) noexcept = default;

void AesGcm::set_key(AesKey const& key) {
    if (keyed_ && key == key_) {
        return;
    }
    need(EVP_EncryptInit_ex2(context_.get(), nullptr, raw(std::span(key)), nullptr, nullptr) == 1,
         "take the key");
    key_ = key;
    keyed_ = true;
}

void AesGcm::begin(GcmIv const& iv, bool encrypts) {
    if (!keyed_) {
        throw SimulationError("AES-GCM: no key");
    }
    need(EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, raw(std::span(iv)), encrypts ? 1 : 0,
                            nullptr) == 1,
         "take the initialization vector");
}

void AesGcm::feed(GcmAad aad) {
    int done = 0;
    for (auto const& piece : aad) {
        need(EVP_CipherUpdate(context_.get(), nullptr, &done, raw(piece), length(piece)) == 1,
             "take authenticated data");
    }
}

void AesGcm::run(std::span<std::byte const> in, std::span<std::byte> out) {
    if (in.size() != out.size()) {
        throw SimulationError("AES-GCM: plaintext and ciphertext are of different lengths");
    }
    int done = 0;
    need(in.empty() || EVP_CipherUpdate(context_.get(), raw(out), &done, raw(in), length(in)) == 1,
         "take the text");
}

GcmTag AesGcm::seal(GcmIv const& iv, GcmAad aad, std::span<std::byte const> plain,
                    std::span<std::byte> cipher) {
    begin(iv, true);
    feed(aad);
    run(plain, cipher);
    unsigned char rest[16];
    int done = 0;
    GcmTag tag{};
    need(EVP_CipherFinal_ex(context_.get(), rest, &done) == 1 &&
             EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, int{tag.size()},
                                 tag.data()) == 1,
         "give a tag");
    return tag;
}

bool AesGcm::open(GcmIv const& iv, GcmAad aad, std::span<std::byte const> cipher, GcmTag const& tag,
                  std::span<std::byte> plain) {
    begin(iv, false);
    feed(aad);
    run(cipher, plain);
    GcmTag expected = tag; // OpenSSL's call takes it as its own to change
    need(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, int{expected.size()},
                             expected.data()) == 1,
         "take a tag");
    unsigned char rest[16];
    int done = 0;
    if (EVP_CipherFinal_ex(context_.get(), rest, &done) == 1) {
        return true;
    }
    std::fill(plain.begin(), plain.end(), std::byte{0});
    return false;
}

void AesGcm::decrypt(GcmIv const& iv, std::span<std::byte const> cipher,
                     std::span<std::byte> plain) {
    begin(iv, false);
    run(cipher, plain);
}

} // namespace gridtwin::wire
