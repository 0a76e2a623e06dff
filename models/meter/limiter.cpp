#include "models/meter/limiter.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::meter {
namespace {

using Phase = LimiterState::Phase;

/// True end of the interval of this length that holds t, by the clock.
SimTime end_of(SimDuration length, Clock const& clock, SimTime t) {
    // A nanosecond on, so that rounding cannot find the interval that just ended.
    std::int64_t const now = to_ns(shown(clock, t)) + 2;
    std::int64_t const past = now >= 0 ? now / length.count() : -1;
    return when_shown(clock, from_ns((past + 1) * length.count()));
}

/// Import until `ws` has flowed at this power: never if it does not, at least a nanosecond.
SimTime when_used(double ws, double p_w, SimTime t) {
    constexpr double kFar_s = 1e9;
    if (!(p_w > 0.0) || ws / p_w > kFar_s) {
        return kNever;
    }
    double const wait_ns = std::ceil(1e9 * ws / p_w);
    return t + SimDuration{std::max<std::int64_t>(1, static_cast<std::int64_t>(wait_ns))};
}

/// Of the open window, as forecast or as it is, W s.
double window_at_end(LimiterState const& s, LimiterSpec const& spec, double p_w, SimTime t) {
    return s.window_ws + (spec.forecast ? p_w * to_s(s.window_end - t) : 0.0);
}

bool overload(LimiterState const& s, LimiterSpec const& spec, double p_w, SimTime t) {
    double const allowed_ws = s.limit_w * to_s(spec.window);
    double const is_ws = window_at_end(s, spec, p_w, t);
    return s.limit_w > 0.0 && (spec.forecast ? is_ws > allowed_ws : is_ws >= allowed_ws);
}

/// What the period may still use before the quota is a cause, W s. Less than 1 Wh counts as
/// nothing.
double quota_left_ws(LimiterState const& s, LimiterSpec const& spec, double p_w) {
    return 3600.0 * (s.quota_wh - 1.0) - s.period_ws -
           (spec.forecast ? p_w * to_s(spec.warning) : 0.0);
}

bool over_use(LimiterState const& s, LimiterSpec const& spec, double p_w) {
    return s.quota_wh > 0.0 && quota_left_ws(s, spec, p_w) <= 0.0;
}

bool cause(LimiterState const& s, LimiterSpec const& spec, double p_w, SimTime t) {
    return overload(s, spec, p_w, t) || over_use(s, spec, p_w);
}

/// When a warning or curtailment has lasted long enough.
SimTime due(LimiterState const& s, LimiterSpec const& spec) {
    return s.since + (s.phase == Phase::warned ? spec.warning : spec.hold);
}

void enter(LimiterState& s, Phase phase, SimTime t, LimiterChange change, double value_w,
           std::vector<LimiterEvent>& out) {
    s.phase = phase;
    s.since = t;
    out.push_back({.at = t, .change = change, .value_w = value_w});
}

void decide(LimiterState& s, LimiterSpec const& spec, double p_w, SimTime t,
            std::vector<LimiterEvent>& out) {
    bool const now = cause(s, spec, p_w, t);
    switch (s.phase) {
    case Phase::watching:
        if (now) {
            enter(s, Phase::warned, t, LimiterChange::warned,
                  window_at_end(s, spec, p_w, t) / to_s(spec.window), out);
        }
        return;
    case Phase::warned:
        if (!now) {
            enter(s, Phase::watching, t, LimiterChange::cleared, 0.0, out);
        } else if (t >= s.since + spec.warning) {
            enter(s, Phase::curtailed, t, LimiterChange::curtail, 0.0, out);
        }
        return;
    case Phase::curtailed:
        if (!now && t >= s.since + spec.hold) {
            enter(s, Phase::watching, t, LimiterChange::restore, 0.0, out);
        }
        return;
    }
}

/// Earliest instant after t at which anything may happen while power stays as it is.
SimTime next_change(LimiterState const& s, LimiterSpec const& spec, double p_w, SimTime t) {
    double const import_w = std::max(p_w, 0.0);
    SimTime next =
        std::min(s.limit_w > 0.0 ? s.window_end : kNever, s.quota_wh > 0.0 ? s.period_end : kNever);
    if (s.phase == Phase::watching) {
        if (s.limit_w > 0.0 && !spec.forecast) {
            next =
                std::min(next, when_used(s.limit_w * to_s(spec.window) - s.window_ws, import_w, t));
        }
        if (s.quota_wh > 0.0) {
            next = std::min(next, when_used(quota_left_ws(s, spec, import_w), import_w, t));
        }
    } else {
        next = due(s, spec) > t ? std::min(next, due(s, spec)) : next;
    }
    return std::max(next, t + SimDuration{1});
}

} // namespace

