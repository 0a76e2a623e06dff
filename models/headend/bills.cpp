#include "models/headend/bills.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace gridtwin::headend {

namespace {

constexpr std::uint32_t kEnd = std::numeric_limits<std::uint32_t>::max();

std::vector<CalledPeak> in_order(std::vector<CalledPeak> calls) {
    std::ranges::stable_sort(calls, {}, &CalledPeak::called);
    return calls;
}

} // namespace

std::string problem(BillsConfig const& config, SimDuration interval) {
    auto found = billing::problems(config.billing, interval);
    auto tariffs = config.billing.tariffs; // with those called before: they must not overlap
    for (std::size_t i = 0; i < config.calls.size() && found.empty(); ++i) {
        CalledPeak const& call = config.calls[i];
        if (call.tariff >= tariffs.size()) {
            found.push_back(fmt::format("calls[{}]: there is no tariff {}", i, call.tariff));
            continue;
        }
        auto& tariff = tariffs[call.tariff];
        (call.rebate ? tariff.rebates : tariff.critical_peaks).push_back(call.event);
        found = billing::problems(tariff, fmt::format("calls[{}]", i), interval);
    }
    return found.empty() ? std::string() : fmt::format("billing: {}", fmt::join(found, "\n"));
}

Bills::Bills(BillsConfig const& config, std::span<billing::Agreement const> agreements,
             CivilClock const& civil, SimDuration interval, gridtwin::headend::Clock& clock,
             billing::EnergySource const& source, std::uint64_t timer_base, ThreadPool* pool)
    : calls_(in_order(config.calls)), agreements_(agreements.begin(), agreements.end()),
      interval_(interval), clock_(clock), timer_base_(timer_base),
      billing_(config.billing, civil, interval, clock, source, timer_base, pool) {
    if (auto const text = problem(config, interval); !text.empty()) {
        throw SimulationError(text);
    }
}

void Bills::start() {
    for (auto const& agreement : agreements_) {
        billing_.move_in(agreement, kStart);
    }
    billing_.start();
    set_call_timers();
}

void Bills::set_call_timers() {
    if (called_ < calls_.size()) {
        clock_.set_timer(calls_[called_].called, timer_base_ | kCall);
    }
}

void Bills::on_timer(std::uint64_t payload) {
    if (payload != kCall) {
        billing_.on_timer(payload);
        return;
    }
    for (; called_ < calls_.size() && calls_[called_].called <= clock_.now(); ++called_) {
        CalledPeak const& call = calls_[called_];
        if (call.rebate) {
            billing_.call_rebate(call.tariff, call.event);
        } else {
            billing_.call_critical_peak(call.tariff, call.event);
        }
    }
    set_call_timers();
}

void Bills::on_reading(Reading const& reading) {
    billing_.on_energy_changed(reading.meter, {reading.interval, reading.interval + 1});
}

/// What is interpolated between its neighbours, and beyond where it has none.
void Bills::on_registers(RegisterReading const& reading, Books const& books) {
    auto const& all = books.registers();
    auto const interval_of = [this](SimTime t) {
        return t <= kStart ? 1U : static_cast<std::uint32_t>((t - kStart) / interval_) + 1;
    };
    billing::IntervalRange range{1, kEnd};
    auto const same = [&](auto const& one) {
        return one->second.meter == reading.meter && one->second.tariff == reading.tariff;
    };
    auto const at = all.find({reading.meter, reading.read, reading.tariff});
    for (auto before = at; before != all.begin();) {
        --before;
        if (before->second.meter != reading.meter) {
            break;
        }
        if (same(before)) {
            // the one before was, until now, the last word of the time after it
            range.first = interval_of(before->second.read);
            break;
        }
    }
    for (auto after = at; after != all.end() && after->second.meter == reading.meter; ++after) {
        if (after != at && same(after)) {
            range.end = interval_of(after->second.read) + 1;
            break;
        }
    }
    billing_.on_energy_changed(reading.meter, range);
}

void Bills::follow(vee::Trail const& trail) {
    for (vee::Change const& change : trail.since(followed_)) {
        billing_.on_energy_changed(change.meter, {change.interval, change.interval + 1});
    }
    followed_ = trail.size();
}

void Bills::save(StateWriter& out) const {
    out.value(followed_);
    out.value(called_);
    billing_.save(out);
}

void Bills::restore(StateReader& in) {
    followed_ = in.value<std::uint32_t>();
    called_ = in.value<std::uint32_t>();
    in.check(called_ <= calls_.size());
    billing_.restore(in);
    set_call_timers();
}

} // namespace gridtwin::headend
