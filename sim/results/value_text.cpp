#include "sim/results/value_text.hpp"

#include "sim/results/kpi.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>

namespace gridtwin::results {
namespace {

std::string number_text(double value, int digits) {
    if (std::isnan(value)) {
        return "-";
    }
    constexpr double kExact = 1e15;
    if (value != std::floor(value) || std::abs(value) >= kExact) {
        return fmt::format("{:.{}g}", value, digits);
    }
    auto text = fmt::format("{}", static_cast<std::int64_t>(std::abs(value)));
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
        text.insert(static_cast<std::size_t>(at), ",");
    }
    return value < 0.0 ? "-" + text : text;
}

bool takes_prefix(std::string_view unit) {
    static constexpr std::array<std::string_view, 7> kUnits{"W",   "var",  "VA",   "Wh",
                                                            "VAh", "varh", "bit/s"};
    for (auto const u : kUnits) {
        if (u == unit) {
            return true;
        }
    }
    return false;
}

} // namespace

ValueText value_text(double value, std::string_view unit, int digits) {
    auto const size = std::abs(value);
    if (unit == kFractionUnit) {
        // The product carries a rounding error that 15 digits do not show.
        return {std::isnan(value) ? "-"
                                  : fmt::format("{:.{}g}", value * 100.0, std::min(digits, 15)),
                "%"};
    }
    if (takes_prefix(unit)) {
        auto const* prefix = size < 1e3 ? "" : size < 1e6 ? "k" : size < 1e9 ? "M" : "G";
        auto const scale = size < 1e3 ? 1.0 : size < 1e6 ? 1e3 : size < 1e9 ? 1e6 : 1e9;
        return {number_text(value / scale, digits), prefix + std::string(unit)};
    }
    if (unit == "s" && size < 1.0 && size > 0.0) {
        return {number_text(value * 1e3, digits), "ms"};
    }
    if (unit == "s" && size >= 7200.0) {
        return {number_text(value / 3600.0, digits), "h"};
    }
    return {number_text(value, digits), std::string(unit)};
}

std::size_t text_width(std::string_view text) {
    std::size_t width = 0;
    for (auto const c : text) {
        width += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    }
    return width;
}

std::string_view first_columns(std::string_view text, std::size_t width) {
    std::size_t at = 0;
    for (std::size_t columns = 0; at < text.size(); ++at) {
        columns += (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U ? 1 : 0;
        if (columns > width) {
            break;
        }
    }
    return text.substr(0, at);
}

} // namespace gridtwin::results
