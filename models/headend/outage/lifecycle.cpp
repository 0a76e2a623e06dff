// The life of an outage in outage management: named, revised or withdrawn, cleared, verified.
#include "models/headend/outage/management.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::headend {

namespace {

std::uint32_t ppm(double frac) {
    return static_cast<std::uint32_t>(std::lround(frac * 1e6));
}

} // namespace

void OutageManagement::evaluate(DeviceId head) {
    match(head, locate(config_.location, evidence(), head, ports_.clock.now()));
    for (std::size_t row = 0; row < outages_.size(); ++row) { // verify() adds rows
        DeviceOutage& outage = outages_[row];
        if (outage.head != head) {
            continue;
        }
        if (outage.parent != 0 && outage.state == OutageState::open) {
            follow_nested(outage);
        }
        if (outage.state == OutageState::open) {
            ping_to_locate(outage);
        } else if (outage.state == OutageState::verifying) {
            verify(row);
        }
    }
    count_busy();
    look_again(head);
}

/// The same event is one whose losses begin about when they did; of several the same place's first.
void OutageManagement::match(DeviceId head, std::vector<LocatedEvent> const& events) {
    std::size_t const known = outages_.size();
    std::vector<bool> found(known);
    std::vector<bool> matched(events.size());
    SimDuration const near = config_.location.window + config_.location.clock_skew;
    for (bool const same_place : {true, false}) {
        for (std::size_t e = 0; e < events.size(); ++e) {
            for (std::size_t row = 0; row < known && !matched[e]; ++row) {
                DeviceOutage& outage = outages_[row];
                if (outage.head != head || found[row] || outage.parent != 0 ||
                    outage.state == OutageState::withdrawn ||
                    outage.began > events[e].first + near ||
                    events[e].first > outage.began + near ||
                    (same_place && outage.place() != events[e].place)) {
                    continue;
                }
                found[row] = true;
                matched[e] = true;
                if (outage.state != OutageState::closed) {
                    revise(outage, events[e]);
                }
            }
        }
    }
    for (std::size_t row = 0; row < known; ++row) {
        DeviceOutage& outage = outages_[row];
        if (outage.head == head && outage.parent == 0 && outage.state == OutageState::open &&
            !found[row]) {
            withdraw(outage);
        }
    }
    for (std::size_t e = 0; e < events.size(); ++e) {
        if (!matched[e]) {
            name_outage(head, events[e], 0);
        }
    }
}

void OutageManagement::name_outage(DeviceId head, LocatedEvent const& event, std::uint32_t parent) {
    SimTime const now = ports_.clock.now();
    DeviceOutage const& outage =
        outages_.emplace_back(DeviceOutage{.began = event.first,
                                           .last = event.last,
                                           .named = now,
                                           .revised = now,
                                           .head = head,
                                           .device = event.place.device,
                                           .transformer = event.place.transformer,
                                           .parent = parent,
                                           .reports = event.reports,
                                           .confidence_ppm = ppm(event.confidence_frac)});
    ++counts_.named;
    counts_.nested += parent != 0 ? 1 : 0;
    journal(EventKind::outage_inferred, event.place, event.first);
    if (event.restored != kNever) {
        clear(outages_.back(), event.restored); // all of it came late
    } else {
        tell_outage(outage);
    }
}

void OutageManagement::revise(DeviceOutage& outage, LocatedEvent const& event) {
    outage.began = event.first;
    outage.last = event.last;
    outage.reports = event.reports;
    outage.confidence_ppm = ppm(event.confidence_frac);
    if (outage.place() != event.place) {
        Place const former = outage.place();
        if (outage.state == OutageState::open) {
            journal(EventKind::outage_cleared, former, outage.began, Reason::revised);
        }
        outage.device = event.place.device;
        outage.transformer = event.place.transformer;
        outage.revised = ports_.clock.now();
        if (outage.state == OutageState::verifying) { // what was back was another place
            outage.restored = outage.cleared = kNever;
            --counts_.cleared;
        }
        outage.state = OutageState::open;
        ++outage.revisions;
        ++counts_.revised;
        journal(EventKind::outage_inferred, event.place, event.first);
        tell_restored(outage, former);
        if (event.restored == kNever) {
            tell_outage(outage);
        }
    }
    if (event.restored == kNever) {
        return;
    }
    if (outage.state == OutageState::open) {
        clear(outage, event.restored);
    } else {
        outage.restored = event.restored; // as more is heard of it
    }
}

