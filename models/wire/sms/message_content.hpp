#pragma once
// The simulator's messages as content of short messages: as long as wire::encoded_octets() says.
//   kind 1: bits 0 to 4 the MessageKind, and 24 to 26 (which go by no SMS) set_credit, read_credit
//           and credit; bit 7: numbered; bit 6: names a meter
//   [number 4]   if numbered: Message::sequence, of what is not 0 and always of received,
//   keep_alive [meter 4]    if it names one: what goes between a concentrator and the head-end;
//   else the
//                envelope's code says which meter is meant
//   command 8    of all but alarm, registered, assign
//   then         read_profile, read_events, read_load: first 4, count 2
//                profile, registers, events, load, balance: when it was answered 8, the payload
//                set_parameter, set_credit, firmware_order, gaps, firmware_report: the payload
//                firmware_block, read_gaps: block 4, count 2, the payload
//                set_relay: 0 or 1, one octet, and of one to open that is limited the time 8
//                acknowledgement, set_result: 0 or 1, and a time 8; credit: then the payload, too
//                alarm: AlarmKind 1, a time 8, and of an imbalance its share 4
//                clock, set_clock: a time 8; registered, assign: value 4, count 4
// Fixed fields with the high octet first, times as nanoseconds since the scenario's start: what a
// receiver does must not depend on how a message was carried. Payloads are those of wire's blocks.
// Not carried: id, created, octets, uplink, concentrator (the sender's number says it), and what
// the payload says again (a profile's value and count). Layout: the project's own.
#include "sim/core/message.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::wire::sms {

/// @throws SimulationError for a kind that goes to nobody by SMS, or a value beyond its field
void encode_sms(Message const& message, std::vector<std::byte>& out);

struct DecodedMessage {
    Message message;          ///< meter: none unless the message names it
    bool names_meter = false; ///< so the sender is a concentrator, or it goes to one
    std::string problem;      ///< "octet 3: ...", empty when understood
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// Accepts what encode_sms() writes and nothing else. Payloads are handed on as they are: their
/// decoders check them.
[[nodiscard]] DecodedMessage decode_sms(std::span<std::byte const> octets);

/// Sets all that the content tells of a message whose kind and concentrator are set; of a
/// concentrator's the meter, too. @return whether the kind agrees; else nothing is set
[[nodiscard]] bool tell(DecodedMessage&& decoded, Message& message);

} // namespace gridtwin::wire::sms
