#pragma once
// A feeder with fault currents on paper: source j2 ohm, main line j4 ohm with a recloser, lateral
// j6 ohm with a fuse, no coupling between phases, 7200 V to ground. A bolted fault draws 1200 A at
// the main's end and 600 A at the lateral's.
#include "models/grid/protection/simulate.hpp"
#include "models/grid/protection/standard_curves.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::protection::test {

inline constexpr double kPhase_v = 7200.0;
inline constexpr std::size_t kLateralFault = 0; ///< phase 2 to ground
inline constexpr std::size_t kMainFault = 1;    ///< three phases to ground

inline std::vector<Complex> diagonal(Complex z_ohm) {
    Complex const o;
    return {z_ohm, o, o, o, z_ohm, o, o, o, z_ohm};
}

inline Line line_between(std::string name, std::string from, std::string to, Complex z_ohm) {
    Line line;
    line.name = std::move(name);
    line.bus1 = {std::move(from), {1, 2, 3}};
    line.bus2 = {std::move(to), {1, 2, 3}};
    line.z_ohm = diagonal(z_ohm);
    return line;
}

inline Fault fault_at(std::string name, std::string bus, std::vector<int> nodes) {
    Fault fault;
    fault.name = std::move(name);
    fault.phases = static_cast<int>(nodes.size());
    fault.bus1 = {bus, nodes};
    fault.bus2 = {bus, std::vector<int>(nodes.size(), 0)};
    fault.g_s.assign(nodes.size() * nodes.size(), 0.0);
    for (std::size_t k = 0; k < nodes.size(); ++k) {
        fault.g_s[k * nodes.size() + k] = 1e7;
    }
    fault.on = false;
    return fault;
}

inline std::int32_t curve_row(Circuit const& c, std::string_view name) {
    for (std::size_t k = 0; k < c.tcc_curves.size(); ++k) {
        if (c.tcc_curves[k].name == name) {
            return static_cast<std::int32_t>(k);
        }
    }
    throw std::out_of_range(std::string(name));
}

inline Circuit bare_feeder() {
    Circuit c;
    c.name = "lateral";
    Vsource source;
    source.name = "source";
    source.bus1 = {"a", {1, 2, 3}};
    source.bus2 = {"a", {0, 0, 0}};
    source.v_ll_v = kPhase_v * std::sqrt(3.0);
    source.z_ohm = diagonal({0.0, 2.0});
    c.sources.push_back(source);
    c.lines.push_back(line_between("main", "a", "m", {0.0, 4.0}));
    c.lines.push_back(line_between("lateral", "m", "l", {0.0, 6.0}));
    c.faults.push_back(fault_at("lateral", "l", {2}));
    c.faults.push_back(fault_at("main", "m", {1, 2, 3}));
    for (char const* const bus : {"a", "m", "l"}) {
        c.buses[bus].v_ln_v = kPhase_v;
    }
    auto const curves = standard_curves();
    c.tcc_curves.assign(curves.begin(), curves.end());
    c.solution.tolerance_pu = 1e-12;
    return c;
}

/// Recloser on the main, 100 A: curve A, then D with time dial 5; fuse of 40 A T on the lateral.
inline Circuit lateral_feeder(int fast_operations) {
    Circuit c = bare_feeder();
    Recloser r;
    r.name = "r";
    r.point = {{ElementKind::line, 0}, 0, 0};
    r.fast_operations = fast_operations;
    r.phase_fast = {curve_row(c, "a"), 100.0, 1.0, 0.0};
    r.phase_delayed = {curve_row(c, "d"), 100.0, 5.0, 0.0};
    r.delay_s = 0.03;
    c.reclosers.push_back(r);
    Fuse f;
    f.name = "f";
    f.point = {{ElementKind::line, 1}, 0, 1};
    f.curve = curve_row(c, "tlink");
    f.rated_a = 40.0;
    f.delay_s = 0.01;
    c.fuses.push_back(f);
    return c;
}

inline SimTime at_s(double s) {
    return kStart + duration_from_s(s);
}

/// The times at which a device did something, s.
inline std::vector<double> times_s(std::vector<LogEntry> const& log, std::string_view device,
                                   std::string_view what) {
    std::vector<double> out;
    for (LogEntry const& e : log) {
        if (e.device == device && e.what == what) {
            out.push_back(to_s(e.at));
        }
    }
    return out;
}

/// "device what" of every entry, in order.
inline std::vector<std::string> story(std::vector<LogEntry> const& log) {
    std::vector<std::string> out;
    for (LogEntry const& e : log) {
        out.push_back(e.device + " " + e.what);
    }
    return out;
}

} // namespace gridtwin::grid::protection::test
