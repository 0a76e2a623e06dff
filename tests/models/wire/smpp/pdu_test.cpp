#include "models/wire/smpp/pdu.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/hex.hpp"
#include "tests/models/wire/smpp/random_pdu.hpp"

namespace gridtwin::wire::smpp {
namespace {

Pdu submit(std::string_view text) {
    return {.command = CommandId::submit_sm,
            .status = CommandStatus::ok,
            .sequence = 7,
            .body = ShortMessage{.service_type = {},
                                 .source = {1, 1, "7788"},
                                 .destination = {1, 1, "499912345"},
                                 .schedule_delivery_time = {},
                                 .validity_period = {},
                                 .short_message = ascii(text)},
            .tlvs = {}};
}

std::vector<std::byte> encoded(Pdu const& pdu) {
    std::vector<std::byte> out;
    encode(pdu, out);
    return out;
}

/// `octets` with the length that they have.
std::vector<std::byte> with_length(std::vector<std::byte> octets) {
    for (std::size_t i = 0; i < 4; ++i) {
        octets[i] = static_cast<std::byte>(octets.size() >> (8 * (3 - i)));
    }
    return octets;
}

TEST(SmppPdu, WhatIsEncodedIsDecoded) {
    for (std::size_t which = 0; which < 20'000; ++which) {
        Draws draws(Seed{34}, which);
        auto const pdu = RandomPdu(draws)();
        auto const decoded = decode(encoded(pdu));
        ASSERT_TRUE(decoded.ok()) << which << ": " << decoded.problem;
        ASSERT_EQ(decoded.pdu, pdu) << which;
    }
}

TEST(SmppPdu, EveryTruncationIsAProblemThatIsNamedAndAnswered) {
    auto pdu = submit("abc");
    add_number(pdu.tlvs, Tag::user_message_reference, 9);
    auto const whole = encoded(pdu);
    auto const without_tlvs = encoded(submit("abc")).size();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        if (length == without_tlvs) {
            continue;
        }
        std::vector<std::byte> cut(whole.begin(),
                                   whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(decode(cut).ok());
        if (length < kHeaderOctets) {
            continue;
        }
        auto const decoded = decode(with_length(cut));
        EXPECT_EQ(decoded.refusal, length < without_tlvs ? CommandStatus::invalid_command_length
                                                         : CommandStatus::invalid_optional_stream);
        EXPECT_EQ(decoded.pdu.sequence, 7U) << "to be answered";
        EXPECT_THAT(decoded.problem, testing::StartsWith("octet "));
    }
}

TEST(SmppPdu, FieldsThatDoNotEndAreRefusedByName) {
    auto const refused = [](std::string_view body, CommandId command) {
        auto octets = hex("00000000 00000000 00000000 00000001");
        for (std::size_t i = 0; i < 4; ++i) {
            octets[4 + i] =
                static_cast<std::byte>(static_cast<std::uint32_t>(command) >> (8 * (3 - i)));
        }
        auto const more = hex(body);
        octets.insert(octets.end(), more.begin(), more.end());
        auto const decoded = decode(with_length(octets));
        return decoded.problem + " " + std::string(name(decoded.refusal));
    };
    std::string const sixteen = "41414141 41414141 41414141 41414141";
    EXPECT_EQ(refused(sixteen + "00", CommandId::bind_transmitter),
              "octet 16: system_id does not end within 16 octets ESME_RINVSYSID");
    EXPECT_EQ(refused("4100" + sixteen, CommandId::bind_receiver),
              "octet 18: password does not end within 9 octets ESME_RINVPASWD");
    EXPECT_EQ(refused("4100 4100" + sixteen, CommandId::bind_transceiver),
              "octet 20: system_type does not end within 13 octets ESME_RINVSYSTYP");
    EXPECT_EQ(refused(sixteen, CommandId::submit_sm),
              "octet 16: service_type does not end within 6 octets ESME_RINVSERTYP");
    EXPECT_EQ(refused("00 0101" + sixteen + sixteen, CommandId::submit_sm),
              "octet 19: source_addr does not end within 21 octets ESME_RINVSRCADR");
    EXPECT_EQ(refused("00 010100 0101" + sixteen + sixteen, CommandId::deliver_sm),
              "octet 22: destination_addr does not end within 21 octets ESME_RINVDSTADR");
    EXPECT_EQ(refused(sixteen, CommandId::query_sm), "octet 16: ends within message_id "
                                                     "ESME_RINVCMDLEN");
    EXPECT_EQ(refused("00 010100 010100 000000 3100 00 00000000 00", CommandId::submit_sm),
              "octet 26: schedule_delivery_time: 1 characters, a time has 16 ESME_RINVSCHED");
    EXPECT_EQ(refused("00 010100 010100 000000 00 3100 00000000 00", CommandId::submit_sm),
              "octet 27: validity_period: 1 characters, a time has 16 ESME_RINVEXPIRY");
    EXPECT_EQ(refused("00 010100 010100 000000 0000 00000000 FF", CommandId::submit_sm),
              "octet 32: sm_length 255, at most 254 can be ESME_RINVMSGLEN");
    EXPECT_EQ(refused("0427 0002 0001", CommandId::unbind),
              "octet 18: optional parameter 0x0427 of 2 octets, 1..1 can be ESME_RINVPARLEN");
    EXPECT_EQ(refused("0424 FFFF 00", CommandId::unbind),
              "octet 18: optional parameter 0x0424 says 65535 octets, 1 are left "
              "ESME_RINVOPTPARSTREAM");
    EXPECT_EQ(
        refused("00 010100 010100 000000 0000 00000000 0141 0424 0001 42", CommandId::submit_sm),
        "octet 39: both short_message and message_payload ESME_ROPTPARNOTALLWD");
}

TEST(SmppPdu, TheLengthMustBeThatOfTheOctets) {
    auto const decoded = decode(hex("00000011 00000015 00000000 00000001"));
    EXPECT_EQ(decoded.problem, "octet 0: command_length 17, but 16 octets came, at most 66560 can "
                               "be");
    EXPECT_EQ(decoded.refusal, CommandStatus::invalid_command_length);
    EXPECT_EQ(decode({}).problem, "octet 0: ends within command_length");
}

TEST(SmppPdu, WhatIsNotTakenApartIsKept) {
    auto const multi = hex("00000013 00000021 00000000 00000005 010203");
    auto const decoded = decode(multi);
    ASSERT_TRUE(decoded.ok()) << decoded.problem;
    EXPECT_EQ(std::get<Undecoded>(decoded.pdu.body).octets, hex("010203"));
    EXPECT_EQ(encoded(decoded.pdu), multi);
    EXPECT_FALSE(is_known(decode(hex("00000010 00000110 00000000 00000005")).pdu.command));
}

TEST(SmppPdu, TheMessageIsInItsFieldOrInThePayload) {
    EXPECT_EQ(text_of(content(submit("abc"))), "abc");
    auto pdu = submit("");
    EXPECT_TRUE(content(pdu).empty());
    add_octets(pdu.tlvs, Tag::message_payload, ascii("long"));
    EXPECT_EQ(text_of(content(pdu)), "long");
    EXPECT_TRUE(content(Pdu{.command = CommandId::unbind, .body = {}, .tlvs = pdu.tlvs}).empty());
}

TEST(SmppPdu, WhatHasNoEncodingIsRefused) {
    std::vector<std::byte> out;
    EXPECT_THROW(encode(submit(std::string(255, 'a')), out), SimulationError);
    auto pdu = submit("abc");
    pdu.command = CommandId::query_sm;
    EXPECT_THROW(encode(pdu, out), SimulationError) << "another command's body";
    pdu = submit("abc");
    std::get<ShortMessage>(pdu.body).source.digits = std::string(21, '1');
    EXPECT_THROW(encode(pdu, out), SimulationError);
    std::get<ShortMessage>(pdu.body).source.digits = std::string("1\0", 2);
    EXPECT_THROW(encode(pdu, out), SimulationError);
    pdu = submit("abc");
    std::get<ShortMessage>(pdu.body).validity_period = "tomorrow";
    EXPECT_THROW(encode(pdu, out), SimulationError);
    pdu = submit("abc");
    pdu.tlvs.push_back({0x1400, std::vector<std::byte>(65536)});
    EXPECT_THROW(encode(pdu, out), SimulationError);
    EXPECT_THROW(add_number(pdu.tlvs, Tag::message_state, 256), SimulationError);
    EXPECT_THROW(add_number(pdu.tlvs, Tag::message_payload, 1), SimulationError);
    EXPECT_THROW(add_text(pdu.tlvs, Tag::receipted_message_id, std::string(65, 'x')),
                 SimulationError);
}

TEST(SmppPdu, OptionalParametersAreFoundByTheirTag) {
    std::vector<Tlv> tlvs;
    add_number(tlvs, Tag::sar_msg_ref_num, 0x1234);
    add_text(tlvs, Tag::receipted_message_id, "17");
    tlvs.push_back({0x1400, hex("0102030405")});
    EXPECT_EQ(tlvs[0].value, hex("1234"));
    EXPECT_EQ(tlvs[1].value, hex("313700"));
    EXPECT_EQ(number(tlvs, Tag::sar_msg_ref_num), 0x1234U);
    EXPECT_EQ(text(tlvs, Tag::receipted_message_id), "17");
    EXPECT_EQ(number(tlvs, static_cast<Tag>(0x1400)), std::nullopt) << "too long";
    EXPECT_EQ(number(tlvs, Tag::message_state), std::nullopt);
}

} // namespace
} // namespace gridtwin::wire::smpp
