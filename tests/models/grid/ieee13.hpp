#pragma once
// The IEEE 13-node test feeder as tables, from the published data (IEEE PES Distribution Test
// Feeders working group): overhead configurations 601 to 605, cables 606 (as first published) and
// 607, spot loads, the distributed load lumped on the span 632-671, capacitors, regulator taps.
#include "models/grid/circuit.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace gridtwin::grid::test {

struct Ieee13Options {
    /// Where the distributed load stands, as a fraction of the span from 632, and the part of it
    /// there; the rest is at 671.
    double lump_place_frac = 0.25;
    double lump_part_frac = 2.0 / 3.0;
    bool capacitors = true;
    bool regulator_controls = false;
    /// 650 is the source and the regulator stands behind it; else 632 is the source.
    bool source_at_650 = true;
    double vmin_pu = 0.80; ///< the published loads keep their model at every voltage seen
    double vmax_pu = 1.20;
};

inline constexpr double kFeetPerMile = 5280.0;

/// Lower triangle of a symmetric matrix to the full one, times a factor.
template <typename T>
std::vector<T> symmetric(std::vector<T> const& lower, std::size_t n, double factor) {
    std::vector<T> full(n * n);
    std::size_t at = 0;
    for (std::size_t r = 0; r < n; ++r) {
        for (std::size_t c = 0; c <= r; ++c, ++at) {
            full[r * n + c] = full[c * n + r] = lower[at] * factor;
        }
    }
    return full;
}

struct Configuration {
    std::vector<Complex> z_ohm_per_mile; // lower triangle
    std::vector<double> b_us_per_mile;   // lower triangle
};

inline Line published_line(std::string name, std::string from, std::string to,
                           std::vector<int> const& nodes, double length_ft,
                           Configuration const& k) {
    Line line;
    line.name = std::move(name);
    line.phases = static_cast<int>(nodes.size());
    line.bus1 = {std::move(from), nodes};
    line.bus2 = {std::move(to), nodes};
    double const miles = length_ft / kFeetPerMile;
    line.z_ohm = symmetric(k.z_ohm_per_mile, nodes.size(), miles);
    constexpr double kOmega = 2.0 * 3.14159265358979323846 * 60.0;
    line.c_f = symmetric(k.b_us_per_mile, nodes.size(), miles * 1e-6 / kOmega);
    line.length_m = length_ft * 0.3048;
    return line;
}

inline Transformer single_phase_regulator(int node, double tap_pu) {
    Transformer t;
    t.name = "reg" + std::to_string(node);
    t.phases = 1;
    t.x_pu = {1e-4};
    t.windings.resize(2);
    t.windings[0].bus = {"650", {node, 0}};
    t.windings[1].bus = {"rg60", {node, 0}};
    for (Winding& w : t.windings) {
        w.v_v = 2400.0;
        w.s_va = 1666e3;
        w.r_pu = 0.5e-4;
    }
    t.windings[1].tap_pu = tap_pu;
    return t;
}

