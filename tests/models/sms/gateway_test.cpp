#include "models/sms/gateway.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/sms/sms_fixture.hpp"

namespace gridtwin::sms {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(GatewaysTest, TakeAMessageThroughItsStatesToDone) {
    Gateways gateways(certain(), {}, Seed{1});
    Journal journal;
    gateways.submit(down(1), kStart + 10s);
    gateways.submit(up(2), kStart + 10s);
    gateways.mark_processed(1, kStart + 70s);
    gateways.run_until(kStart + 1min, journal);
    EXPECT_EQ(gateways.in_flight(), 0U);
    gateways.run_until(kStart + 2min, journal);
    EXPECT_EQ(journal.delivered.size(), 2U);
    EXPECT_THAT(journal.fates[1], ElementsAre(Pair(DeliveryFate::done, kStart + 70s)));
    EXPECT_THAT(journal.fates[2], ElementsAre(Pair(DeliveryFate::done, kStart + 15050ms)));
    EXPECT_EQ(gateways.traffic().sent, 2U);
    EXPECT_EQ(gateways.traffic().delivered, 2U);
    EXPECT_EQ(gateways.counts().submitted, 1U);
}

TEST(GatewaysTest, WhatAsksForNoAnswerIsDoneWithItsReceipt) {
    Gateways gateways(certain(), {}, Seed{1});
    Journal journal;
    auto message = down(1);
    message.asks = false;
    gateways.submit(message, kStart);
    gateways.run_until(kStart + 1min, journal);
    EXPECT_THAT(journal.fates[1], ElementsAre(Pair(DeliveryFate::done, kStart + 6050ms)));
}

TEST(GatewaysTest, ARefusalThatTheMeterAnswersIsProcessedAndRefused) {
    Gateways gateways(certain(), {}, Seed{1});
    Journal journal;
    gateways.submit(down(1), kStart);
    gateways.mark_refused(1, kStart + 20s);
    gateways.run_until(kStart + 1min, journal);
    ASSERT_EQ(journal.states[1].size(), 4U);
    EXPECT_EQ(journal.states[1].back(), std::pair(DeliveryState::processed, kStart + 20s));
    EXPECT_THAT(journal.fates[1], ElementsAre(Pair(DeliveryFate::refused, kStart + 20s)));
}

TEST(GatewaysTest, WhatIsRefusedStaysSoWhileACopyIsOnItsWay) {
    Gateways gateways(certain(), {}, Seed{1});
    Journal journal;
    gateways.submit(down(1), kStart);
    gateways.set_gateway(0, false, kStart + 10ms); // unanswered, so the second submits it again
    gateways.mark_refused(1, kStart + 5055ms);     // and the meter refuses the first
    gateways.run_until(kStart + 1min, journal);
    ASSERT_EQ(gateways.counts().resubmitted, 1U);
    EXPECT_EQ(journal.states[1].size(), 4U) << "each once";
    EXPECT_THAT(journal.fates[1], ElementsAre(Pair(DeliveryFate::refused, kStart + 5055ms)));
}

TEST(GatewaysTest, KeepTheirPace) {
    GatewaySpec spec;
    spec.pace_hz = 2.0;
    auto fast = certain();
    fast.rate_hz = 1000.0;
    Gateways gateways(fast, spec, Seed{1});
    Journal journal;
    for (std::uint64_t k = 0; k < 4; ++k) {
        gateways.submit(down(k), kStart);
    }
    gateways.run_until(kStart + 1min, journal);
    for (std::uint64_t k = 0; k < 4; ++k) {
        EXPECT_EQ(journal.delivered[k].at, kStart + k * 500ms + 5001ms);
    }
    EXPECT_EQ(gateways.counts().peak, 4U);
}

TEST(GatewaysTest, AThrottledOneWaitsAndTheMessageGoesFirst) {
    auto limited = certain();
    limited.submit_limit_hz = 2.0;
    Gateways gateways(limited, {}, Seed{1});
    Journal journal;
    for (std::uint64_t k = 0; k < 5; ++k) {
        gateways.submit(down(k), kStart);
    }
    gateways.submit(down(9), kStart + 5s); // waits with the others
    gateways.run_until(kStart + 3min, journal);
    ASSERT_EQ(journal.delivered.size(), 6U);
    std::vector<std::uint64_t> order;
    for (Delivery const& d : journal.delivered) {
        order.push_back(d.message.handle);
    }
    EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4, 9));
    EXPECT_EQ(journal.delivered[3].at, kStart + 60s + 5050ms);
    EXPECT_EQ(gateways.counts().throttled, 2U);
    EXPECT_THAT(journal.lost, IsEmpty());
}

