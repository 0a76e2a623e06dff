// Profiles of links and servers: the same meaning in both implementations.
#include "models/wan/availability.hpp"
#include "tests/models/wan/wan_fixture.hpp"

namespace gridtwin::wan {
namespace {

using namespace std::chrono_literals;

TEST(AvailabilityTest, WorkGoesOnAtTheRateOfTheHour) {
    Availability const half({{kStart + 10s, 0.5}, {kStart + 20s, 1.0}, {kStart + 30s, 0.0}});
    EXPECT_EQ(half.finish(kStart, 4.0), kStart + 4s);
    EXPECT_EQ(half.finish(kStart + 8s, 4.0), kStart + 14s) << "2 s, then 2 s of work in 4 s";
    EXPECT_EQ(half.finish(kStart + 8s, 10.0), kStart + 23s) << "2, 5 in ten seconds, 3";
    EXPECT_TRUE(half.up(kStart + 29s));
    EXPECT_FALSE(half.up(kStart + 30s));
    EXPECT_TRUE(half.up_throughout(kStart, kStart + 29s));
    EXPECT_FALSE(half.up_throughout(kStart + 29s, kStart + 30s));
    ASSERT_EQ(half.turns().size(), 1U);
    EXPECT_FALSE(half.turns()[0].up);
    EXPECT_EQ(Availability{}.finish(kStart, 4.0), kStart + 4s);
    EXPECT_TRUE(Availability{}.turns().empty());
}

TEST(AvailabilityTest, MistakesAreFound) {
    EXPECT_EQ(problem({{kStart, 1.0}, {kStart + 1s, 0.0}}), "");
    EXPECT_NE(problem({{kStart + 1s, 1.0}, {kStart + 1s, 0.0}}), "");
    EXPECT_NE(problem({{kStart, 1.1}}), "");
    EXPECT_NE(problem({{kStart, std::nan("")}}), "");
    Town town(1, 1);
    town.spec.availability = {
        {Part::cell, 3, {}}, {Part::backbone, 0, {}}, {Part::backbone, 0, {}}};
    EXPECT_EQ(problems(town.spec).size(), 2U);
}

class ProfileTest : public testing::TestWithParam<Model> {};
INSTANTIATE_TEST_SUITE_P(Both, ProfileTest, testing::Values(Model::builtin, Model::simgrid),
                         model_name);

constexpr EndpointId kFirst{0};

TEST_P(ProfileTest, ACellAtHalfItsRateTakesTwiceAsLong) {
    Town town(1, 1);
    town.spec.overhead_octets = 0;
    // 10,000 octets at 20 kbit/s: 4 s
    town.spec.availability = {{Part::cell, 0, {{kStart + 2360ms, 0.5}, {kStart + 1h, 1.0}}}};
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    wan->send({1, kFirst, town.head_end, 10'000}, kStart); // on the cell until 4 s, or from 0.36 s
    wan->send({2, kFirst, town.head_end, 10'000}, kStart + 2h);
    wan->run_until(kStart + 3h, out);
    ASSERT_EQ(out.size(), 2U);
    // Built-in: bits, then latency: slow after 2.36 s of 4. SimGrid: latency first, slow after 2.
    double const slow_s = GetParam() == Model::builtin ? 2.36 + 2 * 1.64 : 2.0 + 2 * 2.0;
    EXPECT_NEAR(to_s(out[0].at), slow_s + 0.36 + 0.002, 1e-3);
    EXPECT_NEAR(to_s(out[1].at - kStart - 2h), 4.0 + 0.36 + 0.002, 1e-3);
}

TEST_P(ProfileTest, AServerAtAQuarterOfItsSpeedTakesFourTimesAsLong) {
    Town town(0, 0);
    town.spec.servers[0] = {.cores = 1, .message_s = 1.0};
    town.spec.availability = {{Part::server, 0, {{kStart + 530ms, 0.25}}}};
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    wan->send({1, town.gateway, town.head_end, 100}, kStart);
    wan->run_until(kStart + 1h, out);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_NEAR(to_s(out[0].at), 0.53 + 4 * 0.5, 1e-3);
}

TEST_P(ProfileTest, WhatIsUnderWayOverALinkThatGoesDownIsLostThere) {
    Town town(2, 1);
    town.spec.overhead_octets = 0;
    town.spec.availability = {{Part::cell, 0, {{kStart + 5s, 0.0}, {kStart + 20s, 1.0}}},
                              {Part::backbone, 0, {{kStart + 40s, 0.0}, {kStart + 50s, 1.0}}},
                              {Part::gateway, 0, {{kStart + 60s, 0.0}, {kStart + 70s, 1.0}}}};
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    EndpointId const second{1};
    wan->send({0, kFirst, town.head_end, 5'000}, kStart);          // through before: 2.4 s
    wan->send({1, kFirst, town.head_end, 5'000}, kStart + 3500ms); // on the way up: lost at 5 s
    wan->send({2, town.head_end, kFirst, 10'000}, kStart + 4s);    // on the way down: lost at 5 s
    wan->send({3, second, town.head_end, 10'000}, kStart + 3s);    // another cell
    wan->send({4, kFirst, town.head_end, 100}, kStart + 10s);      // nothing there: lost at once
    wan->send({5, kFirst, town.head_end, 2'500}, kStart + 20s);    // 1 s, an empty queue
    wan->send({6, second, town.head_end, 10'000}, kStart + 39s);   // lost with the backbone
    wan->send({7, second, town.head_end, 100}, kStart + 55s);
    wan->send({8, town.gateway, town.head_end, 100}, kStart + 65s);
    wan->send({9, town.gateway, town.head_end, 100}, kStart + 75s);
    wan->run_until(kStart + 2min, out);
    ASSERT_EQ(out.size(), 10U);
    EXPECT_EQ(wan->in_flight(), 0U);
    std::vector<std::pair<Fate, double>> ends(10);
    for (auto const& a : out) {
        ends[a.message.handle] = {a.fate, to_s(a.at)};
        EXPECT_TRUE(a.fate == Fate::delivered || a.reason == LossReason::link_down);
    }
    std::vector<std::pair<Fate, double>> const expected{
        {Fate::delivered, 2.362}, {Fate::lost, 5.0},         {Fate::lost, 5.0},
        {Fate::delivered, 7.362}, {Fate::lost, 10.0},        {Fate::delivered, 21.362},
        {Fate::lost, 40.0},       {Fate::delivered, 55.402}, {Fate::lost, 65.0},
        {Fate::delivered, 75.032}};
    for (std::size_t k = 0; k < ends.size(); ++k) {
        EXPECT_EQ(ends[k].first, expected[k].first) << k;
        EXPECT_NEAR(ends[k].second, expected[k].second, 1e-3) << k;
    }
    EXPECT_EQ(wan->traffic().sent, wan->traffic().delivered + wan->traffic().lost_total());
}

TEST_P(ProfileTest, AServersProfileIsItsFallAndReturn) {
    Town town(0, 0);
    town.spec.servers = {{.name = "a", .cores = 1}, {.name = "b", .cores = 1}};
    town.spec.failover_s = 2.0;
    town.spec.availability = {{Part::server, 0, {{kStart + 10s, 0.0}, {kStart + 20s, 1.0}}}};
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    for (int k = 0; k < 30; ++k) {
        wan->send({static_cast<std::uint64_t>(k), town.gateway, town.head_end, 100},
                  kStart + k * 1s + 500ms);
    }
    wan->run_until(kStart + 1min, out);
    EXPECT_EQ(wan->servers()[0].processed, 20U);
    EXPECT_EQ(wan->servers()[1].took_over, 8U);
    EXPECT_EQ(wan->traffic().lost_total(), 2U);
}

} // namespace
} // namespace gridtwin::wan
