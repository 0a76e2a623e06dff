#include "models/headend/head_end.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/headend/fake_ports.hpp"

#include <limits>

namespace gridtwin::headend {
namespace {

TEST(HeadEndTest, RejectsWhatCannotBeTrueWithoutHarm) {
    Desk desk(make_fleet(1, 2));
    desk.run_to(1h);
    desk.reading(9, 1);
    desk.alarm(9, AlarmKind::power_lost, 1h);
    desk.acknowledge({.id = CommandId{1}, .meter = meter(9)}, 1, 1h);
    EXPECT_EQ(desk.head.counts().unknown_meters, 3U);

    desk.reading(0, 0);
    desk.reading(0, 5); // ends at 75 min
    desk.reading(0, std::numeric_limits<std::uint32_t>::max());
    EXPECT_EQ(desk.head.counts().bad_intervals, 3U);
    desk.reading(0, 4);
    desk.run_to(70min);
    desk.reading(0, 5); // a clock five minutes ahead is borne
    EXPECT_EQ(desk.ledger.size(), 2U);

    desk.acknowledge({.id = CommandId{77}, .meter = meter(0)}, 1, 1h);
    EXPECT_EQ(desk.head.counts().stray_acknowledgements, 1U);
    desk.head.on_timer(0);
    desk.head.on_timer(~std::uint64_t{0});
    desk.head.on_timer((std::uint64_t{1} << 48) | (std::uint64_t{3} << 32) | 99);
    desk.head.on_timer((std::uint64_t{2} << 48) | 99);
    desk.head.on_timer((std::uint64_t{3} << 48) | 99);
    EXPECT_TRUE(desk.sent().empty());
    EXPECT_TRUE(desk.journal.entries.empty());
}

TEST(HeadEndTest, JournalsEachAlarmOnceWithItsWay) {
    Desk desk(make_fleet(1, 2));
    desk.run_to(1h);
    desk.alarm(1, AlarmKind::over_voltage, 59min);
    desk.run_to(2h);
    desk.alarm(1, AlarmKind::over_voltage, 59min);
    ASSERT_EQ(desk.journal.entries.size(), 1U);
    EXPECT_EQ(desk.journal.entries[0], (JournalEntry{.at = at(1h),
                                                     .kind = EventKind::alarm_received,
                                                     .entity = EventEntity::meter,
                                                     .row = 1,
                                                     .value = 3,
                                                     .latency = 1min}));
    EXPECT_EQ(to_event(desk.journal.entries[0]), (EventRecord{.at = at(1h),
                                                              .kind = EventKind::alarm_received,
                                                              .entity = EventEntity::meter,
                                                              .row = 1,
                                                              .value = 3.0}));
}

TEST(HeadEndTest, OutagesBecomeEventsWithTheInstantInSeconds) {
    JournalEntry const entry{.kind = EventKind::outage_inferred, .value = 90'500'000'000};
    EXPECT_DOUBLE_EQ(to_event(entry).value, 90.5);
}

TEST(HeadEndTest, EveryReasonHasAName) {
    for (std::size_t i = 0; i < kReasons; ++i) {
        EXPECT_NE(name(static_cast<Reason>(i)), "?");
    }
    EXPECT_EQ(name(static_cast<Reason>(kReasons)), "?");
}

TEST(AlarmFilterTest, RemembersTheLatestEightAlarmsOfAMeter) {
    AlarmFilter filter;
    auto const alarm = [](std::uint32_t m, int minute) {
        return Alarm{.meter = meter(m),
                     .kind = AlarmKind::power_lost,
                     .occurred = at(std::chrono::minutes(minute))};
    };
    for (int i = 0; i < 9; ++i) {
        EXPECT_TRUE(filter.first(alarm(0, i)));
        EXPECT_TRUE(filter.first(alarm(1, i)));
    }
    for (int i = 1; i < 9; ++i) {
        EXPECT_FALSE(filter.first(alarm(0, i)));
    }
    EXPECT_TRUE(filter.first(alarm(2, 5)));
}

TEST(HeadEndTest, RefusesABadConfigurationWithAReason) {
    using Spoil = std::function<void(HeadEndConfig&)>;
    std::vector<std::pair<std::string, Spoil>> const cases{
        {"multiple", [](HeadEndConfig& c) { c.collection.every = 20min; }},
        {"multiple", [](HeadEndConfig& c) { c.collection.every = 0min; }},
        {"negative", [](HeadEndConfig& c) { c.collection.grace = -1min; }},
        {"at least one", [](HeadEndConfig& c) { c.collection.sms_most = 0; }},
        {"tries", [](HeadEndConfig& c) { c.collection.plc.tries = 0; }},
        {"timeout", [](HeadEndConfig& c) { c.orders.sms.timeout = 0min; }},
        {"factor", [](HeadEndConfig& c) { c.orders.plc.factor = 0; }},
        {"fraction", [](HeadEndConfig& c) { c.outage.fraction = 0.0; }},
        {"fraction",
         [](HeadEndConfig& c) { c.outage.fraction = std::numeric_limits<double>::quiet_NaN(); }},
        {"at least 1", [](HeadEndConfig& c) { c.outage.min_meters = 0; }},
        {"clock_lead", [](HeadEndConfig& c) { c.clock_lead = -1s; }}};
    EXPECT_EQ(problem(HeadEndConfig{}, 15min), "");
    for (auto const& [says, spoil] : cases) {
        HeadEndConfig config;
        spoil(config);
        EXPECT_THAT(problem(config, 15min), testing::HasSubstr(says));
        EXPECT_THROW(Desk(make_fleet(1, 2), config), SimulationError) << says;
    }
}

TEST(FleetTest, SaysWhatIsWrongWithItsTables) {
    EXPECT_EQ(problem(make_fleet(2, 3, 2)), "");
    EXPECT_EQ(problem(Fleet{}), "");
    Fleet fleet = make_fleet(1, 2);
    fleet.lv_network[1] = network(4);
    EXPECT_EQ(problem(fleet), "meter 1 hangs on LV network 4, which does not exist");
    fleet = make_fleet(1, 2);
    fleet.concentrator[0] = kNone<ConcentratorId>;
    EXPECT_THAT(problem(fleet), testing::HasSubstr("meter 0 is on channel plc with concentrator"));
    fleet = make_fleet(1, 2);
    fleet.channel[0] = Channel::wan;
    EXPECT_EQ(problem(fleet), "meter 0 is on channel wan");
    fleet = make_fleet(1, 2);
    fleet.concentrator.pop_back();
    EXPECT_THAT(problem(fleet), testing::HasSubstr("columns"));
    EXPECT_THROW(Desk desk(fleet), SimulationError);
    fleet = make_fleet(2, 2);
    fleet.feeder[1] = FeederId{3};
    EXPECT_EQ(problem(fleet), "LV network 1 hangs on feeder 3, which does not exist");
}

TEST(HeadEndTest, RefusesAStateOfAnotherHeadEndOrACutOne) {
    Desk desk(make_fleet(2, 3, 3));
    desk.head.orders().switch_relay(meter(0), true, at(9h));
    desk.run_to(5h);
    desk.alarm(0, AlarmKind::power_lost, 5h);
    std::vector<std::byte> state;
    desk.head.save(state);

    Desk same(make_fleet(2, 3, 3), {}, false);
    same.head.restore(state);
    std::vector<std::byte> again;
    same.head.save(again);
    EXPECT_EQ(state, again);

    Desk smaller(make_fleet(1, 3, 3), {}, false);
    EXPECT_THROW(smaller.head.restore(state), SimulationError);
    for (std::size_t keep = 0; keep < state.size(); keep += 7) {
        Desk other(make_fleet(2, 3, 3), {}, false);
        EXPECT_THROW(other.head.restore(std::span(state).first(keep)), SimulationError) << keep;
    }
    state.push_back(std::byte{0});
    Desk other(make_fleet(2, 3, 3), {}, false);
    EXPECT_THROW(other.head.restore(state), SimulationError);
}

} // namespace
} // namespace gridtwin::headend
