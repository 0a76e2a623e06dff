// Rated voltages against bases, and loads outside of their range, by hand.
#include "sim/study/ratings.hpp"
#include "sim/study/tables.hpp"
#include "sim/study/text.hpp"
#include "tests/sim/study/script.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace gridtwin::study {
namespace {

using testing::HasSubstr;
using testing::Not;

class StudyRatings : public ScriptTest {
  protected:
    [[nodiscard]] std::vector<std::string> misfits(std::string const& script) const {
        std::vector<std::string> out;
        for (auto const& misfit : solve(script + "\nCalcVoltageBases\nSolve\n").summary.ratings) {
            out.push_back(misfit.element);
        }
        return out;
    }
};

TEST_F(StudyRatings, ALoadOfATenthOfItsNodesVoltageIsNamedWithItsPlace) {
    auto const study = solve(text(kTwoBuses) + "New Load.small bus1=b.2 phases=1 kV=0.24 kW=0.01 "
                                               "kvar=0\nSolve\n");
    ASSERT_EQ(study.summary.ratings.size(), 1U);
    auto const& misfit = study.summary.ratings[0];
    EXPECT_EQ(misfit.element, "load.small");
    EXPECT_EQ(misfit.bus, "b");
    EXPECT_EQ(misfit.where.line, 6);
    EXPECT_DOUBLE_EQ(misfit.rated_v, 240.0);
    EXPECT_NEAR(misfit.expected_v, 4160.0 / std::sqrt(3.0), 1e-6);
    // Above Vmaxpu it is the impedance that draws its power at 1.05 times its rated voltage: 908 W
    // less what 1 ohm costs (0.378 A: 2 * 0.38 V of 2402 V).
    double const u = 4160.0 / std::sqrt(3.0);
    double const r_ohm = std::pow(1.05 * 240.0, 2) / 10.0;
    auto const& outside = study.summary.loads_outside;
    EXPECT_EQ(outside.above, 1U);
    EXPECT_EQ(outside.below, 0U);
    EXPECT_EQ(outside.loads, 1U);
    EXPECT_DOUBLE_EQ(outside.stated_w, 10.0);
    EXPECT_NEAR(outside.drawn_w, r_ohm * std::pow(u / (r_ohm + 1.0), 2), 0.01);
    auto const page = summary_text(study, "a.dss", {});
    EXPECT_THAT(page, HasSubstr("1 of 1 outside Vminpu..Vmaxpu (0 below, 1 above)"));
    EXPECT_THAT(page, HasSubstr("load.small: 0.24 kV, but 2.402 kV at bus b ("));
    auto const json = nlohmann::json::parse(study_json(study, "a.dss", {}, "0"));
    EXPECT_EQ(json["rating_misfits"][0]["element"], "load.small");
    EXPECT_EQ(json["loads_outside"]["above"], 1);
}

TEST_F(StudyRatings, EveryUsualConnectionFits) {
    EXPECT_THAT(misfits(text(kTwoBuses) + R"(
New Load.three bus1=b phases=3 kV=4.16 kW=1
New Load.delta bus1=b phases=3 conn=delta kV=4.16 kW=1
New Load.one bus1=b.3 phases=1 kV=2.4 kW=1
New Load.across bus1=b.1.2 phases=1 kV=4.16 kW=1
New Load.open bus1=b.1.2.3 phases=2 conn=delta kV=4.16 kW=1
New Load.two bus1=b.1.3 phases=2 kV=4.16 kW=1
New Generator.g bus1=b phases=3 kV=4.16 kW=1
New Capacitor.three bus1=b phases=3 kV=4.16 kvar=10
New Capacitor.one bus1=b.1 phases=1 kV=2.4 kvar=10
New Transformer.t phases=3 windings=2 buses=(b c) conns=(delta wye) kVs=(4.16 0.48) kVAs=(50 50)
New Load.low bus1=c.2 phases=1 kV=0.277 kW=1
Set VoltageBases=[4.16 0.48]
)"),
                testing::IsEmpty());
}

TEST_F(StudyRatings, TheLegsOfACentreTapFit) {
    EXPECT_THAT(misfits(text(kTwoBuses) + R"(
New Transformer.t phases=1 windings=3 buses=(b.1.0 s.1.0 s.0.2) kVs=(2.4 0.12 0.12) kVAs=(25 25 25) XHL=2 XHT=2 XLT=1.4
New Load.leg bus1=s.1 phases=1 kV=0.12 kW=1
New Load.both bus1=s.1.2 phases=1 kV=0.24 kW=1
New Load.wye bus1=s.1.2 phases=2 kV=0.208 kW=1
Set VoltageBases=[4.16 0.208]
)"),
                testing::IsEmpty());
}

TEST_F(StudyRatings, EveryClassIsHeldAgainstItsBus) {
    EXPECT_THAT(misfits(text(kTwoBuses) + R"(
New Load.phase bus1=b phases=3 kV=2.4 kW=1
New Load.line bus1=b.1 phases=1 kV=4.16 kW=1
New Capacitor.k bus1=b phases=3 kV=12.47 kvar=10
New Generator.g bus1=b phases=3 kV=0.48 kW=1
New Transformer.t phases=3 windings=2 buses=(b c) kVs=(12.47 0.48) kVAs=(50 50)
Set VoltageBases=[4.16 0.16]
)"),
                testing::UnorderedElementsAre("generator.g", "capacitor.k", "load.phase",
                                              "load.line", "transformer.t winding 1",
                                              "transformer.t winding 2"));
}

TEST_F(StudyRatings, TwelvePerCentAreAllowedAndNotMore) {
    auto const at = [&](char const* kv) {
        return misfits(text(kTwoBuses) + "New Load.l bus1=b phases=3 kW=1 kV=" + kv).size();
    };
    EXPECT_EQ(at("4.65"), 0U); // 1.118
    EXPECT_EQ(at("4.67"), 1U); // 1.123
    EXPECT_EQ(at("3.67"), 0U); // 0.882
    EXPECT_EQ(at("3.65"), 1U); // 0.877
}

TEST_F(StudyRatings, ABaseOfTheVoltageAcrossACentreTapIsNoticed) {
    // 240 / sqrt(3) = 138.6 V to the neutral, where a leg has 120 V: sqrt(3)/2
    EXPECT_THAT(misfits(text(kTwoBuses) + R"(
New Transformer.t phases=1 windings=3 buses=(b.1.0 s.1.0 s.0.2) kVs=(2.4 0.12 0.12) kVAs=(25 25 25) XHL=2 XHT=2 XLT=1.4
New Load.leg bus1=s.1 phases=1 kV=0.12 kW=1
New Load.both bus1=s.1.2 phases=1 kV=0.24 kW=1
Set VoltageBases=[4.16 0.24]
)"),
                testing::UnorderedElementsAre("load.leg", "transformer.t winding 2",
                                              "transformer.t winding 3"));
}

TEST_F(StudyRatings, WithoutABaseNothingIsSaid) {
    auto const study = solve(R"(
New Circuit.c bus1=a basekv=4.16 R1=0 X1=1e-4 R0=0 X0=1e-4
New Load.l bus1=a.1 phases=1 kV=0.24 kW=0.001
)");
    EXPECT_TRUE(study.summary.ratings.empty());
    EXPECT_THAT(summary_text(study, "a.dss", {}), Not(HasSubstr("RATINGS")));
}

TEST_F(StudyRatings, TheOwnFeedersFit) {
    for (auto const* name : {"ieee13", "ieee123"}) {
        EXPECT_TRUE(run_study(own_feeder(name), {}).summary.ratings.empty()) << name;
    }
}

} // namespace
} // namespace gridtwin::study
