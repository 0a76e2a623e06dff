// Estimates that add up to the register.
#include "tests/models/headend/vee/vee_desk.hpp"

namespace gridtwin::headend::vee {
namespace {

constexpr Grade kScaled{Quality::estimated, Source::scaled};

std::int32_t shape(std::uint32_t i) {
    return static_cast<std::int32_t>(100'000 + 977 * i - 9 * i * i);
}

TEST(VeeScaled, AProfileOfEqualDaysScaledByTwoIsExact) {
    Desk desk(1, 3);
    desk.day(0, 0, shape);
    desk.day(
        0, 1, [](std::uint32_t i) { return 2 * shape(i); },
        [](std::uint32_t i) { return i < 20 || i >= 60; });
    std::int64_t used = 0;
    for (std::uint32_t i = 0; i < kDay; ++i) {
        used += 2 * shape(i);
    }
    desk.registers(0, end_of(kDay), 10'000);
    desk.registers(0, end_of(2 * kDay), 10'000 + used);
    desk.vee.run(1);
    for (std::uint32_t i = 20; i < 60; ++i) {
        EXPECT_EQ(desk.vee.value(meter(0), kDay + i + 1), (Value{2 * shape(i), kScaled})) << i;
    }
    EXPECT_EQ(desk.energy(0, kDay + 1, 2 * kDay), used);
}

TEST(VeeScaled, WithoutAnyProfileItIsAnEvenOne) {
    Desk desk(1, 2);
    desk.registers(0, end_of(0), 0);
    desk.registers(0, end_of(kDay), 96 * 1000 + 3);
    desk.vee.run(0);
    for (std::uint32_t k = 1; k <= kDay; ++k) {
        EXPECT_EQ(desk.vee.value(meter(0), k), (Value{k <= 3 ? 1001 : 1000, kScaled}));
    }
}

TEST(VeeScaled, AnOutageGetsNothingOfIt) {
    Desk desk(1, 2);
    desk.vee.on_outage(meter(0), end_of(10), end_of(20));
    desk.registers(0, end_of(0), 0);
    desk.registers(0, end_of(kDay), 86 * 1000);
    desk.vee.run(0);
    for (std::uint32_t k = 1; k <= kDay; ++k) {
        bool const dark = k > 10 && k <= 20;
        EXPECT_EQ(desk.vee.value(meter(0), k).mwh, dark ? 0 : 1000) << k;
        EXPECT_EQ(desk.vee.value(meter(0), k).grade.source, dark ? Source::zero : Source::scaled);
    }
}

TEST(VeeScaled, ItDoesNotApplyWhereTheRegisterLeavesLessThanNothingOrTooMuch) {
    for (std::int64_t const left : {-1LL, 0LL, 17'250'000LL, 17'250'001LL}) { // 69 kW
        VeeConfig config;
        config.rules.sum_stamp = 0s;
        Desk desk(1, 2, config);
        desk.day(
            0, 0, [](std::uint32_t) { return 1000; }, [](std::uint32_t i) { return i != 40; });
        desk.registers(0, end_of(0), 0);
        desk.registers(0, end_of(kDay), 95'000 + left);
        desk.vee.run(0);
        bool const fits = left == 0 || left == 17'250'000;
        EXPECT_EQ(desk.vee.value(meter(0), 41).grade.source,
                  fits ? Source::scaled : (left < 0 ? Source::none : Source::linear))
            << left; // where the sum is too small its readings are suspect: no end points
    }
}

TEST(VeeScaled, OfExportTheDifferenceIsSpreadOverTheProfile) {
    Desk desk(1, 3);
    desk.vee.set_traits(meter(0), 0, true);
    auto const sun = [](std::uint32_t i) { return i >= 40 && i < 56 ? -300'000 : 100'000; };
    desk.day(0, 0, sun);
    desk.day(0, 1, sun, [](std::uint32_t i) { return i < 30 || i >= 60; });
    std::int64_t used = 80 * 100'000 - 16 * 300'000;
    desk.registers(0, end_of(kDay), 0, 0);
    desk.registers(0, end_of(2 * kDay), 80 * 100'000, 16 * 300'000 + 61);
    desk.vee.run(1);
    EXPECT_EQ(desk.energy(0, kDay + 1, 2 * kDay), used - 61);
    for (std::uint32_t i = 30; i < 60; ++i) {
        EXPECT_EQ(desk.vee.value(meter(0), kDay + i + 1).mwh, sun(i) - (i == 30 ? 3 : 2)) << i;
    }
}

TEST(VeeScaled, ARegisterThatComesLaterTakesOtherEstimatesPlaces) {
    Desk desk(1, 3);
    desk.day(
        0, 0, [](std::uint32_t) { return 1000; }, [](std::uint32_t i) { return i != 40; });
    desk.vee.run(0);
    EXPECT_EQ(desk.vee.value(meter(0), 41), (Value{1000, {Quality::estimated, Source::linear}}));
    desk.registers(0, end_of(0), 0);
    desk.registers(0, end_of(kDay), 95'000 + 1234);
    desk.vee.run(0);
    EXPECT_EQ(desk.vee.value(meter(0), 41), (Value{1234, kScaled}));
    ASSERT_EQ(desk.vee.trail().size(), 2U);
    EXPECT_EQ(desk.vee.trail().at(2).value_before(),
              (Value{1000, {Quality::estimated, Source::linear}}));
}

TEST(VeeScaled, APairFollowsTheOneBeforeWhenTheIntervalBetweenThemMoves) {
    Desk desk(1, 8);
    std::uint32_t const between = 5 * kDay + 49; // beyond the days that flags of day 0 reach
    SimTime const read = end_of(between - 1) + 5min;
    for (std::uint32_t k = 1; k <= 7 * kDay; ++k) {
        if (k != 10 && k != 20 && k != between && k != 6 * kDay + 10) {
            desk.reading(0, k, 9000);
        }
    }
    desk.registers(0, end_of(0), 0);
    desk.registers(0, read, (between - 1) * 9000 + 3000);
    desk.registers(0, end_of(7 * kDay), 7 * kDay * 9000);
    desk.vee.run(6);
    EXPECT_EQ(desk.vee.value(meter(0), between), (Value{9000, kScaled}));
    EXPECT_EQ(desk.vee.value(meter(0), 6 * kDay + 10), (Value{9000, kScaled}));
    desk.reading(0, 10, 3000); // so the others of the first pair held more
    desk.vee.run(6);
    auto const more = desk.vee.value(meter(0), between).mwh - 9000;
    EXPECT_GT(more, 0);
    EXPECT_EQ(desk.vee.value(meter(0), 6 * kDay + 10).mwh,
              9000 - (more - part_of(more, between, kStart, read, 15min)));
}

/// Random days with readings missing and registers read at any instants.
struct Random {
    explicit Random(std::uint64_t seed) : seed_(seed) {}
    double operator()() {
        return draw01(Seed{seed_}, EntityKey(EntityKind::world, 3), Purpose::test, n_++);
    }
    std::uint64_t seed_;
    std::uint64_t n_ = 0;
};

TEST(VeeScaled, PropertyBetweenReadsAtIntervalEndsEnergyIsTheRegistersToTheMilliwatthour) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Random draw(seed);
        Desk desk(1, 8);
        double const missing = draw() * 0.6;
        std::vector<std::int64_t> net{0}; // [interval] register at its end
        for (std::uint32_t k = 1; k <= 7 * kDay; ++k) {
            auto const mwh = static_cast<std::int32_t>(draw() < 0.1 ? 0 : draw() * 400'000);
            net.push_back(net.back() + mwh);
            if (draw() > missing) {
                desk.reading(0, k, mwh);
            }
        }
        std::vector<std::uint32_t> reads;
        for (std::uint32_t k = static_cast<std::uint32_t>(draw() * 90); k <= 7 * kDay;
             k += 1 + static_cast<std::uint32_t>(draw() * 150)) {
            reads.push_back(k);
        }
        for (std::uint32_t const k : reads) {
            desk.registers(0, end_of(k), 777 + net[k]);
        }
        for (std::uint32_t d = 0; d < 7; ++d) {
            desk.vee.run(d);
        }
        for (std::size_t i = 0; i + 1 < reads.size(); ++i) {
            EXPECT_EQ(desk.energy(0, reads[i] + 1, reads[i + 1]), net[reads[i + 1]] - net[reads[i]])
                << seed << ' ' << i;
        }
        EXPECT_EQ(desk.vee.sums().failed, 0U);
    }
}

TEST(VeeScaled, PropertyBetweenAnyReadsWholeIntervalsAndPartsOfEvenFlowAddUpToTheRegister) {
    std::uint64_t scaled_pairs = 0;
    std::uint64_t open_pairs = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Random draw(seed + 1000);
        Desk desk(1, 8);
        double const missing = draw() * 0.4;
        std::vector<std::int64_t> net{0};
        std::vector<std::int32_t> used{0};
        std::vector<std::uint32_t> late;
        for (std::uint32_t k = 1; k <= 7 * kDay; ++k) {
            used.push_back(static_cast<std::int32_t>(100'000 + draw() * 300'000));
            net.push_back(net.back() + used.back());
            if (draw() > missing) {
                desk.reading(0, k, used.back());
            } else if (draw() < 0.3) {
                late.push_back(k);
            }
        }
        std::vector<RegisterPoint> points;
        for (SimTime t = kStart + std::chrono::seconds(1 + static_cast<int>(draw() * 3000));
             t < end_of(7 * kDay);
             t += 8h + std::chrono::seconds(static_cast<int>(draw() * 90'000))) {
            std::uint32_t const k = RegisterPair::interval_at(t, 15min);
            points.push_back({t, net[k - 1] + part_of(used[k], k, kStart, t, 15min)});
        }
        // registers and readings that come late change what others were scaled to
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (i % 3 != 1) {
                desk.registers(0, points[i].read, points[i].net_mwh);
            }
        }
        for (std::uint32_t d = 0; d < 7; ++d) {
            desk.vee.run(d);
        }
        for (std::size_t i = 1; i < points.size(); i += 3) {
            desk.registers(0, points[i].read, points[i].net_mwh);
            desk.vee.run(6);
        }
        for (std::uint32_t const k : late) {
            desk.reading(0, k, used[k]);
            desk.vee.run(6);
        }
        for (std::size_t i = 0; i + 1 < points.size(); ++i) {
            RegisterPair const pair{points[i], points[i + 1]};
            bool scaled = false;
            bool open = false;
            std::int64_t sum = 0;
            for (std::uint32_t k = std::max(1U, pair.first(15min) - 1); k <= pair.last(15min);
                 ++k) {
                Value const v = desk.vee.value(meter(0), k);
                bool const whole = end_of(k - 1) >= pair.from.read && end_of(k) <= pair.to.read;
                scaled = scaled || (whole && v.grade == kScaled);
                open = open || (whole && v.grade.quality == Quality::estimated);
                sum += part_of(v.mwh, k, pair.from.read, pair.to.read, 15min);
            }
            open_pairs += open ? 1U : 0U;
            if (scaled) {
                ++scaled_pairs;
                EXPECT_EQ(sum, pair.difference()) << seed << ' ' << i;
            }
        }
    }
    EXPECT_GT(open_pairs, 200U);
    EXPECT_EQ(scaled_pairs, open_pairs);
}

} // namespace
} // namespace gridtwin::headend::vee
