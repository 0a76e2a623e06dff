#include "models/wire/sms/meter_code.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::wire::sms {
namespace {

/// Of the number that the text's digits write.
unsigned modulo_97(std::string_view digits) {
    unsigned rest = 0;
    for (char const digit : digits) {
        rest = (rest * 10 + static_cast<unsigned>(digit - '0')) % 97;
    }
    return rest;
}

MeterCode packed(std::string_view digits) {
    MeterCode code;
    for (std::size_t i = 0; i < kMeterCodeOctets; ++i) {
        code.bcd[i] =
            static_cast<std::byte>((digits[2 * i] - '0') << 4 | (digits[2 * i + 1] - '0'));
    }
    return code;
}

} // namespace

MeterCode make_meter_code(MeterCodeParts const& parts) {
    if (parts.manufacturer > 9999 || parts.year > 9999 || parts.serial > 9'999'999'999) {
        throw SimulationError(fmt::format(
            "no meter code of manufacturer {}, year {}, serial {}: 4, 4 and 10 digits are there",
            parts.manufacturer, parts.year, parts.serial));
    }
    auto const digits =
        fmt::format("{:04}{:04}{:010}", parts.manufacturer, parts.year, parts.serial);
    unsigned const check = 98 - modulo_97(digits + "00");
    return packed(digits + fmt::format("{:02}", check));
}

MeterCode code_of(MeterId meter) {
    return make_meter_code(
        {.manufacturer = 1, .year = 2026, .serial = std::uint64_t{index(meter)} + 1});
}
MeterCode code_of(ConcentratorId concentrator) {
    return make_meter_code(
        {.manufacturer = 2, .year = 2026, .serial = std::uint64_t{index(concentrator)} + 1});
}

bool has_valid_check(MeterCode const& code) {
    return modulo_97(to_text(code)) == 1;
}

ParsedMeterCode parse_meter_code(std::string_view text) {
    ParsedMeterCode parsed;
    auto const other = std::find_if(text.begin(), text.end(),
                                    [](char letter) { return letter < '0' || letter > '9'; });
    if (other != text.end()) {
        parsed.problem = fmt::format("meter code '{}': character {} is no digit", text,
                                     other - text.begin() + 1);
    } else if (text.size() != kMeterCodeDigits) {
        parsed.problem = fmt::format("meter code '{}': {} digits, expected {}", text, text.size(),
                                     kMeterCodeDigits);
    } else {
        parsed.code = packed(text);
    }
    return parsed;
}

std::string to_text(MeterCode const& code) {
    std::string text;
    text.reserve(kMeterCodeDigits);
    for (auto const octet : code.bcd) {
        auto const value = std::to_integer<unsigned>(octet);
        text += static_cast<char>('0' + (value >> 4));
        text += static_cast<char>('0' + (value & 0xFU));
    }
    return text;
}

std::optional<MeterCode> meter_code_of(std::span<std::byte const, kMeterCodeOctets> bcd) {
    MeterCode code;
    for (std::size_t i = 0; i < kMeterCodeOctets; ++i) {
        auto const value = std::to_integer<unsigned>(bcd[i]);
        if (value >> 4 > 9 || (value & 0xFU) > 9) {
            return std::nullopt;
        }
        code.bcd[i] = bcd[i];
    }
    return code;
}

} // namespace gridtwin::wire::sms
