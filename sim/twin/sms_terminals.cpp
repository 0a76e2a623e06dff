#include "sim/twin/sms_terminals.hpp"

#include "models/meter/credit_supply.hpp"
#include "models/meter/parameters.hpp"
#include "models/meter/reports.hpp"
#include "models/meter/respond.hpp"
#include "models/wire/profile_block.hpp"
#include "models/wire/sms/user_data.hpp"
#include "sim/twin/meter_orders.hpp"
#include "sim/twin/short_message.hpp"
#include "sim/twin/sms_identity.hpp"

#include <algorithm>

namespace gridtwin::twin {
namespace {

namespace sms = wire::sms;

/// Whether an answer is that the meter would not.
bool refuses(std::span<std::byte const> content) {
    auto const what = sms::decode_answer(content).answer.what;
    return std::holds_alternative<sms::Refused>(what) ||
           std::holds_alternative<sms::UnknownCommand>(what);
}

/// Of an answer, what one message has room for.
constexpr std::size_t kMostBodyOctets =
    sms::kMostContentOctets - sms::kEnvelopeOctets - sms::kAnswerHeadOctets;

Message request_of(MessageKind kind, Message const& carried, CommandId command) {
    Message request;
    request.kind = kind;
    request.meter = carried.meter;
    request.command = command;
    return request;
}

} // namespace

SmsTerminals::SmsTerminals(scenario::Scenario const& scenario, meter::MeterTable& meters)
    : scenario_(scenario), meters_(meters), short_numbers_{scenario.sms.spec.short_number} {
    if (!scenario.sms.gateway.second_number.empty()) {
        short_numbers_.push_back(scenario.sms.gateway.second_number);
    }
}

SmsTerminals::Reaction SmsTerminals::receive(Message const& command, SimTime now,
                                             MessageNumbers& numbers) {
    auto const arrived = unpack_short_message(command.payload);
    sms::MeterRule const rule{.code = wire::sms::code_of(command.meter),
                              .short_numbers = short_numbers_,
                              .top_up_number = scenario_.live.top_up_number};
    auto const dedicated = std::find(short_numbers_.begin(), short_numbers_.end(), arrived.number);
    if (dedicated == short_numbers_.end() && arrived.number != rule.top_up_number) {
        return refuse(command, arrived.number, sms::Refusal::wrong_sender, now, // not even joined
                      numbers);
    }
    auto const data = sms::decode_user_data(arrived.octets, arrived.has_header);
    if (!data.ok()) {
        return refuse(command, arrived.number, sms::Refusal::malformed, now, numbers);
    }
    auto const which = static_cast<std::uint64_t>(dedicated - short_numbers_.begin());
    auto const whole =
        parts_.add(which << 32 | static_cast<std::uint32_t>(command.meter), data, now);
    if (!whole) {
        return {};
    }
    auto& terminal = terminals_[static_cast<std::uint32_t>(command.meter)];
    use_key(command.meter);
    auto const verdict = sms::judge(rule, terminal.memory, arrived.number, *whole, gcm_);
    if (verdict.outcome == sms::Outcome::refused) {
        return refuse(command, arrived.number, verdict.reason, now, numbers);
    }
    counts_.add(verdict.outcome, verdict.reason);
    Reaction reaction{.orders = {}, .answer = std::nullopt, .ready = now};
    std::vector<std::byte> content;
    if (verdict.outcome == sms::Outcome::duplicate) {
        auto const* kept = terminal.answers.find(verdict.counter);
        if (kept == nullptr) {
            return {};
        }
        content = *kept;
    } else {
        sms::remember(terminal.memory, verdict.counter);
        auto const* order = std::get_if<sms::Command>(&verdict.content);
        if (order == nullptr) {
            return {}; // the head-end's own language; its orders come another way
        }
        auto result = execute(*order, command, terminal, now, numbers);
        result.answer.answered = verdict.counter;
        sms::encode(result.answer, content);
        terminal.answers.keep(verdict.counter, content);
        reaction.orders = std::move(result.orders);
        reaction.events = std::move(result.events);
        reaction.ready = result.ready;
    }
    reaction.answer = answer_of(command, arrived.number, content, reaction.ready, numbers);
    return reaction;
}

void SmsTerminals::use_key(MeterId meter) {
    if (keyed_ != meter) {
        gcm_.set_key(sms_key(scenario_.seed, meter));
        keyed_ = meter;
    }
}

Message SmsTerminals::answer_of(Message const& command, std::string_view number,
                                std::span<std::byte const> content, SimTime ready,
                                MessageNumbers& numbers) {
    auto& terminal = terminals_[static_cast<std::uint32_t>(command.meter)];
    use_key(command.meter);
    std::vector<std::byte> sealed;
    sms::seal({.code = wire::sms::code_of(command.meter),
               .direction = sms::Direction::from_meter,
               .counter = sms::next_counter(terminal.last_counter)},
              number, content, gcm_, sealed);
    Message answer = request_of(MessageKind::short_answer, command, command.command);
    answer.id = numbers.next();
    answer.created = ready;
    answer.value = refuses(content) ? 0 : 1;
    answer.octets = static_cast<std::uint32_t>(sealed.size());
    answer.payload = pack_short_message(number, false, sealed);
    return answer;
}

SmsTerminals::Reaction SmsTerminals::refuse(Message const& command, std::string_view number,
                                            sms::Refusal why, SimTime now,
                                            MessageNumbers& numbers) {
    counts_.add(sms::Outcome::refused, why);
    Reaction reaction{.orders = {}, .answer = std::nullopt, .ready = now, .refused = why};
    if (scenario_.sms.answer_refusals && !number.empty()) {
        std::vector<std::byte> content;
        sms::encode(
            sms::Answer{.answered = 0,
                        .what = sms::Refused{.code = 0, .why = sms::CommandRefusal::not_accepted}},
            content);
        reaction.answer = answer_of(command, number, content, now, numbers);
    }
    return reaction;
}

SmsTerminals::Result SmsTerminals::execute(sms::Command const& command, Message const& request,
                                           Terminal& terminal, SimTime now,
                                           MessageNumbers& numbers) {
    auto const code = sms::code_of(command);
    SimTime const shown = meter::shown_time(meters_, request.meter, now);
    auto const at_once = [&](auto what) {
        return Result{.answer = {.what = std::move(what)}, .ready = now, .orders = {}};
    };
    if (auto const* order = std::get_if<sms::Switch>(&command)) {
        return execute(*order, request, now, numbers);
    }
    if (auto const* order = std::get_if<sms::SetLimits>(&command)) {
        return execute(*order, request, now, numbers);
    }
    if (auto const* order = std::get_if<sms::SetClock>(&command)) {
        return execute(*order, request, now, numbers);
    }
    if (auto const* order = std::get_if<sms::ReadProfile>(&command)) {
        return execute(*order, request, now, numbers);
    }
    if (std::holds_alternative<sms::BalanceQuery>(command)) {
        return at_once(sms::Balance{.balance = balance(request.meter, terminal), .at = shown});
    }
    if (auto const* top_up = std::get_if<sms::TopUp>(&command)) {
        if (has_account(request.meter)) { // the head-end's differences alone change it
            return at_once(sms::Refused{.code = code, .why = sms::CommandRefusal::no_such_feature});
        }
        if (top_up->amount <= Money{}) { // its token stays unused
            return at_once(sms::Refused{.code = code, .why = sms::CommandRefusal::out_of_range});
        }
        if (sms::book(terminal.book, *top_up)) {
            return at_once(sms::Done{.code = code, .at = shown});
        }
        return at_once(sms::Refused{.code = code, .why = sms::CommandRefusal::token_used});
    }
    if (std::holds_alternative<sms::ReadRegisters>(command)) {
        return at_once(reading(request.meter, terminal, now));
    }
    if (std::holds_alternative<sms::ReadClock>(command)) {
        return at_once(sms::ClockShown{.shown = shown});
    }
    return at_once(sms::Refused{.code = code, .why = sms::CommandRefusal::no_such_feature});
}

SmsTerminals::Result SmsTerminals::execute(sms::Switch const& order, Message const& request,
                                           SimTime now, MessageNumbers& numbers) {
    auto relay = request_of(MessageKind::set_relay, request, request.command);
    relay.value = order.on ? 1 : 0;
    auto const response =
        meter::respond(meters_, scenario_.meter, relay, Channel::sms, now, numbers);
    auto const code = sms::code_of(sms::Command{order});
    Result result{.answer = {}, .ready = response.ready, .orders = orders_of(response)};
    if (meters_.lockout.locked(index(request.meter), now)) {
        result.answer.what = sms::Refused{.code = code, .why = sms::CommandRefusal::locked_out};
    } else if (!order.on && meter::is_stuck(meters_, request.meter)) {
        result.answer.what = sms::Refused{.code = code, .why = sms::CommandRefusal::contact_stuck};
    } else {
        result.answer.what = sms::Done{
            .code = code, .at = meter::shown_time(meters_, request.meter, response.ready)};
    }
    return result;
}

SmsTerminals::Result SmsTerminals::execute(sms::SetLimits const& limits, Message const& request,
                                           SimTime now, MessageNumbers& numbers) {
    std::array const changes{
        meter::ParameterChange{.meter = request.meter,
                               .parameter = meter::Parameter::limit,
                               .value = static_cast<double>(limits.power_w)},
        meter::ParameterChange{.meter = request.meter,
                               .parameter = meter::Parameter::quota,
                               .value = static_cast<double>(limits.energy_wh)}};
    auto const code = sms::code_of(sms::Command{limits});
    Result result{.answer = {}, .ready = now, .orders = {}, .events = {}};
    bool const limiter = meters_.limiters.slot(request.meter) != meter::Limiters::kNoSlot;
    for (auto const& change : changes) {
        if (!limiter || !meter::refusal(meters_, change).empty()) {
            result.events.push_back(meter::parameter_refused(change, now));
            result.answer.what =
                sms::Refused{.code = code,
                             .why = limiter ? sms::CommandRefusal::out_of_range
                                            : sms::CommandRefusal::no_such_feature};
            return result;
        }
    }
    for (auto const& change : changes) {
        auto set = request_of(MessageKind::set_parameter, request, CommandId{});
        wire::encode(meter::to_wire(change), set.payload);
        auto const response =
            meter::respond(meters_, scenario_.meter, set, Channel::sms, now, numbers);
        if (!response.parameter) {
            result.events.push_back(meter::parameter_refused(change, now));
            result.answer.what = sms::Refused{.code = code, .why = sms::CommandRefusal::locked_out};
            return result;
        }
        auto orders = orders_of(response);
        result.orders.insert(result.orders.end(), std::make_move_iterator(orders.begin()),
                             std::make_move_iterator(orders.end()));
        result.ready = response.ready;
    }
    result.answer.what =
        sms::Done{.code = code, .at = meter::shown_time(meters_, request.meter, result.ready)};
    return result;
}

SmsTerminals::Result SmsTerminals::execute(sms::SetClock const& order, Message const& request,
                                           SimTime now, MessageNumbers& numbers) {
    auto set = request_of(MessageKind::set_clock, request, request.command);
    set.value = to_ns(order.shown);
    auto const response = meter::respond(meters_, scenario_.meter, set, Channel::sms, now, numbers);
    auto const code = sms::code_of(sms::Command{order});
    Result result{.answer = {}, .ready = response.ready, .orders = orders_of(response)};
    if (response.clock) {
        result.answer.what = sms::Done{.code = code, .at = response.clock->shown};
    } else {
        bool const locked = meters_.lockout.locked(index(request.meter), now);
        result.answer.what = sms::Refused{.code = code,
                                          .why = locked ? sms::CommandRefusal::locked_out
                                                        : sms::CommandRefusal::out_of_range};
    }
    return result;
}

SmsTerminals::Result SmsTerminals::execute(sms::ReadProfile const& order, Message const& request,
                                           SimTime now, MessageNumbers& numbers) {
    auto read = request_of(MessageKind::read_profile, request, request.command);
    read.value = order.first;
    read.count = order.count;
    auto const response =
        meter::respond(meters_, scenario_.meter, read, Channel::sms, now, numbers);
    auto decoded = wire::decode(response.message->payload);
    auto& block = decoded.blocks.front();
    block.rows.resize(wire::rows_within(block, kMostBodyOctets)); // the first, as DLMS has it
    return {
        .answer = {.what = sms::Profile{.block = std::move(block)}}, .ready = now, .orders = {}};
}

bool SmsTerminals::has_account(MeterId meter) const {
    return meters_.credits.slot(meter) != meter::Credits::kNoSlot;
}

Money SmsTerminals::balance(MeterId meter, Terminal const& terminal) const {
    return has_account(meter) ? whole_cents(balance_now(meters_, scenario_.meter, meter))
                              : terminal.book.balance;
}

sms::Reading SmsTerminals::reading(MeterId meter, Terminal const& terminal, SimTime now) const {
    auto const total = meter::report_registers(meters_, meter).sets.front();
    return {.at = meter::shown_time(meters_, meter, now),
            .import_mwh = total[0],
            .export_mwh = total[1],
            .balance = balance(meter, terminal),
            .relay_closed = meters_.relay_closed[index(meter)] != 0};
}

} // namespace gridtwin::twin
