#include "models/wire/profile_block.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/random_block.hpp"

namespace gridtwin::wire {
namespace {

std::vector<std::byte> bytes(std::initializer_list<int> values) {
    std::vector<std::byte> out;
    for (int const value : values) {
        out.push_back(static_cast<std::byte>(value));
    }
    return out;
}

TEST(ProfileBlockTest, HasTheDocumentedLayout) {
    // meter 300 = AC 02, first interval 5, two rows
    ProfileBlock const block{.meter = MeterId{300},
                             .first_interval = 5,
                             .rows = {{.import_mwh = 100, .import_mvarh = -1, .voltage_dv = 2300},
                                      {.import_mwh = 98,
                                       .import_mvarh = 0,
                                       .voltage_dv = 2310,
                                       .status = kPowerFailed | kRelayOpen}}};
    std::vector<std::byte> coded;
    encode(block, coded);
    EXPECT_EQ(coded, bytes({0xAC, 0x02, 5, 2, 0xC8, 0x01, 1, 0xF0,
                            0x47,           // +100, -1, 2 * zigzag(2300) = 9200
                            3, 2, 41, 9})); // -2, +1, 2 * zigzag(10) + 1, status 9
    DecodedBlocks const decoded = decode(coded);
    ASSERT_TRUE(decoded.ok()) << decoded.problem;
    ASSERT_EQ(decoded.blocks.size(), 1U);
    EXPECT_EQ(decoded.blocks[0], block);
}

TEST(ProfileBlockTest, AQuarterHourTakesAboutSevenOctets) {
    ProfileBlock block{.meter = MeterId{1000}, .first_interval = 1, .rows = {}};
    TestDraws draws(1);
    for (int i = 0; i < 96; ++i) {
        block.rows.push_back(
            {.import_mwh = static_cast<std::int32_t>(100'000 + draws.below(400'000)),
             .import_mvarh = static_cast<std::int32_t>(30'000 + draws.below(130'000)),
             .voltage_dv = static_cast<std::uint16_t>(2280 + draws.below(40))});
    }
    std::vector<std::byte> coded;
    encode(block, coded);
    EXPECT_LT(coded.size(), 96U * 8U);
    EXPECT_GT(coded.size(), 96U * 6U);
}

TEST(ProfileBlockTest, AnyBlocksComeBackAsTheyWere) {
    TestDraws draws(2);
    for (int round = 0; round < 500; ++round) {
        std::vector<ProfileBlock> blocks(draws.below(5));
        std::vector<std::byte> coded;
        for (ProfileBlock& block : blocks) {
            block = random_block(draws);
            encode(block, coded);
        }
        DecodedBlocks const decoded = decode(coded);
        ASSERT_TRUE(decoded.ok()) << decoded.problem;
        ASSERT_EQ(decoded.blocks, blocks);
    }
}

TEST(ProfileBlockTest, NoOctetsAreNoBlocksAndABlockMayBeEmpty) {
    EXPECT_TRUE(decode({}).ok());
    EXPECT_TRUE(decode({}).blocks.empty());
    std::vector<std::byte> coded;
    encode(ProfileBlock{.meter = MeterId{7}, .first_interval = 9, .rows = {}}, coded);
    DecodedBlocks const decoded = decode(coded);
    ASSERT_EQ(decoded.blocks.size(), 1U);
    EXPECT_EQ(decoded.blocks[0].first_interval, 9U);
    EXPECT_TRUE(decoded.blocks[0].rows.empty());
}

TEST(ProfileBlockTest, EveryTruncationIsNoticedAndTheBlocksBeforeItAreKept) {
    TestDraws draws(3);
    std::vector<std::byte> coded;
    ProfileBlock const whole = random_block(draws);
    encode(whole, coded);
    std::size_t const first = coded.size();
    ProfileBlock cut = random_block(draws);
    cut.rows.resize(10);
    encode(cut, coded);
    for (std::size_t size = first + 1; size < coded.size(); ++size) {
        DecodedBlocks const decoded = decode(std::span(coded).first(size));
        EXPECT_FALSE(decoded.ok()) << size;
        ASSERT_EQ(decoded.blocks.size(), 1U);
        EXPECT_EQ(decoded.blocks[0], whole);
    }
}

struct Fault {
    std::string name;
    std::vector<std::byte> octets;
    std::string problem;
};

class ProfileBlockFaultTest : public testing::TestWithParam<Fault> {};

TEST_P(ProfileBlockFaultTest, IsRefusedWithItsPlaceAndReason) {
    DecodedBlocks const decoded = decode(GetParam().octets);
    EXPECT_TRUE(decoded.blocks.empty());
    EXPECT_EQ(decoded.problem, GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    All, ProfileBlockFaultTest,
    testing::Values(
        Fault{"MeterTooLarge", bytes({0xFF, 0xFF, 0xFF, 0xFF, 0x1F}),
              "octet 5: the meter does not fit 32 bits"},
        Fault{"VarintTooLong", bytes({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1}),
              "octet 5: the meter is too long"},
        Fault{"VarintNotShortest", bytes({0x81, 0x00}),
              "octet 2: the meter is not in its shortest form"},
        Fault{"MoreRowsThanOctets", bytes({1, 1, 2, 0, 0, 0}),
              "octet 3: 2 rows announced, more than can follow"},
        Fault{"HugeRowCount", bytes({1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}),
              "octet 7: 4294967295 rows announced, more than can follow"},
        Fault{"IntervalsPast32Bits", bytes({1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 2, 0, 0, 0, 0, 0, 0}),
              "octet 7: the last interval does not fit 32 bits"},
        Fault{"EnergyOutOfRange", bytes({1, 1, 1, 0x80, 0x80, 0x80, 0x80, 0x10, 0, 0}),
              "octet 8: active energy is out of range"},
        Fault{"NegativeVoltage", bytes({1, 1, 1, 0, 0, 2}), "octet 6: the voltage is out of range"},
        Fault{"StatusRepeated", bytes({1, 1, 1, 0, 0, 1, 0}),
              "octet 7: a status repeats the one before"},
        Fault{"StatusMissing", bytes({1, 1, 1, 0, 0, 1}), "octet 6: ends within the status"}),
    [](auto const& test) { return test.param.name; });

TEST(ProfileBlockTest, AsManyRowsAreWithinALengthAsItsEncodingHolds) {
    TestDraws draws(31);
    for (int n = 0; n < 2000; ++n) {
        auto block = random_block(draws);
        auto const all = block.rows;
        auto const octets_of = [&](std::size_t rows) {
            block.rows.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(rows));
            std::vector<std::byte> out;
            encode(block, out);
            return out.size();
        };
        for (std::size_t rows = 0; rows <= all.size(); ++rows) {
            auto const octets = octets_of(rows);
            block.rows = all;
            ASSERT_EQ(rows_within(block, octets), rows);
            if (rows > 0) {
                ASSERT_EQ(rows_within(block, octets - 1), rows - 1);
            }
        }
    }
}

TEST(ProfileBlockTest, WhatCannotBeDecodedIsNotEncoded) {
    std::vector<ProfileRow> const many(kMaxBlockRows + 1);
    std::vector<std::byte> out;
    EXPECT_THROW(encode(MeterId{1}, 1, many, out), SimulationError);
    EXPECT_THROW(encode(MeterId{1}, 0xFFFFFFFF, std::span(many).first(2), out), SimulationError);
    encode(MeterId{1}, 1, std::span(many).first(kMaxBlockRows), out);
    EXPECT_TRUE(decode(out).ok());
}

} // namespace
} // namespace gridtwin::wire
