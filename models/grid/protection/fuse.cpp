#include "models/grid/protection/fuse.hpp"

#include "models/grid/protection/switch_sequence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::protection {
namespace {

constexpr double kMelted = 1.0 - 1e-9; // the last part in 1e9 is the rounding of sums

/// At the points of both tables: where the link melts, it clears, and not before.
bool clears_what_melts(TccCurve const& melting, TccCurve const& clearing) {
    for (TccCurve const* const curve : {&melting, &clearing}) {
        for (double const multiple : curve->multiple) {
            double const melt_s = operating_time_s(melting, multiple);
            double const clear_s = operating_time_s(clearing, multiple);
            if (melt_s < kNoOperation_s && !(clear_s < kNoOperation_s && clear_s >= melt_s)) {
                return false;
            }
        }
    }
    return true;
}

} // namespace

FuseSettings settings_of(Fuse const& fuse) {
    FuseSettings s;
    s.melting_curve = fuse.curve;
    s.rated_a = fuse.rated_a;
    s.arc_s = fuse.delay_s;
    return s;
}

std::string settings_problem(FuseSettings const& s, std::span<TccCurve const> curves) {
    for (std::int32_t const row : {s.melting_curve, s.clearing_curve}) {
        if (row != kNone && (row < 0 || static_cast<std::size_t>(row) >= curves.size())) {
            return "a curve is not there";
        }
    }
    if (!(s.rated_a > 0.0) || !(s.arc_s >= 0.0) || !(s.cooling_s > 0.0)) {
        return fmt::format("rated current {:g} A, arc {:g} s, cooling {:g} s", s.rated_a, s.arc_s,
                           s.cooling_s);
    }
    if (s.clearing_curve != kNone &&
        (s.melting_curve == kNone ||
         !clears_what_melts(curves[static_cast<std::size_t>(s.melting_curve)],
                            curves[static_cast<std::size_t>(s.clearing_curve)]))) {
        return "a clearing curve below the melting curve";
    }
    return {};
}

void see(LinkState& state, FuseSettings const& settings, std::span<TccCurve const> curves,
         double i_a, SimTime now) {
    bool const melting = state.melt_s < kNoOperation_s && state.i_a > 0.0;
    state.i_a = i_a;
    state.melt_s = kNoOperation_s;
    state.arc_s = settings.arc_s;
    if (state.link == Link::open) {
        return;
    }
    double const multiple = i_a / settings.rated_a;
    if (settings.melting_curve != kNone) {
        state.melt_s =
            operating_time_s(curves[static_cast<std::size_t>(settings.melting_curve)], multiple);
    }
    if (settings.clearing_curve != kNone && state.melt_s < kNoOperation_s) {
        double const clear_s =
            operating_time_s(curves[static_cast<std::size_t>(settings.clearing_curve)], multiple);
        state.arc_s = std::max(clear_s - state.melt_s, 0.0);
    }
    if (!melting && state.melt_s < kNoOperation_s) {
        state.let_through_a2s = 0.0;
    }
    if (state.link == Link::arcing && i_a == 0.0) {
        state.clears_at = now; // another device broke the current: the arc is out
    }
}

SimTime next_event(LinkState const& state, SimTime now) {
    if (state.link == Link::open) {
        return kNever;
    }
    if (state.link == Link::arcing) {
        return std::max(state.clears_at, now);
    }
    double const rest = state.melted >= kMelted ? 0.0 : 1.0 - state.melted;
    return state.melt_s < kNoOperation_s ? after(now, rest * state.melt_s) : kNever;
}

void advance(LinkState& state, FuseSettings const& settings, SimDuration dt) {
    double const dt_s = to_s(dt);
    if (state.link != Link::open) {
        state.let_through_a2s += state.i_a * state.i_a * dt_s;
    }
    if (state.link != Link::whole || !(dt_s > 0.0)) {
        return;
    }
    if (state.melt_s < kNoOperation_s) {
        state.melted = std::min(state.melted + dt_s / state.melt_s, 1.0);
    } else {
        state.melted *= std::exp(-dt_s / settings.cooling_s);
    }
}

LinkStep act(LinkState& state, SimTime now) {
    if (state.link == Link::whole && state.melted >= kMelted) {
        state.link = Link::arcing;
        state.clears_at = after(now, state.arc_s);
        return LinkStep::melted;
    }
    if (state.link == Link::arcing && state.clears_at <= now) {
        state.link = Link::open;
        state.clears_at = kNever;
        return LinkStep::cleared;
    }
    return LinkStep::none;
}

} // namespace gridtwin::grid::protection
