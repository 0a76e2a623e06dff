// The management client of a real connection: HLS with GMAC, ciphered reading, the relay.
#include "models/wire/dlms/data.hpp"
#include "models/wire/dlms/objects.hpp"
#include "models/wire/dlms_link/meter_keys.hpp"
#include "sim/live/dlms_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gridtwin::live {
namespace {

namespace dlms = wire::dlms;
using Octets = std::vector<std::byte>;

constexpr std::uint32_t kRow = 1;
constexpr wire::SystemTitle kTitle{std::byte{'T'}, std::byte{'S'}, std::byte{'T'}, std::byte{1}};

Octets ascii(std::string_view text) {
    auto const octets = std::as_bytes(std::span(text));
    return {octets.begin(), octets.end()};
}

class DlmsServerTest : public testing::Test, public DlmsBackend {
  protected:
    DlmsServerTest() : table(meter::make_meters(spec, Seed{5}, std::array<double, 2>{230, 230})) {
        auto const at = sockets.listen({.host = "127.0.0.1"}, server);
        fd = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(at.port);
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
        EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        client = {.own = kTitle,
                  .peer = wire::meter_system_title(MeterId{kRow}),
                  .keys = wire::derive_meter_keys({}, Seed{5}, MeterId{kRow})};
    }
    ~DlmsServerTest() override { ::close(fd); }

    std::optional<MeterView> meter(std::uint32_t row) const override {
        return row < table.size() ? std::optional(MeterView{.table = table,
                                                            .spec = spec,
                                                            .clock = clock,
                                                            .meter = static_cast<MeterId>(row),
                                                            .now = kStart})
                                  : std::nullopt;
    }
    void operate_relay(ConnectionId, MeterId of, bool close) override {
        orders.emplace_back(of, close);
    }

    void say(Octets const& apdu) {
        Octets out;
        wire::encode_wrapper(wire::kManagementClient, kFirstMeterPort + kRow, apdu, out);
        ASSERT_EQ(::send(fd, out.data(), out.size(), 0), static_cast<ssize_t>(out.size()));
    }
    /// The next APDU; empty when none comes in a second, or the server has closed.
    Octets hear() {
        std::vector<wire::WrapperPdu> pdus;
        for (int turns = 0; turns < 100 && pdus.empty(); ++turns) {
            sockets.turn(std::chrono::milliseconds{10});
            std::array<std::byte, 4096> room{};
            auto const got = ::recv(fd, room.data(), room.size(), MSG_DONTWAIT);
            if (got > 0) {
                splitter.feed(std::span(room).first(static_cast<std::size_t>(got)), pdus);
            }
        }
        return pdus.empty() ? Octets{} : pdus.front().apdu;
    }
    Octets ciphered(dlms::Apdu const& apdu) {
        Octets plain;
        dlms::encode(apdu, plain);
        Octets out;
        EXPECT_TRUE(wire::protect(client, gcm, wire::kAuthenticatedEncryption,
                                  wire::Envelope::service_specific, plain, out));
        return out;
    }
    /// Asks, and takes the protection off the answer.
    Octets ask(dlms::Apdu const& apdu) {
        say(ciphered(apdu));
        auto const heard = hear();
        return heard.empty() ? heard : wire::unprotect(client, gcm, heard).apdu;
    }
    void associate(wire::SecurityKeys const& keys) {
        auto const own = client.keys;
        wire::Aarq aarq{.context = wire::ApplicationContext::logical_name_ciphered,
                        .calling_title = Octets(kTitle.begin(), kTitle.end()),
                        .mechanism = wire::Mechanism::high_gmac,
                        .authentication_value = ascii("a challenge")};
        Octets initiate;
        wire::encode(wire::InitiateRequest{.conformance = 0x101D, .max_pdu_size = 1024}, initiate);
        ASSERT_TRUE(wire::protect(client, gcm, wire::kAuthenticatedEncryption,
                                  wire::Envelope::service_specific, initiate,
                                  aarq.user_information));
        Octets octets;
        wire::encode(aarq, octets);
        say(octets);
        auto const aare = wire::decode_aare(hear());
        ASSERT_TRUE(aare.ok()) << aare.problem;
        ASSERT_EQ(aare.apdu.result, wire::AssociationResult::accepted);
        client.keys = keys;
        auto const reply = wire::hls_gmac_reply(client, gcm, aare.apdu.authentication_value);
        client.keys = own;
        Octets parameter;
        dlms::Writer(parameter).octet_string(*reply);
        outcome = ask(dlms::ActionRequestNormal{
            .invoke = {.id = 1},
            .method = {.class_id = 15, .instance = dlms::kAssociationName, .method = 1},
            .parameter = wire::Octets(parameter)});
    }
    dlms::ActionRequestNormal relay(std::int8_t method) {
        return {.invoke = {.id = 2},
                .method = {.class_id = 70, .instance = dlms::kDisconnectName, .method = method},
                .parameter = std::nullopt};
    }