inline Circuit ieee13(Ieee13Options const& options = {}) {
    using Z = Complex;
    Configuration const c601{{Z(0.3465, 1.0179), Z(0.1560, 0.5017), Z(0.3375, 1.0478),
                              Z(0.1580, 0.4236), Z(0.1535, 0.3849), Z(0.3414, 1.0348)},
                             {6.2998, -1.9958, 5.9597, -1.2595, -0.7417, 5.6386}};
    Configuration const c602{{Z(0.7526, 1.1814), Z(0.1580, 0.4236), Z(0.7475, 1.1983),
                              Z(0.1560, 0.5017), Z(0.1535, 0.3849), Z(0.7436, 1.2112)},
                             {5.6990, -1.0817, 5.1795, -1.6905, -0.6588, 5.4246}};
    Configuration const c603{{Z(1.3238, 1.3569), Z(0.2066, 0.4591), Z(1.3294, 1.3471)},
                             {4.6658, -0.8999, 4.7097}}; // phases c, b
    Configuration const c604{{Z(1.3238, 1.3569), Z(0.2066, 0.4591), Z(1.3294, 1.3471)},
                             {4.6658, -0.8999, 4.7097}}; // phases a, c
    Configuration const c605{{Z(1.3292, 1.3475)}, {4.5193}};
    Configuration const c606{{Z(0.7982, 0.4463), Z(0.3192, 0.0328), Z(0.7891, 0.4041),
                              Z(0.2849, -0.0143), Z(0.3192, 0.0328), Z(0.7982, 0.4463)},
                             {96.8979, 0.0, 96.8979, 0.0, 0.0, 96.8979}};
    Configuration const c607{{Z(1.3425, 0.5124)}, {88.9912}};

    Circuit c;
    c.name = "ieee13";
    Vsource source;
    source.name = "source";
    source.bus1 = {options.source_at_650 ? "650" : "632", {1, 2, 3}};
    source.v_ll_v = 4160.0;
    source.z_ohm = {Z(0, 1e-5), {}, {}, {}, Z(0, 1e-5), {}, {}, {}, Z(0, 1e-5)};
    c.sources.push_back(source);

    std::vector<int> const abc{1, 2, 3};
    double const near_ft = 2000.0 * options.lump_place_frac;
    if (options.source_at_650) {
        std::array<double, 3> const taps{1.0625, 1.0500, 1.06875};
        for (int node = 1; node <= 3; ++node) {
            c.transformers.push_back(
                single_phase_regulator(node, taps[static_cast<std::size_t>(node - 1)]));
            if (options.regulator_controls) {
                RegControl r;
                r.name = c.transformers.back().name;
                r.transformer = static_cast<std::size_t>(node - 1);
                r.v_reg_v = 122.0;
                r.band_v = 2.0;
                r.pt_ratio = 20.0;
                r.ct_primary_a = 700.0;
                r.r_v = 3.0;
                r.x_v = 9.0;
                c.regulators.push_back(r);
            }
        }
        c.lines.push_back(published_line("650632", "rg60", "632", abc, 2000, c601));
    }
    c.lines.push_back(published_line("632670", "632", "670", abc, near_ft, c601));
    c.lines.push_back(published_line("670671", "670", "671", abc, 2000 - near_ft, c601));
    c.lines.push_back(published_line("671680", "671", "680", abc, 1000, c601));
    c.lines.push_back(published_line("632633", "632", "633", abc, 500, c602));
    c.lines.push_back(published_line("632645", "632", "645", {3, 2}, 500, c603));
    c.lines.push_back(published_line("645646", "645", "646", {3, 2}, 300, c603));
    c.lines.push_back(published_line("692675", "692", "675", abc, 500, c606));
    c.lines.push_back(published_line("671684", "671", "684", {1, 3}, 300, c604));
    c.lines.push_back(published_line("684611", "684", "611", {3}, 300, c605));
    c.lines.push_back(published_line("684652", "684", "652", {1}, 800, c607));
    Line closed_switch;
    closed_switch.name = "671692";
    closed_switch.bus1 = {"671", abc};
    closed_switch.bus2 = {"692", abc};
    closed_switch.z_ohm = {Z(1e-4), {}, {}, {}, Z(1e-4), {}, {}, {}, Z(1e-4)};
    closed_switch.is_switch = true;
    c.lines.push_back(closed_switch);

    Transformer xfm1;
    xfm1.name = "xfm1";
    xfm1.x_pu = {0.02};
    xfm1.windings.resize(2);
    xfm1.windings[0].bus = {"633", {1, 2, 3, 0}};
    xfm1.windings[1].bus = {"634", {1, 2, 3, 0}};
    xfm1.windings[0].v_v = 4160.0;
    xfm1.windings[1].v_v = 480.0;
    for (Winding& w : xfm1.windings) {
        w.s_va = 500e3;
        w.r_pu = 0.0055;
    }
    c.transformers.push_back(xfm1);

    auto const load = [&](std::string name, std::string bus, std::vector<int> nodes, int model,
                          double v_v, double p_kw, double q_kvar) {
        Load l;
        l.name = std::move(name);
        l.connection = nodes.back() == 0 ? Connection::wye : Connection::delta;
        l.phases = nodes.size() == 2 ? 1 : 3;
        l.bus = {std::move(bus), std::move(nodes)};
        l.model = model;
        l.v_v = v_v;
        l.p_w = p_kw * 1e3;
        l.q_var = q_kvar * 1e3;
        l.vmin_pu = options.vmin_pu;
        l.vmax_pu = options.vmax_pu;
        c.loads.push_back(l);
    };
    double const ln_v = 4160.0 / 1.7320508075688772;
    double const low_v = 480.0 / 1.7320508075688772;
    load("671", "671", {1, 2, 3}, 1, 4160, 1155, 660);
    load("634a", "634", {1, 0}, 1, low_v, 160, 110);
    load("634b", "634", {2, 0}, 1, low_v, 120, 90);
    load("634c", "634", {3, 0}, 1, low_v, 120, 90);
    load("645", "645", {2, 0}, 1, ln_v, 170, 125);
    load("646", "646", {2, 3}, 2, 4160, 230, 132);
    load("692", "692", {3, 1}, 5, 4160, 170, 151);
    load("675a", "675", {1, 0}, 1, ln_v, 485, 190);
    load("675b", "675", {2, 0}, 1, ln_v, 68, 60);
    load("675c", "675", {3, 0}, 1, ln_v, 290, 212);
    load("611", "611", {3, 0}, 5, ln_v, 170, 80);
    load("652", "652", {1, 0}, 2, ln_v, 128, 86);
    std::array<std::pair<double, double>, 3> const spread{
        {{17.0, 10.0}, {66.0, 38.0}, {117.0, 68.0}}};
    for (int node = 1; node <= 3; ++node) {
        auto const [p_kw, q_kvar] = spread[static_cast<std::size_t>(node - 1)];
        double const part = options.lump_part_frac;
        std::string const tail(1, static_cast<char>('a' + node - 1));
        load("670" + tail, "670", {node, 0}, 1, ln_v, p_kw * part, q_kvar * part);
        load("671" + tail, "671", {node, 0}, 1, ln_v, p_kw * (1 - part), q_kvar * (1 - part));
    }
    if (options.capacitors) {
        Capacitor cap1;
        cap1.name = "cap1";
        cap1.bus1 = {"675", abc};
        cap1.v_v = 4160.0;
        cap1.q_var = {600e3};
        cap1.closed = {true};
        Capacitor cap2;
        cap2.name = "cap2";
        cap2.phases = 1;
        cap2.bus1 = {"611", {3}};
        cap2.v_v = ln_v;
        cap2.q_var = {100e3};
        cap2.closed = {true};
        c.capacitors = {cap1, cap2};
    }
    for (char const* bus : {"650", "rg60", "632", "633", "645", "646", "670", "671", "680", "684",
                            "611", "652", "692", "675"}) {
        c.buses[bus].v_ln_v = ln_v;
    }
    c.buses["634"].v_ln_v = low_v;
    return c;
}

} // namespace gridtwin::grid::test
