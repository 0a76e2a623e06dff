#pragma once
// Octets as hexadecimal digits, two each.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin {

enum class HexDigits : std::uint8_t { upper, lower };

[[nodiscard]] std::string to_hex(std::span<std::byte const> octets,
                                 HexDigits digits = HexDigits::upper);
/// Digits of either case; nothing for what is not two of them an octet.
[[nodiscard]] std::optional<std::vector<std::byte>> from_hex(std::string_view text);

} // namespace gridtwin
