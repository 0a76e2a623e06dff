#pragma once
// Messages of the simulator as APDUs of DLMS, and back: what sizes.hpp counts.
//   below a concentrator (encode, decode): get, set and action of the modelled meter's objects
//     (models/wire/dlms/objects.hpp), their responses, a data-notification for an alarm. What no
//     standard has, an object of the manufacturer's has: kDiscoveryName, kParameterName. Calls and
//     hellos, which strangers exchange, are no APDUs: their layout is in discovery.cpp.
//   between a concentrator and the head-end (encode_data, decode_data): a data-notification with
//     the compact form of sms/message_content.hpp.
// An APDU holds what a message tells: value, count, occurred, payload; by data and SMS also its
// command, number and meter. Whom a link connects (meter, concentrator) its addresses say; what the
// books keep (id, kind, created, uplink) is the simulator's own.
#include "models/wire/dlms/obis.hpp"
#include "models/wire/octets.hpp"
#include "sim/core/message.hpp"

#include <string>
#include <vector>

namespace gridtwin::wire::apdu {

/// What both ends know without being told.
struct Context {
    std::int64_t start_unix_s = 0;          ///< of the scenario; times travel in UTC
    SimDuration profile{};                  ///< interval of the billing profile
    SimDuration load{};                     ///< of the meter's second profile; 0: it has none
    std::uint8_t load_channels = 0;         ///< of it, bits as in LoadBlock
    std::uint32_t clock_uncertainty_ms = 0; ///< of a time that is told to all
    std::uint32_t firmware_runs = 64; ///< that a meter's answer to a firmware block tells at most
};

// Objects of the manufacturer's, and the registers as one object. Assumptions.
inline constexpr std::uint16_t kManufacturerClass = 32768; ///< first of the user group's
inline constexpr dlms::Obis kDiscoveryName{0, 0, 128, 1, 0, 255};
inline constexpr dlms::Obis kParameterName{0, 0, 128, 2, 0, 255}; ///< group E: its number
inline constexpr dlms::Obis kRegistersName{1, 0, 98, 1, 0, 255};
// Methods and attributes of the manufacturer's have numbers below 0.

/// Appends.
/// @throws SimulationError for a message that has no APDU: of another kind, with a number that does
/// not fit, with a time finer than a hundredth (told_time.hpp)
void encode(Message const& message, Context const& context, std::vector<std::byte>& out);

/// Sets value, count, occurred and payload of a message whose kind, meter, concentrator and command
/// are set; of those the APDU says nothing or repeats a part, which must agree:
///   a response names no attribute, but its invoke id alone, the low four bits of the command: its
///     receiver knows what it asked, which here is `kind`;
///   a request's command beyond these bits is none of DLMS's, and goes beside the octets, as the
///     simulator's meters keep it to execute an order once.
/// Left 0 is what no receiver uses: occurred of all answers but acknowledgements, alarms and
///   accounts.
/// @return what is wrong, "octet 17: ..." where there is a place; empty when all was understood
[[nodiscard]] std::string decode(std::span<std::byte const> octets, Context const& context,
                                 Message& message);

/// By a concentrator's data session. @throws SimulationError for a kind that goes to no head-end
void encode_data(Message const& message, std::vector<std::byte>& out);
/// Sets also command, sequence and meter; kind and concentrator must be set, and the kind agree.
[[nodiscard]] std::string decode_data(std::span<std::byte const> octets, Message& message);

} // namespace gridtwin::wire::apdu