void OutageManagement::withdraw(DeviceOutage& outage) {
    outage.state = OutageState::withdrawn;
    outage.cleared = ports_.clock.now();
    ++counts_.withdrawn;
    pings_.drop(number(outage));
    journal(EventKind::outage_cleared, outage.place(), outage.began, Reason::revised);
    tell_restored(outage, outage.place());
    if (outage.parent == 0) {
        return;
    }
    for (LvNetworkId const t : tree_.transformers(outage.place())) { // they suffered what is above
        for (MeterId const m : members_.of(t)) {
            interruptions_.push_back(suffered(outages_[outage.parent - 1], m));
        }
    }
}

void OutageManagement::clear(DeviceOutage& outage, SimTime restored) {
    outage.state = OutageState::verifying;
    outage.restored = restored;
    outage.cleared = ports_.clock.now();
    outage.pings = 0;
    ++counts_.cleared;
    pings_.drop(number(outage));
    journal(EventKind::outage_cleared, outage.place(), restored);
    schedule(outage.head, outage.cleared + std::min(first_ping(), config_.nested_wait));
}

/// An answer shows supply `hold_up` before only; it is to show more than the return did.
SimDuration OutageManagement::first_ping() const {
    return config_.hold_up + config_.location.clock_skew;
}

/// A nested outage is over as its customers show supply after what is above it came back; as they
/// turn out to have come back with that, it was none.
void OutageManagement::follow_nested(DeviceOutage& outage) {
    SimTime const above = outages_[outage.parent - 1].restored + config_.location.clock_skew;
    std::size_t out = 0;
    std::vector<SimTime> returns;
    for (LvNetworkId const t : tree_.transformers(outage.place())) {
        for (MeterId const m : members_.of(t)) {
            MeterRecord const& record = records_[index(m)];
            if (stayed_out(config_.location, record, outage.began, above)) {
                ++out;
            } else if (SimTime const back = first_sign_after(record, above); back != kNever) {
                bool const told =
                    std::any_of(record.lost.begin(), record.lost.end(), [&](SimTime at) {
                        return at >= outage.began && at <= outage.last;
                    });
                if (told && first_sign_after(record, outage.last) == back) {
                    returns.push_back(back);
                }
            }
        }
    }
    std::sort(returns.begin(), returns.end());
    auto const k = std::min<std::size_t>(config_.location.clear_meters, returns.size() + out);
    if (k > 0 && returns.size() >= k) {
        clear(outage, returns[k - 1]);
    } else if (out == 0) {
        withdraw(outage);
    }
}

void OutageManagement::verify(std::size_t row) {
    tell_restored(outages_[row], outages_[row].place());
    if (ports_.clock.now() < outages_[row].cleared + config_.nested_wait) {
        if (ports_.clock.now() >= outages_[row].cleared + first_ping()) {
            ping_to_verify(outages_[row]);
        }
        return;
    }
    DeviceOutage const outage = outages_[row];
    outages_[row].state = OutageState::closed;
    pings_.drop(row + 1);
    auto const nested =
        locate_nested(config_.location, evidence(), outage.place(), outage.began, outage.restored);
    for (LvNetworkId const t : tree_.transformers(outage.place())) {
        bool const below = std::any_of(nested.begin(), nested.end(), [&](auto const& event) {
            return tree_.is_below(t, event.place);
        });
        for (MeterId const m : members_.of(t)) {
            if (below) {
                continue; // the nested outage's
            }
            if (stayed_out(config_.location, records_[index(m)], outage.began, outage.restored)) {
                stays_out(outage, m);
            } else {
                interruptions_.push_back(suffered(outage, m));
                notices_.tell_restored(row + 1, m);
            }
        }
    }
    for (LocatedEvent const& event : nested) {
        name_outage(outage.head, event, static_cast<std::uint32_t>(row + 1));
    }
}

void OutageManagement::count_busy() {
    std::fill(busy_.begin(), busy_.end(), 0);
    for (DeviceOutage const& outage : outages_) {
        busy_[index(outage.head)] +=
            outage.state == OutageState::open || outage.state == OutageState::verifying ? 1 : 0;
    }
}

void OutageManagement::look_again(DeviceId head) {
    SimTime const now = ports_.clock.now();
    SimTime const newest = newest_[index(head)];
    if (newest != kUnheard && now < newest + config_.location.settle + 5 * config_.location.delay) {
        schedule(head, now + config_.recheck);
    }
    for (DeviceOutage const& outage : outages_) {
        if (outage.head == head && outage.state == OutageState::verifying) {
            SimTime const next = outage.cleared + first_ping();
            schedule(head, now < next ? next : outage.cleared + config_.nested_wait);
        }
    }
}

} // namespace gridtwin::headend
