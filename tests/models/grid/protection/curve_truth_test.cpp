// Curves against published tables, standards and hand calculation.
#include "models/grid/protection/curve.hpp"
#include "models/grid/protection/standard_curves.hpp"

#include <array>
#include <cmath>

namespace gridtwin::grid::protection {
namespace {

TccCurve const& curve(std::string_view name) {
    TccCurve const* const found = standard_curve(name);
    if (found == nullptr) {
        throw std::out_of_range(std::string(name));
    }
    return *found;
}

TEST(InverseTime, IecRelaysAtTwicePickupTakeTheTimesThatEveryTextbookPrints) {
    EXPECT_NEAR(operating_time_s(curve("iec_std_inv"), 2.0), 10.03, 0.005);
    EXPECT_NEAR(operating_time_s(curve("iec_very_inv"), 2.0), 13.5, 1e-12);
    EXPECT_NEAR(operating_time_s(curve("iec_ext_inv"), 2.0), 26.7, 0.05);
}

/// IEEE C37.112 trip times at multiplier 1 as a relay manual prints them (GE L90, table 5-29).
TEST(InverseTime, IeeeCurvesAgreeWithAPublishedTable) {
    std::array<double, 10> const multiple{1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0};
    struct Row {
        char const* name;
        std::array<double, 10> time_s;
    };
    Row const rows[] = {
        {"ieee_ext_inv", {22.682, 9.522, 3.647, 2.002, 1.297, 0.927, 0.709, 0.569, 0.474, 0.407}},
        {"ieee_very_inv", {16.179, 7.028, 2.942, 1.798, 1.308, 1.051, 0.900, 0.802, 0.736, 0.689}},
        {"ieee_mod_inv", {6.439, 3.803, 2.432, 1.946, 1.688, 1.526, 1.412, 1.327, 1.260, 1.207}}};
    for (Row const& row : rows) {
        for (std::size_t k = 0; k < multiple.size(); ++k) {
            EXPECT_NEAR(operating_time_s(curve(row.name), multiple[k]), row.time_s[k], 0.0006)
                << row.name << " at " << multiple[k];
        }
    }
}

/// IEC curve A at multiplier 0.10 as a relay manual prints it (GE C70, table 5-27).
TEST(InverseTime, IecCurveAAgreesWithAPublishedTable) {
    std::array<double, 10> const multiple{1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0};
    std::array<double, 10> const tenth_s{1.719, 1.003, 0.630, 0.498, 0.428,
                                         0.384, 0.353, 0.330, 0.312, 0.297};
    for (std::size_t k = 0; k < multiple.size(); ++k) {
        EXPECT_NEAR(0.1 * operating_time_s(curve("iec_std_inv"), multiple[k]), tenth_s[k], 0.0006);
    }
}

TEST(InverseTime, TheReferencesInverseTablesAreSamplesOfTheIeeeFormulas) {
    std::pair<char const*, char const*> const pairs[] = {
        {"mod_inv", "ieee_mod_inv"}, {"very_inv", "ieee_very_inv"}, {"ext_inv", "ieee_ext_inv"}};
    for (auto const& [table, formula] : pairs) {
        TccCurve const& points = curve(table);
        for (std::size_t k = 0; k < points.multiple.size(); ++k) {
            double const time_s = operating_time_s(curve(formula), points.multiple[k]);
            EXPECT_NEAR(points.time_s[k], time_s, 0.00015) << table << " at " << points.multiple[k];
        }
    }
}

TEST(InverseTime, NothingHappensAtPickupAndTheTimeGrowsWithoutBoundsTowardsIt) {
    for (TccCurve const& c : standard_curves()) {
        if (c.a_s > 0.0) {
            EXPECT_EQ(operating_time_s(c, 1.0), kNoOperation_s) << c.name;
            EXPECT_EQ(operating_time_s(c, 0.0), kNoOperation_s) << c.name;
            EXPECT_GT(operating_time_s(c, 1.0 + 1e-9), 1e5) << c.name;
        }
    }
}

TEST(TimeCurrentTable, InterpolatesOnLogarithmsAsByHand) {
    // half way between 4.5 and 8 on a logarithmic axis lies 6
    EXPECT_NEAR(operating_time_s(curve("d"), 6.0), std::sqrt(0.2 * 0.06), 1e-15);
    EXPECT_NEAR(operating_time_s(curve("a"), 6.0), std::sqrt(0.05 * 0.045), 1e-15);
    // 300 s at 2.0 and 100 s at 2.1: a third of the way in log M, 3^(-1/3) of the time
    double const third = 2.0 * std::pow(1.05, 1.0 / 3.0);
    EXPECT_NEAR(operating_time_s(curve("tlink"), third), 300.0 * std::pow(3.0, -1.0 / 3.0), 1e-9);
    // and a straight line on paper: t = 20 (M/2.2)^p through (2.2, 20) and (3, 4)
    double const p = std::log(4.0 / 20.0) / std::log(3.0 / 2.2);
    EXPECT_NEAR(operating_time_s(curve("klink"), 2.5), 20.0 * std::pow(2.5 / 2.2, p), 1e-12);
}

TEST(TimeCurrentTable, HitsItsPointsStopsBelowTheFirstAndStaysAtTheLast) {
    for (TccCurve const& c : standard_curves()) {
        for (std::size_t k = 0; k < c.multiple.size(); ++k) {
            EXPECT_EQ(operating_time_s(c, c.multiple[k]), c.time_s[k]) << c.name;
        }
        if (!c.multiple.empty()) {
            EXPECT_EQ(operating_time_s(c, std::nextafter(c.multiple.front(), 0.0)), kNoOperation_s);
            EXPECT_EQ(operating_time_s(c, 1000.0 * c.multiple.back()), c.time_s.back());
        }
    }
}

TEST(DiskReset, FollowsTheStandard) {
    // C37.112: tr / (1 - M^2), tr of the very inverse relay 21.6 s
    EXPECT_NEAR(disk_reset_time_s(curve("ieee_very_inv"), 0.0), 21.6, 1e-12);
    EXPECT_NEAR(disk_reset_time_s(curve("ieee_very_inv"), 0.5), 28.8, 1e-12);
    EXPECT_EQ(disk_reset_time_s(curve("ieee_very_inv"), 1.0), kNoOperation_s);
    EXPECT_EQ(disk_reset_time_s(curve("tlink"), 0.0), 0.0);
}

TEST(StandardCurves, AreSoundAndNamedOnce) {
    for (TccCurve const& c : standard_curves()) {
        EXPECT_EQ(curve_problem(c), "") << c.name;
        EXPECT_EQ(standard_curve(c.name), &c);
    }
    EXPECT_EQ(standard_curve("uv1"), nullptr);
}

TEST(CurveProblem, NamesWhatIsWrong) {
    TccCurve c;
    EXPECT_EQ(curve_problem(c), "0 multiples and 0 times");
    c.multiple = {1.0, 3.0, 2.0};
    c.time_s = {3.0, 2.0, 1.0};
    EXPECT_EQ(curve_problem(c), "multiple 2 after 3");
    c.multiple = {1.0, 2.0, 3.0};
    c.time_s = {3.0, 0.0, 1.0};
    EXPECT_EQ(curve_problem(c), "a time of 0 s");
    c.a_s = 1.0;
    EXPECT_EQ(curve_problem(c), "a formula that gives no times");
}

} // namespace
} // namespace gridtwin::grid::protection
