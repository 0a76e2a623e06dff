// Conservation in whole runs: energy and messages, under outages and relays.
#include "sim/results/balance.hpp"
#include "sim/twin/kpis.hpp"
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

TEST(TwinBalance, EnergyClosesToAMillionthOfWhatWasServed) {
    Scratch scratch;
    auto const day = run_day(scratch, first_light());
    results::EnergyBalance balance;
    balance.source_wh = day.kpi("energy.source");
    balance.metered_wh = day.kpi("energy.metered");
    balance.uncounted_wh = day.kpi("energy.uncounted");
    balance.line_loss_wh = day.kpi("energy.loss_lines");
    balance.transformer_loss_wh = day.kpi("energy.loss_transformers");
    balance.shunt_loss_wh = day.kpi("energy.loss_shunts");
    balance.service_transformer_loss_wh = day.kpi("energy.loss_service_transformers");
    balance.lv_line_loss_wh = day.kpi("energy.loss_lv_lines");
    EXPECT_TRUE(balance.closes()) << balance.residual_frac();
    EXPECT_GT(balance.metered_wh, 10e6) << "a town's day, not an empty one";

    // and breaking any one term shows
    for (double results::EnergyBalance::*term :
         {&results::EnergyBalance::source_wh, &results::EnergyBalance::metered_wh,
          &results::EnergyBalance::line_loss_wh, &results::EnergyBalance::transformer_loss_wh,
          &results::EnergyBalance::shunt_loss_wh,
          &results::EnergyBalance::service_transformer_loss_wh,
          &results::EnergyBalance::lv_line_loss_wh, &results::EnergyBalance::storage_wh}) {
        auto broken = balance;
        broken.*term += 2e-6 * balance.metered_wh;
        EXPECT_FALSE(broken.closes());
    }
}

/// First light without its events and expectations.
std::string quiet_town(Changes const& changes, std::string const& events = "events: []\n\n") {
    auto text = first_light(changes);
    auto const begin = text.find("events:");
    text.replace(begin, text.find("record:") - begin, events);
    text.erase(text.find("expect:"));
    return text;
}

TEST(TwinBalance, EnergyClosesHoweverShortTheRun) {
    Scratch scratch;
    for (char const* duration : {"1 s", "5 s", "59 s", "60 s", "121 s"}) {
        auto const run = run_day(
            scratch, quiet_town({{"duration: 24 h", fmt::format("duration: {}", duration)}}));
        EXPECT_LT(run.kpi("energy.residual"), 1e-9) << duration;
        EXPECT_TRUE(run.report.books_close) << duration;
        EXPECT_GT(run.kpi("energy.uncounted"), 0.0) << duration;
    }
}

TEST(TwinBalance, EnergyClosesForATownThatIsDeadAllDay) {
    Scratch scratch;
    for (char const* at : {"0 h", "30 s", "1 min"}) {
        auto const run = run_day(
            scratch, quiet_town({{"duration: 24 h", "duration: 2 h"}},
                                fmt::format("events: [{{ at: {}, open: line.650632 }}]\n\n", at)));
        EXPECT_LT(run.kpi("energy.residual"), 1e-6) << at;
        EXPECT_TRUE(run.report.books_close) << at;
    }
}

TEST(TwinBalance, EnergyClosesForManyWhoDrawLittle) {
    Scratch scratch;
    auto const run = run_day(
        scratch, quiet_town({{"duration: 24 h", "duration: 10 min"},
                             {"concentrators: 4", "concentrators: 34"},
                             {"count: 240, at: residential loads, profile: residential, peak: 2 kW",
                              "count: 2000, at: residential loads, profile: residential, peak: 50 "
                              "W"}}));
    EXPECT_LT(run.kpi("energy.residual"), 1e-9);
}

TEST(TwinBalance, EveryBulkCustomerCanBeSwitchedOff) {
    // given loads of every model, on one and three phases: power, current, impedance
    Scratch scratch;
    std::string events = "events:\n";
    for (char const* name : {"611", "634a", "645", "646", "652", "671", "692", "675a"}) {
        events += fmt::format("  - {{ at: 0:10, disconnect: bulk/{} }}\n", name);
    }
    auto const run =
        run_day(scratch, quiet_town({{"duration: 24 h", "duration: 1 h"}}, events + "\n"));
    EXPECT_EQ(run.kpi("commands.relays_opened"), 8.0);
    EXPECT_LT(run.kpi("energy.residual"), 1e-9);
}

