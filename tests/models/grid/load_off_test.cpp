// A load that is switched off draws nothing at all, whatever the last solution held of it.
#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"
#include "tests/models/grid/ieee13.hpp"

namespace gridtwin::grid {
namespace {

TEST(LoadOff, DrawsExactlyNothingWhateverItsModel) {
    Circuit const published = test::ieee13();
    for (std::size_t k = 0; k < published.loads.size(); ++k) {
        // given a feeder that is solved with the load
        FeederSolver solver(published);
        ASSERT_TRUE(solver.solve().converged);
        // when it is switched off, then nothing is left of it, and no current vanishes
        solver.set_load_power(k, 0.0, 0.0);
        ASSERT_TRUE(solver.solve().converged);
        EXPECT_EQ(solver.load_delivered(k), Complex{}) << published.loads[k].name;
        EXPECT_LT(kirchhoff_residual_pu(solver), 1e-9) << published.loads[k].name; // of 1 MVA
        // and it comes back as it was
        Load const& load = published.loads[k];
        solver.set_load_power(k, load.p_w, load.q_var);
        ASSERT_TRUE(solver.solve().converged);
        FeederSolver fresh(published);
        ASSERT_TRUE(fresh.solve().converged);
        EXPECT_LT(std::abs(solver.load_delivered(k) - fresh.load_delivered(k)), 0.1) << load.name;
    }
}

TEST(LoadOff, WhatNothingElseTiesToGroundGoesOnBeingHeld) {
    // given a delta winding without antifloat, and two loads to ground behind it
    Circuit c = test::ieee13();
    c.lines.clear();
    c.loads.clear();
    c.capacitors.clear();
    c.regulators.clear();
    c.transformers.clear();
    Transformer t;
    t.name = "t";
    t.windings.resize(2);
    t.windings[0] = {.bus = {"sourcebus", {1, 2, 3}}, .connection = Connection::delta};
    t.windings[1] = {.bus = {"lv", {1, 2, 3}}, .connection = Connection::delta, .v_v = 400.0};
    t.windings[0].v_v = c.sources[0].v_ll_v;
    t.windings[0].s_va = t.windings[1].s_va = 1e6;
    t.x_pu = {0.05};
    t.ppm_antifloat = 0.0;
    t.windings[0].bus.bus = c.sources[0].bus1.bus;
    c.transformers.push_back(t);
    for (char const* name : {"a", "b"}) {
        Load l;
        l.name = name;
        l.bus = {"lv", {1, 2, 3, 0}};
        l.v_v = 400.0;
        l.model = 2;
        l.p_w = 100e3;
        c.loads.push_back(l);
    }
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    // when one and then both are switched off
    for (std::size_t k : {0U, 1U}) {
        solver.set_load_power(k, 0.0, 0.0);
        ASSERT_TRUE(solver.solve().converged);
        EXPECT_EQ(solver.load_delivered(k), Complex{});
        EXPECT_NEAR(solver.u_pu(*solver.find_node("lv", 1)), 1.0, 0.03);
    }
}

} // namespace
} // namespace gridtwin::grid
