#pragma once
// Decimal text as whole numbers of its last place: money and prices, exact.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gridtwin {

/// "12.5" with two decimals is 1250. Nothing for what is no such number: other characters, more
/// decimals, no digit before or behind the point, or beyond 64 bits. A sign may stand before it.
[[nodiscard]] std::optional<std::int64_t> parse_decimal(std::string_view text, unsigned decimals);

/// With all its decimals: 1250 with two is "12.50".
[[nodiscard]] std::string format_decimal(std::int64_t value, unsigned decimals);

} // namespace gridtwin