TEST(TwinBalance, ALimiterMayCutABulkCustomerOffWholly) {
    Scratch scratch;
    auto text = quiet_town({{"duration: 24 h", "duration: 1 h"}});
    text += "\nmeter: { limiters: [{ customers: bulk, limit: 1 kW }] }\n";
    auto const run = run_day(scratch, text);
    EXPECT_GT(run.kpi("limiter.curtailed"), 0.0);
    EXPECT_TRUE(run.report.books_close);
}

TEST(TwinBalance, EnergyClosesWithRandomSwitchingOfLinesAndRelays) {
    Scratch scratch;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        std::string events = "events:\n";
        auto const draw = [seed](std::uint64_t n, std::uint64_t below) {
            return draw_bits(Seed{seed}, EntityKey(EntityKind::world, 0), Purpose::test, n) % below;
        };
        for (std::uint64_t n = 0; n < 12; ++n) {
            auto const at = fmt::format("{:02}:{:02}:{:02}", draw(10 * n, 6), draw(10 * n + 1, 60),
                                        draw(10 * n + 2, 60));
            char const* lines[] = {"671692", "632645", "684611", "632670", "671680"};
            switch (draw(10 * n + 3, 4)) {
            case 0:
                events += fmt::format("  - {{ at: {}, open: line.{} }}\n", at,
                                      lines[draw(10 * n + 4, 5)]);
                break;
            case 1:
                events += fmt::format("  - {{ at: {}, close: line.{} }}\n", at,
                                      lines[draw(10 * n + 4, 5)]);
                break;
            case 2:
                events += fmt::format("  - {{ at: {}, disconnect: homes/{} }}\n", at,
                                      1 + draw(10 * n + 4, 240));
                break;
            default:
                events += fmt::format("  - {{ at: {}, disconnect: farms/{} }}\n", at,
                                      1 + draw(10 * n + 4, 20));
                break;
            }
        }
        std::string text = first_light({{"duration: 24 h", "duration: 6 h"}});
        auto const begin = text.find("events:");
        text.replace(begin, text.find("record:") - begin, events + "\n");
        text.erase(text.find("expect:"));
        auto const day = run_day(scratch, text);
        EXPECT_LT(day.kpi("energy.residual"), 1e-6) << events;
        EXPECT_EQ(day.kpi("messages.balanced"), 1.0) << events;
    }
}

TEST(TwinBalance, EveryMessageHasOneFateAndTheFileHoldsItsRow) {
    Scratch scratch;
    auto const day = run_day(scratch, first_light());
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    results::Reader const reader(day.file);
    std::array<std::array<double, 3>, kChannels> rows{};
    for (auto const& m : reader.messages()) {
        rows[static_cast<std::size_t>(m.channel)][static_cast<std::size_t>(m.fate)] += 1.0;
    }
    for (auto channel : {Channel::plc, Channel::sms, Channel::wan}) {
        auto const& r = rows[static_cast<std::size_t>(channel)];
        auto const prefix = fmt::format("messages.{}.", name(channel));
        EXPECT_EQ(r[static_cast<std::size_t>(Fate::in_flight)], day.kpi(prefix + "in_flight"))
            << prefix;
        EXPECT_EQ(r[static_cast<std::size_t>(Fate::delivered)], day.kpi(prefix + "delivered"))
            << prefix;
        EXPECT_EQ(r[static_cast<std::size_t>(Fate::lost)], day.kpi(prefix + "lost")) << prefix;
        EXPECT_EQ(r[0] + r[1] + r[2], day.kpi(prefix + "sent")) << prefix;
    }
}

TEST(TwinBalance, MessagesInFlightAtTheEndAreFoundByWalking) {
    // given a run that ends while a polling round is under way
    Scratch scratch;
    auto text = first_light(
        {{"duration: 24 h", "duration: 14523 s"},
         {"concentrators: 4\n", "concentrators: 4\n  poll_spread: 0 s\n"},
         {"- { at: 10:00, disconnect: homes/17 }", "- { at: 1:00, disconnect: homes/17 }"}});
    auto const begin = text.find("events:");
    text.replace(begin, text.find("record:") - begin, "events: []\n\n");
    text.erase(text.find("expect:"));
    auto const day = run_day(scratch, text);
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    EXPECT_GT(day.kpi("messages.plc.in_flight") + day.kpi("messages.wan.in_flight"), 0.0);
}

} // namespace
} // namespace gridtwin::twin::test
