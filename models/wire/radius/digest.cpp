#include "models/wire/radius/digest.hpp"

#include "sim/core/diagnostics.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>

namespace gridtwin::wire::radius {
namespace {

/// Fetched once: OpenSSL 3 looks an algorithm up anew with every digest otherwise.
EVP_MD const* algorithm() {
    static std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> const kMd5(
        EVP_MD_fetch(nullptr, "MD5", nullptr), &EVP_MD_free);
    if (kMd5 == nullptr) {
        throw SimulationError("RADIUS: OpenSSL has no MD5");
    }
    return kMd5.get();
}

class Md5 {
  public:
    Md5() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        need(context_ != nullptr && EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) == 1);
    }
    void add(std::span<std::byte const> piece) {
        need(EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) == 1);
    }
    Authenticator finish() {
        Authenticator out;
        need(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(out.data()),
                                nullptr) == 1);
        return out;
    }

  private:
    static void need(bool done) {
        if (!done) {
            throw SimulationError("RADIUS: OpenSSL failed");
        }
    }
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

} // namespace

Authenticator md5(std::initializer_list<std::span<std::byte const>> pieces) {
    Md5 hash;
    for (auto const piece : pieces) {
        hash.add(piece);
    }
    return hash.finish();
}

Authenticator hmac_md5(std::string_view key,
                       std::initializer_list<std::span<std::byte const>> pieces) {
    constexpr std::size_t kBlock = 64;
    std::array<std::byte, kBlock> inner{};
    auto const octets = std::as_bytes(std::span(key));
    if (octets.size() > kBlock) {
        auto const shorter = md5({octets});
        std::copy(shorter.begin(), shorter.end(), inner.begin());
    } else {
        std::copy(octets.begin(), octets.end(), inner.begin());
    }
    auto outer = inner;
    for (std::size_t i = 0; i < kBlock; ++i) {
        inner[i] ^= std::byte{0x36};
        outer[i] ^= std::byte{0x5C};
    }
    Md5 hash;
    hash.add(inner);
    for (auto const piece : pieces) {
        hash.add(piece);
    }
    return md5({outer, hash.finish()});
}

bool same(std::span<std::byte const> a, std::span<std::byte const> b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace gridtwin::wire::radius
