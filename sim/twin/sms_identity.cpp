#include "sim/twin/sms_identity.hpp"

#include <fmt/format.h>

#include <charconv>

namespace gridtwin::twin {
namespace {

constexpr std::size_t kRowDigits = 7;

} // namespace

std::string meter_number(std::string_view prefix, MeterId meter) {
    return fmt::format("{}{:0{}}", prefix, index(meter), kRowDigits);
}

std::optional<MeterId> meter_of_number(std::string_view prefix, std::string_view number,
                                       std::size_t meters) {
    if (number.starts_with('+')) {
        number.remove_prefix(1);
    } else if (number.starts_with("00") && !prefix.starts_with("00")) {
        number.remove_prefix(2);
    }
    if (!number.starts_with(prefix) || number.size() < prefix.size() + kRowDigits) {
        return std::nullopt;
    }
    number.remove_prefix(prefix.size());
    std::uint32_t row = 0;
    auto const* end = number.data() + number.size();
    auto const [rest, failure] = std::from_chars(number.data(), end, row);
    if (failure != std::errc{} || rest != end || row >= meters ||
        meter_number({}, static_cast<MeterId>(row)) != number) {
        return std::nullopt;
    }
    return static_cast<MeterId>(row);
}

std::optional<MeterId> meter_of_code(wire::sms::MeterCode const& code, std::size_t meters) {
    constexpr std::size_t kSerialAt = 8;
    constexpr std::size_t kSerialDigits = 10;
    auto const text = wire::sms::to_text(code);
    std::uint64_t serial = 0;
    auto const* begin = text.data() + kSerialAt;
    std::from_chars(begin, begin + kSerialDigits, serial);
    if (serial == 0 || serial > meters) {
        return std::nullopt;
    }
    auto const meter = static_cast<MeterId>(serial - 1);
    return wire::sms::code_of(meter) == code ? std::optional(meter) : std::nullopt;
}

wire::AesKey sms_key(Seed seed, MeterId meter) {
    return wire::derive_key({}, "SMS", seed, index(meter));
}

} // namespace gridtwin::twin
