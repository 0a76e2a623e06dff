#include "models/wire/dlms_link/hdlc_link.hpp"
#include "models/wire/hdlc.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/draws.hpp"
#include "tests/models/wire/hex.hpp"

#include <deque>

namespace gridtwin::wire {
namespace {

using test::Draws;

constexpr HdlcLinkSpec kSpec{};

std::vector<std::byte> some_apdu(Draws& draws, std::size_t longest) {
    std::vector<std::byte> apdu(1 + draws.below(longest));
    for (auto& octet : apdu) {
        octet = static_cast<std::byte>(draws.below(256));
    }
    return apdu;
}

/// A half-duplex line that loses and doubles frames but keeps their order, two ends, a timer that
/// runs off whenever nothing is on the line.
struct Line {
    Draws draws;
    std::size_t lost_of_100 = 0;
    std::size_t doubled_of_100 = 0;
    HdlcClient client{kSpec};
    HdlcServer server{kSpec};
    std::deque<std::pair<bool, HdlcFrame>> on_line{}; ///< first: towards the server
    std::vector<std::vector<std::byte>> requests{};   ///< handed over by the server's end
    std::vector<std::vector<std::byte>> answers{};
    std::vector<std::byte> next_answer{};
    std::size_t octets = 0;
    int timeouts = 0;

    void put(bool to_server, HdlcFrame const& frame) {
        octets += encoded_octets(frame);
        if (draws.below(100) < lost_of_100) {
            return;
        }
        on_line.emplace_back(to_server, frame);
        if (draws.below(100) < doubled_of_100) {
            on_line.emplace_back(to_server, frame);
        }
    }
    void at_server(HdlcFrame const& frame) {
        auto step = server.receive(frame);
        if (step.apdu) {
            requests.push_back(*step.apdu);
            // Sometimes the meter needs a while.
            step.send = draws.below(8) == 0 ? server.busy() : server.answer(next_answer);
        } else if (server.answering() && step.send && draws.below(2) == 0) {
            step.send = server.answer(next_answer);
        }
        if (step.send) {
            put(false, *step.send);
        }
    }
    void at_client(HdlcFrame const& frame) {
        auto const step = client.receive(frame);
        if (step.apdu) {
            answers.push_back(*step.apdu);
        }
        if (step.send) {
            put(true, *step.send);
        }
    }
    /// Until the client waits for nothing.
    void run() {
        for (int steps = 0; client.waiting(); ++steps) {
            ASSERT_LT(steps, 100000);
            if (on_line.empty()) {
                ++timeouts;
                put(true, *client.timed_out());
                continue;
            }
            auto const [to_server, frame] = on_line.front();
            on_line.pop_front();
            to_server ? at_server(frame) : at_client(frame);
        }
    }
};

void expect_lossless(Line line, int exchanges) {
    line.put(true, line.client.connect());
    line.run();
    ASSERT_EQ(line.client.state(), HdlcClient::State::connected);
    std::vector<std::vector<std::byte>> sent;
    std::vector<std::vector<std::byte>> answered;
    for (int i = 0; i < exchanges; ++i) {
        sent.push_back(some_apdu(line.draws, 600));
        line.next_answer = some_apdu(line.draws, 900);
        answered.push_back(line.next_answer);
        line.put(true, line.client.send(sent.back()));
        line.run();
        ASSERT_EQ(line.answers.size(), answered.size());
    }
    EXPECT_EQ(line.requests, sent);
    EXPECT_EQ(line.answers, answered);
    line.put(true, line.client.disconnect());
    line.run();
    EXPECT_EQ(line.client.state(), HdlcClient::State::disconnected);
    EXPECT_FALSE(line.server.connected());
}

TEST(HdlcLinkTest, EveryApduArrivesOnceAndWholeUnderLossAndDuplication) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        expect_lossless({.draws = Draws(Seed{6}, seed),
                         .lost_of_100 = seed % 4 * 15,
                         .doubled_of_100 = seed % 3 * 25},
                        12);
    }
}

