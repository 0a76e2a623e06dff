#include "models/headend/vee/rules.hpp"

#include "models/headend/ports/events.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace gridtwin::headend::vee {

namespace {

/// Energy of mean power over an interval, mWh: W h = 1000 mWh.
std::int32_t energy_mwh(std::int64_t w, SimDuration interval) {
    auto const s = std::chrono::duration_cast<std::chrono::seconds>(interval).count();
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::min(kMost, w * s * 10 / 36));
}

std::uint32_t intervals_of(SimDuration run, SimDuration interval) {
    return static_cast<std::uint32_t>((run + interval - SimDuration{1}) / interval);
}

/// Flags that validate_day sets anew, but for prolonged.
constexpr Flags kOfDay = bit(Rule::gap) | bit(Rule::spike) | bit(Rule::high) | bit(Rule::low) |
                         bit(Rule::negative) | bit(Rule::zero_run) | bit(Rule::inactive);

/// Size of a reading: of a meter that may export, whichever way it went.
constexpr std::int64_t size(std::int32_t value, MeterLimits const& limits) {
    return limits.exports && value < 0 ? -std::int64_t{value} : value;
}

/// Nothing was used though there was supply.
constexpr bool is_idle(std::uint8_t grade, std::int32_t value, Flags flags) {
    return is_reading(quality_of(grade)) && value == 0 && (flags & (kInterrupted | kDark)) == 0;
}

/// The greatest and the third greatest reading; third < 0 when there are fewer.
struct Peaks {
    std::int64_t first = -1;
    std::int64_t second = -1;
    std::int64_t third = -1;
    void add(std::int64_t v) {
        if (v <= third) {
            return;
        }
        third = std::min(v, second);
        second = std::max(second, std::min(v, first));
        first = std::max(first, v);
    }
};

bool is_spike(Peaks const& peaks, Rules const& rules) {
    return peaks.third >= 0 && peaks.first > rules.spike_floor_mwh &&
           (peaks.first - peaks.third) * 1000 > peaks.third * rules.config.spike_milli;
}

/// Of a run of `zeros` up to interval i, those in this day, as soon as the run is long enough.
void flag_zeros(DayView const& day, std::size_t i, std::uint32_t zeros, std::uint32_t limit) {
    if (zeros < limit) {
        return;
    }
    std::size_t const first = zeros == limit && i + 1 > limit ? i + 1 - limit
                              : zeros == limit                ? 0
                                                              : i;
    for (std::size_t k = first; k <= i; ++k) {
        day.flags[k] |= bit(Rule::zero_run);
    }
}

} // namespace

