#include "models/wire/sms/aead.hpp"

#include "sim/core/diagnostics.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace gridtwin::wire::sms {
namespace {

auto const* octets_of(std::span<std::byte const> octets) {
    return reinterpret_cast<unsigned char const*>(octets.data());
}

class AesGcm final : public Aead {
  public:
    explicit AesGcm(std::span<std::byte const, kKeyOctets> key) : context_(EVP_CIPHER_CTX_new()) {
        need(context_ != nullptr && EVP_CipherInit_ex(context_.get(), EVP_aes_128_gcm(), nullptr,
                                                      octets_of(key), nullptr, 1) == 1);
    }

    void seal(std::span<std::byte const, kIvOctets> iv, std::span<std::byte const> aad,
              std::span<std::byte const> plain, std::span<std::byte> cipher,
              std::span<std::byte, kTagOctets> tag) override {
        run(iv, aad, plain, cipher, true);
        need(EVP_CipherFinal_ex(context_.get(), nullptr, &length_) == 1 &&
             EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kTagOctets, tag.data()) ==
                 1);
    }

    bool open(std::span<std::byte const, kIvOctets> iv, std::span<std::byte const> aad,
              std::span<std::byte const> cipher, std::span<std::byte const, kTagOctets> tag,
              std::span<std::byte> plain) override {
        run(iv, aad, cipher, plain, false);
        std::array<std::byte, kTagOctets> expected{};
        std::copy(tag.begin(), tag.end(), expected.begin());
        need(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kTagOctets,
                                 expected.data()) == 1);
        return EVP_CipherFinal_ex(context_.get(), nullptr, &length_) == 1;
    }

  private:
    static void need(bool good) {
        if (!good) {
            throw SimulationError("AES-128-GCM: the cryptographic library refused to work");
        }
    }

    /// The key's schedule is kept from one message to the next.
    void run(std::span<std::byte const> iv, std::span<std::byte const> aad,
             std::span<std::byte const> in, std::span<std::byte> out, bool encrypt) {
        need(EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr, octets_of(iv),
                               encrypt ? 1 : 0) == 1);
        if (!aad.empty()) {
            need(EVP_CipherUpdate(context_.get(), nullptr, &length_, octets_of(aad),
                                  static_cast<int>(aad.size())) == 1);
        }
        if (!in.empty()) {
            need(EVP_CipherUpdate(context_.get(), reinterpret_cast<unsigned char*>(out.data()),
                                  &length_, octets_of(in), static_cast<int>(in.size())) == 1);
        }
    }

    struct Free {
        void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
    };
    std::unique_ptr<EVP_CIPHER_CTX, Free> context_;
    int length_ = 0;
};

} // namespace

std::unique_ptr<Aead> make_aes_gcm(std::span<std::byte const, kKeyOctets> key) {
    return std::make_unique<AesGcm>(key);
}

} // namespace gridtwin::wire::sms
