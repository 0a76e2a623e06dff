#pragma once
// The limiter in a meter: overload or over-use, actual or forecast -> warning -> wait -> curtail ->
// restore. One meter's state and its step; models/meter/curtailment.hpp has the town's.
#include "models/meter/clock.hpp"
#include "sim/core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::meter {

/// All defaults are assumptions.
struct LimiterSpec {
    double limit_w = 0.0;                          ///< of the mean over a window; 0: none
    SimDuration window = std::chrono::minutes(15); ///< by the meter's clock
    double quota_wh = 0.0;                         ///< of the import in a period; 0: none
    SimDuration period = std::chrono::hours(24);   ///< by the meter's clock
    /// Acts on what will be: a window that would end above the limit at the present power, a quota
    /// that it would use up within the warning. Else on what is.
    bool forecast = true;
    SimDuration warning = std::chrono::minutes(5); ///< from warning to curtailment; > 0
    SimDuration hold = std::chrono::minutes(30);   ///< from curtailment to restoration, at least
    double shed_frac = 1.0; ///< of the demand; 1: the relay opens, less: a load step
};

/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(LimiterSpec const& spec);

struct LimiterState {
    enum class Phase : std::uint8_t { watching, warned, curtailed };
    Phase phase = Phase::watching;
    bool held = false;         ///< the limiter keeps its load off (it was told to, and did)
    bool command_open = false; ///< and somebody else the relay
    SimTime since{};           ///< of the phase
    double limit_w = 0.0;      ///< the meter's own, from its spec at first
    double quota_wh = 0.0;
    double window_ws = 0.0; ///< import in the open window
    double period_ws = 0.0; ///< and in the open period
    SimTime window_end{};   ///< true time
    SimTime period_end{};
};

enum class LimiterChange : std::uint8_t { warned, cleared, curtail, restore };

/// What happened to a limiter, and when.
struct LimiterEvent {
    SimTime at{};
    LimiterChange change{};
    double value_w = 0.0; ///< warned: mean of the window as forecast, or as it is
};

/// Begins windows and periods at true time t.
void begin_limiter(LimiterState& state, LimiterSpec const& spec, Clock const& clock, SimTime t);

/// The clock was set at true time t: windows and periods end by what it shows now, and one that was
/// left by it begins anew.
void reset_ends(LimiterState& state, LimiterSpec const& spec, Clock const& before,
                Clock const& after, SimTime t);

/// Judges the power that holds from t on. step_limiter does so at its t0 for what was not judged.
void judge(LimiterState& state, LimiterSpec const& spec, double p_w, SimTime t,
           std::vector<LimiterEvent>& out);

/// Carries it over (t0, t1] with constant power and appends what happened, in [t0, t1].
void step_limiter(LimiterState& state, LimiterSpec const& spec, Clock const& clock, double p_w,
                  SimTime t0, SimTime t1, std::vector<LimiterEvent>& out);

/// Earliest instant after t at which it may order something while power stays as it is; kNever for
/// one that has nothing to wait for. The power must have been judged. May be early, never late.
[[nodiscard]] SimTime next_order(LimiterState const& state, LimiterSpec const& spec, double p_w,
                                 SimTime t);

/// Ends a warning or curtailment at t, by command. @return whether there was a curtailment
bool release(LimiterState& state, SimTime t);

/// Classes of limiters and who has which.
struct Limiters {
    std::vector<LimiterSpec> classes;
    std::vector<MeterId> meter;         ///< [slot] ascending within a class
    std::vector<std::uint8_t> class_of; ///< [slot]
    std::vector<LimiterState> state;    ///< [slot]
    std::vector<std::uint32_t> slot_of; ///< [meter] kNoSlot without; empty without any

    static constexpr std::uint32_t kNoSlot = ~0U;
    [[nodiscard]] std::uint32_t slot(MeterId of) const {
        return slot_of.empty() ? kNoSlot : slot_of[index(of)];
    }
};

/// @param meters each at most once in all classes
/// @throws SimulationError for a spec with a problem or a meter twice
void add_limiter(Limiters& limiters, LimiterSpec const& spec, std::size_t meter_count,
                 std::span<MeterId const> meters);

/// Octets of all meters together.
[[nodiscard]] std::size_t bytes(Limiters const& limiters);

} // namespace gridtwin::meter
