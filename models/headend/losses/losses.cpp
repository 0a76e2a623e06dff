#include "models/headend/losses/losses.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace gridtwin::headend {

std::string problem(LossesConfig const& config) {
    if (auto text = problem(config.theft); !text.empty()) {
        return text;
    }
    if (config.judge_every <= SimDuration::zero() || config.wait < SimDuration::zero() ||
        config.alarm_memory < SimDuration::zero()) {
        return "losses: times cannot be negative, and looks need some time between them";
    }
    if (config.clear_after == 0) {
        return "losses: a suspicion needs one look at least to end";
    }
    return {};
}

Losses::Losses(LossesConfig const& config, Fleet const& fleet, Ports const& ports,
               std::uint64_t timer_base)
    : config_(config), fleet_(fleet), ports_(ports), timer_base_(timer_base),
      meters_(fleet.concentrators), supplied_(fleet.concentrators), reports_(fleet.concentrators) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
    for (std::size_t m = 0; m < fleet.meters(); ++m) {
        auto const meter = static_cast<MeterId>(m);
        if (auto const busbar = fleet.busbar_meter(meter); busbar != kNone<ConcentratorId>) {
            meters_[index(busbar)].push_back(meter);
        }
    }
}

void Losses::start() {
    next_ = kStart + config_.judge_every + config_.wait;
    ports_.clock.set_timer(next_, timer_base_);
}

void Losses::on_balance(BalanceReading const& reading) {
    supplied_[index(reading.concentrator)].try_emplace(reading.interval, reading.busbar_mwh);
}

void Losses::on_alarm(Alarm const& alarm) {
    if (alarm.kind == AlarmKind::tamper_detected) {
        auto& latest = reported_.try_emplace(alarm.meter, alarm.occurred).first->second;
        latest = std::max(latest, alarm.occurred);
    }
}

void Losses::on_timer(std::uint64_t) {
    SimTime const now = ports_.clock.now();
    if (now < next_) {
        return;
    }
    auto const last = static_cast<std::uint32_t>((now - config_.wait - kStart) / fleet_.interval);
    for (std::size_t c = 0; c < meters_.size(); ++c) {
        if (!meters_[c].empty()) {
            look(static_cast<ConcentratorId>(c), last);
        }
    }
    next_ += config_.judge_every;
    ports_.clock.set_timer(next_, timer_base_);
}

/// Those below a busbar with readings enough for a window of all these intervals.
std::vector<MeterId> Losses::heard(ConcentratorId concentrator, std::uint32_t first,
                                   std::uint32_t last) const {
    std::vector<MeterId> out;
    double const enough = config_.theft.usable_frac * static_cast<double>(last - first + 1);
    std::ranges::copy_if(meters_[index(concentrator)], std::back_inserter(out), [&](MeterId meter) {
        return static_cast<double>(ports_.ledger.held(meter, first, last)) >= enough;
    });
    return out;
}

void Losses::look(ConcentratorId concentrator, std::uint32_t last) {
    auto& supplied = supplied_[index(concentrator)];
    auto const length = std::min(last, config_.theft.windows.back());
    std::uint32_t const first = last - length + 1;
    auto const meters = heard(concentrator, first, last);
    supplied.erase(supplied.begin(), supplied.lower_bound(first)); // nobody looks back farther
    std::vector<std::int64_t> energy(length, 0);
    std::vector<std::int64_t> technical(length, 0);
    std::vector<std::uint8_t> usable(length, 0);
    std::vector<std::int32_t> metered(meters.size() * length, 0);
    auto const lines = fleet_.lines.empty() ? LineLosses{} : fleet_.lines[index(concentrator)];
    for (auto row = supplied.begin(); row != supplied.end() && row->first <= last; ++row) {
        auto const k = row->first - first;
        energy[k] = row->second;
        auto const mwh = static_cast<double>(row->second);
        technical[k] = std::llround(lines.constant_mwh + lines.per_mwh * mwh * mwh);
        usable[k] = 1;
    }
    for (std::size_t m = 0; m < meters.size(); ++m) {
        for (std::uint32_t k = 0; k < length; ++k) {
            if (usable[k] == 0) {
                continue;
            }
            if (!ports_.ledger.has(meters[m], first + k)) {
                usable[k] = 0;
                continue;
            }
            metered[m * length + k] = static_cast<std::int32_t>(
                ports_.ledger.import_mwh(meters[m], first + k, first + k));
        }
    }
    std::vector<std::uint8_t> reported(meters.size(), 0);
    for (std::size_t m = 0; m < meters.size(); ++m) {
        auto const word = reported_.find(meters[m]);
        reported[m] =
            word != reported_.end() && word->second + config_.alarm_memory >= ports_.clock.now()
                ? 1
                : 0;
    }
    auto report =
        locate_theft(config_.theft, {.supplied_mwh = energy,
                                     .technical_mwh = technical,
                                     .usable = usable,
                                     .metered_mwh = metered,
                                     .reported = reported,
                                     .silent = static_cast<std::uint32_t>(
                                         meters_[index(concentrator)].size() - meters.size())});
    ++counts_.looks;
    counts_.unjudged += report.intervals == 0 ? 1 : 0;
    if (report.intervals != 0) {
        follow(meters, report);
    }
    reports_[index(concentrator)] = std::move(report);
}

