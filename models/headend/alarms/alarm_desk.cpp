#include "models/headend/alarms/alarm_desk.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::headend {

std::string problem(AlarmDeskConfig const& config) {
    if (config.flood_limit == 0 || config.flood_window <= SimDuration::zero()) {
        return "alarms: a flood needs a window and one alarm at least";
    }
    if (config.escalate_after <= SimDuration::zero()) {
        return "alarms: escalate_after must be above zero";
    }
    if (config.acknowledge_each < SimDuration::zero()) {
        return "alarms: acknowledge_each is negative";
    }
    return {};
}

AlarmDesk::AlarmDesk(AlarmDeskConfig const& config, Clock& clock, std::uint64_t timer_base)
    : config_(config), clock_(clock), timer_base_(timer_base) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
}

void AlarmDesk::timer(std::uint64_t what, std::uint64_t id, SimTime at) {
    clock_.set_timer(at, timer_base_ | (what << kWhatBit) | id);
}

std::uint64_t AlarmDesk::raise(Signal signal, AlarmPlace about, AlarmPlace group, SimTime began,
                               std::int64_t value) {
    ++counts_.words;
    SimTime const now = clock_.now();
    if (auto const open = open_.find({signal, about}); open != open_.end()) {
        auto& alarm = at(open->second);
        ++alarm.count;
        alarm.value = value;
        if (alarm.state == AlarmState::returned) { // and stands again
            alarm.state = AlarmState::unacknowledged;
            alarm.over = kNever;
            if (alarm.under != 0 && at(alarm.under).over != kNever) { // its flood is over
                alarm.under = 0;
                alarm.raised = now;
                --counts_.suppressed;
                show(alarm);
            } else if (alarm.under != 0) {
                ++standing_[alarm.under];
            }
        }
        return alarm.id;
    }
    auto& held = groups_[{signal, group}];
    while (!held.raised.empty() && held.raised.front() + config_.flood_window <= now) {
        held.raised.pop_front();
    }
    held.raised.push_back(now);
    if (held.flood == 0 && held.raised.size() > config_.flood_limit) {
        held.flood =
            begin(Signal::flood, group, group, began, static_cast<std::int64_t>(signal), 0).id;
    }
    if (held.flood != 0) {
        timer(kFloodEnds, held.flood, now + config_.flood_window);
    }
    return begin(signal, about, group, began, value, held.flood).id;
}

StandingAlarm& AlarmDesk::begin(Signal signal, AlarmPlace about, AlarmPlace group, SimTime began,
                                std::int64_t value, std::uint64_t under) {
    auto const which = static_cast<std::size_t>(signal);
    alarms_.push_back({.id = alarms_.size() + 1,
                       .began = began,
                       .raised = clock_.now(),
                       .under = under,
                       .value = value,
                       .about = about,
                       .group = group,
                       .signal = signal,
                       .priority = config_.priority[which]});
    auto& alarm = alarms_.back();
    ++counts_.raised[which];
    if (signal != Signal::flood) { // one group may have floods of several signals
        open_.emplace(Key{signal, about}, alarm.id);
    }
    if (under == 0) {
        show(alarm);
    } else {
        ++counts_.suppressed;
        ++standing_[under];
        if (at(under).acknowledged != kNever) {
            seen(alarm); // who knows of the flood knows of this
        }
    }
    return alarm;
}

void AlarmDesk::show(StandingAlarm& alarm) {
    SimTime const now = clock_.now();
    ++counts_.shown;
    while (!recent_.empty() && recent_.front() + config_.flood_window <= now) {
        recent_.pop_front();
    }
    recent_.push_back(now);
    counts_.most_shown = std::max<std::uint64_t>(counts_.most_shown, recent_.size());
    queue_.insert({alarm.priority, alarm.id});
    timer(kEscalate, alarm.id, now + config_.escalate_after);
    operate();
}

/// Is forgotten once it is over and seen.
void AlarmDesk::close(StandingAlarm& alarm) {
    alarm.state = AlarmState::normal;
    if (alarm.signal != Signal::flood) {
        open_.erase({alarm.signal, alarm.about});
    }
}

bool AlarmDesk::end(Signal signal, AlarmPlace about) {
    auto const open = open_.find({signal, about});
    if (open == open_.end() || at(open->second).state == AlarmState::returned) {
        ++counts_.stray_ends;
        return false;
    }
    auto& alarm = at(open->second);
    alarm.over = clock_.now();
    if (alarm.state == AlarmState::acknowledged) {
        close(alarm);
    } else {
        alarm.state = AlarmState::returned;
    }
    if (alarm.under != 0) {
        --standing_[alarm.under];
        end_flood(alarm.under);
    }
    return true;
}

void AlarmDesk::seen(StandingAlarm& alarm) {
    alarm.acknowledged = clock_.now();
    if (alarm.state == AlarmState::returned) {
        close(alarm);
    } else {
        alarm.state = AlarmState::acknowledged;
    }
}

bool AlarmDesk::acknowledge(std::uint64_t id) {
    if (id == 0 || id > alarms_.size() || at(id).acknowledged != kNever) {
        return false;
    }
    auto& alarm = at(id);
    if (alarm.under == 0) {
        queue_.erase({alarm.priority, id});
        ++counts_.acknowledged;
        counts_.to_acknowledge += clock_.now() - alarm.raised;
    }
    seen(alarm);
    if (alarm.signal == Signal::flood) {
        for (auto& other : std::span(alarms_).subspan(id)) {
            if (other.under == id && other.acknowledged == kNever) {
                seen(other);
            }
        }
    }
    return true;
}

