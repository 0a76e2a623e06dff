// Shapes and curves, the data files they come from, and what refers to them.
#include "tests/models/grid/dss/scripts.hpp"

#include <cstring>

namespace gridtwin::grid {
namespace {

using test::read_scripts;
using test::ReadResult;
using test::Scripts;
using testing::ElementsAre;
using testing::IsEmpty;

ReadResult read_with(std::string const& text, Scripts files = {}) {
    files["main.dss"] = "New Circuit.test bus1=a basekv=12.47\n" + text;
    return read_scripts(files);
}

/// The one load shape of this script.
LoadShape shape_of(std::string const& words, Scripts const& files = {}) {
    auto const read = read_with("New LoadShape.s " + words, files);
    EXPECT_EQ(read.diagnostics.text(), "");
    return read.circuit.load_shapes.empty() ? LoadShape{} : read.circuit.load_shapes[0];
}

/// A script, and all that is said of it.
struct Told {
    std::string script;
    std::string text;
};

void expect_told(std::vector<Told> const& all, Scripts const& files = {}) {
    for (auto const& [script, text] : all) {
        EXPECT_EQ(read_with(script, files).diagnostics.text(), text) << script;
    }
}

template <typename Number>
std::string bytes_of(std::vector<Number> const& values) {
    std::string out(values.size() * sizeof(Number), '\0');
    std::memcpy(out.data(), values.data(), out.size());
    return out;
}

TEST(DssShapes, TakesPointsAndTheirIntervalInAnyUnit) {
    auto const hourly = shape_of("npts=3 interval=1 mult=(0.5 1 0.25)");
    EXPECT_EQ(hourly.name, "s");
    EXPECT_EQ(hourly.interval_s, 3600.0);
    EXPECT_THAT(hourly.p_mult, ElementsAre(0.5, 1.0, 0.25));
    EXPECT_THAT(hourly.q_mult, IsEmpty());
    EXPECT_THAT(hourly.hours, IsEmpty());
    EXPECT_FALSE(hourly.use_actual);
    EXPECT_DOUBLE_EQ(shape_of("minterval=15 mult=(1 2)").interval_s, 900.0);
    EXPECT_DOUBLE_EQ(shape_of("sinterval=5 mult=(1 2)").interval_s, 5.0);
    EXPECT_EQ(shape_of("mult=(1 2)").interval_s, 3600.0) << "an hour unless stated";
}

TEST(DssShapes, TakesAsManyPointsAsStated) {
    EXPECT_THAT(shape_of("npts=2 mult=(1 2 3)").p_mult, ElementsAre(1.0, 2.0));
    EXPECT_THAT(shape_of("npts=5 mult=(1 2 3)").p_mult, ElementsAre(1.0, 2.0, 3.0));
    EXPECT_THAT(shape_of("npts=-1 mult=(1 2 3)").p_mult, ElementsAre(1.0, 2.0, 3.0));
}

TEST(DssShapes, TakesHoursOfTheirOwn) {
    auto const shape = shape_of("npts=3 hour=(0 6 24) mult=(1 0.5 1) qmult=(1 1 2)");
    EXPECT_EQ(shape.interval_s, 0.0);
    EXPECT_THAT(shape.hours, ElementsAre(0.0, 6.0, 24.0));
    EXPECT_THAT(shape.q_mult, ElementsAre(1.0, 1.0, 2.0));
}

TEST(DssShapes, ReadsAColumnOfAFile) {
    Scripts const files{{"one.txt", "1\n 2 \r\n3\n\n\n"},
                        {"three.csv", "hour, p, q\n0, 0.5, 9\n1\t0.75 8\n2,1,7\n"}};
    EXPECT_THAT(shape_of("mult=(file=one.txt)", files).p_mult, ElementsAre(1.0, 2.0, 3.0));
    EXPECT_THAT(shape_of("mult=[file=three.csv, column=2, header=yes]", files).p_mult,
                ElementsAre(0.5, 0.75, 1.0));
    EXPECT_THAT(
        shape_of("mult=[file=three.csv, col=2, head=y] qmult=(file=three.csv col=3 head=y)", files)
            .q_mult,
        ElementsAre(9.0, 8.0, 7.0));
}

TEST(DssShapes, ReadsBinaryFiles) {
    Scripts const files{{"x.dbl", bytes_of<double>({0.1, -2.5, 3.0})},
                        {"x.sng", bytes_of<float>({0.5F, 0.25F})},
                        {"timed.dbl", bytes_of<double>({0.0, 1.0, 6.0, 0.5})}};
    EXPECT_THAT(shape_of("mult=(dblfile=x.dbl)", files).p_mult, ElementsAre(0.1, -2.5, 3.0));
    EXPECT_THAT(shape_of("mult=(sngfile=x.sng)", files).p_mult, ElementsAre(0.5, 0.25));
    EXPECT_THAT(shape_of("npts=3 dblfile=x.dbl", files).p_mult, ElementsAre(0.1, -2.5, 3.0));
    EXPECT_THAT(shape_of("sngfile=x.sng", files).p_mult, ElementsAre(0.5, 0.25));
    auto const timed = shape_of("interval=0 dblfile=timed.dbl", files);
    EXPECT_THAT(timed.hours, ElementsAre(0.0, 6.0));
    EXPECT_THAT(timed.p_mult, ElementsAre(1.0, 0.5));
}

TEST(DssShapes, ReadsCsvFilesWithHoursWhenTheIntervalIsZero) {
    Scripts const files{{"p.csv", "0,1\n6,0.5\n24,1\n"}, {"pq.csv", "0,1,2\n6,0.5,3\n"}};
    auto const timed = shape_of("interval=0 csvfile=p.csv", files);
    EXPECT_THAT(timed.hours, ElementsAre(0.0, 6.0, 24.0));
    EXPECT_THAT(timed.p_mult, ElementsAre(1.0, 0.5, 1.0));
    EXPECT_THAT(shape_of("csvfile=p.csv", files).p_mult, ElementsAre(0.0, 6.0, 24.0));
    auto const both = shape_of("interval=0 PQCSVFile=pq.csv", files);
    EXPECT_THAT(both.hours, ElementsAre(0.0, 6.0));
    EXPECT_THAT(both.p_mult, ElementsAre(1.0, 0.5));
    EXPECT_THAT(both.q_mult, ElementsAre(2.0, 3.0));
}

TEST(DssShapes, NormalizesOnTheBaseOrThePeak) {
    EXPECT_THAT(shape_of("mult=(1 -4 2) action=normalize").p_mult, ElementsAre(0.25, -1.0, 0.5));
    EXPECT_THAT(shape_of("Pbase=8 mult=(1 4 2) action=n").p_mult, ElementsAre(0.125, 0.5, 0.25));
    auto const both = shape_of("useactual=yes mult=(1 2) qmult=(5 10) action=normalize");
    EXPECT_THAT(both.q_mult, ElementsAre(0.5, 1.0));
    EXPECT_FALSE(both.use_actual) << "normalized values are no actual ones";
}

TEST(DssShapes, GivesActualValuesInWatts) {
    auto const shape = shape_of("useactual=yes mult=(1 2) qmult=(3 4)");
    EXPECT_TRUE(shape.use_actual);
    EXPECT_THAT(shape.p_mult, ElementsAre(1e3, 2e3));
    EXPECT_THAT(shape.q_mult, ElementsAre(3e3, 4e3));
}

TEST(DssShapes, CopiesShapesWithLike) {
    auto const read = read_with("New LoadShape.s mult=(file=x)\nNew LoadShape.t like=s minterval=1",
                                {{"x", "1\n2\n"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.load_shapes.size(), 2U);
    EXPECT_THAT(read.circuit.load_shapes[1].p_mult, ElementsAre(1.0, 2.0));
    EXPECT_DOUBLE_EQ(read.circuit.load_shapes[1].interval_s, 60.0);
}

TEST(DssShapes, DataFilesMayBeginWithAByteOrderMark) {
    EXPECT_THAT(shape_of("mult=(file=v.csv)", {{"v.csv", "\xEF\xBB\xBF"
                                                         "0.5\n1\n"}})
                    .p_mult,
                ElementsAre(0.5, 1.0));
}

TEST(DssShapes, ListTwentyMistakesOfAFileAndCountTheOthers) {
    std::string text = "1\n";
    for (int i = 0; i < 30; ++i) {
        text += "x\n";
    }
    for (std::string const end : {"", "\n2\n"}) {
        auto const read = read_with("New LoadShape.s mult=(file=v.csv)", {{"v.csv", text + end}});
        auto const& errors = read.diagnostics.errors();
        ASSERT_EQ(errors.size(), 21U + (end.empty() ? 0U : 1U));
        EXPECT_EQ(errors[19].where.line, 21);
        EXPECT_EQ(format(errors.back()), "v.csv:22:1: mistakes from here on in this file: 10");
    }
}

TEST(DssShapes, ReadsAYearOfMinutes) {
    std::string text;
    for (int i = 0; i < 525600; ++i) {
        text += "0." + std::to_string(1000 + i % 9000) + "\n";
    }
    auto const shape = shape_of("minterval=1 mult=(file=year.txt)", {{"year.txt", text}});
    ASSERT_EQ(shape.p_mult.size(), 525600U);
    EXPECT_DOUBLE_EQ(shape.p_mult[525599], 0.1 + (525599 % 9000) * 1e-4);
}

TEST(DssShapes, LoadsFollowShapesByName) {
    auto const read = read_with("New LoadShape.day mult=(1 2)\nNew LoadShape.year mult=(3)\n"
                                "New GrowthShape.g year=(1 5) mult=(1.1 1.02)\n"
                                "New Load.l bus1=a daily=DAY yearly=year growth=g status=exempt\n"
                                "New Load.m bus1=a duty=day CVRcurve=year model=4\n"
                                "New Load.n bus1=a daily=none status=fixed");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 3U);
    EXPECT_EQ(read.circuit.loads[0].shapes.daily, 0);
    EXPECT_EQ(read.circuit.loads[0].shapes.yearly, 1);
    EXPECT_EQ(read.circuit.loads[0].shapes.duty, kNone);
    EXPECT_EQ(read.circuit.loads[0].growth, 0);
    EXPECT_EQ(read.circuit.loads[0].status, LoadStatus::exempt);
    EXPECT_EQ(read.circuit.loads[1].shapes.duty, 0);
    EXPECT_EQ(read.circuit.loads[1].cvr_curve, 1);
    EXPECT_EQ(read.circuit.loads[2].shapes.daily, kNone);
    EXPECT_EQ(read.circuit.loads[2].status, LoadStatus::fixed);
    ASSERT_EQ(read.circuit.growth_shapes.size(), 1U);
    EXPECT_THAT(read.circuit.growth_shapes[0].factor, ElementsAre(1.1, 1.02));
}

TEST(DssShapes, HasTheReferencesOwnDefaultShape) {
    auto const read = read_with("New Load.l bus1=a daily=default\nNew Load.m bus1=a duty=default");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.load_shapes.size(), 1U);
    ASSERT_EQ(read.circuit.load_shapes[0].p_mult.size(), 24U);
    EXPECT_EQ(read.circuit.load_shapes[0].p_mult[16], 1.0) << "the peak, at five in the afternoon";
    EXPECT_EQ(read.circuit.loads[1].shapes.duty, 0);
}

TEST(DssShapes, GiveALoadTheirPeakWhenTheyAreActualValues) {
    auto const read = read_with("New LoadShape.s useactual=yes mult=(1 5 2) qmult=(3 1 9)\n"
                                "New LoadShape.p useactual=yes mult=(1 5 2)\n"
                                "New Load.l bus1=a kW=100 kvar=50 daily=s\n"
                                "New Load.m bus1=a kW=100 pf=0.8 daily=p\n"
                                "New Load.n bus1=a daily=s kW=7 kvar=0");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.loads.size(), 3U);
    EXPECT_DOUBLE_EQ(read.circuit.loads[0].p_w, 5e3);
    EXPECT_DOUBLE_EQ(read.circuit.loads[0].q_var, 1e3) << "of the same moment";
    EXPECT_DOUBLE_EQ(read.circuit.loads[1].p_w, 5e3);
    EXPECT_NEAR(read.circuit.loads[1].q_var, 3750.0, 1e-9) << "by the stated power factor";
    EXPECT_DOUBLE_EQ(read.circuit.loads[2].p_w, 7e3) << "what is stated later counts";
}

TEST(DssShapes, ReadsCurvesAndTemperatures) {
    auto const read = read_with("New XYCurve.c npts=3 xarray=(0.1 0.2 1) yarray=(0.9 0.95 0.98)\n"
                                "New XYCurve.d Points=[1,100 2,200]\n"
                                "New XYCurve.e csvfile=xy.csv\n"
                                "New TShape.t npts=2 interval=1 temp=(25 30)\n"
                                "New PriceShape.p npts=2 price=(1 2)\n"
                                "New Spectrum.s NumHarm=1 harmonic=(1) %mag=(100) angle=(0)",
                                {{"xy.csv", "0,5\n1,6\n"}});
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.curves.size(), 3U);
    EXPECT_THAT(read.circuit.curves[0].y, ElementsAre(0.9, 0.95, 0.98));
    EXPECT_THAT(read.circuit.curves[1].x, ElementsAre(1.0, 2.0));
    EXPECT_THAT(read.circuit.curves[1].y, ElementsAre(100.0, 200.0));
    EXPECT_THAT(read.circuit.curves[2].y, ElementsAre(5.0, 6.0));
    ASSERT_EQ(read.circuit.temperature_shapes.size(), 1U);
    EXPECT_THAT(read.circuit.temperature_shapes[0].celsius, ElementsAre(25.0, 30.0));
    EXPECT_EQ(read.circuit.temperature_shapes[0].interval_s, 3600.0);
}

