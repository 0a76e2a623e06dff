#include "models/grid/feeder_batch.hpp"
#include "tests/models/grid/generated_feeder.hpp"
#include "tests/models/grid/ieee13.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace gridtwin::grid {
namespace {

/// Each lane against a solver of its own with the same powers.
void expect_lanes_alone(Circuit circuit, double most_load, int rounds) {
    circuit.solution.tolerance_pu = 1e-11;
    circuit.solution.controls = false;
    FeederSolver solver(circuit);
    ASSERT_TRUE(solver.solve().converged);
    FeederBatch batch(solver);
    FeederSolver alone(circuit);
    for (int round = 0; round < rounds; ++round) {
        auto const scale = [&](std::size_t lane, std::size_t load) {
            auto const k = 7 * lane + 13 * load + 29 * static_cast<std::size_t>(round);
            return most_load * static_cast<double>(k % 31) / 30.0;
        };
        for (std::size_t lane = 0; lane < FeederBatch::kSize; ++lane) {
            for (std::size_t k = 0; k < circuit.loads.size(); ++k) {
                batch.set_load_power(lane, k, circuit.loads[k].p_w * scale(lane, k),
                                     circuit.loads[k].q_var * scale(lane, k));
            }
        }
        auto const status = batch.solve();
        for (std::size_t lane = 0; lane < FeederBatch::kSize; ++lane) {
            ASSERT_TRUE(status[lane].converged) << lane;
            for (std::size_t k = 0; k < circuit.loads.size(); ++k) {
                alone.set_load_power(k, circuit.loads[k].p_w * scale(lane, k),
                                     circuit.loads[k].q_var * scale(lane, k));
            }
            ASSERT_TRUE(alone.solve().converged);
            for (std::size_t node = 0; node < alone.node_count(); ++node) {
                ASSERT_LT(std::abs(batch.u_v(lane, node) - alone.u_v()[node]),
                          1e-9 * alone.nodes()[node].base_v)
                    << "round " << round << " lane " << lane << " " << alone.node_name(node);
            }
        }
    }
}

TEST(FeederBatchConservation, EachLaneIsTheSolutionOfItsOwnLoads) {
    expect_lanes_alone(test::ieee13(), 1.5, 4);
    Circuit mixed = test::generated_feeder(150);
    for (std::size_t k = 0; k < mixed.loads.size(); ++k) {
        mixed.loads[k].model = 1 + static_cast<int>(k % 7);
        if (k % 2 == 0) { // and above its limit
            mixed.loads[k].vmax_pu = 0.98;
        }
    }
    expect_lanes_alone(mixed, 2.0, 4);
}

TEST(FeederBatchConservation, ALaneThatIsTooHardForTheOthersFactorsIsSolvedAlone) {
    expect_lanes_alone(test::ieee13(), 12.0, 2); // far below vmin, where loads are impedances
}

TEST(FeederBatch, RefusesAGeneratorThatHoldsItsVoltage) {
    Circuit c = test::ieee13();
    Generator g;
    g.name = "g";
    g.bus = {"671", {1, 2, 3, 0}};
    g.model = 3;
    g.v_v = 4160.0;
    g.p_w = 200e3;
    g.q_max_var = 100e3;
    g.q_min_var = -100e3;
    c.generators.push_back(g);
    FeederSolver solver(c);
    static_cast<void>(solver.solve());
    EXPECT_THROW(FeederBatch batch(solver), SimulationError);
    c.generators[0].model = 1;
    FeederSolver constant(c);
    ASSERT_TRUE(constant.solve().converged);
    EXPECT_NO_THROW(FeederBatch batch(constant));
}

TEST(FeederBatch, RefusesAFeederThatHangsTogetherWithOthers) {
    FeederSolver solver(test::ieee13());
    solver.add_boundary_shunt(*solver.find_node("671", 1), Complex(1e-6, 0.0));
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_THROW(FeederBatch batch(solver), SimulationError);
}

} // namespace
} // namespace gridtwin::grid
