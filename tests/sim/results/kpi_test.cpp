#include "sim/results/kpi.hpp"
#include "sim/results/value_text.hpp"

#include <cmath>
#include <limits>

namespace gridtwin::results {
namespace {

using testing::HasSubstr;

TEST(KpiTable, PinsItsLayout) {
    std::vector<Kpi> const kpis{
        {"reads.success", "1", 0.912, "profile intervals at the head-end"},
        {"energy.served_wh", "Wh", 41.2e6, ""},
        {"reads.retries", "", 1234567, "by the head-end"},
        {"loose", "pu", 1.0, ""},
        {"latency.plc_p95_s", "s", std::nan(""), "nothing was delivered"},
    };
    EXPECT_EQ(kpi_table(kpis), "reads\n"
                               "  success         91.2 %    profile intervals at the head-end\n"
                               "  retries    1,234,567      by the head-end\n"
                               "energy\n"
                               "  served_wh       41.2 MWh\n"
                               "  loose              1 pu\n"
                               "latency\n"
                               "  plc_p95_s          - s    nothing was delivered\n");
}

TEST(KpiTable, IsNeverWiderThanAHundredColumnsAndLosesNothing) {
    std::string remark;
    for (int i = 0; i < 60; ++i) {
        remark += "Zähler" + std::to_string(i) + " ";
    }
    std::vector<Kpi> const kpis{
        {"group." + std::string(90, 'n'), "kWh per customer and year", 1.0 / 3.0, remark},
        {"group.short", "", 1.0, std::string(300, 'x')}};
    auto const table = kpi_table(kpis);
    std::size_t x = 0;
    for (std::size_t at = 0; at < table.size();) {
        auto const end = table.find('\n', at);
        ASSERT_NE(end, std::string::npos);
        EXPECT_LE(text_width(std::string_view(table).substr(at, end - at)), 100U);
        at = end + 1;
    }
    for (auto const c : table) {
        x += c == 'x' ? 1 : 0;
    }
    EXPECT_EQ(x, 300U);
    EXPECT_THAT(table, HasSubstr("Zähler59"));
}

TEST(KpiValue, IsShownInAUnitThatSuitsItsSize) {
    EXPECT_EQ(format_value(0.98, "1"), "98 %");
    EXPECT_EQ(format_value(0.0, "1"), "0 %");
    EXPECT_EQ(format_value(999.0, "Wh"), "999 Wh");
    EXPECT_EQ(format_value(-1.5e3, "W"), "-1.5 kW");
    EXPECT_EQ(format_value(2.5e9, "var"), "2.5 Gvar");
    EXPECT_EQ(format_value(0.0042, "s"), "4.2 ms");
    EXPECT_EQ(format_value(90.0, "s"), "90 s");
    EXPECT_EQ(format_value(86400.0, "s"), "24 h");
    EXPECT_EQ(format_value(-1234.0, ""), "-1,234");
    EXPECT_EQ(format_value(123.0, ""), "123");
    EXPECT_EQ(format_value(std::nan(""), "pu"), "- pu");
    EXPECT_EQ(format_value(std::nan(""), "1"), "- %");
}

struct Given {
    std::vector<Kpi> kpis{{"read_success", "1", 0.912, ""},
                          {"retries", "", 12, ""},
                          {"latency", "s", 12.5, ""},
                          {"interrupted", "min", 90, ""},
                          {"u_min", "pu", 0.95, ""},
                          {"nothing", "s", std::numeric_limits<double>::quiet_NaN(), ""}};
    Expectation expectation{.kpi = "read_success", .where = {"town.yaml", 41, 5}};

