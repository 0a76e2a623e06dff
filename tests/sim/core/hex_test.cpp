#include "sim/core/hex.hpp"

namespace gridtwin {
namespace {

TEST(HexTest, EveryOctetIsTwoDigitsOfEitherCase) {
    std::vector<std::byte> all;
    for (int octet = 0; octet < 256; ++octet) {
        all.push_back(static_cast<std::byte>(octet));
    }
    auto const upper = to_hex(all);
    auto const lower = to_hex(all, HexDigits::lower);
    EXPECT_EQ(upper.substr(0, 6), "000102");
    EXPECT_EQ(upper.substr(2 * 0xAB, 4), "ABAC");
    EXPECT_EQ(lower.substr(2 * 0xAB, 4), "abac");
    EXPECT_EQ(from_hex(upper), all);
    EXPECT_EQ(from_hex(lower), all);
    EXPECT_EQ(to_hex({}), "");
    EXPECT_EQ(from_hex(""), std::vector<std::byte>{});
}

TEST(HexTest, WhatIsNotTwoDigitsEachIsNotRead) {
    for (auto const* text :
         {"0", "000", "0g", "g0", "0x", "0x00", " 0", "0 ", "+1", "-1", "00 1"}) {
        EXPECT_FALSE(from_hex(text).has_value()) << text;
    }
}

} // namespace
} // namespace gridtwin