TEST(DssShapes, PointAtMistakesInDataFiles) {
    Scripts const files{{"x.csv", "1,2\n3,four\n5,6\n"},     {"hole.txt", "1\n\n2\n"},
                        {"short.csv", "1,2\n3\n"},           {"x.dbl", "1234567"},
                        {"nan.dbl", std::string(8, '\xff')}, {"empty", "\n"}};
    expect_told(
        {{"New LoadShape.s mult=(file=x.csv col=2)",
          "x.csv:2:3: a value is 'four', which is not a number; expected a number\n"},
         {"New LoadShape.s mult=(file=hole.txt)",
          "hole.txt:2:1: an empty line stands between the numbers; expected empty lines at the "
          "end only\n"},
         {"New LoadShape.s mult=(file=short.csv col=2)",
          "short.csv:2:1: the row has no column 2; expected a value in every row\n"},
         {"New LoadShape.s PQCSVFile=short.csv",
          "short.csv:2:1: the row has 1 values, the first one 2; expected as many in each\n"},
         {"New LoadShape.s dblfile=x.dbl",
          "x.dbl: 7 bytes are no whole number of values; expected values of 8 bytes\n"},
         {"New LoadShape.s dblfile=nan.dbl",
          "nan.dbl: a value is not a number, or out of range; expected binary numbers of 8 "
          "bytes\n"},
         {"New LoadShape.s mult=(file=empty)", "empty: the file holds no numbers\n"},
         {"New LoadShape.s mult=(file=none.csv)",
          "main.dss:2:28: file 'none.csv' does not exist; expected a file in folder '.'\n"},
         {"New LoadShape.s mult=(file=x.csv col=0)",
          "main.dss:2:38: column of mult of loadshape 's' is '0'; expected a whole number "
          "1..1000\n"},
         {"New LoadShape.s mult=(file=x.csv row=1)",
          "main.dss:2:34: 'row' in mult of loadshape 's' is not known; expected file=<name>, "
          "column=<number>, header=yes\n"}},
        files);
}

