#pragma once
// What texts may hold that a message has a field of its own for: numbers, names, passwords.
#include "models/wire/sms/envelope.hpp"
#include "sim/scenario/section.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gridtwin::scenario {

enum class Characters : std::uint8_t {
    digits,
    printable, ///< ASCII, without blanks
};

struct TextRule {
    Characters of{};
    std::size_t least = 0;
    std::size_t most = 0;
};

/// Of a subscriber, a gateway or a sender.
inline constexpr TextRule kNumber{Characters::digits, 1, wire::sms::kMostNumberDigits};

/// Reports a text of the file that is not so, at the value of `key`.
/// @return whether it is so
bool check_text(Section& s, std::string_view key, std::string const& text, TextRule const& rule);

} // namespace gridtwin::scenario
