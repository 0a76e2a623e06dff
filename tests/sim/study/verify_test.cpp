// The checks that every solution goes through before it is shown.
#include "models/grid/element_currents.hpp"
#include "sim/study/tables.hpp"
#include "sim/study/text.hpp"
#include "sim/study/verify.hpp"
#include "tests/sim/study/script.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace gridtwin::study {
namespace {

using testing::HasSubstr;

class StudyVerify : public ScriptTest {
  protected:
    static constexpr char const* kLoad = "New Load.l bus1=b phases=3 kV=4.16 kW=300 kvar=100\n"
                                         "Solve\n";
};

TEST_F(StudyVerify, SolutionsOfTheOwnFeedersHold) {
    for (auto const* name : {"ieee13", "ieee123"}) {
        auto const study = run_study(own_feeder(name), {});
        auto const& check = study.stages.back().check;
        EXPECT_TRUE(check.holds()) << name;
        EXPECT_LE(check.residual_pu, grid::kirchhoff_residual_pu(*study.solver) + 1e-15) << name;
        double const most_pu = grid::kirchhoff_residual_pu(*study.solver);
        EXPECT_LT(most_pu, kMostResidual_pu) << name << ": rounding stays below the limit itself";
        EXPECT_LT(check.allowed_pu, 1e-5) << name << ": rounding must not excuse a mistake";
        // Sums of currents times voltages, at no more than 1.1 pu.
        double const bound_va = 1.1e6 * most_pu * static_cast<double>(study.solver->node_count());
        EXPECT_LT(std::abs(check.imbalance_va), bound_va) << name;
    }
}

TEST_F(StudyVerify, CurrentThatNothingTakesIsFoundWhereItFlows) {
    auto study = solve(text(kTwoBuses) + kLoad);
    auto& solver = *study.solver;
    double const before_pu = solver.circuit().sources[0].v_pu;
    solver.set_source(0, before_pu + 0.01, 0.0); // and the voltages stay as they were
    auto const check =
        check_solution(solver, summarise_power(solver, grid::ElementCurrents(solver)),
                       grid::ElementCurrents(solver));
    EXPECT_FALSE(check.holds());
    EXPECT_THAT(check.node, HasSubstr("a."));
    // A hundredth of the short-circuit power of 4.16 kV behind 1e-4 ohm, a third of it a phase.
    double const short_circuit_va = 4160.0 * 4160.0 / 1e-4;
    EXPECT_NEAR(check.residual_pu, 0.01 * short_circuit_va / 3e6, 1e-6);
    EXPECT_NEAR(std::abs(check.imbalance_va), 0.01 * short_circuit_va, 1e4);
}

TEST_F(StudyVerify, TheNeutralImpedanceOfALoadTakesItsCurrentAndItsPower) {
    // 50 kW from phase 1 to a neutral that is earthed through 5 ohm at the load only
    auto const study =
        solve("Clear\nNew Circuit.c basekv=12.47 bus1=s\n"
              "New Line.l bus1=s.1.2.3.0 bus2=b.1.2.3.4 phases=4 r1=0.1 x1=0.1 r0=0.1 "
              "x0=0.1 c1=0 c0=0\n"
              "New Load.a bus1=b.1.2.3.4 phases=3 kv=12.47 kw=100 rneut=5 xneut=0\n"
              "New Load.b bus1=b.2.4 phases=1 kv=7.2 kw=50\n"
              "Set voltagebases=[12.47]\nCalcvoltagebases\nSolve\n");
    auto const& solver = *study.solver;
    EXPECT_TRUE(study.stages.back().check.holds());
    double const u_v = std::abs(solver.u_v()[solver.find_node("b", 4).value()]);
    EXPECT_GT(u_v, 0.1);
    EXPECT_NEAR(study.summary.power.shunt_va.real(), u_v * u_v / 5.0, 1e-6);
    EXPECT_LT(std::abs(study.stages.back().check.imbalance_va), 1e-2);
}

TEST_F(StudyVerify, ASolutionThatDoesNotHoldIsNotShown) {
    StudyOptions options;
    options.most_residual_pu = -1.0; // even a perfect one exceeds it
    try {
        static_cast<void>(solve(text(kTwoBuses) + kLoad, options));
        FAIL() << "nothing was thrown";
    } catch (NotConverged const& e) {
        EXPECT_THAT(e.what(), HasSubstr("a.dss:7:1: the solution does not hold: at node "));
        EXPECT_THAT(e.what(), HasSubstr("currents sum to"));
    }
}

TEST_F(StudyVerify, NoNumberIsNeverInOrderAndTheWorstIsKept) {
    SolutionCheck nothing;
    nothing.residual_pu = std::numeric_limits<double>::quiet_NaN();
    nothing.node = "x.1";
    EXPECT_FALSE(nothing.holds());
    SolutionCheck worst;
    keep_worst(worst, {1e-9, 1e-7, "a.1", {3.0, 0.0}});
    keep_worst(worst, {2e-9, 1e-6, "b.1", {0.0, -4.0}}); // allowed ten times as much there
    EXPECT_EQ(worst.node, "a.1");
    EXPECT_EQ(worst.imbalance_va, (Complex{0.0, -4.0}));
    keep_worst(worst, nothing);
    EXPECT_EQ(worst.node, "x.1");
}

TEST_F(StudyVerify, SummaryAndJsonHaveWhatWasFound) {
    auto const study = solve(text(kTwoBuses) + kLoad);
    EXPECT_THAT(summary_text(study, "a.dss", {}), HasSubstr("Checked       currents sum to "));
    auto const json = nlohmann::json::parse(study_json(study, "a.dss", {}, "0"));
    auto const& stage = json["stages"][0];
    EXPECT_EQ(stage["residual_pu"], study.stages[0].check.residual_pu);
    EXPECT_EQ(stage["residual_node"], study.stages[0].check.node);
    EXPECT_EQ(stage["imbalance"]["p_w"], study.stages[0].check.imbalance_va.real());
    EXPECT_LT(stage["residual_pu"], stage["residual_allowed_pu"]);
}

} // namespace
} // namespace gridtwin::study
