#pragma once
// What travels between the layers: plain data, and the books that are kept about it.
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gridtwin {

/// A medium that carries messages; each keeps books of its own.
enum class Channel : std::uint8_t { plc, sms, wan, rf };
inline constexpr std::size_t kChannels = 4;

enum class MessageKind : std::uint8_t {
    read_profile, ///< down: send intervals [value, value + count)
    profile,      ///< up: payload holds one or more profile blocks (models/wire/profile_block.hpp)
    set_relay,    ///< down: value 0 opens, 1 closes; one that opens is not obeyed from when the
                  ///< meter's clock shows `occurred`, hundredths (kStart: whenever it comes)
    acknowledgement, ///< up: command done; value as in the command, occurred = when it was executed
    alarm,           ///< up: value is an AlarmKind, occurred = when it happened
    read_clock,      ///< down: what does your clock show
    clock,           ///< up: value = what it showed when it was asked, ns since start
    set_clock,       ///< down: value = what the clock shall show on arrival, ns; clock_validity.hpp
    set_result,      ///< up: of a set_; value 1: done, 0: refused; occurred = when; count: methods
    set_parameter,   ///< down: payload holds a parameter setting (models/wire/meter_data.hpp)
    read_registers,  ///< down
    registers,       ///< up: payload holds register blocks (likewise, as the next ones)
    read_events,     ///< down: send entries [value, value + count) of your log
    events,          ///< up: event blocks
    read_load,       ///< down: send intervals [value, value + count) of your second profile
    load,            ///< up: load blocks
    balance,  ///< up: a concentrator's; payload holds balance rows (models/wire/balance_block.hpp)
    received, ///< down: the head-end has the concentrator's message numbered `sequence`
    keep_alive,     ///< up: are you there
    firmware_order, ///< down to a concentrator: payload holds an image (models/wire/firmware.hpp)
    firmware_block, ///< down: block `value` of the image of the payload; asks for gaps, too, if
                    ///< it goes to one meter
    read_gaps, ///< down: which blocks of the image of the payload do you lack, from `value` on,
               ///< at most `count` runs
    gaps,      ///< up: payload holds them
    firmware_report, ///< up: a concentrator's; payload holds how far it has come
    call,  ///< to all in one hop: who hears `meter` (none: the concentrator itself) on its way
           ///< to `concentrator`; value = what that way costs it, thousandths of transmissions
    hello, ///< to whoever called: I do; value = what the way between the two costs
    ask_to_call, ///< down: call, and tell who answered
    found,       ///< up: payload holds who did (models/wire/found_block.hpp); value as in the call
    enroll,      ///< down: you belong to this concentrator; value = what the way to it costs
    enrolled,    ///< up: value = number of the meter's registration, which grows with each, from 1;
                 ///< 0: it belongs to another concentrator that it hears better
    registered,  ///< up, a concentrator's: value 1: the meter is one of its own, 0: it is given up;
                 ///< count = number of the registration
    assign, ///< down: value = number of a registration; count = first interval of the profile that
            ///< the head-end lacks, or 0: it is another concentrator's, let the meter go
    short_command, ///< down: a short message of an outside client, for the meter alone to
                   ///< understand; payload: its octets, value = number of its sender
    short_answer,  ///< up: a meter's to such a client; payload: its octets; value as set_result's
    set_credit,    ///< down: payload holds one difference (models/wire/credit.hpp)
    read_credit,   ///< down
    credit, ///< up: payload holds what the meter tells of its account, nothing if it has none;
            ///< value 1: asked by a difference, 0: by read_credit; occurred = when it was read, by
            ///< the meter's clock
};
inline constexpr std::size_t kMessageKinds = 37;
/// Whether such messages go towards the meters.
[[nodiscard]] constexpr bool goes_down(MessageKind kind) {
    return kind == MessageKind::read_profile || kind == MessageKind::set_relay ||
           kind == MessageKind::read_clock || kind == MessageKind::set_clock ||
           kind == MessageKind::set_parameter || kind == MessageKind::read_registers ||
           kind == MessageKind::read_events || kind == MessageKind::read_load ||
           kind == MessageKind::received ||
           (kind >= MessageKind::firmware_order && kind <= MessageKind::read_gaps) ||
           kind == MessageKind::call || kind == MessageKind::ask_to_call ||
           kind == MessageKind::enroll || kind == MessageKind::assign ||
           kind == MessageKind::short_command || kind == MessageKind::set_credit ||
           kind == MessageKind::read_credit;
}
/// Whether such messages ask for data or bring it, and may wait for those that do not.
[[nodiscard]] constexpr bool is_bulk(MessageKind kind) {
    return kind == MessageKind::read_profile || kind == MessageKind::profile ||
           (kind >= MessageKind::read_registers && kind <= MessageKind::balance) ||
           (kind >= MessageKind::firmware_order && kind <= MessageKind::firmware_report);
}
/// Whether the payload is a run of blocks, of one meter or of several.
[[nodiscard]] constexpr bool holds_blocks(MessageKind kind) {
    return kind == MessageKind::profile || kind == MessageKind::registers ||
           kind == MessageKind::events || kind == MessageKind::load || kind == MessageKind::balance;
}

enum class AlarmKind : std::uint8_t {
    power_lost,
    power_restored,
    under_voltage,
    over_voltage,
    voltage_normal,
    limit_warned, ///< by the limiter: the notice that goes with sound and display
    supply_curtailed,
    supply_restored,
    tamper_detected,
    locked_out,
    relay_failed,
    imbalance,    ///< of a concentrator's networks; the message's count: its share in thousandths
    session_lost, ///< of a concentrator's data session
    session_back,
    message_refused, ///< by an SMS meter; of those of an hour, the first
    credit_low,      ///< by a meter that is paid for in advance: sound, display and a notice
    credit_exhausted,
    credit_restored,
};
inline constexpr std::size_t kAlarmKinds = 18;

/// What became of a message on one channel. Every message sent ends in exactly one of these.
enum class Fate : std::uint8_t { in_flight, delivered, lost };

/// Why it was lost; `none` unless Fate::lost.
enum class LossReason : std::uint8_t {
    none,
    noise,     ///< retransmissions used up against noise
    collision, ///< the last try overlapped another transmission
    no_power,  ///< sender or receiver without supply, or its module broken
    no_route,  ///< nobody on the way hears the receiver
    expired,   ///< validity period over
    rejected,  ///< refused by the receiver or the operator
    queue_full,
    link_down,
    dropped, ///< vanished in somebody's network without a word
};
inline constexpr std::size_t kLossReasons = 10;

/// SMS delivery state: the two bits of the source material.
enum class DeliveryState : std::uint8_t {
    sent = 0b00,        ///< 0:0 sending
    at_operator = 0b01, ///< 0:1 at the mobile operator
    received = 0b10,    ///< 1:0 received by the meter
    processed = 0b11,   ///< 1:1 processed by the meter, which has answered; it may have refused
};

/// What the sender of a short message knows of its end, beside the two bits.
enum class DeliveryFate : std::uint8_t {
    pending,
    done,     ///< processed; of what asks for no answer, and of what meters send: received
    expired,  ///< its validity is over, and nobody has told of its arrival
    rejected, ///< the operator would not take it
    refused,  ///< processed, and the answer was that the receiver would not obey it
};
inline constexpr std::size_t kDeliveryStates = 4;
inline constexpr std::size_t kDeliveryFates = 5;

struct Message {
    MessageId id{};
    MessageKind kind{};
    MeterId meter = kNone<MeterId>; ///< whom it is about
    ConcentratorId concentrator =
        kNone<ConcentratorId>; ///< over which it goes; none for SMS meters
    std::uint32_t sequence =
        0; ///< a concentrator's number for it, until the head-end has it; 0 none
    Channel uplink = Channel::wan;  ///< between concentrator and head-end: its data session, or sms
    CommandId command{};            ///< the order it carries or answers; 0 none
    SimTime created{};              ///< handed over by the application
    SimTime occurred{};             ///< when what it tells of happened
    std::int64_t value = 0;         ///< see MessageKind
    std::uint32_t count = 0;        ///< intervals asked for; see MessageKind, AlarmKind
    std::uint32_t octets = 0;       ///< application octets on the channel
    std::vector<std::byte> payload; ///< encoded content, where there is one
    /// The payload is what travels, framed and ciphered, and what the message tells stands there
    /// alone: value, count and occurred are empty (scenario key `wire`).
    bool sealed = false;
};

/// The life of one message on one channel, as recorded in /messages.
struct MessageRecord {
    MessageId id{};
    Channel channel{};
    MessageKind kind{};
    Fate fate{};
    LossReason reason{};
    DeliveryState state{};  ///< SMS only
    std::uint8_t tries = 0; ///< transmissions of its hardest hop (PLC, RF), submissions (SMS)
    std::uint8_t hops = 0;
    MeterId meter = kNone<MeterId>;
    ConcentratorId concentrator = kNone<ConcentratorId>;
    CommandId command{};
    std::uint32_t octets = 0;
    std::uint32_t hearers = 0; ///< of one to all: meters that have heard the whole of it
    SimTime sent{};
    /// Delivered or lost; kNever while in flight. One to all: its sender has sent all of it.
    SimTime done{};
};

/// A channel's books. `sent == delivered + sum(lost) + in flight` must hold exactly, with what is
/// in flight counted by walking the queues, never as a remainder.
struct TrafficCount {
    std::uint64_t sent = 0;
    std::uint64_t delivered = 0;
    std::array<std::uint64_t, kLossReasons> lost{};

    /// One of those sent has its fate: the reason it was lost, or none.
    void settle(LossReason reason) {
        if (reason == LossReason::none) {
            ++delivered;
        } else {
            ++lost[static_cast<std::size_t>(reason)];
        }
    }
    [[nodiscard]] std::uint64_t lost_total() const;
    TrafficCount& operator+=(TrafficCount const& other);
    /// @param other contained in this one
    TrafficCount& operator-=(TrafficCount const& other);
};

[[nodiscard]] std::string_view name(Channel);
[[nodiscard]] std::string_view name(MessageKind);
[[nodiscard]] std::string_view name(AlarmKind);
[[nodiscard]] std::string_view name(Fate);
[[nodiscard]] std::string_view name(LossReason);
[[nodiscard]] std::string_view name(DeliveryState);
[[nodiscard]] std::string_view name(DeliveryFate);

/// Numbers one sender's messages: the sender in the high 24 bits, its count in the low 40.
class MessageNumbers {
  public:
    explicit MessageNumbers(std::uint32_t source)
        : next_(static_cast<std::uint64_t>(source) << 40) {}
    [[nodiscard]] MessageId next() { return static_cast<MessageId>(++next_); }

  private:
    std::uint64_t next_;
};

} // namespace gridtwin
