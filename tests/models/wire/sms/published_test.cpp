// Headers of short messages and check digits as others have published them.
#include "models/wire/sms/meter_code.hpp"
#include "models/wire/sms/user_data.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire::sms {
namespace {

// Documentation of concatenated SMS (Wikipedia and many gateways' manuals): reference 0xCC, part 1
// of 2 is 05 00 03 CC 02 01.
TEST(PublishedUserDataTest, TheEightBitReferenceOfTheManuals) {
    auto const octets = hex("05 00 03 CC 02 01 48 65 6C 6C 6F");
    auto const data = decode_user_data(octets, true);
    ASSERT_TRUE(data.ok()) << data.problem;
    EXPECT_EQ(data.part, (Concatenation{.reference = 0xCC, .parts = 2, .number = 1}));
    EXPECT_EQ(data.content.size(), 5U);
    std::vector<std::byte> out;
    encode(data.part, data.content, out);
    EXPECT_EQ(out, octets);
}

// ch-smpp (GsmUtil, documentation of createConcatenatedBinaryShortMessages): 138 octets
// 01 02 03 ... become 05 00 03 CC 02 01 with the first 134 and 05 00 03 CC 02 02 with 4.
TEST(PublishedUserDataTest, ABinaryMessageOf138OctetsIsCutAsInTheDocumentedExample) {
    auto const content = counted(138); // one fits 140: the example is cut all the same
    std::vector<std::byte> first;
    std::vector<std::byte> second;
    std::span const all(content);
    encode(Concatenation{.reference = 0xCC, .parts = 2, .number = 1}, all.first(134), first);
    encode(Concatenation{.reference = 0xCC, .parts = 2, .number = 2}, all.last(4), second);
    ASSERT_EQ(first.size(), 140U);
    first.resize(9);
    EXPECT_EQ(first, hex("05 00 03 CC 02 01 01 02 03"));
    EXPECT_EQ(second, hex("05 00 03 CC 02 02 87 88 89 8A"));
}

// asterisk-chan-quectel's test of its PDU builder: the user data of the first of two parts begins
// 06 08 04 00 01 02 01, behind which come packed 7-bit characters.
TEST(PublishedUserDataTest, TheSixteenBitReferenceOfAModemDriver) {
    auto const octets = hex("06 08 04 00 01 02 01 C8 32 9B FD");
    auto const data = decode_user_data(octets, true);
    ASSERT_TRUE(data.ok()) << data.problem;
    EXPECT_EQ(data.part, (Concatenation{.reference = 1, .wide = true, .parts = 2, .number = 1}));
    EXPECT_EQ(data.content.size(), 4U);
}

// Reference 300, 4 parts, the first: 06 08 04 01 2C 04 01 (round trip of a public CMPP library).
TEST(PublishedUserDataTest, AReferenceAbove255IsWide) {
    std::vector<std::byte> out;
    encode(Concatenation{.reference = 300, .wide = true, .parts = 4, .number = 1}, {}, out);
    EXPECT_EQ(out, hex("06 08 04 01 2C 04 01"));
}

// 06 08 04 00 01 02 03 stands in a public test of SIM toolkit decoding: part 3 of 2. By
// 3GPP TS 23.040, 9.2.3.24.8 such an element is ignored, and "AB" is a message by itself.
TEST(PublishedUserDataTest, APartBeyondItsPartsIsNoConcatenation) {
    auto const data = decode_user_data(hex("06 08 04 00 01 02 03 41 42"), true);
    ASSERT_TRUE(data.ok()) << data.problem;
    EXPECT_FALSE(data.part.has_value());
    EXPECT_EQ(data.content.size(), 2U);
}

// ISO 7064, MOD 97-10: the standard's example 794 has the check digits 44.
TEST(PublishedMeterCodeTest, CheckDigitsOfTheStandardsExample) {
    auto const code = make_meter_code({.manufacturer = 0, .year = 0, .serial = 794});
    EXPECT_EQ(to_text(code), "00000000000000079444");
}

} // namespace
} // namespace gridtwin::wire::sms
