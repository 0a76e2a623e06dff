#include "models/headend/outage/outage.hpp"
#include "tests/models/headend/fake_ports.hpp"

namespace gridtwin::headend {
namespace {

using testing::ElementsAre;
using enum AlarmKind;

std::vector<JournalEntry> outages(Desk const& desk) {
    std::vector<JournalEntry> result;
    for (auto const& entry : desk.journal.entries) {
        if (entry.kind == EventKind::outage_inferred || entry.kind == EventKind::outage_cleared) {
            result.push_back(entry);
        }
    }
    return result;
}

JournalEntry entry(SimDuration at_, EventKind kind, EventEntity entity, std::uint32_t row,
                   SimDuration instant) {
    return {.at = at(at_), .kind = kind, .entity = entity, .row = row, .value = instant.count()};
}

bool energised(Desk const& desk, std::uint32_t m) {
    return desk.head.outage().belief(meter(m)).energised != 0;
}

/// Two transformers with twelve meters each; needed for an outage: 3.
Fleet town() {
    return make_fleet(2, 12);
}

TEST(OutageTest, ThreeLossesTogetherAreATransformerOutageSinceTheFirst) {
    Desk desk(town());
    desk.run_to(60min);
    desk.alarm(0, power_lost, 59min + 3s);
    desk.alarm(1, power_lost, 59min + 1s);
    EXPECT_TRUE(outages(desk).empty());
    EXPECT_TRUE(energised(desk, 5));
    desk.run_to(61min);
    desk.alarm(7, power_lost, 59min + 2s);

    EXPECT_THAT(outages(desk), ElementsAre(entry(61min, EventKind::outage_inferred,
                                                 EventEntity::lv_network, 0, 59min + 1s)));
    auto const belief = desk.head.outage().belief(network(0));
    EXPECT_EQ(belief.energised, 0);
    EXPECT_EQ(belief.since, at(59min + 1s));
    EXPECT_DOUBLE_EQ(belief.confidence_frac, 3.0 / 12.0);
    EXPECT_EQ(desk.head.outage().belief(network(1)).energised, 1);
    // and its silent customers are believed dark as well, no surer than the transformer
    auto const silent = desk.head.outage().belief(meter(5));
    EXPECT_EQ(silent.energised, 0);
    EXPECT_DOUBLE_EQ(silent.confidence_frac, 3.0 / 12.0);
    EXPECT_DOUBLE_EQ(desk.head.outage().belief(meter(0)).confidence_frac, 1.0);
    EXPECT_TRUE(energised(desk, 12));
    EXPECT_EQ(desk.beliefs.told.size(), 2U + 1U + 10U); // two meters, the transformer, ten meters
}

TEST(OutageTest, TwoLossesOfTwelveAreTwoCustomersOutagesAfterTheWaitForNeighbours) {
    Desk desk(town());
    desk.run_to(60min);
    desk.alarm(0, power_lost, 60min);
    desk.alarm(1, power_lost, 60min);
    EXPECT_FALSE(energised(desk, 0)); // known at once; what it is a part of, later
    desk.run_to(62min);
    EXPECT_THAT(
        outages(desk),
        ElementsAre(entry(62min, EventKind::outage_inferred, EventEntity::meter, 0, 60min),
                    entry(62min, EventKind::outage_inferred, EventEntity::meter, 1, 60min)));
    EXPECT_EQ(desk.head.outage().open_customers(), 2U);
    EXPECT_TRUE(energised(desk, 2));

    desk.run_to(90min);
    desk.alarm(1, power_restored, 80min);
    EXPECT_EQ(outages(desk).back(),
              entry(90min, EventKind::outage_cleared, EventEntity::meter, 1, 80min));
    EXPECT_TRUE(energised(desk, 1));
}

TEST(OutageTest, OneAlarmOfSeveralMetersIsNeverATransformerButOfALoneMeterItIs) {
    Fleet fleet = make_fleet(1, 2);
    fleet.lv_network.push_back(network(1));
    fleet.feeder.push_back(FeederId{0});
    fleet.channel.push_back(Channel::sms);
    fleet.concentrator.push_back(kNone<ConcentratorId>);
    Desk desk(fleet);
    desk.alarm(0, power_lost, 0min);
    EXPECT_EQ(desk.head.outage().open_transformers(), 0U);
    desk.alarm(1, power_lost, 0min);
    EXPECT_EQ(desk.head.outage().open_transformers(), 1U);
    desk.alarm(2, power_lost, 0min);
    EXPECT_EQ(desk.head.outage().open_transformers(), 2U);
}

TEST(OutageTest, LossesFarApartAreNotOneEvent) {
    Desk desk(town());
    desk.run_to(60min);
    desk.alarm(0, power_lost, 10min);
    desk.alarm(1, power_lost, 13min);
    desk.alarm(2, power_lost, 16min);
    EXPECT_EQ(desk.head.outage().open_transformers(), 0U);
    desk.alarm(3, power_lost, 15min); // 16, 15, 14: the window of two minutes is full
    desk.alarm(4, power_lost, 14min);
    EXPECT_EQ(desk.head.outage().open_transformers(), 1U);
    EXPECT_EQ(desk.head.outage().belief(network(0)).since, at(14min));
}

TEST(OutageTest, DoubledAlarmsCountOnce) {
    Desk desk(town());
    for (int copy = 0; copy < 5; ++copy) {
        desk.alarm(0, power_lost, 0min);
        desk.alarm(1, power_lost, 0min);
    }
    EXPECT_EQ(desk.head.outage().open_transformers(), 0U);
    EXPECT_EQ(desk.head.counts().alarms, 2U);
    EXPECT_EQ(desk.head.counts().repeated_alarms, 8U);
    EXPECT_EQ(desk.journal.of(EventKind::alarm_received).size(), 2U);
}

TEST(OutageTest, WhatOccurredLaterDecidesWhateverComesFirst) {
    Desk desk(town());
    desk.run_to(2h);
    for (std::uint32_t m = 0; m < 12; ++m) {
        desk.alarm(m, power_restored, 70min);
        desk.alarm(m, power_lost, 60min); // overtaken by the return
    }
    EXPECT_EQ(desk.head.outage().open_transformers(), 0U);
    for (std::uint32_t m = 0; m < 12; ++m) {
        EXPECT_TRUE(energised(desk, m));
    }
    desk.run_to(3h);
    EXPECT_TRUE(outages(desk).empty());
}

TEST(OutageTest, OneReturnShowsThatTheTransformerIsBackAndWhoStaysOutIsANestedOutage) {
    HeadEndConfig config;
    config.outage.nested_wait = 15min;
    Desk desk(town(), config);
    desk.run_to(60min);
    for (std::uint32_t m = 0; m < 4; ++m) {
        desk.alarm(m, power_lost, 60min);
    }
    desk.run_to(90min);
    desk.alarm(0, power_restored, 89min);
    EXPECT_EQ(outages(desk).back(),
              entry(90min, EventKind::outage_cleared, EventEntity::lv_network, 0, 89min));
    EXPECT_TRUE(energised(desk, 0));
    EXPECT_TRUE(energised(desk, 11)); // never said anything
    EXPECT_FALSE(energised(desk, 1));
    EXPECT_DOUBLE_EQ(desk.head.outage().belief(meter(1)).confidence_frac, 0.5);

    desk.run_to(95min);
    desk.alarm(1, power_restored, 89min);
    desk.alarm(2, power_restored, 89min);
    desk.run_to(2h);
    EXPECT_EQ(desk.head.outage().open_customers(), 1U);
    EXPECT_EQ(outages(desk).back(),
              entry(105min, EventKind::outage_inferred, EventEntity::meter, 3, 60min));
}

TEST(OutageTest, ReadingsWithVoltageAfterTheEventClearIt) {
    Desk desk(town());
    desk.run_to(60min);
    for (std::uint32_t m = 0; m < 4; ++m) {
        desk.alarm(m, power_lost, 52min);
    }
    desk.run_to(2h);
    desk.readings(0, 1, 4);  // up to the interval of the loss itself (45 to 60 min)
    desk.readings(11, 1, 4); // also of a meter that said nothing
    desk.reading(0, 5, 0);   // dark
    desk.reading(0, 6, 999); // hardly any
    EXPECT_EQ(desk.head.outage().open_transformers(), 1U);
    desk.reading(0, 7); // 90 to 105 min
    EXPECT_EQ(outages(desk).back(),
              entry(2h, EventKind::outage_cleared, EventEntity::lv_network, 0, 90min));
    EXPECT_TRUE(energised(desk, 0));
    EXPECT_FALSE(energised(desk, 1));
}

TEST(OutageTest, ASecondLossTellsOfAReturnThatWasNeverHeard) {
    Desk desk(town());
    desk.run_to(60min);
    for (std::uint32_t m = 0; m < 4; ++m) {
        desk.alarm(m, power_lost, 60min);
    }
    desk.run_to(2h);
    desk.alarm(0, power_lost, 110min);
    EXPECT_EQ(desk.head.outage().open_transformers(), 0U);
    EXPECT_FALSE(energised(desk, 0));
    EXPECT_TRUE(energised(desk, 8));
    EXPECT_EQ(desk.head.outage().belief(meter(0)).since, at(110min));
}

TEST(OutageTest, ClocksThatDifferALittleDoNotClearWhatIsOut) {
    Desk desk(town());
    desk.run_to(60min);
    desk.alarm(9, voltage_normal, 60min - 5s); // its clock is 10 s ahead: really before the loss
    for (std::uint32_t m = 0; m < 4; ++m) {
        desk.alarm(m, power_lost, 60min - 10s);
    }
    EXPECT_EQ(desk.head.outage().open_transformers(), 1U);
    EXPECT_FALSE(energised(desk, 9));
}

TEST(OutageTest, AnAnswerFromTheReserveShowsNoSupply) {
    Desk desk(make_fleet(1, 12));
    desk.run_to(60min);
    desk.head.orders().switch_relay(meter(0), true, at(60min));
    Command const command = desk.last();
    for (std::uint32_t m = 0; m < 4; ++m) {
        desk.alarm(m, power_lost, 60min);
    }
    desk.acknowledge(command, 1, 60min + 40s); // executed within the hold-up
    EXPECT_EQ(desk.head.outage().open_transformers(), 1U);
    desk.run_to(70min);
    desk.acknowledge(command, 1, 69min);
    EXPECT_EQ(desk.head.outage().open_transformers(), 0U);
    EXPECT_TRUE(energised(desk, 0));
}

TEST(OutageTest, AClockFarAheadCannotHoldACustomerDarkForEver) {
    Desk desk(town());
    desk.run_to(60min);
    desk.alarm(0, power_lost, 9000h);
    EXPECT_EQ(desk.head.outage().belief(meter(0)).since, at(60min));
    desk.run_to(70min);
    desk.alarm(0, power_restored, 9001h);
    EXPECT_TRUE(energised(desk, 0));
}

TEST(OutageTest, ARestoredLossInsideAnotherLeavesTheTransformerOut) {
    // a customer's own outage began before the transformer's and is part of neither its start nor
    // its count
    Desk desk(town());
    desk.run_to(60min);
    desk.alarm(5, power_lost, 30min);
    desk.run_to(70min);
    for (std::uint32_t m = 0; m < 3; ++m) {
        desk.alarm(m, power_lost, 65min);
    }
    EXPECT_EQ(desk.head.outage().belief(network(0)).since, at(65min));
    EXPECT_DOUBLE_EQ(desk.head.outage().belief(network(0)).confidence_frac, 3.0 / 12.0);
    desk.run_to(80min);
    EXPECT_EQ(desk.head.outage().open_customers(), 1U);
    EXPECT_EQ(desk.head.outage().open_transformers(), 1U);
}

} // namespace
} // namespace gridtwin::headend
