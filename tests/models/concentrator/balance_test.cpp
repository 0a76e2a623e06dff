#include "models/concentrator/balance.hpp"
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

constexpr BalanceSpec kOn{.on = true, .limit_frac = 0.1, .alarm_after = 2};

void row_of_each(Balance& balance, std::uint32_t interval, std::int32_t mwh, int meters = 2) {
    for (int m = 0; m < meters; ++m) {
        balance.on_row(interval, mwh);
    }
}

TEST(Balance, ComparesAnIntervalOnceAllMetersAreThere) {
    Balance balance(kOn, 15min, 2, 0.0);
    balance.on_busbar(4000.0, kStart);
    balance.on_busbar(8000.0, kStart + 10min);
    balance.on_busbar(8000.0, kStart + 20min); // the interval's end lies in between
    balance.on_row(1, 600'000);
    EXPECT_TRUE(balance.take(kStart + 20min, 2).empty());
    balance.on_row(1, 650'000);
    auto const rows = balance.take(kStart + 20min, 2);
    ASSERT_EQ(rows.size(), 1U);
    // 4 kW for 10 min and 8 kW for 5 min
    EXPECT_EQ(rows[0].busbar_mwh, 1'333'333);
    EXPECT_EQ(rows[0].meters_mwh, 1'250'000);
    EXPECT_EQ(rows[0].interval, 1U);
    EXPECT_EQ(rows[0].meters, 2U);
    EXPECT_TRUE(balance.take(kStart + 20min, 2).empty()) << "once";
}

TEST(Balance, TheTransformerMetersErrorIsAShareOfItsEnergy) {
    Balance balance(kOn, 15min, 1, 0.005);
    balance.on_busbar(4000.0, kStart);
    balance.on_busbar(4000.0, kStart + 15min);
    balance.on_row(1, 1'000'000);
    EXPECT_NEAR(static_cast<double>(balance.take(kStart + 15min, 1).at(0).busbar_mwh), 1'005'000.0,
                1.0);
}

TEST(Balance, AlarmsOnceWhenAnImbalanceLasts) {
    Balance balance(kOn, 15min, 2, 0.0);
    balance.on_busbar(4000.0, kStart); // 1 kWh an interval
    balance.on_busbar(4000.0, kStart + 3h);
    auto const interval = [&](std::uint32_t k, std::int32_t mwh) {
        row_of_each(balance, k, mwh);
        EXPECT_EQ(balance.take(kStart + 3h, 2).size(), 1U);
        return balance.take_alarm();
    };
    EXPECT_FALSE(interval(1, 440'000)) << "12 %, the first";
    EXPECT_FALSE(interval(2, 460'000)) << "8 % end it";
    EXPECT_FALSE(interval(3, 440'000));
    auto const alarm = interval(4, 430'000);
    ASSERT_TRUE(alarm);
    EXPECT_EQ(alarm->occurred, kStart + 1h);
    EXPECT_NEAR(alarm->share_frac, 0.14, 1e-5);
    EXPECT_FALSE(interval(5, 430'000)) << "it is known";
    EXPECT_FALSE(interval(7, 430'000)) << "not in a row";
    EXPECT_TRUE(interval(8, 560'000)) << "too much is an imbalance as well";
    EXPECT_EQ(balance.counts().alarms, 2U);
}

TEST(Balance, IntervalsOfASilentMeterAreHandedOnAndHoldNothingElseUp) {
    Balance balance(kOn, 15min, 2, 0.0);
    balance.on_busbar(4000.0, kStart);
    balance.on_busbar(4000.0, kStart + 26h);
    balance.on_row(1, 5);
    row_of_each(balance, 2, 480'000);
    EXPECT_EQ(balance.take(kStart + 1h, 2).size(), 1U);
    auto const rows = balance.take(kStart + 25h, 2);
    ASSERT_EQ(rows.size(), 3U) << "1, 3 and 4: those that ended a day ago";
    EXPECT_EQ(rows[0], (wire::BalanceRow{
                           .interval = 1, .meters = 1, .busbar_mwh = 1'000'000, .meters_mwh = 5}));
    EXPECT_EQ(rows[2].meters, 0U);
    EXPECT_EQ(balance.counts().left, 3U);
    EXPECT_EQ(balance.counts().records, 1U);
    balance.on_row(1, 5); // much too late: nothing waits for it
    EXPECT_TRUE(balance.take(kStart + 25h, 2).empty());
}

TEST(Balance, WhatLacksOnlyRowsThatOthersReadIsHandedOnAtOnce) {
    Balance balance(kOn, 15min, 3, 0.0);
    balance.on_busbar(4000.0, kStart);
    balance.on_busbar(4000.0, kStart + 1h);
    row_of_each(balance, 1, 100'000, 3);
    row_of_each(balance, 2, 100'000, 2);
    row_of_each(balance, 3, 100'000, 1);
    auto const rows = balance.take(kStart + 1h, 2);
    ASSERT_EQ(rows.size(), 2U) << "of the third one, a member's row is to come";
    EXPECT_EQ(rows[0].meters, 3U);
    EXPECT_EQ(rows[1],
              (wire::BalanceRow{
                  .interval = 2, .meters = 2, .busbar_mwh = 1'000'000, .meters_mwh = 200'000}));
    EXPECT_EQ(balance.take(kStart + 1h, 1).size(), 1U) << "that member is another's by now";
    EXPECT_EQ(balance.counts().left, 2U);
    EXPECT_EQ(balance.counts().records, 1U);
}

TEST(Balance, AConcentratorSendsItsBalancesAndItsAlarmUpstream) {
    ConcentratorSpec spec = polling();
    spec.balance = kOn;
    FakeField field(spec, 4, {});
    // What the fake meters count is next to nothing.
    field.concentrator->on_busbar(2.0, kStart);
    for (int k = 1; k <= 24 * 4; ++k) {
        field.run_to(kStart + k * 15min);
        field.concentrator->on_busbar(2.0, field.now);
    }
    std::uint32_t rows = 0;
    for (auto const& message : field.uplinked_of(MessageKind::balance)) {
        auto const decoded = wire::decode_balance(message.payload);
        ASSERT_TRUE(decoded.ok());
        for (auto const& row : decoded.blocks) {
            EXPECT_EQ(row.interval, ++rows);
            std::int64_t sum = 0;
            for (auto const id : field.ids) {
                sum += row_of(id, row.interval).import_mwh;
            }
            EXPECT_EQ(row.meters_mwh, sum);
        }
    }
    EXPECT_EQ(rows, 80U) << "to eight in the evening";
    auto const alarms = field.uplinked_of(MessageKind::alarm);
    ASSERT_EQ(alarms.size(), 1U);
    EXPECT_EQ(alarms[0].value, static_cast<std::int64_t>(AlarmKind::imbalance));
    EXPECT_EQ(alarms[0].meter, kNone<MeterId>);
    EXPECT_EQ(alarms[0].concentrator, ConcentratorId{4});
}

TEST(Balance, WithoutOneNothingIsSent) {
    FakeField field(polling(), 4, {});
    field.run_to(kStart + 24h);
    EXPECT_TRUE(field.uplinked_of(MessageKind::balance).empty());
}

} // namespace
} // namespace gridtwin::concentrator
