#pragma once
// What the functions on customers, readings and money share: keys, and what a value must be.
#include "models/cis/database.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gridtwin::cis {

/// The code as the log has it: 15 digits, or what was written where that is no code.
[[nodiscard]] std::string key_of(std::string const& code);
/// For search: ASCII letters small, white space in one blank. Other letters as they are.
[[nodiscard]] std::string folded(std::string_view text);
/// Of whom the meter serves now, or served last; empty: nobody.
[[nodiscard]] std::string served_by(Database& database, std::string const& serial);

[[nodiscard]] inline std::optional<SimTime> instant(std::optional<std::int64_t> at_ns) {
    return at_ns ? std::optional(from_ns(*at_ns)) : std::nullopt;
}

/// @throws InputError
void expect_subscriber(Database& database, std::string const& code);
void expect_not_negative(Database const& database, std::string_view what, std::int64_t value);

} // namespace gridtwin::cis
