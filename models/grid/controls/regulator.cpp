#include "models/grid/controls/regulator.hpp"

#include "models/grid/feeder_solver.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::grid {
namespace {

enum Code : int { kChangeTap, kReverse };

double step_pu(Winding const& w) {
    return (w.tap_max_pu - w.tap_min_pu) / w.taps;
}

/// The tap after so many steps, on the winding's own grid where it stands there, so that taps do
/// not drift by rounding.
double moved_pu(Winding const& w, double steps) {
    double const step = step_pu(w);
    double const middle_pu = 0.5 * (w.tap_max_pu + w.tap_min_pu);
    double const now = (w.tap_pu - middle_pu) / step;
    double const whole = std::nearbyint(now);
    double const at = std::abs(now - whole) < 1e-6 ? whole : now;
    return std::clamp(middle_pu + (at + steps) * step, w.tap_min_pu, w.tap_max_pu);
}

/// What the relay and its limit look at.
struct Measured {
    double relay_v = 0.0;
    double local_v = 0.0;
    bool live = false;
};

class Measurement {
  public:
    Measurement(FeederSolver const& solver, RegControl const& control, RegulatorState const& state)
        : solver_(solver), control_(control), settings_(settings_now(control, state)),
          transformer_(solver.circuit().transformers[control.transformer]),
          ends_(solver.terminals(ElementKind::transformer, control.transformer)),
          i_a_(ends_.size()) {
        solver.terminal_currents(ElementKind::transformer, control.transformer, i_a_);
    }

    [[nodiscard]] Measured measured() const {
        Measured out;
        int const first = control_.pt_phase > 0 ? control_.pt_phase - 1 : 0;
        if (!live(coil_ends(transformer_, control_.winding, first))) {
            return out;
        }
        out.live = true;
        out.local_v = std::abs(coil_voltage(first)) / control_.pt_ratio;
        if (!control_.remote_bus.empty()) {
            auto const node = solver_.find_node(control_.remote_bus, control_.remote_node);
            out.live = node && solver_.energised(*node);
            out.relay_v = node ? std::abs(solver_.u_v()[*node]) / control_.remote_pt_ratio : 0.0;
            return out;
        }
        out.relay_v = relay(first);
        if (control_.pt_phase > 0) {
            return out;
        }
        double sum_v = 0.0;
        int chosen = 0;
        for (int phase = 0; phase < transformer_.phases; ++phase) {
            double const here_v = std::abs(coil_voltage(phase));
            double const there_v = std::abs(coil_voltage(chosen));
            bool const better =
                control_.pt_phase == kPhaseMin ? here_v < there_v : here_v > there_v;
            chosen = better ? phase : chosen;
            sum_v += relay(phase);
        }
        bool const average = control_.pt_phase == kPhaseAverage;
        out.relay_v = average ? sum_v / transformer_.phases : relay(chosen);
        out.local_v = std::abs(coil_voltage(chosen)) / control_.pt_ratio;
        return out;
    }

  private:
    [[nodiscard]] bool live(CoilEnds const& coil) const {
        auto const fed = [this](std::int32_t node) {
            return node < 0 || solver_.energised(static_cast<std::size_t>(node));
        };
        std::int32_t const from = ends_[coil.from];
        std::int32_t const to = ends_[coil.to];
        return (from >= 0 || to >= 0) && fed(from) && fed(to);
    }
    [[nodiscard]] Complex coil_voltage(int phase) const {
        CoilEnds const coil = coil_ends(transformer_, control_.winding, phase);
        auto const at = [this](std::int32_t node) {
            return node < 0 ? Complex{} : solver_.u_v()[static_cast<std::size_t>(node)];
        };
        return at(ends_[coil.from]) - at(ends_[coil.to]);
    }
    [[nodiscard]] double relay(int phase) const {
        auto const conductors = static_cast<std::size_t>(transformer_.phases) + 1;
        std::size_t const at = control_.winding * conductors + static_cast<std::size_t>(phase);
        return relay_voltage_v(control_, settings_, coil_voltage(phase), -i_a_[at]);
    }

    FeederSolver const& solver_;
    RegControl const& control_;
    RegulatorSettings settings_;
    Transformer const& transformer_;
    std::span<std::int32_t const> ends_;
    std::vector<Complex> i_a_;
};

/// Asks for the change of direction, or takes the asking back, by the power through the winding.
/// @return true while looking back (or at the reverse settings)
bool sample_direction(FeederSolver const& solver, RegControl const& control, std::size_t row,
                      ControlState& all) {
    RegulatorState& state = all.regulators[row];
    double const forward_w =
        -solver.terminal_power(ElementKind::transformer, control.transformer, control.winding)
             .real();
    bool const back = state.reversed || state.cogen;
    bool const turn =
        back ? forward_w > control.reverse_threshold_w : forward_w < -control.reverse_threshold_w;
    if (turn && !state.reverse_pending) {
        state.reverse_handle = all.queue.push(all.t_s + control.reverse_delay_s,
                                              ControlKind::regulator, row, kReverse);
        state.reverse_pending = true;
    } else if (!turn && state.reverse_pending) {
        all.queue.remove(state.reverse_handle);
        state.reverse_pending = false;
    }
    return back;
}

void arm(ControlState& all, std::size_t row, double delay_s) {
    RegulatorState& state = all.regulators[row];
    state.handle = all.queue.push(all.t_s + delay_s, ControlKind::regulator, row, kChangeTap);
    state.armed = true;
}

void disarm(ControlState& all, RegulatorState& state) {
    state.pending_pu = 0.0;
    if (state.armed) {
        all.queue.remove(state.handle);
        state.armed = false;
    }
}

double delay_now_s(RegControl const& control, double relay_v) {
    if (!control.inverse_time) {
        return control.delay_s;
    }
    // As the reference engine: by the forward settings, ten times shorter at most.
    return control.delay_s /
           std::min(10.0, 2.0 * std::abs(control.v_reg_v - relay_v) / control.band_v);
}

} // namespace

