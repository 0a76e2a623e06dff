#include "models/wire/radius/security.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/hex.hpp"
#include "tests/models/wire/radius/random_packet.hpp"

namespace gridtwin::wire::radius {
namespace {

constexpr std::string_view kSecret = "a secret";

TEST(Radius, WhatIsEncodedIsDecoded) {
    for (std::size_t which = 0; which < 5000; ++which) {
        Draws draws(Seed{40}, which);
        auto const packet = random_packet(draws, static_cast<Code>(draws.below(256)));
        std::vector<std::byte> octets;
        encode(packet, octets);
        auto const with_padding = draws.below(2) == 0;
        octets.resize(octets.size() + (with_padding ? draws.below(9) : 0), std::byte{7});
        auto const decoded = decode(octets);
        ASSERT_TRUE(decoded.ok()) << decoded.problem;
        ASSERT_EQ(decoded.packet, packet);
    }
}

TEST(Radius, PasswordsOfEveryLengthAreHiddenInWholeBlocks) {
    for (std::size_t length = 0; length <= 128; ++length) {
        Draws draws(Seed{41}, length);
        auto const request = random_authenticator(draws);
        std::string const password(length, 'p');
        auto const hidden = hide_password(password, kSecret, request);
        EXPECT_EQ(hidden.size(), std::max<std::size_t>(16, (length + 15) / 16 * 16));
        EXPECT_EQ(reveal_password(hidden, kSecret, request), password);
        EXPECT_NE(reveal_password(hidden, "another", request), password);
    }
    EXPECT_THROW((void)hide_password(std::string(129, 'p'), kSecret, {}), SimulationError);
    EXPECT_EQ(reveal_password(std::vector<std::byte>(17), kSecret, {}), std::nullopt);
    EXPECT_EQ(reveal_password({}, kSecret, {}), std::nullopt);
}

// Whoever changes an octet on the way, or has another secret, is not believed.
TEST(Radius, EveryOctetOfASignedPacketCounts) {
    Draws draws(Seed{42}, 0);
    for (auto const code : {Code::access_request, Code::accounting_request}) {
        auto packet = random_packet(draws, code);
        packet.attributes.clear();
        add_text(packet, Type::user_name, "SIM0000017");
        add_text(packet, Type::calling_station_id, "499912345");
        RequestOptions options;
        if (code == Code::access_request) {
            options.password = "pin";
        }
        auto const octets = sign_request(packet, kSecret, options);
        auto const heard = check_request(octets, kSecret, true);
        ASSERT_TRUE(heard.ok()) << name(heard.refusal);
        EXPECT_EQ(text(heard.decoded.packet, Type::user_name), "SIM0000017");
        EXPECT_FALSE(check_request(octets, "another", true).ok());
        for (std::size_t i = 0; i < octets.size(); ++i) {
            auto spoilt = octets;
            spoilt[i] ^= std::byte{0x10};
            EXPECT_FALSE(check_request(spoilt, kSecret, true).ok()) << "octet " << i;
        }

        auto const& request = heard.decoded.packet;
        Packet reply{.code = code == Code::access_request ? Code::access_accept
                                                          : Code::accounting_response,
                     .attributes = {}};
        add_number(reply, Type::session_timeout, 3600);
        auto const answer = sign_answer(reply, request, kSecret);
        auto const believed = check_answer(answer, request, kSecret);
        ASSERT_TRUE(believed.ok()) << name(believed.refusal);
        EXPECT_EQ(number(believed.decoded.packet, Type::session_timeout), 3600U);
        EXPECT_EQ(check_answer(answer, request, "another").refusal, Refusal::wrong_authenticator);
        for (std::size_t i = 0; i < answer.size(); ++i) {
            auto spoilt = answer;
            spoilt[i] ^= std::byte{0x10};
            EXPECT_FALSE(check_answer(spoilt, request, kSecret).ok()) << "octet " << i;
        }
    }
}

TEST(Radius, RefusalsAreTold) {
    Packet request{.code = Code::access_request, .identifier = 9, .attributes = {}};
    add_text(request, Type::user_name, "x");
    auto const plain =
        sign_request(request, kSecret, {.password = "p", .message_authenticator = false});
    EXPECT_TRUE(check_request(plain, "another").ok())
        << "without a Message-Authenticator only the password is wrong";
    EXPECT_EQ(check_request(plain, kSecret, true).refusal, Refusal::no_message_authenticator);
    EXPECT_EQ(check_request(sign_request(request, "another", {.password = "p"}), kSecret).refusal,
              Refusal::wrong_message_authenticator);
    auto const accept =
        sign_answer({.code = Code::access_accept, .attributes = {}}, request, kSecret);
    EXPECT_EQ(check_request(accept, kSecret).refusal, Refusal::wrong_code);
    auto other = request;
    other.identifier = 10;
    EXPECT_EQ(check_answer(accept, other, kSecret).refusal, Refusal::wrong_identifier);
    other.code = Code::accounting_request;
    EXPECT_EQ(check_answer(accept, other, kSecret).refusal, Refusal::wrong_code);
    EXPECT_EQ(check_answer(std::span(accept).first(19), request, kSecret).refusal,
              Refusal::malformed);
    // An answer replayed to a request with other draws.
    other = request;
    other.authenticator[3] = std::byte{1};
    EXPECT_EQ(check_answer(accept, other, kSecret).refusal, Refusal::wrong_authenticator);
}

TEST(Radius, FaultsAreNamedWithTheirPlace) {
    std::string const head = "01 01 00 1A 00000000000000000000000000000000";
    EXPECT_EQ(decode(hex("0101")).problem, "octet 2: ends within the header");
    EXPECT_EQ(decode(hex(head)).problem, "octet 2: length 26, 20 octets came, 20..4096 can be");
    EXPECT_EQ(decode(hex(head + "04 06 01020304")).problem, "");
    EXPECT_EQ(decode(hex(head + "04 01 01020304")).problem,
              "octet 21: attribute 4 says 1 octets, 2..6 can be");
    EXPECT_EQ(decode(hex(head + "04 07 01020304")).problem,
              "octet 21: attribute 4 says 7 octets, 2..6 can be");
    EXPECT_EQ(decode(hex(head + "04 05 010203 00")).problem,
              "octet 21: attribute 4 of 3 octets, 4..4 can be");
    EXPECT_EQ(decode(hex(head + "01 02 C8 02 00 00")).problem,
              "octet 21: attribute 1 of 0 octets, 1..253 can be");
    EXPECT_EQ(decode(hex(head + "C8 03 01 C8 02 00")).problem,
              "octet 25: ends within an attribute");
}

TEST(Radius, WhatHasNoEncodingIsRefused) {
    Packet packet{.code = Code::access_request, .attributes = {}};
    EXPECT_THROW(add_text(packet, Type::user_name, ""), SimulationError);
    EXPECT_THROW(add_text(packet, Type::user_name, std::string(254, 'x')), SimulationError);
    EXPECT_THROW(add_text(packet, Type::nas_port, "1234"), SimulationError);
    EXPECT_THROW(add_number(packet, Type::user_name, 1), SimulationError);
    for (int i = 0; i < 17; ++i) {
        add_text(packet, Type::reply_message, std::string(253, 'x'));
    }
    std::vector<std::byte> out;
    EXPECT_THROW(encode(packet, out), SimulationError) << "more than 4096 octets";
}

TEST(Radius, Addresses) {
    EXPECT_EQ(parse_address("192.168.1.3"), 0xC0A80103U);
    EXPECT_EQ(format_address(0xC0A80103), "192.168.1.3");
    for (auto const text :
         {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", "a.b.c.d", "1,2.3.4"}) {
        EXPECT_EQ(parse_address(text), std::nullopt) << text;
    }
}

} // namespace
} // namespace gridtwin::wire::radius