TEST(DssShapes, SayWhatDoesNotFit) {
    expect_told(
        {{"New LoadShape.s npts=3",
          "main.dss:2:5: loadshape 's' has no values; expected mult=(...), or a file\n"},
         {"New LoadShape.s mult=(1 2 3) hour=(0 1)",
          "main.dss:2:5: loadshape 's' has 3 values and 2 of hour; expected as many, or "
          "npts=2\n"},
         {"New LoadShape.s mult=(1 2) hour=(5 5)",
          "main.dss:2:5: the hours of loadshape 's' do not ascend; expected each hour after the "
          "one before it\n"},
         {"New LoadShape.s mult=(1 x)",
          "main.dss:2:25: mult of loadshape 's' is 'x', which is not a number; expected "
          "numbers, or (file=<name>)\n"},
         {"New XYCurve.c xarray=(2 1) yarray=(1 2)",
          "main.dss:2:5: the x values of xycurve 'c' do not ascend; expected each greater than "
          "the one before it\n"},
         {"New XYCurve.c xarray=(1 2) yarray=(1)",
          "main.dss:2:5: xycurve 'c' has 2 values of x and 1 of y; expected as many of both, at "
          "least one\n"},
         {"New LoadShape.house mult=(1)\nNew Load.l bus1=a daily=hose",
          "main.dss:3:25: daily 'hose' of load 'l' is not defined; expected the name of a "
          "LoadShape; did you mean 'house'?\n"}});
}

