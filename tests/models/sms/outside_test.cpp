// Clients of the operator's own, past the utility's gateways.
#include "models/sms/gateway.hpp"
#include "tests/models/sms/sms_fixture.hpp"

namespace gridtwin::sms {
namespace {
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

/// When a message to an absent meter ends, by its own validity.
SimTime end_with(SimDuration validity) {
    auto spec = certain();
    spec.validity_s = 3600.0;
    Operator sms(spec, Seed{1});
    Journal journal;
    sms.set_reachable(MeterId{1}, false, kStart);
    sms.submit({.handle = 1,
                .subscriber = MeterId{1},
                .octets = 40,
                .expires = validity > SimDuration{} ? kStart + validity : kNever},
               kStart);
    sms.run_until(kStart + 3h, journal);
    EXPECT_EQ(journal.lost.size(), 1U);
    EXPECT_EQ(journal.lost.at(0).reason, LossReason::expired);
    return journal.lost.at(0).at;
}

TEST(ValidityTest, AMessagesOwnEndsItEarlierThanTheOperators) {
    EXPECT_EQ(end_with({}), kStart + 1h);
    EXPECT_EQ(end_with(10min), kStart + 10min);
    EXPECT_EQ(end_with(2h), kStart + 1h) << "never later";
}

TEST(OutsideTest, PassTheGatewaysAndAreToldOfTheirOwn) {
    Gateways sms(certain(), {}, Seed{1});
    Journal journal;
    sms.submit({.handle = 1, .subscriber = MeterId{1}, .octets = 40}, kStart);
    sms.submit_outside({.handle = 2, .subscriber = MeterId{1}, .octets = 40}, kStart);
    sms.run_until(kStart + 1min, journal);
    ASSERT_EQ(journal.delivered.size(), 2U);
    for (auto const& one : journal.delivered) {
        EXPECT_EQ(one.message.gateway, one.message.handle == 1 ? 0 : kOutside);
    }
    EXPECT_EQ(sms.counts().submitted, 1U) << "by the gateways";
    sms.mark_processed(2, kStart + 2min);
    sms.run_until(kStart + 3min, journal);
    EXPECT_EQ(journal.states[2].size(), 4U);
    ASSERT_EQ(journal.fates[2].size(), 1U);
    EXPECT_EQ(journal.fates[2][0].first, DeliveryFate::done);
    EXPECT_EQ(sms.in_flight(), 0U);
    EXPECT_EQ(sms.traffic().delivered, 2U);
}

TEST(OutsideTest, ARefusalThatTheMeterAnswersIsProcessedAndRefused) {
    Gateways sms(certain(), {}, Seed{1});
    Journal journal;
    for (std::uint64_t const handle : {1U, 2U, 3U}) {
        sms.submit_outside({.handle = handle, .subscriber = MeterId{1}, .octets = 40}, kStart);
    }
    sms.mark_refused(1, kStart + 2min);
    sms.mark_refused(2, kStart + 2min);
    sms.mark_processed(2, kStart + 3min); // the first answer stands
    sms.mark_processed(3, kStart + 2min);
    sms.mark_refused(3, kStart + 3min); // likewise
    sms.run_until(kStart + 4min, journal);
    for (std::uint64_t const handle : {1U, 2U, 3U}) {
        ASSERT_EQ(journal.states[handle].size(), 4U) << handle;
        EXPECT_EQ(journal.states[handle].back(),
                  std::pair(DeliveryState::processed, kStart + 2min));
        EXPECT_THAT(journal.fates[handle],
                    ElementsAre(Pair(handle == 3 ? DeliveryFate::done : DeliveryFate::refused,
                                     kStart + 2min)))
            << handle;
    }
}

TEST(OutsideTest, ARefusedSubmissionIsLostAtOnceAndNotTriedAgain) {
    Gateways sms(certain(), {}, Seed{1});
    Journal journal;
    sms.set_working(false, kStart);
    sms.submit_outside({.handle = 2, .subscriber = MeterId{1}, .octets = 40}, kStart + 1s);
    sms.run_until(kStart + 2s, journal);
    ASSERT_EQ(journal.lost.size(), 1U);
    EXPECT_EQ(journal.lost[0].reason, LossReason::link_down);
    EXPECT_EQ(journal.lost[0].at, kStart + 1s);
    ASSERT_EQ(journal.fates[2].size(), 1U);
    EXPECT_EQ(journal.fates[2][0].first, DeliveryFate::rejected);
    EXPECT_EQ(sms.in_flight(), 0U);
}

TEST(OutsideTest, WhatVanishedEndsWhenItsTimeIsUp) {
    auto spec = certain();
    spec.loss_frac = 1.0;
    spec.validity_s = 3600.0;
    Gateways sms(spec, {.grace_s = 600.0}, Seed{1});
    Journal journal;
    sms.submit_outside({.handle = 2, .subscriber = MeterId{1}, .octets = 40}, kStart);
    sms.submit_outside(
        {.handle = 3, .subscriber = MeterId{1}, .octets = 40, .expires = kStart + 10min}, kStart);
    sms.submit_outside(
        {.handle = 4, .subscriber = MeterId{1}, .octets = 40, .expires = kStart + 2h}, kStart);
    sms.run_until(kStart + 19min, journal);
    EXPECT_TRUE(journal.fates[3].empty()) << "nobody has said a word";
    sms.run_until(kStart + 69min, journal);
    EXPECT_TRUE(journal.fates[2].empty()) << "likewise";
    sms.run_until(kStart + 3h, journal);
    auto const expired_at = [](SimTime at) { return ElementsAre(Pair(DeliveryFate::expired, at)); };
    EXPECT_THAT(journal.fates[2], expired_at(kStart + 70min));
    EXPECT_THAT(journal.fates[3], expired_at(kStart + 20min)) << "by its own validity";
    EXPECT_THAT(journal.fates[4], expired_at(kStart + 70min)) << "never later than the operator's";
}

TEST(OutsideTest, WhatItsMeterNeverAnswersStaysPendingAsAGatewaysOwnDoes) {
    auto spec = certain();
    spec.validity_s = 3600.0;
    Gateways sms(spec, {.grace_s = 600.0}, Seed{1});
    Journal journal;
    sms.submit({.handle = 1, .subscriber = MeterId{1}, .octets = 40}, kStart);
    sms.submit_outside({.handle = 2, .subscriber = MeterId{1}, .octets = 40}, kStart);
    sms.run_until(kStart + 3h, journal);
    for (std::uint64_t const handle : {1U, 2U}) {
        ASSERT_EQ(journal.states[handle].size(), 3U) << handle;
        EXPECT_EQ(journal.states[handle].back().first, DeliveryState::received) << handle;
        EXPECT_TRUE(journal.fates[handle].empty()) << handle;
    }
    sms.mark_processed(2, kStart + 4h);
    sms.run_until(kStart + 5h, journal);
    EXPECT_TRUE(journal.fates[2].empty()) << "an answer after that changes nothing";
}

TEST(OutsideTest, WhatArrivedWithoutAReceiptOrAnAnswerHasExpiredForItsSender) {
    auto spec = certain();
    spec.validity_s = 3600.0;
    spec.receipt_loss_frac = 1.0;
    Gateways sms(spec, {.grace_s = 600.0}, Seed{1});
    Journal journal;
    sms.submit_outside({.handle = 2, .subscriber = MeterId{1}, .octets = 40}, kStart);
    sms.run_until(kStart + 3h, journal);
    EXPECT_EQ(journal.delivered.size(), 1U);
    EXPECT_THAT(journal.fates[2], ElementsAre(Pair(DeliveryFate::expired, kStart + 70min)));
}

} // namespace
} // namespace gridtwin::sms
