#pragma once
// A subscriber's code, as the source material writes it: 01 06 002 0026 0012.
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire::sms {

/// 2 + 2 + 3 + 4 + 4 = 15 digits. Ordered as written: by region, then settlement, and so on.
struct SubscriberCode {
    std::uint8_t region = 0;     ///< 1 to 99
    std::uint8_t settlement = 0; ///< to 99; 0: none
    std::uint16_t street = 0;    ///< to 999
    std::uint16_t building = 0;  ///< to 9999
    std::uint16_t apartment = 0; ///< to 9999; 0 for a house of one household, assumption

    friend bool operator==(SubscriberCode const&, SubscriberCode const&) = default;
    friend auto operator<=>(SubscriberCode const&, SubscriberCode const&) = default;
};

struct ParsedSubscriberCode {
    SubscriberCode code;
    std::vector<std::string> problems; ///< all of them, each with its field's name; none: a code
    [[nodiscard]] bool ok() const { return problems.empty(); }
};

/// 15 digits in a row, or the five fields in full width with one space or one hyphen between each,
/// the same everywhere.
[[nodiscard]] ParsedSubscriberCode parse_subscriber_code(std::string_view text);

/// What is out of range, field by field; empty for a code.
[[nodiscard]] std::vector<std::string> problems_of(SubscriberCode const& code);

/// @param separator between the fields: "", " " or "-"
/// @throws SimulationError for what problems_of() names
[[nodiscard]] std::string to_text(SubscriberCode const& code, std::string_view separator = "");

} // namespace gridtwin::wire::sms
