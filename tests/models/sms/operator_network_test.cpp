// What the network does to messages: limits, cells, coverage, copies, lost receipts, outages.
#include "tests/models/sms/sms_fixture.hpp"

namespace gridtwin::sms {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(OperatorNetworkTest, ThrottlesWhatGoesBeyondTheLimitOfAShortNumberAndNotTheOther) {
    OperatorSpec spec = certain();
    spec.submit_limit_hz = 2.0;
    Operator op(spec, Seed{1});
    Journal journal;
    for (std::uint64_t k = 0; k < 6; ++k) {
        op.submit(down(k), kStart);
        op.submit(up(20 + k), kStart);
    }
    auto other = down(10);
    other.gateway = 1;
    op.submit(other, kStart);
    op.submit(down(11), kStart + 500ms);
    op.submit(down(12), kStart + 600ms);
    op.run_until(kStart + 1min, journal);
    // three at once: one second's worth and the one that is due; then one each half second
    ASSERT_EQ(journal.lost.size(), 4U);
    for (Loss const& l : journal.lost) {
        EXPECT_EQ(l.reason, LossReason::rejected);
        EXPECT_EQ(l.tries, 0);
        EXPECT_THAT(l.message.handle, testing::AnyOf(3U, 4U, 5U, 12U));
    }
    EXPECT_EQ(op.counts().throttled, 4U);
}

TEST(OperatorNetworkTest, ACellTakesItsMessagesOneAfterTheOtherAndAnotherCellItsOwn) {
    OperatorSpec spec = certain();
    spec.rate_hz = 1e6;
    spec.cells.assign(2, CellSpec{.rate_hz = 0.5});
    Operator op(spec, Seed{1}, {0, 0, 0, 0, 1});
    Journal journal;
    for (std::uint64_t k = 0; k < 4; ++k) {
        op.submit(down(k), kStart);
    }
    op.submit(down(9, kOther), kStart);
    op.run_until(kStart + 1min, journal);
    ASSERT_EQ(journal.delivered.size(), 5U);
    std::vector<SimDuration> after;
    for (Delivery const& d : journal.delivered) {
        if (d.message.subscriber == kOther) {
            EXPECT_LT(d.at, kStart + 5100ms);
        } else {
            after.push_back(d.at - journal.delivered.front().at);
        }
    }
    EXPECT_THAT(after, ElementsAre(0s, 2s, 4s, 6s));
    EXPECT_EQ(op.counts().cell_waits, 3U);
}

TEST(OperatorNetworkTest, ACellThatIsDownHoldsItsMessagesAndItsMetersTryAgain) {
    OperatorSpec spec = certain();
    spec.cells.assign(1, CellSpec{.rate_hz = 1e3});
    Operator op(spec, Seed{1});
    Journal journal;
    op.set_cell(0, false, kStart);
    op.submit(down(1), kStart + 1s);
    op.submit(up(2), kStart + 1s);
    op.set_cell(0, true, kStart + 10min);
    op.run_until(kStart + 1h, journal);
    EXPECT_THAT(journal.lost, IsEmpty());
    ASSERT_EQ(journal.delivered.size(), 2U);
    EXPECT_EQ(journal.states[2].front().second, kStart + 1s) << "0:0 at its first try";
    // the meter at its next minute, 10:01 and 5.05 s; the message to it at once, as the cell alerts
    EXPECT_EQ(journal.delivered[0].at, kStart + 601s + 5050ms);
    EXPECT_EQ(journal.delivered[1].at, kStart + 10min + 20s);
    EXPECT_EQ(op.counts().modem_retries, 10U);
}

TEST(OperatorNetworkTest, TheDrawnShareIsOutOfCoverageAndComesBackByOrder) {
    OperatorSpec spec = certain();
    spec.out_of_coverage_frac = 0.1;
    spec.rate_hz = 1e6;
    Operator op(spec, Seed{9});
    Journal journal;
    constexpr std::uint32_t kMeters = 20'000;
    MeterId out = kNone<MeterId>;
    std::uint32_t count = 0;
    for (std::uint32_t m = 0; m < kMeters; ++m) {
        if (!op.reachable(MeterId{m})) {
            ++count;
            out = MeterId{m};
        }
    }
    EXPECT_NEAR(count, 2000.0, 4.0 * std::sqrt(0.1 * 0.9 * kMeters));
    op.submit(down(1, out), kStart);
    op.run_until(kStart + 1h, journal);
    EXPECT_THAT(journal.delivered, IsEmpty());
    op.set_covered(out, true, kStart + 1h);
    op.set_covered(MeterId{0}, false, kStart + 1h);
    op.run_until(kStart + 2h, journal);
    EXPECT_EQ(journal.delivered.size(), 1U);
    EXPECT_FALSE(op.reachable(MeterId{0}));
}

TEST(OperatorNetworkTest, DeliversTheDrawnShareTwiceAndTheBooksCountThemOnce) {
    OperatorSpec spec;
    spec.loss_frac = 0.0;
    spec.duplicate_frac = 0.2;
    spec.rate_hz = 1e6;
    spec.validity_s = 1e7;
    Operator op(spec, Seed{1});
    Journal journal;
    constexpr std::uint64_t kMessages = 20'000;
    for (std::uint64_t k = 0; k < kMessages; ++k) {
        op.submit(k % 2 == 0 ? down(k) : up(k), kStart);
    }
    op.run_until(kStart + 24h * 100, journal);
    EXPECT_EQ(journal.delivered.size(), kMessages);
    EXPECT_EQ(op.traffic().delivered, kMessages);
    EXPECT_NEAR(static_cast<double>(journal.duplicates.size()) / kMessages, 0.2,
                4.0 * std::sqrt(0.2 * 0.8 / kMessages));
    EXPECT_EQ(op.counts().duplicates, journal.duplicates.size());
    std::map<std::uint64_t, SimTime> first;
    for (Delivery const& d : journal.delivered) {
        first[d.message.handle] = d.at;
    }
    for (Delivery const& d : journal.duplicates) {
        EXPECT_GE(d.at, first.at(d.message.handle) + 500ms);
    }
}

TEST(OperatorNetworkTest, AMessageMayOvertakeAnotherUnlessOrderIsKept) {
    auto const overtaken = [](bool keep) {
        OperatorSpec spec;
        spec.keep_order = keep;
        spec.duplicate_frac = 0.1;
        Operator op(spec, Seed{5});
        Journal journal;
        for (std::uint64_t k = 0; k < 2000; ++k) {
            op.submit(k % 2 == 0 ? down(k) : up(k), kStart + k * 1s);
        }
        for (int k = 0; k < 200; ++k) {
            op.set_reachable(kMeter, k % 2 == 1, kStart + k * 10s);
        }
        op.run_until(kStart + 24h * 10, journal);
        EXPECT_EQ(op.in_flight(), 0U);
        EXPECT_GT(journal.delivered.size(), 1000U);
        std::array<std::uint64_t, 2> last{};
        std::size_t count = 0;
        for (Delivery const& d : journal.delivered) {
            auto& before = last[d.message.handle % 2];
            count += d.message.handle < before ? 1U : 0U;
            before = std::max(before, d.message.handle);
        }
        return count;
    };
    EXPECT_GT(overtaken(false), 100U);
    EXPECT_EQ(overtaken(true), 0U);
}

TEST(OperatorNetworkTest, AnAnswerImpliesTheReceiptThatIsLost) {
    OperatorSpec spec = certain();
    spec.receipt_loss_frac = 1.0;
    Operator op(spec, Seed{1});
    Journal journal;
    op.submit(down(1), kStart);
    op.submit(down(2), kStart);
    op.mark_processed(1, kStart + 9s);
    op.run_until(kStart + 1h, journal);
    ASSERT_EQ(journal.states[1].size(), 4U);
    EXPECT_EQ(journal.states[1][2], std::pair(DeliveryState::received, kStart + 9s));
    EXPECT_EQ(journal.states[1][3], std::pair(DeliveryState::processed, kStart + 9s));
    EXPECT_EQ(journal.states[2].size(), 2U) << "0:1 for all that anybody knows";
    EXPECT_EQ(op.counts().receipts_lost, 2U);
}

TEST(OperatorNetworkTest, AReceiptTellsOfTheEndToo) {
    OperatorSpec spec = certain();
    spec.validity_s = 600;
    Operator op(spec, Seed{1});
    Journal journal;
    op.set_reachable(kMeter, false, kStart);
    op.submit(down(1), kStart);
    auto sooner = down(2);
    sooner.expires = kStart + 1min;
    op.submit(sooner, kStart);
    op.run_until(kStart + 1h, journal);
    EXPECT_THAT(journal.expired, ElementsAre(Pair(2U, kStart + 61s), Pair(1U, kStart + 601s)));
}

TEST(OperatorNetworkTest, DuringAnOutageWhatIsInsideWaitsAndGatewaysAreRefused) {
    Operator op(certain(), Seed{1});
    Journal journal;
    op.submit(down(1), kStart);         // on its way at 50 ms, due at 5.05 s
    op.submit(down(2), kStart + 970ms); // its turn would be over at 1.02 s
    op.set_working(false, kStart + 1s);
    op.submit(down(3), kStart + 2s);
    op.submit(up(4), kStart + 2s);
    op.run_until(kStart + 2h, journal);
    EXPECT_THAT(journal.delivered, IsEmpty());
    ASSERT_EQ(journal.lost.size(), 1U);
    EXPECT_EQ(journal.lost[0].message.handle, 3U);
    EXPECT_EQ(journal.lost[0].reason, LossReason::link_down);
    EXPECT_EQ(op.in_flight(), 3U);
    op.set_working(true, kStart + 2h);
    op.run_until(kStart + 3h, journal);
    ASSERT_EQ(journal.delivered.size(), 3U);
    EXPECT_EQ(journal.delivered[0].message.handle, 1U);
    EXPECT_EQ(journal.delivered[0].at, kStart + 2h);
    EXPECT_EQ(journal.delivered[1].message.handle, 2U);
    EXPECT_EQ(journal.delivered[1].at, kStart + 2h + 5s);
    EXPECT_EQ(journal.delivered[2].message.handle, 4U) << "at its modem's next try";
    EXPECT_EQ(journal.states[1].size(), 3U) << "the receipt comes after the outage";
    EXPECT_EQ(op.in_flight(), 0U);
}

TEST(OperatorNetworkTest, WhatExpiresDuringAnOutageIsFoundAfterIt) {
    OperatorSpec spec = certain();
    spec.validity_s = 600;
    Operator op(spec, Seed{1});
    Journal journal;
    op.submit(down(1), kStart);
    op.submit(up(2), kStart + 2s);
    op.set_working(false, kStart + 1s);
    op.set_working(true, kStart + 1h);
    op.run_until(kStart + 2h, journal);
    EXPECT_EQ(journal.lost.size(), 2U);
    for (Loss const& l : journal.lost) {
        EXPECT_EQ(l.reason, LossReason::expired);
    }
    EXPECT_EQ(op.next_event(), kNever);
}

TEST(OperatorNetworkTest, WhatIsForAGatewayWithoutASessionWaitsForIt) {
    Operator op(certain(), Seed{1});
    Journal journal;
    op.submit(down(1), kStart);
    op.submit(up(2), kStart);
    auto other = up(3);
    other.gateway = 1;
    op.submit(other, kStart);
    op.set_bound(0, false, kStart + 1s);
    op.set_bound(0, true, kStart + 10min);
    op.run_until(kStart + 9min, journal);
    ASSERT_EQ(journal.delivered.size(), 2U) << "the meter, and the other gateway";
    EXPECT_EQ(op.in_flight(), 1U);
    op.run_until(kStart + 1h, journal);
    ASSERT_EQ(journal.delivered.size(), 3U);
    EXPECT_EQ(journal.delivered[2].at, kStart + 10min);
    EXPECT_EQ(journal.states[1].back(), std::pair(DeliveryState::received, kStart + 10min));
}

TEST(OperatorNetworkTest, WhatWaitsForAGatewayTakesItsCellsTimeOnceItGoes) {
    OperatorSpec spec = certain();
    spec.cells = {{.rate_hz = 0.1}};
    Operator op(spec, Seed{1});
    Journal journal;
    op.set_bound(0, false, kStart);
    op.submit(up(1), kStart);
    op.submit(down(2, kOther), kStart + 1s);
    op.run_until(kStart + 1min, journal);
    ASSERT_EQ(journal.delivered.size(), 1U);
    EXPECT_LT(journal.delivered[0].at, kStart + 7s) << "nobody was before it in the cell";
    op.set_bound(0, true, kStart + 1min);
    op.run_until(kStart + 2min, journal);
    ASSERT_EQ(journal.delivered.size(), 2U);
    EXPECT_EQ(journal.delivered[1].at, kStart + 1min);
}

} // namespace
} // namespace gridtwin::sms
