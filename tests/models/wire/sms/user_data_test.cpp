#include "models/wire/sizes.hpp"
#include "models/wire/sms/user_data.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire::sms {
namespace {

TEST(UserDataTest, OneMessageHoldsUpTo140OctetsAndPartsHold134Or133) {
    EXPECT_EQ(cut(counted(0), 7).size(), 1U);
    ASSERT_EQ(cut(counted(140), 7).size(), 1U);
    EXPECT_EQ(cut(counted(140), 7)[0].size(), 140U) << "no header";
    for (std::size_t const size : {141U, 266U, 267U, 268U, 269U, 34'170U}) {
        EXPECT_EQ(cut(counted(size), 7).size(), sms_parts(static_cast<std::uint32_t>(size)))
            << size << ": as many as the sizes say";
    }
    auto const two = cut(counted(141), 7);
    EXPECT_EQ(two[0].size(), 140U);
    EXPECT_EQ(two[1].size(), 6U + 7U);
    EXPECT_EQ(cut(counted(266), 700, true).size(), 2U);
    EXPECT_EQ(cut(counted(267), 700, true).size(), 3U);
}

TEST(UserDataTest, MoreThan255PartsCannotBeJoined) {
    EXPECT_THROW((void)cut(counted(255 * 134 + 1), 7), SimulationError);
    EXPECT_EQ(cut(counted(255 * 133), 7, true).size(), 255U);
    EXPECT_THROW((void)cut(counted(255 * 133 + 1), 7, true), SimulationError);
    EXPECT_THROW((void)cut(counted(141), 256), SimulationError) << "a reference of 8 bits";
    std::vector<std::byte> out;
    EXPECT_THROW(encode(std::nullopt, counted(141), out), SimulationError);
    EXPECT_THROW(encode(Concatenation{.parts = 2, .number = 3}, counted(1), out), SimulationError);
    EXPECT_THROW(encode(Concatenation{.parts = 2, .number = 1}, counted(135), out),
                 SimulationError);
}

TEST(UserDataTest, OtherElementsAreSkipped) {
    // application ports 16 bit (05 04 ...) before, an unknown element of no octets after
    auto const data =
        decode_user_data(hex("0D 05 04 0B 84 23 F0 00 03 2A 03 02 70 00 AA BB"), true);
    ASSERT_TRUE(data.ok()) << data.problem;
    EXPECT_EQ(data.part, (Concatenation{.reference = 0x2A, .parts = 3, .number = 2}));
    EXPECT_EQ(data.content.size(), 2U);
}

TEST(UserDataTest, TheLastConcatenationCounts) {
    auto const data = decode_user_data(hex("0B 00 03 01 02 01 08 04 00 09 05 04 EE"), true);
    ASSERT_TRUE(data.ok()) << data.problem;
    EXPECT_EQ(data.part, (Concatenation{.reference = 9, .wide = true, .parts = 5, .number = 4}));
}

TEST(UserDataTest, ConcatenationsOfNoPartOrOtherLengthCountAsAbsent) {
    for (auto const* const text : {"05 00 03 01 00 00 AA", "05 00 03 01 02 00 AA",
                                   "05 00 03 01 02 03 AA", "04 00 02 01 02 AA", "00 AA"}) {
        auto const data = decode_user_data(hex(text), true);
        EXPECT_TRUE(data.ok()) << text << ": " << data.problem;
        EXPECT_FALSE(data.part.has_value()) << text;
        EXPECT_EQ(data.content.size(), 1U) << text;
    }
}

TEST(UserDataTest, HeadersThatRunOverAreNamedByTheirOctet) {
    EXPECT_EQ(decode_user_data({}, true).problem, "octet 0: ends within the header's length");
    EXPECT_EQ(decode_user_data(hex("05 00 03"), true).problem,
              "octet 0: a header of 5 octets, and 2 are there");
    EXPECT_EQ(decode_user_data(hex("05 00 04 01 02 01 AA"), true).problem,
              "octet 3: an information element of 4 octets, and 3 are left of the header");
    EXPECT_EQ(decode_user_data(hex("01 00 AA"), true).problem,
              "octet 2: ends within an information element's length");
    EXPECT_EQ(decode_user_data(counted(141), false).problem,
              "octet 140: more than a short message holds");
}

TEST(UserDataTest, WithoutHeaderEverythingIsContent) {
    auto const octets = hex("05 00 03 CC 02 01");
    auto const data = decode_user_data(octets, false);
    EXPECT_FALSE(data.part.has_value());
    EXPECT_EQ(data.content.size(), 6U);
}

} // namespace
} // namespace gridtwin::wire::sms
