// Several servers at the head-end: who takes what, what it costs, full queues, and failover.
#include "sim/core/diagnostics.hpp"
#include "tests/models/wan/wan_fixture.hpp"

namespace gridtwin::wan {
namespace {

using namespace std::chrono_literals;

class ServersTest : public testing::TestWithParam<Model> {};
INSTANTIATE_TEST_SUITE_P(Both, ServersTest, testing::Values(Model::builtin, Model::simgrid),
                         model_name);

/// Two concentrators on fast lines of their own, 15 ms away; `servers` of one core, 1 s a message.
Town two_lines(std::size_t servers) {
    Town town(0, 0);
    town.spec.endpoints.clear();
    for (std::uint32_t k = 0; k < 2; ++k) {
        town.spec.endpoints.push_back({.name = k == 0 ? "left" : "right",
                                       .line = {1e9, 0.005},
                                       .server = static_cast<std::uint32_t>(k % servers)});
    }
    town.head_end = EndpointId{2};
    town.spec.endpoints.push_back({.name = "head-end", .kind = EndpointKind::head_end});
    town.spec.servers.assign(servers, {.cores = 1, .message_s = 1.0});
    return town;
}

constexpr EndpointId kLeft{0};
constexpr EndpointId kRight{1};

void expect_books(Wan const& wan, std::vector<WanArrival> const& out) {
    auto const& books = wan.traffic();
    EXPECT_EQ(books.sent, books.delivered + books.lost_total() + wan.in_flight());
    EXPECT_EQ(out.size(), books.delivered + books.lost_total());
    for (auto const& server : wan.servers()) {
        EXPECT_GE(server.taken, server.processed + server.lost);
    }
}

TEST_P(ServersTest, EachTakesWhatItsConcentratorsSend) {
    Town const town = two_lines(2);
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    for (std::uint64_t k = 0; k < 3; ++k) {
        wan->send({k, kLeft, town.head_end, 100}, kStart);
        wan->send({10 + k, kRight, town.head_end, 100}, kStart);
    }
    wan->run_until(kStart + 10s, out);
    ASSERT_EQ(out.size(), 6U);
    for (std::size_t k = 0; k < 6; ++k) { // two queues of three, not one of six
        EXPECT_NEAR(to_s(out[k].at), 1.015 + static_cast<double>(k / 2), 1e-4);
    }
    EXPECT_EQ(wan->servers()[0].processed, 3U);
    EXPECT_EQ(wan->servers()[1].processed, 3U);
    EXPECT_EQ(wan->servers()[1].most_waiting, 2U);
    EXPECT_NEAR(wan->servers()[1].busy_s, 3.0, 1e-12);
    expect_books(*wan, out);
}

TEST_P(ServersTest, WorkDependsOnKindAndOctets) {
    Town town = two_lines(1);
    town.spec.servers[0].octet_s = 0.001;
    town.spec.servers[0].kinds = {{MessageKind::alarm, 0.25}};
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    wan->send({1, kLeft, town.head_end, 100, MessageKind::alarm}, kStart);
    wan->send({2, kLeft, town.head_end, 500, MessageKind::profile}, kStart + 1ms);
    wan->run_until(kStart + 10s, out);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_NEAR(to_s(out[0].at), 0.015 + 0.25 + 0.1, 1e-4);
    EXPECT_NEAR(to_s(out[1].at), 0.015 + 0.35 + 1.0 + 0.5, 1e-4);
}

TEST_P(ServersTest, AFullQueueTurnsAwayAndCounts) {
    Town town = two_lines(1);
    town.spec.servers[0].queue_limit = 3;
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    for (std::uint64_t k = 0; k < 10; ++k) {
        wan->send({k, kLeft, town.head_end, 100}, kStart + k * 1ms);
    }
    wan->run_until(kStart + 2500ms, out);
    EXPECT_EQ(wan->servers()[0].taken, 4U) << "one on the core, three waiting";
    EXPECT_EQ(wan->servers()[0].most_waiting, 3U);
    EXPECT_EQ(wan->servers()[0].refused, 6U);
    EXPECT_EQ(wan->traffic().lost[static_cast<std::size_t>(LossReason::queue_full)], 6U);
    EXPECT_EQ(wan->in_flight(), 2U);
    expect_books(*wan, out);
    wan->run_until(kStart + 10s, out);
    EXPECT_EQ(wan->traffic().delivered, 4U);
    expect_books(*wan, out);
}

TEST_P(ServersTest, AnotherTakesOverOnceTheFallIsNoticed) {
    Town town = two_lines(2);
    town.spec.failover_s = 5.0;
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    for (std::uint64_t k = 0; k < 3; ++k) {
        wan->send({k, kLeft, town.head_end, 100}, kStart); // at 1.5 s: one done, two in it
    }
    wan->set_server_up(0, false, kStart + 1500ms);
    wan->send({3, kLeft, town.head_end, 100}, kStart + 4s);  // nobody knows yet
    wan->send({4, kLeft, town.head_end, 100}, kStart + 10s); // the right one takes it
    wan->set_server_up(0, true, kStart + 20s);
    wan->send({5, kLeft, town.head_end, 100}, kStart + 20s);
    wan->run_until(kStart + 1600ms, out);
    EXPECT_EQ(out.size(), 3U);
    EXPECT_EQ(wan->in_flight(), 3U) << "to be sent";
    expect_books(*wan, out);
    wan->run_until(kStart + 30s, out);
    ASSERT_EQ(out.size(), 6U);
    std::vector<Fate> fates(6);
    for (auto const& a : out) {
        fates[a.message.handle] = a.fate;
        EXPECT_TRUE(a.fate == Fate::delivered || a.reason == LossReason::link_down);
    }
    EXPECT_THAT(fates, testing::ElementsAre(Fate::delivered, Fate::lost, Fate::lost, Fate::lost,
                                            Fate::delivered, Fate::delivered));
    EXPECT_NEAR(to_s(out[1].at), 1.5, 1e-4) << "lost when it falls";
    EXPECT_EQ(wan->servers()[0].taken, 4U);
    EXPECT_EQ(wan->servers()[0].lost, 2U);
    EXPECT_EQ(wan->servers()[1].took_over, 1U);
    expect_books(*wan, out);
}

TEST_P(ServersTest, WithAllDownEverythingIsLostAndOneThatIsBackIsEmpty) {
    Town const town = two_lines(2);
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    wan->set_server_up(0, false, kStart);
    wan->set_server_up(1, false, kStart);
    wan->send({1, kLeft, town.head_end, 100}, kStart + 30s);
    wan->set_server_up(1, true, kStart + 40s);
    wan->send({2, kRight, town.head_end, 100}, kStart + 41s);
    wan->run_until(kStart + 60s, out);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].fate, Fate::lost);
    EXPECT_NEAR(to_s(out[1].at), 42.015, 1e-4);
    EXPECT_THROW(wan->set_server_up(2, true, kStart + 70s), SimulationError);
    expect_books(*wan, out);
}

} // namespace
} // namespace gridtwin::wan
