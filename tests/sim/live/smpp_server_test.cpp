// What the message centre tells its clients of their messages' ends.
#include "sim/live/smpp_server.hpp"

namespace gridtwin::live {
namespace {

namespace smpp = wire::smpp;

constexpr ConnectionId kClient{1};

class SmppServerTest : public testing::Test, public SmppBackend {
  protected:
    /// A client that sends and does not receive, so that what it is told waits.
    SmppServerTest() {
        server.on_open(kClient, kStart);
        say({.command = smpp::CommandId::bind_transmitter,
             .sequence = 1,
             .body = smpp::Bind{.system_id = "gridtwin",
                                .password = "gridtwin",
                                .system_type = {},
                                .address_range = {}},
             .tlvs = {}});
        smpp::ShortMessage message;
        message.source.digits = "7788";
        message.destination.digits = "1";
        message.registered_delivery = smpp::registered::kReceipt;
        say({.command = smpp::CommandId::submit_sm, .sequence = 2, .body = message, .tlvs = {}});
    }

    std::optional<MeterId> meter_of(std::string_view) const override { return MeterId{1}; }
    std::string number_of(MeterId) const override { return "1"; }
    smpp::UtcTime utc() const override {
        return smpp::UtcTime{std::chrono::seconds{1'800'000'000}};
    }
    void submit(ConnectionId, sms::ExternalMessage message) override { number = message.number; }

    void say(smpp::Pdu const& pdu) {
        std::vector<std::byte> octets;
        smpp::encode(pdu, octets);
        server.on_octets(kClient, octets, kStart);
    }

    SocketServer sockets;
    SmppServer server{{.most_deliveries = 1}, sockets, *this};
    std::uint64_t number = 0;
};

TEST_F(SmppServerTest, AMessageThatHasEndedIsToldNoMore) {
    ASSERT_EQ(number, 1U);
    server.on_state(number, DeliveryState::sent, utc());
    server.on_lost(number, LossReason::expired, utc());
    EXPECT_EQ(server.counts().dropped, 0U) << "there is room for one";
    server.on_state(number, DeliveryState::received, utc()); // its receipt was late
    server.on_lost(number, LossReason::expired, utc());
    EXPECT_EQ(server.counts().dropped, 0U) << "and no other came";
    server.on_from_meter(MeterId{1}, "7788", {});
    EXPECT_EQ(server.counts().dropped, 1U) << "the one waits";
}

TEST_F(SmppServerTest, EachSubmissionIsCountedOnceByItsAnswer) {
    auto const count = [this] {
        auto const& counts = server.counts();
        return std::array{counts.taken, counts.refused, counts.throttled};
    };
    using Counts = std::array<std::uint64_t, 3>;
    EXPECT_EQ(count(), (Counts{0, 0, 0})) << "the operator has not said anything";
    server.on_lost(number, LossReason::rejected, utc());
    EXPECT_EQ(count(), (Counts{0, 0, 1}));
    smpp::ShortMessage message;
    message.source.digits = "7788";
    message.destination.digits = "1";
    auto const submit = [&](std::uint32_t sequence) {
        say({.command = smpp::CommandId::submit_sm,
             .sequence = sequence,
             .body = message,
             .tlvs = {}});
    };
    submit(3);
    server.on_state(number, DeliveryState::sent, utc());
    server.on_lost(number, LossReason::expired, utc());
    EXPECT_EQ(count(), (Counts{1, 0, 1}));
    submit(4);
    server.on_lost(number, LossReason::link_down, utc());
    message.source.digits.clear();
    submit(5);
    EXPECT_EQ(count(), (Counts{1, 2, 1}));
    message.source.digits = "7788";
    for (std::uint32_t n = 0; n <= smpp::SessionSpec{}.peer_window; ++n) {
        submit(6 + n);
    }
    EXPECT_EQ(count(), (Counts{1, 2, 2})) << "one more than may wait";
    server.on_closed(kClient);
    server.on_state(number, DeliveryState::sent, utc());
    EXPECT_EQ(count(), (Counts{2, 2, 2})) << "taken, though nobody is there to be told";
}

} // namespace
} // namespace gridtwin::live
