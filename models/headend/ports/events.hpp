#pragma once
// What the head-end hears and what it says: plain fixed structs that a C interface can carry as
// they are. Instants "by the meter's clock" may be wrong and may come late, doubled or out of
// order.
#include "sim/core/credit.hpp"
#include "sim/core/event.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/money.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace gridtwin::headend {

/// One interval of one meter's profile.
struct Reading {
    MeterId meter = kNone<MeterId>;
    std::uint32_t interval =
        0; ///< k from 1; covers ((k - 1) T, k T] since start, T = Fleet::interval
    std::int32_t import_mwh = 0;   ///< energy of this interval, mWh, > 0 consumed
    std::int32_t import_mvarh = 0; ///< reactive energy of this interval, mvarh, > 0 consumed
    std::uint16_t voltage_dv = 0;  ///< mean voltage while there was any, 0.1 V; 0: no supply at all
    std::uint8_t status = 0;       ///< bits of `status`; 0 is plain
    SimTime received{};            ///< by the head-end's clock
    friend bool operator==(Reading const&, Reading const&) = default;
};

/// Bits of Reading::status, as meters store them.
namespace status {
inline constexpr std::uint8_t kPowerFailed = 1; ///< during some of the interval
inline constexpr std::uint8_t kClockInvalid = 2;
inline constexpr std::uint8_t kIncomplete = 4;
inline constexpr std::uint8_t kRelayOpen = 8;
inline constexpr std::uint8_t kClockSet = 16;
} // namespace status

/// Something happened at a meter.
struct Alarm {
    MeterId meter = kNone<MeterId>;
    AlarmKind kind{};
    Channel channel{};  ///< over which it came
    SimTime occurred{}; ///< by the meter's clock
    SimTime received{}; ///< by the head-end's clock
    friend bool operator==(Alarm const&, Alarm const&) = default;
};

/// What registers showed: of the total (tariff 0), or of one tariff (from 1).
struct RegisterReading {
    MeterId meter = kNone<MeterId>;
    std::uint32_t tariff = 0;
    /// import, export, mWh; four quadrants, mvarh. A meter without billing registers tells net
    /// ones: the first and the third.
    std::array<std::int64_t, 6> value{};
    SimTime read{};     ///< by the meter's clock
    SimTime received{}; ///< by the head-end's clock
    friend bool operator==(RegisterReading const&, RegisterReading const&) = default;
};

/// An entry of a meter's log.
struct MeterEvent {
    MeterId meter = kNone<MeterId>;
    std::uint32_t number = 0; ///< in this log, from 1
    EventKind kind{};
    float value = 0.0F;
    SimTime occurred{}; ///< by the meter's clock
    SimTime received{};
    friend bool operator==(MeterEvent const&, MeterEvent const&) = default;
};

/// One interval of a meter's second profile.
struct LoadReading {
    MeterId meter = kNone<MeterId>;
    std::uint32_t interval = 0;          ///< from 1, of that profile's own length
    std::array<std::int32_t, 5> value{}; ///< mWh, W, mA, mV, mHz; 0 where not kept
    std::uint8_t channels = 0;           ///< which are, a bit each
    std::uint8_t status = 0;
    SimTime received{};
    friend bool operator==(LoadReading const&, LoadReading const&) = default;
};

/// A concentrator's balance of one interval: energy at the busbars of its networks against the sum
/// of its meters.
struct BalanceReading {
    ConcentratorId concentrator = kNone<ConcentratorId>;
    std::uint32_t interval = 0;
    /// In the sum: all that concentrators read below its transformers; fewer where neighbours read
    /// some of them, or some are silent.
    std::uint32_t meters = 0;
    std::uint32_t completed = 0; ///< 1: by the head-end, whose rows the sum is of
    std::int64_t busbar_mwh = 0;
    std::int64_t meters_mwh = 0;
    SimTime received{};
    friend bool operator==(BalanceReading const&, BalanceReading const&) = default;
};

/// A concentrator's own alarm.
struct ConcentratorAlarm {
    ConcentratorId concentrator = kNone<ConcentratorId>;
    AlarmKind kind{};
    std::int64_t value = 0; ///< imbalance: its share of the busbar's energy, thousandths
    SimTime occurred{};
    SimTime received{};
    friend bool operator==(ConcentratorAlarm const&, ConcentratorAlarm const&) = default;
};

/// A payment in advance, as it was booked.
struct Payment {
    std::uint64_t number = 0; ///< of the payment, at whoever took it; the same again is the same
    MeterId meter = kNone<MeterId>;
    std::uint32_t spare = 0; ///< no padding
    Money amount{};          ///< above zero
    SimTime received{};
    friend bool operator==(Payment const&, Payment const&) = default;
};

