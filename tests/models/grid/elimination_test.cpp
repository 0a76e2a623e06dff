// What is eliminated once and recovered after a solve is what the whole matrix says.
#include "models/grid/element_currents.hpp"
#include "models/grid/error_bound.hpp"
#include "models/grid/feeder_solver.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace gridtwin::grid {
namespace {

constexpr double kBase_v = 230.0;

/// A source at "s" and nothing else.
Circuit source_only(int phases) {
    Circuit c;
    c.name = "lines";
    Vsource s;
    s.name = "source";
    s.phases = phases;
    s.v_ll_v = phases == 1 ? kBase_v : kBase_v * std::numbers::sqrt3;
    for (int i = 0; i < phases; ++i) {
        s.bus1.nodes.push_back(i + 1);
        for (int k = 0; k < phases; ++k) {
            s.z_ohm.push_back(i == k ? Complex(0.01, 0.02) : Complex(0.0, 0.001));
        }
    }
    s.bus1.bus = "s";
    s.bus2 = {"s", std::vector<int>(static_cast<std::size_t>(phases), 0)};
    c.sources.push_back(std::move(s));
    c.solution.tolerance_pu = 1e-12;
    return c;
}

/// Three phases, of one of two kinds of line.
void add_line(Circuit& c, std::string from, std::string to, int kind, double length) {
    Line l;
    l.name = from + "-" + to;
    l.bus1 = {std::move(from), {1, 2, 3}};
    l.bus2 = {std::move(to), {1, 2, 3}};
    for (int i = 0; i < 9; ++i) {
        bool const self = i % 4 == 0;
        Complex const z_ohm = kind == 0 ? (self ? Complex(0.3, 0.1) : Complex(0.05, 0.03))
                                        : (self ? Complex(0.9, 0.1) : Complex(0.04, 0.06));
        l.z_ohm.push_back(z_ohm * length);
    }
    c.lines.push_back(std::move(l));
}

void add_load(Circuit& c, std::string bus, int phase, double p_w) {
    Load l;
    l.name = fmt::format("{}.{}", bus, phase);
    l.phases = 1;
    l.bus = {std::move(bus), {phase, 0}};
    l.v_v = kBase_v;
    l.p_w = p_w;
    l.q_var = 0.4 * p_w;
    l.vlow_pu = 0.2;
    l.vmin_pu = 0.3;
    l.vmax_pu = 1.5;
    c.loads.push_back(std::move(l));
}

void expect_as_whole(FeederSolver& blocks, std::string const& what) {
    FeederSolver whole(blocks.circuit());
    whole.use_whole_matrix();
    ASSERT_TRUE(blocks.solve().converged) << what;
    ASSERT_TRUE(whole.solve().converged) << what;
    ASSERT_FALSE(blocks.uses_whole_matrix());
    for (std::size_t node = 0; node < blocks.node_count(); ++node) {
        ASSERT_LT(std::abs(blocks.u_v()[node] - whole.u_v()[node]), 1e-9 * kBase_v)
            << what << " at " << blocks.node_name(node);
    }
    ASSERT_LT(kirchhoff_residual_pu(blocks), 1e-10) << what;
}

// s = five sections = j = four of another kind = k, with spurs off both, a single-phase load at the
// end of a service line of several sections, and one at k.
TEST(EliminationConservation, InsidesOfLinesLieBetweenTheirEnds) {
    Circuit c = source_only(3);
    std::string last = "s";
    for (int i = 0; i < 9; ++i) {
        std::string const next = i == 4 ? "j" : i == 8 ? "k" : fmt::format("m{}", i);
        add_line(c, last, next, i < 5 ? 0 : 1, 0.02 + 0.01 * i);
        if (i == 2) { // unloaded spurs, of either kind
            add_line(c, next, "spur", 0, 0.1);
            add_line(c, "spur", "spur-end", 0, 0.05);
        }
        if (i == 6) {
            add_line(c, next, "other-spur", 0, 0.1);
        }
        last = next;
    }
    for (int i = 0; i < 4; ++i) {
        add_line(c, i == 0 ? "k" : fmt::format("service{}", i), fmt::format("service{}", i + 1), 1,
                 0.02);
    }
    add_load(c, "service4", 2, 9e3);
    add_load(c, "k", 1, 4e3);
    FeederSolver solver(c);
    expect_as_whole(solver, "all closed");
    // Along the first kind of line every phase falls linearly with length: 2, 3, ... hundredths.
    auto const u = [&](char const* bus, int phase) {
        return solver.u_v()[*solver.find_node(bus, phase)];
    };
    for (int phase = 1; phase <= 3; ++phase) {
        Complex const drop = u("s", phase) - u("j", phase);
        EXPECT_NEAR(std::abs(u("s", phase) - u("m2", phase) - drop * (9.0 / 20.0)), 0.0, 1e-10);
        EXPECT_NEAR(std::abs(u("m2", phase) - u("spur-end", phase)), 0.0, 1e-10);
    }
    for (std::size_t const line : {std::size_t{3}, std::size_t{9}, std::size_t{13}}) {
        solver.set_switch(line, false);
        expect_as_whole(solver, c.lines[line].name + " open");
        solver.set_switch(line, true);
        expect_as_whole(solver, c.lines[line].name + " closed again");
    }
}

// Every pair of buses is joined, so that the first block has all others among its later ones.
TEST(EliminationConservation, ABlockMayBeCoupledToMoreThan255Others) {
    constexpr int kBuses = 270;
    Circuit c = source_only(1);
    for (int a = 0; a < kBuses; ++a) {
        for (int b = a + 1; b < kBuses; ++b) {
            Line l;
            l.name = fmt::format("l{}-{}", a, b);
            l.phases = 1;
            l.bus1 = {a == 0 ? "s" : fmt::format("b{}", a), {1}};
            l.bus2 = {fmt::format("b{}", b), {1}};
            l.z_ohm = {Complex(20.0 + (7 * a + 13 * b) % 11, 5.0)};
            c.lines.push_back(std::move(l));
        }
        if (a > 0) {
            add_load(c, fmt::format("b{}", a), 1, 30.0 + a % 7);
        }
    }
    FeederSolver solver(c);
    expect_as_whole(solver, "full mesh");
}

TEST(ErrorBound, IsAboveTheErrorOfASlowGeometricSeries) {
    for (double const q : {0.1, 0.3, 0.49, 0.5, 0.7, 0.9, 0.99}) {
        ErrorBound bound;
        double change = 1.0;
        for (int step = 0; step < 6; ++step) {
            double const error = change * q / (1.0 - q); // what all later steps would add
            double const stated = bound.after(change);
            if (step >= 2 && q >= 0.5) {
                EXPECT_GE(stated, error * (1.0 - 1e-12)) << q << " at step " << step;
            } else if (step >= 2) {
                EXPECT_GE(stated, std::min(change, error)) << q << " at step " << step;
            }
            change *= q;
        }
    }
}

} // namespace
} // namespace gridtwin::grid
