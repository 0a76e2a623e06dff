// The language: comments, words, numbers, names, commands and files.
#include "models/grid/dss/classes.hpp"
#include "tests/models/grid/dss/scripts.hpp"

#include <ctime>

namespace gridtwin::grid {
namespace {

using test::mistakes_of;
using test::read_scripts;
using test::read_with_source;

/// A load of 1 kW as it comes out of one statement with these words.
Load load_of(std::string const& words) {
    auto const read = read_with_source("New Load.l bus1=a " + words);
    EXPECT_EQ(read.diagnostics.text(), "");
    return read.circuit.loads.empty() ? Load{} : read.circuit.loads[0];
}

TEST(DssLanguage, IgnoresCase) {
    auto const read = read_with_source("NEW LOAD.House BUS1=A.2 PHASES=1 KV=7.2 KW=3 KVAR=1");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 1U);
    EXPECT_EQ(read.circuit.loads[0].name, "house");
    EXPECT_EQ(read.circuit.loads[0].bus.bus, "a");
}

TEST(DssLanguage, SkipsCommentsToTheEndOfTheLineAndOverWholeLines) {
    auto const read = read_with_source("! New Load.x bus1=a\n"
                                       "// New Load.y bus1=a\n"
                                       "/* New Load.z bus1=a\n"
                                       "   kW=5 */\n"
                                       "New Load.l bus1=a kW=1 ! kW=2\n"
                                       "~ kvar=3 // kvar=4\n");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 1U);
    EXPECT_EQ(read.circuit.loads[0].p_w, 1000.0);
    EXPECT_EQ(read.circuit.loads[0].q_var, 3000.0);
}

TEST(DssLanguage, ContinuesTheLastElementWithTildeAndMore) {
    auto const read =
        read_with_source("New Load.l bus1=a\n~ kW=1\nmore kvar=2\nm model=2\n~model=5");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 1U);
    EXPECT_EQ(read.circuit.loads[0].p_w, 1000.0);
    EXPECT_EQ(read.circuit.loads[0].q_var, 2000.0);
    EXPECT_EQ(read.circuit.loads[0].model, 5);
}

TEST(DssLanguage, TakesValuesWithoutNamesInTheOrderOfTheTableAndFromTheLastNameOn) {
    auto const read = read_with_source("New Load.l 1 a.3 7.2 kW=5 0.8 2");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 1U);
    auto const& load = read.circuit.loads[0];
    EXPECT_EQ(load.phases, 1);
    EXPECT_THAT(load.bus.nodes, testing::ElementsAre(3, 0));
    EXPECT_EQ(load.v_v, 7200.0);
    EXPECT_EQ(load.p_w, 5000.0);
    EXPECT_NEAR(load.q_var, 3750.0, 1e-9) << "pf 0.8";
    EXPECT_EQ(load.model, 2);
}

TEST(DssLanguage, CompletesAbbreviatedNamesToTheFirstOfTheTable) {
    auto const load = load_of("ph=1 kw=1 kva=2 pf=1 vmin=0.8 vmax=1.2");
    EXPECT_EQ(load.phases, 1);
    EXPECT_EQ(load.p_w, 2000.0) << "kva is not kvar, and comes last";
    EXPECT_EQ(load.vmin_pu, 0.8);
    EXPECT_EQ(load.vmax_pu, 1.2);
}

TEST(DssLanguage, SeparatesWithBlanksTabsAndCommasAndAllowsBlanksAroundEquals) {
    auto const load = load_of("kW = 1,kvar= 2\tmodel =2\r");
    EXPECT_EQ(load.p_w, 1000.0);
    EXPECT_EQ(load.q_var, 2000.0);
    EXPECT_EQ(load.model, 2);
}

TEST(DssLanguage, TakesAnyBracketsForArraysAndMatrices) {
    for (std::string const& brackets : std::vector<std::string>{"()", "[]", "{}", "\"\"", "''"}) {
        auto const matrix = brackets[0] + std::string("1 2 | 3, 4") + brackets[1];
        auto const read = read_with_source("New Line.l bus1=a bus2=b phases=2 rmatrix=" + matrix);
        EXPECT_EQ(read.diagnostics.text(), "") << brackets;
        ASSERT_EQ(read.circuit.lines.size(), 1U) << brackets;
        auto const& z = read.circuit.lines[0].z_ohm;
        EXPECT_EQ(z[0].real(), 1.0);
        EXPECT_EQ(z[1].real(), 3.0) << "the later entry stands for its mirror image too";
        EXPECT_EQ(z[2].real(), 3.0);
        EXPECT_EQ(z[3].real(), 4.0);
    }
}

