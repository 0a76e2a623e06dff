// What a script's own Set and Solve come to.
#include "sim/study/tables.hpp"
#include "sim/study/text.hpp"
#include "tests/sim/study/script.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace gridtwin::study {
namespace {

using grid::SolutionMode;
using testing::HasSubstr;

class StudyStages : public ScriptTest {
  protected:
    static constexpr char const* kRegulated = R"(
New Circuit.c bus1=a basekv=4.16 pu=0.95 R1=0 X1=1e-6 R0=0 X0=1e-6
New Transformer.t phases=3 windings=2 buses=(a b) kVs=(4.16 4.16) kVAs=(1000 1000) XHL=0.1 %Rs=(0 0)
New RegControl.r transformer=t winding=2 vreg=120 band=2 ptratio=20
New Load.l bus1=b phases=3 kV=4.16 kW=100 kvar=0
Set VoltageBases=[4.16]
CalcVoltageBases
)";
    static double tap(Study const& study) {
        return study.solver->circuit().transformers[0].windings[1].tap_pu;
    }
};

TEST_F(StudyStages, AFileThatNeverSolvesIsSolvedOnceAsASnapshot) {
    auto const study = solve(kTwoBuses);
    ASSERT_EQ(study.stages.size(), 1U);
    EXPECT_EQ(study.stages[0].request.options.mode, SolutionMode::snapshot);
    EXPECT_FALSE(study.stages[0].from_script);
    EXPECT_THAT(study.note, HasSubstr("never solves"));
}

TEST_F(StudyStages, EverySolveIsAStageOfTheCircuitAsItStandsThere) {
    std::vector<double> load_w;
    StudyOptions options;
    options.on_step = [&](grid::FeederSolver const& solver, int) {
        load_w.push_back(solver.load_delivered(0).real());
    };
    auto const study =
        solve(text(kTwoBuses) + "New Load.l bus1=b phases=3 kV=4.16 kW=30 kvar=0\nSolve\n"
                                "Load.l.kW=60\nSolve\nSet LoadMult=0.5\nSolve\n",
              options);
    ASSERT_EQ(load_w.size(), 3U);
    // Voltages are solved to 1e-9 pu; behind 0.3 % of impedance, currents are to 3e-7.
    EXPECT_NEAR(load_w[0], 30e3, 0.02);
    EXPECT_NEAR(load_w[1], 60e3, 0.02);
    EXPECT_NEAR(load_w[2], 30e3, 0.02);
    EXPECT_EQ(study.stages.size(), 3U);
    EXPECT_TRUE(study.note.empty());
}

TEST_F(StudyStages, TapsStayWhereTheStageBeforeLeftThem) {
    auto const free = tap(solve(text(kRegulated) + "Solve\n"));
    EXPECT_GT(free, 1.02) << "the regulator lifts 0.95 pu";
    auto const kept = solve(text(kRegulated) + "Solve\nSet ControlMode=OFF\nSolve\n");
    EXPECT_EQ(tap(kept), free);
    EXPECT_FALSE(kept.stages[1].request.options.controls);
    auto const changed =
        solve(text(kRegulated) + "Solve\nLoad.l.kW=1\nSet ControlMode=OFF\nSolve\n");
    EXPECT_EQ(tap(changed), free) << "another element's change does not undo it";
}

TEST_F(StudyStages, SolvesWithoutControlWhereTheScriptEndsSo) {
    auto const study = solve(text(kRegulated) + "_SolveNoControl\n");
    ASSERT_EQ(study.stages.size(), 1U) << study.note;
    EXPECT_EQ(study.note, "");
    EXPECT_EQ(tap(study), 1.0) << "no regulator has moved";
}

TEST_F(StudyStages, AStatedTapReplacesTheOneThatWasCarried) {
    auto const study = solve(text(kRegulated) + "Solve\nSet ControlMode=OFF\n"
                                                "Transformer.t.wdg=2 tap=0.975\nSolve\n");
    EXPECT_EQ(tap(study), 0.975);
    auto const neutral = solve(text(kRegulated) + "Solve\nSet ControlMode=OFF\n"
                                                  "Transformer.t.Taps=(1.0 1.0)\nSolve\n");
    EXPECT_EQ(tap(neutral), 1.0) << "also where it states what the script had before";
}

