#include "models/grid/protection/elements.hpp"
#include "tests/models/grid/protection/lateral.hpp"

#include <numbers>

namespace gridtwin::grid::protection {
namespace {

using test::at_s;
using test::bare_feeder;
using test::kPhase_v;
using test::times_s;

Complex at_deg(double magnitude, double deg) {
    return std::polar(magnitude, deg * std::numbers::pi / 180.0);
}

Seen balanced(double v_v, double i_a, double lag_deg) {
    Seen s;
    s.node = {1, 2, 3};
    for (int k = 0; k < 3; ++k) {
        s.v_v.push_back(at_deg(v_v, 10.0 - 120.0 * k));
        s.i_a.push_back(at_deg(i_a, 10.0 - 120.0 * k - lag_deg));
    }
    return s;
}

TEST(DirectionalElement, IsForwardWithinARightAngleOfItsCharacteristic) {
    // characteristic 45 degrees lagging: forward from 45 leading to 135 lagging
    for (double lag_deg = -179.5; lag_deg < 180.0; lag_deg += 1.0) {
        Direction const expected =
            lag_deg > -45.0 && lag_deg < 135.0 ? Direction::forward : Direction::reverse;
        EXPECT_EQ(direction_of(at_deg(100.0, 77.0), at_deg(5.0, 77.0 - lag_deg), 45.0, 1.0),
                  expected)
            << lag_deg;
    }
}

TEST(DirectionalElement, TellsTheFourQuadrantsOfAnInductiveFault) {
    // current into the line lags by 60: forward; the same reversed: reverse; 60 leading and its
    // opposite lie beyond the borders at -45 and 135
    EXPECT_EQ(phase_direction(balanced(100, 5, 60), 0, 45, 1), Direction::forward);
    EXPECT_EQ(phase_direction(balanced(100, 5, 240), 0, 45, 1), Direction::reverse);
    EXPECT_EQ(phase_direction(balanced(100, 5, -60), 0, 45, 1), Direction::reverse);
    EXPECT_EQ(phase_direction(balanced(100, 5, 120), 0, 45, 1), Direction::forward);
}

TEST(DirectionalElement, HasNoDirectionOnItsBorderOrWithoutVoltageOrCurrent) {
    EXPECT_EQ(direction_of(at_deg(100, 0), at_deg(5, 45), 45, 1), Direction::none);
    EXPECT_EQ(direction_of(at_deg(100, 0), at_deg(5, -135), 45, 1), Direction::none);
    EXPECT_EQ(direction_of(at_deg(0.5, 0), at_deg(5, -45), 45, 1), Direction::none);
    EXPECT_EQ(direction_of(at_deg(100, 0), Complex{}, 45, 1), Direction::none);
    EXPECT_EQ(direction_of(Complex{}, at_deg(5, -45), 45, 0), Direction::none);
}

TEST(SequenceComponents, DoNotDependOnTheOrderOfTheConductors) {
    Seen const s = balanced(100, 5, 30);
    std::vector<int> const node{3, 1, 2};
    std::vector<Complex> const v{s.v_v[2], s.v_v[0], s.v_v[1]};
    EXPECT_NEAR(std::abs(positive_sequence(node, v) - s.v_v[0]), 0.0, 1e-12);
    // a negative-sequence set has none of it
    std::vector<Complex> const n{s.v_v[0], s.v_v[2], s.v_v[1]};
    EXPECT_NEAR(std::abs(positive_sequence(std::vector<int>{1, 2, 3}, n)), 0.0, 1e-12);
}

/// Two sources, one line between them: faults before and behind the relay at the line's start.
Circuit reverse_fed(bool directional_bus_is_healthy) {
    Circuit c = bare_feeder();
    c.lines[0].z_ohm = test::diagonal({1.0, 4.0});
    Vsource second = c.sources[0];
    second.name = "second";
    second.bus1.bus = "l";
    second.bus2.bus = "l";
    c.sources.push_back(second);
    c.faults.clear();
    c.faults.push_back(test::fault_at("ahead", "m", {1, 2, 3}));
    c.faults.push_back(test::fault_at("behind", "a", {1, 2, 3}));
    c.faults.push_back(test::fault_at("earth_ahead", "m", {2}));
    c.faults.push_back(test::fault_at("earth_behind", "a", {2}));
    for (Fault& f : c.faults) { // some resistance, so that a voltage is left to measure
        for (double& g_s : f.g_s) {
            g_s *= directional_bus_is_healthy ? 2e-8 : 1.0; // 5 ohm
        }
    }
    Relay r;
    r.name = "r";
    r.point = {{ElementKind::line, 0}, 0, 0};
    r.phase = {test::curve_row(c, "iec_std_inv"), 150.0, 0.1, 0.0};
    r.ground = {test::curve_row(c, "iec_std_inv"), 100.0, 0.1, 0.0};
    r.shots = 1;
    c.relays.push_back(r);
    return c;
}

/// Whether the relay trips for the fault, with these directional settings.
bool trips(Circuit const& c, std::size_t fault, Directional const& directional,
           std::string_view cause = "") {
    FeederSolver solver(c);
    Devices devices = make_devices(solver.circuit());
    devices.switches[0].settings.directional = directional;
    ProtectionRun run;
    run.until = at_s(20.0);
    run.faults = {{at_s(1.0), fault, true}};
    for (LogEntry const& e : simulate_protection(solver, devices, run)) {
        if (e.what == "trips") {
            return cause.empty() || e.detail == cause;
        }
    }
    return false;
}

TEST(DirectionalRelay, TripsForTheFaultAheadAndNotForTheOneFedThroughItFromBehind) {
    Circuit const c = reverse_fed(true);
    Directional const off{};
    Directional const forward{true, 45.0, false, 70.0};
    Directional const reverse{true, 45.0, true, 70.0};
    EXPECT_TRUE(trips(c, 0, off));
    EXPECT_TRUE(trips(c, 1, off)); // what makes the element necessary
    EXPECT_TRUE(trips(c, 0, forward));
    EXPECT_FALSE(trips(c, 1, forward));
    EXPECT_FALSE(trips(c, 0, reverse));
    EXPECT_TRUE(trips(c, 1, reverse));
}

TEST(DirectionalRelay, FindsTheDirectionOfAnEarthFaultByResidualQuantities) {
    Circuit c = reverse_fed(true);
    c.relays[0].phase.pickup_a = 5000.0;
    Directional const forward{true, 45.0, false, 70.0};
    EXPECT_TRUE(trips(c, 2, forward, "ground"));
    EXPECT_FALSE(trips(c, 3, forward));
    EXPECT_TRUE(trips(c, 3, Directional{}, "ground"));
}

TEST(DirectionalRelay, WithoutVoltageHasNoDirectionAndDoesNotTrip) {
    Circuit const c = reverse_fed(false);
    EXPECT_TRUE(trips(c, 1, Directional{}));
    EXPECT_FALSE(trips(c, 1, Directional{true, 45.0, false, 70.0}));
    EXPECT_FALSE(trips(c, 1, Directional{true, 45.0, true, 70.0}));
}

TEST(DirectionalZones, DivideThePlaneAsDrawn) {
    DirectionalZones z;
    z.low_a = 10.0;
    EXPECT_EQ(zone_of(z, {-9.9, 5.0}), Zone::none);
    EXPECT_EQ(zone_of(z, {-10.0, 5.0}), Zone::outer);
    EXPECT_EQ(zone_of(z, {50.0, 0.0}), Zone::none);
    z.circle_a = 40.0;
    EXPECT_EQ(zone_of(z, {-20.0, 0.0}), Zone::inner);
    EXPECT_EQ(zone_of(z, {-20.0, 40.0}), Zone::outer);
    z.high_a = 30.0;
    EXPECT_EQ(zone_of(z, {-30.0, 0.0}), Zone::inner);
    EXPECT_EQ(zone_of(z, {-30.1, 0.0}), Zone::outer);
    z.tilt_high_deg = 45.0; // crosses the upright low line, which is then the border
    EXPECT_EQ(zone_of(z, {-5.0, -80.0}), Zone::none);
    z.tilt_high_deg = 90.0;
    z.tilt_low_deg = 45.0; // below the line im = re + 10
    EXPECT_EQ(zone_of(z, {0.0, 9.9}), Zone::inner);
    EXPECT_EQ(zone_of(z, {0.0, 10.1}), Zone::none);
    EXPECT_EQ(zone_of(z, {-31.0, 0.0}), Zone::outer); // above the low line, beyond the high one
}

TEST(ReversePowerRelay, TripsAfterItsDelayAndLocksOut) {
    Circuit c = bare_feeder();
    Generator g;
    g.name = "g";
    g.bus = {"m", {1, 2, 3, 0}};
    g.v_v = kPhase_v * std::sqrt(3.0);
    g.p_w = 500e3;
    c.generators.push_back(g);
    Relay r;
    r.name = "r";
    r.point = {{ElementKind::line, 0}, 0, 0};
    r.type = RelayType::reverse_power;
    r.delay_s = 0.1;
    r.breaker_s = 0.05;
    r.reverse_w = 400e3;
    c.relays.push_back(r);
    FeederSolver solver(c);
    Devices devices = make_devices(solver.circuit());
    ProtectionRun run;
    run.until = at_s(30.0);
    auto const log = simulate_protection(solver, devices, run);
    EXPECT_EQ(test::story(log), (std::vector<std::string>{"relay.r trips", "relay.r locks out"}));
    EXPECT_DOUBLE_EQ(times_s(log, "relay.r", "locks out").at(0), 0.15);

    c.relays[0].reverse_w = 600e3; // more than there is
    FeederSolver other(c);
    devices = make_devices(other.circuit());
    EXPECT_TRUE(simulate_protection(other, devices, run).empty());
}

TEST(DirectionalZones, BlockForwardPowerUnlessToldOtherwise) {
    SwitchSettings s;
    s.type = RelayType::directional;
    s.zones.low_a = 100.0;
    s.definite_s = 0.2;
    Seen mixed = balanced(100, 50, 0);
    mixed.i_a[1] = -5.0 * mixed.i_a[1]; // phase 2 runs backwards with 250 A
    s.zones.block_forward = false;
    auto const free = elements_of(s, {}, 0, mixed);
    EXPECT_EQ(free[0].operate_s, kNoOperation_s);
    EXPECT_EQ(free[1].operate_s, 0.2);
    s.zones.block_forward = true;
    EXPECT_TRUE(elements_of(s, {}, 0, mixed)[1].picked_up()); // net power is backwards
    mixed.i_a[0] *= 5.0;
    mixed.i_a[2] *= 5.0; // and now forwards
    s.zones.block_forward = false;
    EXPECT_TRUE(elements_of(s, {}, 0, mixed)[1].picked_up());
    s.zones.block_forward = true;
    EXPECT_FALSE(elements_of(s, {}, 0, mixed)[1].picked_up());
}

} // namespace
} // namespace gridtwin::grid::protection
