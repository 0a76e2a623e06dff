// The checks that every solution goes through before it is shown.
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
        EXPECT_LE(check.residual_pu, study.solver->kirchhoff_residual_pu() + 1e-15) << name;
        double const most_pu = study.solver->kirchhoff_residual_pu();
        EXPECT_LT(most_pu, kMostResidual_pu) << name << ": rounding stays below the limit itself";
        EXPECT_LT(check.allowed_pu, 1e-5) << name << ": rounding must not excuse a mistake";
        // Sums of currents times voltages, at no more than 1.1 pu.
        double const bound_va = 1.1e6 * most_pu * static_cast<double>(study.solver->node_count());
        EXPECT_LT(std::abs(check.imbalance_va), bound_va) << name;
    }
}

TEST_F(StudyVerify, CurrentThatNoElementDrawsIsFoundWhereItFlows) {
    auto study = solve(text(kTwoBuses) + kLoad);
    auto& solver = *study.solver;
    auto const node = solver.find_node("b", 2).value();
    // 3 A at 2401.8 V are 7.2 kVA: 0.0072 of the current of 1 MVA.
    solver.set_boundary_current(node, {3.0, 0.0});
    ASSERT_TRUE(solver.solve().converged);
    auto const power = summarise_power(solver);
    auto const check = check_solution(solver, power);
    EXPECT_FALSE(check.holds());
    EXPECT_EQ(check.node, "b.2");
    EXPECT_NEAR(check.residual_pu, 3.0 * 4160.0 / std::sqrt(3.0) / 1e6, 1e-9);
    // What it draws is missing in the balance.
    EXPECT_NEAR(std::abs(check.imbalance_va - solver.boundary_power(node)), 0.0, 1e-3);
    EXPECT_GT(std::abs(check.imbalance_va), 7e3);
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
