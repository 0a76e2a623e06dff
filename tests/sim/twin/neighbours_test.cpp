// Concentrators that hear each other over their transformers share one line.
#include "sim/results/digest.hpp"
#include "tests/sim/twin/day.hpp"

#include <array>
#include <map>

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
    ASSERT_GT(collided(apart), 0.0) << "and do meet";
    EXPECT_GT(collided(near), 2.0 * collided(apart));
    EXPECT_EQ(near.kpi("messages.balanced"), 1.0);
    EXPECT_GE(near.kpi("read_success"), 0.98)
        << "they listen before they poll and ask again: the contract of first-light.yaml holds";
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

/// Two streets, each behind a substation of its own, and a tie between them; one concentrator, at
/// the first street's busbar.
std::string two_substations(Scratch const& scratch) {
    std::ofstream(scratch.path() / "two.dss") << R"(
Clear
New Circuit.two basekv=4.16 phases=3 bus1=a MVAsc3=200 MVAsc1=200
New Vsource.far basekv=4.16 phases=3 bus1=d MVAsc3=200 MVAsc1=200
New Line.ab bus1=a bus2=b r1=0.2 x1=0.4 r0=0.5 x0=1.2 c1=0 c0=0 length=1 units=km
New Line.tie bus1=b bus2=c switch=yes r1=1e-4 r0=1e-4 x1=0 x0=0 c1=0 c0=0
New Line.cd bus1=c bus2=d r1=0.2 x1=0.4 r0=0.5 x0=1.2 c1=0 c0=0 length=1 units=km
New Load.b bus1=b phases=3 conn=wye kv=4.16 kw=400 kvar=100
New Load.c bus1=c phases=3 conn=wye kv=4.16 kw=400 kvar=100
Set VoltageBases=[4.16]
CalcVoltageBases
Solve
)";
    return R"(
gridtwin: 1
name: Two substations
start: 2026-01-15T00:00:00
duration: 6 h
seed: 42
grid:
  feeder: two.dss
  step: 60 s
  low_voltage: { generate: street, customers_per_transformer: 60 }
customers:
  - { name: near, count: 60, at: bus b, profile: residential, peak: 2 kW, meter: plc }
  - { name: far, count: 60, at: bus c, profile: residential, peak: 2 kW, meter: plc }
access:
  concentrators: 1
  concentrator: { poll_every: 1 h, tries_per_round: 1 }
  plc: { modem: ce-nero, channel: { transformer_crossing: 25 dB } }
operator: { short_number: "7788", rate: 20 1/s, delay: { median: 5 s, p95: 30 s } }
wan: { model: builtin, cell: gprs }
headend:
  collection: { profile: 15 min, every: 4 h }
events:
  - { at: 1:30, open: line.tie }
  - { at: 4:30, close: line.tie }
record: { level: meters }
)";
}

TEST(Neighbours, AreDeafToEachOtherWhileTheLineBetweenThemIsOpen) {
    // given nobody who loses supply
    Scratch scratch;
    auto const day = run_day(scratch, two_substations(scratch));
    EXPECT_EQ(day.kpi("alarms.power_lost"), 0.0);
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    // when
    using Hours = std::chrono::duration<double, std::ratio<3600>>;
    std::array<std::array<int, 3>, 2> read{}; // [near, far][before, while open, after]
    for (auto const& message : results::Reader(day.file).messages()) {
        if (message.channel != Channel::plc || message.kind != MessageKind::profile ||
            message.fate != Fate::delivered) {
            continue;
        }
        double const hour = Hours(message.sent - kStart).count();
        std::size_t const street = index(message.meter) < 60 ? 0 : 1;
        ++read[street][hour < 1.5 ? 0 : hour < 4.5 ? 1 : 2];
    }
    // then
    EXPECT_GE(read[0][0], 60);
    EXPECT_GE(read[1][0], 60);
    EXPECT_GE(read[0][1], 120);
    EXPECT_EQ(read[1][1], 0);
    EXPECT_GE(read[1][2], 60);
}

TEST(Neighbours, AreReadInTimeThoughHalfOfThemAreBehindAnOpenTie) {
    // given a head-end that asks for what is missing four times as often as the concentrator polls
    Scratch scratch;
    auto const day =
        run_day(scratch, changed(two_substations(scratch),
                                 {{"poll_every: 1 h, tries_per_round: 1", "poll_every: 4 h"},
                                  {"every: 4 h", "every: 1 h"},
                                  {"{ at: 1:30, open", "{ at: 0:01, open"},
                                  {"  - { at: 4:30, close: line.tie }\n", ""}}));
    // then all that was due at 5:00 is there, of the near ones and of two customers read by SMS
    EXPECT_DOUBLE_EQ(day.kpi("read_success"), (60.0 + 2.0) / (60.0 + 60.0 + 2.0));
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    // and clocks come after a round that ends
    EXPECT_EQ(day.kpi("clock.synced"), 60.0);
    for (auto const& message : results::Reader(day.file).messages()) {
        if (message.channel == Channel::plc && message.fate == Fate::lost) {
            EXPECT_EQ(message.reason, LossReason::no_route);
            EXPECT_GE(index(message.meter), 60U);
        }
    }
}

TEST(Neighbours, AreNotCrowdedOutByTheirOwnFirmware) {
    // given 80 orders to relays, three minutes apart, from half an hour into the campaign
    Scratch scratch;
    std::string events = "events:\n  - { at: 8:00, firmware: all, version: 2, octets: 20000, "
                         "activate_at: 23:00 }\n";
    for (int k = 0; k < 80; ++k) {
        events += fmt::format("  - {{ at: {} min, {}: homes/{} }}\n", 8 * 60 + 30 + 3 * k,
                              k < 40 ? "disconnect" : "reconnect", k % 40 * 6 + 1);
    }
    auto text = town("20 dB");
    auto const begin = text.find("events:");
    text.replace(begin, text.find("record:") - begin, events + "\n");
    auto const day = run_day(scratch, text, "day");
    // then a concentrator has one block to all on the line, no order is given up, and few gaps are
    // left to single meters
    results::Reader const reader(day.file);
    std::map<ConcentratorId, std::map<SimTime, SimTime>> blocks; // sent, done
    std::size_t to_all = 0;
    for (auto const& message : reader.messages()) {
        if (message.kind == MessageKind::firmware_block && message.meter == kNone<MeterId>) {
            blocks[message.concentrator].emplace(message.sent, message.done);
            ++to_all;
        }
    }
    for (auto const& [concentrator, times] : blocks) {
        SimTime last = kStart;
        for (auto const& [sent, done] : times) {
            EXPECT_GE(sent, last) << "of " << index(concentrator);
            last = done;
        }
    }
    EXPECT_GE(to_all, 4U * 358U) << "20,000 octets in pieces of 56";
    EXPECT_EQ(day.kpi("commands.relay_confirmed"), 80.0);
    EXPECT_LT(day.kpi("firmware.blocks_to_one"), day.kpi("firmware.blocks_to_all"));
}

TEST(Neighbours, GiveTheSameBitsOnAnyNumberOfThreads) {
    expect_same_bits_on_any_threads(
        with_an_outage(town("35 dB", {{"duration: 24 h", "duration: 5 h"},
                                      {"step: 60 s", "step: 5 min\n  copies: 9"}})));
}

} // namespace
} // namespace gridtwin::twin::test
