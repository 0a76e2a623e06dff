#include "models/plc/modem_table.hpp"
#include "models/plc/rate_adaptation.hpp"
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

constexpr std::uint8_t kSlowest = 3;

TEST(RateAdaptation, StepsDownAfterFailuresInARow) {
    MacSpec const mac{.rate_down_failures = 3};
    LinkRate link{.mode = 1};
    for (bool const good : {false, false, true, false, false}) {
        good ? note_success(link, mac) : note_failure(link, mac, kSlowest);
        EXPECT_EQ(link.mode, 1U);
    }
    note_failure(link, mac, kSlowest);
    EXPECT_EQ(link.mode, 2U);
    EXPECT_EQ(link.failures, 0U);
}

TEST(RateAdaptation, TriesAFasterModeAfterARunOfSuccessesAndReturnsWhenTheFirstTryFails) {
    MacSpec const mac{.rate_down_failures = 2, .rate_up_successes = 4};
    LinkRate link{.mode = 2};
    for (bool const good : {true, true, true, false, true, true, true}) {
        good ? note_success(link, mac) : note_failure(link, mac, kSlowest);
        EXPECT_EQ(link.mode, 2U);
    }
    note_success(link, mac);
    EXPECT_EQ(link.mode, 1U);
    note_failure(link, mac, kSlowest); // on trial: one is enough
    EXPECT_EQ(link.mode, 2U);
    for (int k = 0; k < 4; ++k) {
        note_success(link, mac);
    }
    EXPECT_EQ(link.mode, 1U);
    note_success(link, mac); // passed: from now on it takes two
    note_failure(link, mac, kSlowest);
    EXPECT_EQ(link.mode, 1U);
    note_failure(link, mac, kSlowest);
    EXPECT_EQ(link.mode, 2U);
}

TEST(RateAdaptation, StaysAtTheEndsHoweverLongTheRun) {
    MacSpec const mac;
    LinkRate fast{.mode = 0};
    LinkRate slow{.mode = kSlowest};
    for (int k = 0; k < 1000; ++k) {
        note_success(fast, mac);
        note_failure(slow, mac, kSlowest);
    }
    EXPECT_EQ(fast.mode, 0U);
    EXPECT_EQ(slow.mode, kSlowest);
    note_failure(fast, mac, kSlowest);
    EXPECT_EQ(fast.mode, 0U);
    EXPECT_EQ(sizeof(LinkRate), 4U);
}

/// The medium between two modems `snr_db` (of CE-Nero's fastest mode) apart.
Medium at_snr(double snr, MacSpec const& mac = {}) {
    ModemSpec const& modem = *find_modem("ce-nero");
    ChannelSpec spec = quiet_channel();
    spec.noise_floor_dbuv =
        modem.tx_level_dbuv - 60.0 + modem.modes.front().processing_gain_db - snr;
    return medium_on(line_network(3, 60.0F), modem, mac, spec);
}

TEST(RateAdaptation, ALinkStartsWithTheModeOfLeastTimeForTheNoiseOfItsRoutes) {
    EXPECT_EQ(at_snr(16.0).mode(0, 1), 0U);
    EXPECT_EQ(at_snr(9.0).mode(0, 1), 1U); // a full frame gets through with 2 %, at 1200 with 90 %
    EXPECT_EQ(at_snr(9.0).mode(1, 0), 1U);
    EXPECT_EQ(at_snr(6.0).mode(2, 1), 2U);
    EXPECT_EQ(at_snr(3.0).mode(1, 2), 3U);
    Medium medium = at_snr(16.0);
    medium.set_noise_dbuv(120.0 - 60.0 + 6.0 - 9.0);
    EXPECT_EQ(medium.mode(0, 1), 0U) << "nothing is known of the noise yet";
    medium.update_routes(kStart);
    EXPECT_EQ(medium.mode(0, 1), 1U);
}

TEST(RateAdaptation, WhoAreNotNeighboursInTheRoutesUseTheSlowestMode) {
    EXPECT_EQ(at_snr(16.0).mode(0, 2), kSlowest);
    EXPECT_EQ(medium_on(line_network(3, 60.0F), {}).mode(0, 2), 0U) << "the only one";
}

TEST(RateAdaptation, WithoutAcknowledgementsNothingIsLearnt) {
    Medium medium = at_snr(16.0, {.route_noise_step_db = 1000.0, .acknowledge = false});
    medium.set_noise_dbuv(100.0); // hopeless
    RecordingSink sink;
    for (std::uint64_t n = 0; n < 50; ++n) {
        medium.send({.handle = n, .from = 1, .to = 0, .octets = 20}, at_s(static_cast<double>(n)));
    }
    medium.run_until(kNever, sink);
    EXPECT_EQ(sink.count(LossReason::noise), 50U);
    EXPECT_EQ(medium.mode(1, 0), 0U);
}

TEST(RateAdaptation, WhatContendsTeachesNothing) {
    for (bool const contend : {false, true}) {
        Medium medium = at_snr(16.0, {.route_noise_step_db = 1000.0});
        medium.set_noise_dbuv(120.0 - 60.0 + 6.0 - 6.0);
        RecordingSink sink;
        for (std::uint64_t n = 0; n < 20; ++n) {
            medium.send({.handle = n, .from = 1, .to = 0, .octets = 64, .contend = contend},
                        at_s(60.0 * static_cast<double>(n)));
        }
        medium.run_until(kNever, sink);
        EXPECT_EQ(medium.mode(1, 0) == 0, contend);
        EXPECT_EQ(sink.count(LossReason::none) > 15, !contend);
    }
}

TEST(RateAdaptation, BothDirectionsOfALinkLearnByThemselves) {
    Medium medium = at_snr(16.0, {.route_noise_step_db = 1000.0});
    // 1 hears badly, 0 well: but acknowledgements go both ways
    std::vector<float> const noise{0.0F, static_cast<float>(120.0 - 60.0 + 6.0 - 11.0), 0.0F};
    medium.set_noise_dbuv(noise);
    RecordingSink sink;
    for (std::uint64_t n = 0; n < 200; ++n) {
        double const t_s = 20.0 * static_cast<double>(n);
        medium.send({.handle = n, .from = 0, .to = 1, .octets = 64}, at_s(t_s));
        medium.send({.handle = n, .from = 1, .to = 0, .octets = 64}, at_s(t_s + 10.0));
    }
    std::size_t down_slower = 0;
    for (int n = 0; n < 200; ++n) {
        medium.run_until(at_s(20.0 * (n + 1)), sink);
        down_slower += medium.mode(0, 1) > medium.mode(1, 0) ? 1U : 0U;
    }
    EXPECT_GT(down_slower, 100U);
}

TEST(RateAdaptation, ABurstGoesOnInAnotherModeWithTheSameFrames) {
    // given 300 octets on a link that has become too poor for the fastest mode
    Medium medium = at_snr(16.0, {.hop_retries = 10, .route_noise_step_db = 1000.0});
    medium.set_noise_dbuv(120.0 - 60.0 + 6.0 - 7.0);
    RecordingSink sink;
    medium.send({.handle = 1, .from = 1, .to = 0, .octets = 300}, kStart);
    // when
    medium.run_until(kNever, sink);
    // then five frames of 64 and less arrived, some of them after others had failed
    EXPECT_EQ(sink.count(LossReason::none), 1U);
    EXPECT_GE(medium.mode(1, 0), 1U);
    EXPECT_GT(medium.frames().lost_total(), 1U);
}

} // namespace
} // namespace gridtwin::plc
