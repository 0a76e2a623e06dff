#include "models/meter/step.hpp"

#include "models/meter/intervals.hpp"
#include "models/meter/relay_holds.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::meter {
namespace {

EventRecord meter_event(std::size_t i, SimTime at, EventKind kind, double value = 0.0) {
    return {.at = at,
            .kind = kind,
            .entity = EventEntity::meter,
            .row = static_cast<std::uint32_t>(i),
            .value = value};
}

void note_supply_of(MeterTable& table, std::size_t i, SimTime t, std::vector<EventRecord>& events) {
    bool const on = table.energised[i] != 0;
    if (on == (table.was_energised[i] != 0)) {
        return;
    }
    table.was_energised[i] = on ? 1 : 0;
    events.push_back(meter_event(i, t, on ? EventKind::power_restored : EventKind::power_lost));
    if (!on) {
        table.lost_at[i] = t;
    }
    // What it had noticed of the voltage ends with the voltage.
    table.voltage_state[i] = VoltageState::normal;
    table.voltage_seen[i] = VoltageState::normal;
    table.voltage_since[i] = t;
}

void count_billing(MeterTable& table, std::size_t i, SimTime from, SimTime to) {
    auto const meter = static_cast<MeterId>(i);
    double const measured = table.tampering.measured(i);
    Pulses const pulses = count(table.registers, meter, clock_of(table, meter),
                                table.p_w[i] * measured, table.q_var[i] * measured, from, to);
    table.import_mwh[i] += pulses.mwh;
    table.import_mvarh[i] += pulses.mvarh;
    auto const& rest = table.registers.rest[i];
    table.rest_mwh[i] = rest[0] - rest[1];
    table.rest_mvarh[i] = rest[2] + rest[3] - rest[4] - rest[5];
}

/// Whether meters keep nothing but net registers and the billing profile: what others keep must not
/// cost these a look at each stretch.
bool is_plain(MeterTable const& table) {
    return !table.registers.kept() && table.profiles.of_meter.empty() && !table.quality.kept() &&
           !table.tampering.kept();
}

template <bool Plain>
double measured(MeterTable const& table, std::size_t i) {
    return Plain ? 1.0 : table.tampering.measured(i);
}

template <bool Plain>
void meter_energy(MeterTable& table, std::size_t i, SimTime from, SimTime to) {
    double const dt_s = to_s(to - from);
    if (!Plain && table.registers.kept()) {
        count_billing(table, i, from, to);
    } else {
        double const measured_s = measured<Plain>(table, i) * dt_s;
        accumulate(table.import_mwh[i], table.rest_mwh[i], table.p_w[i] * measured_s * kMwhPerWs);
        accumulate(table.import_mvarh[i], table.rest_mvarh[i],
                   table.q_var[i] * measured_s * kMwhPerWs);
    }
    if (table.energised[i] != 0) {
        table.voltage_vs[i] += static_cast<float>(table.u_v[i] * dt_s);
        table.powered_s[i] += static_cast<float>(dt_s);
    }
}

std::uint8_t status_now(MeterTable const& table, std::size_t i) {
    return static_cast<std::uint8_t>((table.energised[i] != 0 ? 0 : wire::kPowerFailed) |
                                     (table.relay_closed[i] != 0 ? 0 : wire::kRelayOpen));
}

SimTime profile_end(MeterTable const& table, std::size_t i) {
    return table.profiles.closes_at[table.profiles.slot[i]];
}

/// When the next of the meter's intervals ends.
template <bool Plain>
SimTime next_cut(MeterTable const& table, std::size_t i) {
    return !Plain && table.profiles.kept_by(i) ? std::min(table.closes_at[i], profile_end(table, i))
                                               : table.closes_at[i];
}

/// A stretch of time that no interval's end divides.
template <bool Plain>
void meter_stretch(MeterTable& table, std::size_t i, SimTime from, SimTime to,
                   std::uint8_t status) {
    meter_energy<Plain>(table, i, from, to);
    table.open_status[i] |= status;
    if (!Plain && table.profiles.kept_by(i)) {
        add_stretch(table.profiles, i,
                    {.p_w = measured_p_w(table, static_cast<MeterId>(i)),
                     .q_var = table.q_var[i] * table.tampering.measured(i),
                     .u_v = table.energised[i] != 0 ? table.u_v[i] : 0.0,
                     .f_hz = table.f_hz,
                     .status = status},
                    to_s(to - from));
    }
}

void watch_voltage(MeterTable& table, MeterSpec const& spec, std::size_t i, SimTime t0, SimTime t1,
                   std::vector<EventRecord>& events) {
    double const u_pu = table.u_v[i] / static_cast<double>(table.nominal_u_v[i]);
    VoltageState const seen = u_pu < spec.under_voltage_pu  ? VoltageState::under
                              : u_pu > spec.over_voltage_pu ? VoltageState::over
                                                            : VoltageState::normal;
    if (seen != table.voltage_seen[i]) {
        table.voltage_seen[i] = seen;
        table.voltage_since[i] = t0;
    }
    if (seen == table.voltage_state[i]) {
        return;
    }
    SimTime const at = table.voltage_since[i] + spec.voltage_min_duration;
    if (at <= t1) {
        table.voltage_state[i] = seen;
        EventKind const kind = seen == VoltageState::under  ? EventKind::under_voltage
                               : seen == VoltageState::over ? EventKind::over_voltage
                                                            : EventKind::voltage_normal;
        events.push_back(meter_event(i, at, kind, table.u_v[i]));
    }
}

void watch_quality_of(MeterTable& table, std::size_t i, SimTime t0, SimTime t1,
                      std::vector<EventRecord>& events) {
    double const nominal_v = table.nominal_u_v[i];
    bool const on = table.energised[i] != 0;
    watch_quality(table.quality, i, on ? table.u_v[i] / nominal_v : 0.0, nominal_v,
                  on ? table.f_hz - table.rated_f_hz : 0.0, t0, t1, events);
}

/// What only some tables keep; brings the meter's events into the order of time.
void watch_more(MeterTable& table, std::size_t i, SimTime t0, SimTime t1, std::size_t first_event,
                std::vector<EventRecord>& events) {
    if (table.tampering.kept()) {
        watch_tamper(table.tampering, i, table.p_w[i], table.q_var[i], table.energised[i] != 0, t0,
                     t1, events);
    }
    if (table.quality.kept()) {
        watch_quality_of(table, i, t0, t1, events);
    }
    std::stable_sort(events.begin() + static_cast<std::ptrdiff_t>(first_event), events.end(),
                     [](auto const& a, auto const& b) { return a.at < b.at; });
}

template <bool Plain>
void advance_row(MeterTable& table, MeterSpec const& spec, std::size_t i, SimTime t0, SimTime t1,
                 std::vector<EventRecord>& events) {
    [[maybe_unused]] std::size_t const first_event = events.size();
    note_supply_of(table, i, t0, events);
    std::uint8_t const status = status_now(table, i);
    if (status != 0 && (table.p_w[i] != 0.0 || table.q_var[i] != 0.0)) {
        throw SimulationError(
            fmt::format("meter {} at {}: {} W, {} var without voltage or with an open relay", i,
                        format_time(t0), table.p_w[i], table.q_var[i]));
    }
    SimTime from = t0;
    for (SimTime at = next_cut<Plain>(table, i); at <= t1; at = next_cut<Plain>(table, i)) {
        if (at > from) { // a boundary at the segment's start belongs to what was before
            meter_stretch<Plain>(table, i, from, at, status);
            from = at;
        }
        if (Plain || table.closes_at[i] == at) {
            close_interval(table, spec, i);
        }
        if (!Plain && table.profiles.kept_by(i) && profile_end(table, i) == at) {
            close_profile(table.profiles, i, clock_of(table, static_cast<MeterId>(i)),
                          table.import_mwh[i]);
        }
    }
    if (t1 > from) {
        meter_stretch<Plain>(table, i, from, t1, status);
    }
    if (table.energised[i] != 0) {
        watch_voltage(table, spec, i, t0, t1, events);
    }
    if constexpr (!Plain) {
        watch_more(table, i, t0, t1, first_event, events);
    }
}

/// Rows [first, last), each on its own.
template <bool Plain>
void advance_some(MeterTable& table, MeterSpec const& spec, std::size_t first, std::size_t last,
                  SimTime t0, SimTime t1, std::vector<EventRecord>& events) {
    auto const end = table.clock_settings.end();
    auto next = table.clock_settings.lower_bound({static_cast<MeterId>(first), SimTime::min()});
    for (std::size_t i = first; i < last; ++i) {
        SimTime from = t0;
        for (; next != end && index(next->first.first) == i; ++next) {
            auto const& [key, shown] = *next;
            if (key.second <= t1) {
                advance_row<Plain>(table, spec, i, from, std::max(from, key.second), events);
                set_clock(table, spec, {key.first, key.second, shown}, events);
                from = std::max(from, key.second);
            }
        }
        advance_row<Plain>(table, spec, i, from, t1, events);
    }
}

void advance_rows(MeterTable& table, MeterSpec const& spec, std::size_t first, std::size_t last,
                  SimTime t0, SimTime t1, std::vector<EventRecord>& events) {
    is_plain(table) ? advance_some<true>(table, spec, first, last, t0, t1, events)
                    : advance_some<false>(table, spec, first, last, t0, t1, events);
}

void end_segment(MeterTable& table, SimTime t1) {
    std::erase_if(table.clock_settings, [&](auto const& one) { return one.first.second <= t1; });
    table.advanced_to = t1;
}

void check_segment(MeterTable const& table, SimTime t0, SimTime t1) {
    if (t0 != table.advanced_to || t1 < t0) {
        throw SimulationError(fmt::format("meters stand at {} and cannot be advanced from {} to {}",
                                          format_time(table.advanced_to), format_time(t0),
                                          format_time(t1)));
    }
}

} // namespace

