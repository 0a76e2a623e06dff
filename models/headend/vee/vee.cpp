#include "models/headend/vee/vee.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::headend::vee {

namespace {

constexpr SimDuration kDay = std::chrono::hours(24);

std::uint32_t days_of(SimDuration duration) {
    return static_cast<std::uint32_t>((duration + kDay - SimDuration{1}) / kDay);
}

/// The day's type is that of its noon by the clocks.
std::vector<DayType> day_types(std::uint32_t days, CivilClock const& civil) {
    std::vector<DayType> types;
    for (std::uint32_t d = 0; d < days; ++d) {
        int const weekday = civil.at(kStart + d * kDay + kDay / 2).weekday;
        types.push_back(weekday == 5   ? DayType::saturday
                        : weekday == 6 ? DayType::sunday
                                       : DayType::working);
    }
    return types;
}

Rules checked_rules(VeeConfig const& config, SimDuration interval) {
    if (auto const text = problem(config, interval); !text.empty()) {
        throw SimulationError(text);
    }
    return Rules(config.rules, interval);
}

} // namespace

std::string problem(VeeConfig const& config, SimDuration interval) {
    if (interval <= SimDuration::zero() || kDay % interval != SimDuration::zero()) {
        return "vee: the interval does not divide a day";
    }
    std::string text = problem(config.rules, interval);
    std::string const other = problem(config.estimation);
    return text.empty() || other.empty() ? text + other : text + "; " + other.substr(5);
}

Vee::Vee(VeeConfig const& config, Fleet const& fleet, std::uint32_t intervals,
         CivilClock const& civil, gridtwin::headend::Clock const& clock, Ledger const& ledger)
    : fleet_(fleet), clock_(clock), ledger_(ledger), estimation_(config.estimation),
      rules_(checked_rules(config, fleet.interval)), intervals_(intervals),
      reach_(std::max({days_of(config.rules.zero_run), days_of(config.rules.prolonged),
                       config.rules.inactive_days})),
      store_(fleet.meters(), static_cast<std::uint32_t>(kDay / fleet.interval),
             days_of(std::int64_t{intervals} * fleet.interval)),
      most_w_(fleet.meters(), 0), exports_(fleet.meters(), 0), registers_(fleet.meters()) {
    day_type_ = day_types(store_.days(), civil);
}

void Vee::set_traits(MeterId meter, std::int64_t most_w, bool exports) {
    most_w_[index(meter)] = most_w;
    exports_[index(meter)] = exports ? 1 : 0;
}

bool Vee::kept(MeterId meter, std::uint32_t interval) const {
    return fleet_.knows(meter) && interval != 0 && interval <= intervals_;
}

MeterLimits Vee::limits(std::size_t meter) const {
    return rules_.limits(most_w_[meter], exports_[meter] != 0);
}

void Vee::changed(std::size_t meter, std::uint32_t interval) {
    std::uint32_t const day = store_.day_of(interval);
    std::uint32_t const last = std::min(store_.days() - 1, day + reach_);
    for (std::uint32_t d = day; d <= last; ++d) {
        if (store_.held(d)) {
            store_.set_stale(meter, d, true);
        }
    }
}

void Vee::on_reading(Reading const& reading) {
    std::uint32_t const k = reading.interval;
    if (!kept(reading.meter, k)) {
        throw SimulationError(fmt::format(
            "vee of {} meters and {} intervals: reading of meter {}, interval {} at {}",
            fleet_.meters(), intervals_, index(reading.meter), k, format_time(reading.received)));
    }
    std::size_t const m = index(reading.meter);
    store_.touch(store_.day_of(k));
    Series series(store_, m);
    if ((series.flags(k) & kReceived) != 0) {
        ++counts_.repeated;
        if (ledger_.import_mwh(reading.meter, k, k) != reading.import_mwh) {
            ++counts_.otherwise;
            series.add_flags(k, bit(Rule::overlap) & rules_.checked);
            changed(m, k);
        }
        return;
    }
    ++counts_.readings;
    Flags const flags_before = series.flags(k);
    series.add_flags(k, arrival_flags(reading.status, reading.voltage_dv, rules_));
    changed(m, k);
    Value const before = series.value(k);
    if (before.grade.quality == Quality::edited) {
        return; // the editor's word stands until it is undone
    }
    Value const after{reading.import_mwh, {Quality::actual, source_of(fleet_.channel[m])}};
    series.set(k, after);
    if (before.grade != Grade{} || (flags_before & bit(Rule::gap)) != 0) { // somebody looked at it
        ++counts_.late;
        trail_.append(change_of(clock_.now(), reading.meter, k, before, after, Why::late_reading));
    }
}

void Vee::on_registers(RegisterReading const& reading) {
    if (reading.tariff != 0) {
        return;
    }
    std::uint32_t const k = std::max(1U, RegisterPair::interval_at(reading.read, fleet_.interval));
    if (!fleet_.knows(reading.meter) || reading.read < kStart || k > intervals_) {
        ++counts_.rejected;
        return;
    }
    auto& points = registers_[index(reading.meter)];
    RegisterPoint const point{reading.read, reading.value[0] - reading.value[1]};
    auto const at = std::lower_bound(
        points.begin(), points.end(), point,
        [](RegisterPoint const& a, RegisterPoint const& b) { return a.read < b.read; });
    if (at != points.end() && at->read == point.read) {
        return; // the first one stays
    }
    points.insert(at, point);
    store_.touch(store_.day_of(k));
    changed(index(reading.meter), k);
}

void Vee::on_alarm(Alarm const& alarm) {
    if (alarm.kind == AlarmKind::tamper_detected) {
        flag(alarm.meter, alarm.occurred, Rule::tamper);
    }
}

void Vee::on_meter_event(MeterEvent const& event) {
    if (event.kind == EventKind::tamper_detected) {
        flag(event.meter, event.occurred, Rule::tamper);
    }
}

void Vee::flag(MeterId meter, SimTime at, Rule rule) {
    std::uint32_t const k = at < kStart ? 0 : RegisterPair::interval_at(at, fleet_.interval);
    if (!kept(meter, k)) {
        ++counts_.rejected;
        return;
    }
    if (rules_.on(rule)) {
        store_.touch(store_.day_of(k));
        Series(store_, index(meter)).add_flags(k, bit(rule));
        changed(index(meter), k);
    }
}

void Vee::on_outage(MeterId meter, SimTime from, SimTime to) {
    from = std::max(from, kStart);
    to = std::min(to, kStart + std::int64_t{intervals_} * fleet_.interval);
    if (!fleet_.knows(meter) || from >= to) {
        ++counts_.rejected;
        return;
    }
    Series series(store_, index(meter));
    auto const first = static_cast<std::uint32_t>((from - kStart) / fleet_.interval) + 1;
    std::uint32_t const last = RegisterPair::interval_at(to, fleet_.interval);
    for (std::uint32_t k = first; k <= last; ++k) {
        bool const dark =
            kStart + (k - 1) * fleet_.interval >= from && kStart + k * fleet_.interval <= to;
        store_.touch(store_.day_of(k));
        series.add_flags(k, kInterrupted | (dark ? kDark : Flags{0}));
        changed(index(meter), k);
    }
}

} // namespace gridtwin::headend::vee