TEST(HdlcLinkTest, SegmentsTakeTheOctetsOfTheSizeModel) {
    for (std::size_t apdu = 1; apdu < 700; ++apdu) {
        HdlcClient client(kSpec);
        HdlcServer server(kSpec);
        (void)client.receive(*server.receive(client.connect()).send);
        std::size_t octets = 0;
        std::optional<HdlcFrame> next = client.send(std::vector<std::byte>(apdu));
        while (next) {
            octets += encoded_octets(*next);
            EXPECT_LE(next->information.size(), 128U);
            auto const step = server.receive(*next);
            next = step.apdu ? std::nullopt : client.receive(*step.send).send;
        }
        EXPECT_EQ(octets, hdlc_octets(static_cast<std::uint32_t>(apdu), 128));
    }
}

TEST(HdlcLinkTest, InformationFieldsAreTheLesserOfBothSides) {
    HdlcClient client({.parameters = {.information_transmit = 64, .information_receive = 200}});
    HdlcServer server({.parameters = {.information_transmit = 100, .information_receive = 512}});
    (void)client.receive(*server.receive(client.connect()).send);
    EXPECT_EQ(client.parameters().information_transmit, 64U);
    EXPECT_EQ(client.parameters().information_receive, 100U);
    EXPECT_EQ(server.parameters().information_transmit, 100U);
    EXPECT_EQ(server.parameters().information_receive, 64U);
}

TEST(HdlcLinkTest, WithoutConnectionTheServerAnswersDisconnectedMode) {
    HdlcServer server(kSpec);
    HdlcFrame const command{.destination = kSpec.server,
                            .source = kSpec.client,
                            .type = HdlcType::information,
                            .poll = true,
                            .information = hex("E6E600C0")};
    EXPECT_EQ(server.receive(command).send->type, HdlcType::disconnected_mode);
    auto disconnect = command;
    disconnect.type = HdlcType::disconnect;
    disconnect.information.clear();
    EXPECT_EQ(server.receive(disconnect).send->type, HdlcType::disconnected_mode);
    auto elsewhere = command;
    elsewhere.destination = {2, 0, 1};
    EXPECT_FALSE(server.receive(elsewhere).send);
    EXPECT_THROW((void)server.answer({}), SimulationError);
    EXPECT_THROW((void)HdlcClient(kSpec).send({}), SimulationError);
}

TEST(HdlcLinkTest, AFrameAgainstTheRulesIsRejectedUntilANewConnection) {
    HdlcClient client(kSpec);
    HdlcServer server(kSpec);
    (void)client.receive(*server.receive(client.connect()).send);
    auto frame = client.send(hex("C001"));
    frame.information.resize(129);
    auto const rejected = server.receive(frame);
    ASSERT_TRUE(rejected.send);
    EXPECT_EQ(rejected.send->type, HdlcType::frame_reject);
    EXPECT_EQ(rejected.send->information, hex("101004")); // I(0,0), V(R) V(S), too long
    EXPECT_FALSE(server.connected());
    (void)client.receive(*rejected.send);
    EXPECT_EQ(client.state(), HdlcClient::State::disconnected);
    (void)client.receive(*server.receive(client.connect()).send);
    EXPECT_EQ(server.receive(client.send(hex("C001"))).apdu, hex("C001"));
}

TEST(HdlcLinkTest, AnApduTooLongEndsTheConnection) {
    HdlcServer server({.longest_apdu = 200});
    HdlcClient client(kSpec);
    (void)client.receive(*server.receive(client.connect()).send);
    std::optional<HdlcFrame> next = client.send(std::vector<std::byte>(500));
    while (next && server.connected()) {
        next = client.receive(*server.receive(*next).send).send;
    }
    EXPECT_FALSE(server.connected());
    EXPECT_EQ(client.state(), HdlcClient::State::disconnected);
}

TEST(HdlcLinkTest, NotificationsComeOutsideOfTheConnection) {
    HdlcClient client(kSpec);
    HdlcServer const server(kSpec);
    auto const step = client.receive(server.notify(hex("0F00000001")));
    EXPECT_EQ(step.apdu, hex("0F00000001"));
    EXPECT_TRUE(step.unsolicited);
}

} // namespace
} // namespace gridtwin::wire