    [[nodiscard]] ExpectationResult check() const {
        return check_expectations({&expectation, 1}, kpis).at(0);
    }
};

TEST(Expectation, ThatFailsSaysWhereWhatAndWhy) {
    Given given;
    given.expectation.at_least = 0.98;
    given.expectation.unit = "1";
    given.expectation.because = "the AMI contract says so";
    EXPECT_FALSE(given.check().pass);
    EXPECT_EQ(given.check().message,
              "expectation failed at town.yaml:41:5: read_success is 91.2 %, at least 98 % was "
              "expected (because the AMI contract says so)");
}

TEST(Expectation, ThatIsMetSaysSo) {
    Given given;
    given.expectation.at_least = 0.9;
    given.expectation.at_most = 0.912; // bounds are inclusive
    EXPECT_TRUE(given.check().pass);
    EXPECT_EQ(given.check().message,
              "expectation met at town.yaml:41:5: read_success is 91.2 %, at "
              "least 90 % and at most 91.2 % was expected");
}

TEST(Expectation, HoldsEachOfItsBounds) {
    Given given;
    given.expectation.kpi = "retries";
    given.expectation.at_most = 11;
    EXPECT_EQ(given.check().message,
              "expectation failed at town.yaml:41:5: retries is 12, at most 11 was expected");
    given.expectation.at_most = 20;
    given.expectation.equals = 13;
    EXPECT_EQ(given.check().message,
              "expectation failed at town.yaml:41:5: retries is 12, exactly 13 was expected");
    given.expectation.equals = 12;
    EXPECT_TRUE(given.check().pass);
    given.expectation.at_least = 12.5;
    EXPECT_FALSE(given.check().pass);
}

TEST(Expectation, ConvertsUnits) {
    Given given;
    given.expectation.unit = "%";
    given.expectation.at_least = 91.0;
    EXPECT_TRUE(given.check().pass);
    given.expectation.at_least = 92.0;
    EXPECT_FALSE(given.check().pass);

    given.expectation = {
        .kpi = "interrupted", .at_most = 5400.0, .where = {"a", 1, 1}, .unit = "s"};
    EXPECT_TRUE(given.check().pass);
    given.expectation.at_most = 5399.0;
    EXPECT_FALSE(given.check().pass);
    given.expectation.unit = "h";
    given.expectation.at_most = 1.5;
    EXPECT_TRUE(given.check().pass);

    given.expectation = {.kpi = "retries", .at_most = 12.0, .where = {"a", 1, 1}, .unit = "1"};
    EXPECT_TRUE(given.check().pass); // a plain number
}

TEST(Expectation, WithAnotherDimensionFails) {
    Given given;
    given.expectation = {.kpi = "latency", .at_most = 5.0, .where = {"a.yaml", 2, 3}, .unit = "Wh"};
    EXPECT_FALSE(given.check().pass);
    EXPECT_EQ(given.check().message,
              "expectation failed at a.yaml:2:3: latency is in 's', the bound is in 'Wh'");
    given.expectation = {.kpi = "u_min", .at_least = 0.5, .where = {"a.yaml", 2, 3}, .unit = "V"};
    EXPECT_FALSE(given.check().pass);
}

TEST(Expectation, OfAnUnknownKpiFailsWithTheNearestName) {
    Given given;
    given.expectation.kpi = "read_succes";
    given.expectation.at_least = 0.0;
    EXPECT_FALSE(given.check().pass);
    EXPECT_EQ(given.check().message, "expectation failed at town.yaml:41:5: there is no KPI "
                                     "'read_succes'; did you mean 'read_success'?");
}

TEST(Expectation, OfWhatCouldNotBeDeterminedFails) {
    Given given;
    given.expectation.kpi = "nothing";
    given.expectation.at_most = 1e9;
    EXPECT_FALSE(given.check().pass);
    EXPECT_EQ(given.check().message, "expectation failed at town.yaml:41:5: nothing could not be "
                                     "determined, at most 277778 h was expected");
}

TEST(Expectation, WithoutABoundFails) {
    EXPECT_FALSE(Given{}.check().pass);
    EXPECT_THAT(Given{}.check().message, HasSubstr("nothing is expected of read_success"));
}

TEST(Expectation, ShowsEnoughDigitsToTellValueAndBoundApart) {
    Given given;
    given.kpis[0].value = 0.97999999;
    given.expectation.at_least = 0.98;
    EXPECT_THAT(given.check().message,
                HasSubstr("read_success is 97.999999 %, at least 98 % was expected"));
}

TEST(Expectation, EachHasItsResultInOrder) {
    Given const given;
    std::vector<Expectation> const all{{.kpi = "retries", .at_most = 1.0},
                                       {.kpi = "retries", .at_least = 1.0}};
    auto const results = check_expectations(all, given.kpis);
    ASSERT_EQ(results.size(), 2U);
    EXPECT_FALSE(results[0].pass);
    EXPECT_TRUE(results[1].pass);
}

} // namespace
} // namespace gridtwin::results
