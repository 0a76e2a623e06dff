#pragma once
// A meter's own code: 20 digits, unique, its address in short messages.
#include "sim/core/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gridtwin::wire::sms {

inline constexpr std::size_t kMeterCodeOctets = 10;
inline constexpr std::size_t kMeterCodeDigits = 20;

/// Packed decimal digits, the first in the high half of the first octet.
struct MeterCode {
    std::array<std::byte, kMeterCodeOctets> bcd{};

    friend bool operator==(MeterCode const&, MeterCode const&) = default;
    friend auto operator<=>(MeterCode const&, MeterCode const&) = default;
};

struct ParsedMeterCode {
    MeterCode code;
    std::string problem; ///< empty when it is a code
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// How this utility's codes are made. Assumption: the source says only that they are unique and
/// have 20 digits.
struct MeterCodeParts {
    std::uint16_t manufacturer = 0; ///< 0 to 9999
    std::uint16_t year = 0;         ///< 0 to 9999
    std::uint64_t serial = 0;       ///< below 10^10
};

/// Manufacturer 4, year 4, serial 10, then two check digits of ISO 7064 MOD 97-10, which find every
/// wrong digit and every two that are swapped.
/// @throws SimulationError for a part that does not fit
[[nodiscard]] MeterCode make_meter_code(MeterCodeParts const& parts);
/// Of what is simulated: made in 2026, by manufacturer 1 (meters) and 2 (concentrators' modems);
/// the serial number is the row and one. Assumption: real fleets have lists.
[[nodiscard]] MeterCode code_of(MeterId meter);
[[nodiscard]] MeterCode code_of(ConcentratorId concentrator);
[[nodiscard]] bool has_valid_check(MeterCode const& code);

/// 20 digits and nothing else; the check digits are not looked at, for codes may be others' making.
[[nodiscard]] ParsedMeterCode parse_meter_code(std::string_view text);
[[nodiscard]] std::string to_text(MeterCode const& code);
/// None if a half of an octet is no digit.
[[nodiscard]] std::optional<MeterCode>
meter_code_of(std::span<std::byte const, kMeterCodeOctets> bcd);

} // namespace gridtwin::wire::sms
