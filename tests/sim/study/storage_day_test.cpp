// Batteries over days: when they charge and discharge, what is left, and what is said of it.
#include "sim/study/tables.hpp"
#include "sim/study/text.hpp"
#include "tests/sim/study/script.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace gridtwin::study {
namespace {

using testing::HasSubstr;

constexpr char const* kSource = R"(
New Circuit.c bus1=a basekv=12.47 R1=0 X1=1e-6 R0=0 X0=1e-6
)";
constexpr char const* kEvening =
    "New LoadShape.d npts=24 interval=1 mult=(.2 .2 .2 .2 .5 .5 .5 .5 .5 .5 .5 .5 .5 .5 .5 .5 .5 "
    ".95 .95 .95 .5 .5 .5 .5)\n";
constexpr char const* kDays = "Set VoltageBases=[12.47]\nCalcVoltageBases\nSet mode=daily number=";

class StorageDay : public ScriptTest {
  protected:
    /// kW of the storages in each step, > 0 out.
    [[nodiscard]] std::vector<double> powers_kw(std::string const& battery, int steps) const {
        auto const study = solve(std::string(kSource) + kEvening + battery + "\n" + kDays +
                                 std::to_string(steps) + "\nSolve\n");
        std::vector<double> out;
        for (auto const& step : study.stages.back().series) {
            out.push_back(step.power.storages_va.real() / 1e3);
        }
        return out;
    }
};

TEST_F(StorageDay, ABatteryThatIsFilledAtItsHourDischargesInTheEvening) {
    // At 2:00 it begins to charge, is full at once, and waits for the trigger: 19 and 20 follow 18.
    auto const kw = powers_kw("New Storage.s bus1=a kv=12.47 kVA=100 kWrated=100 kWhrated=500 "
                              "daily=d DischargeTrigger=.9",
                              24);
    ASSERT_EQ(kw.size(), 24U);
    for (std::size_t k = 0; k < kw.size(); ++k) {
        bool const evening = k >= 17 && k < 20;
        EXPECT_NEAR(kw[k], evening ? 100.0 : -1.0, 1e-6) << "step " << k + 1;
    }
}

TEST_F(StorageDay, AnEmptyBatteryRechargesWhenItsTriggerSaysSo) {
    // 450 kWh, the reserve 100: 100 kW and 1 kW of its own take 112.2 kWh an hour; the fourth hour
    // gives what is left, and the next night, steps 25 to 28, it charges 99 * 0.9 kWh an hour.
    auto const kw = powers_kw("New Storage.s bus1=a kv=12.47 kVA=100 kWrated=100 kWhrated=500 "
                              "%stored=90 daily=d State=discharging ChargeTrigger=.3 "
                              "TimeChargeTrig=-1",
                              36);
    double const hour_kwh = 101.0 / 0.9;
    EXPECT_NEAR(kw[0], 100.0, 1e-6);
    EXPECT_NEAR(kw[2], 100.0, 1e-6);
    EXPECT_NEAR(kw[3], (350.0 - 3.0 * hour_kwh) * 0.9 - 1.0, 1e-6);
    EXPECT_NEAR(kw[4], -1.0, 1e-6);
    for (std::size_t k = 24; k < 28; ++k) {
        EXPECT_NEAR(kw[k], -100.0, 1e-6) << "step " << k + 1;
    }
    EXPECT_NEAR(kw[28], -1.0, 1e-6);
}

TEST_F(StorageDay, ABatteryWithoutKvaGivesItsWholeRating) {
    auto const kw = powers_kw("New Storage.s bus1=a kv=12.47 kWrated=50 kWhrated=500 %stored=50 "
                              "daily=d ChargeTrigger=.34 DischargeTrigger=.85 %IdlingkW=2",
                              24);
    EXPECT_NEAR(kw[0], -50.0, 1e-6);
    EXPECT_NEAR(kw[17], 50.0, 1e-6);
    EXPECT_NEAR(kw[10], -1.0, 1e-6);
}

