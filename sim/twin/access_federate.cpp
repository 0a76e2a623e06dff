#include "sim/twin/access_federate.hpp"

#include <algorithm>

namespace gridtwin::twin {
namespace {

// Below this many areas a window is not worth waking the other threads.
constexpr std::size_t kWorthSharing = 8;

} // namespace

AccessFederate::AccessFederate(scenario::Scenario const& scenario, scenario::World const& world,
                               meter::MeterTable& meters, ThreadPool& pool)
    : world_(world), pool_(pool), areas_(world.areas.size()), sms_(scenario, world, meters),
      scheduled_(world.areas.size(), kNever) {
    auto const& plc = scenario.access.plc;
    auto const plc_modes = plc::mode_table(plc.modem, plc.channel);
    pool.for_each(areas_.size(), [&](std::size_t a) {
        areas_[a] = std::make_unique<AccessArea>(scenario, world, static_cast<AreaId>(a), meters,
                                                 plc_modes);
    });
    for (std::size_t a = 0; a < areas_.size(); ++a) {
        reschedule(a);
    }
}

void AccessFederate::reschedule(std::size_t area) {
    SimTime const next = areas_[area]->next_event();
    if (next < scheduled_[area]) {
        scheduled_[area] = next;
        due_.push({next, static_cast<std::uint32_t>(area)});
    }
}

std::size_t AccessFederate::area_of(ConcentratorId concentrator) const {
    return index(world_.concentrators[index(concentrator)].area);
}

concentrator::Concentrator const& AccessFederate::concentrator(std::size_t i) const {
    auto const& row = world_.concentrators[i];
    return areas_[index(row.area)]->concentrator(row.place);
}

void AccessFederate::on_grid(GridView const& view) {
    for (auto const& event : view.meter_events) {
        auto const concentrator = world_.meters.concentrator[event.row];
        bool const supply =
            event.kind == EventKind::power_lost || event.kind == EventKind::power_restored;
        if (concentrator == kNone<ConcentratorId>) {
            sms_.on_meter_event(event, view.at);
        } else if (supply) {
            areas_[area_of(concentrator)]->on_supply(
                static_cast<MeterId>(event.row), event.kind == EventKind::power_restored, view.at);
        } else {
            areas_[area_of(concentrator)]->on_meter_event(event, view.at);
        }
    }
    for (auto const& change : view.fuses) {
        auto const concentrator = world_.lv[index(change.network)].concentrator;
        if (concentrator != kNone<ConcentratorId>) {
            areas_[area_of(concentrator)]->on_fuse(change);
        }
    }
    for (std::size_t a = 0; a < areas_.size(); ++a) {
        areas_[a]->on_mains(view.lv_live, view.at);
        areas_[a]->on_grid(view);
        areas_[a]->on_busbar(view.lv_busbar_w, view.at);
        tell_liveness(a); // now: the network has run no further than this barrier
        reschedule(a);
    }
}

void AccessFederate::tell_liveness(std::size_t area) {
    for (auto const& change : areas_[area]->liveness()) {
        for (auto* listener : liveness_) {
            listener->on_concentrator(change.concentrator, change.alive, change.at);
        }
    }
    areas_[area]->liveness().clear();
}

SimTime AccessFederate::next_event() const {
    return std::min(due_.empty() ? kNever : due_.top().at, sms_.next_event());
}

void AccessFederate::accept(engine::Envelope&& envelope) {
    if (envelope.message.concentrator != kNone<ConcentratorId>) {
        auto const area = area_of(envelope.message.concentrator);
        areas_[area]->accept(envelope.at, std::move(envelope.message));
        reschedule(area);
    } else {
        sms_.accept(envelope.at, std::move(envelope.message));
    }
}

void AccessFederate::run_until(SimTime end, engine::Outbox& out) {
    running_.clear();
    while (!due_.empty() && due_.top().at < end) {
        auto const top = due_.top();
        due_.pop();
        if (top.at == scheduled_[top.area]) { // else outdated
            scheduled_[top.area] = kNever;
            running_.push_back(top.area);
        }
    }
    if (running_.size() < kWorthSharing) {
        for (auto area : running_) {
            areas_[area]->run_until(end);
        }
    } else {
        pool_.for_each(running_.size(),
                       [&](std::size_t i) { areas_[running_[i]]->run_until(end); });
    }
    std::sort(running_.begin(), running_.end());
    for (auto a : running_) {
        auto& area = *areas_[a];
        for (auto& o : area.outbox()) {
            out.send(o.at, o.to, o.entity, a, std::move(o.message));
        }
        area.outbox().clear();
        tell_liveness(a);
        reschedule(a);
    }
    sms_.run_until(end, out);
}

void AccessFederate::finish(SimTime) {}

void AccessFederate::take_records(std::vector<MessageRecord>& messages,
                                  std::vector<EventRecord>& events) {
    for (auto& area : areas_) {
        messages.insert(messages.end(), area->message_records().begin(),
                        area->message_records().end());
        area->message_records().clear();
        events.insert(events.end(), area->events().begin(), area->events().end());
        area->events().clear();
    }
    sms_.take_events(events);
}

} // namespace gridtwin::twin
