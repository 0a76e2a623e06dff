// Which concentrators share a medium.
#include "sim/scenario/areas.hpp"

#include <algorithm>
#include <filesystem>

namespace gridtwin::scenario {
namespace {

struct Town {
    Scenario scenario;
    World world;
};

Town town(double crossing_db, std::uint32_t copies) {
    Diagnostics diagnostics;
    auto scenario = read_scenario(
        std::filesystem::path(GRIDTWIN_SOURCE_DIR) / "scenarios/first-light.yaml", diagnostics);
    scenario.grid.copies = copies;
    scenario.access.plc.channel.transformer_crossing_db = crossing_db;
    auto world = build_world(scenario, diagnostics);
    EXPECT_TRUE(diagnostics.ok()) << diagnostics.text();
    return {std::move(scenario), std::move(world)};
}

/// Every concentrator, network and meter is in one area, and finds itself there.
void expect_partition(World const& world) {
    std::size_t concentrators = 0;
    std::size_t networks = 0;
    std::size_t meters = 0;
    for (auto const& area : world.areas) {
        concentrators += area.concentrators.size();
        networks += area.networks.size();
        meters += area.meters.size();
        EXPECT_TRUE(std::is_sorted(area.meters.begin(), area.meters.end()));
        ASSERT_EQ(area.busbars.size(), area.concentrators.size());
        for (std::size_t place = 0; place < area.concentrators.size(); ++place) {
            auto const& row = world.concentrators[index(area.concentrators[place])];
            EXPECT_EQ(&world.areas[index(row.area)], &area);
            EXPECT_EQ(row.place, place);
            EXPECT_EQ(area.networks[area.busbars[place]], row.networks.front());
            for (auto const meter : row.meters) {
                EXPECT_TRUE(std::binary_search(area.meters.begin(), area.meters.end(), meter));
            }
        }
    }
    EXPECT_EQ(concentrators, world.concentrators.size());
    std::size_t read = 0;
    for (auto const& row : world.concentrators) {
        networks -= row.networks.size();
        read += row.meters.size();
    }
    EXPECT_EQ(networks, 0U);
    EXPECT_EQ(meters, read);
}

TEST(Areas, AreConcentratorsThatHearEachOtherOverTwoTransformers) {
    // CE-Nero injects 120 dBuV and hears 32.04: 87.96 dB between
    EXPECT_NEAR(crossing_margin_db(town(40.0, 1).scenario.access.plc), 7.96, 0.01);
    EXPECT_EQ(town(43.9, 1).world.areas.size(), 1U);
    EXPECT_EQ(town(44.0, 1).world.areas.size(), 4U);
}

TEST(Areas, NeverReachBeyondAFeeder) {
    auto const near = town(40.0, 3).world;
    EXPECT_EQ(near.areas.size(), 3U);
    expect_partition(near);
    auto const apart = town(45.0, 3).world;
    EXPECT_EQ(apart.areas.size(), 12U);
    expect_partition(apart);
}

} // namespace
} // namespace gridtwin::scenario
