#include "models/wire/firmware.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/diagnostics.hpp"
#include "tests/models/wire/codec_laws.hpp"
#include "tests/models/wire/random_data.hpp"

namespace gridtwin::wire {
namespace {

TEST(FirmwareData, WhatIsEncodedIsDecoded) {
    TestDraws draws(31);
    for (int round = 0; round < 2000; ++round) {
        expect_round_trip(std::vector{random_image(draws), random_image(draws)}, decode_image);
        expect_round_trip(std::vector{random_gaps(draws), random_gaps(draws)}, decode_gaps);
        expect_round_trip(std::vector{random_report(draws)}, decode_report);
    }
    expect_round_trip(std::vector{FirmwareGaps{7, 0, {{0, 0xffff'ffff}}}}, decode_gaps);
    expect_round_trip(std::vector{FirmwareGaps{7, 9, {{0xffff'ffff, 1}}}}, decode_gaps);
}

TEST(FirmwareData, BlocksAreAllAlikeButTheLast) {
    FirmwareImage const image{.version = 2, .octets = 100, .block_octets = 30};
    EXPECT_EQ(image.blocks(), 4U);
    EXPECT_EQ(image.length(0), 30U);
    EXPECT_EQ(image.length(3), 10U);
    EXPECT_EQ(image.length(4), 0U);
    EXPECT_EQ((FirmwareImage{.octets = 90, .block_octets = 30}.length(2)), 30U);
    EXPECT_EQ((FirmwareImage{.octets = 90}.blocks()), 0U) << "not cut yet";
}

TEST(FirmwareData, FaultsAreNamedWithTheirPlace) {
    auto const octets = [](std::initializer_list<int> list) {
        std::vector<std::byte> out;
        for (int const one : list) {
            out.push_back(static_cast<std::byte>(one));
        }
        return out;
    };
    EXPECT_EQ(decode_image(octets({0, 5, 1, 0})).problem,
              "octet 4: an image without version or octets");
    // a million octets and more, in blocks of one
    EXPECT_EQ(decode_image(octets({1, 0x81, 0x80, 0x80, 1, 1, 0})).problem,
              "octet 7: blocks that are too long, or too many");
    EXPECT_EQ(decode_gaps(octets({1, 0, 2, 3, 4})).problem,
              "octet 3: the number of runs is 2, more than can follow");
    EXPECT_EQ(decode_gaps(octets({1, 0, 2, 3, 4, 0, 1})).problem,
              "octet 7: no run that could stand here");
    EXPECT_EQ(decode_report(octets({1, 3, 2, 1})).problem,
              "octet 4: more meters done than there are, or neither over nor not");
}

TEST(FirmwareData, WhatHasNoEncodingIsRefused) {
    std::vector<std::byte> out;
    EXPECT_THROW(encode(FirmwareImage{.version = 1}, out), SimulationError);
    EXPECT_THROW(encode(FirmwareImage{.version = 1, .octets = 1U << 30, .block_octets = 10}, out),
                 SimulationError);
    EXPECT_THROW(encode(FirmwareGaps{1, 0, {{0, 2}, {2, 1}}}, out), SimulationError) << "one run";
    EXPECT_THROW(encode(FirmwareGaps{1, 0, {{5, 2}, {3, 1}}}, out), SimulationError);
    EXPECT_THROW(encode(FirmwareGaps{1, 0, std::vector<BlockRun>(65, {1, 1})}, out),
                 SimulationError);
    EXPECT_THROW(encode(FirmwareGaps{1, 4, {{3, 1}}}, out), SimulationError) << "before first";
    EXPECT_THROW(encode(FirmwareReport{1, 3, 2, false}, out), SimulationError);
}

TEST(FirmwareData, TheOctetsOfTheImageAreRealOnEveryChannel) {
    FirmwareImage const image{.version = 2, .octets = 100'000, .block_octets = 56};
    Message m;
    m.meter = MeterId{17};
    m.concentrator = ConcentratorId{1};
    m.kind = MessageKind::firmware_block;
    encode(image, m.payload);
    EXPECT_EQ(firmware_block_octets(56), 3U + 9 + 1 + 2 + 16 + 5 + 2 + 56);
    EXPECT_EQ(encoded_octets(m, Channel::plc), 94U + 19 + 3 + 11) << "two frames of 64 octets";
    m.value = 1785; // the last: 100,000 - 1785 * 56 = 40
    EXPECT_EQ(encoded_octets(m, Channel::rf), 78U + 19 + 3 + 11);
    m.kind = MessageKind::read_gaps;
    EXPECT_EQ(encoded_octets(m, Channel::plc), 38U + 19 + 14);
    m.kind = MessageKind::firmware_order;
    // 72 segments of 1400 with 40 octets of TCP and IP each
    std::size_t const head = 6 + 2 + (1 + 4 + 8); // data-notification, string, kind, meter, command
    EXPECT_EQ(encoded_octets(m, Channel::wan),
              100'000 + head + m.payload.size() + 28 + 8 + 72 * 40);
    m.kind = MessageKind::gaps;
    m.payload.clear();
    encode(FirmwareGaps{.version = 2, .runs = {{3, 1}, {200, 5}}}, m.payload);
    ASSERT_EQ(m.payload.size(), 1U + 1 + 1 + 2 + 3);
    EXPECT_EQ(encoded_octets(m, Channel::plc), 6U + 2 + 8 + 19 + 14);
    m.kind = MessageKind::firmware_report;
    EXPECT_THROW((void)encoded_octets(m, Channel::wan), SimulationError) << "gaps are no report";
    m.payload.clear();
    encode(FirmwareReport{2, 5, 7, false}, m.payload);
    EXPECT_EQ(encoded_octets(m, Channel::wan), head + m.payload.size() + 28 + 8 + 40);
}

} // namespace
} // namespace gridtwin::wire
