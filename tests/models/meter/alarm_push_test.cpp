#include "models/meter/alarm_push.hpp"

#include <gtest/gtest.h>

#include <array>

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;

constexpr MeterId kMeter{3};
constexpr SimTime kWhen = kStart + 10h;

struct AlarmPushTest : testing::Test {
    AlarmPush push{{.retries = 2, .repetition_delay = 30s, .repetition_spread = 60s}, Seed{7}};
    std::uint64_t sent = 0;

    /// A try over each of these channels. @return the datagrams
    std::vector<AlarmTry> send(AlarmKind kind, std::vector<Channel> const& over = {Channel::plc},
                               SimTime dated = kWhen) {
        std::vector<AlarmTry> tries;
        for (auto const channel : over) {
            tries.emplace_back(channel, sent++);
        }
        push.on_sent(kMeter, kind, dated, tries);
        return tries;
    }
    std::vector<AlarmTry> begin(AlarmKind kind, std::vector<Channel> const& over = {Channel::plc},
                                SimTime dated = kWhen) {
        push.begin(kMeter, kind, dated);
        return send(kind, over, dated);
    }
};

TEST_F(AlarmPushTest, WhatTheNextHopHasIsForgotten) {
    auto const tries = begin(AlarmKind::relay_failed);
    EXPECT_TRUE(push.keeps(kMeter, AlarmKind::relay_failed, kWhen));
    EXPECT_FALSE(push.on_first_hop(tries[0], true));
    EXPECT_FALSE(push.keeps(kMeter, AlarmKind::relay_failed, kWhen));
    EXPECT_EQ(push.size(), 0U);
    EXPECT_EQ(push.bytes(), 0U);
}

TEST_F(AlarmPushTest, AfterATryInVainComesAnotherUntilThereAreNoMore) {
    auto tries = begin(AlarmKind::limit_warned);
    std::vector<SimDuration> waits;
    for (std::uint64_t n = 0; n < 2; ++n) {
        auto const again = push.on_first_hop(tries[0], false);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->meter, kMeter);
        EXPECT_EQ(again->kind, AlarmKind::limit_warned);
        EXPECT_EQ(again->dated, kWhen) << "the same alarm, however late";
        EXPECT_GE(again->after, 30s);
        EXPECT_LT(again->after, 90s);
        waits.push_back(again->after);
        EXPECT_EQ(push.repeated(), n);
        tries = send(again->kind);
        EXPECT_EQ(push.repeated(), n + 1);
    }
    EXPECT_NE(waits[0], waits[1]);
    EXPECT_FALSE(push.on_first_hop(tries[0], false));
    EXPECT_EQ(push.given_up(), 1U);
    EXPECT_EQ(push.bytes(), 0U);
}

TEST_F(AlarmPushTest, ALaterOneOfTheKindTakesItsPlace) {
    auto const first = begin(AlarmKind::supply_curtailed);
    auto const other = begin(AlarmKind::supply_restored);
    auto const later = begin(AlarmKind::supply_curtailed, {Channel::plc}, kWhen + 20s);
    EXPECT_FALSE(push.on_first_hop(first[0], false)) << "nobody asks for it any more";
    EXPECT_TRUE(push.on_first_hop(other[0], false)) << "of another kind";
    auto const again = push.on_first_hop(later[0], false);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->dated, kWhen + 20s);
    // and so while the first waits for its next try
    begin(AlarmKind::supply_curtailed, {Channel::plc}, kWhen + 40s);
    EXPECT_FALSE(push.keeps(kMeter, AlarmKind::supply_curtailed, kWhen + 20s));
    EXPECT_EQ(push.given_up(), 0U);
    EXPECT_EQ(push.replaced(), 2U);
}

TEST_F(AlarmPushTest, OverTwoChannelsOneThatHasItIsEnough) {
    auto tries = begin(AlarmKind::power_restored, {Channel::plc, Channel::rf});
    EXPECT_FALSE(push.on_first_hop(tries[0], false)) << "the other may do it";
    EXPECT_FALSE(push.on_first_hop(tries[1], true));
    EXPECT_EQ(push.size(), 0U);
    tries = begin(AlarmKind::power_restored, {Channel::plc, Channel::rf});
    EXPECT_FALSE(push.on_first_hop(tries[1], false));
    EXPECT_TRUE(push.on_first_hop(tries[0], false));
}

TEST_F(AlarmPushTest, WithoutSupplyItWaitsAndWhatIsNotTrueAnyMoreIsNotTold) {
    auto const relay = begin(AlarmKind::relay_failed);
    auto const power = begin(AlarmKind::power_restored);
    EXPECT_TRUE(push.on_first_hop(relay[0], false));
    EXPECT_TRUE(push.on_first_hop(power[0], false));
    push.on_supply_lost(kMeter);
    push.put_off(kMeter, AlarmKind::relay_failed, kWhen);
    push.put_off(kMeter, AlarmKind::power_restored, kWhen);
    EXPECT_TRUE(push.on_supply_back(MeterId{2}).empty());
    auto const again = push.on_supply_back(kMeter);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].kind, AlarmKind::relay_failed);
    EXPECT_GE(again[0].after, 30s);
    EXPECT_TRUE(push.on_supply_back(kMeter).empty()) << "once";
}

TEST_F(AlarmPushTest, WithoutAModemThatWorksNothingIsTriedAgain) {
    push.begin(kMeter, AlarmKind::locked_out, kWhen);
    push.on_sent(kMeter, AlarmKind::locked_out, kWhen, {});
    EXPECT_EQ(push.size(), 0U);
    EXPECT_FALSE(push.on_first_hop({Channel::plc, 99}, false)) << "what it never sent";
}

TEST(AlarmPush, DrawsAreTheSameWhateverElseWasTriedAgain) {
    auto const wait_of = [](MeterId meter, bool others) {
        AlarmPush push({}, Seed{7});
        std::uint64_t handle = 0;
        if (others) {
            std::array const one{AlarmTry{Channel::plc, handle}};
            push.begin(MeterId{9}, AlarmKind::tamper_detected, kWhen);
            push.on_sent(MeterId{9}, AlarmKind::tamper_detected, kWhen, one);
            EXPECT_TRUE(push.on_first_hop({Channel::plc, handle++}, false));
        }
        std::array const one{AlarmTry{Channel::plc, handle}};
        push.begin(meter, AlarmKind::tamper_detected, kWhen);
        push.on_sent(meter, AlarmKind::tamper_detected, kWhen, one);
        return push.on_first_hop({Channel::plc, handle}, false)->after;
    };
    EXPECT_EQ(wait_of(kMeter, false), wait_of(kMeter, true));
    EXPECT_NE(wait_of(kMeter, false), wait_of(MeterId{4}, false));
}

} // namespace
} // namespace gridtwin::meter
