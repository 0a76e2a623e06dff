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

// Ratings for which products with inverses lost seven digits between the phases of the delta.
TEST_F(StudyVerify, DeltaWindingsThatNothingElseTiesToGroundHold) {
    for (auto const* bank :
         {"windings=3 buses=(sourcebus, a, ter) conns=(wye, wye, delta) kvs=(115, 12.47, 4) "
          "kvas=(16000, 16000, 5000) xhl=7.57 xht=8 xlt=5",
          "windings=3 buses=(sourcebus, a, ter) conns=(wye, wye, delta) kvs=(115, 4.16, 0.48) "
          "kvas=(30000, 30000, 10000) xhl=8 xht=10 xlt=4",
          "windings=2 buses=(sourcebus, a) conns=(wye, delta) kvs=(345, 12.47) kvas=(100000, "
          "100000) xhl=10",
          "windings=2 buses=(sourcebus, a) conns=(delta, delta) kvs=(115, 12.47) kvas=(80000, "
          "80000) xhl=9"}) {
        auto const study = solve(
            "Clear\nNew Circuit.c basekv=115\nNew Transformer.sub phases=3 " + std::string(bank) +
            "\nNew Load.l bus1=a conn=delta kv=12.47 kW=5000 model=2\n"
            "Set voltagebases=[345, 115, 12.47, 4.16, 4, 0.48]\nCalcVoltageBases\nSolve\n");
        EXPECT_LT(study.stages.back().check.residual_pu, 1e-11) << bank;
        EXPECT_LT(std::abs(study.stages.back().check.imbalance_va), 1e-3) << bank;
    }
}

TEST_F(StudyVerify, AStiffSourceDeliversWhatLeavesItsBus) {
    double truth_w = 0.0;
    for (auto const* ohm : {"1e-5", "1e-8", "1e-10", "1e-12"}) {
        auto const study = solve(
            fmt::format("Clear\nNew Circuit.c basekv=115 bus1=s r1={0} x1={0} r0={0} x0={0}\n",
                        ohm) +
            "New Transformer.t phases=3 windings=2 buses=(s m) conns=(delta wye) kvs=(115 12.47) "
            "kvas=(5000 5000) xhl=8\n"
            "New Line.l bus1=m bus2=b length=1 r1=.3 x1=.6 r0=.3 x0=.6 c1=0 c0=0\n"
            "New Load.q bus1=b kv=12.47 kw=1000 pf=.9\n"
            "Set voltagebases=[115 12.47]\nCalcVoltageBases\nSolve\n");
        double const source_w = study.summary.power.source_va.real();
        truth_w = truth_w == 0.0 ? source_w : truth_w;
        EXPECT_NEAR(source_w, truth_w, 1.0) << ohm;
        EXPECT_NEAR(study.summary.power.losses_va.real(), truth_w - 1e6, 1.0) << ohm;
    }
    EXPECT_NEAR(truth_w, 1003457.0, 1.0); // by numpy, of the ideal source
}

// The commonest way to write an infinite bus: a stiff positive sequence, the zero sequence as it
// is.
TEST_F(StudyVerify, AnInfiniteBusOfOneSequenceHolds) {
    for (auto const* kv : {"12.47", "69", "115", "230"}) {
        for (auto const* x : {"0.0001", "0.00001", "0.000001"}) {
            auto const study = solve(
                fmt::format("Clear\nNew Circuit.c basekv={0} bus1=s r1=0 x1={1}\n"
                            "New Line.l bus1=s bus2=b length=1 r1=.3 x1=.6 r0=.3 x0=.6 c1=0 c0=0\n"
                            "New Load.q bus1=b kv={0} kw=500 pf=.9 model=2\n"
                            "Set voltagebases={0}\nCalcVoltageBases\nSolve\n",
                            kv, x));
            EXPECT_LT(std::abs(study.stages.back().check.imbalance_va), 1.0) << kv << " " << x;
        }
    }
}

