#include "sim/results/sha256.hpp"

#include "sim/core/diagnostics.hpp"

#include <openssl/evp.h>

namespace gridtwin::results {

Sha256::Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    if (context_ == nullptr || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) {
        throw SimulationError("OpenSSL has no SHA-256");
    }
}

void Sha256::add(std::span<std::byte const> octets) {
    if (EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) != 1) {
        throw SimulationError("OpenSSL failed at SHA-256");
    }
}

Sha256Digest Sha256::finish() {
    Sha256Digest digest{};
    unsigned size = 0;
    auto* out = reinterpret_cast<unsigned char*>(digest.data());
    if (EVP_DigestFinal_ex(context_.get(), out, &size) != 1 || size != digest.size()) {
        throw SimulationError("OpenSSL failed at SHA-256");
    }
    return digest;
}

Sha256Digest sha256(std::string_view text) {
    Sha256 hash;
    hash.add(std::as_bytes(std::span(text)));
    return hash.finish();
}

} // namespace gridtwin::results