TEST(DssLanguage, CalculatesInReversePolishNotation) {
    EXPECT_DOUBLE_EQ(load_of("kvar=0 kW=(8 1000 /) pf=1").p_w, 8.0);
    EXPECT_DOUBLE_EQ(load_of("kW=(1.051 0.88 0.001 3 * - - 115 12.47 / sqr *) pf=1").p_w,
                     1e3 * (1.051 - (0.88 - 0.003)) * (115 / 12.47) * (115 / 12.47));
    EXPECT_NEAR(load_of("kW={2 sqrt inv} pf=1").p_w, 1e3 / std::sqrt(2.0), 1e-9);
    EXPECT_NEAR(load_of("kW=[30 sin 60 cos +] pf=1").p_w, 1000.0, 1e-9) << "angles are degrees";
    EXPECT_NEAR(load_of("kW=[1 2 3 rollup - +] pf=1").p_w, 2000.0, 1e-9)
        << "3 1 2 after rollup: 3 + (1 - 2)";
    EXPECT_NEAR(load_of("kW=(2 3 ^ 1 swap -) pf=1").p_w, -7000.0, 1e-9);
}

TEST(DssLanguage, CalculatesInsideArraysToo) {
    auto const read = read_with_source("New Transformer.t buses=[a b] kVs=[12.47 (4.16 2 *)]");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.transformers.size(), 1U);
    EXPECT_DOUBLE_EQ(read.circuit.transformers[0].windings[1].v_v, 8320.0);
}

TEST(DssLanguage, EditsByCommandAndByDottedName) {
    auto const read = read_with_source("New Load.l bus1=a kW=1 kvar=1\n"
                                       "New Load.other bus1=a\n"
                                       "Edit Load.l kW=2 kvar=3\n"
                                       "Load.L.model=5 vmin=0.9\n");
    EXPECT_EQ(read.diagnostics.text(), "");
    auto const& load = read.circuit.loads.at(0);
    EXPECT_EQ(load.p_w, 2000.0);
    EXPECT_EQ(load.q_var, 3000.0);
    EXPECT_EQ(load.model, 5);
    EXPECT_EQ(load.vmin_pu, 0.9);
}

TEST(DssLanguage, CopiesWithLikeAndThenOverrides) {
    auto const read = read_with_source("New Load.one phases=1 bus1=a.1 kV=7.2 kW=4 kvar=3\n"
                                       "New Load.two like=one bus1=a.2 kvar=1\n");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 2U);
    EXPECT_EQ(read.circuit.loads[1].p_w, 4000.0);
    EXPECT_EQ(read.circuit.loads[1].q_var, 1000.0);
    EXPECT_THAT(read.circuit.loads[1].bus.nodes, testing::ElementsAre(2, 0));
    EXPECT_EQ(read.circuit.loads[0].q_var, 3000.0);
}

