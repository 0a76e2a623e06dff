#pragma once
// The prepayment commands of an SMS meter and what it says to them, a few octets each:
//   version 1 (0x21) | code 1 | body                                    to the meter
//   version 1 (0x21) | code 1 | counter of the command answered 4 | body  from it; 0: unasked
// Fixed fields with the high octet first, times as in message_content.hpp, money in cents, signed.
// Bit 5 of the first octet tells the version from a message's kind. Layout: the project's own.
//
// to the meter               body                          from the meter        body
// 0x01 balance query                                       0x81 done             code 1, time 8
// 0x02 tariff set            tariff 1, price 4, from 8     0x82 refused          code 1, why 1
// 0x03 switch                0 off, 1 on: 1                0x83 balance          cents 8, time 8
// 0x04 limits                W 4, Wh 4                     0x84 reading          see Reading, 33
// 0x05 top-up                token 8, cents 8              0x85 profile          a profile block
// 0x06 read registers                                      0x86 clock            time 8
// 0x07 read profile          first 4, count 2              0x87 warning          what 1, cents 8
// 0x08 read clock                                          0x88 alarm            AlarmKind 1, time
// 8 0x09 set clock             time 8                        0x89 unknown command  code 1
#include "models/wire/profile_block.hpp"
#include "models/wire/sms/freshness.hpp"
#include "sim/core/message.hpp"
#include "sim/core/money.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace gridtwin::wire::sms {

inline constexpr std::uint8_t kCommandVersion = 0x21;
inline constexpr std::size_t kAnswerHeadOctets = 1 + 1 + 4; ///< before an answer's body

struct BalanceQuery {
    friend bool operator==(BalanceQuery const&, BalanceQuery const&) = default;
};
struct SetTariff {
    std::uint8_t tariff = 0;              ///< which of the meter's
    std::uint32_t millicents_per_kwh = 0; ///< thousandths of a cent
    SimTime from{};                       ///< by the meter's clock; what is past: at once
    friend bool operator==(SetTariff const&, SetTariff const&) = default;
};
struct Switch {
    bool on = false;
    friend bool operator==(Switch const&, Switch const&) = default;
};
struct SetLimits {
    std::uint32_t power_w = 0;   ///< 0: none
    std::uint32_t energy_wh = 0; ///< of a period; 0: none
    friend bool operator==(SetLimits const&, SetLimits const&) = default;
};
/// A payment.
struct TopUp {
    std::uint64_t token = 0; ///< its number, from 1; executed once (TokenBook)
    Money amount{};          ///< above 0, or the meter refuses it: out_of_range
    friend bool operator==(TopUp const&, TopUp const&) = default;
};
struct ReadRegisters {
    friend bool operator==(ReadRegisters const&, ReadRegisters const&) = default;
};
struct ReadProfile {
    std::uint32_t first = 0; ///< interval
    std::uint16_t count = 0;
    friend bool operator==(ReadProfile const&, ReadProfile const&) = default;
};
struct ReadClock {
    friend bool operator==(ReadClock const&, ReadClock const&) = default;
};
struct SetClock {
    SimTime shown{};
    friend bool operator==(SetClock const&, SetClock const&) = default;
};
/// In the order of their codes, from 1.
using Command = std::variant<BalanceQuery, SetTariff, Switch, SetLimits, TopUp, ReadRegisters,
                             ReadProfile, ReadClock, SetClock>;
[[nodiscard]] std::uint8_t code_of(Command const& command);

enum class CommandRefusal : std::uint8_t {
    no_such_feature,
    out_of_range,
    locked_out,
    contact_stuck,
    token_used,
    busy,
    not_accepted, ///< for its sender, envelope or counter; the command, 0, was not looked at
};
inline constexpr std::size_t kCommandRefusals = 7;

struct Done {
    std::uint8_t code = 0; ///< of the command
    SimTime at{};
    friend bool operator==(Done const&, Done const&) = default;
};
struct Refused {
    std::uint8_t code = 0;
    CommandRefusal why{};
    friend bool operator==(Refused const&, Refused const&) = default;
};
struct Balance {
    Money balance{};
    SimTime at{};
    friend bool operator==(Balance const&, Balance const&) = default;
};
/// time 8, import 8, export 8, cents 8, relay 1
struct Reading {
    SimTime at{}; ///< by the meter's clock
    std::int64_t import_mwh = 0;
    std::int64_t export_mwh = 0;
    Money balance{};
    bool relay_closed = false;
    friend bool operator==(Reading const&, Reading const&) = default;
};
struct Profile {
    ProfileBlock block;
    friend bool operator==(Profile const&, Profile const&) = default;
};
struct ClockShown {
    SimTime shown{};
    friend bool operator==(ClockShown const&, ClockShown const&) = default;
};
enum class WarningKind : std::uint8_t { credit_low, credit_gone, limit_near, limit_exceeded };
inline constexpr std::size_t kWarningKinds = 4;
struct Warning {
    WarningKind kind{};
    Money balance{};
    friend bool operator==(Warning const&, Warning const&) = default;
};
struct Alarm {
    AlarmKind kind{};
    SimTime at{};
    friend bool operator==(Alarm const&, Alarm const&) = default;
};
struct UnknownCommand {
    std::uint8_t code = 0;
    friend bool operator==(UnknownCommand const&, UnknownCommand const&) = default;
};
/// In the order of their codes, from 0x81.
struct Answer {
    std::uint32_t answered = 0; ///< the envelope's counter of the command; 0: unasked
    std::variant<Done, Refused, Balance, Reading, Profile, ClockShown, Warning, Alarm,
                 UnknownCommand>
        what;
    friend bool operator==(Answer const&, Answer const&) = default;
};

/// Append. @throws SimulationError for token 0 and a profile that has no encoding
void encode(Command const& command, std::vector<std::byte>& out);
void encode(Answer const& answer, std::vector<std::byte>& out);

struct DecodedCommand {
    Command command;
    bool unknown = false; ///< the version or the code; then there is a problem, too
    std::string problem;  ///< "octet 1: ...", empty when understood
    [[nodiscard]] bool ok() const { return problem.empty(); }
};
struct DecodedAnswer {
    Answer answer;
    std::string problem;
    [[nodiscard]] bool ok() const { return problem.empty(); }
};
/// Accept exactly what encode() writes.
[[nodiscard]] DecodedCommand decode_command(std::span<std::byte const> octets);
[[nodiscard]] DecodedAnswer decode_answer(std::span<std::byte const> octets);

/// A meter's balance, and the tokens that made it: each counts once, in whatever order they come.
struct TokenBook {
    Money balance{};
    SeenNumbers<kMeterWindow> tokens{};
    friend bool operator==(TokenBook const&, TokenBook const&) = default;
};
/// @return whether the token was new and its amount booked; one that is 64 or more below the
///         greatest is not, for nobody knows
[[nodiscard]] bool book(TokenBook& book, TopUp const& top_up);

} // namespace gridtwin::wire::sms
