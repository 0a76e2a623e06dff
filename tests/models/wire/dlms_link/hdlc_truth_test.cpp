#include "models/wire/dlms_link/acse.hpp"
#include "models/wire/dlms_link/hdlc_deframer.hpp"
#include "models/wire/dlms_link/hdlc_link.hpp"
#include "models/wire/dlms_link/meter_keys.hpp"
#include "models/wire/hdlc.hpp"
#include "models/wire/octets.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire {
namespace {

constexpr HdlcAddress kServer{0x01, 0x11, 4};      // 00 02 00 23
constexpr HdlcAddress kClient = hdlc_client(0x10); // 21

HdlcFrame only_frame(std::vector<std::byte> const& line) {
    HdlcDeframer deframer;
    std::vector<HdlcFrame> frames;
    deframer.feed(line, frames);
    EXPECT_EQ(frames.size(), 1U);
    return frames.empty() ? HdlcFrame{} : frames[0];
}

// Gyozo Kmethy, "Examples for DLMS/COSEM information exchange" (DLMS UA): SNRM, UA, AARQ, AARE.
TEST(HdlcTruthTest, FramesOfThePublishedExchange) {
    HdlcFrame const snrm{.destination = kServer,
                         .source = kClient,
                         .type = HdlcType::set_normal_response_mode,
                         .poll = true};
    HdlcFrame ua{.destination = kClient,
                 .source = kServer,
                 .type = HdlcType::unnumbered_acknowledge,
                 .poll = true,
                 .information = encoded(HdlcParameters{})};
    HdlcFrame const aarq{
        .destination = kServer,
        .source = kClient,
        .type = HdlcType::information,
        .poll = true,
        .information =
            hex("E6E600 601DA109060760857405080101BE10040E01000000065F1F040000301DFFFF")};
    HdlcFrame const aare{.destination = kClient,
                         .source = kServer,
                         .type = HdlcType::information,
                         .poll = true,
                         .receive = 1,
                         .information =
                             hex("E6E700 6129A109060760857405080101A203020100A305A103020100BE10040E"
                                 "0800065F1F040000301D19000007")};
    struct Case {
        HdlcFrame frame;
        char const* line;
    };
    Case const cases[] = {
        {snrm, "7EA00A00020023219318717E"},
        {ua, "7EA023210002002373F6C58180140502008006020080070400000001080400000001CE6A7E"},
        {aarq, "7EA02E0002002321107ECBE6E600601DA109060760857405080101BE10040E01000000065F1F0400"
               "00301DFFFFD4C57E"},
        {aare, "7EA03A2100020023309941E6E7006129A109060760857405080101A203020100A305A103020100BE"
               "10040E0800065F1F040000301D190000070C527E"},
    };
    for (auto const& test : cases) {
        EXPECT_EQ(encoded(test.frame), hex(test.line));
        EXPECT_EQ(encoded_octets(test.frame), hex(test.line).size());
        EXPECT_EQ(only_frame(hex(test.line)), test.frame);
    }
    auto const settled = decode_hdlc_parameters(ua.information);
    EXPECT_TRUE(settled.ok());
    EXPECT_EQ(settled.parameters, HdlcParameters{});
}

// Quoted by two open-source clients: SNRM and DISC with 1-octet addresses, a recorded AARQ.
TEST(HdlcTruthTest, RecordedFramesWithShorterAddresses) {
    EXPECT_EQ(only_frame(hex("7EA0070341935A647E")),
              (HdlcFrame{.destination = {1, 0, 1},
                         .source = hdlc_client(0x20),
                         .type = HdlcType::set_normal_response_mode,
                         .poll = true}));
    EXPECT_EQ(only_frame(hex("7EA00703415356A27E")).type, HdlcType::disconnect);
    auto const aarq = only_frame(
        hex("7ea047000224616110d526e6e6006036a1090607608574050801018a0207808b0760857405080201ac0a80"
            "083132333435363738be10040e01000000065f1f040000081d08009c4d7e"));
    EXPECT_EQ(aarq.destination, (HdlcAddress{1, 0x930, 4}));
    EXPECT_EQ(aarq.source, hdlc_client(0x30));
}

// facts.md, section 5: a GET request takes 27 octets with 1-octet addresses.
TEST(HdlcTruthTest, AGetRequestTakes27Octets) {
    HdlcClient client(HdlcLinkSpec{});
    HdlcServer server(HdlcLinkSpec{});
    (void)client.receive(*server.receive(client.connect()).send);
    auto const get = client.send(hex("C0018100080000010000FF0200"));
    EXPECT_EQ(encoded(get).size(), 27U);
    EXPECT_EQ(hdlc_octets(13, 128), 27U);
}

// The same section: SNRM and UA 35 octets, an AARQ of high security 110. They agree with each
// other where the server's address has 2 octets, the context is ciphered, the challenge is of 16
// octets and no dedicated key is proposed.
TEST(HdlcTruthTest, ConnectionTakes35And35And110Octets) {
    HdlcLinkSpec const spec{.client = hdlc_client(1), .server = {1, 0x11, 2}};
    HdlcClient client(spec);
    HdlcServer server(spec);
    auto const snrm = client.connect();
    EXPECT_EQ(encoded(snrm).size(), 35U);
    auto const ua = *server.receive(snrm).send;
    EXPECT_EQ(encoded(ua).size(), 35U);
    (void)client.receive(ua);
    EXPECT_EQ(client.parameters().information_transmit, 128U);

    AesGcm gcm;
    auto const title = meter_system_title(MeterId{7});
    SecurityContext security{.own = title, .keys = derive_meter_keys({}, Seed{1}, MeterId{7})};
    Aarq aarq{.context = ApplicationContext::logical_name_ciphered,
              .calling_title = std::vector<std::byte>(title.begin(), title.end()),
              .mechanism = Mechanism::high_gmac,
              .authentication_value = std::vector<std::byte>(16)};
    ASSERT_TRUE(protect(security, gcm, kAuthenticatedEncryption, Envelope::service_specific,
                        encoded(InitiateRequest{.conformance = 0x007E1F, .max_pdu_size = 0xFFFF}),
                        aarq.user_information));
    EXPECT_EQ(encoded(client.send(encoded(aarq))).size(), 110U);
}

} // namespace
} // namespace gridtwin::wire
