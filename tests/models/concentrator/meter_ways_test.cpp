// Meters on two channels: who is asked over which, and that nothing is lost or doubled by it.
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

constexpr MeterWay kBoth{.primary = Channel::plc, .backup = Channel::rf};

TEST(MeterWaysTest, TheBackupIsUsedAfterSoManyUnansweredRequestsAndThePrimaryTriedAgainLater) {
    MeterWays ways({.backup_after = 2, .primary_again = 6h}, std::array{kBoth});
    SimTime const t = kStart;
    EXPECT_EQ(ways.choose(0, t), Channel::plc);
    EXPECT_FALSE(ways.on_timeout(0, t));
    EXPECT_EQ(ways.choose(0, t), Channel::plc);
    EXPECT_TRUE(ways.on_timeout(0, t));
    EXPECT_EQ(ways.choose(0, t), Channel::rf);
    EXPECT_EQ(ways.choose(0, t + 6h - 1ns), Channel::rf);
    EXPECT_EQ(ways.choose(0, t + 6h), Channel::plc) << "one try";
    EXPECT_TRUE(ways.on_timeout(0, t + 6h)) << "and back";
    EXPECT_EQ(ways.choose(0, t + 12h - 1ns), Channel::rf);
    EXPECT_EQ(ways.choose(0, t + 12h), Channel::plc);
    ways.on_answer(0);
    EXPECT_FALSE(ways.on_timeout(0, t + 12h)) << "an answer makes it a primary as any other";
}

TEST(MeterWaysTest, AnAnswerForgivesWhatWasUnansweredBefore) {
    MeterWays ways({.backup_after = 2}, std::array{kBoth});
    for (int k = 0; k < 10; ++k) {
        EXPECT_FALSE(ways.on_timeout(0, kStart));
        ways.on_answer(0);
    }
    EXPECT_EQ(ways.choose(0, kStart), Channel::plc);
}

TEST(MeterWaysTest, ABackupThatIsSilentTooSendsTheMeterBack) {
    MeterWays ways({.backup_after = 2}, std::array{kBoth});
    for (Channel const expected : {Channel::plc, Channel::rf, Channel::plc, Channel::rf}) {
        for (int k = 0; k < 2; ++k) {
            EXPECT_EQ(ways.choose(0, kStart), expected);
            ways.on_timeout(0, kStart);
        }
    }
}

TEST(MeterWaysTest, WithoutABackupThePrimaryIsAllThereIs) {
    MeterWays ways({.backup_after = 1}, std::array{MeterWay{Channel::rf, Channel::rf}, kBoth});
    EXPECT_FALSE(ways.on_timeout(0, kStart));
    EXPECT_EQ(ways.choose(0, kStart), Channel::rf);
    EXPECT_TRUE(ways.on_timeout(1, kStart));
    EXPECT_EQ(ways.choose(1, kStart), Channel::rf);
    EXPECT_FALSE(ways.on_backup(0));
    EXPECT_TRUE(ways.on_backup(1));
}

TEST(MeterWaysTest, AMeterIsAskedOnlyWhereItIsRegistered) {
    MeterWays ways({.backup_after = 1}, std::array{kBoth, MeterWay{}});
    EXPECT_EQ(ways.members(), 2U);
    ways.set_registered(0, Channel::plc, false);
    EXPECT_TRUE(ways.member(0));
    EXPECT_FALSE(ways.registered(0, Channel::plc));
    EXPECT_TRUE(ways.reaches(0, Channel::plc));
    EXPECT_EQ(ways.choose(0, kStart), Channel::rf);
    EXPECT_TRUE(ways.on_backup(0));
    EXPECT_FALSE(ways.on_timeout(0, kStart)) << "there is no other one";
    EXPECT_EQ(ways.choose(0, kStart), Channel::rf);
    ways.set_registered(1, Channel::rf, true); // which it has not
    EXPECT_FALSE(ways.registered(1, Channel::rf));
    EXPECT_TRUE(ways.any_has(Channel::rf));
    ways.set_registered(0, Channel::rf, false);
    EXPECT_FALSE(ways.any_has(Channel::rf));
    EXPECT_FALSE(ways.member(0));
    EXPECT_EQ(ways.members(), 1U);
    ways.set_registered(0, Channel::plc, true);
    ways.set_registered(0, Channel::rf, true);
    EXPECT_EQ(ways.choose(0, kStart), Channel::plc) << "the primary, as any other's";
    EXPECT_TRUE(ways.on_timeout(0, kStart));
    EXPECT_EQ(ways.choose(0, kStart), Channel::rf);
}

