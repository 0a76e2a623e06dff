#include "models/headend/outage/management.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::headend {

namespace {

// a timer's payload: what for in the high bits, a row below
constexpr int kWhatBit = 40;
constexpr std::uint64_t kLook = 0;
constexpr std::uint64_t kPings = 1;
constexpr std::uint64_t kNotices = 2;

} // namespace

std::string problem(OutageManagementConfig const& config) {
    std::string text;
    for (std::string const& fault :
         {problem(config.location), problem(config.pings), problem(config.notices)}) {
        text += (text.empty() || fault.empty() ? "" : "\n") + fault;
    }
    auto const fault = [&text](char const* line) {
        text += (text.empty() ? "" : "\n") + std::string(line);
    };
    if (config.revise < SimDuration::zero() || config.recheck <= SimDuration::zero() ||
        config.nested_wait < SimDuration::zero() || config.hold_up < SimDuration::zero()) {
        fault("outage management: recheck must be positive, no other duration negative");
    }
    if (!(config.sure_frac >= 0.0 && config.sure_frac <= 1.0)) {
        fault("outage management: sure_frac must be in [0, 1]");
    }
    return text;
}

OutageManagement::OutageManagement(OutageManagementConfig const& config, NetworkTree const& tree,
                                   Fleet const& fleet, Ports const& ports, CommandNumbers& numbers,
                                   NotifyPort& notify, std::uint64_t timer_base)
    : config_(config), fleet_(fleet), ports_(ports), timer_base_(timer_base),
      tree_(tree, fleet.lv_networks()), members_(fleet),
      pings_(config.pings, fleet, ports, numbers, timer(kPings)),
      notices_(config.notices, ports.clock, notify, timer(kNotices)), records_(fleet.meters()),
      due_(tree.devices(), kNever), newest_(tree.devices(), kUnheard), busy_(tree.devices(), 0),
      alone_(fleet.meters(), 0) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
}

std::uint64_t OutageManagement::timer(std::uint64_t what, std::uint64_t row) const {
    return timer_base_ | what << kWhatBit | row;
}

Evidence OutageManagement::evidence() const {
    return {tree_, members_, fleet_.lv_network, records_};
}

std::uint64_t OutageManagement::number(DeviceOutage const& outage) const {
    return static_cast<std::uint64_t>(&outage - outages_.data()) + 1;
}

void OutageManagement::on_alarm(Alarm const& alarm) {
    MeterRecord& record = records_[index(alarm.meter)];
    DeviceId const head = tree_.head(fleet_.lv_network[index(alarm.meter)]);
    switch (sign(alarm.kind)) {
    case Sign::loss:
        if (note(record.lost, alarm.occurred)) {
            newest_[index(head)] = std::max(newest_[index(head)], alarm.occurred);
            follow_alone(alarm.meter);
            news(alarm.meter, true);
        }
        break;
    case Sign::supply:
        if (alarm.kind != AlarmKind::power_restored) {
            shown(alarm.meter, alarm.occurred);
        } else if (note(record.back, alarm.occurred)) {
            follow_alone(alarm.meter);
            news(alarm.meter, false);
        }
        break;
    case Sign::none:
        break;
    }
}

void OutageManagement::on_reading(Reading const& reading) {
    if (shows_supply(reading, config_.alive_dv)) {
        shown(reading.meter, shown_by(reading, fleet_.interval));
    }
}

bool OutageManagement::on_acknowledgement(Acknowledgement const& acknowledgement) {
    bool const own = pings_.on_acknowledgement(acknowledgement);
    if (!own || acknowledgement.value != 0) {
        shown(acknowledgement.meter, acknowledgement.executed - config_.hold_up);
    }
    return own;
}

void OutageManagement::shown(MeterId meter, SimTime at) {
    MeterRecord& record = records_[index(meter)];
    if (at > record.shown) {
        record.shown = at;
        follow_alone(meter);
        news(meter, false);
    }
}

/// Signs of supply matter where something is out, or may be.
void OutageManagement::news(MeterId meter, bool always) {
    DeviceId const head = tree_.head(fleet_.lv_network[index(meter)]);
    if (always || busy_[index(head)] != 0) {
        schedule(head, ports_.clock.now() + config_.revise);
    }
}

void OutageManagement::schedule(DeviceId head, SimTime at) {
    SimTime& due = due_[index(head)];
    if (at < due) {
        due = at;
        ports_.clock.set_timer(at, timer(kLook, index(head)));
    }
}

void OutageManagement::on_timer(std::uint64_t payload) {
    std::uint64_t const row = payload & ((std::uint64_t{1} << kWhatBit) - 1);
    switch (payload >> kWhatBit) {
    case kLook:
        if (row < due_.size() && due_[row] <= ports_.clock.now()) {
            due_[row] = kNever;
            evaluate(static_cast<DeviceId>(row));
        }
        break;
    case kPings:
        for (Pings::Lapsed const& lapsed : pings_.on_timer()) {
            MeterRecord& record = records_[index(lapsed.meter)];
            record.unanswered = std::max(record.unanswered, lapsed.sent);
            news(lapsed.meter, false);
        }
        break;
    case kNotices:
        notices_.on_timer();
        break;
    default:
        break;
    }
}

std::vector<std::uint64_t> OutageManagement::open() const {
    std::vector<std::uint64_t> result;
    for (DeviceOutage const& outage : outages_) {
        if (outage.state == OutageState::open) {
            result.push_back(number(outage));
        }
    }
    return result;
}

void OutageManagement::journal(EventKind kind, Place const& place, SimTime instant, Reason reason) {
    if (place.is_device()) { // of transformers tells Outage
        ports_.journal.write({.at = ports_.clock.now(),
                              .kind = kind,
                              .entity = EventEntity::device,
                              .reason = reason,
                              .row = static_cast<std::uint32_t>(index(place.device)),
                              .value = to_ns(instant)});
    }
}

void OutageManagement::save(StateWriter& out) const {
    out.column(records_);
    out.column(due_);
    out.column(newest_);
    out.column(outages_);
    out.column(interruptions_);
    out.column(alone_);
    out.value(counts_);
    pings_.save(out);
    notices_.save(out);
}

void OutageManagement::restore(StateReader& in) {
    in.column(records_);
    in.column(due_);
    in.column(newest_);
    in.list(outages_);
    in.list(interruptions_);
    in.column(alone_);
    counts_ = in.value<OutageManagementCounts>();
    pings_.restore(in);
    notices_.restore(in);
    count_busy();
    for (std::size_t d = 0; d < due_.size(); ++d) {
        if (due_[d] != kNever) {
            ports_.clock.set_timer(due_[d], timer(kLook, d));
        }
    }
}

} // namespace gridtwin::headend