TEST(GatewaysTest, AtAFullQueueTheMessageGoesLastAndIsRejectedInTheEnd) {
    auto slow = certain();
    slow.rate_hz = 0.01; // a turn takes 100 s
    slow.queue_limit = 1;
    GatewaySpec spec;
    spec.full_tries = 3;
    Gateways gateways(slow, spec, Seed{1});
    Journal journal;
    for (std::uint64_t k = 0; k < 3; ++k) {
        gateways.submit(down(k), kStart);
    }
    gateways.run_until(kStart + 1h, journal);
    // tries of the second and third at 0, 10, 20 s
    EXPECT_THAT(journal.fates[1], ElementsAre(Pair(DeliveryFate::rejected, kStart + 20s)));
    EXPECT_THAT(journal.fates[2], ElementsAre(Pair(DeliveryFate::rejected, kStart + 20s)));
    ASSERT_EQ(journal.lost.size(), 2U);
    EXPECT_EQ(journal.lost[0].reason, LossReason::queue_full);
    EXPECT_EQ(gateways.counts().full, 6U);
    EXPECT_EQ(gateways.traffic().lost_total(), 2U);
}

TEST(GatewaysTest, TheSecondSubmitsWhileTheFirstIsDownAndWhatWasNotAnsweredOnceMore) {
    auto slow = certain();
    slow.rate_hz = 0.1; // the answer to a submission comes after 10 s
    Gateways gateways(slow, {}, Seed{1});
    Journal journal;
    gateways.submit(down(1), kStart);
    gateways.set_gateway(0, false, kStart + 5s);
    gateways.submit(down(2), kStart + 6s);
    gateways.set_gateway(0, true, kStart + 10min);
    gateways.submit(down(3), kStart + 11min);
    gateways.run_until(kStart + 1h, journal);
    ASSERT_EQ(journal.delivered.size(), 3U);
    EXPECT_EQ(journal.delivered[0].message.gateway, 0);
    EXPECT_EQ(journal.delivered[1].message.gateway, 1);
    EXPECT_EQ(journal.delivered[2].message.gateway, 0) << "back again";
    ASSERT_EQ(journal.duplicates.size(), 1U) << "the operator had it, and nobody knew";
    EXPECT_EQ(journal.duplicates[0].message.handle, 1U);
    EXPECT_EQ(gateways.counts().resubmitted, 1U);
    EXPECT_EQ(gateways.traffic().delivered, 3U);
    // the state of the first is known by the second submission: its turn, delivery and receipt
    EXPECT_THAT(journal.states[1], ElementsAre(Pair(DeliveryState::sent, kStart),
                                               Pair(DeliveryState::at_operator, kStart + 15s),
                                               Pair(DeliveryState::received, kStart + 21s)));
}

TEST(GatewaysTest, WithoutASecondOneMessagesWaitForTheFirst) {
    GatewaySpec spec;
    spec.second_number.clear();
    Gateways gateways(certain(), spec, Seed{1});
    Journal journal;
    gateways.set_gateway(0, false, kStart);
    gateways.submit(down(1), kStart + 1s);
    gateways.set_gateway(0, true, kStart + 1h);
    gateways.run_until(kStart + 30min, journal);
    EXPECT_EQ(gateways.in_flight(), 1U);
    EXPECT_EQ(gateways.backlog(), 1U);
    gateways.run_until(kStart + 2h, journal);
    ASSERT_EQ(journal.delivered.size(), 1U);
    EXPECT_EQ(journal.delivered[0].at, kStart + 1h + 5050ms);
}

