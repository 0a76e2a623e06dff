#include "sim/twin/wan_federate.hpp"

#include <algorithm>
#include <iterator>

namespace gridtwin::twin {

WanFederate::WanFederate(scenario::Scenario const& scenario, scenario::World const& world)
    : scenario_(scenario), concentrators_(static_cast<std::uint32_t>(world.concentrators.size())),
      alive_(world.concentrators.size(), 1), cut_(world.concentrators.size(), 0) {
    using Kind = scenario::TimedEvent::Kind;
    std::copy_if(world.events.begin(), world.events.end(), std::back_inserter(planned_),
                 [](auto const& e) { return e.kind == Kind::wan_down || e.kind == Kind::wan_up; });
    std::stable_sort(planned_.begin(), planned_.end(),
                     [](auto const& a, auto const& b) { return a.at < b.at; });
    auto const& spec = world.wan;
    if (world.sessions) {
        sessions_ = std::make_unique<wan::Sessions>(spec, *world.sessions, scenario.seed);
    }
    wan_ = scenario.wan.model == scenario::WanModel::simgrid
               ? wan::make_simgrid_wan(spec, kStart + scenario.duration + std::chrono::hours{1})
               : wan::make_builtin_wan(spec);
}

SimTime WanFederate::next_event() const {
    return std::min({next_ < planned_.size() ? planned_[next_].at : kNever, wan_->next_event(),
                     sessions_ ? sessions_->next_event() : kNever});
}

void WanFederate::accept(engine::Envelope&& envelope) {
    auto const head_end = static_cast<EndpointId>(concentrators_ + 1);
    auto const other = static_cast<EndpointId>(envelope.entity);
    bool const down = goes_down(envelope.message.kind);
    std::uint32_t const octets = envelope.message.octets;
    auto const kind = envelope.message.kind;
    auto const handle = in_transit_.put({std::move(envelope.message), envelope.at});
    wan_->send({.handle = handle,
                .from = down ? head_end : other,
                .to = down ? other : head_end,
                .octets = octets,
                .kind = kind},
               envelope.at);
}

MessageRecord WanFederate::record(InTransit const& item) const {
    auto row = in_flight_record(item.message, item.sent, Channel::wan);
    row.tries = 1;
    row.hops = 1;
    return row;
}

void WanFederate::run_until(SimTime end, engine::Outbox& out) {
    for (; next_ < planned_.size() && planned_[next_].at < end; ++next_) {
        apply(planned_[next_]);
    }
    if (sessions_) {
        session_changes_.clear();
        sessions_->run_until(end, session_changes_);
        for (auto const& change : session_changes_) {
            wan_->set_endpoint_up(change.endpoint, change.up, change.at);
        }
    }
    arrivals_.clear();
    wan_->run_until(end, arrivals_);
    for (auto const& arrival : arrivals_) {
        auto item = in_transit_.take(arrival.message.handle);
        auto row = record(item);
        row.fate = arrival.fate;
        row.reason = arrival.reason;
        row.done = arrival.at;
        records_.push_back(row);
        if (arrival.fate != Fate::delivered) {
            continue;
        }
        auto const from = static_cast<std::uint32_t>(arrival.message.from);
        auto const to = static_cast<std::uint32_t>(arrival.message.to);
        if (to == concentrators_ + 1) {
            out.send(arrival.at, engine::FederateId::head_end, 0, from, std::move(item.message));
        } else if (to == concentrators_) {
            auto const meter = static_cast<std::uint32_t>(item.message.meter);
            out.send(arrival.at + scenario_.wan.gateway_delay, engine::FederateId::sms_operator,
                     meter, from, std::move(item.message));
        } else {
            out.send(arrival.at + scenario_.wan.modem_delay, engine::FederateId::access, to, from,
                     std::move(item.message));
        }
    }
}

void WanFederate::finish(SimTime) {}

void WanFederate::on_concentrator(ConcentratorId id, bool alive, SimTime at) {
    alive_[index(id)] = alive ? 1 : 0;
    set_up(static_cast<std::uint32_t>(index(id)), at);
}

void WanFederate::apply(scenario::PlannedEvent const& event) {
    for (auto const id : event.concentrators) {
        auto const c = static_cast<std::uint32_t>(id);
        cut_[c] = event.kind == scenario::TimedEvent::Kind::wan_down ? 1 : 0;
        set_up(c, event.at);
    }
}

void WanFederate::set_up(std::uint32_t concentrator, SimTime at) {
    bool const up = alive_[concentrator] != 0 && cut_[concentrator] == 0;
    auto const endpoint = static_cast<EndpointId>(concentrator);
    if (sessions_) {
        sessions_->set_powered(endpoint, up, at);
    } else {
        wan_->set_endpoint_up(endpoint, up, at);
    }
}

void WanFederate::walk_in_flight(std::vector<MessageRecord>& out) const {
    in_transit_.for_each([&](InTransit const& item) { out.push_back(record(item)); });
}

} // namespace gridtwin::twin
