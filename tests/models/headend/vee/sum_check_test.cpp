// Sums of intervals against registers, to the mWh.
#include "tests/models/headend/vee/vee_desk.hpp"

namespace gridtwin::headend::vee {
namespace {

VeeConfig summed(SimDuration stamp = 0s) {
    VeeConfig config;
    config.rules = only(Rule::sum);
    config.rules.sum_stamp = stamp;
    config.estimation.order.clear();
    return config;
}

TEST(VeeSum, ReadAtIntervalEndsOneMilliwatthourMoreOrLessIsFlagged) {
    for (std::int64_t const off : {-1, 0, 1}) {
        Desk desk(1, 2, summed());
        desk.day(0, 0, [](std::uint32_t i) { return static_cast<std::int32_t>(1000 + i); });
        desk.registers(0, end_of(8), 5'000'000);
        desk.registers(0, end_of(12), 5'000'000 + 1008 + 1009 + 1010 + 1011 + off);
        desk.vee.run(0);
        for (std::uint32_t k = 1; k <= kDay; ++k) {
            EXPECT_EQ(desk.flagged(0, k, Rule::sum), off != 0 && k >= 9 && k <= 12) << k;
            EXPECT_EQ(desk.quality(0, k),
                      desk.flagged(0, k, Rule::sum) ? Quality::suspect : Quality::validated);
        }
        EXPECT_EQ(desk.vee.sums().pairs, 1U);
        EXPECT_EQ(desk.vee.sums().failed, off == 0 ? 0U : 1U);
    }
}

TEST(VeeSum, ToleranceIsAddedOnBothSides) {
    for (std::int64_t const off : {-6, -5, 5, 6}) {
        auto config = summed();
        config.rules.sum_tolerance_mwh = 5;
        Desk desk(1, 2, config);
        desk.day(0, 0, [](std::uint32_t) { return 1000; });
        desk.registers(0, end_of(8), 0);
        desk.registers(0, end_of(12), 4000 + off);
        desk.vee.run(0);
        EXPECT_EQ(desk.flagged(0, 9, Rule::sum), std::abs(off) == 6) << off;
    }
}

TEST(VeeSum, OfIntervalsThatAReadDividesAnyPartMayCountButNoMoreThanAll) {
    // read 5 min into interval 9 and 1 min before the end of 12: 10 and 11 are whole
    struct Case {
        std::int64_t difference;
        bool fails;
    };
    for (auto const& [difference, fails] :
         {Case{1999, true}, {2000, false}, {4000, false}, {4001, true}}) {
        Desk desk(1, 2, summed());
        desk.day(0, 0, [](std::uint32_t) { return 1000; });
        desk.registers(0, end_of(8) + 5min, 70);
        desk.registers(0, end_of(12) - 1min, 70 + difference);
        desk.vee.run(0);
        EXPECT_EQ(desk.flagged(0, 10, Rule::sum), fails) << difference;
        EXPECT_EQ(desk.flagged(0, 12, Rule::sum), fails) << difference;
        EXPECT_FALSE(desk.flagged(0, 9, Rule::sum)) << "it is of the pair before";
    }
}

TEST(VeeSum, AStampInWholeSecondsOpensTheIntervalAfterAnEnd) {
    for (std::int64_t const difference : {2999, 3000, 5000, 5001}) {
        Desk desk(1, 2, summed(1s));
        desk.day(0, 0, [](std::uint32_t) { return 1000; });
        desk.registers(0, end_of(8), 0); // up to 1 s after it, in interval 9
        desk.registers(0, end_of(12), difference);
        desk.vee.run(0);
        EXPECT_EQ(desk.flagged(0, 10, Rule::sum), difference < 3000 || difference > 5000)
            << difference;
    }
}

TEST(VeeSum, AStampInWholeSecondsLeavesOpenWhatTheConnectionCarriesInOne) {
    // 9.2 kW carry 2556 mWh in a second, 153,334 in a minute
    struct Case {
        SimDuration stamp;
        std::int64_t open;
    };
    for (auto const& [stamp, open] : {Case{1s, 2556}, {60s, 153'334}}) {
        for (int const sign : {1, -1}) {
            for (std::int64_t const beyond : {0, 1}) {
                for (int const side : {1, -1}) {
                    Desk desk(1, 2, summed(stamp));
                    desk.vee.set_traits(meter(0), 9200, sign < 0);
                    desk.day(0, 0, [=](std::uint32_t) { return sign * 500'000; });
                    std::int64_t const difference = sign * (4 * 500'000 + side * (open + beyond));
                    desk.registers(0, end_of(8), 3'000'000);
                    desk.registers(0, end_of(12), 3'000'000 + difference);
                    desk.vee.run(0);
                    EXPECT_EQ(desk.flagged(0, 10, Rule::sum), beyond != 0)
                        << stamp.count() << ' ' << sign << ' ' << side;
                }
            }
        }
    }
}

TEST(VeeSum, ARegisterOfTheStartThatComesLateIsHeldAgainstItsDay) {
    Desk desk(1, 2, summed());
    desk.day(0, 0, [](std::uint32_t) { return 1000; });
    desk.registers(0, end_of(8), 8001);
    desk.vee.run(0);
    EXPECT_FALSE(desk.flagged(0, 5, Rule::sum));
    desk.registers(0, kStart, 0);
    desk.vee.run(0);
    EXPECT_TRUE(desk.flagged(0, 5, Rule::sum));
}

TEST(VeeSum, WithAGapOnlyTooLittleIsTooLittle) {
    for (std::int64_t const difference : {2999, 3000, 900'000'000}) {
        Desk desk(1, 2, summed());
        desk.day(
            0, 0, [](std::uint32_t) { return 1000; }, [](std::uint32_t i) { return i != 9; });
        desk.registers(0, end_of(8), 0);
        desk.registers(0, end_of(12), difference);
        desk.vee.run(0);
        EXPECT_EQ(desk.flagged(0, 11, Rule::sum), difference == 2999) << difference;
    }
}

TEST(VeeSum, OfAMeterThatExportsAGapLeavesItOpen) {
    Desk desk(1, 2, summed());
    desk.vee.set_traits(meter(0), 0, true);
    desk.day(
        0, 0, [](std::uint32_t) { return -1000; }, [](std::uint32_t i) { return i != 9; });
    desk.registers(0, end_of(8), 0, 0);
    desk.registers(0, end_of(12), 0, 900'000);
    desk.vee.run(0);
    EXPECT_FALSE(desk.flagged(0, 11, Rule::sum));
    desk.reading(0, 10, -1000);
    desk.vee.run(0);
    EXPECT_TRUE(desk.flagged(0, 11, Rule::sum));
}

TEST(VeeSum, GoesOverMidnightAndIsCheckedWhenItsLastDayIs) {
    Desk desk(1, 3, summed());
    for (std::uint32_t d = 0; d < 2; ++d) {
        desk.day(0, d, [](std::uint32_t) { return 1000; });
    }
    desk.registers(0, end_of(90), 0);
    desk.registers(0, end_of(100), 10'001);
    desk.vee.run(0);
    EXPECT_FALSE(desk.flagged(0, 95, Rule::sum));
    EXPECT_EQ(desk.quality(0, 95), Quality::validated);
    desk.vee.run(1);
    for (std::uint32_t k = 80; k < 110; ++k) {
        EXPECT_EQ(desk.flagged(0, k, Rule::sum), k > 90 && k <= 100) << k;
    }
    EXPECT_EQ(desk.quality(0, 95), Quality::suspect);
}

TEST(VeeSum, ARegisterInBetweenSaysWhereItIsWrong) {
    Desk desk(1, 2, summed());
    desk.day(0, 0, [](std::uint32_t) { return 1000; });
    desk.registers(0, end_of(8), 0);
    desk.registers(0, end_of(16), 8001);
    desk.vee.run(0);
    EXPECT_TRUE(desk.flagged(0, 9, Rule::sum));
    desk.registers(0, end_of(12), 4000); // came late
    desk.registers(0, end_of(12), 9999); // doubled, and another: the first one stays
    desk.vee.run(0);
    EXPECT_FALSE(desk.flagged(0, 9, Rule::sum));
    EXPECT_EQ(desk.quality(0, 9), Quality::validated);
    EXPECT_TRUE(desk.flagged(0, 13, Rule::sum));
    EXPECT_EQ(desk.vee.sums().failed, 1U);
}

TEST(VeeSum, AReadingThatIsReplacedDoesNotSpoilTheSumOfTheOthers) {
    auto config = summed();
    config.rules.of(Rule::negative) = Action::replace;
    Desk desk(1, 2, config);
    desk.day(0, 0, [](std::uint32_t i) { return i == 9 ? -5 : 1000; });
    desk.registers(0, end_of(8), 0);
    desk.registers(0, end_of(12), 4000);
    desk.vee.run(0);
    EXPECT_TRUE(desk.flagged(0, 10, Rule::negative));
    EXPECT_FALSE(desk.flagged(0, 11, Rule::sum));
}

TEST(VeeSum, NoIntervalIsOfTwoPairs) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        SimTime t = kStart;
        std::uint32_t last = 0;
        for (std::uint64_t n = 0; n < 40; ++n) {
            auto const step = static_cast<std::int64_t>(
                7200.0 * draw01(Seed{seed}, EntityKey(EntityKind::world, 1), Purpose::test, n));
            RegisterPair const pair{{t, 0}, {t + std::chrono::seconds(step + 1), 0}};
            EXPECT_EQ(pair.first(15min), last + 1);
            last = pair.last(15min);
            t = pair.to.read;
        }
    }
}

TEST(VeeSum, PartsOfAnIntervalAddUpToIt) {
    EXPECT_EQ(part_of(900, 1, kStart, end_of(1), 15min), 900);
    EXPECT_EQ(part_of(900, 1, kStart + 5min, end_of(3), 15min), 600);
    EXPECT_EQ(part_of(900, 1, kStart, kStart + 5min, 15min), 300);
    EXPECT_EQ(part_of(-900, 1, kStart, kStart + 5min, 15min), -300);
    EXPECT_EQ(part_of(900, 3, kStart, end_of(2), 15min), 0);
}

} // namespace
} // namespace gridtwin::headend::vee
