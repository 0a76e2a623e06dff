#include "models/grid/protection/switch_sequence.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::protection {
namespace {

/// Travel from which an element has tripped: the last part in 1e9 is the rounding of sums.
constexpr double kTripped = 1.0 - 1e-9;
constexpr double kLongest_s = 30.0 * 365.0 * 86400.0;

bool may_reclose(SwitchState const& state, SwitchSettings const& settings) {
    return !settings.reclosing_blocked && state.operations < settings.shots;
}

void start_reset_clock(SwitchState& state, SwitchSettings const& settings, SimTime now) {
    bool const quiet = std::none_of(state.elements.begin(), state.elements.end(),
                                    [](Element const& e) { return e.picked_up(); });
    if (state.contact != Contact::closed || state.operations == 0 || !quiet) {
        state.reset_at = kNever;
    } else if (state.reset_at == kNever) {
        state.reset_at = after(now, settings.reset_s);
    }
}

/// A voltage relay's interval runs only while the voltage is healthy; any other's from opening.
void start_reclose_clock(SwitchState& state, SwitchSettings const& settings, bool healthy,
                         SimTime now) {
    if (!healthy) {
        state.act_at = kNever;
    } else if (state.act_at == kNever) {
        auto const interval = static_cast<std::size_t>(std::max(state.operations, 1)) - 1;
        state.act_at = after(now, settings.reclose_s[interval]);
    }
}

} // namespace

SimTime after(SimTime now, double time_s) {
    if (!(time_s < kLongest_s)) {
        return kNever;
    }
    return now + SimDuration{static_cast<SimDuration::rep>(std::ceil(time_s * 1e9))};
}

void see(SwitchState& state, SwitchSettings const& settings, std::span<TccCurve const> curves,
         Seen const& seen, SimTime now) {
    state.elements = elements_of(settings, curves, state.operations, seen);
    if (state.travel.size() != state.elements.size()) {
        state.travel.assign(state.elements.size(), 0.0);
    }
    for (std::size_t k = 0; k < state.travel.size(); ++k) {
        bool const drops = !state.elements[k].picked_up() && state.elements[k].reset_s == 0.0;
        if (drops && state.contact != Contact::tripping) {
            state.travel[k] = 0.0;
        }
    }
    start_reset_clock(state, settings, now);
    if (state.contact == Contact::open && settings.type == RelayType::voltage) {
        start_reclose_clock(state, settings, greatest_pu(settings, seen) > kHealthyVoltage_pu, now);
    }
}

SimTime next_event(SwitchState const& state, SimTime now) {
    if (state.contact == Contact::tripping || state.contact == Contact::open) {
        return std::max(state.act_at, now);
    }
    if (state.contact == Contact::locked_out) {
        return kNever;
    }
    SimTime next = state.reset_at;
    for (std::size_t k = 0; k < state.travel.size(); ++k) {
        double const rest = state.travel[k] >= kTripped ? 0.0 : 1.0 - state.travel[k];
        if (state.elements[k].picked_up()) {
            next = std::min(next, after(now, rest * state.elements[k].operate_s));
        }
    }
    return std::max(next, now);
}

void advance(SwitchState& state, SimDuration dt) {
    double const dt_s = to_s(dt);
    if (!(dt_s > 0.0) || state.contact == Contact::tripping) {
        return;
    }
    for (std::size_t k = 0; k < state.travel.size(); ++k) {
        Element const& e = state.elements[k];
        double& travel = state.travel[k];
        if (e.picked_up()) {
            travel = e.operate_s > 0.0 ? std::min(travel + dt_s / e.operate_s, 1.0) : 1.0;
        } else {
            travel = e.reset_s > 0.0 ? std::max(travel - dt_s / e.reset_s, 0.0) : 0.0;
        }
    }
}

std::optional<StepTaken> act(SwitchState& state, SwitchSettings const& settings, SimTime now) {
    switch (state.contact) {
    case Contact::closed:
        for (std::size_t k = 0; k < state.travel.size(); ++k) {
            Element const& e = state.elements[k];
            bool const tripped =
                e.picked_up() && (state.travel[k] >= kTripped || e.operate_s == 0.0);
            if (tripped) {
                ++state.operations;
                state.contact = Contact::tripping;
                state.act_at = after(now, settings.opening_s);
                state.reset_at = kNever;
                return StepTaken{Step::tripped, e.cause, e.phase};
            }
        }
        if (state.reset_at <= now) {
            state.operations = 0;
            state.reset_at = kNever;
            return StepTaken{Step::sequence_reset, {}, 0};
        }
        return std::nullopt;
    case Contact::tripping:
        if (state.act_at > now) {
            return std::nullopt;
        }
        state.act_at = kNever;
        if (!may_reclose(state, settings)) {
            state.contact = Contact::locked_out;
            return StepTaken{Step::locked_out, {}, 0};
        }
        state.contact = Contact::open;
        if (settings.type != RelayType::voltage) { // that one waits for a measurement
            start_reclose_clock(state, settings, true, now);
        }
        return StepTaken{Step::opened, {}, 0};
    case Contact::open:
        if (state.act_at > now) {
            return std::nullopt;
        }
        state.act_at = kNever;
        state.contact = Contact::closed;
        return StepTaken{Step::reclosed, {}, 0};
    case Contact::locked_out:
        break;
    }
    return std::nullopt;
}

std::optional<StepTaken> revise(SwitchState& state, SwitchSettings const& settings) {
    if (state.contact != Contact::open || may_reclose(state, settings)) {
        return std::nullopt;
    }
    state.contact = Contact::locked_out;
    state.act_at = kNever;
    return StepTaken{Step::locked_out, {}, 0};
}

void open_by_hand(SwitchState& state) {
    state.contact = Contact::locked_out;
    state.act_at = kNever;
    state.reset_at = kNever;
}

void close_by_hand(SwitchState& state) {
    state.contact = Contact::closed;
    state.operations = 0;
    std::fill(state.travel.begin(), state.travel.end(), 0.0);
    state.act_at = kNever;
    state.reset_at = kNever;
}

} // namespace gridtwin::grid::protection
