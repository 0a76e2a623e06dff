// Concentrators that hear each other over their transformers share one line.
#include "sim/results/digest.hpp"
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

/// First light with that loss at each transformer, all concentrators polling at the same time.
std::string town(char const* crossing, Changes const& more = {}) {
    Changes all{{"plc: { modem: ce-nero }",
                 std::string("plc: { modem: ce-nero, channel: { transformer_crossing: ") +
                     crossing + " } }"},
                {"concentrators: 4\n", "concentrators: 4\n  poll_spread: 0 s\n"},
                {"{ kpi: read_success, at_least: 98 %, because: the metering contract says so }",
                 "{ kpi: read_success, at_least: 0 %, because: nothing is promised here }"}};
    all.insert(all.end(), more.begin(), more.end());
    return first_light(all);
}

/// Share of the power line's frames that others broke.
double collided(Day const& day) {
    for (auto const& kpi : day.report.kpis) {
        if (kpi.name == "messages.plc_frames.lost") {
            auto const at = kpi.text.find("collision ");
            return at == std::string::npos
                       ? 0.0
                       : std::stod(kpi.text.substr(at + 10)) / day.kpi("messages.plc_frames.sent");
        }
    }
    throw std::runtime_error("no frames lost");
}

TEST(Neighbours, ShareTheLineAndItsTime) {
    // given
    Scratch scratch;
    auto const apart = run_day(scratch, town("45 dB"), "apart");
    auto const near = run_day(scratch, town("30 dB"), "near");
    // then what one sends the others hear: 28 dB over the sensitivity at their busbars
    ASSERT_GT(apart.kpi("messages.plc_frames.sent"), 10'000.0);
    EXPECT_LT(collided(apart), 0.02) << "last gasps alone contend";
    EXPECT_GT(collided(near), 2.0 * collided(apart));
    EXPECT_EQ(near.kpi("messages.balanced"), 1.0);
    EXPECT_GT(near.kpi("read_success"), 0.9) << "they listen before they poll";
}

TEST(Neighbours, NoClockIsWorseOffForATimeThatWaitedForTheLine) {
    // given a line on which repeats wait for minutes, and clocks that are right
    Scratch scratch;
    auto const day = [&](std::string const& broadcast) {
        return run_day(scratch,
                       town("20 dB", {{"concentrators: 4\n",
                                       "concentrators: 4\n  concentrator: { clock: { every: 0 s" +
                                           broadcast + " } }\n"}}),
                       broadcast.empty() ? "left" : "told");
    };
    auto const left = day("");
    auto const told = day(", broadcast_every: 10 min");
    EXPECT_GT(told.kpi("clock.broadcasts"), 1000.0);
    EXPECT_EQ(told.kpi("messages.balanced"), 1.0);
    EXPECT_LT(left.kpi("clock.error_max"), 15.0);
    EXPECT_EQ(told.kpi("clock.error_mean"), left.kpi("clock.error_mean"));
    EXPECT_EQ(told.kpi("clock.error_max"), left.kpi("clock.error_max"));
}

TEST(Neighbours, EachReadsAndSwitchesItsOwnMeters) {
    Scratch scratch;
    auto const near = run_day(scratch, town("40 dB"), "near");
    results::Reader const reader(near.file);
    std::vector<std::size_t> reads(4, 0);
    std::size_t switched = 0;
    for (auto const& message : reader.messages()) {
        if (message.channel == Channel::plc && message.kind == MessageKind::profile &&
            message.fate == Fate::delivered) {
            ASSERT_LT(index(message.concentrator), 4U);
            ++reads[index(message.concentrator)];
            EXPECT_EQ(index(message.meter) / 60, index(message.concentrator));
        }
        switched += message.kind == MessageKind::acknowledgement &&
                            message.channel == Channel::plc && message.fate == Fate::delivered
                        ? 1U
                        : 0U;
    }
    for (auto const count : reads) {
        EXPECT_GE(count, 300U); // 60 meters, from 04:02 on five rounds
    }
    EXPECT_GE(switched, 1U);
    for (auto const& route : reader.routes()) {
        EXPECT_EQ(index(route.meter) / 60, index(route.concentrator));
        if (route.via != kNone<MeterId>) {
            EXPECT_EQ(index(route.via) / 60, index(route.concentrator)) << "over one of its own";
        }
    }
}

TEST(Neighbours, AreDeafToEachOtherWhileTheLineBetweenThemIsOpen) {
    // given one concentrator for all networks, some of them behind line 632-645
    Scratch scratch;
    auto const lost_to_noise = [&](char const* events, char const* name) {
        auto text = town("30 dB", {{"concentrators: 4", "concentrators: 1"},
                                   {"duration: 24 h", "duration: 5 h"}});
        auto const begin = text.find("events:");
        text.replace(begin, text.find("record:") - begin, events);
        text.erase(text.find("expect:"));
        return run_day(scratch, text, name);
    };
    auto const closed = lost_to_noise("events: []\n\n", "closed");
    auto const open = lost_to_noise("events:\n  - { at: 0:30, open: line.632670 }\n\n", "open");
    // then
    EXPECT_GT(closed.kpi("read_success"), 0.99);
    EXPECT_LT(open.kpi("read_success"), 0.9);
    EXPECT_EQ(open.kpi("messages.balanced"), 1.0);
}

TEST(Neighbours, GiveTheSameBitsOnAnyNumberOfThreads) {
    Scratch scratch;
    auto text = town(
        "35 dB", {{"duration: 24 h", "duration: 5 h"}, {"step: 60 s", "step: 5 min\n  copies: 9"}});
    auto const begin = text.find("events:");
    text.replace(begin, text.find("record:") - begin,
                 "events:\n  - { at: 2:00, open: line.671692, feeder: 9 }\n\n");
    text.erase(text.find("expect:"));
    auto const once = results::digest(run_day(scratch, text, "a", 1).file);
    EXPECT_EQ(results::digest(run_day(scratch, text, "b", 2).file), once);
    EXPECT_EQ(results::digest(run_day(scratch, text, "c", 7).file), once);
}

} // namespace
} // namespace gridtwin::twin::test