void note_supply(MeterTable& table, SimTime t, std::vector<EventRecord>& events) {
    for (std::size_t i = 0; i < table.size(); ++i) {
        note_supply_of(table, i, t, events);
    }
}

void advance(MeterTable& table, MeterSpec const& spec, SimTime t0, SimTime t1,
             std::vector<EventRecord>& events) {
    check_segment(table, t0, t1);
    advance_rows(table, spec, 0, table.size(), t0, t1, events);
    end_segment(table, t1);
}

void advance(MeterTable& table, MeterSpec const& spec, SimTime t0, SimTime t1, ThreadPool& pool,
             std::vector<EventRecord>& events) {
    constexpr std::size_t kChunk = 4096; // fixed, so that no number of threads shows in the order
    std::size_t const chunks = (table.size() + kChunk - 1) / kChunk;
    if (pool.size() == 1 || chunks <= 1) {
        advance(table, spec, t0, t1, events);
        return;
    }
    check_segment(table, t0, t1);
    std::vector<std::vector<EventRecord>> seen(chunks);
    pool.for_each(chunks, [&](std::size_t chunk) {
        std::size_t const last = std::min(table.size(), (chunk + 1) * kChunk);
        advance_rows(table, spec, chunk * kChunk, last, t0, t1, seen[chunk]);
    });
    for (auto const& part : seen) {
        events.insert(events.end(), part.begin(), part.end());
    }
    end_segment(table, t1);
}