RegulatorSettings settings_now(RegControl const& control, RegulatorState const& state) {
    if (state.reversed || state.cogen) {
        return {control.reverse_v_reg_v, control.reverse_band_v, control.reverse_r_v,
                control.reverse_x_v, control.reverse_z_v};
    }
    return {control.v_reg_v, control.band_v, control.r_v, control.x_v, control.z_v};
}

double relay_voltage_v(RegControl const& control, RegulatorSettings const& settings,
                       Complex u_coil_v, Complex i_line_a) {
    Complex const u_v = u_coil_v / control.pt_ratio;
    Complex const i = i_line_a / control.ct_primary_a;
    if (control.z_v != 0.0) { // the forward setting decides on the method
        return std::abs(u_v) - std::abs(i) * settings.z_v;
    }
    return std::abs(u_v - Complex(settings.r_v, settings.x_v) * i);
}

double wanted_change_pu(RegControl const& control, RegulatorSettings const& settings,
                        Winding const& tapped, double coil_v, double relay_v, double local_v) {
    bool const too_high = control.v_limit_v > 0.0 && local_v > control.v_limit_v;
    double const missing_v = too_high ? control.v_limit_v - local_v : settings.v_reg_v - relay_v;
    if (tapped.taps < 1 || (!too_high && std::abs(missing_v) <= 0.5 * settings.band_v)) {
        return 0.0;
    }
    double const step = step_pu(tapped);
    return std::nearbyint(missing_v * control.pt_ratio / coil_v / step) * step;
}

double static_move_pu(RegControl const& control, Winding const& tapped, double wanted_pu) {
    double const needed = wanted_pu / step_pu(tapped);
    // Not the whole way: the line's drop shrinks as the voltage rises.
    double const steps = std::clamp(std::trunc(0.7 * std::abs(needed)), 1.0,
                                    static_cast<double>(std::max(1, control.max_tap_change)));
    return moved_pu(tapped, std::copysign(steps, needed));
}

void sample_regulator(FeederSolver const& solver, std::size_t row, ControlState& all) {
    RegControl const& control = solver.circuit().regulators[row];
    Transformer const& transformer = solver.circuit().transformers[control.transformer];
    RegulatorState& state = all.regulators[row];
    Winding const& tapped = transformer.windings[control.tapped()];
    if (control.max_tap_change == 0 || !transformer.enabled || tapped.taps < 1) {
        disarm(all, state);
        return;
    }
    bool const watches_power = control.remote_bus.empty() && (control.reversible || control.cogen);
    if (watches_power && sample_direction(solver, control, row, all) && control.reverse_neutral) {
        if (!state.armed) {
            double const step = step_pu(tapped);
            state.pending_pu = std::nearbyint((1.0 - tapped.tap_pu) / step) * step;
            if (state.pending_pu != 0.0) {
                arm(all, row, control.tap_delay_s);
            }
        }
        return;
    }
    Measured const seen = Measurement(solver, control, state).measured();
    if (!seen.live) {
        disarm(all, state);
        return;
    }
    // Looking back, the other side's voltage is this one's without the tap.
    double const relay_v = state.reversed ? seen.relay_v / tapped.tap_pu : seen.relay_v;
    RegulatorSettings const settings = settings_now(control, state);
    bool const in_band = std::abs(settings.v_reg_v - relay_v) <= 0.5 * settings.band_v &&
                         !(control.v_limit_v > 0.0 && seen.local_v > control.v_limit_v);
    if (in_band) {
        disarm(all, state);
        return;
    }
    double change_pu =
        wanted_change_pu(control, settings, tapped, coil_voltage_v(transformer, control.winding),
                         relay_v, seen.local_v);
    if (control.tapped() != control.winding || state.reversed) {
        change_pu = -change_pu;
    }
    state.pending_pu = change_pu;
    bool const possible =
        change_pu > 0.0 ? tapped.tap_pu < tapped.tap_max_pu : tapped.tap_pu > tapped.tap_min_pu;
    if (change_pu != 0.0 && possible && !state.armed) {
        arm(all, row, delay_now_s(control, relay_v));
    }
}

void execute_regulator(FeederSolver& solver, ControlState& all, ControlAction const& action) {
    RegControl const& control = solver.circuit().regulators[action.row];
    RegulatorState& state = all.regulators[action.row];
    if (action.code == kReverse) {
        bool& flag = control.cogen ? state.cogen : state.reversed;
        flag = !flag;
        state.reverse_pending = false;
        return;
    }
    Winding const& tapped =
        solver.circuit().transformers[control.transformer].windings[control.tapped()];
    state.armed = false;
    if (state.pending_pu == 0.0) { // it came to rest by itself
        return;
    }
    double const step = step_pu(tapped);
    if (solver.circuit().solution.control_mode == ControlMode::static_) {
        double const tap_pu = static_move_pu(control, tapped, state.pending_pu);
        state.pending_pu = 0.0;
        solver.set_tap(control.transformer, control.tapped(), tap_pu);
        return;
    }
    // With a clock: one step, and the next one after the tap delay.
    double const tap_pu = moved_pu(tapped, std::copysign(1.0, state.pending_pu));
    state.pending_pu -= std::copysign(step, state.pending_pu);
    if (std::abs(state.pending_pu) < 0.9 * step) {
        state.pending_pu = 0.0;
    } else {
        arm(all, action.row, control.tap_delay_s);
    }
    solver.set_tap(control.transformer, control.tapped(), tap_pu);
}

} // namespace gridtwin::grid
