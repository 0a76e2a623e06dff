#include "sim/core/decimal.hpp"

#include <fmt/format.h>

#include <charconv>

namespace gridtwin {

std::optional<std::int64_t> parse_decimal(std::string_view text, unsigned decimals) {
    bool const negative = text.starts_with('-');
    text.remove_prefix(negative || text.starts_with('+') ? 1 : 0);
    auto const point = text.find('.');
    auto const whole = text.substr(0, point);
    auto const part = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    bool const cut = point != std::string_view::npos && part.empty();
    if (whole.empty() || cut || part.size() > decimals ||
        (std::string(whole) + std::string(part)).find_first_not_of("0123456789") !=
            std::string::npos) {
        return std::nullopt;
    }
    auto const digits = (negative ? "-" : "") + std::string(whole) + std::string(part) +
                        std::string(decimals - part.size(), '0');
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? std::optional(value)
                                                                        : std::nullopt;
}

std::string format_decimal(std::int64_t value, unsigned decimals) {
    // of the magnitude, which the lowest number has none of in 64 bits with a sign
    auto const magnitude =
        value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
    auto digits = fmt::format("{:0{}}", magnitude, decimals + 1);
    if (decimals != 0) {
        digits.insert(digits.size() - decimals, 1, '.');
    }
    return (value < 0 ? "-" : "") + digits;
}

} // namespace gridtwin
