#include "sim/scenario/world.hpp"

#include <filesystem>
#include <numeric>

namespace gridtwin::scenario {
namespace {

struct Built {
    Scenario scenario;
    World world;
};

Built build(std::uint32_t copies = 1, std::uint64_t seed = 42) {
    Diagnostics diagnostics;
    Built built;
    built.scenario = read_scenario(
        std::filesystem::path(GRIDTWIN_SOURCE_DIR) / "scenarios/first-light.yaml", diagnostics);
    built.scenario.grid.copies = copies;
    built.scenario.seed.value = seed;
    built.world = build_world(built.scenario, diagnostics);
    EXPECT_EQ(diagnostics.text(), "");
    return built;
}

TEST(WorldTest, LaysOutTheTownOfFirstLight) {
    auto const [scenario, world] = build();
    std::size_t plc = 0;
    std::size_t sms_homes = 0;
    std::size_t bulk = 0;
    for (std::size_t m = 0; m < world.meters.size(); ++m) {
        plc += world.meters.way[m].has(Channel::plc) ? 1U : 0U;
        bulk += world.meters.kind[m] == MeterKind::bulk ? 1U : 0U;
        sms_homes +=
            world.meters.kind[m] == MeterKind::household && world.meters.way[m].has(Channel::sms)
                ? 1U
                : 0U;
    }
    EXPECT_EQ(plc, 240U);
    EXPECT_EQ(sms_homes, 20U);
    EXPECT_EQ(bulk, world.circuit.loads.size());
    EXPECT_EQ(world.concentrators.size(), 4U);
}

TEST(WorldTest, CustomersTakeTheirPeakOutOfThePublishedLoad) {
    auto const [scenario, world] = build();
    double published_w = 0.0;
    for (auto const& load : world.circuit.loads) {
        published_w += load.p_w;
    }
    double const bulk_w = std::accumulate(world.bulk_p_w.begin(), world.bulk_p_w.end(), 0.0);
    EXPECT_NEAR(bulk_w, published_w - 240 * 2000.0, 1e-6);
    for (double p : world.bulk_p_w) {
        EXPECT_GE(p, 0.0);
    }
}

TEST(WorldTest, EveryMeterIsConnectedOnceAndToAPhaseOfItsNetwork) {
    auto const [scenario, world] = build(3);
    std::vector<int> seen(world.meters.size(), 0);
    for (auto const& lv : world.lv) {
        for (auto const& service : lv.services) {
            ++seen[index(service.meter)];
            EXPECT_TRUE((lv.network.phases >> service.phase & 1) == 1);
            EXPECT_LT(service.node, lv.network.size());
        }
    }
    for (std::size_t m = 0; m < seen.size(); ++m) {
        EXPECT_EQ(seen[m], world.meters.kind[m] == MeterKind::bulk ? 0 : 1) << world.meters.name[m];
    }
}

TEST(WorldTest, TheSameSeedGivesTheSameStreetsAndAnotherOneOthers) {
    auto const a = build(1, 42).world;
    auto const b = build(1, 42).world;
    auto const c = build(1, 43).world;
    EXPECT_EQ(a.meters.x_m, b.meters.x_m);
    EXPECT_NE(a.meters.x_m, c.meters.x_m);
}

TEST(WorldTest, CopiesRepeatAllLayersUnderNamesOfTheirOwn) {
    auto const one = build(1).world;
    auto const three = build(3).world;
    EXPECT_EQ(three.meters.size(), 3 * one.meters.size());
    EXPECT_EQ(three.concentrators.size(), 3 * one.concentrators.size());
    EXPECT_EQ(one.meters.name.front(), "homes/1");
    EXPECT_EQ(three.meters.name[one.meters.size()], "2/homes/1");
}

TEST(WorldTest, AnEventOfAllConcentratorsIsForThoseOfTheFeederThatItNames) {
    auto scenario = build(3).scenario;
    std::vector<std::pair<std::optional<std::uint32_t>, std::string>> const asked{
        {std::nullopt, "all"}, {1, "all"}, {2, "all"}, {std::nullopt, "dc-2"}, {3, "dc-2"}};
    scenario.events.clear();
    for (auto const& [feeder, target] : asked) {
        auto& event = scenario.events.emplace_back();
        event.kind = TimedEvent::Kind::wan_down;
        event.target = target;
        event.feeder = feeder;
    }
    Diagnostics diagnostics;
    auto const world = build_world(scenario, diagnostics);
    EXPECT_EQ(diagnostics.text(), "");
    std::vector<std::vector<std::uint32_t>> whom;
    for (auto const& event : world.events) {
        auto& numbers = whom.emplace_back();
        for (auto const id : event.concentrators) {
            numbers.push_back(static_cast<std::uint32_t>(id));
        }
    }
    EXPECT_EQ(whom,
              (std::vector<std::vector<std::uint32_t>>{
                  {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, {0, 1, 2, 3}, {4, 5, 6, 7}, {1}, {9}}));
}

} // namespace
} // namespace gridtwin::scenario