TEST_F(StudyStages, ClearBeginsAnew) {
    auto const study =
        solve(text(kRegulated) + "Solve\nClear\n" + kRegulated + "Set ControlMode=OFF\nSolve\n");
    EXPECT_EQ(tap(study), 1.0);
    EXPECT_EQ(study.stages.size(), 1U);
}

TEST_F(StudyStages, ChangesAfterTheLastSolveAreSolvedAtTheEnd) {
    auto const study =
        solve(text(kRegulated) + "Solve\nSet ControlMode=OFF\n"
                                 "Transformer.t.wdg=2 tap=0.975\nLoad.l.kW=40 vminpu=0.8\n");
    ASSERT_EQ(study.stages.size(), 2U);
    EXPECT_FALSE(study.stages[1].from_script);
    EXPECT_FALSE(study.stages[1].request.options.controls);
    EXPECT_THAT(study.note, HasSubstr("after its last Solve"));
    EXPECT_EQ(tap(study), 0.975);
    EXPECT_NEAR(study.summary.power.load_va.real(), 40e3, 1.0);
}

TEST_F(StudyStages, WhatChangesASolutionIsSolvedAtTheEndAndNothingElse) {
    auto const stages = [&](char const* after) {
        return solve(text(kRegulated) + "Solve\n" + after).stages.size();
    };
    for (char const* change : {"Set LoadMult=0.5\n", "Set ControlMode=OFF\n", "Disable Load.l\n",
                               "Open Load.l\n", "BatchEdit Load..* kW=50\n",
                               "New Capacitor.k bus1=b kV=4.16 kvar=10\n", "CalcVoltageBases\n"}) {
        EXPECT_EQ(stages(change), 2U) << change;
    }
    for (char const* none :
         {"", "Set MaxIterations=50\n", "New EnergyMeter.m element=Transformer.t terminal=1\n",
          "New Monitor.m element=Transformer.t terminal=1\n", "Show Voltages\n"}) {
        EXPECT_EQ(stages(none), 1U) << none;
    }
    auto const again = solve(text(kRegulated) + "Solve\nSet ControlMode=OFF\nLoad.l.kW=1\nSolve\n");
    EXPECT_EQ(again.stages.size(), 2U);
    EXPECT_TRUE(again.note.empty());
}

TEST_F(StudyStages, WithoutChangesControlsThatWereLeftAloneKeepTheirTaps) {
    auto const free = tap(solve(text(kRegulated) + "Solve\n"));
    auto const study = solve(text(kRegulated) + "Solve\nLoad.l.kW=1\nSet ControlMode=OFF\n");
    EXPECT_EQ(tap(study), free) << "the last stage carries over like any other";
}

TEST_F(StudyStages, ControlsThatStillMoveAreNamed) {
    // Some eight steps are needed; two rounds of one step each are allowed.
    auto const script = text(kRegulated) + "RegControl.r.maxtapchange=1\nSet MaxControlIter=2\n";
    auto const study = solve(script + "Solve\n");
    EXPECT_FALSE(study.stages[0].controls_settled);
    EXPECT_THAT(study.stages[0].moving, testing::ElementsAre("regcontrol.r"));
    EXPECT_THAT(summary_text(study, "a.dss", {}), HasSubstr("still moving: regcontrol.r\n"));
    EXPECT_THAT(not_at_rest_text(study),
                HasSubstr("a.dss:10:1: controls are not at rest: regcontrol.r\n"));
    auto const json = nlohmann::json::parse(study_json(study, "a.dss", {}, "0"));
    EXPECT_EQ(json["stages"][0]["controls_moving"][0], "regcontrol.r");
    auto const day = solve(script + "Solve mode=daily number=2 stepsize=1h\n");
    EXPECT_THAT(day.stages[0].moving, testing::ElementsAre("regcontrol.r")) << "once for two steps";

    auto const rested = solve(text(kRegulated) + "Solve\n");
    EXPECT_TRUE(rested.stages[0].moving.empty());
    EXPECT_EQ(not_at_rest_text(rested), "");
    StudyOptions off;
    off.controls = false;
    EXPECT_EQ(not_at_rest_text(solve(script + "Solve\n", off)), "") << "nothing is to move";
}