/// Begins and ends suspicions of those who were looked at.
void Losses::follow(std::vector<MeterId> const& meters, TheftReport const& report) {
    SimTime const now = ports_.clock.now();
    std::vector<std::uint8_t> seen(meters.size(), 0);
    for (auto const& suspicion : report.suspects) {
        seen[suspicion.meter] = 1;
        MeterId const meter = meters[suspicion.meter];
        auto const [held, is_new] = suspects_.try_emplace(meter, 0);
        held->second = 0;
        if (is_new) {
            ++counts_.suspected;
            ports_.suspicions.suspect(
                {.at = now,
                 .meter = meter,
                 .network = fleet_.lv_network[index(meter)],
                 .factor = suspicion.factor,
                 .significance = suspicion.significance,
                 .unaccounted_mwh = suspicion.unaccounted_mwh,
                 .suspected = 1,
                 .reversed = suspicion.reversed ? std::uint8_t{1} : std::uint8_t{0},
                 .reported = suspicion.reported ? std::uint8_t{1} : std::uint8_t{0}});
        }
    }
    for (std::size_t m = 0; m < meters.size(); ++m) {
        auto const held = suspects_.find(meters[m]);
        if (held != suspects_.end() && seen[m] == 0 && ++held->second >= config_.clear_after) {
            suspects_.erase(held);
            ++counts_.cleared;
            ports_.suspicions.suspect(
                {.at = now, .meter = meters[m], .network = fleet_.lv_network[index(meters[m])]});
        }
    }
}

void Losses::save(StateWriter& out) const {
    out.value(counts_);
    out.value(next_);
    for (auto const& rows : supplied_) {
        out.value(static_cast<std::uint64_t>(rows.size()));
        for (auto const& [interval, energy] : rows) {
            out.value(interval);
            out.value(energy);
        }
    }
    out.value(static_cast<std::uint64_t>(reported_.size()));
    for (auto const& [meter, at] : reported_) {
        out.value(meter);
        out.value(at);
    }
    out.value(static_cast<std::uint64_t>(suspects_.size()));
    for (auto const& [meter, quiet] : suspects_) {
        out.value(meter);
        out.value(quiet);
    }
}

/// The latest looks' reports are not kept: they are for people, and the next look makes new ones.
void Losses::restore(StateReader& in) {
    counts_ = in.value<LossesCounts>();
    next_ = in.value<SimTime>();
    for (auto& rows : supplied_) {
        rows.clear();
        for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
            auto const interval = in.value<std::uint32_t>();
            rows.emplace_hint(rows.end(), interval, in.value<std::int64_t>());
        }
    }
    reported_.clear();
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        auto const meter = in.value<MeterId>();
        in.check(fleet_.knows(meter));
        reported_.emplace_hint(reported_.end(), meter, in.value<SimTime>());
    }
    suspects_.clear();
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        auto const meter = in.value<MeterId>();
        in.check(fleet_.knows(meter));
        suspects_.emplace_hint(suspects_.end(), meter, in.value<std::uint64_t>());
    }
    ports_.clock.set_timer(next_, timer_base_);
}

} // namespace gridtwin::headend
