#include "models/rf/links.hpp"
#include "models/rf/shadowing.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

namespace gridtwin::rf {
namespace {

using namespace testing;

TEST(PropagationTruth, LossAtOneMetreIsThatOfFreeSpace) {
    EXPECT_NEAR(loss_at_1m_db(433.92e6), 25.2, 0.05);
    EXPECT_NEAR(loss_at_1m_db(868e6), 31.2, 0.05);
    EXPECT_NEAR(loss_at_1m_db(2.4e9), 40.0, 0.1);
}

TEST(PropagationTruth, RangesAreThoseOfTheBudgetByHand) {
    // +10 dBm, -110 dBm, 10 dB of margin: 110 dB
    RadioSpec const radio{.tx_power_dbm = 10.0, .sensitivity_dbm = -110.0};
    EXPECT_NEAR(range_m(radio, {.exponent = 2.7}, 10.0), 1380.0, 10.0);
    EXPECT_NEAR(range_m(radio, {.exponent = 3.0}, 10.0), 671.0, 5.0);
    EXPECT_NEAR(range_m(radio, {.exponent = 3.5}, 10.0), 265.0, 2.0);
    EXPECT_NEAR(range_m(radio, {.exponent = 4.0}, 10.0), 132.0, 1.0);
    EXPECT_NEAR(path_loss_db(radio, {.exponent = 3.5}, 265.0), 110.0, 0.1);
}

TEST(PropagationTruth, ThermalSensitivitiesOfTheBuiltInRadios) {
    // SNR 10 dB and noise figure 8 dB: -112 dBm at 16 kbit/s, -107 at 50
    EXPECT_NEAR(thermal_noise_dbm(*find_radio("ce-intro")) + 10.0, -112.0, 0.1);
    EXPECT_NEAR(thermal_noise_dbm(*find_radio("802.15.4g")) + 10.0, -107.0, 0.1);
    // the spreading of 802.15.4 gains 9 dB over its 2 MHz
    EXPECT_NEAR(snr_per_bit_db(*find_radio("zigbee"), -100.0, -103.0), 3.0 + 9.03, 0.01);
}

TEST(PropagationTruth, ShadowingHasTheStatedSigmaOnEveryLink) {
    for (double const common : {0.0, 0.5, 1.0}) {
        PropagationSpec spec = open_field(2.0);
        spec.shadowing_sigma_db = 8.0;
        spec.common_share_frac = common;
        RadioSpec radio;
        radio.sensitivity_dbm = -160.0; // everything is kept
        // given one link of 100 m in 6000 worlds
        std::vector<Place> const places{{30.0, 40.0}, {130.0, 40.0}};
        constexpr int kWorlds = 6000;
        double sum = 0.0;
        double square = 0.0;
        for (int w = 0; w < kWorlds; ++w) {
            Links const links(radio, spec, places, Seed{1000 + static_cast<std::uint64_t>(w)},
                              kArea);
            double const shadow = links.attenuation_db(0, 1) - path_loss_db(radio, spec, 100.0);
            sum += shadow;
            square += shadow * shadow;
        }
        // then mean 0, and sigma within four standard errors (1 / sqrt(2 N) of it each)
        double const mean = sum / kWorlds;
        double const sigma = std::sqrt(square / kWorlds - mean * mean);
        EXPECT_NEAR(mean, 0.0, 4.0 * 8.0 / std::sqrt(kWorlds));
        EXPECT_NEAR(sigma, 8.0, 4.0 * 8.0 / std::sqrt(2.0 * kWorlds)) << "share " << common;
    }
}

TEST(PropagationTruth, TheFieldIsCorrelatedByTheExponentialOfDistance) {
    constexpr int kWorlds = 8000;
    for (double const d : {0.0, 25.0, 50.0, 150.0}) {
        double product = 0.0;
        double fourth = 0.0;
        for (int w = 0; w < kWorlds; ++w) {
            ShadowField const field(50.0, Seed{static_cast<std::uint64_t>(w)});
            double const p = field.at(11.0, 7.0) * field.at(11.0 + 0.6 * d, 7.0 + 0.8 * d);
            product += p;
            fourth += p * p;
        }
        double const mean = product / kWorlds;
        double const error = std::sqrt((fourth / kWorlds - mean * mean) / kWorlds);
        EXPECT_NEAR(mean, std::exp(-d / 50.0), 4.0 * error) << d << " m";
        EXPECT_LT(error, 0.02);
    }
}

// The two links of a moving end share its places: c (1 + r)^2 / (1 + r) ... worked out for one end
// fixed and the other moved by d: c (1 + r_d + 2 r_D) / (2 + 2 r_D) for d small against D.
TEST(PropagationTruth, LinksOfNeighbourlyNodesShareTheirCommonPart) {
    PropagationSpec spec = open_field(2.0);
    spec.shadowing_sigma_db = 8.0;
    spec.common_share_frac = 0.5;
    spec.correlation_m = 50.0;
    RadioSpec radio;
    radio.sensitivity_dbm = -160.0;
    // given two meters 20 m apart, 400 m from the concentrator
    std::vector<Place> const places{{0.0, 0.0}, {400.0, 0.0}, {400.0, 20.0}};
    constexpr int kWorlds = 8000;
    double product = 0.0;
    double fourth = 0.0;
    double const far = std::hypot(400.0, 20.0);
    for (int w = 0; w < kWorlds; ++w) {
        Links const links(radio, spec, places, Seed{static_cast<std::uint64_t>(w)}, kArea);
        double const p = (links.attenuation_db(0, 1) - path_loss_db(radio, spec, 400.0)) *
                         (links.attenuation_db(0, 2) - path_loss_db(radio, spec, far)) / 64.0;
        product += p;
        fourth += p * p;
    }
    double const mean = product / kWorlds;
    double const error = std::sqrt((fourth / kWorlds - mean * mean) / kWorlds);
    double const near_r = std::exp(-20.0 / 50.0);
    double const far_r = std::exp(-400.0 / 50.0);
    double const expected = 0.5 * (1.0 + near_r + 2.0 * far_r) / (2.0 + 2.0 * far_r);
    EXPECT_NEAR(mean, expected, 4.0 * error);
}

TEST(PropagationTruth, AsymmetryIsTheTransmittersOwnWithTheStatedSpread) {
    PropagationSpec spec = open_field();
    spec.asymmetry_sigma_db = 2.0;
    constexpr std::size_t kNodes = 5000;
    Links const links(RadioSpec{}, spec, line_of(kNodes, 30.0), Seed{5}, kArea);
    double square = 0.0;
    for (std::size_t node = 0; node < kNodes; ++node) {
        square += links.offset_db(node) * links.offset_db(node);
    }
    EXPECT_NEAR(std::sqrt(square / kNodes), 2.0, 4.0 * 2.0 / std::sqrt(2.0 * kNodes));
}

TEST(PropagationTruth, WallsStandBeforeTheStatedShareOfMetersAndNeverBeforeNodeZero) {
    PropagationSpec spec = open_field();
    spec.indoor_share_frac = 0.3;
    spec.wall_db = 9.0;
    constexpr std::size_t kNodes = 3000;
    RadioSpec radio;
    radio.sensitivity_dbm = -150.0;
    Links const links(radio, spec, circle_of(kNodes, 10.0), Seed{5}, kArea);
    double const outdoors_db = path_loss_db(radio, spec, 10.0);
    std::size_t indoors = 0;
    for (std::size_t node = 1; node < kNodes; ++node) {
        double const wall = links.attenuation_db(0, node) - outdoors_db;
        indoors += wall > 4.5 ? 1 : 0;
        EXPECT_NEAR(wall, wall > 4.5 ? 9.0 : 0.0, 0.5);
    }
    EXPECT_NEAR(static_cast<double>(indoors) / (kNodes - 1), 0.3, four_sigma(0.3, kNodes));
}

} // namespace
} // namespace gridtwin::rf
