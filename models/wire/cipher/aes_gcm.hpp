#pragma once
// AES-128 in Galois/counter mode as suite 0 of DLMS/COSEM uses it: NIST SP 800-38D with a 12-octet
// initialization vector and a tag cut to 12 octets. GMAC is the same without plaintext.
#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>

struct evp_cipher_ctx_st;

namespace gridtwin::wire {

inline constexpr std::size_t kGcmTagOctets = 12;

using AesKey = std::array<std::byte, 16>;
using GcmIv = std::array<std::byte, 12>;
using GcmTag = std::array<std::byte, kGcmTagOctets>;
/// Additional authenticated data, one piece after the other.
using GcmAad = std::initializer_list<std::span<std::byte const>>;

/// One context of OpenSSL, allocated once; setting another key costs a key expansion and no more,
/// so one object serves any number of meters. One thread at a time.
/// Errors: SimulationError where OpenSSL refuses or a length does not fit.
class AesGcm {
  public:
    AesGcm();
    explicit AesGcm(AesKey const& key) : AesGcm() { set_key(key); }
    ~AesGcm();
    AesGcm(AesGcm&&) noexcept;
    AesGcm& operator=(AesGcm&&) noexcept;
    AesGcm(AesGcm const&) = delete;
    AesGcm& operator=(AesGcm const&) = delete;

    /// Nothing is done where this is the key already.
    void set_key(AesKey const& key);

    /// @param cipher as long as `plain`
    GcmTag seal(GcmIv const& iv, GcmAad aad, std::span<std::byte const> plain,
                std::span<std::byte> cipher);
    /// @return whether the tag is right; otherwise `plain` is all zero
    [[nodiscard]] bool open(GcmIv const& iv, GcmAad aad, std::span<std::byte const> cipher,
                            GcmTag const& tag, std::span<std::byte> plain);
    /// Without a tag, so of any octets: encryption only says nothing of who wrote them.
    void decrypt(GcmIv const& iv, std::span<std::byte const> cipher, std::span<std::byte> plain);

  private:
    void begin(GcmIv const& iv, bool encrypts);
    void feed(GcmAad aad);
    void run(std::span<std::byte const> in, std::span<std::byte> out);

    struct Free {
        void operator()(evp_cipher_ctx_st* context) const;
    };
    std::unique_ptr<evp_cipher_ctx_st, Free> context_;
    AesKey key_{};
    bool keyed_ = false;
};

} // namespace gridtwin::wire
