#include "models/wire/sizes.hpp"
#include "models/wire/sms/envelope.hpp"
#include "models/wire/sms/message_content.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/hex.hpp"
#include "tests/models/wire/sms/random_content.hpp"

namespace gridtwin::wire::sms {
namespace {

constexpr std::uint64_t kTries = 400; ///< of each kind

/// As it goes: in its envelope.
std::vector<std::byte> sealed(Message const& message) {
    std::vector<std::byte> content;
    encode_sms(message, content);
    AesGcm key{AesKey{}};
    std::vector<std::byte> octets;
    seal({.code = make_meter_code({.serial = 1}), .direction = Direction::to_meter, .counter = 1},
         "1912", content, key, octets);
    return octets;
}

TEST(MessageContentTest, IsAsLongAsTheSizesSayWhateverItHolds) {
    for (std::size_t k = 0; k < kMessageKinds; ++k) {
        auto const kind = static_cast<MessageKind>(k);
        for (std::uint64_t which = 0; by_sms(kind) && which < kTries; ++which) {
            TestDraws draws(which);
            auto const message = random_message(draws, kind);
            ASSERT_EQ(sealed(message).size(), encoded_octets(message, Channel::sms))
                << name(kind) << ", case " << which;
        }
    }
}

TEST(MessageContentTest, TellsItsReceiverEverything) {
    for (std::size_t k = 0; k < kMessageKinds; ++k) {
        auto const kind = static_cast<MessageKind>(k);
        for (std::uint64_t which = 0; by_sms(kind) && which < kTries; ++which) {
            TestDraws draws(which);
            auto const message = random_message(draws, kind);
            std::vector<std::byte> octets;
            encode_sms(message, octets);
            auto const decoded = decode_sms(octets);
            ASSERT_TRUE(decoded.ok()) << name(kind) << ": " << decoded.problem;
            EXPECT_EQ(told(decoded.message), told(message)) << name(kind) << ", case " << which;
            bool const named =
                message.concentrator != kNone<ConcentratorId> && message.meter != kNone<MeterId>;
            EXPECT_EQ(decoded.names_meter, named);
            EXPECT_EQ(decoded.message.meter, named ? message.meter : kNone<MeterId>);
        }
    }
}

TEST(MessageContentTest, ARelaysOrderOctetByOctet) {
    Message order;
    order.kind = MessageKind::set_relay;
    order.meter = MeterId{17};
    order.command = CommandId{0x0102};
    order.value = 1;
    std::vector<std::byte> octets;
    encode_sms(order, octets);
    EXPECT_EQ(octets, hex("02 0000000000000102 01"));

    order.value = 0;
    order.occurred = from_ns(0x0A0B);
    octets.clear();
    encode_sms(order, octets);
    EXPECT_EQ(octets, hex("02 0000000000000102 00 0000000000000A0B"));

    order.kind = MessageKind::read_credit;
    octets.clear();
    encode_sms(order, octets);
    EXPECT_EQ(octets, hex("19 0000000000000102"));

    Message answer;
    answer.kind = MessageKind::acknowledgement;
    answer.meter = MeterId{17};
    answer.concentrator = ConcentratorId{3};
    answer.sequence = 9;
    answer.command = CommandId{0x0102};
    answer.occurred = from_ns(5);
    octets.clear();
    encode_sms(answer, octets);
    EXPECT_EQ(octets, hex("C3 00000009 00000011 0000000000000102 00 0000000000000005"));
}

TEST(MessageContentTest, WhatGoesToNobodyBySmsHasNoContent) {
    for (std::size_t k = 0; k < kMessageKinds; ++k) {
        Message message;
        message.kind = static_cast<MessageKind>(k);
        std::vector<std::byte> octets;
        if (!by_sms(message.kind)) {
            EXPECT_THROW(encode_sms(message, octets), SimulationError);
            EXPECT_THROW((void)encoded_octets(message, Channel::sms), SimulationError);
            bool const taken = k >= 24 && k < 27; // by those of a prepaid account
            EXPECT_TRUE(taken || !decode_sms(std::vector(40, static_cast<std::byte>(k))).ok());
        }
    }
}

TEST(MessageContentTest, ValuesBeyondTheirFieldsAreOurMistakes) {
    std::vector<std::byte> octets;
    Message message;
    message.kind = MessageKind::read_profile;
    message.value = -1;
    EXPECT_THROW(encode_sms(message, octets), SimulationError);
    message.value = std::int64_t{1} << 32;
    EXPECT_THROW(encode_sms(message, octets), SimulationError);
    message.value = 1;
    message.count = 65'536;
    EXPECT_THROW(encode_sms(message, octets), SimulationError);
    message.kind = MessageKind::set_relay;
    message.value = 2;
    EXPECT_THROW(encode_sms(message, octets), SimulationError);
    message.kind = MessageKind::alarm;
    message.value = kAlarmKinds;
    EXPECT_THROW(encode_sms(message, octets), SimulationError);
}

TEST(MessageContentTest, MistakesNameTheirOctet) {
    EXPECT_EQ(decode_sms({}).problem, "octet 0: ends within a message's kind");
    EXPECT_EQ(decode_sms(hex("22 00")).problem, "octet 1: 0x22 begins no message that goes by SMS");
    EXPECT_EQ(decode_sms(hex("02 0000000000000102")).problem,
              "octet 9: ends within a position or result");
    EXPECT_EQ(decode_sms(hex("02 0000000000000102 02")).problem,
              "octet 10: a position or result is 2, at most 1");
    EXPECT_EQ(decode_sms(hex("02 0000000000000102 01 00")).problem,
              "octet 10: 1 octets beyond the message");
    EXPECT_EQ(decode_sms(hex("02 0000000000000102 00 00")).problem, "octet 11: ends within a time");
    EXPECT_EQ(decode_sms(hex("02 0000000000000102 00 0000000000000000")).problem,
              "octet 18: a limit that is none");
    EXPECT_EQ(decode_sms(hex("82 00000000 0000000000000102 01")).problem,
              "octet 5: a number is told exactly when there is one");
}

} // namespace
} // namespace gridtwin::wire::sms
