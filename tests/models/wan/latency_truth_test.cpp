// Against the formulas of a message alone and of two that meet.
#include "tests/models/wan/wan_fixture.hpp"

namespace gridtwin::wan {
namespace {

using namespace std::chrono_literals;

constexpr EndpointId kFirst{0};
constexpr EndpointId kSecond{1};
constexpr double kNanosecond_s = 1e-9;

class LatencyTest : public testing::TestWithParam<Model> {};
INSTANTIATE_TEST_SUITE_P(Both, LatencyTest, testing::Values(Model::builtin, Model::simgrid),
                         model_name);

// Store and forward pays the bits on every link, a fluid pays them on the slowest.
TEST_P(LatencyTest, OneMessageTakesTheLatenciesOfItsWayAndItsBits) {
    Town town(1, 1);
    town.spec.cells[0] = {"cell", 20e3, 40e3, 0.35};
    town.spec.backbone = {1e6, 0.010};
    town.spec.gateway = {64e3, 0.020};
    town.spec.servers[0] = {.cores = 2, .message_s = 0.005};
    town.spec.overhead_octets = 40;
    auto const wan = make(GetParam(), town.spec);
    double const bits = 8.0 * (200 + 40);
    double const backbone_s = GetParam() == Model::builtin ? bits / 1e6 : 0.0;

    struct Way {
        EndpointId from, to;
        double expected_s;
    };
    SimTime at = kStart + 100s;
    for (Way const& way :
         std::vector<Way>{{kFirst, town.head_end, 0.36 + bits / 20e3 + backbone_s + 0.005},
                          {town.head_end, kFirst, 0.36 + bits / 40e3 + backbone_s},
                          {town.gateway, town.head_end, 0.03 + bits / 64e3 + backbone_s + 0.005},
                          {town.head_end, town.gateway, 0.03 + bits / 64e3 + backbone_s}}) {
        std::vector<WanArrival> out;
        wan->send({1, way.from, way.to, 200}, at);
        wan->run_until(at + 50s, out);
        ASSERT_EQ(out.size(), 1U);
        EXPECT_NEAR(to_s(out[0].at - at), way.expected_s, 3 * kNanosecond_s);
        at += 100s;
    }
}

TEST(LatencyTest, BothModelsAgreeOnSparseTrafficButForTheBackbonesStoreAndForward) {
    // given messages far enough apart that none meets another
    Town const town(3, 4);
    auto const builtin = make(Model::builtin, town.spec);
    auto const simgrid = make(Model::simgrid, town.spec);
    auto traffic = random_traffic(town, 1000, 1.0, kStart, Seed{11});
    std::vector<WanArrival> a;
    std::vector<WanArrival> b;
    for (std::size_t k = 0; k < traffic.size(); ++k) {
        traffic[k].at = kStart + k * 5s;
        builtin->send(traffic[k].message, traffic[k].at);
        simgrid->send(traffic[k].message, traffic[k].at);
    }
    builtin->run_until(kStart + 3h, a);
    simgrid->run_until(kStart + 3h, b);
    ASSERT_EQ(a.size(), 1000U);
    ASSERT_EQ(b.size(), 1000U);
    for (std::size_t k = 0; k < a.size(); ++k) {
        ASSERT_EQ(a[k].message.handle, b[k].message.handle);
        double const backbone_s = 8.0 * (a[k].message.octets + town.spec.overhead_octets) /
                                  town.spec.backbone.bit_rate_bps;
        EXPECT_NEAR(to_s(a[k].at - b[k].at), backbone_s, 5 * kNanosecond_s);
    }
}

TEST(LatencyTest, TwoConcentratorsShareASimgridCellFairly) {
    // given a message of 1 s on the cell, and another concentrator's half a second later
    Town town(1, 2);
    town.spec.cells[0] = {"cell", 8000.0, 8000.0, 0.35};
    town.spec.servers[0].message_s = 0.0;
    auto const wan = make(Model::simgrid, town.spec);
    std::vector<WanArrival> out;
    wan->send({1, kFirst, town.head_end, 960}, kStart);
    wan->send({2, kSecond, town.head_end, 960}, kStart + 500ms);
    // and two of one size that start together, later
    wan->send({3, kFirst, town.head_end, 460}, kStart + 10s);
    wan->send({4, kSecond, town.head_end, 460}, kStart + 10s);
    wan->run_until(kStart + 20s, out);
    ASSERT_EQ(out.size(), 4U);
    // half alone, half at half the rate: 1.5 s; the second meets it until then and ends at 2 s
    EXPECT_NEAR(to_s(out[0].at), 0.36 + 1.5, 3 * kNanosecond_s);
    EXPECT_NEAR(to_s(out[1].at), 0.36 + 2.0, 3 * kNanosecond_s);
    EXPECT_NEAR(to_s(out[2].at), 10.36 + 1.0, 3 * kNanosecond_s);
    EXPECT_NEAR(to_s(out[3].at), 10.36 + 1.0, 3 * kNanosecond_s);
}

TEST(LatencyTest, TwoConcentratorsQueueForABuiltinCell) {
    Town town(1, 2);
    town.spec.cells[0] = {"cell", 8000.0, 8000.0, 0.35};
    town.spec.servers[0].message_s = 0.0;
    auto const wan = make(Model::builtin, town.spec);
    std::vector<WanArrival> out;
    wan->send({1, kFirst, town.head_end, 960}, kStart);
    wan->send({2, kSecond, town.head_end, 960}, kStart + 500ms);
    wan->run_until(kStart + 20s, out);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_NEAR(to_s(out[0].at), 0.36 + 1.0 + 8e-6, 3 * kNanosecond_s);
    EXPECT_NEAR(to_s(out[1].at), 0.36 + 2.0 + 8e-6, 3 * kNanosecond_s);
}

TEST(LatencyTest, UpAndDownOfACellDoNotDisturbEachOtherInSimgrid) {
    Town town(1, 2);
    town.spec.cells[0] = {"cell", 8000.0, 8000.0, 0.35};
    town.spec.servers[0].message_s = 0.0;
    auto const wan = make(Model::simgrid, town.spec);
    std::vector<WanArrival> out;
    wan->send({1, kFirst, town.head_end, 960}, kStart);
    wan->send({2, town.head_end, kFirst, 960}, kStart);
    wan->run_until(kStart + 20s, out);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_NEAR(to_s(out[0].at), 1.36, 3 * kNanosecond_s);
    EXPECT_NEAR(to_s(out[1].at), 1.36, 3 * kNanosecond_s);
}

/// When each of `sent` is through a cell of `cell_bps` that its users share evenly, none having
/// more than `most_bps`: worked out user by user, from one change to the next.
std::vector<double> shared_evenly(std::vector<Sent> const& sent, double cell_bps, double most_bps,
                                  double latency_s, double overhead_octets) {
    std::vector<double> left_bits(sent.size(), 0.0);
    std::vector<double> through_s(sent.size(), 0.0);
    double now_s = 0.0;
    for (std::size_t next = 0;;) {
        double users = 0.0;
        double least_bits = HUGE_VAL;
        for (double const left : left_bits) {
            if (left > 0.0) {
                users += 1.0;
                least_bits = std::min(least_bits, left);
            }
        }
        double const each_bps = std::min(cell_bps / users, most_bps);
        double const come_s = next < sent.size() ? to_s(sent[next].at) + latency_s : HUGE_VAL;
        double const end_s = users > 0.0 ? now_s + least_bits / each_bps : HUGE_VAL;
        double const then_s = std::min(come_s, end_s);
        if (then_s == HUGE_VAL) {
            return through_s;
        }
        for (std::size_t k = 0; k < sent.size(); ++k) {
            if (left_bits[k] > 0.0) {
                left_bits[k] -= each_bps * (then_s - now_s);
                if (left_bits[k] < 1e-6) {
                    left_bits[k] = 0.0;
                    through_s[k] = then_s;
                }
            }
        }
        now_s = then_s;
        if (come_s <= end_s) {
            left_bits[next] = 8.0 * (sent[next].message.octets + overhead_octets);
            ++next;
        }
    }
}

/// A cell whose users are one flow of SimGrid, or a few: with the backbone's rate.
class SharedCellTest : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Backbones, SharedCellTest, testing::Values(1e9, 7e3, 1e3));

TEST_P(SharedCellTest, GivesEachConnectionWhatFlowsOfTheirOwnWouldGet) {
    // given 60 concentrators that send a message each, every third at an instant that others share
    double const backbone_bps = GetParam();
    Town town(1, 60);
    town.spec.servers[0].message_s = 0.0;
    town.spec.backbone = {backbone_bps, 0.010};
    auto const wan = make(Model::simgrid, town.spec);
    EntityKey const who(EntityKind::world, 0);
    std::vector<Sent> sent;
    double at_s = 0.0;
    for (std::uint32_t c = 0; c < 60; ++c) {
        at_s += c % 3 == 0 ? draw_exponential(Seed{4}, who, Purpose::backoff, c, 1.0) : 0.0;
        auto const octets =
            static_cast<std::uint32_t>(20.0 + 2000.0 * draw01(Seed{4}, who, Purpose::test, c));
        sent.push_back({{c, EndpointId{c}, town.head_end, octets}, kStart + duration_from_s(at_s)});
        wan->send(sent.back().message, sent.back().at);
    }
    std::vector<WanArrival> out;
    wan->run_until(kHorizon, out);
    ASSERT_EQ(out.size(), 60U);
    auto const expected = shared_evenly(sent, town.spec.cells[0].uplink_bps, backbone_bps, 0.36,
                                        town.spec.overhead_octets);
    for (auto const& a : out) {
        EXPECT_NEAR(to_s(a.at), expected[a.message.handle], 1e-6) << a.message.handle;
    }
}

} // namespace
} // namespace gridtwin::wan