TEST(GatewaysTest, AnOutageOfTheOperatorEndsBothSessionsAndTheyTryAgainUntilItIsOver) {
    Gateways gateways(certain(), {}, Seed{1});
    Journal journal;
    gateways.set_working(false, kStart + 1s);
    gateways.submit(down(1), kStart + 2s);
    gateways.submit(up(2), kStart + 2s);
    gateways.set_working(true, kStart + 2h);
    gateways.run_until(kStart + 2h, journal);
    EXPECT_FALSE(gateways.bound(0));
    EXPECT_FALSE(gateways.bound(1));
    EXPECT_EQ(gateways.in_flight(), 2U);
    gateways.run_until(kStart + 3h, journal);
    EXPECT_TRUE(gateways.bound(0));
    ASSERT_EQ(journal.delivered.size(), 2U);
    EXPECT_EQ(journal.delivered[0].at, kStart + 2h + 1s + 5050ms) << "the session's next try";
    EXPECT_EQ(gateways.traffic().lost_total(), 0U);
}

TEST(GatewaysTest, WhatNobodyHearsOfHasExpiredAndAnAnswerBehindThatCounts) {
    auto lossy = certain();
    lossy.loss_frac = 1.0;
    lossy.validity_s = 3600.0;
    GatewaySpec spec;
    spec.grace_s = 600.0;
    Gateways gateways(lossy, spec, Seed{1});
    Journal journal;
    gateways.submit(down(1), kStart);
    auto brief = down(2);
    brief.expires = kStart + 10min;
    gateways.submit(brief, kStart);
    gateways.run_until(kStart + 2h, journal);
    EXPECT_THAT(journal.fates[1], ElementsAre(Pair(DeliveryFate::expired, kStart + 70min)));
    EXPECT_THAT(journal.fates[2], ElementsAre(Pair(DeliveryFate::expired, kStart + 20min)))
        << "by its own validity";
    EXPECT_EQ(gateways.traffic().lost[static_cast<std::size_t>(LossReason::dropped)], 2U);
    EXPECT_EQ(journal.states[1].size(), 2U) << "0:1";
}

TEST(GatewaysTest, AReceiptOfTheEndComesBeforeTheGatewaysOwnClock) {
    auto brief = certain();
    brief.validity_s = 3600.0;
    Gateways gateways(brief, {}, Seed{1});
    Journal journal;
    gateways.set_reachable(kMeter, false, kStart);
    gateways.submit(down(1), kStart);
    gateways.run_until(kStart + 3h, journal);
    EXPECT_THAT(journal.fates[1], ElementsAre(Pair(DeliveryFate::expired, kStart + 3601s)));
}

TEST(GatewaysTest, TheSinkMaySubmitAndAnswerFromWithin) {
    struct Meters final : Journal {
        Gateways* gateways = nullptr;
        void on_delivered(SmsMessage const& m, std::uint8_t tries, SimTime at) override {
            Journal::on_delivered(m, tries, at);
            if (m.to_meter) {
                gateways->submit(up(m.handle + 1000, m.subscriber), at);
            } else {
                gateways->mark_processed(m.handle - 1000, at);
                if (m.handle < 1100) {
                    gateways->submit(down(m.handle - 900), at);
                }
            }
        }
    };
    Gateways gateways(certain(), {}, Seed{1});
    Meters meters;
    meters.gateways = &gateways;
    for (std::uint64_t k = 0; k < 100; ++k) {
        gateways.submit(down(k), kStart);
    }
    for (SimTime t = kStart; t < kStart + 5min; t += 7s) {
        gateways.run_until(t, meters);
    }
    EXPECT_EQ(meters.delivered.size(), 400U);
    for (auto const& [handle, fates] : meters.fates) {
        EXPECT_EQ(fates.back().first, DeliveryFate::done) << handle;
    }
    EXPECT_EQ(gateways.in_flight(), 0U);
}

TEST(GatewaysTest, FindEveryMistakeOfTheirSpec) {
    GatewaySpec spec;
    spec.pace_hz = -1.0;
    spec.window = 0;
    spec.throttle_wait_s = 0.0;
    EXPECT_EQ(problems(spec).size(), 3U);
    EXPECT_THROW(Gateways(certain(), spec, Seed{1}), SimulationError);
    EXPECT_THAT(problems(GatewaySpec{}), IsEmpty());
}

} // namespace
} // namespace gridtwin::sms