TEST_F(StudyStages, ControlsStayWhenAskedTo) {
    StudyOptions options;
    options.controls = false;
    EXPECT_EQ(tap(solve(text(kRegulated) + "Solve\n", options)), 1.0);
}

TEST_F(StudyStages, ATimeSeriesFollowsTheShapeStepByStep) {
    auto const study =
        solve(text(kTwoBuses) + "New LoadShape.s npts=4 interval=1 mult=(0.1 0.4 0.3 0.2)\n"
                                "New Load.l bus1=b phases=3 kV=4.16 kW=100 kvar=0 daily=s\n"
                                "Solve mode=daily number=6 stepsize=1h\n");
    ASSERT_EQ(study.stages.size(), 1U);
    auto const& rows = study.stages[0].series;
    ASSERT_EQ(rows.size(), 6U);
    double const truth_w[] = {10e3, 40e3, 30e3, 20e3, 10e3, 40e3};
    for (std::size_t k = 0; k < rows.size(); ++k) {
        EXPECT_NEAR(rows[k].power.load_va.real(), truth_w[k], 0.02) << k;
        EXPECT_DOUBLE_EQ(rows[k].t_s, 3600.0 * static_cast<double>(k + 1));
    }
    auto const t = total(rows, 3600.0);
    EXPECT_NEAR(t.load_wh.real(), 150e3, 0.1);
    EXPECT_NEAR((t.source_wh - t.load_wh - t.losses_wh).real(), 0.0, 1e-3);
    EXPECT_EQ(t.peak, 1U) << "the first of two equal peaks";
    EXPECT_EQ(t.least, 0U);
}

TEST_F(StudyStages, ADayMayBeAskedForWhateverTheFileSays) {
    StudyOptions options;
    options.day = DayRequest{};
    auto const script = text(kTwoBuses) +
                        "New LoadShape.s npts=2 interval=1 mult=(0.5 1)\n"
                        "New Load.l bus1=b phases=3 kV=4.16 kW=100 kvar=0 yearly=s\n"
                        "Solve\nSolve mode=yearly number=8760\n";
    auto const study = solve(script, options);
    ASSERT_EQ(study.stages.size(), 2U) << "the snapshot, and the day instead of the year";
    EXPECT_EQ(study.stages[1].request.options.mode, SolutionMode::yearly);
    EXPECT_THAT(study.note, HasSubstr("yearly"));
    EXPECT_EQ(study.stages[1].series.size(), 24U);
    options.day = DayRequest{900.0, 8};
    auto const short_day = solve(script, options);
    EXPECT_EQ(short_day.stages[1].series.size(), 8U);
    EXPECT_DOUBLE_EQ(short_day.stages[1].series[0].t_s, 900.0);
}

TEST_F(StudyStages, GenerationFollowsItsShapeAndStorageKeepsItsBooks) {
    auto const study = solve(
        text(kTwoBuses) +
        "New LoadShape.sun npts=2 interval=1 mult=(0.5 1)\n"
        "New PVSystem.pv bus1=b phases=3 kV=4.16 kVA=500 Pmpp=400 irradiance=1 pf=1 daily=sun\n"
        "New Storage.s bus1=b phases=3 kV=4.16 kVA=50 kWrated=50 kWhrated=500 kWhstored=400 "
        "%effdischarge=100 %idlingkW=0 state=discharging %discharge=100 dispmode=default\n"
        "Solve mode=daily number=4\n"
        "PVSystem.pv.Pmpp=300\nSolve number=1\n");
    ASSERT_EQ(study.stages.size(), 2U);
    auto const& rows = study.stages[0].series;
    ASSERT_EQ(rows.size(), 4U);
    double const sun_w[] = {200e3, 400e3, 200e3, 400e3};
    for (std::size_t k = 0; k < rows.size(); ++k) {
        EXPECT_NEAR(rows[k].power.generation_va.real(), sun_w[k] + 50e3, 50.0) << k;
    }
    EXPECT_NEAR(study.stages[1].series[0].power.generation_va.real(), 150e3 + 50e3, 50.0);
    // Five hours of 50 kW, through the change of another element.
    EXPECT_NEAR(study.solver->controls().der.storages[0].stored_wh, 150e3, 100.0);
}

