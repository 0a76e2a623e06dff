#include "models/concentrator/concentrator.hpp"
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

TEST(ConcentratorPowerTest, OnBatteryItHandsAlarmsThroughButDoesNotPoll) {
    FakeField field({}, 2, {});
    field.run_to(kStart + 3h);
    field.concentrator->set_mains(false, field.now);
    EXPECT_EQ(field.concentrator->next_event(), kStart + 5h); // empty
    field.run_to(kStart + 4h + 30min);
    EXPECT_TRUE(field.requests.empty());
    EXPECT_TRUE(field.concentrator->alive());
    Message alarm;
    alarm.kind = MessageKind::alarm;
    alarm.meter = field.ids[0];
    field.from_meter(alarm);
    EXPECT_EQ(field.uplinked.size(), 1U);
}

TEST(ConcentratorPowerTest, WithAnEmptyBatteryItIsSilentUntilMainsReturnsAndThenCatchesUp) {
    FakeField field({}, 2, {});
    field.run_to(kStart + 3h);
    field.concentrator->set_mains(false, field.now);
    field.run_to(kStart + 5h);
    EXPECT_FALSE(field.concentrator->alive());
    EXPECT_EQ(field.concentrator->next_event(), kNever);
    Message alarm;
    alarm.kind = MessageKind::alarm;
    alarm.meter = field.ids[0];
    field.from_meter(alarm);
    field.order(MessageKind::set_relay, field.ids[0], 1, 1);
    EXPECT_TRUE(field.uplinked.empty());
    EXPECT_TRUE(field.requests.empty());
    field.run_to(kStart + 9h);
    field.concentrator->set_mains(true, field.now);
    EXPECT_TRUE(field.concentrator->alive());
    EXPECT_EQ(field.concentrator->next_event(), kStart + 9h + 1min);
    field.run_to(kStart + 9h + 30min);
    EXPECT_EQ(field.concentrator->missing_rows(kStart + 9h), 0U);
    EXPECT_EQ(field.uploaded.size(), 2U * 35U); // ended two minutes before: 35
}

TEST(ConcentratorPowerTest, NothingStoredIsLostWhenItDies) {
    FakeField field({.battery = 10s, .upload_max_wait = 1h}, 30, {});
    field.run_to(kStart + 4h + 2min + 20s); // in the middle of its round, nothing uploaded yet
    std::uint64_t const stored = field.concentrator->counts().rows_stored;
    ASSERT_GT(stored, 16U);
    ASSERT_TRUE(field.uplinked.empty());
    field.concentrator->set_mains(false, field.now);
    field.run_to(kStart + 6h);
    EXPECT_FALSE(field.concentrator->alive());
    field.concentrator->set_mains(true, field.now);
    field.run_to(kStart + 7h);
    EXPECT_EQ(field.uploaded.size(), 30U * 16U);
    for (auto const& [row, times] : field.uploaded) {
        EXPECT_EQ(times, 1);
    }
}

TEST(ConcentratorPowerTest, AnInterruptedRoundGoesOnWhenTheMainsIsBack) {
    FakeField field({}, 30, {});
    field.run_to(kStart + 4h + 2min + 20s);
    field.concentrator->set_mains(false, field.now);
    field.run_to(kStart + 4h + 30min);
    std::size_t const asked = field.requests.size();
    field.concentrator->set_mains(true, field.now);
    field.run_to(kStart + 5h);
    EXPECT_GT(field.requests.size(), asked);
    EXPECT_EQ(field.uploaded.size(), 30U * 16U);
}

TEST(ConcentratorPowerTest, TheBatteryIsAsFullAsItsTimeOnMainsMadeIt) {
    FakeField field({.battery = 2h, .battery_recharge = 10h}, 0, {});
    auto& c = *field.concentrator;
    auto const mains = [&](bool on, SimTime t) {
        field.run_to(t);
        c.set_mains(on, t);
    };
    mains(false, kStart + 1h);
    mains(true, kStart + 2h);  // one hour left
    mains(false, kStart + 4h); // two hours charge 0.4 h
    EXPECT_EQ(c.next_event(), kStart + 4h + 1h + 24min);
    mains(true, kStart + 5h);
    mains(false, kStart + 40h);
    EXPECT_EQ(c.next_event(), kStart + 42h); // never more than full
}

TEST(ConcentratorPowerTest, MainsThatReturnsTooLateFindsItDead) {
    FakeField field({.battery = 1h}, 1, {});
    auto& c = *field.concentrator;
    field.order(MessageKind::set_relay, field.ids[0], 3, 1);
    ASSERT_TRUE(c.outstanding().has_value());
    c.set_mains(false, kStart + 1s);
    c.set_mains(true, kStart + 2h); // nobody called its timer in between
    EXPECT_FALSE(c.outstanding().has_value());
    EXPECT_TRUE(c.alive());
}

TEST(ConcentratorPowerTest, ACopyIsASnapshot) {
    FakeField field({}, 6, {.loss = 0.3});
    field.run_to(kStart + 4h + 3min);
    Concentrator const before = *field.concentrator;
    field.run_to(kStart + 9h);
    EXPECT_EQ(before.counts().rounds, 1U);
    EXPECT_LT(before.counts().rows_stored, field.concentrator->counts().rows_stored);
}

} // namespace
} // namespace gridtwin::concentrator
