#include "models/grid/shapes.hpp"
#include "models/grid/time_step.hpp"
#include "tests/models/grid/two_bus.hpp"

namespace gridtwin::grid {
namespace {

LoadShape hourly(std::vector<double> p) {
    LoadShape s;
    s.name = "s";
    s.p_mult = std::move(p);
    return s;
}

TEST(LoadShape, PointKStandsAtTheEndOfKIntervalsAndRepeats) {
    LoadShape const s = hourly({0.1, 0.2, 0.3});
    for (auto const& [hour, value] : std::initializer_list<std::pair<double, double>>{
             {1, 0.1}, {2, 0.2}, {3, 0.3}, {4, 0.1}, {6, 0.3}, {0, 0.3}, {2.4, 0.2}, {2.6, 0.3}}) {
        EXPECT_EQ(shape_at(s, hour * 3600.0), Complex(value, value)) << hour;
    }
}

TEST(LoadShape, HalfWayBetweenTwoPointsTheEvenOneCounts) {
    LoadShape const s = hourly({0.1, 0.2, 0.3, 0.4});
    EXPECT_EQ(shape_at(s, 1.5 * 3600.0).real(), 0.2);
    EXPECT_EQ(shape_at(s, 2.5 * 3600.0).real(), 0.2);
    EXPECT_EQ(shape_at(s, 3.5 * 3600.0).real(), 0.4);
}

TEST(LoadShape, PointsAtHoursAreInterpolatedAndRepeatAfterTheLast) {
    LoadShape s = hourly({1.0, 3.0, 2.0});
    s.interval_s = 0.0;
    s.hours = {1.0, 2.0, 6.0};
    s.q_mult = {10.0, 30.0, 20.0};
    for (auto const& [hour, value] : std::initializer_list<std::pair<double, double>>{
             {1, 1}, {1.25, 1.5}, {2, 3}, {4, 2.5}, {6, 2}, {7, 1}, {0.5, 0}, {14, 3}}) {
        Complex const at = shape_at(s, hour * 3600.0);
        EXPECT_NEAR(at.real(), value, 1e-12) << hour;
        EXPECT_NEAR(at.imag(), 10.0 * value, 1e-11) << hour;
    }
}

TEST(GrowthShape, YearsAfterTheFirstMultiplyAndTheLastFactorGoesOn) {
    GrowthShape const g{"g", {2000, 2002}, {1.10, 1.05}};
    EXPECT_EQ(growth_at(g, 0), 1.0);
    EXPECT_EQ(growth_at(g, 2000), 1.0);
    EXPECT_NEAR(growth_at(g, 2001), 1.10, 1e-12);
    EXPECT_NEAR(growth_at(g, 2002), 1.10 * 1.10, 1e-12);
    EXPECT_NEAR(growth_at(g, 2004), 1.10 * 1.10 * 1.05 * 1.05, 1e-12);
}

TEST(GrowthShape, AFactorHoldsUntilThePointsYearIsReached) {
    GrowthShape const g{"g", {2000, 2003, 2010}, {1.10, 1.05, 0.9}};
    EXPECT_NEAR(growth_at(g, 2003), std::pow(1.10, 3), 1e-12);
    EXPECT_NEAR(growth_at(g, 2004), std::pow(1.10, 3) * 1.05, 1e-12);
    EXPECT_NEAR(growth_at(g, 2012), std::pow(1.10, 3) * std::pow(1.05, 7) * 0.81, 1e-12);
    EXPECT_EQ(growth_at(g, 1999), 1.0);
}

TEST(GrowthShape, IsWorkedOutAtOnceForAnyYears) {
    auto const begin = std::chrono::steady_clock::now();
    EXPECT_EQ(growth_at({"g", {-1e15}, {1.0}}, 1'000'000'000), 1.0);
    EXPECT_EQ(growth_at({"g", {0, 1e15}, {1.0, 2.0}}, 2'000'000'000), 1.0);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST(XyCurve, IsPiecewiseLinearAndGoesOnBeyondItsEnds) {
    XyCurve const c{"c", {0.0, 1.0, 3.0}, {1.0, 2.0, 0.0}};
    EXPECT_DOUBLE_EQ(curve_at(c, 0.5), 1.5);
    EXPECT_DOUBLE_EQ(curve_at(c, 2.0), 1.0);
    EXPECT_DOUBLE_EQ(curve_at(c, -1.0), 0.0);
    EXPECT_DOUBLE_EQ(curve_at(c, 4.0), -1.0);
}

class LoadAtAMoment : public ::testing::Test {
  protected:
    LoadAtAMoment() : circuit(test::two_bus(2400.0, {1.0, 1.0}, 10e3, 4e3)) {
        circuit.load_shapes = {hourly({0.5, 0.8}), hourly({0.3})};
        circuit.loads[0].shapes.daily = 0;
    }
    [[nodiscard]] Complex power(Moment const& m) const {
        return load_power(circuit, circuit.loads[0], m);
    }
    static void expect_near(Complex a, Complex b) { EXPECT_LT(std::abs(a - b), 1e-9) << a << b; }

    Circuit circuit;
    Moment daily{SolutionMode::daily, 3600.0, 0, 1.0, 1.0, 1.025};
};

TEST_F(LoadAtAMoment, SnapshotKnowsNoShape) {
    daily.mode = SolutionMode::snapshot;
    expect_near(power(daily), {10e3, 4e3});
}

TEST_F(LoadAtAMoment, YearlyAndDutyFallBackToTheDailyShape) {
    for (auto const mode : {SolutionMode::daily, SolutionMode::yearly, SolutionMode::dutycycle}) {
        daily.mode = mode;
        expect_near(power(daily), {5e3, 2e3});
    }
    circuit.loads[0].shapes.yearly = 1;
    daily.mode = SolutionMode::yearly;
    expect_near(power(daily), {3e3, 1.2e3});
}

TEST_F(LoadAtAMoment, MultipliersApplyByStatus) {
    circuit.solution.load_mult = 2.0; // held by p_w already
    daily.load_mult = 3.0;
    daily.year = 3;
    double const growth = 1.025 * 1.025;
    expect_near(power(daily), Complex(5e3, 2e3) * growth * 1.5);
    circuit.loads[0].status = LoadStatus::exempt;
    expect_near(power(daily), Complex(5e3, 2e3) * growth);
    circuit.loads[0].status = LoadStatus::fixed;
    expect_near(power(daily), Complex(10e3, 4e3) * growth);
}

TEST_F(LoadAtAMoment, ActualValuesOverrideEverythingElse) {
    circuit.load_shapes[0] = hourly({7e3, 8e3});
    circuit.load_shapes[0].use_actual = true;
    daily.load_mult = 3.0;
    expect_near(power(daily), {7e3, 0.0});
    circuit.loads[0].pf_stated = true;
    expect_near(power(daily), {7e3, 2.8e3});
    circuit.load_shapes[0].q_mult = {1e3, 2e3};
    expect_near(power(daily), {7e3, 1e3});
}

TEST_F(LoadAtAMoment, FixedReactivePowersFollowNothing) {
    daily.load_mult = 3.0;
    for (int const model : {6, 7}) {
        circuit.loads[0].model = model;
        expect_near(power(daily), {15e3, 4e3});
    }
}

TEST_F(LoadAtAMoment, TheFirstStepStandsOneStepAfterTheStart) {
    SolutionOptions o;
    o.mode = SolutionMode::daily;
    o.step_s = 60.0;
    o.start_s = 7200.0;
    EXPECT_EQ(moment_of(o, 1).t_s, 7260.0);
    EXPECT_EQ(moment_of(o, 10).t_s, 7800.0);
    EXPECT_EQ(moment_of(o, 10).step_s, 60.0);
    o.mode = SolutionMode::snapshot;
    EXPECT_EQ(moment_of(o, 1).step_s, 0.0);
}

} // namespace
} // namespace gridtwin::grid
