#include "models/wire/dlms/data.hpp"
#include "models/wire/dlms/date_time.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/dlms/random_apdu.hpp"
#include "tests/models/wire/hex.hpp"

namespace gridtwin::wire::dlms {
namespace {

std::string problem_of(std::string_view text) {
    return decode_data(hex(text)).problem;
}

TEST(DlmsData, AnyTreeComesBackAsItWasWritten) {
    TestDraws draws(50);
    for (int round = 0; round < 20'000; ++round) {
        Data const data = random_data(draws);
        std::vector<std::byte> octets;
        encode(data, octets);
        auto const decoded = decode_data(octets);
        ASSERT_TRUE(decoded.ok()) << decoded.problem;
        ASSERT_EQ(decoded.value, data);
        ASSERT_TRUE(is_data(octets));
    }
}

TEST(DlmsData, SixteenLevelsAreWrittenAndReadSeventeenAreNot) {
    std::vector<std::byte> octets;
    Writer writer(octets);
    for (unsigned level = 0; level < kMaxDepth; ++level) {
        writer.array(1);
    }
    EXPECT_FALSE(writer.complete());
    EXPECT_THROW(writer.array(0), SimulationError);
    writer.null();
    EXPECT_TRUE(writer.complete());
    EXPECT_TRUE(is_data(octets));
    octets.insert(octets.begin(), {std::byte{1}, std::byte{1}});
    EXPECT_EQ(decode_data(octets).problem, "octet 34: arrays and structures deeper than 16");
}

TEST(DlmsData, TheLastElementsOfNestedStructuresDoNotHideTheirDepth) {
    std::vector<std::byte> octets;
    Writer writer(octets);
    EXPECT_THROW(
        {
            for (unsigned level = 0; level <= kMaxDepth; ++level) {
                writer.structure(1);
            }
        },
        SimulationError);
}

TEST(DlmsData, SaysWhatIsWrongAndWhere) {
    EXPECT_EQ(problem_of(""), "octet 0: ends within a value");
    EXPECT_EQ(problem_of("12 01"), "octet 1: ends within long-unsigned");
    EXPECT_EQ(problem_of("07 00000000"), "octet 0: type 7 is no Data that is supported");
    EXPECT_EQ(problem_of("1C 00"), "octet 0: type 28 is no Data that is supported");
    EXPECT_EQ(problem_of("00 00"), "octet 1: the end was expected, 1 more");
    EXPECT_EQ(problem_of("09 84 FFFFFFFF 00"),
              "octet 6: octet-string takes 4294967295 octets, 1 are left");
    EXPECT_EQ(problem_of("09 80"), "octet 1: octet-string has no length of 0x80");
    EXPECT_EQ(problem_of("09 85 0000000001 00"), "octet 1: octet-string has no length of 0x85");
    EXPECT_EQ(problem_of("01 83 FFFFFF 00"),
              "octet 1: the number of elements of an array is 16777215, more than can follow");
    EXPECT_EQ(problem_of("04 09 FF"), "octet 2: ends within a bit-string");
}

TEST(DlmsData, ACompactArrayThatWouldNotEndIsRefused) {
    EXPECT_EQ(problem_of("13 00 01 00"),
              "octet 1: null-data in the description of a compact-array");
    EXPECT_EQ(problem_of("13 02 00 01 00"), "octet 1: elements without octets in a compact-array");
    EXPECT_EQ(problem_of("13 01 0000 11 01 00"),
              "octet 1: elements without octets in a compact-array");
    EXPECT_EQ(problem_of("13 13 11 01 00"),
              "octet 1: compact-array in the description of a compact-array");
    // The second element begins within the contents and ends behind them.
    EXPECT_EQ(problem_of("02 02 13 12 03 0001 00 11 07"),
              "octet 9: the last element goes beyond its compact-array");
    EXPECT_EQ(problem_of("13 02 02 11 12 04 01 0002"), "octet 6: ends within a compact-array");
    EXPECT_EQ(problem_of("13 11 00"), "");
}

TEST(DlmsData, ACompactArrayOfArraysAndStringsReadsAsArrays) {
    // Two elements {array of two unsigned, octet-string}, and behind the array another value.
    auto const good = hex("02 02 13 02 02 01 0002 11 09 07 01 02 01 AA 03 04 00 11 07");
    auto const tree = decode_data(good);
    ASSERT_TRUE(tree.ok()) << tree.problem;
    auto const& rows = tree.value.elements()[0].elements();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(std::get<std::uint64_t>(rows[1].elements()[0].elements()[1].value), 4U);
    EXPECT_EQ(std::get<std::vector<std::byte>>(rows[0].elements()[1].value), hex("AA"));
    EXPECT_EQ(std::get<std::uint64_t>(tree.value.elements()[1].value), 7U);
}

TEST(DlmsData, TheReaderExpectsSkipsAndLooksAhead) {
    std::vector<std::byte> octets;
    Writer(octets)
        .structure(4)
        .array(2)
        .unsigned8(1)
        .unsigned8(2)
        .structure(0)
        .visible_string("GT")
        .enumerated(30);
    Reader reader(octets);
    reader.structure(4, "the whole");
    EXPECT_EQ(reader.array("numbers"), 2U);
    EXPECT_EQ(integer_of(reader.next()), 1);
    reader.skip_rest();
    EXPECT_EQ(reader.next().count, 0U);
    reader.skip_rest(); // an empty structure has no rest
    EXPECT_EQ(reader.peek(), Tag::visible_string);
    EXPECT_EQ(reader.skip().size(), 4U);
    EXPECT_EQ(reader.unsigned8("the unit"), 0);
    EXPECT_EQ(reader.problem(), "octet 14: the unit is enum, expected unsigned");
}

TEST(DlmsData, WhatTheWriterCannotWriteIsOurMistake) {
    std::vector<std::byte> octets;
    EXPECT_THROW(Writer(octets).date_time(hex("00")), SimulationError);
    EXPECT_THROW(Writer(octets).bit_string({}, 1), SimulationError);
    EXPECT_THROW(
        encode(Data{.tag = Tag::unsigned8, .value = std::uint64_t{256}, .bits = 0}, octets),
        SimulationError);
    EXPECT_THROW(encode(Data{.tag = Tag::unsigned8, .value = std::int64_t{1}, .bits = 0}, octets),
                 SimulationError);
    EXPECT_THROW(encode(Data{.tag = Tag::compact_array, .value = {}, .bits = 0}, octets),
                 SimulationError);
}

TEST(DlmsDateTime, AnyTimeComesBackAsItWasWritten) {
    TestDraws draws(51);
    for (int round = 0; round < 20'000; ++round) {
        DateTime const when = random_time(draws);
        std::vector<std::byte> octets;
        encode(when, octets);
        ASSERT_EQ(octets.size(), 12U);
        auto const decoded = decode_date_time(octets);
        ASSERT_TRUE(decoded.ok()) << decoded.problem;
        ASSERT_EQ(decoded.value, when);
    }
}

TEST(DlmsDateTime, WallClockTimeGoesBothWaysToTheHundredth) {
    for (int hundredth = 0; hundredth < 24 * 360'000; hundredth += 37) {
        CivilTime const wall{
            .year = 2024, .month = 2, .day = 29, .weekday = 3, .second_of_day = hundredth / 100.0};
        auto const there = date_time(wall, -240, 0);
        auto const back = civil(there);
        ASSERT_TRUE(back.has_value());
        ASSERT_EQ(back->weekday, 3);
        ASSERT_EQ(there.date.weekday, 4);
        ASSERT_NEAR(back->second_of_day, wall.second_of_day, 1e-9);
    }
    DateTime any;
    EXPECT_FALSE(civil(any).has_value());
}

TEST(DlmsDateTime, DaysThatDoNotExistAreRefused) {
    auto const problem = [](std::string_view text) { return decode_date_time(hex(text)).problem; };
    EXPECT_EQ(problem("07E7021DFF00000000800000"), "octet 0: there is no day 29 of month 2");
    EXPECT_EQ(problem("07E8021DFF00000000800000"), "");
    EXPECT_EQ(problem("07E80D01FF00000000800000"), "octet 0: there is no month 13");
    EXPECT_EQ(problem("07E80001FF00000000800000"), "octet 0: there is no month 0");
    EXPECT_EQ(problem("07E80101FF18000000800000"), "octet 5: there is no hour 24");
    EXPECT_EQ(problem("07E80101FF00000000040000"), "octet 9: there is no deviation of 1024 min");
    EXPECT_EQ(problem("07E80101FF0000000080"), "octet 9: ends within the deviation");
    EXPECT_EQ(problem("07E80101FF000000008000FF00"), "octet 12: the end was expected, 1 more");
    // wildcards: each last Sunday of March at 02:00
    EXPECT_EQ(problem("FFFF03FE0702000000800000"), "");
    std::vector<std::byte> octets;
    EXPECT_THROW(encode(Time{.hour = 24, .minute = 0, .second = 0, .hundredths = 0}, octets),
                 SimulationError);
}

} // namespace
} // namespace gridtwin::wire::dlms
