// What both implementations promise.
#include "sim/core/diagnostics.hpp"
#include "tests/models/wan/wan_fixture.hpp"

namespace gridtwin::wan {
namespace {

using namespace std::chrono_literals;

class WanTest : public testing::TestWithParam<Model> {};
INSTANTIATE_TEST_SUITE_P(Both, WanTest, testing::Values(Model::builtin, Model::simgrid),
                         model_name);

constexpr EndpointId kFirst{0};
constexpr EndpointId kSecond{1};

TEST_P(WanTest, ADownSenderLosesItsMessageAtOnce) {
    Town const town(1, 2);
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    wan->set_endpoint_up(kFirst, false, kStart + 1s);
    wan->send({1, kFirst, town.head_end, 100},
              kStart + 1s); // the change comes first at one instant
    wan->send({2, kSecond, town.head_end, 100}, kStart + 1s);
    wan->set_endpoint_up(kFirst, true, kStart + 2s);
    wan->send({3, kFirst, town.head_end, 100}, kStart + 2s);
    wan->run_until(kStart + 10s, out);
    ASSERT_EQ(out.size(), 3U);
    EXPECT_EQ(out[0].message.handle, 1U);
    EXPECT_EQ(out[0].at, kStart + 1s);
    EXPECT_EQ(out[0].fate, Fate::lost);
    EXPECT_EQ(out[0].reason, LossReason::link_down);
    EXPECT_EQ(out[1].message.handle, 2U);
    EXPECT_EQ(out[1].fate, Fate::delivered);
    EXPECT_EQ(out[1].reason, LossReason::none);
    EXPECT_EQ(out[2].message.handle, 3U);
    EXPECT_EQ(out[2].fate, Fate::delivered);
}

TEST_P(WanTest, ADownReceiverLosesWhatArrivesButNotWhatArrivesLater) {
    Town const town(1, 2);
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    wan->send({1, town.head_end, kFirst, 100}, kStart + 1s); // arrives after 0.36 s and its bits
    wan->set_endpoint_up(kFirst, false, kStart + 1200ms);
    wan->set_endpoint_up(kFirst, true, kStart + 2s);
    wan->send({2, town.head_end, kFirst, 100}, kStart + 1900ms);
    wan->run_until(kStart + 10s, out);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].fate, Fate::lost);
    EXPECT_EQ(out[0].reason, LossReason::link_down);
    EXPECT_GT(out[0].at, kStart + 1360ms) << "lost where it arrives, not where it was sent";
    EXPECT_EQ(out[1].fate, Fate::delivered);
    EXPECT_EQ(wan->traffic().sent, 2U);
    EXPECT_EQ(wan->traffic().delivered, 1U);
    EXPECT_EQ(wan->traffic().lost[static_cast<std::size_t>(LossReason::link_down)], 1U);
}

TEST_P(WanTest, AHeadEndThatFailsLosesWhatItsServerHolds) {
    Town town(0, 0);
    town.spec.servers[0] = {.cores = 1, .message_s = 1.0};
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    for (std::uint64_t k = 0; k < 3; ++k) {
        wan->send({k, town.gateway, town.head_end, 100}, kStart);
    }
    wan->set_endpoint_up(town.head_end, false, kStart + 1500ms); // while it is at the second
    wan->set_endpoint_up(town.head_end, true, kStart + 2500ms);  // while it is at the third
    wan->run_until(kStart + 10s, out);
    ASSERT_EQ(out.size(), 3U);
    EXPECT_EQ(out[0].fate, Fate::delivered);
    EXPECT_EQ(out[1].fate, Fate::lost);
    EXPECT_EQ(out[2].fate, Fate::delivered);
}

