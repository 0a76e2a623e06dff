#include "models/wire/cipher/key_derivation.hpp"

#include "models/wire/octets.hpp"
#include "sim/core/diagnostics.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

namespace gridtwin::wire {
namespace {

using MacContext = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

/// AES-128-CMAC (NIST SP 800-38B).
AesKey cmac(AesKey const& key, std::span<std::byte const> octets) {
    std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> const method(
        EVP_MAC_fetch(nullptr, "CMAC", nullptr), &EVP_MAC_free);
    MacContext const context(method ? EVP_MAC_CTX_new(method.get()) : nullptr, &EVP_MAC_CTX_free);
    char cipher[] = "AES-128-CBC";
    OSSL_PARAM const parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher, 0),
        OSSL_PARAM_construct_end()};
    AesKey mac{};
    std::size_t length = 0;
    if (!context ||
        EVP_MAC_init(context.get(), reinterpret_cast<unsigned char const*>(key.data()), key.size(),
                     parameters) != 1 ||
        EVP_MAC_update(context.get(), reinterpret_cast<unsigned char const*>(octets.data()),
                       octets.size()) != 1 ||
        EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(mac.data()), &length,
                      mac.size()) != 1) {
        throw SimulationError("key derivation: OpenSSL has no AES-128-CMAC");
    }
    return mac;
}

} // namespace

AesKey kdf_cmac(AesKey const& key, std::span<std::byte const> fixed_input) {
    std::vector<std::byte> input;
    put_uint32(1, input);
    put_octets(fixed_input, input);
    return cmac(key, input);
}

AesKey derive_key(AesKey const& master, std::string_view label, Seed seed, std::uint64_t id) {
    std::vector<std::byte> input;
    put_octets(std::as_bytes(std::span(label)), input);
    put_octet(0, input);
    put_uint64(seed.value, input);
    put_uint64(id, input);
    put_uint32(8 * static_cast<std::uint32_t>(sizeof(AesKey)), input);
    return kdf_cmac(master, input);
}

} // namespace gridtwin::wire
