#include "models/wire/sms/subscriber_code.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/random_block.hpp"

namespace gridtwin::wire::sms {
namespace {

using ::testing::ElementsAre;

constexpr SubscriberCode kOfTheSource{
    .region = 1, .settlement = 6, .street = 2, .building = 26, .apartment = 12};

TEST(SubscriberCodeTest, TheSourcesExampleInAllItsWritings) {
    for (auto const* const text :
         {"01 06 002 0026 0012", "01-06-002-0026-0012", "010600200260012"}) {
        auto const parsed = parse_subscriber_code(text);
        ASSERT_TRUE(parsed.ok()) << parsed.problems.front();
        EXPECT_EQ(parsed.code, kOfTheSource) << text;
    }
    EXPECT_EQ(to_text(kOfTheSource), "010600200260012");
    EXPECT_EQ(to_text(kOfTheSource, " "), "01 06 002 0026 0012");
    EXPECT_EQ(to_text(kOfTheSource, "-"), "01-06-002-0026-0012");
}

TEST(SubscriberCodeTest, WithoutSettlementItIs00AndWithoutRegionNothing) {
    EXPECT_TRUE(parse_subscriber_code("010000200260012").ok());
    EXPECT_THAT(parse_subscriber_code("000600200260012").problems,
                ElementsAre("subscriber code '000600200260012': region 00: there is none, they "
                            "begin with 01"));
}

TEST(SubscriberCodeTest, MistakesNameTheirFieldsAllAtOnce) {
    EXPECT_THAT(
        parse_subscriber_code("00-6-002-0026-x012").problems,
        ElementsAre(::testing::HasSubstr("region 00"),
                    "subscriber code '00-6-002-0026-x012': settlement '6', expected 2 digits",
                    "subscriber code '00-6-002-0026-x012': apartment 'x012', expected 4 "
                    "digits"));
    for (auto const* const text :
         {"", "0106002002600121", "01060020026001", "01 06 002 0026", "01 06-002 0026 0012",
          "01  06 002 0026 0012", " 01 06 002 0026 0012", "01.06.002.0026.0012", "x"}) {
        EXPECT_FALSE(parse_subscriber_code(text).ok()) << text;
    }
}

TEST(SubscriberCodeTest, ValuesBeyondTheirDigitsHaveNoText) {
    auto code = kOfTheSource;
    code.street = 1000;
    code.apartment = 10'000;
    EXPECT_THAT(problems_of(code),
                ElementsAre("street 1000 is above 999", "apartment 10000 is above 9999"));
    EXPECT_THROW((void)to_text(code), SimulationError);
    EXPECT_THROW((void)to_text(SubscriberCode{}), SimulationError) << "region 00";
    EXPECT_TRUE(problems_of(kOfTheSource).empty());
}

TEST(SubscriberCodeTest, OrderOfCodesIsThatOfTheirTexts) {
    TestDraws draws(1);
    auto const any = [&] {
        return SubscriberCode{.region = static_cast<std::uint8_t>(1 + draws.below(3)),
                              .settlement = static_cast<std::uint8_t>(draws.below(3)),
                              .street = static_cast<std::uint16_t>(draws.below(1000)),
                              .building = static_cast<std::uint16_t>(draws.below(10'000)),
                              .apartment = static_cast<std::uint16_t>(draws.below(10'000))};
    };
    for (int i = 0; i < 2000; ++i) {
        auto const a = any();
        auto const b = any();
        EXPECT_EQ(parse_subscriber_code(to_text(a)).code, a);
        EXPECT_EQ(a < b, to_text(a) < to_text(b));
    }
}

} // namespace
} // namespace gridtwin::wire::sms
