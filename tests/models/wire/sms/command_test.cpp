#include "models/wire/sms/command.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/hex.hpp"
#include "tests/models/wire/sms/random_content.hpp"

namespace gridtwin::wire::sms {
namespace {

std::vector<std::byte> octets_of(auto const& what) {
    std::vector<std::byte> octets;
    encode(what, octets);
    return octets;
}

// By hand from the layout: the language is the project's own, nobody has published examples.
TEST(CommandTest, OctetByOctet) {
    EXPECT_EQ(octets_of(Command{BalanceQuery{}}), hex("21 01"));
    EXPECT_EQ(octets_of(Command{SetTariff{.tariff = 2, .millicents_per_kwh = 12'500}}),
              hex("21 02 02 000030D4 0000000000000000"));
    EXPECT_EQ(octets_of(Command{Switch{.on = true}}), hex("21 03 01"));
    EXPECT_EQ(octets_of(Command{SetLimits{.power_w = 3'000, .energy_wh = 0}}),
              hex("21 04 00000BB8 00000000"));
    EXPECT_EQ(octets_of(Command{TopUp{.token = 77, .amount = Money{-1}}}),
              hex("21 05 000000000000004D FFFFFFFFFFFFFFFF"));
    EXPECT_EQ(octets_of(Command{ReadRegisters{}}), hex("21 06"));
    EXPECT_EQ(octets_of(Command{ReadProfile{.first = 96, .count = 4}}), hex("21 07 00000060 0004"));
    EXPECT_EQ(octets_of(Command{ReadClock{}}), hex("21 08"));
    EXPECT_EQ(octets_of(Command{SetClock{.shown = from_ns(1)}}), hex("21 09 0000000000000001"));
    EXPECT_EQ(octets_of(Answer{.answered = 258,
                               .what = Refused{.code = 5, .why = CommandRefusal::token_used}}),
              hex("21 82 00000102 05 04"));
    EXPECT_EQ(octets_of(Answer{.answered = 0,
                               .what = Warning{.kind = WarningKind::credit_low, .balance = {256}}}),
              hex("21 87 00000000 00 0000000000000100"));
    EXPECT_EQ(octets_of(Answer{.answered = 3, .what = Reading{}}).size(), 6U + 33U);
}

TEST(CommandTest, CodesFollowTheOrderOfTheAlternatives) {
    EXPECT_EQ(code_of(BalanceQuery{}), 1);
    EXPECT_EQ(code_of(TopUp{}), 5);
    EXPECT_EQ(code_of(SetClock{}), 9);
}

TEST(CommandTest, WhatIsWrittenIsReadAgain) {
    for (std::uint64_t which = 0; which < 5000; ++which) {
        TestDraws draws(which);
        auto const command = random_command(draws);
        auto const decoded = decode_command(octets_of(command));
        ASSERT_TRUE(decoded.ok()) << decoded.problem;
        EXPECT_EQ(decoded.command, command);
        auto const answer = random_answer(draws);
        auto const read = decode_answer(octets_of(answer));
        ASSERT_TRUE(read.ok()) << read.problem;
        EXPECT_EQ(read.answer, answer);
    }
}

TEST(CommandTest, UnknownOnesAreToldFromBrokenOnes) {
    EXPECT_TRUE(decode_command(hex("21 0A")).unknown);
    EXPECT_TRUE(decode_command(hex("21 00")).unknown);
    EXPECT_TRUE(decode_command(hex("22 01")).unknown) << "another version";
    for (auto const* const text :
         {"", "21", "21 03", "21 03 02", "21 01 00", "21 05 0000000000000000 0000000000000001"}) {
        auto const decoded = decode_command(hex(text));
        EXPECT_FALSE(decoded.ok()) << text;
        EXPECT_FALSE(decoded.unknown) << text;
    }
    EXPECT_EQ(decode_command(hex("21 0A")).problem, "octet 2: command 0x0a is none");
    EXPECT_EQ(decode_answer(hex("21 01 00000000")).problem, "octet 6: answer 0x01 is none");
    EXPECT_EQ(decode_answer(hex("21 85 00000000")).problem, "octet 6: not one profile block");
    EXPECT_THROW((void)octets_of(Command{TopUp{.token = 0}}), SimulationError);
}

TEST(CommandTest, ATokenCountsOnceInWhateverOrderTokensCome) {
    TokenBook tokens{.balance = Money{100}, .tokens = {}};
    EXPECT_TRUE(book(tokens, {.token = 2, .amount = Money{500}}));
    EXPECT_FALSE(book(tokens, {.token = 2, .amount = Money{500}}));
    EXPECT_TRUE(book(tokens, {.token = 1, .amount = Money{-50}})) << "overtaken";
    EXPECT_FALSE(book(tokens, {.token = 1, .amount = Money{900}}));
    EXPECT_EQ(tokens.balance, Money{550});
}

} // namespace
} // namespace gridtwin::wire::sms
