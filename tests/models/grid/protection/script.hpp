#pragma once
// One relay or recloser driven by given currents and voltages, without a network.
#include "models/grid/protection/standard_curves.hpp"
#include "models/grid/protection/switch_sequence.hpp"

#include <stdexcept>

namespace gridtwin::grid::protection::test {

inline std::int32_t standard_row(std::string_view name) {
    TccCurve const* const curve = standard_curve(name);
    if (curve == nullptr) {
        throw std::out_of_range(std::string(name));
    }
    return static_cast<std::int32_t>(curve - standard_curves().data());
}

inline Seen one_phase(double i_a, double v_v) {
    return {{1}, {Complex(i_a, 0.0)}, {Complex(v_v, 0.0)}};
}

struct Script {
    struct Happened {
        SimTime at;
        StepTaken step;
    };

    explicit Script(SwitchSettings s) : settings(std::move(s)) {}

    SwitchSettings settings;
    SwitchState state;
    std::vector<Happened> steps;
    SimTime now = kStart;

    [[nodiscard]] double now_s() const { return to_s(now); }

    /// Lets `given` be measured for a while; no current flows while the contacts are open.
    void hold(double duration_s, Seen const& given) {
        SimTime const until = now + duration_from_s(duration_s);
        look(given);
        while (true) {
            SimTime const next = next_event(state, now);
            if (next > until) {
                advance(state, until - now);
                now = until;
                return;
            }
            advance(state, next - now);
            now = next;
            while (auto const step = act(state, settings, now)) {
                steps.push_back({now, *step});
                look(given);
            }
        }
    }
    void hold(double duration_s, double i_a) { hold(duration_s, one_phase(i_a, 7200.0)); }

    [[nodiscard]] std::vector<double> times_s(Step which) const {
        std::vector<double> out;
        for (Happened const& h : steps) {
            if (h.step.step == which) {
                out.push_back(to_s(h.at));
            }
        }
        return out;
    }

  private:
    void look(Seen seen) {
        if (!state.conducts()) {
            for (Complex& i : seen.i_a) {
                i = {};
            }
        }
        see(state, settings, standard_curves(), seen, now);
    }
};

} // namespace gridtwin::grid::protection::test