TEST(DssLanguage, RedirectsRelativeToTheFileThatSaysSo) {
    auto const read = read_scripts({{"main.dss", "New Circuit.c bus1=a\n"
                                                 "Redirect parts/lines.dss\n"
                                                 "Redirect loads.dss\n"},
                                    {"parts/lines.dss", "Redirect codes.dss\n"
                                                        "New Line.l bus1=a bus2=b linecode=c1\n"},
                                    {"parts/codes.dss", "New LineCode.c1 r1=1 x1=2\n"},
                                    {"loads.dss", "New Load.l bus1=b\n"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_EQ(read.circuit.lines.size(), 1U);
    EXPECT_EQ(read.circuit.loads.size(), 1U);
    EXPECT_EQ(read.circuit.lines[0].where.file, "parts/lines.dss");
    EXPECT_EQ(read.circuit.lines[0].where.line, 2);
    EXPECT_EQ(read.circuit.lines[0].where.column, 5);
}

TEST(DssLanguage, CompileLeavesTheScriptInTheCompiledFilesFolder) {
    auto const read = read_scripts({{"main.dss", "Compile (feeder\\master.dss)\n"
                                                 "Redirect loads.dss\n"},
                                    {"feeder/master.dss", "New Circuit.c bus1=a\n"},
                                    {"feeder/loads.dss", "New Load.l bus1=a\n"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_EQ(read.circuit.loads.size(), 1U);
}

TEST(DssLanguage, ClearForgetsTheCircuitButNotTheDefaultFrequency) {
    auto const read = read_scripts({{"main.dss", "Set DefaultBaseFrequency=50\n"
                                                 "New Circuit.first bus1=a\n"
                                                 "New Load.l bus1=a\n"
                                                 "Set Tolerance=0.01\n"
                                                 "Clear\n"
                                                 "New Circuit.second bus1=b\n"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_EQ(read.circuit.name, "second");
    EXPECT_EQ(read.circuit.f_hz, 50.0);
    EXPECT_TRUE(read.circuit.loads.empty());
    EXPECT_EQ(read.circuit.solution.tolerance_pu, SolutionOptions{}.tolerance_pu);
}

TEST(DssLanguage, ACircuitKeepsItsBaseFrequency) {
    EXPECT_EQ(mistakes_of("Set BaseFrequency=60 DefaultBaseFrequency=60"), "");
    EXPECT_EQ(mistakes_of("Set DefaultBaseFrequency=50\nSet BaseFreq=50"),
              "main.dss:2:26: the base frequency of Set is 50 Hz, after a circuit of 60 Hz; "
              "expected Set DefaultBaseFrequency before New Circuit\n"
              "main.dss:3:14: the base frequency of Set is 50 Hz, after a circuit of 60 Hz; "
              "expected Set DefaultBaseFrequency before New Circuit\n");
    EXPECT_EQ(read_scripts({{"main.dss", "Set BaseFrequency=50\nNew Circuit.c bus1=a"}})
                  .diagnostics.text(),
              "main.dss:1:19: the base frequency of Set is a circuit's, and there is none; "
              "expected Set DefaultBaseFrequency\n");
}

TEST(DssLanguage, SetsOptionsAlsoByAbbreviationAndOnTheSolveCommand) {
    auto const read = read_with_source("Set tol=1e-7 maxiter=40\nSet VoltageBases=(12.47, 0.48)\n"
                                       "Solve mode=snap ControlMode=OFF maxcontroliter=7\n");
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_EQ(read.circuit.solution.tolerance_pu, 1e-7);
    EXPECT_EQ(read.circuit.solution.max_iterations, 40);
    EXPECT_EQ(read.circuit.solution.max_control_iterations, 7);
    EXPECT_FALSE(read.circuit.solution.controls);
    EXPECT_THAT(read.circuit.voltage_bases_ll_v, testing::ElementsAre(12470.0, 480.0));
}

TEST(DssLanguage, PassesOverReportsAndWorksOutVoltageBasesByAnyAbbreviation) {
    auto const read =
        read_with_source("New Line.l bus1=a bus2=b\nMakeBusList\ncalcv\n"
                         "Show Voltages LN Nodes\nPlot circuit Power\nExport Summary\n");
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_DOUBLE_EQ(read.circuit.buses.at("b").v_ln_v, 12470.0 / std::sqrt(3.0));
}

TEST(DssLanguage, OpensClosesDisablesAndEnables) {
    auto const read = read_with_source("New Line.one bus1=a bus2=b\nNew Line.two bus1=a bus2=b\n"
                                       "New Line.three bus1=a bus2=b\nNew Load.l bus1=b\n"
                                       "Open Line.one 1\nOpen Line.two 2\nClose Line.two 2\n"
                                       "Disable Line.three\nDisable Load.l\nEnable Load.l\n");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.lines.size(), 2U);
    EXPECT_FALSE(read.circuit.lines[0].closed);
    EXPECT_TRUE(read.circuit.lines[1].closed);
    EXPECT_EQ(read.circuit.loads.size(), 1U);
}

TEST(DssLanguage, PlacesBusesFromAFileOfPositions) {
    auto const read = read_scripts(
        {{"main.dss", "New Circuit.c bus1=Head\nBusCoords where.csv\nNew Load.l bus1=tail\n"},
         {"where.csv", "// bus x y\nHEAD, 10, -20.5 ! a comment\ntail\t3\t4\nelsewhere 1 1\n"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_EQ(read.circuit.buses.at("head").x, 10.0);
    EXPECT_EQ(read.circuit.buses.at("head").y, -20.5);
    EXPECT_TRUE(read.circuit.buses.at("tail").has_position);
    EXPECT_EQ(read.circuit.buses.size(), 2U) << "positions of strangers make no buses";
}

TEST(DssLanguage, IgnoresAnUnmodelledClassOnlyWhenAllowed) {
    test::Scripts const scripts{{"main.dss", "New Circuit.c bus1=a\nNew GICLine.r bus1=a X=1\n"
                                             "~ R=2\nGICLine.r.X=3\nNew Load.l bus1=a\n"}};
    EXPECT_EQ(read_scripts(scripts).diagnostics.errors().size(), 2U);
    auto const read = read_scripts(scripts, {"GICLINE"});
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_EQ(read.circuit.loads.size(), 1U);
}

TEST(DssLanguage, KeepsMetersAndMonitorsAsPlacesToRecord) {
    auto const read = read_with_source("New Line.l bus1=a bus2=b\nNew EnergyMeter.m1 LINE.L 1\n"
                                       "New Monitor.v element=line.l terminal=2 mode=0\n");
    EXPECT_EQ(read.diagnostics.text(), "");
}

TEST(DssLanguage, EveryClassHasAnOrderedTableThatFits) {
    for (auto const* spec : dss::element_classes()) {
        EXPECT_LE(spec->properties.size(), dss::kMostProperties) << spec->name;
        EXPECT_EQ(spec->properties.back().name, "like") << spec->name;
        EXPECT_EQ(dss::find_class(spec->name), spec);
    }
}

TEST(DssLanguage, GoesOnReadingAfterAMistake) {
    auto const read = read_with_source("New Load.a bus1=a kW=abc\nNew Load.b bus1=a kW=2 kvar=0\n");
    EXPECT_EQ(read.diagnostics.errors().size(), 1U);
    ASSERT_EQ(read.circuit.loads.size(), 2U);
    EXPECT_EQ(read.circuit.loads[1].p_w, 2000.0);
}

TEST(DssLanguage, SaysWhatItLeftOutWhenAClassMayBeIgnored) {
    test::Scripts const scripts{{"main.dss",
                                 "New Circuit.test bus1=a\n"
                                 "New UPFC.u bus1=a\n~ bus2=b\n"
                                 "New ESPVLControl.s element=line.l\nNew upfc.v bus1=b\n"
                                 "Edit UPFC.u phases=1\nUPFC.u.phases=1\n"}};
    auto const read = read_scripts(scripts, {"upfc", "ESPVLControl", "Line"});
    EXPECT_EQ(read.diagnostics.text(), "");
    auto const& left_out = read.circuit.left_out;
    ASSERT_EQ(left_out.size(), 2U);
    EXPECT_EQ(left_out[0].class_name, "upfc");
    EXPECT_EQ(left_out[0].elements, 2U);
    EXPECT_EQ(left_out[0].first.file, "main.dss");
    EXPECT_EQ(left_out[0].first.line, 2);
    EXPECT_EQ(left_out[1].class_name, "espvlcontrol");
    EXPECT_EQ(left_out[1].elements, 1U);
}

TEST(DssLanguage, RefusesToIgnoreWhatIsNoClass) {
    auto const read = read_scripts({{"main.dss", "New Circuit.test bus1=a\n"}}, {"Reactr", "x"});
    EXPECT_EQ(
        read.diagnostics.text(),
        "main.dss: 'Reactr' among the classes to be ignored is unknown; expected an OpenDSS "
        "element class; did you mean 'Reactor'?\n"
        "main.dss: 'x' among the classes to be ignored is unknown; expected an OpenDSS element "
        "class\n");
}

TEST(DssLanguage, TakesNoLongerForHostileValues) {
    auto const repeated = [](std::string const& part, int times) {
        std::string text;
        for (int i = 0; i < times; ++i) {
            text += part;
        }
        return text;
    };
    auto const begin = std::clock(); // of the processor: the machine may be busy
    auto const open = repeated("( [ { ' ", 1'000'000);
    EXPECT_EQ(
        read_with_source("New LoadShape.s mult=\"" + open + "\"\n").diagnostics.errors()[0].what,
        "mult of loadshape 's' is '(', which is not a number");
    EXPECT_FALSE(
        read_with_source("New Line.l bus1=a bus2=b rmatrix=\"" + open + "\"\n").diagnostics.ok());
    EXPECT_FALSE(
        read_with_source("Solve\nNew LoadShape.s mult=(" + repeated("x ", 1'000'000) + ")\n")
            .diagnostics.ok());
    EXPECT_FALSE(read_with_source("New Load.l kW=(" + repeated("1 ", 500'000) +
                                  repeated("rollup ", 500'000) + ")\n")
                     .diagnostics.ok());
    std::string variables;
    for (int i = 0; i < 5'000; ++i) {
        variables += "Var @v" + std::to_string(i) + "=1\n";
    }
    auto const unknown = repeated("@x ", 100'000);
    EXPECT_EQ(read_with_source(variables + "New Load.l " + unknown).diagnostics.errors().size(),
              1002U);
    EXPECT_EQ(read_with_source(variables + "New Load.l zipv=(" + unknown + ")\n")
                  .diagnostics.errors()
                  .size(),
              1002U);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr double kMost_s = 60.0;
#else
    constexpr double kMost_s = 10.0; // about 2; what grows with the square takes minutes
#endif
    EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, kMost_s);
}

TEST(DssLanguage, CountsWhatLikeCopiesAmongTheValuesOfAScript) {
    std::string script = "New Load.l bus1=a";
    for (int i = 0; i < 4000; ++i) {
        script += " kW=1";
    }
    for (int i = 0; i < 3000; ++i) {
        script += "\nNew Load.l" + std::to_string(i) + " like=l";
    }
    EXPECT_EQ(read_with_source(script).diagnostics.text(),
              "main.dss:2501:21: more than 10000000 values are stated\n");
}

TEST(DssLanguage, EndsLinesWithEitherOrBothOfFeedAndReturn) {
    std::string const script = "Clear\nNew Circuit.c bus1=a ! one\nNew Load.l bus1=a kW=3 pf=1\n"
                               "~ kW=\nNew LoadShape.s csvfile=v.csv\n\nSolve";
    std::string const values = "1\n2\n3\n\n";
    for (std::string const end : {"\n", "\r\n", "\r", "\r\r\n"}) {
        auto const with_end = [&end](std::string text) {
            for (auto at = text.find('\n'); at != std::string::npos;
                 at = text.find('\n', at + end.size())) {
                text.replace(at, 1, end);
            }
            return text;
        };
        auto const read =
            read_scripts({{"main.dss", with_end(script)}, {"v.csv", with_end(values)}});
        EXPECT_EQ(read.diagnostics.text(),
                  "main.dss:4:3: 'kW' has no value; expected name=value\n");
        ASSERT_EQ(read.circuit.load_shapes.size(), 1U);
        EXPECT_EQ(read.circuit.load_shapes[0].p_mult, (std::vector<double>{1, 2, 3}));
        EXPECT_EQ(read.circuit.loads.size(), 1U);
    }
}

TEST(DssLanguage, StopsAfterAThousandMistakes) {
    std::string script;
    for (int i = 0; i < 5000; ++i) {
        script += "Frobnicate\n";
    }
    auto const read = read_with_source(script);
    EXPECT_EQ(read.diagnostics.errors().size(), 1002U);
    EXPECT_EQ(read.diagnostics.errors().back().what,
              "more than 1000 mistakes: the rest is not read");
}

TEST(DssLanguage, SaysHowManyMistakesItDoesNotList) {
    std::string loads;
    for (int i = 0; i < 1500; ++i) {
        loads += fmt::format("New Load.l{} bus1=a kV=12.47 daily=nowhere\n", i);
    }
    auto const dangling = read_with_source(loads);
    EXPECT_EQ(dangling.diagnostics.errors().size(), 1002U);
    EXPECT_EQ(dangling.diagnostics.errors().back().what, "499 further mistakes are not listed");

    // A Solve converts the elements, too; what it finds is counted once.
    auto const solved = read_with_source(loads + "Solve\nNew Load.m bus1=a");
    EXPECT_EQ(solved.diagnostics.errors().back().what, "499 further mistakes are not listed");

    std::string statement = "New Load.l bus1=a";
    for (int i = 0; i < 1002; ++i) {
        statement += " frob=1";
    }
    auto const properties = read_with_source(statement);
    ASSERT_EQ(properties.diagnostics.errors().size(), 1003U);
    EXPECT_EQ(properties.diagnostics.errors()[1001].what,
              "more than 1000 mistakes: the rest is not read");
    EXPECT_EQ(properties.diagnostics.errors()[1002].what, "1 further mistake is not listed");
}

} // namespace
} // namespace gridtwin::grid
