#include "sim/twin/sms_meters.hpp"

#include "models/meter/respond.hpp"
#include "models/meter/step.hpp"
#include "models/wire/sizes.hpp"
#include "sim/twin/meter_orders.hpp"
#include "sim/twin/module_changes.hpp"
#include "sim/twin/sources.hpp"

#include <algorithm>

namespace gridtwin::twin {

SmsMeters::SmsMeters(scenario::Scenario const& scenario, scenario::World const& world,
                     meter::MeterTable& meters)
    : scenario_(scenario), world_(world), meters_(meters), numbers_(kSmsMetersSource),
      terminals_(scenario, meters), wire_(scenario, &meters), outage_(world.meters.size(), 0),
      restored_at_(world.meters.size()), broken_(world.meters.size(), 0) {
    for (auto const& change : sms_module_changes(scenario, world)) {
        local_.push(change.at,
                    {.kind = change.broken ? LocalKind::module_failed : LocalKind::module_repaired,
                     .meter = change.meter,
                     .outage = 0,
                     .message = {}});
    }
}

void SmsMeters::accept(SimTime at, Message message) {
    MeterId const meter = message.meter;
    local_.push(
        at,
        {.kind = LocalKind::request, .meter = meter, .outage = 0, .message = std::move(message)});
}

void SmsMeters::on_meter_event(EventRecord const& event, SimTime now) {
    auto const meter = static_cast<MeterId>(event.row);
    auto const kind = meter::alarm_of(event.kind);
    if (!kind) {
        return;
    }
    if (*kind == AlarmKind::power_lost) {
        local_.push(now + scenario_.meter.last_gasp_delay, {.kind = LocalKind::last_gasp,
                                                            .meter = meter,
                                                            .outage = ++outage_[event.row],
                                                            .message = {}});
    } else if (*kind == AlarmKind::power_restored) {
        restored_at_[event.row] = event.at;
        read_store(meter, now);
        local_.push(now + duration_from_s(scenario_.sms.spec.attach_s),
                    {.kind = LocalKind::restored,
                     .meter = meter,
                     .outage = ++outage_[event.row],
                     .message = {}});
    } else {
        local_.push(now, {.kind = LocalKind::reply,
                          .meter = meter,
                          .outage = 0,
                          .message = meter::make_alarm(meter, kNone<ConcentratorId>, *kind,
                                                       meter::shown_time(meters_, meter, event.at),
                                                       Channel::sms, now, numbers_)});
    }
}

void SmsMeters::read_store(MeterId meter, SimTime now) {
    auto const waiting = std::stable_partition(
        stored_.begin(), stored_.end(), [meter](Message const& m) { return m.meter != meter; });
    for (auto it = waiting; it != stored_.end(); ++it) {
        accept(now + scenario_.sms.terminal_delay, std::move(*it));
    }
    stored_.erase(waiting, stored_.end());
}

void SmsMeters::set_module(MeterId meter, bool fails, SimTime now) {
    if (broken(meter) == fails) {
        return;
    }
    broken_[index(meter)] = fails ? 1 : 0;
    events_.push_back({.at = now,
                       .kind = fails ? EventKind::module_failed : EventKind::module_repaired,
                       .entity = EventEntity::meter,
                       .row = static_cast<std::uint32_t>(meter),
                       .value = static_cast<double>(Channel::sms)});
    if (!fails && meters_.energised[index(meter)] != 0) {
        read_store(meter, now); // the new modem has the old one's card
    }
}

void SmsMeters::run_until(SimTime end, engine::Outbox& out) {
    while (local_.next() < end) {
        auto [at, local] = local_.pop();
        run_one(at, std::move(local), out);
    }
}

/// The same message once more is the network's doing: nothing is done, and the answer, if it is
/// still known, is said again.
bool SmsMeters::repeated(SimTime now, Local const& local) {
    auto const known = heard_.find(local.meter);
    if (known == heard_.end() || !known->second.seen.has(local.message.id)) {
        return false;
    }
    auto const& all = known->second.answered;
    auto const same = std::find_if(all.begin(), all.end(), [&](Answered const& one) {
        return one.request == local.message.id;
    });
    if (same == all.end()) {
        ++duplicates_ignored_;
        return true;
    }
    ++duplicates_answered_;
    if (same->answer) {
        local_.push(std::max(now + scenario_.sms.answer_delay, same->ready),
                    {.kind = LocalKind::reply,
                     .meter = local.meter,
                     .outage = 0,
                     .message = *same->answer});
    }
    return true;
}

void SmsMeters::run_one(SimTime now, Local local, engine::Outbox& out) {
    auto const m = index(local.meter);
    switch (local.kind) {
    case LocalKind::request: {
        if (meters_.energised[m] == 0 || broken(local.meter)) {
            stored_.push_back(std::move(local.message));
            return;
        }
        if (local.message.kind == MessageKind::short_command) {
            run_outside(now, local.message, out);
            return;
        }
        if (repeated(now, local)) {
            return;
        }
        if (!wire_.open(local.message, Channel::sms)) {
            events_.push_back(
                refusal_of(EventEntity::meter, static_cast<std::uint32_t>(m), Channel::sms, now));
            return;
        }
        auto response =
            meter::respond(meters_, scenario_.meter, local.message, Channel::sms, now, numbers_);
        for (auto& [at, order] : orders_of(response)) {
            out.send(at, engine::FederateId::grid, static_cast<std::uint32_t>(m),
                     static_cast<std::uint32_t>(m), std::move(order));
        }
        if (response.refused) {
            events_.push_back(*response.refused);
        }
        SimTime const ready = std::max(now + scenario_.sms.answer_delay, response.ready);
        auto& heard = heard_[local.meter];
        heard.seen.add(local.message.id);
        heard.answered.push_back({local.message.id, ready, response.message});
        if (heard.answered.size() > kRemembered) {
            heard.answered.pop_front();
        }
        if (response.message) {
            local_.push(ready, {.kind = LocalKind::reply,
                                .meter = local.meter,
                                .outage = 0,
                                .message = std::move(*response.message)});
        }
        return;
    }
    case LocalKind::reply:
        if (!broken(local.meter)) {
            send(now, std::move(local.message), out);
        }
        return;
    case LocalKind::module_failed:
    case LocalKind::module_repaired:
        set_module(local.meter, local.kind == LocalKind::module_failed, now);
        return;
    case LocalKind::last_gasp:
    case LocalKind::restored: {
        if (local.outage != outage_[m] || broken(local.meter) ||
            !meter::can_talk(meters_, scenario_.meter, local.meter, now)) {
            return;
        }
        bool const lost = local.kind == LocalKind::last_gasp;
        if (lost) {
            events_.push_back({.at = now,
                               .kind = EventKind::last_gasp_sent,
                               .entity = EventEntity::meter,
                               .row = static_cast<std::uint32_t>(m),
                               .value = 0.0});
        }
        SimTime const occurred = lost ? meters_.lost_at[m] : restored_at_[m];
        send(now,
             meter::make_alarm(local.meter, kNone<ConcentratorId>,
                               lost ? AlarmKind::power_lost : AlarmKind::power_restored,
                               meter::shown_time(meters_, local.meter, occurred), Channel::sms, now,
                               numbers_),
             out);
        return;
    }
    }
}

void SmsMeters::run_outside(SimTime now, Message const& command, engine::Outbox& out) {
    auto reaction = terminals_.receive(command, now, numbers_);
    auto const m = static_cast<std::uint32_t>(command.meter);
    if (reaction.refused != wire::sms::Refusal::none) {
        tell_refusal(command.meter, reaction.refused, now);
    }
    for (auto& [at, order] : reaction.orders) {
        out.send(at, engine::FederateId::grid, m, m, std::move(order));
    }
    events_.insert(events_.end(), reaction.events.begin(), reaction.events.end());
    if (reaction.answer) {
        local_.push(std::max(now + scenario_.sms.answer_delay, reaction.ready),
                    {.kind = LocalKind::reply,
                     .meter = command.meter,
                     .outage = 0,
                     .message = std::move(*reaction.answer)});
    }
}

/// An event each; an alarm an hour and meter, as a flood of forged messages is not to become one of
/// the meters' own.
void SmsMeters::tell_refusal(MeterId meter, wire::sms::Refusal why, SimTime now) {
    auto event =
        refusal_of(EventEntity::meter, static_cast<std::uint32_t>(meter), Channel::sms, now);
    event.value += 10.0 * static_cast<double>(why);
    events_.push_back(event);
    auto const [last, is_first] = refusal_told_.try_emplace(meter, now);
    if (!is_first && now - last->second < kRefusalAlarmEvery) {
        return;
    }
    last->second = now;
    ++refusal_alarms_;
    local_.push(now, {.kind = LocalKind::reply,
                      .meter = meter,
                      .outage = 0,
                      .message = meter::make_alarm(
                          meter, kNone<ConcentratorId>, AlarmKind::message_refused,
                          meter::shown_time(meters_, meter, now), Channel::sms, now, numbers_)});
}

void SmsMeters::send(SimTime now, Message message, engine::Outbox& out) {
    auto const m = static_cast<std::uint32_t>(message.meter);
    if (message.kind != MessageKind::short_answer) { // that is octets, and as long as it is
        message.octets =
            wire::encoded_octets(message, Channel::sms, scenario_.access.concentrator.sizes);
        wire_.seal(message, Channel::sms);
    }
    out.send(now, engine::FederateId::sms_operator, m, m, std::move(message));
}

void SmsMeters::take_events(std::vector<EventRecord>& events) {
    events.insert(events.end(), events_.begin(), events_.end());
    events_.clear();
}

} // namespace gridtwin::twin
