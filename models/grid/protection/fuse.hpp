#pragma once
// A fuse link: a melting integral that accumulates, then an arc, then an open phase.
// What is assumed about cooling: docs/models/protection.md.
#include "models/grid/circuit_protection.hpp"
#include "models/grid/protection/curve.hpp"
#include "sim/core/time.hpp"

#include <span>
#include <string>

namespace gridtwin::grid::protection {

struct FuseSettings {
    std::int32_t melting_curve = kNone;  ///< minimum melting time; kNone: never melts
    std::int32_t clearing_curve = kNone; ///< total clearing time; kNone: melting time + arc_s
    double rated_a = 1.0;                ///< what the curves' multiples count
    double arc_s = 0.0;
    double cooling_s = 300.0; ///< time constant of what is left of the melting integral
};

enum class Link : std::uint8_t { whole, arcing, open };

struct LinkState {
    Link link = Link::whole;
    double melted = 0.0;            ///< melting integral: 0 cold, 1 melts
    double let_through_a2s = 0.0;   ///< sum of I^2 dt since the current last rose above melting
    double i_a = 0.0;               ///< as last seen
    double melt_s = kNoOperation_s; ///< melting time at that current; infinite: it cools
    double arc_s = 0.0;             ///< duration of the arc if it melted at that current
    SimTime clears_at = kNever;
};

enum class LinkStep : std::uint8_t { none, melted, cleared };

[[nodiscard]] FuseSettings settings_of(Fuse const& fuse);
/// Empty when nothing is wrong: curves that are there, rated current above 0, times not negative,
/// no current that melts the link and is not cleared later.
[[nodiscard]] std::string settings_problem(FuseSettings const& settings,
                                           std::span<TccCurve const> curves);

void see(LinkState& state, FuseSettings const& settings, std::span<TccCurve const> curves,
         double i_a, SimTime now);
[[nodiscard]] SimTime next_event(LinkState const& state, SimTime now);
/// Above the melting curve's first point d(melted)/dt = 1/melting time; below it what has been
/// melted decays with the cooling time constant.
void advance(LinkState& state, FuseSettings const& settings, SimDuration dt);
[[nodiscard]] LinkStep act(LinkState& state, SimTime now);

} // namespace gridtwin::grid::protection