/// What a meter tells of its account, asked or as an answer to a difference.
struct CreditReading {
    MeterId meter = kNone<MeterId>;
    std::uint32_t number = 0;   ///< of the last difference applied
    std::uint32_t interval = 0; ///< the balance is as of its end
    std::uint32_t flags = 0;    ///< kCreditExhausted and the like
    std::int64_t balance = 0;   ///< 1e-9 cent, with all differences up to `number`
    std::int64_t debt = 0;      ///< likewise
    CommandId command{};        ///< it answers
    SimTime read{};             ///< by the meter's clock
    SimTime received{};
    friend bool operator==(CreditReading const&, CreditReading const&) = default;
};

/// How far a concentrator has come with a firmware.
struct FirmwareProgress {
    ConcentratorId concentrator = kNone<ConcentratorId>;
    std::uint32_t version = 0;
    CommandId command{};      ///< the order it answers, or goes back to
    std::uint32_t done = 0;   ///< meters that said they hold all of it
    std::uint32_t meters = 0; ///< of so many
    std::uint64_t over = 0;   ///< 1: nothing more is sent
    SimTime received{};
    friend bool operator==(FirmwareProgress const&, FirmwareProgress const&) = default;
};

/// A concentrator has registered a meter, or given it up.
struct Registration {
    MeterId meter = kNone<MeterId>;
    ConcentratorId concentrator = kNone<ConcentratorId>;
    std::uint32_t number = 0; ///< counted by the meter: the greater one is the later one
    std::uint32_t in = 0;     ///< 1 registered, 0 given up
    SimTime received{};
    friend bool operator==(Registration const&, Registration const&) = default;
};

/// Word to a concentrator about a meter.
struct Assignment {
    ConcentratorId concentrator = kNone<ConcentratorId>;
    MeterId meter = kNone<MeterId>;
    std::uint32_t number = 0; ///< of the registration that it follows from
    std::uint32_t first = 0;  ///< first interval of the profile that is lacked; 0: let the meter go
    friend bool operator==(Assignment const&, Assignment const&) = default;
};

/// A meter's answer to a command.
struct Acknowledgement {
    CommandId command{};
    MeterId meter = kNone<MeterId>; ///< none: a concentrator's, that it has broadcast an order
    /// set_parameter: 1 done, 0 refused. read_registers and the like: blocks that came; 0: they do
    /// not, for now: the answer is too long for the way that is left.
    /// Relay commands: the contact's position afterwards, 0 open, 1 closed. read_profile: how many
    /// of the intervals asked for the answer held; it follows the readings it speaks of. Whoever
    /// cannot tell does not acknowledge a read; its readings alone then say how far it went.
    std::int64_t value = 0;
    SimTime executed{}; ///< by the meter's clock, or of what its answer does not date (a parameter,
                        ///< a read) by that of the concentrator that received it
    SimTime received{}; ///< by the head-end's clock
    friend bool operator==(Acknowledgement const&, Acknowledgement const&) = default;
};

enum class CommandKind : std::uint8_t {
    read_profile, ///< send intervals [first_interval, first_interval + count)
    open_relay,   ///< disconnect the customer
    close_relay,
    set_parameter,  ///< see Command
    read_registers, ///< send them all, as they stand
    read_events,    ///< send entries [first_interval, first_interval + count) of your log
    read_load,      ///< likewise intervals of your second profile
    start_firmware, ///< to a concentrator: bring version `first_interval`, an image of `count`
                    ///< octets, to your meters, which switch over when their clocks show
                    ///< `effective`; answered by FirmwareProgress
    adjust_credit,  ///< change your balance by `value_milli` thousandths of a cent, of which
                    ///< `count` cents are a payment; the meter's difference `first_interval`
    read_credit,    ///< tell your balance; both are answered by CreditReading
};
inline constexpr std::size_t kCommandKinds = 10;

/// An order to a meter. The same id sent again is the same order: to be executed once, and to be
/// acknowledged every time.
struct Command {
    CommandId id{};
    CommandKind kind{};
    std::uint8_t parameter = 0;     ///< set_parameter: row of the meters' parameters
    std::uint8_t delayed = 0;       ///< set_parameter: 1: when the meter's clock shows `effective`
    MeterId meter = kNone<MeterId>; ///< none: to all meters of `concentrator`, or to it
    ConcentratorId concentrator = kNone<ConcentratorId>; ///< of such an order
    std::uint32_t first_interval = 0; ///< of reads; for read_events: the first entry
    std::uint32_t count = 0;          ///< of reads
    std::int64_t value_milli = 0;     ///< set_parameter: thousandths of its unit
    SimTime effective{}; ///< open_relay: if not kStart, not from when the meter's clock shows this
    friend bool operator==(Command const&, Command const&) = default;
};

