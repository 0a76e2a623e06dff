// Customers whose meters keep no balance: the head-end disconnects and reconnects.
#include "tests/models/headend/prepayment/till.hpp"

#include <gtest/gtest.h>

namespace gridtwin::headend {
namespace {

constexpr std::int32_t kHalf = 500'000; // 10 cents

TEST(SupplyTest, WhoHasUsedUpHisCreditIsDisconnectedAndReconnectedOncePaid) {
    Till till(twenty_cents(false), {10});
    till.read(1, kHalf);
    ASSERT_EQ(till.ports.relays.size(), 1U);
    EXPECT_EQ(till.ports.relays[0].kind, CommandKind::open_relay);
    EXPECT_EQ(till.ports.relays[0].effective, kStart) << "no friendly hours: no limit";
    till.relay(true);
    till.read(2, 0);
    EXPECT_EQ(till.ports.relays.size(), 1U);
    till.to(kStart + 1h);
    till.pay(1, 5);
    ASSERT_EQ(till.ports.relays.size(), 2U);
    EXPECT_EQ(till.ports.relays[1].kind, CommandKind::close_relay);
    till.relay(true);
    EXPECT_TRUE(till.ports.sent.empty()) << "there is no balance to tell";
    EXPECT_EQ(till.told(),
              (std::vector{CreditNoticeKind::exhausted, CreditNoticeKind::disconnected,
                           CreditNoticeKind::restored, CreditNoticeKind::reconnected}));
}

TEST(SupplyTest, APaymentOvertakesAnOrderToDisconnect) {
    Till till(twenty_cents(false), {10});
    till.read(1, kHalf);
    till.to(kStart + 1min);
    till.pay(1, 5);
    ASSERT_EQ(till.ports.relays.size(), 2U);
    EXPECT_EQ(till.ports.relays[1].kind, CommandKind::close_relay);
    till.till->on_relay(till.ports.relays[0].id, Till::kMeter, true);
    EXPECT_EQ(till.till->counts().disconnections, 0U) << "an order that has been overtaken";
}

TEST(SupplyTest, NobodyIsDisconnectedInFriendlyHoursNorSoonAfter) {
    auto kind = twenty_cents(false);
    kind.terms.week_at_start = 20h;
    kind.friendly = {{.from = 18h, .to = 9h}};
    Till till(kind, {10});
    till.read(1, kHalf);
    till.to(kStart + 13h + 4min);
    EXPECT_TRUE(till.ports.relays.empty());
    till.to(kStart + 13h + 5min);
    ASSERT_EQ(till.ports.relays.size(), 1U);
    EXPECT_EQ(till.ports.relays[0].effective, kStart + 22h) << "not from 18:00 on";
}

TEST(SupplyTest, CloseToFriendlyHoursNoOrderIsGiven) {
    auto kind = twenty_cents(false);
    kind.friendly = {{.from = 1h, .to = 2h}};
    Till till(kind, {10});
    till.to(kStart + 50min);
    till.read(1, kHalf);
    till.to(kStart + 2h);
    EXPECT_TRUE(till.ports.relays.empty());
    till.to(kStart + 2h + 5min);
    EXPECT_EQ(till.ports.relays.size(), 1U);
}

TEST(SupplyTest, AnOrderThatCameToNothingIsGivenAgainUnlessItWasPaidMeanwhile) {
    Till till(twenty_cents(false), {10});
    till.read(1, kHalf);
    till.relay(false);
    till.to(kStart + 59min);
    EXPECT_EQ(till.ports.relays.size(), 1U);
    till.to(kStart + 1h);
    EXPECT_EQ(till.ports.relays.size(), 2U);
    till.relay(false);
    till.pay(1, 100);
    ASSERT_EQ(till.ports.relays.size(), 3U) << "it may have been executed for all that";
    EXPECT_EQ(till.ports.relays[2].kind, CommandKind::close_relay);
    till.relay(false);
    till.to(kStart + 2h);
    ASSERT_EQ(till.ports.relays.size(), 4U);
    EXPECT_EQ(till.ports.relays[3].kind, CommandKind::close_relay);
    till.relay(true);
    till.to(kStart + 24h);
    EXPECT_EQ(till.ports.relays.size(), 4U);
}

TEST(SupplyTest, EmergencyCreditAndWhatReconnectsCount) {
    auto kind = twenty_cents(false);
    kind.emergency = {20};
    kind.reconnect_above = {5};
    Till till(kind, {10});
    till.read(1, kHalf);
    till.read(2, kHalf);
    EXPECT_TRUE(till.ports.relays.empty());
    till.read(3, kHalf);
    EXPECT_EQ(till.ports.relays.size(), 1U);
    till.relay(true);
    till.pay(1, 5);
    EXPECT_EQ(till.ports.relays.size(), 1U);
    till.pay(2, 1);
    EXPECT_EQ(till.ports.relays.size(), 2U);
}

} // namespace
} // namespace gridtwin::headend
