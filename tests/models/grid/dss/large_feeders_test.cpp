// The larger reference feeders: read without a mistake, to the known numbers of elements, and with
// the reference's voltage base and position of every bus.
#include "models/grid/dss/reader.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace gridtwin::grid {
namespace {

std::filesystem::path reference(std::string const& file) {
    return std::filesystem::path(GRIDTWIN_REFERENCE_FEEDERS) / file;
}

#define SKIP_WITHOUT(file)                                                                         \
    if (!std::filesystem::exists(file)) {                                                          \
        GTEST_SKIP() << "NO REFERENCE FEEDERS: " << (file).string()                                \
                     << " is absent; set GRIDTWIN_REFERENCE_FEEDERS";                              \
    }

Circuit read(std::filesystem::path const& file, std::vector<std::string> ignore = {}) {
    Diagnostics diagnostics;
    DssReadOptions options;
    options.allow_ignored = std::move(ignore);
    auto circuit = read_dss(file, diagnostics, options);
    EXPECT_EQ(diagnostics.text(), "");
    return circuit;
}

/// Every bus of the reference's list has its base and place.
void expect_buses(Circuit const& circuit, std::filesystem::path const& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    ASSERT_EQ(line, "bus,kvbase_ln,x,y");
    std::size_t buses = 0;
    while (std::getline(in, line)) {
        std::istringstream row(line);
        std::string name;
        std::string kv;
        std::string x;
        std::string y;
        std::getline(row, name, ',');
        std::getline(row, kv, ',');
        std::getline(row, x, ',');
        std::getline(row, y, ',');
        auto const bus = circuit.buses.find(name);
        ASSERT_NE(bus, circuit.buses.end()) << name;
        EXPECT_NEAR(bus->second.v_ln_v, std::stod(kv) * 1e3, 0.01) << name;
        if (bus->second.has_position) {
            EXPECT_NEAR(bus->second.x, std::stod(x), 1e-6 * std::abs(bus->second.x)) << name;
            EXPECT_NEAR(bus->second.y, std::stod(y), 1e-6 * std::abs(bus->second.y)) << name;
        }
        ++buses;
    }
    EXPECT_EQ(buses, circuit.buses.size());
}

TEST(EuropeanLv, ReadsShapesLoadsAndMeter) {
    auto const file = reference("eulv/Master.dss");
    SKIP_WITHOUT(file);
    auto const c = read(file);
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
    expect_buses(c, reference("eulv/buses.csv"));
}

TEST(EuropeanLv, ConstantPowerCaseWidensTheLimitsOfAllLoads) {
    auto const file = reference("eulv/case_const_pq.dss");
    SKIP_WITHOUT(file);
    auto const c = read(file);
    ASSERT_EQ(c.loads.size(), 55U);
    for (auto const& load : c.loads) {
        EXPECT_EQ(load.vmin_pu, 0.7) << load.name;
        EXPECT_EQ(load.vmax_pu, 1.3) << load.name;
    }
}

TEST(Ieee8500, ReadsTheKnownNumberOfElements) {
    auto const file = reference("ieee8500/Master.dss");
    SKIP_WITHOUT(file);
    auto const c = read(file, {"CapControl", "Reactor"});
    EXPECT_EQ(c.buses.size(), 4876U);
    EXPECT_EQ(c.lines.size(), 3703U - 5U) << "five are disabled";
    EXPECT_EQ(c.transformers.size(), 1190U);
    EXPECT_EQ(c.loads.size(), 1177U);
    EXPECT_EQ(c.capacitors.size(), 10U);
    EXPECT_EQ(c.regulators.size(), 12U);
    if (!c.reactors.empty()) { // the substation hangs on one
        expect_buses(c, reference("ieee8500/buses.csv"));
    }
}

TEST(Ieee8500, ReadsTheUnbalancedCase) {
    auto const file = reference("ieee8500/Master-unbal.dss");
    SKIP_WITHOUT(file);
    EXPECT_EQ(read(file, {"CapControl", "Reactor"}).loads.size(), 2354U);
}

} // namespace
} // namespace gridtwin::grid
