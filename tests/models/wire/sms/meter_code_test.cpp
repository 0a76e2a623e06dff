#include "models/wire/sms/meter_code.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/hex.hpp"

#include <set>

namespace gridtwin::wire::sms {
namespace {

TEST(MeterCodeTest, TwentyDigitsInTenOctets) {
    auto const code = make_meter_code({.manufacturer = 61, .year = 2024, .serial = 1234567});
    EXPECT_EQ(to_text(code).substr(0, 18), "006120240001234567");
    EXPECT_EQ(std::vector(code.bcd.begin(), code.bcd.end() - 1), hex("006120240001234567"));
    EXPECT_EQ(parse_meter_code(to_text(code)).code, code);
    EXPECT_EQ(meter_code_of(code.bcd), code);
    EXPECT_TRUE(has_valid_check(code));
}

TEST(MeterCodeTest, OneWrongDigitOrTwoSwappedAreFound) {
    auto const text =
        to_text(make_meter_code({.manufacturer = 61, .year = 2024, .serial = 9081726354}));
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (char digit = '0'; digit <= '9'; ++digit) {
            auto wrong = text;
            wrong[i] = digit;
            EXPECT_EQ(has_valid_check(parse_meter_code(wrong).code), wrong == text) << wrong;
        }
        for (std::size_t k = i + 1; k < text.size(); ++k) {
            auto wrong = text;
            std::swap(wrong[i], wrong[k]);
            EXPECT_EQ(has_valid_check(parse_meter_code(wrong).code), wrong == text) << wrong;
        }
    }
}

TEST(MeterCodeTest, CodesOfManySerialsDiffer) {
    std::set<MeterCode> codes;
    for (std::uint64_t serial = 0; serial < 20'000; ++serial) {
        codes.insert(make_meter_code({.manufacturer = 1, .year = 2026, .serial = serial * 50}));
    }
    EXPECT_EQ(codes.size(), 20'000U);
}

TEST(MeterCodeTest, WhatIsNoCodeSaysWhy) {
    EXPECT_EQ(parse_meter_code("123").problem, "meter code '123': 3 digits, expected 20");
    EXPECT_EQ(parse_meter_code("1234567890123456789x").problem,
              "meter code '1234567890123456789x': character 20 is no digit");
    EXPECT_EQ(parse_meter_code("").problem, "meter code '': 0 digits, expected 20");
    EXPECT_THROW((void)make_meter_code({.manufacturer = 10'000}), SimulationError);
    EXPECT_THROW((void)make_meter_code({.serial = 10'000'000'000}), SimulationError);
    auto octets = make_meter_code({}).bcd;
    octets[4] = std::byte{0x1A};
    EXPECT_FALSE(meter_code_of(octets).has_value());
    octets[4] = std::byte{0xA1};
    EXPECT_FALSE(meter_code_of(octets).has_value());
}

} // namespace
} // namespace gridtwin::wire::sms