TEST(ConcentratorWays, AMeterThatThePowerLineLosesIsReadOverRadioInTheSameRound) {
    FakeField field(polling(), 3, {}, {kBoth, kBoth, MeterWay{}});
    field.cut[{field.ids[0], Channel::plc}] = true;
    field.cut[{field.ids[2], Channel::plc}] = true; // and has nothing else
    field.run_to(kStart + 4h + 30min);
    EXPECT_EQ(field.uploaded.size(), 2U * 16U);
    EXPECT_EQ(field.concentrator->counts().channel_switches, 1U);
    EXPECT_EQ(field.concentrator->counts().on_backup, 1U);
    for (std::size_t k = 0; k < field.requests.size(); ++k) {
        bool const backup = field.channels[k] == Channel::rf;
        EXPECT_TRUE(!backup || field.requests[k].meter == field.ids[0]);
    }
    // The next round finds it where it answered; six hours later the power line gets a try.
    field.cut.clear();
    field.run_to(kStart + 8h + 30min);
    EXPECT_EQ(field.concentrator->counts().on_backup, 2U);
    field.run_to(kStart + 12h + 30min);
    EXPECT_EQ(field.concentrator->counts().on_backup, 2U);
    EXPECT_FALSE(field.concentrator->ways().on_backup(0));
}

TEST(ConcentratorWays, CommandsTakeTheSameWay) {
    FakeField field(polling({.command_tries = 3}), 1, {}, {kBoth});
    field.cut[{field.ids[0], Channel::plc}] = true;
    field.run_to(kStart + 1h);
    field.order(MessageKind::set_relay, field.ids[0], 7, 0);
    field.run_to(kStart + 1h + 5min);
    ASSERT_EQ(field.uplinked_of(MessageKind::acknowledgement).size(), 1U);
    EXPECT_EQ(field.channels, (std::vector{Channel::plc, Channel::plc, Channel::rf}));
}

TEST(ConcentratorWays, AnAlarmThatComesOverBothChannelsIsHandedUpOnce) {
    FakeField field(polling(), 2, {}, {kBoth, MeterWay{}});
    Message alarm;
    alarm.kind = MessageKind::alarm;
    alarm.meter = field.ids[0];
    alarm.value = static_cast<std::int64_t>(AlarmKind::power_lost);
    alarm.occurred = kStart + 1h;
    Message restored = alarm;
    restored.value = static_cast<std::int64_t>(AlarmKind::power_restored);
    restored.occurred = kStart + 2h;
    for (Message const& one : {alarm, restored, alarm, restored}) { // the slower channel's last
        field.from_meter(one);
    }
    EXPECT_EQ(field.uplinked_of(MessageKind::alarm).size(), 2U);
    EXPECT_EQ(field.concentrator->counts().alarms_doubled, 2U);
}

TEST(ConcentratorWays, OverAnyPatternOfLossRowsArriveOnceAndMoreOfThemThanWithoutBackup) {
    std::size_t alone = 0;
    std::size_t both = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Line const line{.loss = 0.3, .doubled = 0.3, .late = 0.3, .draws_row = 4000 + seed};
        for (bool const backup : {false, true}) {
            FakeField field(polling(), 8, line,
                            std::vector<MeterWay>(8, backup ? kBoth : MeterWay{}));
            for (std::size_t m = 0; m < 8; m += 2) { // half the meters: no power line today
                field.cut[{field.ids[m], Channel::plc}] = true;
            }
            field.run_to(kStart + 24h);
            for (auto const& [row, times] : field.uploaded) {
                ASSERT_EQ(times, 1);
            }
            ASSERT_EQ(field.uploaded.size(), field.concentrator->counts().rows_stored);
            (backup ? both : alone) += field.uploaded.size();
        }
    }
    EXPECT_GT(static_cast<double>(both), 1.7 * static_cast<double>(alone));
}

} // namespace
} // namespace gridtwin::concentrator
