#include "models/meter/table.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::meter {
namespace {

void check(MeterSpec const& spec, std::span<double const> nominal_u_v) {
    if (spec.interval <= SimDuration::zero() || spec.profile_rows == 0 ||
        spec.profile_rows > wire::kMaxBlockRows) {
        throw SimulationError(fmt::format("meters need a profile interval and 1 to {} profile rows",
                                          wire::kMaxBlockRows));
    }
    for (std::size_t i = 0; i < nominal_u_v.size(); ++i) {
        if (!(nominal_u_v[i] > 0.0 && nominal_u_v[i] <= 5000.0)) {
            throw SimulationError(fmt::format(
                "meter {}: nominal voltage {} V is outside of what a profile row can hold", i,
                nominal_u_v[i]));
        }
    }
}

} // namespace

MeterTable make_meters(MeterSpec const& spec, Seed seed, std::span<double const> nominal_u_v) {
    check(spec, nominal_u_v);
    std::size_t const n = nominal_u_v.size();
    MeterTable table;
    table.profile_rows = spec.profile_rows;
    table.p_w.assign(n, 0.0);
    table.q_var.assign(n, 0.0);
    table.u_v.assign(nominal_u_v.begin(), nominal_u_v.end());
    table.energised.assign(n, 1);
    table.import_mwh.assign(n, 0);
    table.import_mvarh.assign(n, 0);
    table.rest_mwh.assign(n, 0.0);
    table.rest_mvarh.assign(n, 0.0);
    table.relay_closed.assign(n, 1);
    table.nominal_u_v.resize(n);
    std::transform(nominal_u_v.begin(), nominal_u_v.end(), table.nominal_u_v.begin(),
                   [](double u_v) { return static_cast<float>(u_v); });
    table.clock_offset_ns.assign(n, 0);
    table.drift_ppm.assign(n, 0.0F);
    table.last_closed.assign(n, 0);
    table.closes_at.assign(n, kStart + spec.interval);
    table.opened_mwh.assign(n, 0);
    table.opened_mvarh.assign(n, 0);
    table.voltage_vs.assign(n, 0.0F);
    table.powered_s.assign(n, 0.0F);
    table.open_status.assign(n, 0);
    table.row_mwh.assign(n * spec.profile_rows, 0);
    table.row_mvarh.assign(n * spec.profile_rows, 0);
    table.row_voltage_dv.assign(n * spec.profile_rows, 0);
    table.row_status.assign(n * spec.profile_rows, 0);
    table.was_energised.assign(n, 1);
    table.lost_at.assign(n, kNever);
    table.voltage_state.assign(n, VoltageState::normal);
    table.voltage_seen.assign(n, VoltageState::normal);
    table.voltage_since.assign(n, kStart);
    table.executed.assign(n, {});
    table.registers = make_registers(spec.registers, n);
    for (std::size_t i = 0; i < n; ++i) {
        EntityKey const who(EntityKind::meter, i);
        double const sigma_ppm = spec.drift_bound_ppm / 3.0;
        double const drift_ppm =
            std::clamp(sigma_ppm * draw_normal(seed, who, Purpose::clock_drift, 0),
                       -spec.drift_bound_ppm, spec.drift_bound_ppm);
        double const offset_s =
            spec.clock_sigma_s * draw_normal(seed, who, Purpose::clock_drift, 1);
        set_clock(table, spec, static_cast<MeterId>(i), duration_from_s(offset_s), drift_ppm);
    }
    return table;
}

