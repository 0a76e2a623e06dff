// The picture: what it shows, and that it stays drawable whatever the circuit.
#include "sim/study/picture.hpp"
#include "tests/sim/study/script.hpp"

namespace gridtwin::study {
namespace {

class StudyPicture : public ScriptTest {
  protected:
    static std::size_t count(std::string const& text, std::string const& part) {
        std::size_t n = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
            ++n;
        }
        return n;
    }
    static void expect_sound(std::string const& svg) {
        EXPECT_EQ(count(svg, "<svg"), 1U);
        EXPECT_EQ(count(svg, "<g "), count(svg, "</g>"));
        EXPECT_EQ(count(svg, "nan"), 0U);
        EXPECT_EQ(count(svg, "inf"), 0U);
        EXPECT_EQ(count(svg, "href"), 0U) << "self-contained";
    }
};

TEST_F(StudyPicture, ShowsTheFeederItsVoltagesAndWhatIsOverloaded) {
    auto const study = run_study(own_feeder("ieee13"), {});
    auto const svg = draw_study(study, "ieee13.dss", {});
    expect_sound(svg);
    for (auto const* text :
         {"One-line", "Voltage over distance", "611 0.9608", ">671<", "regulator", "capacitor",
          "overloaded", "phase 3", "km from the source", "line 632670, ", "transformer xfm1, "}) {
        EXPECT_EQ(svg.find(text) == std::string::npos, false) << text;
    }
    EXPECT_EQ(svg.find("Source power"), std::string::npos) << "nothing over time in a snapshot";
}

TEST_F(StudyPicture, IsTheSameForTheSameFile) {
    EXPECT_TRUE(draw_study(run_study(own_feeder("ieee123"), {}), "a", {}) ==
                draw_study(run_study(own_feeder("ieee123"), {}), "a", {}));
}

TEST_F(StudyPicture, AddsTimeForATimeSeries) {
    StudyOptions options;
    options.day = DayRequest{};
    auto const svg = draw_study(run_study(own_feeder("ieee13"), options), "ieee13.dss", {});
    expect_sound(svg);
    EXPECT_NE(svg.find("Lowest and highest voltage"), std::string::npos);
    EXPECT_NE(svg.find("Source power"), std::string::npos);
    EXPECT_NE(svg.find("12:00"), std::string::npos);
}

TEST_F(StudyPicture, DrawsDeadPartsOpenLinesAndNamesThatNeedEscaping) {
    auto const svg = draw_study(solve(text(kTwoBuses) + R"(
New Line.b&c bus1=b bus2=c&d phases=3 r1=1 x1=0 r0=1 x0=0
New Line.cd bus1=c&d bus2=e phases=3 r1=1 x1=0 r0=1 x0=0
Open Line.b&c
Solve
)"),
                                "<odd>.dss", {});
    expect_sound(svg);
    EXPECT_NE(svg.find(">dead<"), std::string::npos);
    EXPECT_NE(svg.find(">open<"), std::string::npos);
    EXPECT_NE(svg.find("c&amp;d"), std::string::npos);
    EXPECT_EQ(svg.find("<odd>"), std::string::npos);
    EXPECT_NE(svg.find("no coordinates in the file"), std::string::npos);
}

TEST_F(StudyPicture, NamesTheBusThatIsBothLowestAndHighest) {
    auto const svg = draw_study(
        solve(text(kTwoBuses) + "New Load.l1 bus1=b.1 phases=1 kV=2.4 kW=500 kvar=0 model=2\n"
                                "New Generator.g bus1=b.2 phases=1 kV=2.4 kW=300 kvar=0 model=2\n"
                                "CalcVoltageBases\nSolve\n"),
        "a.dss", {});
    auto const at = svg.find(">b 0.9");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(svg.substr(at + 9, 6), " to 1.") << svg.substr(at, 30);
}

TEST_F(StudyPicture, NamesStandByTheirOwnSymbols) {
    auto const svg = draw_study(run_study(own_feeder("ieee13"), {}), "ieee13.dss", {});
    auto const y_of = [&svg](std::string const& name) {
        auto const end = svg.find(">" + name + "<");
        auto const start = svg.rfind("y=\"", end);
        return std::stod(svg.substr(start + 3));
    };
    // The source's symbol is the only one of its size.
    auto const circle = svg.find("r=\"8.5\"");
    auto const source_y = std::stod(svg.substr(svg.rfind("cy=\"", circle) + 4));
    EXPECT_NEAR(y_of("sourcebus"), source_y + 4.0, 3.0);
    EXPECT_GT(y_of("650"), y_of("sourcebus") + 6.0);
}

TEST_F(StudyPicture, IsUtf8WhateverTheEncodingOfAName) {
    auto const svg = draw_study(solve(text(kTwoBuses) + "New Line.caf\xE9 bus1=b bus2=\xE9t\xE9\n" +
                                      "New Line.na\xC3\xAFve bus1=b bus2=\xEF\xBF\xBF\nSolve\n"),
                                "caf\xE9.dss", {});
    expect_sound(svg);
    EXPECT_EQ(svg.find('\xE9'), std::string::npos);
    EXPECT_NE(svg.find("caf\xEF\xBF\xBD"), std::string::npos);
    EXPECT_NE(svg.find("na\xC3\xAFve"), std::string::npos);
    EXPECT_EQ(svg.find("\xEF\xBF\xBF"), std::string::npos) << "U+FFFF has no place in XML";
}

TEST_F(StudyPicture, OfTwentyThousandBusesStaysBelowTwoMegabytes) {
    std::string script = text(kTwoBuses);
    for (int k = 0; k < 20000; ++k) { // a comb: every fourth bus begins a lateral
        script += fmt::format("New Line.l{0} bus1={1} bus2=n{0} phases=3 r1=1e-6 x1=1e-6 r0=1e-6 "
                              "x0=1e-6 c1=0 c0=0 length={2} units=m\n",
                              k, k == 0 ? std::string("b") : fmt::format("n{}", k - 1 - k % 7 / 3),
                              20 + k % 13);
    }
    script += "New Load.l bus1=n19999 phases=3 kV=4.16 kW=10 kvar=5\nCalcVoltageBases\nSolve\n";
    auto const svg = draw_study(solve(script), "large.dss", {});
    expect_sound(svg);
    EXPECT_LT(svg.size(), 2'000'000U);
    EXPECT_GT(svg.size(), 20'000U);
}

} // namespace
} // namespace gridtwin::study