    meter::MeterSpec spec;
    meter::MeterTable table;
    CivilClock clock{"2026-01-15T00:00:00", "UTC"};
    SocketServer sockets;
    DlmsServer server{*this, sockets, Seed{5}, "12345678"};
    int fd = -1;
    wire::WrapperSplitter splitter{4096};
    wire::SecurityContext client;
    wire::AesGcm gcm;
    Octets outcome;
    std::vector<std::pair<MeterId, bool>> orders;
};

TEST_F(DlmsServerTest, TheManagementClientOperatesTheRelay) {
    associate(client.keys);
    auto const decoded = dlms::decode_apdu(std::span<std::byte const>(outcome));
    ASSERT_TRUE(decoded.ok()) << decoded.problem;
    auto const& opened = std::get<dlms::ActionResponseNormal>(decoded.value);
    EXPECT_EQ(opened.outcome.result, dlms::ActionResult::success);
    auto const state = ask(dlms::GetRequestNormal{
        .invoke = {.id = 3},
        .attribute = {
            .attribute = {.class_id = 70, .instance = dlms::kDisconnectName, .attribute = 2},
            .access = std::nullopt}});
    EXPECT_EQ(state.size(), 6U);
    EXPECT_EQ(state.back(), std::byte{1}) << "connected";
    say(ciphered(relay(1)));
    for (int turns = 0; turns < 100 && orders.empty(); ++turns) {
        sockets.turn(std::chrono::milliseconds{10});
    }
    ASSERT_EQ(orders, (std::vector{std::pair{MeterId{kRow}, false}}));
    server.on_relay(twin::RelayAnswer::ordered);
    auto const heard = wire::unprotect(client, gcm, hear()).apdu;
    auto const answer = dlms::decode_apdu(std::span<std::byte const>(heard));
    ASSERT_TRUE(answer.ok()) << answer.problem;
    EXPECT_EQ(std::get<dlms::ActionResponseNormal>(answer.value).outcome.result,
              dlms::ActionResult::success);
}

TEST_F(DlmsServerTest, WrongKeysAndCopiesOpenNothing) {
    associate(wire::derive_meter_keys({}, Seed{6}, MeterId{kRow}));
    auto const decoded = dlms::decode_apdu(std::span<std::byte const>(outcome));
    ASSERT_TRUE(decoded.ok()) << decoded.problem;
    EXPECT_EQ(std::get<dlms::ActionResponseNormal>(decoded.value).outcome.result,
              dlms::ActionResult::read_write_denied);
    say(ciphered(relay(1)));
    EXPECT_EQ(hear().front(), std::byte{0xD8});
    associate(client.keys);
    auto const order = ciphered(relay(1));
    say(order);
    say(order); // a copy
    auto const refused = hear();
    ASSERT_FALSE(refused.empty());
    EXPECT_EQ(refused.front(), std::byte{0xD8});
    EXPECT_EQ(orders.size(), 1U);
}

} // namespace
} // namespace gridtwin::live