TEST_F(StorageDay, WhatItTakesWhileIdlingIsNotCharged) {
    auto const study = solve(std::string(kSource) + kEvening + R"(
New Storage.s bus1=a kv=12.47 kVA=100 kWrated=100 kWhrated=500 daily=d DischargeTrigger=.9 TimeChargeTrig=-1
)" + kDays + "24\nSolve\n");
    auto const t = total(study.stages.back().series, 3600.0);
    EXPECT_EQ(t.charged_wh, 0.0);
    EXPECT_NEAR(t.discharged_wh, 300e3, 1e-3);
    EXPECT_NEAR(t.idling_wh, 21e3, 1e-3) << "1 % of 100 kW in the other hours";
}

TEST_F(StorageDay, WhatIsStoredChargedAndDischargedIsSaidEverywhere) {
    auto const study = solve(std::string(kSource) + kEvening + R"(
New Storage.s bus1=a kv=12.47 kVA=100 kWrated=100 kWhrated=500 %stored=50 daily=d ChargeTrigger=.3 DischargeTrigger=.9 %IdlingkW=0 TimeChargeTrig=-1
New Generator.g bus1=a kv=12.47 kW=10 kvar=0
New PVSystem.p bus1=a kv=12.47 kVA=30 Pmpp=20
)" + kDays + "24\nSolve\n");
    // in: 100 kW until 250 kWh / 0.9 are in; out: three hours of 100 kW
    double const in_kwh = 250.0 / 0.9;
    double const stored_kwh = 500.0 - 300.0 / 0.9;
    auto const& b = study.summary.storages.at(0);
    EXPECT_EQ(b.name, "s");
    EXPECT_EQ(b.mode, grid::StorageMode::idling);
    EXPECT_NEAR(b.stored_wh, stored_kwh * 1e3, 1e-3);
    EXPECT_EQ(b.capacity_wh, 500e3);
    EXPECT_NEAR(b.produced_va.real(), 0.0, 1e-6);

    auto const json = nlohmann::json::parse(study_json(study, "a.dss", {}, "0"));
    EXPECT_EQ(json["storages"][0]["name"], "s");
    EXPECT_EQ(json["storages"][0]["mode"], "idling");
    EXPECT_NEAR(json["storages"][0]["stored_wh"], stored_kwh * 1e3, 1e-3);
    EXPECT_NEAR(json["power"]["generators"]["p_w"], 10e3, 1e-6);
    EXPECT_NEAR(json["power"]["pv_systems"]["p_w"], 20e3, 1e-6);
    EXPECT_NEAR(json["power"]["storages"]["p_w"], 0.0, 1e-6);
    auto const& energy = json["stages"].back()["energy"];
    EXPECT_NEAR(energy["generators"]["p_wh"], 240e3, 1e-3);
    EXPECT_NEAR(energy["pv_systems"]["p_wh"], 480e3, 1e-3);
    EXPECT_NEAR(energy["storages"]["p_wh"], (300.0 - in_kwh) * 1e3, 1e-3);
    EXPECT_NEAR(energy["storages_charged_wh"], in_kwh * 1e3, 1e-3);
    EXPECT_NEAR(energy["storages_discharged_wh"], 300e3, 1e-3);
    EXPECT_NEAR(json["stages"].back()["series"][3]["stored_wh"], 500e3, 1e-3);

    auto const page = summary_text(study, "a.dss", {});
    EXPECT_THAT(page, HasSubstr("166.7 kWh of 500.0 kWh stored, 1 idling"));
    EXPECT_THAT(page, HasSubstr("charged 277.8 kWh, discharged 300.0 kWh, idling took 0 kWh, "
                                "166.7 kWh stored at the end"));
    auto const csv = study_csv(study);
    EXPECT_THAT(csv, HasSubstr("controls_at_rest,storage_p_kw,stored_kwh\n"));
    EXPECT_THAT(csv, HasSubstr(",100.000000,388.888889\n")); // step 18
}

} // namespace
} // namespace gridtwin::study
