// Frame errors in noise that swings with the mains and in impulses, against quadrature and against
// bits drawn one by one.
#include "models/medium/error_table.hpp"
#include "sim/core/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace gridtwin::medium {
namespace {

constexpr BerCurve kCurves[] = {BerCurve::nc_fsk, BerCurve::dbpsk, BerCurve::bpsk,
                                BerCurve::coherent_fsk};

/// Simpson's rule over one turn of the phase, of ln(1 - BER) in noise whose level is a cosine in dB
/// and whose mean power is I0(a ln 10 / 10) over the cosine's zero, a being half the swing.
double ln_right_by_quadrature(BerCurve curve, double swing_db, double snr_db) {
    constexpr int kIntervals = 4096;
    double const a_db = 0.5 * swing_db;
    double const mean_db =
        10.0 * std::log10(std::cyl_bessel_i(0.0, a_db * std::numbers::ln10 / 10.0));
    double sum = 0.0;
    for (int k = 0; k <= kIntervals; ++k) {
        double const angle = std::numbers::pi * k / kIntervals;
        double const noise_db = a_db * std::cos(angle) - mean_db;
        double const weight = k == 0 || k == kIntervals ? 1.0 : (k % 2 == 1 ? 4.0 : 2.0);
        sum += weight * std::log1p(-bit_error_rate(curve, snr_db - noise_db));
    }
    return sum / 3.0 / kIntervals;
}

TEST(DisturbanceTruth, TheSwingIsTheMeanOverThePhaseOfTheMains) {
    for (auto const curve : kCurves) {
        for (double const swing_db : {0.5, 5.0, 10.0, 15.0, 30.0}) {
            ErrorTable const table(curve, {.swing_db = swing_db});
            for (double snr_db = -5.0; snr_db < 30.0; snr_db += 0.37) {
                double const right = ln_right_by_quadrature(curve, swing_db, snr_db);
                for (double const bits : {48.0, 592.0}) {
                    double const wrong = -std::expm1(bits * right);
                    EXPECT_NEAR(1.0 - table.success(snr_db, bits), wrong, 2e-3 * wrong + 1e-10)
                        << "swing " << swing_db << " dB, SNR " << snr_db << " dB";
                }
            }
        }
    }
}

TEST(DisturbanceTruth, TheSwingMovesNoiseInTimeAndAddsNone) {
    for (double const swing_db : {0.0, 5.0, 10.0, 15.0, 60.0}) {
        auto const phases_db = swing_phases_db({.swing_db = swing_db});
        double power = 0.0;
        for (double const db : phases_db) {
            power += std::pow(10.0, db / 10.0) / static_cast<double>(phases_db.size());
        }
        EXPECT_NEAR(power, 1.0, 1e-12);
    }
}

/// Bit by bit: impulses come at exponential gaps, each spoils the bit in which it begins and those
/// after it; every bit is drawn. @return share of frames, sent one after the other, that are right
double frames_right(BerCurve curve, Disturbance const& d, double snr_db, int bits, int frames,
                    double factor, Seed seed) {
    EntityKey const key(EntityKind::world, 1);
    std::uint64_t draws = 0;
    std::uint64_t gaps = 0;
    double const gap_bits = 1.0 / (d.impulses_per_bit * factor);
    auto const gap = [&] {
        return draw_exponential(seed, EntityKey(EntityKind::world, 2), Purpose::test, gaps++,
                                gap_bits);
    };
    double const quiet = bit_error_rate(curve, snr_db);
    double const hit = bit_error_rate(curve, snr_db - d.impulse_db);
    double next = gap();
    double spoilt_until = 0.0;
    int right = 0;
    for (int frame = 0; frame < frames; ++frame) {
        bool all = true;
        for (int b = 0; b < bits; ++b) {
            double const bit = static_cast<double>(frame) * bits + b;
            for (; next < bit + 1.0; next += gap()) {
                spoilt_until = std::max(spoilt_until, bit + d.impulse_bits);
            }
            double const ber = bit < spoilt_until ? hit : quiet;
            all = draw01(seed, key, Purpose::test, draws++) >= ber && all;
        }
        right += all ? 1 : 0;
    }
    return static_cast<double>(right) / frames;
}

TEST(DisturbanceTruth, ImpulsesSpoilAsManyFramesAsBitsDrawnOneByOne) {
    struct Case {
        double snr_db;
        Disturbance disturbance;
        double factor;
    };
    constexpr int kBits = 592;
    constexpr int kFrames = 20'000;
    double const every_second = 1.0 / 2400.0;
    Case const cases[] = {
        {30.0, {.impulses_per_bit = every_second, .impulse_db = 35.0}, 1.0},
        {30.0, {.impulses_per_bit = every_second, .impulse_db = 35.0}, 0.1},
        {30.0, {.impulses_per_bit = 10.0 * every_second, .impulse_db = 22.0}, 1.0},
        {13.0, {.impulses_per_bit = 5.0 * every_second, .impulse_db = 35.0}, 1.0}, // and noise
        {25.0, {.impulses_per_bit = every_second, .impulse_db = 25.0, .impulse_bits = 4.0}, 2.0},
    };
    std::uint64_t seed = 0;
    for (auto const& c : cases) {
        ErrorTable const table(BerCurve::nc_fsk, c.disturbance);
        double const expected = table.success(c.snr_db, kBits, c.factor);
        double const error = std::sqrt(expected * (1.0 - expected) / kFrames);
        EXPECT_NEAR(frames_right(BerCurve::nc_fsk, c.disturbance, c.snr_db, kBits, kFrames,
                                 c.factor, Seed{++seed}),
                    expected, 4.0 * error)
            << "case " << seed;
        EXPECT_GT(1.0 - expected, 0.01) << "case " << seed; // and it was worth it
    }
}

TEST(DisturbanceTruth, WithoutDisturbancesAllIsAsInWhiteNoiseBitForBit) {
    for (auto const curve : kCurves) {
        ErrorTable const white(curve);
        ErrorTable const none(curve, Disturbance{.impulse_db = 35.0, .impulse_bits = 3.0});
        ErrorTable const impulses(curve, {.impulses_per_bit = 1e-3, .impulse_db = 35.0});
        EXPECT_TRUE(Disturbance{}.none());
        for (double snr_db = -12.0; snr_db < 20.0; snr_db += 0.013) {
            double const right = white.success(snr_db, 592.0);
            ASSERT_EQ(none.success(snr_db, 592.0, 1.0), right);
            ASSERT_EQ(impulses.success(snr_db, 592.0, 0.0), right);
        }
    }
}

TEST(DisturbanceTruth, MoreNoiseOrMoreImpulsesAreNeverBetterAndTheTableEndsWhereNothingHarms) {
    for (double const swing_db : {0.0, 10.0}) {
        for (double const impulse_db : {0.0, 20.0, 50.0}) {
            ErrorTable const table(
                BerCurve::nc_fsk,
                {.swing_db = swing_db, .impulses_per_bit = 4e-4, .impulse_db = impulse_db});
            double before = 0.0;
            for (double snr_db = -12.0; snr_db < table.most_db() + 1.0; snr_db += 0.1) {
                double const right = table.success(snr_db, 592.0, 1.0);
                EXPECT_GE(right, before - 1e-12);
                EXPECT_LE(right, table.success(snr_db, 592.0, 0.5));
                before = right;
            }
            EXPECT_GE(table.most_db(), 20.0 + impulse_db);
            EXPECT_NEAR(table.success(table.most_db() - 1e-6, 1e4, 10.0), 1.0, 1e-9);
            EXPECT_EQ(table.success(table.most_db(), 1e4, 10.0), 1.0);
        }
    }
}

} // namespace
} // namespace gridtwin::medium
