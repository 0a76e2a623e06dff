#include "models/meter/intervals.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace gridtwin::meter {
namespace {

[[noreturn]] void fail(std::size_t i, SimTime t, std::string const& what) {
    throw SimulationError(fmt::format("meter {} at {}: {}", i, format_time(t), what));
}

std::int32_t row_energy(std::size_t i, SimTime t, std::int64_t energy) {
    if (energy < std::numeric_limits<std::int32_t>::min() ||
        energy > std::numeric_limits<std::int32_t>::max()) {
        fail(i, t, fmt::format("an interval's {} mWh or mvarh do not fit a profile row", energy));
    }
    return static_cast<std::int32_t>(energy);
}

std::uint16_t row_voltage(std::size_t i, SimTime t, float voltage_vs, float powered_s) {
    if (powered_s <= 0.0F) {
        return 0;
    }
    double const voltage_dv =
        10.0 * static_cast<double>(voltage_vs) / static_cast<double>(powered_s);
    if (!(voltage_dv >= 0.0 && voltage_dv < 65535.5)) {
        fail(i, t,
             fmt::format("a mean voltage of {} V does not fit a profile row", voltage_dv / 10));
    }
    return static_cast<std::uint16_t>(std::lround(voltage_dv));
}

} // namespace

void close_interval(MeterTable& table, MeterSpec const& spec, std::size_t i) {
    SimTime const t = table.closes_at[i];
    std::uint32_t const interval = ++table.last_closed[i];
    std::size_t const k = i * table.profile_rows + (interval - 1) % table.profile_rows;
    table.row_mwh[k] = row_energy(i, t, table.import_mwh[i] - table.opened_mwh[i]);
    table.row_mvarh[k] = row_energy(i, t, table.import_mvarh[i] - table.opened_mvarh[i]);
    table.row_voltage_dv[k] = row_voltage(i, t, table.voltage_vs[i], table.powered_s[i]);
    table.row_status[k] = table.open_status[i];
    table.opened_mwh[i] = table.import_mwh[i];
    table.opened_mvarh[i] = table.import_mvarh[i];
    table.voltage_vs[i] = 0.0F;
    table.powered_s[i] = 0.0F;
    table.open_status[i] = 0;
    table.closes_at[i] = interval_end(spec.interval, interval + 1, table.clock_offset_ns[i],
                                      static_cast<double>(table.drift_ppm[i]));
}

void order_clock(MeterTable& table, ClockSetting const& setting) {
    table.clock_settings[{setting.meter, setting.at}] = setting.shown;
}

void set_clock(MeterTable& table, MeterSpec const& spec, ClockSetting const& setting,
               std::vector<EventRecord>& events) {
    std::size_t const i = index(setting.meter);
    Clock const before = clock_of(table, setting.meter);
    Clock const after = set(before, setting);
    SimDuration const forward{after.offset_ns - before.offset_ns};
    table.clock_offset_ns[i] = after.offset_ns;
    auto const status = static_cast<std::uint8_t>(
        wire::kClockSet | (forward > kClockTolerance ? wire::kIncomplete : 0));
    table.closes_at[i] =
        interval_end(spec.interval, table.last_closed[i] + 1, after.offset_ns, after.drift_ppm);
    while (table.closes_at[i] <= setting.at) {
        table.open_status[i] |= status;
        close_interval(table, spec, i);
    }
    table.open_status[i] |= status;
    if (table.profiles.kept_by(i)) {
        reset_end(table.profiles, i, after, table.import_mwh[i], status, setting.at);
    }
    if (table.registers.kept()) {
        begin_calendar(table.registers, setting.meter, after, table.registers.calendar[i],
                       setting.at);
    }
    if (auto const slot = table.limiters.slot(setting.meter); slot != Limiters::kNoSlot) {
        reset_ends(table.limiters.state[slot],
                   table.limiters.classes[table.limiters.class_of[slot]], before, after,
                   setting.at);
    }
    events.push_back({.at = setting.at,
                      .kind = EventKind::clock_set,
                      .entity = EventEntity::meter,
                      .row = static_cast<std::uint32_t>(i),
                      .value = to_s(forward)});
}

} // namespace gridtwin::meter