std::string problem(LimiterSpec const& spec) {
    if (!(spec.limit_w >= 0.0 && spec.quota_wh >= 0.0) ||
        (spec.limit_w == 0.0 && spec.quota_wh == 0.0)) {
        return "a limiter needs a limit or a quota";
    }
    if (spec.window <= SimDuration::zero() || spec.period <= SimDuration::zero() ||
        spec.warning <= SimDuration::zero() || spec.hold <= SimDuration::zero()) {
        return "a limiter's durations must be above zero";
    }
    if (!(spec.shed_frac > 0.0 && spec.shed_frac <= 1.0)) {
        return "a limiter sheds more than nothing and at most everything";
    }
    return {};
}

void begin_limiter(LimiterState& state, LimiterSpec const& spec, Clock const& clock, SimTime t) {
    state.window_ws = 0.0;
    state.period_ws = 0.0;
    state.window_end = end_of(spec.window, clock, t);
    state.period_end = end_of(spec.period, clock, t);
}

void reset_ends(LimiterState& state, LimiterSpec const& spec, Clock const& before,
                Clock const& after, SimTime t) {
    auto const number = [](SimDuration length, Clock const& clock, SimTime end) {
        return std::llround(static_cast<double>(to_ns(shown(clock, end))) /
                            static_cast<double>(length.count()));
    };
    auto const reset = [&](SimDuration length, SimTime& end, double& sum_ws) {
        std::int64_t const was = number(length, before, end);
        end = end_of(length, after, t);
        sum_ws = number(length, after, end) == was ? sum_ws : 0.0;
    };
    reset(spec.window, state.window_end, state.window_ws);
    reset(spec.period, state.period_end, state.period_ws);
}

void judge(LimiterState& s, LimiterSpec const& spec, double p_w, SimTime t,
           std::vector<LimiterEvent>& out) {
    decide(s, spec, std::max(p_w, 0.0), t, out);
}

SimTime next_order(LimiterState const& s, LimiterSpec const& spec, double p_w, SimTime t) {
    SimTime const next = next_change(s, spec, p_w, t);
    switch (s.phase) {
    case Phase::watching: // no order without a warning first
        return next < kNever - spec.warning ? next + spec.warning : kNever;
    case Phase::warned:
        return std::max(due(s, spec), t + SimDuration{1});
    case Phase::curtailed:
        break;
    }
    return due(s, spec) > t ? due(s, spec) : next;
}

void step_limiter(LimiterState& s, LimiterSpec const& spec, Clock const& clock, double p_w,
                  SimTime t0, SimTime t1, std::vector<LimiterEvent>& out) {
    double const import_w = std::max(p_w, 0.0);
    for (SimTime t = t0; t < t1;) {
        decide(s, spec, import_w, t, out);
        SimTime const next =
            std::min({next_change(s, spec, import_w, t), s.window_end, s.period_end, t1});
        double const flown_ws = import_w * to_s(next - t);
        s.window_ws += flown_ws;
        s.period_ws += flown_ws;
        t = next;
        if (s.phase != Phase::watching && t >= due(s, spec)) {
            decide(s, spec, import_w, t, out); // by what was until now: a window may end here
        }
        if (t == s.window_end) {
            s.window_ws = 0.0;
            s.window_end = end_of(spec.window, clock, t);
        }
        if (t == s.period_end) {
            s.period_ws = 0.0;
            s.period_end = end_of(spec.period, clock, t);
        }
    }
}

bool release(LimiterState& s, SimTime t) {
    bool const was = s.phase == Phase::curtailed;
    s.phase = Phase::watching;
    s.since = t;
    return was;
}

void add_limiter(Limiters& limiters, LimiterSpec const& spec, std::size_t meter_count,
                 std::span<MeterId const> meters) {
    if (auto const text = problem(spec); !text.empty() || limiters.classes.size() > 254) {
        throw SimulationError(text.empty() ? "too many classes of limiters" : text);
    }
    auto const row = static_cast<std::uint8_t>(limiters.classes.size());
    limiters.classes.push_back(spec);
    limiters.slot_of.resize(meter_count, Limiters::kNoSlot);
    for (MeterId const meter : meters) {
        if (index(meter) >= meter_count || limiters.slot(meter) != Limiters::kNoSlot) {
            throw SimulationError(fmt::format("meter {} cannot have a limiter more", index(meter)));
        }
        limiters.slot_of[index(meter)] = static_cast<std::uint32_t>(limiters.meter.size());
        limiters.meter.push_back(meter);
        limiters.class_of.push_back(row);
        limiters.state.push_back({.limit_w = spec.limit_w, .quota_wh = spec.quota_wh});
    }
}

std::size_t bytes(Limiters const& limiters) {
    return limiters.slot_of.size() * sizeof(std::uint32_t) +
           limiters.meter.size() * (sizeof(MeterId) + sizeof(std::uint8_t) + sizeof(LimiterState));
}

} // namespace gridtwin::meter