struct Timer {
    SimTime at{};
    std::uint64_t id = 0;
    friend bool operator==(Timer const&, Timer const&) = default;
};

/// Why something in the journal ended as it did. The numbers are part of results: append only.
enum class Reason : std::uint8_t {
    none,
    no_answer,    ///< timed out; another try follows
    incomplete,   ///< only a part of the readings arrived; the rest is asked for again
    given_up,     ///< timed out and the tries are used up
    refused,      ///< answered, but not as ordered (a contact that does not move, a read too long)
    superseded,   ///< a newer order for the same relay took its place
    not_in_meter, ///< answered in full, yet intervals are missing: the meter does not hold them
    revised,      ///< an outage: what came later tells of another place, or of none
};
inline constexpr std::size_t kReasons = 8;
[[nodiscard]] std::string_view name(Reason);

/// What the head-end did or noticed, in its own words.
struct JournalEntry {
    SimTime at{}; ///< by the head-end's clock
    EventKind kind{};
    EventEntity entity{};
    Reason reason{};
    std::uint32_t row = 0; ///< row of the entity's table
    /// command_*: command id; alarm_received: AlarmKind; read_retry: first missing interval;
    /// meter_registered, meter_given_up: concentrator
    /// outage_*: believed instant of the loss or return of supply, ns since start
    std::int64_t value = 0;
    SimDuration
        latency{}; ///< command_confirmed: since first sent; alarm_received: since it occurred
    friend bool operator==(JournalEntry const&, JournalEntry const&) = default;
};

/// The row of /events for a journal entry; the value of outage_* turns to seconds since start.
[[nodiscard]] EventRecord to_event(JournalEntry const& entry);

/// What the head-end holds true about one meter's or one LV network's supply.
struct Belief {
    SimTime at{}; ///< when it came to believe so, by the head-end's clock
    SimTime
        since{}; ///< without supply: since then; with supply: the latest sign of it (kStart: none)
    /// Of a network: share of its meters whose own evidence agrees. Of a meter: 1 by its own
    /// evidence, its network's confidence when concluded from that, 0 when nothing was heard.
    double confidence_frac = 0.0;
    EventEntity entity{}; ///< meter or lv_network
    std::uint8_t energised = 1;
    std::uint32_t row = 0;
    friend bool operator==(Belief const&, Belief const&) = default;
};

/// A customer under suspicion, or not any more.
struct TheftSuspicion {
    SimTime at{}; ///< by the head-end's clock
    MeterId meter = kNone<MeterId>;
    LvNetworkId network = kNone<LvNetworkId>; ///< its transformer
    double factor = 0.0;                      ///< energy past the meter over energy through it
    double significance = 0.0;
    std::int64_t unaccounted_mwh = 0;
    std::uint8_t suspected = 0; ///< 0: cleared
    std::uint8_t reversed = 0;
    std::uint8_t reported = 0;
    std::array<std::uint8_t, 5> spare{};
    friend bool operator==(TheftSuspicion const&, TheftSuspicion const&) = default;
};

template <typename T>
inline constexpr bool kPlainStruct = std::is_trivially_copyable_v<T>&& std::is_standard_layout_v<T>;
static_assert(kPlainStruct<Reading> && sizeof(Reading) == 32);
static_assert(kPlainStruct<Alarm> && sizeof(Alarm) == 24);
static_assert(kPlainStruct<Registration> && sizeof(Registration) == 24);
static_assert(kPlainStruct<Assignment> && sizeof(Assignment) == 16);
static_assert(kPlainStruct<Payment> && sizeof(Payment) == 32);
static_assert(kPlainStruct<CreditReading> && sizeof(CreditReading) == 56);
static_assert(kPlainStruct<Acknowledgement> && sizeof(Acknowledgement) == 40);
static_assert(kPlainStruct<Command> && sizeof(Command) == 48);
static_assert(kPlainStruct<RegisterReading> && sizeof(RegisterReading) == 72);
static_assert(kPlainStruct<MeterEvent> && sizeof(MeterEvent) == 32);
static_assert(kPlainStruct<LoadReading> && sizeof(LoadReading) == 40);
static_assert(kPlainStruct<BalanceReading> && sizeof(BalanceReading) == 40);
static_assert(kPlainStruct<ConcentratorAlarm> && sizeof(ConcentratorAlarm) == 32);
static_assert(kPlainStruct<FirmwareProgress> && sizeof(FirmwareProgress) == 40);
static_assert(kPlainStruct<Timer> && sizeof(Timer) == 16);
static_assert(kPlainStruct<JournalEntry> && sizeof(JournalEntry) == 32);
static_assert(kPlainStruct<TheftSuspicion> && sizeof(TheftSuspicion) == 48);
static_assert(kPlainStruct<Belief> && sizeof(Belief) == 32);

} // namespace gridtwin::headend