TEST_F(StudyVerify, ReactorsOfNextToNoImpedanceAreAsRightAsLines) {
    auto const power = [&](std::string const& links) {
        return solve("Clear\nNew Circuit.c bus1=s basekv=230 r1=1 x1=10 r0=1 x0=10\n" + links +
                     "New Line.l bus1=b bus2=d r1=.1 x1=.3 r0=.3 x0=.9 c1=0 c0=0 length=1\n"
                     "New Load.a bus1=d kv=230 kw=100 pf=.95\n"
                     "Set voltagebases=[230]\nCalcVoltageBases\nSolve\n")
            .summary.power;
    };
    auto const reactors = power("New Reactor.j bus1=s bus2=a phases=3 r=1e-6 x=0\n"
                                "New Reactor.k bus1=a bus2=b phases=3 r=1e-6 x=0\n");
    auto const lines = power("New Line.j bus1=s bus2=a r1=1e-6 x1=0 r0=1e-6 x0=0 c1=0 c0=0\n"
                             "New Line.k bus1=a bus2=b r1=1e-6 x1=0 r0=1e-6 x0=0 c1=0 c0=0\n");
    EXPECT_LT(std::abs(reactors.source_va - lines.source_va), 1.0);
}

// What holds a floating part is far below what a jumper in it adds up to in the matrix.
TEST_F(StudyVerify, AJumperDoesNotMoveTheNeutralOfAFloatingPart) {
    std::vector<double> truth_pu;
    for (auto const* ohm : {"1e-8", "1e-6", "2e-6", "1e-5"}) {
        auto const study = solve(
            fmt::format("Clear\nNew Circuit.c bus1=s basekv=115 r1=1 x1=10 r0=1 x0=10\n"
                        "New Transformer.t phases=3 windings=2 buses=[s a] conns=[delta delta] "
                        "kvs=[115 12.47] kvas=[1000 1000] xhl=10 %rs=[.1 .1]\n"
                        "New Line.j bus1=a bus2=d r1={0} x1=0 r0={0} x0=0 c1=0 c0=0\n"
                        "New Line.m bus1=d bus2=e r1=.01 x1=.03 r0=.03 x0=.09 c1=0 c0=0\n"
                        "New Load.a bus1=e phases=3 kv=12.47 kw=100 pf=.95 conn=delta\n"
                        "New Reactor.g bus1=e.1 phases=1 r=1e6 x=0\n"
                        "Set voltagebases=[115 12.47]\nCalcVoltageBases\nSolve\n",
                        ohm));
        for (int phase = 1; phase <= 3; ++phase) {
            double const u_pu = study.solver->u_pu(study.solver->find_node("e", phase).value());
            auto const k = static_cast<std::size_t>(phase) - 1;
            if (truth_pu.size() < 3) {
                truth_pu.push_back(u_pu);
            }
            EXPECT_NEAR(u_pu, truth_pu[k], 1e-7) << ohm << " e." << phase;
        }
    }
}

// A jumper of next to no impedance: right as long as doubles can tell it from none, else refused.
TEST_F(StudyVerify, AJumperIsRightOrRefused) {
    auto const with = [&](std::string const& ohm) {
        return solve("Clear\nNew Circuit.c basekv=12.47 r1=.01 x1=.05 r0=.01 x0=.05\n"
                     "New Line.l bus1=sourcebus bus2=b length=1 r1=.3 x1=.6 r0=.3 x0=.6 c1=0 c0=0\n"
                     "New Line.z bus1=b bus2=b3 length=1 x1=0 x0=0 c1=0 c0=0 r1=" +
                     ohm + " r0=" + ohm +
                     "\nNew Load.q bus1=b3 kv=12.47 kw=1000 pf=1\n"
                     "Set voltagebases=12.47\nCalcVoltageBases\nSolve\n");
    };
    auto const& truth = with("1e-5").summary.power;
    EXPECT_NEAR(truth.source_va.real(), 1001.937e3, 1.0);
    for (auto const* ohm : {"1e-6", "1e-7", "1e-8", "1e-9", "1e-10"}) {
        auto const& power = with(ohm).summary.power;
        EXPECT_NEAR(power.source_va.real(), truth.source_va.real(), 1.0) << ohm;
        EXPECT_NEAR(power.losses_va.real(), truth.losses_va.real(), 1.0) << ohm;
    }
    for (auto const* ohm : {"1e-12", "1e-13", "1e-14"}) {
        EXPECT_THROW(static_cast<void>(with(ohm)), NotConverged) << ohm;
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
