// RFC 2865, section 7 (7.1 nemo, 7.2 flopsy, 7.3 mopsy), RFC 5997, section 6 (Status-Server),
// RFC 1321, A.5 (MD5) and RFC 2202, section 2 (HMAC-MD5), octet by octet.
#include "models/wire/radius/digest.hpp"
#include "models/wire/radius/security.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire::radius {
namespace {

constexpr std::string_view kSecret = "xyzzy5461";

Authenticator authenticator(std::string_view printed) {
    Authenticator out;
    auto const octets = hex(printed);
    std::copy_n(octets.begin(), out.size(), out.begin());
    return out;
}

std::uint32_t address(std::string_view text) {
    return parse_address(text).value();
}

Attribute octets(Type type, std::string_view printed) {
    return {static_cast<std::uint8_t>(type), hex(printed)};
}

TEST(RadiusPublished, Nemo) {
    auto const request_octets =
        hex("01 00 0038 0f403f9473978057bd83d5cb98f4227a 0106 6e656d6f 0212 "
            "0dbe708d93d413ce3196e43f782a0aee 0406 c0a80110 0506 00000003");
    Packet request{.code = Code::access_request,
                   .identifier = 0,
                   .authenticator = authenticator("0f403f9473978057bd83d5cb98f4227a"),
                   .attributes = {}};
    add_text(request, Type::user_name, "nemo");
    request.attributes.push_back({static_cast<std::uint8_t>(Type::user_password),
                                  hide_password("arctangent", kSecret, request.authenticator)});
    add_number(request, Type::nas_ip_address, address("192.168.1.16"));
    add_number(request, Type::nas_port, 3);
    std::vector<std::byte> out;
    encode(request, out);
    EXPECT_EQ(out, request_octets);

    auto const heard = check_request(request_octets, kSecret);
    ASSERT_TRUE(heard.ok());
    EXPECT_EQ(heard.decoded.packet, request);
    EXPECT_EQ(
        reveal_password(find(request, Type::user_password)->value, kSecret, request.authenticator),
        "arctangent");

    Packet accept{.code = Code::access_accept,
                  .identifier = 0,
                  .authenticator = {},
                  .attributes = {octets(Type::service_type, "00000001"),
                                 {15, hex("00000000")},   // Login-Service: Telnet
                                 {14, hex("c0a80103")}}}; // Login-IP-Host
    auto const answer = sign_answer(accept, request, kSecret, false);
    EXPECT_EQ(answer, hex("02 00 0026 86fe220e7624ba2a1005f6bf9b55e0b2 060600000001 "
                          "0f0600000000 0e06c0a80103"));
    EXPECT_TRUE(check_answer(answer, request, kSecret).ok());
    EXPECT_EQ(check_answer(answer, request, "xyzzy5462").refusal, Refusal::wrong_authenticator);
}

TEST(RadiusPublished, Flopsy) {
    auto const heard = check_request(
        hex("01 01 0047 2aee86f08d0d55969ca5978e0d3367a2 0108666c6f707379 "
            "031316e97557c316185895f293ff6344077275 0406c0a80110 050600000014 060600000002 "
            "070600000001"),
        kSecret);
    ASSERT_TRUE(heard.ok());
    auto const& request = heard.decoded.packet;
    EXPECT_EQ(text(request, Type::user_name), "flopsy");
    EXPECT_EQ(find(request, Type::chap_password)->value.size(), 17U);
    EXPECT_EQ(number(request, Type::nas_port), 20U);
    EXPECT_EQ(number(request, Type::framed_protocol), 1U);
    Packet accept{.code = Code::access_accept,
                  .identifier = 1,
                  .authenticator = {},
                  .attributes = {octets(Type::service_type, "00000002"),
                                 octets(Type::framed_protocol, "00000001"),
                                 octets(Type::framed_ip_address, "fffffffe"),
                                 {10, hex("00000002")}, // Framed-Routing
                                 {13, hex("00000001")}, // Framed-Compression
                                 octets(Type::framed_mtu, "000005dc")}};
    EXPECT_EQ(sign_answer(accept, request, kSecret, false),
              hex("02 01 0038 15efbc7dab26cfa3dc34d9c03c8601a4 060600000002 070600000001 "
                  "0806fffffffe 0a0600000002 0d0600000001 0c06000005dc"));
}

TEST(RadiusPublished, MopsyIsChallengedAndRejected) {
    auto const first =
        check_request(hex("01 02 0039 f3a47a1f6a6d76710b947ab93041a039 01076d6f707379 0212 "
                          "33657573778289b570885e15084825c5 0406c0a80110 050600000007"),
                      kSecret);
    ASSERT_TRUE(first.ok()) << first.decoded.problem;
    auto const& request = first.decoded.packet;
    EXPECT_EQ(
        reveal_password(find(request, Type::user_password)->value, kSecret, request.authenticator),
        "challenge");
    Packet challenge{.code = Code::access_challenge, .attributes = {}};
    add_text(challenge, Type::reply_message, "Challenge 32769430.  Enter response at prompt.");
    add_text(challenge, Type::state, "32769430");
    auto const answer = sign_answer(challenge, request, kSecret, false);
    EXPECT_EQ(std::vector(answer.begin(), answer.begin() + 20),
              hex("0b 02 004e 36f3c8764ae8c71157403c0c71ff9c45"));
    auto const heard = check_answer(answer, request, kSecret);
    ASSERT_TRUE(heard.ok());
    EXPECT_EQ(text(heard.decoded.packet, Type::state), "32769430");

    auto const second =
        check_request(hex("01 03 0043 b122556d428a13d0d6253807c457ecf0 01076d6f707379 0212 "
                          "692c1f205fc081b919b95195f561a581 0406c0a80110 050600000007 "
                          "180a 3332373639343330"),
                      kSecret);
    ASSERT_TRUE(second.ok()) << second.decoded.problem;
    EXPECT_EQ(reveal_password(find(second.decoded.packet, Type::user_password)->value, kSecret,
                              second.decoded.packet.authenticator),
              "99101462");
    EXPECT_EQ(sign_answer({.code = Code::access_reject, .attributes = {}}, second.decoded.packet,
                          kSecret, false),
              hex("03 03 0014 a42f4fca45916c4e09c8340f9e746aa0"));
}

TEST(RadiusPublished, StatusServer) {
    auto const octets = hex("0cda0026 8a54f4686fb394c52866e302185d0623 5012 "
                            "5a665e2e1e8411f3e243822097c84fa3");
    Packet const request{.code = Code::status_server,
                         .identifier = 0xDA,
                         .authenticator = authenticator("8a54f4686fb394c52866e302185d0623"),
                         .attributes = {}};
    EXPECT_EQ(sign_request(request, kSecret, {.password = std::nullopt}), octets);
    auto const heard = check_request(octets, kSecret);
    ASSERT_TRUE(heard.ok()) << name(heard.refusal);
    EXPECT_EQ(sign_answer({.code = Code::access_accept, .attributes = {}}, heard.decoded.packet,
                          kSecret, false),
              hex("02da0014 ef0d552a4bf2d693ec2b6fe8b5411d66"));
    EXPECT_TRUE(check_request(hex("0cb30026 925f6b66dd5fed571fcb1db7ad388260 5012 "
                                  "e8d6eabda910875cd91fdade26367858"),
                              kSecret)
                    .ok());
}

TEST(RadiusPublished, Md5AndHmacMd5) {
    EXPECT_EQ(md5({}), authenticator("d41d8cd98f00b204e9800998ecf8427e"));
    EXPECT_EQ(md5({ascii("message "), ascii("digest")}),
              authenticator("f96b697d7cb7938d525a2f31aaf161d0"));
    EXPECT_EQ(hmac_md5(std::string(16, '\x0b'), {ascii("Hi There")}),
              authenticator("9294727a3638bb1c13f48ef8158bfc9d"));
    EXPECT_EQ(hmac_md5("Jefe", {ascii("what do ya want "), ascii("for nothing?")}),
              authenticator("750c783e6ab0b503eaa86e310a5db738"));
    EXPECT_EQ(hmac_md5(std::string(80, '\xaa'),
                       {ascii("Test Using Larger Than Block-Size Key - Hash Key First")}),
              authenticator("6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"));
}

} // namespace
} // namespace gridtwin::wire::radius
