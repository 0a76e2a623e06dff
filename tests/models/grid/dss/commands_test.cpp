// Commands that act on elements and buses by name, and variables.
#include "models/grid/dss/name_pattern.hpp"
#include "models/grid/feeder_solver.hpp"
#include "tests/models/grid/dss/scripts.hpp"

#include <chrono>
#include <cmath>

namespace gridtwin::grid {
namespace {

using dss::NamePattern;
using test::mistakes_of;
using test::read_scripts;
using test::read_with_source;
using testing::ElementsAre;

bool found(std::string_view pattern, std::string_view name) {
    auto const parsed = NamePattern::parse(pattern);
    EXPECT_EQ(parsed.problem, "") << pattern;
    return parsed.pattern && parsed.pattern->found_in(name);
}

std::string problem_of(std::string_view pattern) {
    return NamePattern::parse(pattern).problem;
}

std::vector<double> kws(Circuit const& circuit) {
    std::vector<double> out;
    for (auto const& load : circuit.loads) {
        out.push_back(load.p_w / 1e3);
    }
    return out;
}

TEST(DssNamePattern, IsLookedForAnywhereInAnyCase) {
    EXPECT_TRUE(found(".*", "anything"));
    EXPECT_TRUE(found(".*", ""));
    EXPECT_TRUE(found("use", "House_1"));
    EXPECT_TRUE(found("HOUSE", "house_1"));
    EXPECT_FALSE(found("horse", "house"));
    EXPECT_TRUE(found("^h.*1$", "house_1"));
    EXPECT_FALSE(found("^o", "house"));
    EXPECT_FALSE(found("s$", "house"));
}

TEST(DssNamePattern, KnowsSetsRepetitionsAndAlternatives) {
    EXPECT_TRUE(found("^s[0-9]+[a-c]$", "S104b"));
    EXPECT_FALSE(found("^s[0-9]+[a-c]$", "S104d"));
    EXPECT_TRUE(found("^[^0-9]*$", "house"));
    EXPECT_FALSE(found("^[^0-9]*$", "house1"));
    EXPECT_TRUE(found("^a?b*c+$", "cc"));
    EXPECT_TRUE(found("^a?b*c+$", "abbbc"));
    EXPECT_FALSE(found("^a?b*c+$", "aac"));
    EXPECT_TRUE(found("^(ab|cd){2,3}$", "abcd"));
    EXPECT_TRUE(found("^(ab|cd){2,3}$", "ababcd"));
    EXPECT_FALSE(found("^(ab|cd){2,3}$", "ab"));
    EXPECT_FALSE(found("^(ab|cd){2,3}$", "abababab"));
    EXPECT_TRUE(found("^x{2}$", "xx"));
    EXPECT_TRUE(found("^x{2,}$", "xxxxx"));
    EXPECT_FALSE(found("^x{2,}$", "x"));
    EXPECT_TRUE(found("^(?:a|b)+?$", "abba"));
    EXPECT_TRUE(found("^\\d+_\\w\\.x$", "12_z.x"));
    EXPECT_FALSE(found("^\\D+$", "a1"));
    EXPECT_TRUE(found("^[]x]$", "]"));
    EXPECT_TRUE(found("^[a\\-z]$", "-"));
    EXPECT_TRUE(found("a|b|", "zzz")) << "nothing is found everywhere";
}

TEST(DssNamePattern, TakesNoLongerForHostilePatterns) {
    auto const begin = std::chrono::steady_clock::now();
    std::string hostile(5001, 'a');
    hostile.back() = 'b';
    EXPECT_FALSE(found("^(a+)+$", hostile));
    EXPECT_FALSE(found("^(a|a)*(a|a)*(a|a)*$", hostile));
    EXPECT_FALSE(found("^((a*)*)*$", hostile));
    EXPECT_NE(problem_of("(((x{1000}){1000}){1000})"), "");
    EXPECT_NE(problem_of("((((){1000}){1000}){1000})"), "");
    EXPECT_NE(problem_of(std::string(200, '(')), "");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(DssNamePattern, SaysWhatItDoesNotUnderstand) {
    EXPECT_EQ(problem_of("a("), "'(' without ')'");
    EXPECT_EQ(problem_of("a)"), "')' without '('");
    EXPECT_EQ(problem_of("[a"), "'[' without ']'");
    EXPECT_EQ(problem_of("*a"), "'*' with nothing to repeat");
    EXPECT_EQ(problem_of("a{2"), "'{' without its numbers, as in {2,3}");
    EXPECT_EQ(problem_of("a{3,2}"), "'{' without its numbers, as in {2,3}");
    EXPECT_EQ(problem_of("(?=a)"), "look-around, which is not understood");
    EXPECT_EQ(problem_of("(a)\\1"), "an escape that is not understood");
    EXPECT_EQ(problem_of(std::string(300, 'a')), "longer than 256 characters");
}

TEST(DssBatchEdit, EditsAllThatMatch) {
    auto const read = read_with_source("New Load.House1 bus1=a kW=1\nNew Load.house2 bus1=a kW=2\n"
                                       "New Load.shop bus1=a kW=3\nNew Line.house bus1=a bus2=b\n"
                                       "BatchEdit Load.^HOUSE kW=10\n"
                                       "batchedit LOAD..* Vminpu=0.7 Vmaxpu=1.3\n"
                                       "batchedit load.nobody kW=99");
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_THAT(kws(read.circuit), ElementsAre(10.0, 10.0, 3.0));
    for (auto const& load : read.circuit.loads) {
        EXPECT_EQ(load.vmin_pu, 0.7);
        EXPECT_EQ(load.vmax_pu, 1.3);
    }
}

TEST(DssBatchEdit, SaysOnceWhatIsWrong) {
    auto const text = [](std::string const& command) {
        return mistakes_of("New Load.a bus1=a\nNew Load.b bus1=a\n" + command);
    };
    EXPECT_EQ(text("BatchEdit"), "main.dss:4:1: BatchEdit names no elements; expected BatchEdit "
                                 "<class>.<pattern> <property>=<value>\n");
    EXPECT_EQ(text("BatchEdit load..* kw=x"),
              "main.dss:4:22: kW of load 'a' is 'x', which is not a number; expected a number\n");
    EXPECT_EQ(text("BatchEdit load.(a kw=1"),
              "main.dss:4:11: pattern '(a' is '(' without ')'; expected a regular expression, for "
              "example Load..*\n");
    EXPECT_EQ(text("BatchEdit lod..* kw=1"),
              "main.dss:4:11: unknown element class 'lod'; did you mean 'Load'?\n");
}

TEST(DssVariables, StandForValuesInWordsAndLists) {
    auto const read = read_with_source("Var @kw=7 @bus=b1 @nodes=\"1.2\" @calc=(2 3 *)\n"
                                       "New Load.l bus1=@bus.2 phases=1 kW=@KW kvar=@calc\n"
                                       "New Line.l bus1=a bus2=@bus^x.1.2 phases=2 "
                                       "rmatrix=[@kw | 1 @kw]\nVar @kw=8 @again=@kw\n"
                                       "Load.l.kw=@again");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 1U);
    EXPECT_EQ(read.circuit.loads[0].bus.bus, "b1");
    EXPECT_EQ(read.circuit.loads[0].bus.nodes[0], 2);
    EXPECT_EQ(read.circuit.loads[0].p_w, 8e3) << "@again took @kw after it had changed";
    ASSERT_EQ(read.circuit.lines.size(), 1U);
    EXPECT_EQ(read.circuit.lines[0].bus2.bus, "b1x");
    EXPECT_EQ(read.circuit.lines[0].z_ohm[0].real(), 7.0);
    EXPECT_EQ(read.circuit.lines[0].z_ohm[3].real(), 7.0);
}

TEST(DssVariables, CalculateWhereTheyAreUsed) {
    auto const read = read_with_source("Var @calc=(2 3 *)\nNew Load.l bus1=a kW=@calc kvar=0");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 1U);
    EXPECT_EQ(read.circuit.loads[0].p_w, 6e3);
}

TEST(DssVariables, StandInFileNames) {
    auto const read = read_scripts(
        {{"main.dss", "New Circuit.test bus1=a\nVar @dir=sub @s=x\nRedirect @dir^/loads.dss\n"
                      "New LoadShape.s mult=(file=@s^.csv)"},
         {"sub/loads.dss", "New Load.l bus1=a kW=1"},
         {"x.csv", "0.5\n"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_EQ(read.circuit.loads.size(), 1U);
    ASSERT_EQ(read.circuit.load_shapes.size(), 1U);
    EXPECT_EQ(read.circuit.load_shapes[0].p_mult[0], 0.5);
}

TEST(DssVariables, AreErrorsWhenTheyAreNotDefined) {
    EXPECT_EQ(
        read_with_source("Var @power=1\nNew Load.l bus1=a kW=@powr").diagnostics.text(),
        "main.dss:3:22: variable '@powr' is not defined; expected Var @name=value before this "
        "line; did you mean '@power'?\n");
    EXPECT_EQ(read_with_source("Var power=1").diagnostics.text(),
              "main.dss:2:5: 'power' is not the name of a variable; expected Var @name=value\n");
    EXPECT_EQ(read_with_source("New Line.l bus1=a bus2=b phases=1 rmatrix=[@r]").diagnostics.text(),
              "main.dss:2:44: variable '@r' is not defined; expected Var @name=value before this "
              "line\n");
}

TEST(DssVariables, CannotGrowWithoutEnd) {
    std::string script = "Var @x=\"0123456789\"\n";
    for (int i = 0; i < 40; ++i) {
        script += "Var @x=\"@x @x\"\n";
    }
    auto const read = read_with_source(script);
    EXPECT_NE(read.diagnostics.text().find("a value grows beyond 65536 characters"),
              std::string::npos);
}

TEST(DssVariables, PutABoundedAmountIntoAStatementAndIntoAScript) {
    auto const told = [](std::string const& script) {
        return read_with_source(script).diagnostics.text();
    };
    EXPECT_EQ(told("Var @a=" + std::string(100'000, 'x') + "\n"),
              "main.dss:2:8: the value of '@a' has 100000 characters; expected at most 65536\n");
    std::string many = "Var @a=" + std::string(65'536, '1') + "\nVar @b=(1 2 3)\nNew Load.l";
    for (int i = 0; i < 6000; ++i) {
        many += " @a";
    }
    EXPECT_THAT(told(many + "\n"),
                testing::EndsWith("main.dss:4:60: variables put more than 1048576 characters into "
                                  "one statement\n"));
    std::string lines = "Var @a=" + std::string(65'000, '0') + "\n";
    for (int i = 0; i < 1000; ++i) {
        lines += "New XYCurve.c" + std::to_string(i) + " npts=1 xarray=(1) yarray=(@a)\n";
    }
    EXPECT_EQ(told(lines), "main.dss:519:44: variables put more than 33554432 characters into the "
                           "script\n");
}

TEST(DssVoltageBases, CanBeStatedForABus) {
    auto const read = read_with_source("New Line.l bus1=a bus2=b\nNew Line.m bus1=b bus2=c\n"
                                       "Set voltagebases=[12.47]\nCalcVoltageBases\n"
                                       "SetkVBase b kVLL=0.4\nSetkVBase bus=c kvln=7.2");
    EXPECT_EQ(read.diagnostics.text(), "");
    EXPECT_NEAR(read.circuit.buses.at("a").v_ln_v, 12470.0 / std::sqrt(3.0), 1e-9);
    EXPECT_NEAR(read.circuit.buses.at("b").v_ln_v, 400.0 / std::sqrt(3.0), 1e-9);
    EXPECT_NEAR(read.circuit.buses.at("c").v_ln_v, 7200.0, 1e-9);
    auto const again = read_with_source("New Line.l bus1=a bus2=b\nSetkVBase b kVLL=0.4\n"
                                        "CalcVoltageBases");
    EXPECT_NEAR(again.circuit.buses.at("b").v_ln_v, 12470.0 / std::sqrt(3.0), 1e-9)
        << "CalcVoltageBases works all bases out";
    EXPECT_EQ(read_with_source("New Line.l bus1=a bus2=feeder\nSetkVBase feder kVLL=1")
                  .diagnostics.text(),
              "main.dss:3:11: no element is at bus 'feder'; expected a bus of the circuit; did you "
              "mean 'feeder'?\n");
    EXPECT_EQ(read_with_source("SetkVBase a").diagnostics.text(),
              "main.dss:2:1: SetkVBase names no bus and voltage; expected a bus and its kVLL or "
              "kVLN\n");
}

TEST(DssOpen, OpensLinesAtEitherTerminal) {
    auto const closed = [](std::string const& commands) {
        auto const read = read_with_source("New Line.l bus1=a bus2=b\n" + commands);
        EXPECT_EQ(read.diagnostics.text(), "");
        return read.circuit.lines.at(0).closed;
    };
    EXPECT_FALSE(closed("Open Line.l"));
    EXPECT_FALSE(closed("Open Line.l 2"));
    EXPECT_FALSE(closed("Open Line.l term=1 cond=0"));
    EXPECT_TRUE(closed("Open Line.l 2\nClose Line.l 2 0"));
    EXPECT_FALSE(closed("Open Line.l 2\nClose Line.l 1")) << "the other end is still open";
}

TEST(DssOpen, OpensSingleConductorsOfALine) {
    auto const line = [](std::string const& commands) {
        auto const read = read_with_source("New Line.l bus1=a bus2=b\n" + commands);
        EXPECT_EQ(read.diagnostics.text(), "");
        return read.circuit.lines.at(0);
    };
    EXPECT_TRUE(line("Open Line.l 1 2").closed);
    EXPECT_EQ(line("Open Line.l 1 2").open_conductors, 0b010U);
    EXPECT_EQ(line("Open Line.l 1 2\nOpen Line.l 2 3").open_conductors, 0b110U);
    EXPECT_EQ(line("Open Line.l 1 2\nClose Line.l 2 2").open_conductors, 0b010U)
        << "the other end is still open";
    EXPECT_EQ(line("Open Line.l 1\nClose Line.l 1 3").open_conductors, 0b011U);
    auto const closed = line("Open Line.l 1 2\nClose Line.l");
    EXPECT_TRUE(closed.closed);
    EXPECT_EQ(closed.open_conductors, 0U);
    auto const open = line("Open Line.l 1 1\nOpen Line.l 2 2\nOpen Line.l 1 3");
    EXPECT_FALSE(open.closed) << "no conductor is left";
    EXPECT_EQ(open.open_conductors, 0U);
    EXPECT_EQ(read_with_source("New Line.l bus1=a bus2=b\nOpen Line.l 1 4").diagnostics.text(),
              "main.dss:3:15: line 'l' has no conductor 4; expected 0, all of them, or 1..3\n");
}

TEST(DssOpen, OfOneConductorLeavesTheLineOfTheOthers) {
    std::string const behind = "New Line.m bus1=b bus2=c r1=0.1 r0=0.1 x1=0.2 x0=0.2 c1=0 c0=0\n"
                               "New Load.k1 phases=1 bus1=c.1 kV=7.2 kW=500 model=2\n"
                               "New Load.k2 phases=1 bus1=c.2 kV=7.2 kW=600 model=2\n"
                               "New Load.k3 phases=1 bus1=c.3 kV=7.2 kW=700 model=2\n";
    auto const solved = [&behind](std::string const& line) {
        auto read = read_with_source(line + behind);
        EXPECT_EQ(read.diagnostics.text(), "");
        FeederSolver solver(std::move(read.circuit));
        EXPECT_TRUE(solver.solve().converged);
        return solver;
    };
    auto const opened = solved("New Line.l bus1=a bus2=b rmatrix=(1 | .2 2 | .3 .4 3) "
                               "xmatrix=(2 | .5 3 | .6 .7 4) cmatrix=(0 | 0 0 | 0 0 0)\n"
                               "Open Line.l 2 2\n");
    auto const without = solved("New Line.l phases=2 bus1=a.1.3 bus2=b.1.3 rmatrix=(1 | .3 3) "
                                "xmatrix=(2 | .6 4) cmatrix=(0 | 0 0)\n");
    for (std::string const bus : {"b", "c"}) {
        for (int const phase : {1, 3}) {
            Complex const u_v = opened.u_v()[opened.find_node(bus, phase).value()];
            Complex const expected_v = without.u_v()[without.find_node(bus, phase).value()];
            EXPECT_LT(std::abs(u_v - expected_v), 1e-6) << bus << "." << phase;
            EXPECT_GT(std::abs(u_v), 5000.0) << bus << "." << phase;
        }
        EXPECT_EQ(opened.u_v()[opened.find_node(bus, 2).value()], Complex{}) << bus;
    }
    EXPECT_GT(std::abs(opened.u_v()[opened.find_node("a", 2).value()]), 7000.0);
}

TEST(DssOpen, TakesShuntsAway) {
    auto const read =
        read_with_source("New Load.l bus1=a\nNew Load.m bus1=a\n"
                         "New Capacitor.c bus1=a kvar=(1 2)\n"
                         "Open Load.l\nOpen Capacitor.c 1\nOpen Load.m\nClose Load.m");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 1U);
    EXPECT_EQ(read.circuit.loads[0].name, "m");
    ASSERT_EQ(read.circuit.capacitors.size(), 1U);
    EXPECT_THAT(read.circuit.capacitors[0].closed, ElementsAre(false, false));
}

TEST(DssOpen, SaysWhatItCannotOpen) {
    EXPECT_EQ(read_with_source("Open Vsource.source").diagnostics.text(),
              "main.dss:2:6: Open of vsource 'source' is not modelled; expected a line, or a load, "
              "capacitor or generator as a whole\n");
    EXPECT_EQ(read_with_source("New Line.l bus1=a bus2=b\nOpen Line.l 3").diagnostics.text(),
              "main.dss:3:13: terminal of Open is '3'; expected a whole number 0..2\n");
    EXPECT_EQ(
        read_with_source("New LineCode.c\nDisable LineCode.c").diagnostics.text(),
        "main.dss:3:9: linecode 'c' cannot be disabled; expected an element of the circuit\n");
}

} // namespace
} // namespace gridtwin::grid
