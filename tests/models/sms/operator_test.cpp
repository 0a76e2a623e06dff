#include "sim/core/diagnostics.hpp"
#include "tests/models/sms/sms_fixture.hpp"

namespace gridtwin::sms {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(OperatorTest, TakesAMessageThroughItsFourStatesInOrder) {
    Operator op(certain(), Seed{1});
    Journal journal;
    op.submit(down(1), kStart + 10s);
    op.run_until(kStart + 1min, journal);
    op.mark_processed(1, kStart + 70s);
    op.run_until(kStart + 2min, journal);
    // then: 50 ms of the short number's time, five seconds, one for the receipt
    EXPECT_THAT(journal.states[1], ElementsAre(Pair(DeliveryState::sent, kStart + 10s),
                                               Pair(DeliveryState::at_operator, kStart + 10050ms),
                                               Pair(DeliveryState::received, kStart + 16050ms),
                                               Pair(DeliveryState::processed, kStart + 70s)));
    ASSERT_EQ(journal.delivered.size(), 1U);
    EXPECT_EQ(journal.delivered[0].at, kStart + 15050ms);
    EXPECT_EQ(journal.delivered[0].tries, 1);
    EXPECT_EQ(op.next_event(), kNever);
}

TEST(OperatorTest, AnAnswerThatOvertakesTheReceiptSaysThatTheMeterGotTheMessage) {
    Operator op(certain(), Seed{1});
    Journal journal;
    op.submit(down(1), kStart);
    op.mark_processed(1, kStart + 5500ms);
    op.run_until(kStart + 1min, journal);
    // then the receipt, half a second later, changes nothing
    EXPECT_THAT(journal.states[1], ElementsAre(Pair(DeliveryState::sent, kStart),
                                               Pair(DeliveryState::at_operator, kStart + 50ms),
                                               Pair(DeliveryState::received, kStart + 5500ms),
                                               Pair(DeliveryState::processed, kStart + 5500ms)));
}

TEST(OperatorTest, ASecondAnswerChangesNothingAndOneBeforeTheDeliveryIsOurMistake) {
    Operator op(certain(), Seed{1});
    Journal journal;
    op.submit(down(1), kStart);
    op.mark_processed(1, kStart + 10s);
    op.mark_processed(1, kStart + 11s);
    op.mark_processed(99, kStart + 12s);
    op.run_until(kStart + 1min, journal);
    EXPECT_EQ(journal.states[1].size(), 4U);
    op.submit(down(2), kStart + 1min);
    op.mark_processed(2, kStart + 61s);
    EXPECT_THROW(op.run_until(kStart + 2min, journal), SimulationError);
}

TEST(OperatorTest, AMessageFromAMeterReachesTheGatewayAndEndsAsReceived) {
    Operator op(certain(), Seed{1});
    Journal journal;
    op.submit(up(1), kStart);
    op.run_until(kStart + 1min, journal);
    ASSERT_EQ(journal.delivered.size(), 1U);
    EXPECT_FALSE(journal.delivered[0].message.to_meter);
    EXPECT_EQ(journal.delivered[0].at, kStart + 5050ms);
    ASSERT_EQ(journal.states[1].size(), 3U);
    EXPECT_EQ(journal.states[1].back(), std::pair(DeliveryState::received, kStart + 5050ms));
}

TEST(OperatorTest, AnAbsentSubscriberIsTriedByTheScheduleUntilTheValidityIsOver) {
    OperatorSpec spec = certain();
    spec.retry_s = {60, 300, 900};
    spec.validity_s = 3600;
    Operator op(spec, Seed{1});
    Journal journal;
    op.set_reachable(kMeter, false, kStart);
    op.submit(down(1), kStart);
    // attempts at 5.05 s, then after 60, 300, 900, 900, 900 s (3065.05 s); the next would be too
    // late
    std::vector<SimTime> attempts;
    while (op.next_event() != kNever) {
        attempts.push_back(op.next_event());
        op.run_until(op.next_event() + 1ns, journal);
    }
    SimTime const first = kStart + 5050ms;
    EXPECT_THAT(attempts,
                ElementsAre(kStart, kStart + 50ms, first, first + 60s, first + 360s, first + 1260s,
                            first + 2160s, first + 3060s, kStart + 1h, kStart + 3601s))
        << "and last the receipt that says so";
    ASSERT_EQ(journal.lost.size(), 1U);
    EXPECT_EQ(journal.lost[0].reason, LossReason::expired);
    EXPECT_EQ(journal.lost[0].tries, 6);
    EXPECT_EQ(journal.lost[0].at, kStart + 1h);
    EXPECT_THAT(journal.delivered, IsEmpty());
    EXPECT_EQ(journal.states[1].size(), 2U) << "it stays at the operator";
}

TEST(OperatorTest, ASubscriberThatComesBackIsFoundByTheNextRetry) {
    OperatorSpec spec = certain();
    spec.alert_on_attach = false;
    Operator op(spec, Seed{1});
    Journal journal;
    op.set_reachable(kMeter, false, kStart);
    op.submit(down(1), kStart);
    op.set_reachable(kMeter, true, kStart + 100s);
    op.run_until(kStart + 1h, journal);
    ASSERT_EQ(journal.delivered.size(), 1U);
    EXPECT_EQ(journal.delivered[0].at, kStart + 5050ms + 360s) << "the third attempt";
    EXPECT_EQ(journal.delivered[0].tries, 3);
}

TEST(OperatorTest, ASubscriberThatAttachesGetsWhatWaitedOnceAndInOrder) {
    Operator op(certain(), Seed{1});
    Journal journal;
    op.set_reachable(kMeter, false, kStart);
    for (std::uint64_t k = 0; k < 5; ++k) {
        op.submit(down(k), kStart);
    }
    op.submit(down(9, kOther), kStart);
    op.set_reachable(kMeter, true, kStart + 30min);
    op.run_until(kStart + 48h, journal);
    ASSERT_EQ(journal.delivered.size(), 6U);
    EXPECT_EQ(journal.delivered[0].message.handle, 9U) << "the other's absence delays nobody";
    for (std::uint64_t k = 0; k < 5; ++k) {
        EXPECT_EQ(journal.delivered[k + 1].message.handle, k);
        EXPECT_EQ(journal.delivered[k + 1].at, kStart + 30min + 20s);
    }
    EXPECT_EQ(op.next_event(), kNever);
}

TEST(OperatorTest, ASubscriberThatIsGoneAgainBeforeTheAlertWaitsForTheSchedule) {
    Operator op(certain(), Seed{1});
    Journal journal;
    op.set_reachable(kMeter, false, kStart);
    op.submit(down(1), kStart);
    op.set_reachable(kMeter, true, kStart + 200s);
    op.set_reachable(kMeter, false, kStart + 210s);
    op.set_reachable(kMeter, true, kStart + 300s);
    op.run_until(kStart + 48h, journal);
    ASSERT_EQ(journal.delivered.size(), 1U);
    EXPECT_EQ(journal.delivered[0].at, kStart + 320s);
    EXPECT_EQ(journal.delivered[0].tries, 4) << "two by schedule, one in vain, one alert";
}

TEST(OperatorTest, AMeterWithoutPowerCannotSend) {
    Operator op(certain(), Seed{1});
    Journal journal;
    op.submit(up(1), kStart);
    op.set_reachable(kMeter, false, kStart + 1s);
    op.submit(up(2), kStart + 1s); // the change comes first at one instant
    op.submit(up(3, kOther), kStart + 1s);
    op.run_until(kStart + 1min, journal);
    ASSERT_EQ(journal.lost.size(), 1U);
    EXPECT_EQ(journal.lost[0].message.handle, 2U);
    EXPECT_EQ(journal.lost[0].reason, LossReason::no_power);
    EXPECT_EQ(journal.delivered.size(), 2U) << "what it had sent before goes its way";
    EXPECT_TRUE(journal.states[2].empty());
}

TEST(OperatorTest, AFullQueueRefusesAndEachDirectionHasItsOwn) {
    OperatorSpec spec = certain();
    spec.queue_limit = 3;
    Operator op(spec, Seed{1});
    Journal journal;
    for (std::uint64_t k = 0; k < 5; ++k) {
        op.submit(down(k), kStart);
        op.submit(up(10 + k), kStart);
    }
    op.run_until(kStart + 1ms, journal);
    EXPECT_EQ(op.queued(true), 3U);
    EXPECT_EQ(op.queued(false), 3U);
    op.run_until(kStart + 1min, journal);
    EXPECT_EQ(journal.delivered.size(), 6U);
    ASSERT_EQ(journal.lost.size(), 4U);
    for (Loss const& l : journal.lost) {
        EXPECT_EQ(l.reason, LossReason::queue_full);
        EXPECT_EQ(l.at, kStart);
        EXPECT_GE(l.message.handle % 10, 3U) << "those who came last";
    }
}

TEST(OperatorTest, WhatTheQueueHoldsTooLongExpiresThere) {
    OperatorSpec spec = certain();
    spec.rate_hz = 1.0;
    spec.validity_s = 10.0;
    Operator op(spec, Seed{1});
    Journal journal;
    for (std::uint64_t k = 0; k < 12; ++k) {
        op.submit(down(k), kStart);
    }
    op.run_until(kStart + 1min, journal);
    // turns end at 1, 2, ... 12 s; an attempt follows 5 s later; what is due at 10 s or later
    // expires
    EXPECT_EQ(journal.delivered.size(), 4U);
    ASSERT_EQ(journal.lost.size(), 8U);
    for (Loss const& l : journal.lost) {
        EXPECT_EQ(l.reason, LossReason::expired);
        EXPECT_GE(l.at, kStart + 10s);
    }
}

TEST(OperatorTest, AMessageInManyPartsIsLostWithAnyOfThem) {
    OperatorSpec spec = certain();
    spec.loss_frac = 0.1;
    spec.rate_hz = 1e6;
    Operator op(spec, Seed{4});
    Journal journal;
    for (std::uint64_t k = 0; k < 20'000; ++k) {
        op.submit(down(k, kMeter, k % 2 == 0 ? 140 : 3 * 134), kStart + 1s);
    }
    op.run_until(kStart + 1h, journal);
    std::array<double, 2> lost{};
    for (Loss const& l : journal.lost) {
        EXPECT_EQ(l.reason, LossReason::dropped);
        lost[l.message.handle % 2] += 1e-4;
    }
    EXPECT_NEAR(lost[0], 0.1, 4 * 0.3 / 100);
    EXPECT_NEAR(lost[1], 1.0 - 0.9 * 0.9 * 0.9, 4 * 0.45 / 100);
}

TEST(OperatorTest, ChanceGoesByTheOrderOfSubmissionNotByWindowsOrCalls) {
    auto const run = [](bool cut, bool backwards) {
        Operator op(OperatorSpec{}, Seed{7});
        Journal journal;
        std::vector<std::pair<SmsMessage, SimTime>> all;
        for (std::uint64_t k = 0; k < 500; ++k) {
            all.emplace_back(k % 3 == 0 ? up(k, MeterId{7}) : down(k), kStart + k * 200ms);
        }
        if (backwards) {
            std::reverse(all.begin(), all.end());
        }
        for (auto const& [message, at] : all) {
            op.submit(message, at);
        }
        for (SimTime now = kStart; cut && now < kStart + 10min; now += 777ms) {
            op.run_until(now, journal);
        }
        op.run_until(kStart + 48h, journal);
        std::vector<std::pair<std::uint64_t, SimTime>> seen;
        for (Delivery const& d : journal.delivered) {
            seen.emplace_back(d.message.handle, d.at);
        }
        return seen;
    };
    auto const whole = run(false, false);
    EXPECT_GT(whole.size(), 400U);
    EXPECT_EQ(run(true, false), whole);
    EXPECT_EQ(run(false, true), whole);
}

TEST(OperatorTest, TheSinkMayAnswerFromWithin) {
    struct Meters final : Journal {
        Operator* op = nullptr;
        void on_delivered(SmsMessage const& m, std::uint8_t tries, SimTime at) override {
            Journal::on_delivered(m, tries, at);
            if (m.to_meter) {
                op->submit(
                    {.handle = m.handle + 1000, .subscriber = m.subscriber, .to_meter = false}, at);
            } else {
                op->mark_processed(m.handle - 1000, at);
            }
        }
    };
    Operator op(certain(), Seed{1});
    Meters meters;
    meters.op = &op;
    for (std::uint64_t k = 0; k < 100; ++k) {
        op.submit(down(k, MeterId{static_cast<std::uint32_t>(k)}), kStart);
    }
    op.run_until(kStart + 1min, meters);
    EXPECT_EQ(meters.delivered.size(), 200U);
    for (std::uint64_t k = 0; k < 100; ++k) {
        EXPECT_EQ(meters.states[k].back().first, DeliveryState::processed);
    }
    EXPECT_EQ(op.in_flight(), 0U);
}

TEST(OperatorTest, WhatWasNeverAnsweredIsForgottenAfterTwoValidities) {
    OperatorSpec spec = certain();
    spec.validity_s = 100.0;
    Operator op(spec, Seed{1});
    Journal journal;
    op.submit(down(1), kStart);
    op.run_until(kStart + 199s, journal);
    op.submit(down(1), kStart + 199s);
    EXPECT_THROW(op.run_until(kStart + 200s, journal), SimulationError) << "still followed";

    Operator again(spec, Seed{1});
    Journal later;
    again.submit(down(1), kStart);
    again.submit(down(2), kStart + 200s); // takes the first one's place
    again.mark_processed(1, kStart + 201s);
    again.run_until(kStart + 300s, later);
    EXPECT_EQ(later.states[1].size(), 3U);
    EXPECT_EQ(later.states[2].size(), 3U);
}

TEST(OperatorTest, MisuseIsAnErrorThatNamesTheTime) {
    Operator op(certain(), Seed{1});
    Journal journal;
    op.run_until(kStart + 10s, journal);
    EXPECT_THROW(op.submit(down(1), kStart + 9s), SimulationError);
    EXPECT_THROW(op.set_reachable(kMeter, true, kStart + 9s), SimulationError);
    EXPECT_THROW(op.mark_processed(1, kStart + 9s), SimulationError);
    EXPECT_THROW(op.run_until(kStart + 9s, journal), SimulationError);
    EXPECT_THROW(op.submit(down(1, kNone<MeterId>), kStart + 11s), SimulationError);
    EXPECT_EQ(op.traffic().sent, 0U);
}

} // namespace
} // namespace gridtwin::sms
