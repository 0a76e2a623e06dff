#include "models/meter/registers.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::meter {
namespace {

constexpr SimDuration kWeek = std::chrono::hours(7 * 24);
// Clocks are read to the nanosecond; a switch that is due must not be missed for the last of them.
constexpr SimDuration kRounding{2};

std::size_t quadrant_of(double p_w, double q_var) {
    auto const first = static_cast<std::size_t>(Register::quadrant_1);
    if (q_var >= 0.0) {
        return first + (p_w >= 0.0 ? 0 : 1);
    }
    return first + (p_w >= 0.0 ? 3 : 2);
}

void count_one(Registers& registers, std::size_t i, std::size_t which, double amount) {
    std::int64_t const whole =
        accumulate(registers.total[i][which], registers.rest[i][which], amount);
    registers.by_tariff[i * registers.tariffs + registers.tariff[i]][which] += whole;
}

} // namespace

Registers make_registers(RegisterSpec const& spec, std::size_t meters) {
    Registers registers;
    if (!spec.kept) {
        return registers;
    }
    if (spec.calendars.empty()) {
        throw SimulationError("meters with registers need a tariff calendar, be it an empty one");
    }
    std::uint32_t most = 0;
    for (auto const& calendar : spec.calendars) {
        registers.weeks.push_back(lay_out(calendar));
        for (auto const& one : calendar.switches) {
            most = std::max<std::uint32_t>(most, one.tariff);
        }
    }
    registers.tariffs = most + 1;
    registers.week_at_start = spec.week_at_start;
    registers.calendar.assign(meters, 0);
    registers.tariff.assign(meters, 0);
    registers.switch_at.assign(meters, kNever);
    registers.total.assign(meters, {});
    registers.rest.assign(meters, {});
    registers.by_tariff.assign(meters * registers.tariffs, {});
    return registers;
}

void begin_calendar(Registers& registers, MeterId meter, Clock const& clock, std::uint8_t calendar,
                    SimTime t) {
    std::size_t const i = index(meter);
    SimTime const now = shown(clock, t) + kRounding;
    SimDuration of_week = (registers.week_at_start + now.time_since_epoch()) % kWeek;
    of_week += of_week < SimDuration::zero() ? kWeek : SimDuration::zero();
    auto const span = registers.weeks[calendar].at(of_week);
    registers.calendar[i] = calendar;
    registers.tariff[i] = span.tariff;
    registers.switch_at[i] =
        span.left == SimDuration::max() ? kNever : when_shown(clock, now + span.left);
}

Pulses count(Registers& registers, MeterId meter, Clock const& clock, double p_w, double q_var,
             SimTime from, SimTime to) {
    std::size_t const i = index(meter);
    auto const& total = registers.total[i];
    auto const net = [&total] {
        return Pulses{.mwh = total[0] - total[1],
                      .mvarh = total[2] + total[3] - total[4] - total[5]};
    };
    std::size_t const active =
        static_cast<std::size_t>(p_w >= 0.0 ? Register::import : Register::export_);
    std::size_t const reactive = quadrant_of(p_w, q_var);
    Pulses const before = net();
    while (from < to) {
        SimTime const until = std::min(to, registers.switch_at[i]);
        if (until > from) {
            double const dt_s = to_s(until - from);
            count_one(registers, i, active, std::abs(p_w) * dt_s * kMwhPerWs);
            count_one(registers, i, reactive, std::abs(q_var) * dt_s * kMwhPerWs);
            from = until;
        }
        if (until == registers.switch_at[i]) {
            begin_calendar(registers, meter, clock, registers.calendar[i], until);
        }
    }
    Pulses const after = net();
    return {.mwh = after.mwh - before.mwh, .mvarh = after.mvarh - before.mvarh};
}

std::size_t bytes_per_meter(Registers const& registers) {
    return registers.kept() ? sizeof(std::uint8_t) * 2 + sizeof(SimTime) + sizeof(RegisterSet) +
                                  sizeof(std::array<double, kRegisters>) +
                                  registers.tariffs * sizeof(RegisterSet)
                            : 0;
}

} // namespace gridtwin::meter
