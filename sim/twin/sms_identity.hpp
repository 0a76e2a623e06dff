#pragma once
// What tells a meter with an SMS modem from all others: its number, its code, its key. All are
// functions of its row and the seed. Assumptions: real fleets have lists.
#include "models/wire/cipher/key_derivation.hpp"
#include "models/wire/sms/meter_code.hpp"
#include "sim/core/ids.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gridtwin::twin {

/// Subscriber number: the prefix, then the meter's row in seven digits.
[[nodiscard]] std::string meter_number(std::string_view prefix, MeterId meter);
/// The other way; a plus sign, or 00, before it is passed over.
/// @param meters rows there are
[[nodiscard]] std::optional<MeterId> meter_of_number(std::string_view prefix,
                                                     std::string_view number, std::size_t meters);

/// Of wire::sms::code_of; none for a code of no meter here.
/// @param meters rows there are
[[nodiscard]] std::optional<MeterId> meter_of_code(wire::sms::MeterCode const& code,
                                                   std::size_t meters);

/// Of its short messages, both ways.
[[nodiscard]] wire::AesKey sms_key(Seed seed, MeterId meter);

} // namespace gridtwin::twin
