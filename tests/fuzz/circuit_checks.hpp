#pragma once
// What must hold of a circuit that was read without a mistake, whatever the script.
#include "models/grid/element_tables.hpp"

#include <cmath>
#include <string>

namespace gridtwin::grid::test {

/// Collects the first thing that is wrong.
class CircuitChecks {
  public:
    /// Empty when all numbers are finite and all references point into their tables.
    [[nodiscard]] static std::string problem_of(Circuit const& c) {
        CircuitChecks checks(c);
        checks.elements();
        checks.shapes();
        checks.controls();
        return checks.problem_;
    }

  private:
    explicit CircuitChecks(Circuit const& c) : c_(c) {}

    void check(bool good, char const* what) {
        if (!good && problem_.empty()) {
            problem_ = what;
        }
    }
    template <typename... Numbers>
    void finite(char const* what, Numbers... numbers) {
        check((std::isfinite(numbers) && ...), what);
    }
    template <typename Range>
    void all_finite(char const* what, Range const& values) {
        for (auto const& value : values) {
            check(std::isfinite(std::abs(value)), what);
        }
    }
    template <typename Table>
    void row(char const* what, std::int32_t at, Table const& table) {
        check(at >= kNone && at < static_cast<std::int32_t>(table.size()), what);
    }
    void shape_rows(ShapeRefs const& refs) {
        row("shape row", refs.daily, c_.load_shapes);
        row("shape row", refs.yearly, c_.load_shapes);
        row("shape row", refs.duty, c_.load_shapes);
    }
    void bus(Terminal const& terminal) {
        check(terminal.bus.empty() || c_.buses.count(terminal.bus) == 1, "bus of a terminal");
    }
    void element(ElementRef ref) { check(ref.row < rows_of(c_, ref.kind), "element row"); }

    void elements() {
        finite("options", c_.f_hz, c_.solution.tolerance_pu, c_.solution.step_s,
               c_.solution.start_s, c_.solution.load_mult, c_.solution.growth_per_year);
        check(!c_.sources.empty(), "a source");
        for (auto const& s : c_.sources) {
            all_finite("source impedance", s.z_ohm);
            finite("source", s.v_ll_v, s.v_pu, s.angle_deg, s.f_hz);
            bus(s.bus1);
        }
        for (auto const& l : c_.lines) {
            auto const n = static_cast<std::size_t>(l.phases);
            check(l.z_ohm.size() == n * n && l.bus1.nodes.size() == n && l.bus2.nodes.size() == n,
                  "size of a line");
            check(l.phases >= 32 || l.open_conductors >> l.phases == 0,
                  "open conductors of a line");
            all_finite("line impedance", l.z_ohm);
            all_finite("line capacitance", l.c_f);
            finite("line", l.length_m, l.rating_a);
            bus(l.bus1);
            bus(l.bus2);
        }
        for (auto const& t : c_.transformers) {
            auto const n = t.windings.size();
            check(n >= 2 && t.x_pu.size() >= n * (n - 1) / 2, "size of a transformer");
            all_finite("transformer reactance", t.x_pu);
            finite("transformer", t.no_load_loss_frac, t.magnetising_frac, t.ppm_antifloat);
            for (auto const& w : t.windings) {
                finite("winding", w.v_v, w.s_va, w.r_pu, w.tap_pu, w.tap_min_pu, w.tap_max_pu,
                       w.r_neutral_ohm, w.x_neutral_ohm);
                bus(w.bus);
            }
        }
        for (auto const& l : c_.loads) {
            all_finite("ZIPV", l.zipv);
            finite("load", l.v_v, l.p_w, l.q_var, l.vmin_pu, l.vmax_pu, l.vlow_pu, l.cvr_watts,
                   l.cvr_vars);
            shape_rows(l.shapes);
            row("growth row", l.growth, c_.growth_shapes);
            row("CVR curve row", l.cvr_curve, c_.load_shapes);
            bus(l.bus);
        }
        for (auto const& k : c_.capacitors) {
            check(k.q_var.size() == k.closed.size() || !k.b_s.empty(), "steps of a capacitor");
            all_finite("capacitor", k.q_var);
            all_finite("capacitor", k.b_s);
            all_finite("capacitor", k.r_ohm);
            all_finite("capacitor", k.x_ohm);
            finite("capacitor", k.v_v);
            bus(k.bus1);
        }
        for (auto const& r : c_.reactors) {
            all_finite("reactor", r.y_s);
        }
        for (auto const& f : c_.faults) {
            all_finite("fault", f.g_s);
        }
        for (auto const& g : c_.generators) {
            finite("generator", g.v_v, g.p_w, g.q_var, g.q_max_var, g.q_min_var, g.v_pu, g.s_va);
            shape_rows(g.shapes);
        }
        for (auto const& p : c_.pv_systems) {
            finite("PV system", p.v_v, p.p_mpp_w, p.p_limit_frac, p.irradiance_kw_m2,
                   p.temperature_c);
            inverter(p.inverter);
            shape_rows(p.shapes);
            row("P-T curve row", p.p_t_curve, c_.curves);
        }
        for (auto const& s : c_.storages) {
            finite("storage", s.v_v, s.p_rated_w, s.p_limit_w, s.capacity_wh, s.stored_wh,
                   s.reserve_frac, s.charge_frac, s.discharge_frac);
            inverter(s.inverter);
            shape_rows(s.shapes);
        }
        for (auto const& [name, info] : c_.buses) {
            finite("bus", info.v_ln_v, info.x, info.y);
        }
    }