void AlarmDesk::escalate(std::uint64_t id) {
    auto& alarm = at(id);
    if (alarm.acknowledged != kNever || alarm.escalated != 0) {
        return;
    }
    alarm.escalated = 1;
    ++counts_.escalated;
    queue_.erase({alarm.priority, id});
    if (alarm.priority != Priority::critical) {
        alarm.priority = static_cast<Priority>(static_cast<std::uint8_t>(alarm.priority) - 1);
    }
    queue_.insert({alarm.priority, id});
}

/// A flood is over when nothing has come for a window, and nothing under it stands any more.
void AlarmDesk::end_flood(std::uint64_t id) {
    auto& flood = at(id);
    auto const held = groups_.find({static_cast<Signal>(flood.value), flood.group});
    if (held == groups_.end() || held->second.flood != id || standing_[id] != 0 ||
        held->second.raised.back() + config_.flood_window > clock_.now()) {
        return;
    }
    groups_.erase(held);
    standing_.erase(id);
    flood.over = clock_.now();
    if (flood.state == AlarmState::acknowledged) {
        close(flood);
    } else {
        flood.state = AlarmState::returned;
    }
}

/// An operator takes the next alarm when the one before is done.
void AlarmDesk::operate() {
    if (config_.acknowledge_each == SimDuration::zero() || queue_.empty() ||
        operator_next_ != kNever) {
        return;
    }
    operator_next_ = std::max(clock_.now(), operator_free_) + config_.acknowledge_each;
    timer(kOperator, 0, operator_next_);
}

void AlarmDesk::on_timer(std::uint64_t payload) {
    std::uint64_t const id = payload & ((std::uint64_t{1} << kWhatBit) - 1);
    std::uint64_t const what = payload >> kWhatBit;
    if (what == kOperator) {
        if (clock_.now() < operator_next_) {
            return;
        }
        operator_free_ = operator_next_;
        operator_next_ = kNever;
        if (!queue_.empty()) {
            acknowledge(queue_.begin()->id);
        }
        operate();
    } else if (id != 0 && id <= alarms_.size()) {
        what == kEscalate ? escalate(id) : end_flood(id);
    }
}

std::vector<std::uint64_t> AlarmDesk::list() const {
    std::vector<std::uint64_t> shown;
    for (auto const& alarm : alarms_) {
        if (alarm.under == 0 && alarm.state != AlarmState::normal) {
            shown.push_back(alarm.id);
        }
    }
    std::ranges::stable_sort(shown, {},
                             [this](std::uint64_t id) { return alarms_[id - 1].priority; });
    return shown;
}

void AlarmDesk::save(StateWriter& out) const {
    out.value(counts_);
    out.column(alarms_);
    out.value(operator_free_);
    out.value(operator_next_);
    out.column(std::vector<SimTime>(recent_.begin(), recent_.end()));
    out.value(static_cast<std::uint64_t>(groups_.size()));
    for (auto const& [key, group] : groups_) {
        out.value(static_cast<std::uint64_t>(key.first));
        out.value(static_cast<std::uint64_t>(key.second.entity));
        out.value(static_cast<std::uint64_t>(key.second.row));
        out.value(group.flood);
        out.column(std::vector<SimTime>(group.raised.begin(), group.raised.end()));
    }
}

void AlarmDesk::restore(StateReader& in) {
    counts_ = in.value<AlarmDeskCounts>();
    in.list(alarms_);
    operator_free_ = in.value<SimTime>();
    operator_next_ = in.value<SimTime>();
    std::vector<SimTime> instants;
    in.list(instants);
    recent_.assign(instants.begin(), instants.end());
    groups_.clear();
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        auto const signal = static_cast<Signal>(in.value<std::uint64_t>());
        auto const entity = static_cast<EventEntity>(in.value<std::uint64_t>());
        auto const row = static_cast<std::uint32_t>(in.value<std::uint64_t>());
        auto& group = groups_[{signal, {entity, row}}];
        group.flood = in.value<std::uint64_t>();
        in.check(group.flood <= alarms_.size());
        in.list(instants);
        group.raised.assign(instants.begin(), instants.end());
        if (group.flood != 0) {
            in.check(!group.raised.empty());
            timer(kFloodEnds, group.flood, group.raised.back() + config_.flood_window);
        }
    }
    open_.clear();
    queue_.clear();
    standing_.clear();
    for (auto const& alarm : alarms_) {
        if (alarm.signal != Signal::flood && alarm.state != AlarmState::normal) {
            open_.emplace(Key{alarm.signal, alarm.about}, alarm.id);
        }
        if (alarm.under != 0 && alarm.over == kNever) {
            ++standing_[alarm.under];
        }
        if (alarm.under == 0 && alarm.acknowledged == kNever) {
            queue_.insert({alarm.priority, alarm.id});
            if (alarm.escalated == 0) {
                timer(kEscalate, alarm.id, alarm.raised + config_.escalate_after);
            }
        }
    }
    if (operator_next_ != kNever) {
        timer(kOperator, 0, operator_next_);
    }
}

} // namespace gridtwin::headend
