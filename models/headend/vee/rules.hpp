#pragma once
// Validation: which rules an interval breaks, and what follows from it. Free functions over spans,
// without state of their own: days of different meters may be validated side by side.
#include "models/headend/vee/value.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace gridtwin::headend::vee {

/// What a rule's flag means for the reading.
enum class Action : std::uint8_t {
    off,     ///< not checked
    note,    ///< flagged, and valid all the same
    suspect, ///< flagged; billed as it is until somebody edits it
    replace, ///< suspect, and an estimate takes its place
};

/// All limits are assumptions but the spike's (E of the facts' section 6).
struct RulesConfig {
    std::array<Action, kRules> action{
        Action::note,    // gap
        Action::suspect, // overlap
        Action::suspect, // spike
        Action::replace, // high
        Action::off,     // low
        Action::replace, // negative
        Action::note,    // zero_run
        Action::note,    // inactive
        Action::suspect, // sum
        Action::note,    // voltage
        Action::note,    // clock_jump
        Action::suspect, // tamper
        Action::note,    // prolonged
    };
    std::int32_t spike_milli = 1800;   ///< (peak - third peak) / third peak, thousandths
    std::int64_t spike_floor_w = 4000; ///< peaks of less mean power are none
    std::int64_t high_w = 69'000;      ///< mean power; three phases of 100 A at 230 V
    std::int64_t low_w = 0;            ///< mean power
    SimDuration zero_run = std::chrono::hours(8);
    std::uint32_t inactive_days = 3;
    SimDuration prolonged = std::chrono::hours(48);
    std::int64_t sum_tolerance_mwh = 0; ///< beyond what the instants of the reads leave open
    /// How much later than its stamp a register may have been read: stamps are in whole seconds.
    SimDuration sum_stamp = std::chrono::seconds(1);
    std::uint16_t voltage_low_dv = 2070; ///< 0.1 V: 230 V less 10 %
    std::uint16_t voltage_high_dv = 2530;

    [[nodiscard]] Action& of(Rule rule) { return action[static_cast<std::size_t>(rule)]; }
    [[nodiscard]] Action of(Rule rule) const { return action[static_cast<std::size_t>(rule)]; }
};
/// A sentence for each mistake, one after the other; empty when nothing is wrong.
[[nodiscard]] std::string problem(RulesConfig const& config, SimDuration interval);

/// What one meter may do, of one interval's energy.
struct MeterLimits {
    std::int32_t high_mwh = 0; ///< more is too much
    std::int32_t low_mwh = 0;  ///< less is too little
    bool exports = false;      ///< negative energy is allowed; it then counts by its size
};

/// The rules in the form that intervals are checked by.
struct Rules {
    /// @throws SimulationError for a config with a problem
    Rules(RulesConfig const& config, SimDuration interval);

    [[nodiscard]] bool on(Rule rule) const { return has(checked, rule); }
    /// @param most_w mean power the connection can carry; 0: RulesConfig::high_w
    [[nodiscard]] MeterLimits limits(std::int64_t most_w, bool exports) const;

    RulesConfig config;
    Flags checked = 0;
    Flags suspect = 0; ///< rules that make a reading suspect, those that replace it among them
    Flags replace = 0;
    std::int32_t spike_floor_mwh = 0;
    std::uint32_t zero_intervals = 0;
    std::uint32_t prolonged_intervals = 0;
    SimDuration interval{};
};

/// The flags that a reading brings along: voltage, clock_jump, kInterrupted, kReceived.
/// @param voltage_dv 0.1 V; 0: no supply at all, which is no voltage out of range
[[nodiscard]] Flags arrival_flags(std::uint8_t reading_status, std::uint16_t voltage_dv,
                                  Rules const& rules);

/// One meter's day; all columns equally long. Values of missing intervals are not read.
struct DayView {
    std::span<std::int32_t const> value_mwh;
    std::span<std::uint8_t> grade; ///< pack(Grade)
    std::span<Flags> flags;
};

/// The same to look at.
struct DayValues {
    std::span<std::int32_t const> value_mwh;
    std::span<std::uint8_t const> grade;
    std::span<Flags const> flags;
};

/// How the day before ended.
struct DayBefore {
    std::uint32_t zeros = 0;         ///< intervals of its last run of zeros
    std::uint32_t silent = 0;        ///< intervals since the last reading
    std::uint32_t inactive_days = 0; ///< days of nothing up to it
};

struct DaySummary {
    std::array<std::uint16_t, kQualities> of_quality{}; ///< intervals
    std::array<std::uint16_t, kRules> of_rule{};        ///< exceptions: intervals flagged
    std::int64_t energy_mwh = 0;                        ///< of all that is not missing
    std::int64_t estimated_mwh = 0;
    friend bool operator==(DaySummary const&, DaySummary const&) = default;
};

/// Applies the rules that need the day: gap, spike, high, low, negative, zero_run, inactive and
/// prolonged are set and cleared, the others' flags (of arrival, of the sum) are kept; then
/// readings become validated or suspect. What is estimated or edited keeps its flags and its grade,
/// but for prolonged.
/// @return the day as it is afterwards
DaySummary validate_day(DayView day, DayBefore const& before, MeterLimits const& limits,
                        Rules const& rules);
[[nodiscard]] DaySummary summarise_day(DayValues const& day);

/// How a day ends, for the next one. @param before how the day before it ended
[[nodiscard]] DayBefore day_end(DayView const& day, DayBefore const& before);

/// Whether an estimate may take this interval's place.
[[nodiscard]] constexpr bool is_open(std::uint8_t grade, Flags flags, Flags replace) {
    Quality const q = quality_of(grade);
    return q == Quality::missing || q == Quality::estimated ||
           (q == Quality::suspect && (flags & replace) != 0);
}

} // namespace gridtwin::headend::vee
