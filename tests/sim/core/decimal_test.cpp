#include "sim/core/decimal.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace gridtwin {
namespace {

TEST(DecimalTest, MoneyIsReadToTheCent) {
    EXPECT_EQ(parse_decimal("12.34", 2), 1234);
    EXPECT_EQ(parse_decimal("12.3", 2), 1230);
    EXPECT_EQ(parse_decimal("12", 2), 1200);
    EXPECT_EQ(parse_decimal("0.07", 2), 7);
    EXPECT_EQ(parse_decimal("-0.07", 2), -7);
    EXPECT_EQ(parse_decimal("+5", 0), 5);
    EXPECT_EQ(parse_decimal("92233720368547758.07", 2), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(parse_decimal("-92233720368547758.08", 2), std::numeric_limits<std::int64_t>::min());
}

TEST(DecimalTest, WhatIsNoSuchNumberIsNothing) {
    for (auto const* text : {"", "-", ".", "1.", ".5", "1.234", "1,5", "1e3", "0x1", " 1", "1 ",
                             "--1", "+-1", "1.-1", "nan", "92233720368547758.08"}) {
        EXPECT_EQ(parse_decimal(text, 2), std::nullopt) << text;
    }
    EXPECT_EQ(parse_decimal("1.0", 0), std::nullopt);
}

TEST(DecimalTest, IsWrittenAsItIsRead) {
    for (std::int64_t const value :
         {std::int64_t{0}, std::int64_t{7}, std::int64_t{-7}, std::int64_t{-1234},
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
        for (unsigned const decimals : {0U, 2U, 5U}) {
            EXPECT_EQ(parse_decimal(format_decimal(value, decimals), decimals), value);
        }
    }
    EXPECT_EQ(format_decimal(1250, 2), "12.50");
    EXPECT_EQ(format_decimal(-7, 2), "-0.07");
    EXPECT_EQ(format_decimal(5, 0), "5");
}

} // namespace
} // namespace gridtwin
