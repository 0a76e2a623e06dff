#pragma once
// Validation, estimation, editing: from the readings that came to the values that are billed. Every
// value knows how good it is and where it comes from.
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/vee/estimate.hpp"
#include "models/headend/vee/scaled.hpp"
#include "models/headend/vee/trail.hpp"
#include "sim/core/civil_time.hpp"
#include "sim/core/thread_pool.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::headend::vee {

struct VeeConfig {
    RulesConfig rules;
    EstimationConfig estimation;
};
/// A sentence for each mistake; empty when nothing is wrong. @param interval Fleet::interval
[[nodiscard]] std::string problem(VeeConfig const& config, SimDuration interval);

struct VeeCounts {
    std::uint64_t readings = 0;  ///< the first of their interval
    std::uint64_t repeated = 0;  ///< others
    std::uint64_t otherwise = 0; ///< of those, that said otherwise than the first
    std::uint64_t late = 0; ///< readings that took an estimate's place, or what an undone edit left
    std::uint64_t rejected = 0;                      ///< registers and signals of no interval
    std::uint64_t edits = 0;                         ///< those that undo others among them
    std::array<std::uint64_t, kSources> estimated{}; ///< estimates made, by method
    friend bool operator==(VeeCounts const&, VeeCounts const&) = default;
};

/// Of the values as they are now.
struct Totals {
    std::array<std::uint64_t, kQualities> of_quality{}; ///< intervals
    std::array<std::uint64_t, kSources> of_source{};    ///< intervals
    std::array<std::uint64_t, kRules> of_rule{};        ///< intervals flagged
    std::int64_t energy_mwh = 0;
    std::int64_t estimated_mwh = 0;
};

/// Pairs of register readings against the readings of intervals, as they are now.
struct SumTotals {
    std::uint64_t pairs = 0;
    std::uint64_t failed = 0;
};

/// An edit's number in the trail, or what is wrong with it.
struct EditResult {
    std::uint32_t number = 0;
    std::string problem;
};

/// Days are blocks of 24 h from the scenario's start on, as the ledger's are.
class Vee {
  public:
    /// @param intervals highest interval that will be kept
    /// @param civil which days are alike
    /// @throws SimulationError for a config with a problem, or an interval that does not divide a
    ///         day
    Vee(VeeConfig const& config, Fleet const& fleet, std::uint32_t intervals,
        CivilClock const& civil, gridtwin::headend::Clock const& clock, Ledger const& ledger);

    /// What the connection carries (mean power; 0: RulesConfig::high_w), and whether it may export.
    void set_traits(MeterId meter, std::int64_t most_w, bool exports);

    /// Every reading, right after the ledger has been offered it.
    /// @throws SimulationError for a meter or an interval that is not kept
    void on_reading(Reading const& reading);
    void on_registers(RegisterReading const& reading);
    void on_alarm(Alarm const& alarm);
    void on_meter_event(MeterEvent const& event);
    /// The meter is known to have been without supply in [from, to).
    void on_outage(MeterId meter, SimTime from, SimTime to);

    /// Validates and estimates what has changed of the days up to `day` (from 0); a day never run
    /// before is all new. The same whatever the pool's size.
    void run(std::uint32_t day, ThreadPool* pool = nullptr);

    /// @param who not 0. @param why one of the edits' reasons, but for undone
    EditResult edit(MeterId meter, std::uint32_t interval, std::int32_t mwh, std::uint32_t who,
                    Why why);
    /// Puts back what an edit replaced; if that was no reading and one has come since, that.
    /// @param number of an edit that is the latest change of its interval
    EditResult undo(std::uint32_t number, std::uint32_t who);

    /// Missing when it is not kept.
    [[nodiscard]] Value value(MeterId meter, std::uint32_t interval) const;
    [[nodiscard]] Flags flags(MeterId meter, std::uint32_t interval) const;
    [[nodiscard]] bool held(std::uint32_t day) const {
        return day < store_.days() && store_.held(day);
    }
    /// A meter's day, of a day that is held.
    [[nodiscard]] DayValues day(MeterId meter, std::uint32_t day) const {
        return store_.day(index(meter), day);
    }
    [[nodiscard]] DaySummary summary(MeterId meter, std::uint32_t day) const;
    [[nodiscard]] Totals totals(std::uint32_t first_day, std::uint32_t last_day) const;
    [[nodiscard]] SumTotals sums() const;
    [[nodiscard]] Trail const& trail() const { return trail_; }
    [[nodiscard]] VeeCounts const& counts() const { return counts_; }
    /// Octets of values, registers and trail.
    [[nodiscard]] std::size_t bytes() const;

    void save(StateWriter& out) const;
    void restore(StateReader& in);

  private:
    class MeterRun; // vee_run.cpp

    [[nodiscard]] bool kept(MeterId meter, std::uint32_t interval) const;
    [[nodiscard]] MeterLimits limits(std::size_t meter) const;
    /// The interval's day, and those that its flags depend on it, are to be validated again.
    void changed(std::size_t meter, std::uint32_t interval);
    void flag(MeterId meter, SimTime at, Rule rule);
    EditResult put(Change change);

    Fleet const& fleet_;
    gridtwin::headend::Clock const& clock_;
    Ledger const& ledger_;
    EstimationConfig estimation_;
    Rules rules_;
    std::uint32_t intervals_;
    std::uint32_t reach_; ///< days that flags look back
    std::vector<DayType> day_type_;
    Store store_;
    std::vector<std::int64_t> most_w_; ///< [meter]
    std::vector<std::uint8_t> exports_;
    std::vector<std::vector<RegisterPoint>> registers_; ///< [meter] in order of time
    Trail trail_;
    VeeCounts counts_;
};

} // namespace gridtwin::headend::vee
