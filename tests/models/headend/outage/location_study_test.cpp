// How often the opened device is named rightly: the table of docs/models/outage.md.
#include "models/headend/outage/location.hpp"
#include "tests/models/headend/outage/town.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace gridtwin::headend {
namespace {

struct Tally {
    int trials = 0;
    int right = 0;       ///< this device open, and nothing else
    int first_right = 0; ///< its first name already was
    int missed = 0;
    std::vector<double> delay_s; ///< from the opening to the right name
};

/// One device with customers opens; what is believed a quarter of an hour later.
void trial(std::uint64_t seed, Weather const& weather, OutageManagementConfig const& config,
           Tally& tally) {
    OmsDesk desk(random_town(seed), config);
    Storm storm(desk, weather, seed);
    DeviceId opened{};
    do {
        opened = device(storm.dice().below(30));
    } while (storm.tree().transformers(opened).empty());
    storm.open(opened, 1h);
    for (int i = 0; i < 3; ++i) { // and customers of their own
        SimDuration const when = std::chrono::minutes(storm.dice().below(75));
        storm.lose_customer(storm.dice().below(desk.town.meters()), when, when + 40min);
    }
    desk.run_to(75min);
    auto const open = desk.open();
    ++tally.trials;
    bool const right = open.size() == 1 && open.front().place() == Place{.device = opened};
    tally.right += right ? 1 : 0;
    tally.missed += open.empty() ? 1 : 0;
    if (right) {
        tally.first_right += open.front().revisions == 0 ? 1 : 0;
        tally.delay_s.push_back(to_s(open.front().revised - at(1h)));
    }
}

Tally study(Weather const& weather, OutageManagementConfig const& config = {}) {
    Tally tally;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        trial(seed, weather, config, tally);
    }
    std::sort(tally.delay_s.begin(), tally.delay_s.end());
    auto const share = [&](std::size_t percent) {
        return tally.delay_s.empty() ? 0.0 : tally.delay_s[tally.delay_s.size() * percent / 100];
    };
    fmt::print("{:.0f} % of last gasps lost, {:.0f} % of transformers silent: {} of {} named "
               "rightly ({} at first), {} missed (reckoned with {:.0f} % lost); delay {:.0f} s "
               "(median), {:.0f} s (95 %)\n",
               100.0 * weather.lost_frac, 100.0 * weather.cut_frac, tally.right, tally.trials,
               tally.first_right, tally.missed, 100.0 * config.location.gasp_loss_frac, share(50),
               share(95));
    return tally;
}

TEST(LocationStudy, NamesTheOpenedDeviceInNineOfTenSingleOutagesWithAFifthOfLastGaspsLost) {
    Tally const tally = study({.lost_frac = 0.2});
    EXPECT_GE(tally.right, tally.trials * 90 / 100);
}

TEST(LocationStudy, NamesItAsOftenWhenNoneAreLost) {
    Tally const tally = study({.lost_frac = 0.0});
    EXPECT_GE(tally.right, tally.trials * 90 / 100);
}

TEST(LocationStudy, NamesItInEightOfTenWhenTwoFifthsAreLost) {
    Tally const tally = study({.lost_frac = 0.4});
    EXPECT_GE(tally.right, tally.trials * 80 / 100);
}

TEST(LocationStudy, NamesItInEightOfTenWhenThreeFifthsAreLost) {
    Tally const tally = study({.lost_frac = 0.6});
    EXPECT_GE(tally.right, tally.trials * 80 / 100);
}

TEST(LocationStudy, WhoReckonsWithNineOfTenLostNamesItInHalfOfTheCasesWhenSoManyAre) {
    OutageManagementConfig config;
    config.location.gasp_loss_frac = 0.9;
    Tally const tally = study({.lost_frac = 0.9}, config);
    EXPECT_GE(tally.right, tally.trials * 50 / 100);
    EXPECT_GT(tally.right, 2 * study({.lost_frac = 0.9}).right);
}

TEST(LocationStudy, NamesItInNineOfTenWhenAFifthOfTheTransformersIsSilentAsWell) {
    Tally const tally = study({.lost_frac = 0.2, .cut_frac = 0.2});
    EXPECT_GE(tally.right, tally.trials * 90 / 100);
}

TEST(LocationStudy, NamesTheDeviceThatStayedOpenBelowOneThatWasClosed) {
    int right = 0;
    int trials = 0;
    int told_of_others = 0;
    for (std::uint64_t seed = 0; trials < 100; ++seed) {
        OmsDesk desk(random_town(seed));
        Storm storm(desk, {}, seed);
        auto const upper = device(storm.dice().below(30));
        auto const below = storm.tree().devices(upper);
        if (below.size() < 2) {
            continue;
        }
        auto const lower =
            below[1 + storm.dice().below(static_cast<std::uint32_t>(below.size()) - 1)];
        auto const hidden = storm.tree().transformers(lower).size();
        if (hidden == 0 || hidden == storm.tree().transformers(upper).size()) {
            continue; // nobody can tell
        }
        ++trials;
        storm.open(upper, 1h);
        storm.open(lower, 1h + 10min);
        storm.close(upper, 2h);
        desk.run_to(3h);
        auto const open = desk.open();
        right += open.size() == 1 && open[0].place() == Place{.device = lower} ? 1 : 0;
        told_of_others += open.size() > 1 ? 1 : 0;
        storm.close(lower, 4h);
        desk.run_to(6h);
        EXPECT_TRUE(desk.open().empty()) << "seed " << seed;
    }
    fmt::print("nested: {} of {} named rightly, with others beside {}\n", right, trials,
               told_of_others);
    EXPECT_GE(right, trials * 80 / 100);
}

TEST(LocationStudy, OnAQuietDayWithSingleCustomersLossesNoDeviceIsNamed) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        OmsDesk desk(random_town(seed));
        Storm storm(desk, {}, seed);
        for (int i = 0; i < 100; ++i) {
            SimDuration const when = std::chrono::seconds(storm.dice().below(86'400));
            storm.lose_customer(storm.dice().below(desk.town.meters()), when, when + 1h);
        }
        desk.run_to(26h);
        EXPECT_TRUE(desk.oms.outages().empty()) << "seed " << seed;
        EXPECT_EQ(desk.oms.pings().counts().sent, 0U);
    }
}

} // namespace
} // namespace gridtwin::headend
