#include "models/meter/parameters.hpp"

#include "models/wire/told_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace gridtwin::meter {
namespace {

LimiterState* limiter_of(MeterTable& table, MeterId meter) {
    auto const slot = table.limiters.slot(meter);
    return slot == Limiters::kNoSlot ? nullptr : &table.limiters.state[slot];
}

std::optional<QualityIndicator> indicator_of(Parameter parameter) {
    switch (parameter) {
    case Parameter::sag_limit:
        return QualityIndicator::sag;
    case Parameter::swell_limit:
        return QualityIndicator::swell;
    case Parameter::frequency_limit:
        return QualityIndicator::frequency;
    case Parameter::calendar:
    case Parameter::limit:
    case Parameter::quota:
        break;
    }
    return std::nullopt;
}

QualitySpec with(MeterTable const& table, ParameterChange const& change,
                 QualityIndicator indicator) {
    QualitySpec spec = table.quality.sets[table.quality.set[index(change.meter)]];
    spec[static_cast<std::size_t>(indicator)].limit = change.value;
    return spec;
}

void put_into_effect(MeterTable& table, ParameterChange const& change, SimTime t) {
    switch (change.parameter) {
    case Parameter::calendar:
        begin_calendar(table.registers, change.meter, clock_of(table, change.meter),
                       static_cast<std::uint8_t>(change.value), t);
        return;
    case Parameter::limit:
        limiter_of(table, change.meter)->limit_w = change.value;
        return;
    case Parameter::quota:
        limiter_of(table, change.meter)->quota_wh = change.value;
        return;
    case Parameter::sag_limit:
    case Parameter::swell_limit:
    case Parameter::frequency_limit:
        set_thresholds(table.quality, index(change.meter),
                       with(table, change, *indicator_of(change.parameter)));
        return;
    }
}

} // namespace

std::string_view name(Parameter parameter) {
    static constexpr std::array<std::string_view, kParameters> kNames{
        "calendar", "limit", "quota", "sag_limit", "swell_limit", "frequency_limit"};
    return kNames[static_cast<std::size_t>(parameter)];
}

wire::ParameterSetting to_wire(ParameterChange const& change) {
    return {.parameter = static_cast<std::uint8_t>(change.parameter),
            .delayed = change.effective > kStart,
            .value_milli = std::llround(1e3 * change.value),
            .effective = change.effective > kStart ? wire::told(change.effective) : kStart};
}

std::optional<ParameterChange> from_wire(MeterId meter, wire::ParameterSetting const& setting) {
    if (setting.parameter >= kParameters) {
        return std::nullopt;
    }
    return ParameterChange{.meter = meter,
                           .parameter = static_cast<Parameter>(setting.parameter),
                           .value = static_cast<double>(setting.value_milli) / 1e3,
                           .effective = setting.delayed ? setting.effective : kStart};
}

std::string refusal(MeterTable const& table, ParameterChange const& change) {
    if (index(change.meter) >= table.size()) {
        return "there is no such meter";
    }
    if (auto const indicator = indicator_of(change.parameter)) {
        return table.quality.kept() ? problem(with(table, change, *indicator))
                                    : "the meter does not watch quality";
    }
    if (change.parameter == Parameter::calendar) {
        if (!table.registers.kept()) {
            return "the meter keeps no billing registers";
        }
        bool const there = change.value >= 0.0 && std::floor(change.value) == change.value &&
                           change.value < static_cast<double>(table.registers.weeks.size());
        return there ? "" : fmt::format("there is no tariff calendar {}", change.value + 1.0);
    }
    if (table.limiters.slot(change.meter) == Limiters::kNoSlot) {
        return "the meter has no limiter";
    }
    return change.value >= 0.0 && std::isfinite(change.value) ? "" : "a limit below nothing";
}

std::string give_change(PendingChanges& pending, MeterTable const& table,
                        ParameterChange const& change, SimTime t) {
    if (auto const why = refusal(table, change); !why.empty()) {
        return why;
    }
    auto const key = [](ParameterChange const& one) {
        return std::tuple(one.meter, one.parameter);
    };
    auto const at = std::lower_bound(
        pending.entries.begin(), pending.entries.end(), change,
        [&](auto const& entry, auto const& wanted) { return key(entry.change) < key(wanted); });
    PendingChanges::Entry const entry{
        .change = change,
        .due = std::max(t, when_shown(clock_of(table, change.meter), change.effective))};
    if (at != pending.entries.end() && key(at->change) == key(change)) {
        *at = entry;
    } else {
        pending.entries.insert(at, entry);
    }
    return {};
}

void apply_changes(PendingChanges& pending, MeterTable& table, SimTime t,
                   std::vector<EventRecord>& events) {
    std::erase_if(pending.entries, [&](auto const& entry) {
        auto const& change = entry.change;
        std::size_t const i = index(change.meter);
        if (entry.due > t || table.energised[i] == 0) {
            return false;
        }
        bool const possible = refusal(table, change).empty();
        if (possible) {
            put_into_effect(table, change, t);
        }
        events.push_back(
            {.at = t,
             .kind = possible ? EventKind::parameter_changed : EventKind::parameter_refused,
             .entity = EventEntity::meter,
             .row = static_cast<std::uint32_t>(i),
             .value = static_cast<double>(change.parameter)});
        return true;
    });
}

void reset_due(PendingChanges& pending, MeterTable const& table, MeterId meter, SimTime t) {
    for (auto& entry : pending.entries) {
        if (entry.change.meter == meter) {
            entry.due = std::max(t, when_shown(clock_of(table, meter), entry.change.effective));
        }
    }
}

SimTime next_change_due(PendingChanges const& pending, SimTime t) {
    SimTime next = kNever;
    for (auto const& entry : pending.entries) {
        next = entry.due > t ? std::min(next, entry.due) : next;
    }
    return next;
}

} // namespace gridtwin::meter