TEST(DssRecorders, AreRowsWithElementAndTerminal) {
    auto const read = read_with("New Line.l bus1=a bus2=b\n"
                                "New Transformer.t buses=(b c) kvs=(12.47 0.4)\n"
                                "New EnergyMeter.m Line.l 1\n"
                                "New Monitor.n element=transformer.T terminal=2 mode=1\n"
                                "New Monitor.off element=line.l enabled=no");
    EXPECT_EQ(read.diagnostics.text(), "");
    ASSERT_EQ(read.circuit.recorders.size(), 2U);
    auto const& meter = read.circuit.recorders[0];
    EXPECT_TRUE(meter.energy_meter);
    EXPECT_EQ(meter.element, (ElementRef{ElementKind::line, 0}));
    EXPECT_EQ(meter.terminal, 0U);
    auto const& monitor = read.circuit.recorders[1];
    EXPECT_FALSE(monitor.energy_meter);
    EXPECT_EQ(monitor.name, "n");
    EXPECT_EQ(monitor.element, (ElementRef{ElementKind::transformer, 0}));
    EXPECT_EQ(monitor.terminal, 1U);
    EXPECT_EQ(monitor.mode, 1);
}

TEST(DssRecorders, SayWhatTheyCannotWatch) {
    expect_told(
        {{"New Monitor.n mode=1",
          "main.dss:2:5: monitor 'n' has no element; expected element=<class>.<name>\n"},
         {"New Line.l bus1=a bus2=b\nNew Monitor.n element=line.l terminal=3",
          "main.dss:3:39: terminal of monitor 'n' is 3; expected 1..2, the terminals of "
          "line.l\n"},
         {"New LoadShape.s mult=(1)\nNew Monitor.n element=loadshape.s",
          "main.dss:3:23: element 'loadshape.s' of monitor 'n' carries no current; expected a "
          "line, transformer, load or other element with terminals\n"},
         {"New Monitor.n element=lien.l",
          "main.dss:2:23: element 'lien.l' of monitor 'n' is not defined; expected "
          "<class>.<name> of an element; did you mean 'line'?\n"}});
}

} // namespace
} // namespace gridtwin::grid
