#pragma once
// SHA-256 (FIPS 180-4) by OpenSSL.
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

struct evp_md_ctx_st;

namespace gridtwin::results {

using Sha256Digest = std::array<std::byte, 32>;

/// Of octets that come piece by piece.
class Sha256 {
  public:
    /// @throws SimulationError, as all here, when OpenSSL refuses
    Sha256();
    void add(std::span<std::byte const> octets);
    [[nodiscard]] Sha256Digest finish(); ///< once; nothing may be added then

  private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

[[nodiscard]] Sha256Digest sha256(std::string_view text);

} // namespace gridtwin::results