TEST_P(WanTest, AnOrderOvertakesAnImageThatIsUnderWay) {
    Town const town(1, 2);
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    // 100,000 octets at 40 kbit/s: 20 s, in pieces of 1.2 s
    wan->send({1, town.head_end, kFirst, 100'000}, kStart);
    wan->send({2, town.head_end, kFirst, 60, MessageKind::set_relay}, kStart + 5s);
    wan->run_until(kStart + 10s, out);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].message.handle, 2U);
    EXPECT_LT(to_s(out[0].at), 5.0 + 0.36 + 0.02 + 1.2) << "one piece ahead of it";
    EXPECT_EQ(wan->in_flight(), 1U) << "one message still, however many pieces";
    wan->run_until(kStart + 60s, out);
    ASSERT_EQ(out.size(), 2U);
    double const bits = 8.0 * (100'000 + 60 + 2 * 40); // both share the cell
    EXPECT_NEAR(to_s(out[1].at), 0.36 + bits / 40e3, 2e-3);
    EXPECT_EQ(wan->traffic().sent, 2U);
    EXPECT_EQ(wan->traffic().delivered, 2U);
}

TEST_P(WanTest, InFlightFollowsAMessageThroughEveryStage) {
    Town town(1, 1);
    town.spec.servers[0] = {.cores = 1, .message_s = 1.0};
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    EXPECT_EQ(wan->in_flight(), 0U);
    EXPECT_EQ(wan->next_event(), kNever);
    wan->send({1, kFirst, town.head_end, 960}, kStart + 1s);
    wan->send({2, kFirst, town.head_end, 960}, kStart + 1s);
    wan->set_endpoint_up(kFirst, true, kStart + 1s); // no message
    EXPECT_EQ(wan->in_flight(), 2U) << "handed over, not yet due";
    EXPECT_EQ(wan->next_event(), kStart + 1s);
    // 1000 octets at 20 kbit/s: 0.4 s each, one after the other; 0.36 s of latency; then the server
    for (auto const& [at, expected] : std::vector<std::pair<SimDuration, std::size_t>>{
             {1100ms, 2}, // travelling
             {1500ms, 2}, // on the cell
             {1900ms, 2}, // one at the server
             {2300ms, 2}, // one in the server's queue
             {2800ms, 1}, // the second one being processed
             {4000ms, 0}}) {
        wan->run_until(kStart + at, out);
        EXPECT_EQ(wan->in_flight(), expected) << format_time(kStart + at);
        EXPECT_EQ(out.size() + wan->in_flight(), 2U);
    }
    EXPECT_EQ(wan->next_event(), kNever);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_NEAR(to_s(out[0].at), 2.76, 1e-4);
    EXPECT_NEAR(to_s(out[1].at), 3.76, 1e-4);
}

TEST_P(WanTest, TwoCoresTakeTwoMessagesAtOnceAndTheThirdWaits) {
    Town town(0, 0);
    town.spec.servers[0] = {.cores = 2, .message_s = 1.0};
    town.spec.gateway.bit_rate_bps = 1e9;
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    for (std::uint64_t k = 0; k < 3; ++k) {
        wan->send({k, town.gateway, town.head_end, 100}, kStart);
    }
    wan->run_until(kStart + 10s, out);
    ASSERT_EQ(out.size(), 3U);
    EXPECT_NEAR(to_s(out[0].at), 1.03, 1e-5);
    EXPECT_NEAR(to_s(out[1].at), 1.03, 1e-5);
    EXPECT_NEAR(to_s(out[2].at), 2.03, 1e-5);
    EXPECT_EQ(out[2].message.handle, 2U) << "first come, first served";
}

TEST_P(WanTest, AServerWithoutProcessingTimeAndAMessageWithoutOctetsAreFine) {
    Town town(1, 1);
    town.spec.servers[0].message_s = 0.0;
    town.spec.overhead_octets = 0;
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    wan->send({1, kFirst, town.head_end, 0}, kStart + 1s);
    wan->send({2, town.head_end, kFirst, 0}, kStart + 1s);
    wan->run_until(kStart + 2s, out);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_NEAR(to_s(out[0].at), 1.36, 1e-8);
    EXPECT_NEAR(to_s(out[1].at), 1.36, 1e-8);
}

TEST_P(WanTest, TheOrderOfCallsWithinAWindowDoesNotMatter) {
    // given the same traffic twice, an hour apart, the second time handed over backwards
    Town const town(3, 4);
    auto const wan = make(GetParam(), town.spec);
    auto traffic = random_traffic(town, 300, 0.02, kStart, Seed{5});
    for (std::size_t k = 0; k + 1 < traffic.size(); k += 2) {
        traffic[k + 1].at = traffic[k].at; // ties, of different senders
        traffic[k].message.from = town.head_end;
        traffic[k].message.to = EndpointId{static_cast<std::uint32_t>(k) % 12};
        traffic[k + 1].message.from = EndpointId{static_cast<std::uint32_t>(k) % 12};
        traffic[k + 1].message.to = town.head_end;
    }
    std::vector<WanArrival> forwards;
    std::vector<WanArrival> backwards;
    for (auto const& s : traffic) {
        wan->send(s.message, s.at);
    }
    wan->run_until(kStart + 1h, forwards);
    for (auto s = traffic.rbegin(); s != traffic.rend(); ++s) {
        wan->send(s->message, s->at + 1h);
    }
    wan->run_until(kStart + 2h, backwards);
    // then
    ASSERT_EQ(forwards.size(), traffic.size());
    ASSERT_EQ(backwards.size(), traffic.size());
    for (std::size_t k = 0; k < traffic.size(); ++k) {
        EXPECT_EQ(forwards[k].message.handle, backwards[k].message.handle);
        EXPECT_LE(std::abs((backwards[k].at - forwards[k].at - 1h).count()),
                  GetParam() == Model::builtin ? 0 : 20);
    }
}

TEST_P(WanTest, MessagesOfOneSenderAtOneInstantKeepTheirOrder) {
    Town const town(1, 3);
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    for (std::uint64_t k = 0; k < 30; ++k) {
        wan->send({k, EndpointId{static_cast<std::uint32_t>(k % 3)}, town.head_end,
                   static_cast<std::uint32_t>(300 - 10 * k)},
                  kStart + 1s);
    }
    wan->run_until(kStart + 1min, out);
    ASSERT_EQ(out.size(), 30U);
    std::array<std::uint64_t, 3> next{0, 1, 2};
    for (WanArrival const& a : out) {
        EXPECT_EQ(a.message.handle, next[index(a.message.from)]);
        next[index(a.message.from)] += 3;
    }
}

TEST_P(WanTest, NothingHappensBeforeTheNextEvent) {
    Town const town(2, 5);
    auto const wan = make(GetParam(), town.spec);
    auto const traffic = random_traffic(town, 300, 0.1, kStart, Seed{6});
    for (auto const& s : traffic) {
        wan->send(s.message, s.at);
    }
    std::vector<WanArrival> out;
    SimTime now = kStart;
    std::size_t skipped = 0;
    while (wan->next_event() != kNever) {
        SimTime const next = wan->next_event();
        ASSERT_GE(next, now);
        std::size_t const before = out.size();
        wan->run_until(next, out);
        ASSERT_EQ(out.size(), before) << "something happened before " << format_time(next);
        skipped += next > now ? 1 : 0;
        now = next + 30ms;
        wan->run_until(now, out);
    }
    EXPECT_EQ(out.size(), traffic.size());
    EXPECT_GT(skipped, 100U) << "next_event is of use";
}

TEST_P(WanTest, NoArrivalIsSoonerThanTheLeastLatency) {
    Town const town(2, 5);
    auto const wan = make(GetParam(), town.spec);
    EXPECT_EQ(wan->least_latency(), 30ms) << "gateway line and backbone";
    auto const traffic = random_traffic(town, 200, 0.5, kStart, Seed{7});
    for (auto const& s : traffic) {
        wan->send(s.message, s.at);
    }
    std::vector<WanArrival> out;
    wan->run_until(kStart + 1h, out);
    ASSERT_EQ(out.size(), traffic.size());
    for (WanArrival const& a : out) {
        EXPECT_GE(a.at - traffic[a.message.handle].at, wan->least_latency());
    }
}

TEST_P(WanTest, MisuseIsAnErrorThatNamesTheEndpointAndTheTime) {
    Town const town(1, 2);
    auto const wan = make(GetParam(), town.spec);
    std::vector<WanArrival> out;
    wan->run_until(kStart + 10s, out);
    auto const text_of = [](auto&& call) {
        try {
            call();
        } catch (SimulationError const& e) {
            return std::string(e.what());
        }
        return std::string("no error");
    };
    using testing::HasSubstr;
    EXPECT_THAT(text_of([&] {
                    wan->send({1, kFirst, town.head_end, 1}, kStart + 9s);
                }),
                HasSubstr("00:00:09 is in the past of 00:00:10"));
    EXPECT_THAT(text_of([&] {
                    wan->send({1, kFirst, kSecond, 1}, kStart + 11s);
                }),
                HasSubstr("00:00:11: a message from 'c0.0' to 'c0.1' has no way"));
    EXPECT_THAT(text_of([&] {
                    wan->send({1, EndpointId{99}, town.head_end, 1}, kStart + 11s);
                }),
                HasSubstr("endpoint 99 does not exist"));
    EXPECT_THAT(text_of([&] { wan->set_endpoint_up(EndpointId{99}, true, kStart + 11s); }),
                HasSubstr("endpoint 99 does not exist"));
    EXPECT_THAT(text_of([&] { wan->run_until(kStart + 9s, out); }), HasSubstr("in the past"));
    EXPECT_EQ(wan->traffic().sent, 0U) << "what was refused is in no book";
    EXPECT_EQ(wan->in_flight(), 0U);
}

} // namespace
} // namespace gridtwin::wan
