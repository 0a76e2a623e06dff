#pragma once
// What an envelope asks of a cipher: authenticated encryption with a 12-octet tag.
#include <cstddef>
#include <memory>
#include <span>

namespace gridtwin::wire::sms {

inline constexpr std::size_t kKeyOctets = 16;
inline constexpr std::size_t kIvOctets = 12;
inline constexpr std::size_t kTagOctets = 12;

class Aead {
  public:
    virtual ~Aead() = default;
    /// @param iv     never twice with one key
    /// @param cipher as long as `plain`
    virtual void seal(std::span<std::byte const, kIvOctets> iv, std::span<std::byte const> aad,
                      std::span<std::byte const> plain, std::span<std::byte> cipher,
                      std::span<std::byte, kTagOctets> tag) = 0;
    /// @param plain as long as `cipher`; worthless unless true is returned
    [[nodiscard]] virtual bool open(std::span<std::byte const, kIvOctets> iv,
                                    std::span<std::byte const> aad,
                                    std::span<std::byte const> cipher,
                                    std::span<std::byte const, kTagOctets> tag,
                                    std::span<std::byte> plain) = 0;
};

/// AES-128-GCM (NIST SP 800-38D) with tags of 96 bits, by OpenSSL.
[[nodiscard]] std::unique_ptr<Aead> make_aes_gcm(std::span<std::byte const, kKeyOctets> key);

} // namespace gridtwin::wire::sms