    void inverter(InverterSpec const& i) {
        finite("inverter", i.s_va, i.q_max_var, i.q_max_absorb_var, i.power_factor, i.q_var,
               i.cut_in_frac, i.cut_out_frac);
        row("efficiency curve row", i.efficiency_curve, c_.curves);
    }

    void shapes() {
        for (auto const& s : c_.load_shapes) {
            finite("interval", s.interval_s);
            all_finite("shape", s.p_mult);
            all_finite("shape", s.q_mult);
            all_finite("hours", s.hours);
            check(!s.p_mult.empty(), "points of a shape");
            check(s.q_mult.empty() || s.q_mult.size() == s.p_mult.size(), "q of a shape");
            check(s.interval_s > 0.0 ? s.hours.empty() : s.hours.size() == s.p_mult.size(),
                  "hours of a shape");
        }
        for (auto const& s : c_.temperature_shapes) {
            all_finite("temperatures", s.celsius);
            check(s.interval_s > 0.0 ? s.hours.empty() : s.hours.size() == s.celsius.size(),
                  "hours of a temperature shape");
        }
        for (auto const& s : c_.growth_shapes) {
            all_finite("growth", s.factor);
            check(!s.year.empty() && s.year.size() == s.factor.size(), "growth shape");
        }
        for (auto const& s : c_.curves) {
            all_finite("curve", s.y);
            check(!s.x.empty() && s.x.size() == s.y.size(), "curve");
        }
    }

    void controls() {
        for (auto const& r : c_.regulators) {
            finite("regulator", r.v_reg_v, r.band_v, r.pt_ratio, r.ct_primary_a, r.r_v, r.x_v,
                   r.delay_s);
            check(r.transformer < c_.transformers.size() &&
                      r.winding < c_.transformers[r.transformer].windings.size(),
                  "winding of a regulator");
        }
        for (auto const& k : c_.capacitor_controls) {
            check(k.capacitor < c_.capacitors.size(), "capacitor of a control");
            element(k.monitored);
        }
        for (auto const& s : c_.switch_controls) {
            check(s.line < c_.lines.size(), "line of a switch control");
        }
        for (auto const& r : c_.recorders) {
            element(r.element);
        }
    }

    Circuit const& c_;
    std::string problem_;
};

} // namespace gridtwin::grid::test