void operate_relay(MeterTable& table, MeterId meter, bool close, SimTime t,
                   std::vector<EventRecord>& events) {
    if (index(meter) >= table.size()) {
        throw SimulationError(fmt::format("no meter {} to operate a relay of", index(meter)));
    }
    if (auto const slot = table.credits.slot(meter); slot != Credits::kNoSlot) {
        table.credits.state[slot].command_open = !close;
    }
    bool const kept_open = close && credit_holds(table, meter);
    if (auto const slot = table.limiters.slot(meter); slot != Limiters::kNoSlot) {
        auto& state = table.limiters.state[slot];
        state.command_open = !close;
        if (close) {
            state.held = false;
            bool const shed = table.relay_closed[index(meter)] == 0 ||
                              table.limiters.classes[table.limiters.class_of[slot]].shed_frac < 1.0;
            if (release(state, t) && shed && !kept_open) {
                events.push_back(meter_event(index(meter), t, EventKind::supply_restored));
            }
        }
    }
    if (!kept_open) {
        move_contact(table, meter, close, t, events);
    }
}

void move_contact(MeterTable& table, MeterId meter, bool close, SimTime t,
                  std::vector<EventRecord>& events) {
    std::size_t const i = index(meter);
    if ((table.relay_closed[i] != 0) == close) {
        return;
    }
    if (!close && is_stuck(table, meter)) {
        events.push_back(meter_event(i, t, EventKind::relay_failed));
        return;
    }
    table.relay_closed[i] = close ? 1 : 0;
    if (!close) {
        table.p_w[i] = 0.0;
        table.q_var[i] = 0.0;
    }
    events.push_back(meter_event(i, t, close ? EventKind::relay_closed : EventKind::relay_opened));
}

bool can_talk(MeterTable const& table, MeterSpec const& spec, MeterId meter, SimTime t) {
    std::size_t const i = index(meter);
    if (table.energised[i] != 0) {
        return true;
    }
    return table.lost_at[i] != kNever && t < table.lost_at[i] + spec.hold_up;
}

} // namespace gridtwin::meter
