// What disturbs a power line over the day of a town: sources that run and stop with their
// customers' supply.
#include "sim/twin/area_noise.hpp"
#include "sim/twin/meters.hpp"
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

/// First light with a source at every home, drowning everything, from 12:00 to 18:00.
std::string drowned() {
    return first_light(
        {{"plc: { modem: ce-nero }",
          "plc: { modem: ce-nero, channel: { sources: { share: 1, inverter_share: 1, "
          "level: 140 dBuV, sigma: 0 dB, daylight_from: 12, daylight_to: 18 } } }"}});
}

std::size_t on_a_path(plc::Medium& medium) {
    medium.update_routes(kStart);
    return static_cast<std::size_t>(
        std::count_if(medium.routes().begin(), medium.routes().end(),
                      [](plc::RouteEntry const& route) { return route.hops > 0; }));
}

TEST(AreaNoise, ASourceDisturbsWhileItRunsAndItsCustomerHasSupply) {
    // given
    Scratch scratch;
    auto const file = scratch.path() / "drowned.yaml";
    std::ofstream(file) << drowned();
    auto const loaded = load(file);
    auto const& plc_spec = loaded.scenario.access.plc;
    auto meters = make_town_meters(loaded.scenario, loaded.world);
    auto const area = plc_area(loaded.world, AreaId{0});
    auto const& networks = loaded.world.concentrators[0].networks;
    plc::Medium medium(plc_spec.modem, plc_spec.channel, plc_spec.mac,
                       plc::Channel(plc_spec.channel, plc_spec.modem.carrier_hz, area.networks,
                                    area.modems, Seed{42}, ConcentratorId{0}),
                       Seed{42}, ConcentratorId{0});
    AreaNoise noise(area, plc_spec.channel.sources, Seed{42});
    std::vector<float> const lv_load_w(loaded.world.lv.size(), 5'000.0F);
    auto const reached_at = [&](double hour) {
        GridView const view{.at = from_ns(std::llround(hour * 3.6e12)),
                            .second_of_day = hour * 3600.0,
                            .meter_events = {},
                            .lv_load_w = lv_load_w,
                            .lv_busbar_w = {},
                            .lv_live = {},
                            .lv_island = {},
                            .fuses = {}};
        noise.apply(view, meters, plc_spec.channel, networks, Seed{42}, medium);
        return on_a_path(medium);
    };
    // then
    EXPECT_EQ(reached_at(11.9), 60U);
    EXPECT_EQ(reached_at(12.0), 0U);
    std::fill(meters.relay_closed.begin(), meters.relay_closed.end(), std::uint8_t{0});
    EXPECT_EQ(reached_at(13.0), 60U);
    std::fill(meters.relay_closed.begin(), meters.relay_closed.end(), std::uint8_t{1});
    std::fill(meters.energised.begin(), meters.energised.end(), std::uint8_t{0});
    EXPECT_EQ(reached_at(13.1), 60U);
    std::fill(meters.energised.begin(), meters.energised.end(), std::uint8_t{1});
    EXPECT_EQ(reached_at(13.2), 0U);
    EXPECT_EQ(reached_at(18.0), 60U);
}

TEST(AreaNoise, NoMeterIsReadWhileEverySourceRuns) {
    Scratch scratch;
    auto const day = run_day(scratch, drowned());
    std::size_t before = 0;
    for (auto const& m : results::Reader(day.file).messages()) {
        if (m.channel != Channel::plc || m.fate != Fate::delivered) {
            continue;
        }
        double const hour = to_h(m.done - kStart);
        before += hour < 12.0 ? 1U : 0U;
        EXPECT_FALSE(hour > 12.001 && hour < 13.999) << format_time(m.done);
    }
    EXPECT_GT(before, 500U);
    EXPECT_TRUE(day.report.books_close);
}

} // namespace
} // namespace gridtwin::twin::test
