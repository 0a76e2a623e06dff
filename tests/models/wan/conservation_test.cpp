// sent = delivered + lost + in flight, at every instant, each term counted on its own.
#include "tests/models/wan/wan_fixture.hpp"

namespace gridtwin::wan {
namespace {

using namespace std::chrono_literals;

class WanBooksTest : public testing::TestWithParam<Model> {};
INSTANTIATE_TEST_SUITE_P(Both, WanBooksTest, testing::Values(Model::builtin, Model::simgrid),
                         model_name);

TEST_P(WanBooksTest, CloseAtRandomInstantsWhileEndpointsComeAndGo) {
    Town town(3, 6);
    town.spec.servers[0] = {.cores = 1, .message_s = 0.1}; // a queue builds up
    auto const wan = make(GetParam(), town.spec);
    auto const traffic = random_traffic(town, 3000, 0.03, kStart, Seed{21});
    EntityKey const who(EntityKind::world, 2);
    std::uint64_t n = 0;
    auto const draw = [&] { return draw01(Seed{22}, who, Purpose::test, n++); };

    std::vector<WanArrival> out;
    SimTime now = kStart;
    std::size_t sent = 0;
    std::size_t most_in_flight = 0;
    while (sent < traffic.size() || wan->next_event() != kNever) {
        SimTime const end = now + duration_from_s(draw() * draw() * 3.0);
        for (; sent < traffic.size() && traffic[sent].at < end; ++sent) {
            wan->send(traffic[sent].message, traffic[sent].at);
        }
        auto const endpoint = static_cast<EndpointId>(
            static_cast<std::uint32_t>(draw() * static_cast<double>(town.spec.endpoints.size())));
        wan->set_endpoint_up(endpoint, draw() < 0.6, now + (end - now) / 2);
        wan->run_until(end, out);
        now = end;
        // then
        TrafficCount const& books = wan->traffic();
        ASSERT_EQ(books.sent, sent);
        ASSERT_EQ(books.sent, books.delivered + books.lost_total() + wan->in_flight())
            << format_time(now);
        ASSERT_EQ(out.size(), books.delivered + books.lost_total());
        most_in_flight = std::max(most_in_flight, wan->in_flight());
    }
    EXPECT_EQ(wan->in_flight(), 0U);
    EXPECT_GT(most_in_flight, 20U);
    EXPECT_GT(wan->traffic().delivered, 100U);
    EXPECT_GT(wan->traffic().lost_total(), 100U);
    EXPECT_EQ(wan->traffic().lost[static_cast<std::size_t>(LossReason::link_down)],
              wan->traffic().lost_total());

    std::vector<int> ends(traffic.size(), 0);
    for (WanArrival const& a : out) {
        ++ends[a.message.handle];
        EXPECT_EQ(a.message.octets, traffic[a.message.handle].message.octets);
        EXPECT_EQ(a.reason == LossReason::none, a.fate == Fate::delivered);
    }
    EXPECT_THAT(ends, testing::Each(1)) << "every message ends once";
}

} // namespace
} // namespace gridtwin::wan