void set_clock(MeterTable& table, MeterSpec const& spec, MeterId meter, SimDuration offset,
               double drift_ppm) {
    std::size_t const i = index(meter);
    if (i >= table.size() || !(std::abs(drift_ppm) < 1000.0) || table.last_closed[i] != 0) {
        throw SimulationError(fmt::format(
            "meter {}: a clock can be set before the first interval only, with a drift below "
            "1000 ppm (not {})",
            i, drift_ppm));
    }
    if (offset >= spec.interval || offset <= -spec.interval) {
        throw SimulationError(fmt::format("meter {}: its clock is off by an interval or more", i));
    }
    table.clock_offset_ns[i] = offset.count();
    table.drift_ppm[i] = static_cast<float>(drift_ppm);
    table.closes_at[i] = interval_end(spec.interval, 1, offset.count(), table.drift_ppm[i]);
    table.open_status[i] = offset > kClockTolerance ? wire::kIncomplete : std::uint8_t{0};
    if (table.registers.kept()) {
        begin_calendar(table.registers, meter, clock_of(table, meter), table.registers.calendar[i],
                       kStart);
    }
    if (table.profiles.kept_by(i)) {
        begin_profile(table.profiles, i, clock_of(table, meter), table.open_status[i]);
    }
    if (auto const slot = table.limiters.slot(meter); slot != Limiters::kNoSlot) {
        begin_limiter(table.limiters.state[slot],
                      table.limiters.classes[table.limiters.class_of[slot]], clock_of(table, meter),
                      kStart);
    }
}

void stick_contacts(MeterTable& table, MeterId meter) {
    table.stuck.resize(table.size(), 0);
    table.stuck.at(index(meter)) = 1;
}

void stick_contacts(MeterTable& table, Seed seed, double frac) {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (draw01(seed, EntityKey(EntityKind::meter, i), Purpose::stuck_contact, 0) < frac) {
            stick_contacts(table, static_cast<MeterId>(i));
        }
    }
}

void give_profile(MeterTable& table, LoadProfileSpec const& spec, std::span<MeterId const> meters) {
    if (table.advanced_to != kStart) {
        throw SimulationError("meters get their load profiles before time begins");
    }
    add_profile(table.profiles, spec, table.size(), meters);
    for (MeterId const meter : meters) {
        // The same clock that the billing profile has: whoever begins late in it, does so here.
        begin_profile(table.profiles, index(meter), clock_of(table, meter),
                      table.open_status[index(meter)]);
    }
}

SimTime interval_end(SimDuration length, std::uint32_t interval, std::int64_t clock_offset_ns,
                     double drift_ppm) {
    return when_shown({clock_offset_ns, drift_ppm},
                      from_ns(length.count() * std::int64_t{interval}));
}

SimTime shown_time(MeterTable const& table, MeterId meter, SimTime t) {
    Clock clock = clock_of(table, meter);
    auto const& settings = table.clock_settings;
    for (auto next = settings.lower_bound({meter, SimTime::min()});
         next != settings.end() && next->first.first == meter && next->first.second <= t; ++next) {
        clock = set(clock, {meter, next->first.second, next->second});
    }
    return shown(clock, t);
}

std::optional<wire::ProfileRow> find_row(MeterTable const& table, MeterId meter,
                                         std::uint32_t interval) {
    std::size_t const i = index(meter);
    std::uint32_t const last = table.last_closed[i];
    if (interval == 0 || interval > last || last - interval >= table.profile_rows) {
        return std::nullopt;
    }
    std::size_t const k = i * table.profile_rows + (interval - 1) % table.profile_rows;
    return wire::ProfileRow{.import_mwh = table.row_mwh[k],
                            .import_mvarh = table.row_mvarh[k],
                            .voltage_dv = table.row_voltage_dv[k],
                            .status = table.row_status[k]};
}

std::size_t bytes_per_meter(MeterTable const& table) {
    auto const of = [](auto const&... column) { return (sizeof(column.front()) + ...); };
    return of(table.p_w, table.q_var, table.u_v, table.energised, table.import_mwh,
              table.import_mvarh, table.rest_mwh, table.rest_mvarh, table.relay_closed,
              table.nominal_u_v, table.clock_offset_ns, table.drift_ppm, table.last_closed,
              table.closes_at, table.opened_mwh, table.opened_mvarh, table.voltage_vs,
              table.powered_s, table.open_status, table.was_energised, table.lost_at,
              table.voltage_state, table.voltage_seen, table.voltage_since, table.executed) +
           table.profile_rows *
               of(table.row_mwh, table.row_mvarh, table.row_voltage_dv, table.row_status) +
           bytes_per_meter(table.registers) +
           (bytes(table.profiles) + bytes(table.quality) + bytes(table.limiters) +
            bytes(table.credits) + bytes(table.tampering) + bytes(table.lockout) +
            bytes(table.logs) + table.stuck.size()) /
               std::max<std::size_t>(table.size(), 1);
}

} // namespace gridtwin::meter
