#pragma once
// A radial feeder of any size, the same for the same number of buses: three-phase mains with
// branches, single-phase laterals, a load at four of five buses, line charging everywhere.
#include "models/grid/circuit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gridtwin::grid::test {

inline Circuit generated_feeder(std::size_t buses) {
    constexpr double kBase_v = 12470.0;
    constexpr double kLength_km = 0.05;
    Circuit c;
    c.name = "generated";
    c.f_hz = 60.0;
    Vsource s;
    s.name = "source";
    s.bus1 = {"b0", {1, 2, 3}};
    s.bus2 = {"b0", {0, 0, 0}};
    s.v_ll_v = kBase_v;
    s.v_pu = 1.03;
    for (int i = 0; i < 9; ++i) {
        s.z_ohm.push_back(i % 4 == 0 ? Complex(0.02, 0.2) : Complex(0.005, 0.05));
    }
    c.sources.push_back(s);
    std::vector<std::vector<int>> phases{{1, 2, 3}}; // [bus]
    double const per_bus_w = 4e6 / static_cast<double>(buses);
    std::uint64_t draws = 0;
    auto const draw = [&draws] {
        // splitmix64: the feeder must not depend on a library's generator
        std::uint64_t z = (draws += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-53;
    };
    std::vector<std::size_t> mains{0}; // three-phase buses
    for (std::size_t b = 1; b < buses; ++b) {
        // Two of five buses carry the mains on, from one of the last twenty; the others are
        // laterals of one phase, chained, or off any main.
        bool const main = draw() < 0.4;
        bool const chained = !main && phases[b - 1].size() == 1 && draw() < 0.8;
        std::size_t const from = main && mains.size() > 20 ? mains.size() - 20 : 0;
        std::size_t const parent =
            chained ? b - 1
                    : mains[from + static_cast<std::size_t>(
                                       draw() * static_cast<double>(mains.size() - from))];
        std::vector<int> own{1, 2, 3};
        if (main) {
            mains.push_back(b);
        } else {
            own = chained ? phases[b - 1] : std::vector<int>{1 + static_cast<int>(draw() * 3.0)};
        }
        auto const n = own.size();
        Line l;
        l.name = fmt::format("l{}", b);
        l.phases = static_cast<int>(n);
        l.bus1 = {fmt::format("b{}", parent), own};
        l.bus2 = {fmt::format("b{}", b), own};
        // A long chain must not carry all of the feeder's load through thin wire.
        double const km = kLength_km * std::min(1.0, 400.0 / static_cast<double>(buses));
        for (std::size_t i = 0; i < n * n; ++i) {
            bool const self = i % (n + 1) == 0;
            l.z_ohm.push_back((self ? Complex(0.19, 0.42) : Complex(0.06, 0.17)) * km);
            l.c_f.push_back((self ? 11e-9 : -2e-9) * km);
        }
        l.length_m = km * 1e3;
        c.lines.push_back(std::move(l));
        if (draw() < 0.8) {
            Load load;
            load.name = fmt::format("d{}", b);
            load.phases = static_cast<int>(n);
            load.bus = {fmt::format("b{}", b), own};
            load.bus.nodes.push_back(0);
            load.v_v = n == 1 ? kBase_v / std::numbers::sqrt3 : kBase_v;
            load.vmin_pu = 0.8;
            load.vmax_pu = 1.2;
            load.p_w = per_bus_w * (0.5 + draw());
            load.q_var = 0.3 * load.p_w;
            c.loads.push_back(std::move(load));
        }
        phases.push_back(std::move(own));
        c.buses[fmt::format("b{}", b)].v_ln_v = kBase_v / std::numbers::sqrt3;
    }
    c.buses["b0"].v_ln_v = kBase_v / std::numbers::sqrt3;
    return c;
}

} // namespace gridtwin::grid::test