std::string problem(RulesConfig const& config, SimDuration interval) {
    std::string text;
    auto const check = [&text](bool good, char const* sentence) {
        text += good ? "" : (text.empty() ? "vee: " : "; ");
        text += good ? "" : sentence;
    };
    check(config.spike_milli > 0, "spike is not positive");
    check(config.spike_floor_w >= 0, "spike_floor is negative");
    check(config.high_w > 0 && config.high_w <= 1'000'000'000, "high is not between 0 and 1 GW");
    check(config.low_w >= 0 && config.low_w < config.high_w, "low is not between 0 and high");
    check(config.zero_run >= interval && config.zero_run <= std::chrono::hours(24),
          "zero_run is not between an interval and a day");
    check(config.inactive_days >= 1 && config.inactive_days <= 366,
          "inactive_days is not between 1 and 366");
    check(config.prolonged >= interval && config.prolonged <= std::chrono::hours(24 * 366),
          "prolonged is not between an interval and a year");
    check(config.sum_tolerance_mwh >= 0, "sum_tolerance is negative");
    check(config.sum_stamp >= SimDuration::zero() && config.sum_stamp <= interval,
          "sum_stamp is not between 0 and an interval");
    for (Rule const rule : {Rule::spike, Rule::inactive, Rule::zero_run}) {
        check(config.of(rule) != Action::replace,
              "spike, inactive and zero_run cannot replace: they judge by other readings");
    }
    check(config.of(Rule::sum) != Action::replace,
          "sum cannot replace: it does not say which reading is wrong");
    check(config.voltage_low_dv < config.voltage_high_dv, "voltage_low is not below voltage_high");
    return text;
}

Rules::Rules(RulesConfig const& the_config, SimDuration the_interval)
    : config(the_config), interval(the_interval) {
    if (auto const text = problem(config, interval); !text.empty()) {
        throw SimulationError(text);
    }
    for (std::size_t r = 0; r < kRules; ++r) {
        Flags const one = bit(static_cast<Rule>(r));
        checked |= config.action[r] != Action::off ? one : Flags{0};
        suspect |= config.action[r] >= Action::suspect ? one : Flags{0};
        replace |= config.action[r] == Action::replace ? one : Flags{0};
    }
    spike_floor_mwh = energy_mwh(config.spike_floor_w, interval);
    zero_intervals = intervals_of(config.zero_run, interval);
    prolonged_intervals = intervals_of(config.prolonged, interval);
}

MeterLimits Rules::limits(std::int64_t most_w, bool exports) const {
    return {.high_mwh = energy_mwh(most_w > 0 ? most_w : config.high_w, interval),
            .low_mwh = energy_mwh(config.low_w, interval),
            .exports = exports};
}

Flags arrival_flags(std::uint8_t reading_status, std::uint16_t voltage_dv, Rules const& rules) {
    constexpr std::uint8_t kClock = status::kClockInvalid | status::kIncomplete | status::kClockSet;
    constexpr std::uint8_t kOff = status::kPowerFailed | status::kRelayOpen;
    Flags flags = kReceived;
    bool const range = voltage_dv != 0 && (voltage_dv < rules.config.voltage_low_dv ||
                                           voltage_dv > rules.config.voltage_high_dv);
    flags |= range ? bit(Rule::voltage) : Flags{0};
    flags |= (reading_status & kClock) != 0 ? bit(Rule::clock_jump) : Flags{0};
    flags &= rules.checked | static_cast<Flags>(~kRuleBits);
    flags |= (reading_status & kOff) != 0 || voltage_dv == 0 ? kInterrupted : Flags{0};
    return flags;
}

DaySummary validate_day(DayView day, DayBefore const& before, MeterLimits const& limits,
                        Rules const& rules) {
    std::size_t const n = day.value_mwh.size();
    Peaks peaks;
    bool idle_day = true;
    std::uint32_t zeros = before.zeros;
    std::uint32_t silent = before.silent;
    for (std::size_t i = 0; i < n; ++i) {
        Flags& flags = day.flags[i];
        std::uint8_t const grade = day.grade[i];
        std::int32_t const value = day.value_mwh[i];
        flags &= static_cast<Flags>(~bit(Rule::prolonged));
        if (!is_reading(quality_of(grade))) {
            ++silent;
            zeros = 0;
            idle_day = false;
            Flags const gap = quality_of(grade) == Quality::missing ? bit(Rule::gap) : Flags{0};
            Flags const prolonged =
                silent > rules.prolonged_intervals ? bit(Rule::prolonged) : Flags{0};
            flags |= static_cast<Flags>((gap | prolonged) & rules.checked);
            continue;
        }
        silent = 0;
        flags &= static_cast<Flags>(~kOfDay);
        std::int64_t const used = size(value, limits);
        peaks.add(used);
        Flags found = used > limits.high_mwh ? bit(Rule::high) : Flags{0};
        found |= value < 0 && !limits.exports ? bit(Rule::negative) : Flags{0};
        bool const supplied = (flags & (kInterrupted | kDark)) == 0;
        found |= supplied && !limits.exports && value < limits.low_mwh ? bit(Rule::low) : Flags{0};
        flags |= found & rules.checked;
        bool const idle = is_idle(grade, value, flags);
        idle_day = idle_day && idle;
        zeros = idle ? zeros + 1 : 0;
        if (rules.on(Rule::zero_run)) {
            flag_zeros(day, i, zeros, rules.zero_intervals);
        }
    }
    bool const spike = rules.on(Rule::spike) && is_spike(peaks, rules);
    bool const inactive = rules.on(Rule::inactive) && idle_day &&
                          before.inactive_days + 1 >= rules.config.inactive_days;
    for (std::size_t i = 0; i < n; ++i) {
        Grade grade = unpack(day.grade[i]);
        if (!is_reading(grade.quality)) {
            continue;
        }
        Flags& flags = day.flags[i];
        flags |=
            spike && size(day.value_mwh[i], limits) == peaks.first ? bit(Rule::spike) : Flags{0};
        flags |= inactive ? bit(Rule::inactive) : Flags{0};
        grade.quality = (flags & rules.suspect) != 0 ? Quality::suspect : Quality::validated;
        day.grade[i] = pack(grade);
    }
    return summarise_day({day.value_mwh, day.grade, day.flags});
}

DaySummary summarise_day(DayValues const& day) {
    DaySummary sum;
    for (std::size_t i = 0; i < day.value_mwh.size(); ++i) {
        Quality const q = quality_of(day.grade[i]);
        ++sum.of_quality[static_cast<std::size_t>(q)];
        sum.energy_mwh += q != Quality::missing ? day.value_mwh[i] : 0;
        sum.estimated_mwh += q == Quality::estimated ? day.value_mwh[i] : 0;
        for (unsigned left = day.flags[i] & kRuleBits; left != 0; left &= left - 1) {
            ++sum.of_rule[static_cast<std::size_t>(std::countr_zero(left))];
        }
    }
    return sum;
}

DayBefore day_end(DayView const& day, DayBefore const& before) {
    std::size_t const n = day.value_mwh.size();
    auto const run = [&](auto const& goes_on) {
        std::size_t k = n;
        while (k > 0 && goes_on(k - 1)) {
            --k;
        }
        return static_cast<std::uint32_t>(n - k);
    };
    auto const zeros =
        run([&](std::size_t i) { return is_idle(day.grade[i], day.value_mwh[i], day.flags[i]); });
    auto const silent = run([&](std::size_t i) { return !is_reading(quality_of(day.grade[i])); });
    return {.zeros = zeros == n ? before.zeros + zeros : zeros,
            .silent = silent == n ? before.silent + silent : silent,
            .inactive_days = zeros == n ? before.inactive_days + 1 : 0};
}

} // namespace gridtwin::headend::vee
