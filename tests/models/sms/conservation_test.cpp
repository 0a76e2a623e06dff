// sent = delivered + lost + in flight, at every instant, each term counted on its own.
#include "tests/models/sms/sms_fixture.hpp"

namespace gridtwin::sms {
namespace {

using namespace std::chrono_literals;

TEST(OperatorBooksTest, CloseAtRandomInstantsWhileMetersComeAndGo) {
    OperatorSpec spec;
    spec.rate_hz = 2.0; // queues build up
    spec.queue_limit = 200;
    spec.validity_s = 4 * 3600.0;
    Operator op(spec, Seed{5});
    Journal journal;
    std::uint64_t n = 0;
    auto const draw = [&n] {
        return draw01(Seed{6}, EntityKey(EntityKind::world, 3), Purpose::test, n++);
    };
    constexpr std::uint32_t kMeters = 50;
    auto const meter = [&] { return MeterId{static_cast<std::uint32_t>(draw() * kMeters)}; };

    SimTime now = kStart;
    std::uint64_t sent = 0;
    std::size_t answered = 0;
    std::vector<SimTime> submitted;
    while (sent < 20'000 || op.in_flight() > 0) {
        SimDuration const window = duration_from_s(draw() * draw() * 120.0);
        auto const instant = [&] { return now + duration_from_s(draw() * to_s(window)); };
        auto const burst =
            sent < 20'000 ? static_cast<int>(draw() * 700.0 * to_s(window) / 60.0) : 0;
        for (int k = 0; k < burst; ++k) {
            submitted.push_back(instant());
            op.submit({.handle = sent++,
                       .subscriber = meter(),
                       .to_meter = draw() < 0.5,
                       .octets = static_cast<std::uint32_t>(draw() * 200.0)},
                      submitted.back());
        }
        for (int k = 0; k < 3; ++k) {
            op.set_reachable(meter(), draw() < 0.5, instant());
        }
        for (; answered < journal.delivered.size(); ++answered) {
            if (journal.delivered[answered].message.to_meter && draw() < 0.9) {
                op.mark_processed(journal.delivered[answered].message.handle, instant());
            }
        }
        op.run_until(now + window, journal);
        now += window;
        // then
        TrafficCount const& books = op.traffic();
        ASSERT_EQ(books.sent, sent);
        ASSERT_EQ(books.delivered, journal.delivered.size());
        ASSERT_EQ(books.lost_total(), journal.lost.size());
        ASSERT_EQ(books.sent, books.delivered + books.lost_total() + op.in_flight())
            << format_time(now);
    }
    for (LossReason const reason :
         {LossReason::no_power, LossReason::expired, LossReason::queue_full, LossReason::dropped}) {
        EXPECT_GT(op.traffic().lost[static_cast<std::size_t>(reason)], 0U) << name(reason);
    }
    // every message ends once, none twice, and none sooner than the lookahead
    std::vector<int> ends(sent, 0);
    for (Delivery const& d : journal.delivered) {
        ++ends[d.message.handle];
        EXPECT_GE(d.at - submitted[d.message.handle], op.least_latency());
    }
    for (Loss const& l : journal.lost) {
        ++ends[l.message.handle];
    }
    EXPECT_THAT(ends, testing::Each(1));
}

} // namespace
} // namespace gridtwin::sms
