// Over random patterns of loss, delay and doubling, with commands and power failures in between.
#include "tests/models/concentrator/fake_field.hpp"

namespace gridtwin::concentrator {
namespace {

using namespace std::chrono_literals;

class AnyFieldTest : public testing::TestWithParam<std::uint64_t> {
  protected:
    double draw() {
        return draw01(Seed{77}, EntityKey(EntityKind::world, GetParam()), Purpose::test, n_++);
    }
    Line any_line() {
        return {.loss = 0.6 * draw(),
                .doubled = 0.5 * draw(),
                .delay = duration_from_s(0.1 + 8.0 * draw()),
                .late = draw(),
                .draws_row = 1000 + GetParam(),
                .no_route = std::max(0.0, draw() - 0.5)};
    }

  private:
    std::uint64_t n_ = 0;
};

TEST_P(AnyFieldTest, StoresNoRowTwiceWaitsForOneRequestAtATimeAndEndsItsRounds) {
    FakeField field({}, 12, any_line());
    for (int hour = 1; hour <= 24; ++hour) {
        field.run_to(kStart + hour * 1h);
        if (draw() < 0.3) {
            MeterId const meter = field.ids[static_cast<std::size_t>(12.0 * draw())];
            field.order(MessageKind::set_relay, meter, static_cast<std::uint64_t>(hour), 1);
        }
    }
    field.run_to(kStart + 24h + 1min); // the last round began at 20:02
    Concentrator const& c = *field.concentrator;
    EXPECT_EQ(field.most_outstanding, 1); // and FakeField checks whose it is at every send
    EXPECT_FALSE(c.in_round());
    EXPECT_FALSE(c.outstanding().has_value());
    // every stored row reached the head-end, once
    EXPECT_EQ(field.uploaded.size(), c.counts().rows_stored);
    for (auto const& [row, times] : field.uploaded) {
        ASSERT_EQ(times, 1) << "meter " << index(row.first) << " interval " << row.second;
    }
    // and what is not stored is what it says is missing
    std::uint64_t held = 0;
    for (std::size_t i = 0; i < c.meters().size(); ++i) {
        held += 80 - c.held(i).missing(80);
    }
    EXPECT_EQ(held, c.counts().rows_stored);
    EXPECT_EQ(c.counts().requests, field.requests.size());
    EXPECT_LE(c.counts().unsent + c.counts().timeouts, c.counts().requests);
    EXPECT_EQ(c.counts().unsent, field.refusals) << "each is heard of, once";
}

TEST_P(AnyFieldTest, PowerFailuresAndReadsNeverMakeItStoreTwiceOrForget) {
    FakeField field({.rows_per_request = 5, .battery = 20min}, 6, any_line());
    std::uint64_t command = 1;
    for (int step = 1; step <= 96; ++step) {
        field.run_to(kStart + step * 15min);
        if (draw() < 0.1) {
            field.concentrator->set_mains(draw() < 0.6, field.now);
        }
        if (draw() < 0.2 && field.concentrator->alive()) {
            MeterId const meter = field.ids[static_cast<std::size_t>(6.0 * draw())];
            field.order(MessageKind::read_profile, meter, command++,
                        static_cast<std::int64_t>(96.0 * draw()),
                        static_cast<std::uint32_t>(20.0 * draw()));
        }
    }
    field.concentrator->set_mains(true, field.now);
    field.run_to(kStart + 28h);
    Concentrator const& c = *field.concentrator;
    std::uint64_t held = 0;
    for (std::size_t i = 0; i < c.meters().size(); ++i) {
        held += 112 - c.held(i).missing(112);
    }
    EXPECT_EQ(held, c.counts().rows_stored);
    EXPECT_EQ(c.counts().rows_gone, 0U);
    // nothing stored was lost on its way: all of it was sent up
    EXPECT_EQ(field.uploaded.size(), held);
}

TEST_P(AnyFieldTest, AnyRunRepeatsBitForBit) {
    Line const line = any_line();
    FakeField a({}, 8, line);
    FakeField b({}, 8, line);
    a.run_to(kStart + 13h);
    b.run_to(kStart + 13h);
    ASSERT_EQ(a.requests.size(), b.requests.size());
    for (std::size_t i = 0; i < a.requests.size(); ++i) {
        ASSERT_EQ(a.requests[i].id, b.requests[i].id);
        ASSERT_EQ(a.requests[i].created, b.requests[i].created);
        ASSERT_EQ(a.requests[i].meter, b.requests[i].meter);
    }
    EXPECT_EQ(a.uploaded, b.uploaded);
}

INSTANTIATE_TEST_SUITE_P(Patterns, AnyFieldTest, testing::Range<std::uint64_t>(0, 40));

} // namespace
} // namespace gridtwin::concentrator
