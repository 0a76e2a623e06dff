#pragma once
// What a meter answers, and what it tells unasked.
#include "models/meter/parameters.hpp"
#include "models/meter/table.hpp"
#include "sim/core/event.hpp"
#include "sim/core/message.hpp"

#include <optional>

namespace gridtwin::meter {

/// The relay shall be operated (operate_relay) at this time; the caller schedules it.
struct RelayOrder {
    MeterId meter{};
    bool close = false;
    CommandId command{};
    SimTime at{};
};

/// The change shall be given (give_change) at this time.
struct ParameterOrder {
    ParameterChange change;
    SimTime at{};
};

/// The difference shall be applied (adjust_credit) at this time.
struct CreditAdjustmentOrder {
    MeterId meter{};
    CreditAdjustment adjustment;
    SimTime at{};
};

struct Response {
    std::optional<Message> message; ///< the answer, none when the meter stays silent
    SimTime ready{}; ///< when it may leave the meter: an acknowledgement when it is done
    std::optional<RelayOrder> order;     ///< what is to happen
    std::optional<ClockSetting> clock{}; ///< likewise: for order_clock
    std::optional<ParameterOrder> parameter{};
    std::optional<CreditAdjustmentOrder> credit{};
    std::optional<EventRecord> refused{}; ///< a parameter that is not set: parameter_refused
};

/// Answers a request that has reached its meter, at `now`, over `channel`.
///   read_profile: one profile block with the rows held of the intervals asked for. Its
///   first_interval
///     is not below the first one asked for; what was asked for before it is gone for ever, what is
///     missing behind its rows is not closed yet. No row at all is an answer too. Message: value =
///     first_interval, count = rows, occurred = now.
///   set_relay: an acknowledgement, ready after the operating delay, with the position the contact
///   will have (open where credit keeps it so), and the order. A command that was executed before
///   is acknowledged as it was then, and not executed again. A meter that is locked out
///   acknowledges the position its contact has, and does nothing; likewise one told to open when
///   that holds no longer (models/wire/relay_validity.hpp). read_clock: what the clock shows
///   now. set_clock: a result, ready after the operating delay, and the setting: the clock will
///   show then what the request said for now, and the delay more. Executed once, as relay commands
///   are, and accepted again whenever it comes again; a time more than a day off is refused, as is
///   one that does not hold for what the clock shows (models/wire/clock_validity.hpp): it comes
///   late, or early. set_parameter: likewise; refused is what refusal() refuses. read_registers,
///   read_events, read_load: one block each (reports.hpp, event_log.hpp); value, count
///     as of a profile.
///   set_credit: what the account will have come to, ready after the operating delay, and the
///   order; of a difference that has been applied before, or is refused, or comes to a meter that
///   is locked out: the account as it is, at once. read_credit: the account as it is. A meter
///   without one answers with nothing in it.
/// A meter without voltage, and requests of other kinds or for no meter of this table, get nothing.
/// The answer carries the request's command and concentrator, a number of `numbers`, and its
/// octets.
[[nodiscard]] Response respond(MeterTable& table, MeterSpec const& spec, Message const& request,
                               Channel channel, SimTime now, MessageNumbers& numbers);

/// Which alarm an event makes a meter send, if any.
[[nodiscard]] std::optional<AlarmKind> alarm_of(EventKind kind);

/// An alarm ready to be sent at `now` about what happened at `occurred`.
/// @param concentrator kNone for SMS meters
[[nodiscard]] Message make_alarm(MeterId meter, ConcentratorId concentrator, AlarmKind kind,
                                 SimTime occurred, Channel channel, SimTime now,
                                 MessageNumbers& numbers);

/// What is told of a change that a meter would not make.
[[nodiscard]] EventRecord parameter_refused(ParameterChange const& change, SimTime at);

} // namespace gridtwin::meter
