#pragma once
// How many octets a message takes on each channel, from the layout of its DLMS/COSEM service.
// The simulator moves the content; these are the lengths the channels are timed and filled with.
#include "sim/core/message.hpp"

#include <cstdint>

namespace gridtwin::wire {

/// What the layouts leave open. Each default is an assumption unless a source stands beside it.
struct SizeSpec {
    bool secured = true;                    ///< suite 0 authenticated encryption on every APDU
    std::uint32_t glo_octets = 19;          ///< service-specific ciphering: tag, length, control,
                                            ///< 4 counter, 12 GCM tag; the length takes 2 octets
                                            ///< from 128 on, 3 from 256
    std::uint32_t general_glo_octets = 28;  ///< with the 8-octet system title: pushes; likewise
    std::uint32_t information_octets = 128; ///< negotiated HDLC information field
    std::uint32_t wrapper_octets = 8;       ///< DLMS TCP/UDP wrapper
    std::uint32_t tcp_ip_octets = 40;       ///< IPv4 and TCP headers without options, a segment
    std::uint32_t segment_octets = 1400;    ///< TCP payload a segment, assumption
    std::uint32_t sms_identity_octets = 10; ///< the meter's 20-digit code as BCD, assumption
    std::uint32_t smpp_octets =
        70; ///< 16-octet header and mandatory fields of submit_sm, assumption
};

/// Application octets of `message` on `channel`, at least 1.
///   plc, rf: DLMS over HDLC with 1-octet addresses, framing included; calls and their answers
///   unsecured, as there is no association between strangers (assumption, after Discover of
///   IEC 61334-4-511)
///   sms: compact binary form; commands, acknowledgements and alarms fit one short message (140),
///        profiles are their payload and may need several (sms_parts)
///   wan: concentrators by DLMS wrapper over TCP/IP, a data-notification with the compact form of
///   sms/message_content.hpp (assumption: no standard has services of concentrators); SMS meters
///   (no concentrator) by SMPP, as what goes between a concentrator and the head-end by SMS
/// What a payload holds is counted by decoding it; a sealed short message is as long as it is, by
/// SMS and by what it is carried to the operator in.
/// @throws SimulationError for a payload that does not decode
[[nodiscard]] std::uint32_t encoded_octets(Message const& message, Channel channel,
                                           SizeSpec const& spec = {});

/// Calls and their answers: no association, no keys.
[[nodiscard]] constexpr bool between_strangers(MessageKind kind) {
    return kind == MessageKind::call || kind == MessageKind::hello;
}
/// Whether the sender's system title goes with it (general-glo-ciphering), as it is outside an
/// association: pushes, a concentrator's first word to a meter, all of a data session.
[[nodiscard]] constexpr bool carries_title(MessageKind kind, Channel channel) {
    return channel == Channel::wan || kind == MessageKind::alarm || kind == MessageKind::enroll;
}

/// Of an image that follows a firmware order by data, behind the wrapper; 0 of other messages.
[[nodiscard]] std::uint32_t image_octets(Message const& message);

/// What a sealed message of so many octets takes on `channel`: on a data session with the image
/// that follows it, and the headers of TCP/IP. @param message before it was sealed
[[nodiscard]] std::uint32_t sealed_octets(std::uint32_t octets, Message const& message,
                                          Channel channel, SizeSpec const& spec);

/// A message to everybody is cut into so many frames at most: who hears it remembers a bit of each.
inline constexpr std::uint32_t kMostBroadcastFrames = 32;

/// Short messages for so many octets: one up to 140, else 134 in each (6-octet header, 8-bit
/// reference; 3GPP TS 23.040).
[[nodiscard]] constexpr std::uint32_t sms_parts(std::uint32_t octets) {
    return octets <= 140 ? 1 : (octets + 133) / 134;
}

/// The APDUs alone, before security and framing (DLMS Green Book, normal services).
[[nodiscard]] std::uint32_t get_request_octets();        ///< one attribute: 13
[[nodiscard]] std::uint32_t get_clock_response_octets(); ///< its time
[[nodiscard]] std::uint32_t set_clock_request_octets();
/// A time with when it is valid, preset and adjusted to (clock_validity.hpp).
[[nodiscard]] std::uint32_t clock_setting_octets();
[[nodiscard]] std::uint32_t action_list_response_octets(std::uint32_t methods); ///< < 128; no data
[[nodiscard]] std::uint32_t get_range_request_octets(); ///< profile with selection by range
/// No rows: one of which only the clock is not null, as the answer says from where it would go on.
[[nodiscard]] std::uint32_t get_profile_response_octets(std::uint32_t rows);
/// A second load profile's rows {clock, status, one 32-bit value a channel}; no rows: likewise, and
/// an empty array where there are no channels.
[[nodiscard]] std::uint32_t get_load_profile_response_octets(std::uint32_t rows,
                                                             std::uint32_t channels);
[[nodiscard]] std::uint32_t action_request_octets(); ///< disconnect control, one integer
/// A method of the manufacturer's: to open unless a time has come.
[[nodiscard]] std::uint32_t limited_relay_request_octets();
[[nodiscard]] std::uint32_t action_response_octets(); ///< result, no data
/// Disconnect control returns {the contact's position, when it was operated}.
[[nodiscard]] std::uint32_t relay_response_octets();
/// A parameter's 64-bit value (a quota of 5 MWh is 5e9 mWh), with the time at which it takes effect
/// if that is later.
[[nodiscard]] std::uint32_t set_request_octets(bool delayed);
[[nodiscard]] std::uint32_t set_response_octets(); ///< result
/// A set of registers with the time, 64 bits each. @param values of all sets
[[nodiscard]] std::uint32_t get_registers_response_octets(std::uint32_t values);
[[nodiscard]] std::uint32_t get_entries_request_octets(); ///< a log, by numbers of its entries
/// A log's rows {number, time, event code, a 32-bit value}; the number is null where it follows
/// from the row before. No events: a row with the number that would come.
[[nodiscard]] std::uint32_t get_events_response_octets(std::uint32_t events);
// What carries a firmware: the methods of image transfer (IC 18), with assumptions. The image's
// identifier is an octet-string of its version (4), octets (4), block size (2) and time to activate
// (4); a meter is asked for its gaps by a method of the manufacturer's, which returns them as an
// octet-string, not for its bit-string of all blocks.
[[nodiscard]] std::uint32_t firmware_block_octets(std::uint32_t block_octets);
[[nodiscard]] std::uint32_t gaps_request_octets();
[[nodiscard]] std::uint32_t gaps_response_octets(std::uint32_t payload_octets);
/// Who is called for, by whom, and what the way costs: {tag, system title, address, 16 bits}.
[[nodiscard]] std::uint32_t call_octets();
[[nodiscard]] std::uint32_t hello_octets(); ///< {tag, system title, 16 bits}
/// Response to an action with {what the caller's own way costs, an array of {system title, 16
/// bits}}.
[[nodiscard]] std::uint32_t found_octets(std::uint32_t meters);
/// An action with {system title, what the way costs}, and its response with a 32-bit number.
[[nodiscard]] std::uint32_t enroll_octets();
[[nodiscard]] std::uint32_t enrolled_octets();
/// A method of the manufacturer's on the credit (IC 112), with {number, difference, payment}.
[[nodiscard]] std::uint32_t credit_request_octets();
/// {number, interval, flags, balance, debt, time} or null, as that method returns it or a get.
[[nodiscard]] std::uint32_t credit_response_octets(bool account, bool asked_by_method);
[[nodiscard]] std::uint32_t notification_octets(); ///< data notification of one event

} // namespace gridtwin::wire
