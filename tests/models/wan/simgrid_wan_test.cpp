// What only the SimGrid network has to promise. One test, one engine.
#include "sim/core/diagnostics.hpp"
#include "tests/models/wan/wan_fixture.hpp"

namespace gridtwin::wan {
namespace {

using namespace std::chrono_literals;

TEST(SimgridWanTest, ASecondEngineInAProcessIsAnErrorEvenAfterTheFirstIsGone) {
    Town const town(1, 1);
    auto first = make_simgrid_wan(town.spec, kHorizon);
    EXPECT_THROW((void)make_simgrid_wan(town.spec, kHorizon), SimulationError);
    std::vector<WanArrival> out;
    first->send({1, EndpointId{0}, town.head_end, 100}, kStart);
    first->send({2, EndpointId{0}, town.head_end, 100}, kStart + 300ms);
    first->run_until(kStart + 380ms, out);
    ASSERT_EQ(first->in_flight(), 2U) << "one on the cell, one not yet";
    testing::internal::CaptureStderr();
    first.reset();
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_THROW((void)make_simgrid_wan(town.spec, kHorizon), SimulationError);
}

TEST(SimgridWanTest, RunningPastTheHorizonIsAnErrorNotAnAbort) {
    Town const town(1, 1);
    auto const wan = make_simgrid_wan(town.spec, kStart + 1h);
    std::vector<WanArrival> out;
    wan->run_until(kStart + 1h, out);
    EXPECT_THROW(wan->run_until(kStart + 1h + 1ns, out), SimulationError);
}

/// Runs `traffic` shifted by `shift` in windows of the given lengths until all has arrived.
template <typename Window>
std::vector<WanArrival> run_in_windows(Wan& wan, std::vector<Sent> const& traffic,
                                       SimDuration shift, Window window) {
    std::vector<WanArrival> out;
    SimTime now = kStart + shift;
    wan.run_until(now, out);
    std::size_t sent = 0;
    while (out.size() < traffic.size()) {
        SimTime const end = now + window();
        for (; sent < traffic.size() && traffic[sent].at + shift < end; ++sent) {
            wan.send(traffic[sent].message, traffic[sent].at + shift);
        }
        std::size_t const before = out.size();
        wan.run_until(end, out);
        for (std::size_t k = before; k < out.size(); ++k) {
            EXPECT_GE(out[k].at, now) << "an arrival of the window before";
            EXPECT_LT(out[k].at, end) << "an arrival of the window after";
            EXPECT_TRUE(k == 0 || out[k - 1].at <= out[k].at);
        }
        now = end;
    }
    return out;
}

TEST(SimgridWanTest, ResultsDoNotDependOnHowTheTimeIsCutIntoWindows) {
    // given the same traffic again and again on one engine, in windows of every kind
    Town const town(4, 8);
    auto const wan = make_simgrid_wan(town.spec, kHorizon);
    auto const traffic = random_traffic(town, 2000, 0.05, kStart, Seed{8});
    auto const whole = run_in_windows(*wan, traffic, 0h, [] { return 1h; });
    std::uint64_t n = 0;
    auto const random_up_to = [&n](double longest_s) {
        return [&n, longest_s] {
            double const u = draw01(Seed{9}, EntityKey(EntityKind::world, 1), Purpose::test, n++);
            return SimDuration{1} + duration_from_s(u * longest_s);
        };
    };
    for (auto const& [shift, longest_s] :
         std::vector<std::pair<SimDuration, double>>{{3h, 0.7}, {6h, 3e-3}, {40h, 0.03}}) {
        auto const cut = run_in_windows(*wan, traffic, shift, random_up_to(longest_s));
        // then order and count are the same, and times to within 2e-5 s
        ASSERT_EQ(cut.size(), whole.size());
        for (std::size_t k = 0; k < whole.size(); ++k) {
            ASSERT_EQ(cut[k].message.handle, whole[k].message.handle);
            ASSERT_LE(std::abs(to_s(cut[k].at - shift - whole[k].at)), 2e-5);
        }
    }
}

TEST(SimgridWanTest, WindowsBelowItsLeastStepNeitherHangNorLoseTime) {
    Town const town(1, 2);
    auto const wan = make_simgrid_wan(town.spec, kHorizon);
    std::vector<WanArrival> out;
    wan->send({1, town.head_end, town.gateway, 60}, kStart);
    SimTime now = kStart;
    while (out.empty() && now < kStart + 1s) {
        now += 997ns;
        wan->run_until(now, out);
        wan->run_until(now, out); // an empty window
    }
    ASSERT_EQ(out.size(), 1U);
    EXPECT_NEAR(to_s(out[0].at), 0.03 + 100 * 8 / 10e6, 2e-5);
    EXPECT_LT(out[0].at, now);
    EXPECT_GE(out[0].at, now - 997ns);
}

TEST(SimgridWanTest, ADayOfUploadsAtOneInstantIsAcknowledgedToTheLast) {
    // given so many windows that SimGrid's clock, a sum, lags behind some of their ends: flows are
    // then ended from outside its run
    Town const town(50, 20);
    auto const wan = make_simgrid_wan(town.spec, kHorizon);
    std::vector<WanArrival> out;
    std::uint64_t acknowledged = 0;
    for (SimTime now = kStart; now < kStart + 24h + 10min; now += 100ms) {
        if (now < kStart + 24h && (now - kStart) % 15min == 0s) {
            for (std::uint32_t c = 0; c < 1000; ++c) {
                wan->send({c, EndpointId{c}, town.head_end, 400}, now);
            }
        }
        if (wan->next_event() >= now + 100ms) {
            continue;
        }
        wan->run_until(now + 100ms, out);
        for (auto const& a : out) {
            if (a.message.to == town.head_end) {
                wan->send({a.message.handle, town.head_end, a.message.from, 60}, a.at + 100ms);
            } else {
                ++acknowledged;
            }
        }
        out.clear();
    }
    EXPECT_EQ(acknowledged, 96'000U);
    EXPECT_EQ(wan->in_flight(), 0U);
    EXPECT_EQ(wan->traffic().sent, wan->traffic().delivered);
}

TEST(SimgridWanTest, AWholeTownMaySendAllAtOnce) {
    // given 1540 concentrators with 20 messages each, at one instant (SimGrid's own cost grows with
    // the square of the flows on a link: connections keep them few)
    Town const town(77, 20);
    auto const wan = make_simgrid_wan(town.spec, kHorizon);
    std::vector<WanArrival> out;
    for (std::uint64_t k = 0; k < 20; ++k) {
        for (std::uint32_t c = 0; c < 1540; ++c) {
            wan->send({k * 1540 + c, EndpointId{c}, town.head_end, 210}, kStart + 1s);
        }
    }
    SimTime now = kStart;
    while (out.size() < 30800 && now < kStart + 1h) {
        now += 400ms;
        wan->run_until(now, out);
        ASSERT_EQ(wan->traffic().sent, wan->traffic().delivered + wan->in_flight());
    }
    ASSERT_EQ(out.size(), 30800U);
    // a cell carries its 400 messages of 250 octets at 20 kbit/s; all 1540 firsts arrive together
    // and 77 lasts, so the server (1000 a second) is behind by 1540 at most
    EXPECT_GT(to_s(out.back().at), 1.36 + 400 * 0.1);
    EXPECT_LT(to_s(out.back().at), 1.36 + 400 * 0.1 + 1.54 + 0.01);
}

} // namespace
} // namespace gridtwin::wan