TEST_F(StudyStages, ModeDirectTakesEveryLoadAsItsImpedance) {
    auto const study =
        solve(text(kTwoBuses) + "New Load.l bus1=b.1 phases=1 kV=2.4 kW=250 kvar=0 model=1\n"
                                "Solve mode=direct\n");
    double const v_v = 4160.0 / std::sqrt(3.0) * 23.04 / 24.04;
    EXPECT_NEAR(study.summary.power.load_va.real(), v_v * v_v / 23.04, 1e-2);
}

TEST_F(StudyStages, MistakesAreFoundBeforeAnythingIsSolved) {
    int solved = 0;
    StudyOptions options;
    options.on_step = [&](grid::FeederSolver const&, int) { ++solved; };
    try {
        static_cast<void>(solve(text(kTwoBuses) + "Solve\nNew Lien.x bus1=a bus2=b\n", options));
        FAIL() << "a mistake passed";
    } catch (InputError const& e) {
        EXPECT_THAT(e.what(), HasSubstr("a.dss:7:5: "));
        EXPECT_THAT(e.what(), HasSubstr("did you mean 'Line'?"));
    }
    EXPECT_EQ(solved, 0);
}

TEST_F(StudyStages, ADayOfMoreStepsThanCanBeTakenIsRefused) {
    StudyOptions options;
    options.day = DayRequest{2.01165673e-5, std::nullopt};
    auto const told = [&](std::string const& script) -> std::string {
        try {
            static_cast<void>(solve(script, options));
        } catch (InputError const& e) {
            return e.what();
        }
        return {};
    };
    EXPECT_EQ(told(kTwoBuses), "--step: a day has 4.295e+09 steps of 2.01166e-05 s; expected at "
                               "most 10000000: a longer step\n");
    options.day = DayRequest{};
    EXPECT_THAT(
        told(text(kTwoBuses) + "Set mode=daily stepsize=1e-300\nSolve\n"),
        HasSubstr("a.dss: a day has 8.64e+304 steps of 1e-300 s; expected at most 10000000: "
                  "a longer Set stepsize, or --step"));
}

TEST_F(StudyStages, NoConvergenceNamesTheWorstNodeAndWhatToTry) {
    // 1 ohm and 4.16 kV carry at most V^2 / 4R = 4.3 MW: 20 MW of constant power have no solution.
    auto const script =
        text(kTwoBuses) +
        "New Load.l bus1=b phases=3 kV=4.16 kW=20000 kvar=0 vminpu=0.01 vlowpu=0.005\n"
        "Solve\n";
    try {
        static_cast<void>(solve(script));
        FAIL() << "a solution was found where there is none";
    } catch (NotConverged const& e) {
        EXPECT_THAT(e.what(), HasSubstr("a.dss:7:1: the power flow does not converge"));
        EXPECT_THAT(e.what(), HasSubstr("node b."));
        EXPECT_THAT(e.what(), HasSubstr("what to try: "));
    }
}

TEST_F(StudyStages, WhatIsLeftOutIsListedWithItsPlace) {
    auto const script = text(kTwoBuses) + "New UPFC.u bus1=a bus2=b\nSolve\n";
    EXPECT_THROW(static_cast<void>(solve(script)), InputError);
    StudyOptions options;
    options.ignore = {"upfc"};
    auto const study = solve(script, options);
    ASSERT_EQ(study.ignored.size(), 1U);
    EXPECT_EQ(study.ignored[0].where.line, 6);
}

} // namespace
} // namespace gridtwin::study
