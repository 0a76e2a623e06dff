// The larger reference feeders: read without a mistake, to the known numbers of elements, and with
// the reference's voltage base and position of every bus.
#include "tests/models/grid/dss/reference_files.hpp"

#include <cmath>

namespace gridtwin::grid {
namespace {

using test::read_feeder;
using test::reference;

/// Every bus of the reference's list has its base and place.
void expect_buses(Circuit const& circuit, std::string const& file) {
    auto const buses = test::reference_buses(file);
    for (auto const& bus : buses) {
        auto const found = circuit.buses.find(bus.name);
        ASSERT_NE(found, circuit.buses.end()) << bus.name;
        auto const& info = found->second;
        EXPECT_NEAR(info.v_ln_v, bus.v_ln_v, 0.01) << bus.name;
        ASSERT_EQ(info.has_position, bus.x && bus.y) << bus.name;
        if (info.has_position) {
            EXPECT_NEAR(info.x, *bus.x, 1e-6 * std::abs(*bus.x)) << bus.name;
            EXPECT_NEAR(info.y, *bus.y, 1e-6 * std::abs(*bus.y)) << bus.name;
        }
    }
    EXPECT_EQ(buses.size(), circuit.buses.size());
}

TEST(EuropeanLv, ReadsShapesLoadsAndMeter) {
    auto const file = reference("eulv/Master.dss");
    SKIP_WITHOUT(file);
    auto const c = read_feeder(file);
    EXPECT_EQ(c.f_hz, 50.0);
    EXPECT_EQ(c.buses.size(), 907U);
    EXPECT_EQ(c.lines.size(), 905U);
    EXPECT_EQ(c.transformers.size(), 1U);
    ASSERT_EQ(c.loads.size(), 55U);
    ASSERT_EQ(c.load_shapes.size(), 55U);
    for (auto const& shape : c.load_shapes) {
        EXPECT_EQ(shape.p_mult.size(), 1440U) << shape.name;
        EXPECT_DOUBLE_EQ(shape.interval_s, 60.0) << shape.name;
        EXPECT_FALSE(shape.use_actual) << "the batch edit of the script";
    }
    EXPECT_EQ(c.loads[0].name, "load1");
    EXPECT_EQ(c.loads[0].shapes.yearly, 0) << "Shape_1";
    EXPECT_EQ(c.loads[0].p_w, 1000.0);
    ASSERT_EQ(c.recorders.size(), 1U);
    EXPECT_EQ(c.recorders[0].element, (ElementRef{ElementKind::line, 0}));
    ASSERT_EQ(c.solves.size(), 1U);
    EXPECT_EQ(c.solves[0].options.mode, SolutionMode::snapshot);
    expect_buses(c, "eulv/buses.csv");
}

TEST(EuropeanLv, ConstantPowerCaseWidensTheLimitsOfAllLoads) {
    auto const file = reference("eulv/case_const_pq.dss");
    SKIP_WITHOUT(file);
    auto const c = read_feeder(file);
    ASSERT_EQ(c.loads.size(), 55U);
    for (auto const& load : c.loads) {
        EXPECT_EQ(load.vmin_pu, 0.7) << load.name;
        EXPECT_EQ(load.vmax_pu, 1.3) << load.name;
    }
}

TEST(Ieee8500, ReadsTheKnownNumberOfElements) {
    auto const file = reference("ieee8500/Master.dss");
    SKIP_WITHOUT(file);
    auto const c = read_feeder(file);
    EXPECT_EQ(c.buses.size(), 4876U);
    EXPECT_EQ(c.lines.size(), 3703U - 5U) << "five are disabled";
    EXPECT_EQ(c.transformers.size(), 1190U);
    EXPECT_EQ(c.loads.size(), 1177U);
    EXPECT_EQ(c.capacitors.size(), 10U);
    EXPECT_EQ(c.regulators.size(), 12U);
    EXPECT_EQ(c.capacitor_controls.size(), 9U);
    ASSERT_EQ(c.reactors.size(), 1U) << "the substation hangs on it";
    expect_buses(c, "ieee8500/buses.csv");
}

TEST(Ieee8500, ReadsTheUnbalancedCase) {
    auto const file = reference("ieee8500/Master-unbal.dss");
    SKIP_WITHOUT(file);
    EXPECT_EQ(read_feeder(file).loads.size(), 2354U);
}

} // namespace
} // namespace gridtwin::grid
