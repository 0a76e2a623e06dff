#include "models/meter/firmware.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/random.hpp"

namespace gridtwin::meter {
namespace {

using namespace std::chrono_literals;
using wire::BlockRun;

constexpr wire::FirmwareImage kImage{
    .version = 2, .octets = 100, .block_octets = 30, .activate_at = kStart + 10h};

Message message(MessageKind kind, wire::FirmwareImage const& image, std::int64_t block = 0) {
    Message m;
    m.kind = kind;
    m.meter = MeterId{4};
    m.command = CommandId{9};
    m.value = block;
    m.count = 16;
    wire::encode(image, m.payload);
    return m;
}

bool hear_block(FirmwareState& state, wire::FirmwareImage const& image, std::int64_t block) {
    return hear_firmware(state, message(MessageKind::firmware_block, image, block), kStart + 1h);
}

std::vector<BlockRun> gaps(FirmwareState const& state, wire::FirmwareImage const& image,
                           std::uint32_t first = 0) {
    MessageNumbers numbers(3);
    auto const answer = answer_firmware(state, message(MessageKind::read_gaps, image, first),
                                        Channel::plc, kStart + 2h, numbers);
    auto const decoded = wire::decode_gaps(answer->payload);
    EXPECT_TRUE(decoded.ok() && decoded.blocks.size() == 1);
    EXPECT_EQ(decoded.blocks[0].version, image.version);
    EXPECT_EQ(decoded.blocks[0].first, first);
    EXPECT_EQ(answer->command, CommandId{9});
    EXPECT_EQ(answer->octets, wire::encoded_octets(*answer, Channel::plc));
    return decoded.blocks[0].runs;
}

TEST(MeterFirmware, BeginsWithAnyBlockAndTellsWhatItLacks) {
    FirmwareState state;
    EXPECT_EQ(gaps(state, kImage), (std::vector<BlockRun>{{0, 4}}));
    EXPECT_TRUE(hear_block(state, kImage, 2));
    EXPECT_EQ(gaps(state, kImage), (std::vector<BlockRun>{{0, 2}, {3, 1}}));
    EXPECT_EQ(gaps(state, kImage, 1), (std::vector<BlockRun>{{1, 1}, {3, 1}}));
    EXPECT_FALSE(hear_block(state, kImage, 2)) << "again";
    EXPECT_FALSE(hear_block(state, kImage, 0));
    EXPECT_FALSE(hear_block(state, kImage, 3));
    EXPECT_EQ(activation_at(state, {}), kNever);
    EXPECT_TRUE(hear_block(state, kImage, 1));
    EXPECT_TRUE(gaps(state, kImage).empty());
    EXPECT_EQ(state.whole_at, kStart + 1h);
}

TEST(MeterFirmware, KnowsOfEachVersionThatItHasWhenTheLastBlockCame) {
    FirmwareState state;
    auto const hear = [&state](wire::FirmwareImage const& image, std::int64_t block, SimTime at) {
        hear_firmware(state, message(MessageKind::firmware_block, image, block), at);
    };
    for (int block = 0; block < 4; ++block) {
        EXPECT_EQ(whole_at(state, 2), kNever);
        hear(kImage, block, kStart + 1h + block * 1min);
    }
    EXPECT_EQ(whole_at(state, 2), kStart + 1h + 3min);
    activate(state);
    EXPECT_EQ(whole_at(state, 2), kStart + 1h + 3min);
    auto newer = kImage;
    newer.version = 3;
    for (int block = 0; block < 4; ++block) { // while the one before runs
        EXPECT_EQ(whole_at(state, 3), kNever);
        hear(newer, block, kStart + 20h + block * 1min);
        EXPECT_EQ(whole_at(state, 2), kStart + 1h + 3min);
    }
    EXPECT_EQ(whole_at(state, 3), kStart + 20h + 3min);
    activate(state);
    EXPECT_EQ(whole_at(state, 3), kStart + 20h + 3min);
    EXPECT_EQ(whole_at(state, 2), kNever);
    EXPECT_EQ(whole_at(state, kFactoryFirmware), kNever);
    EXPECT_EQ(whole_at(FirmwareState{}, kFactoryFirmware), kNever);
}

TEST(MeterFirmware, AQuestionAloneMakesItBegin) {
    FirmwareState state;
    EXPECT_TRUE(hear_firmware(state, message(MessageKind::read_gaps, kImage), kStart));
    EXPECT_EQ(gaps(state, kImage), (std::vector<BlockRun>{{0, 4}}));
}

TEST(MeterFirmware, SwitchesOverWhenItsOwnClockShowsTheTime) {
    FirmwareState state;
    for (int block = 0; block < 4; ++block) {
        hear_block(state, kImage, block);
    }
    Clock const fast{.offset_ns = to_ns(kStart + 90s), .drift_ppm = 0.0};
    EXPECT_EQ(activation_at(state, fast), kStart + 10h - 90s);
    auto later = kImage;
    later.activate_at = kStart + 20h;
    EXPECT_TRUE(hear_firmware(state, message(MessageKind::read_gaps, later), kStart + 3h));
    EXPECT_EQ(activation_at(state, fast), kStart + 20h - 90s) << "the latest time counts";
    activate(state);
    EXPECT_EQ(state.active, 2U);
    EXPECT_EQ(state.blocks.bytes(), 0U) << "what runs takes no memory";
    EXPECT_EQ(activation_at(state, fast), kNever);
    EXPECT_FALSE(hear_block(state, kImage, 0)) << "it has that";
    EXPECT_TRUE(gaps(state, kImage).empty());
}

TEST(MeterFirmware, AHigherVersionReplacesWhatIsCollectedALowerOneDoesNot) {
    FirmwareState state;
    hear_block(state, kImage, 0);
    auto newer = kImage;
    newer.version = 3;
    EXPECT_TRUE(hear_block(state, newer, 1));
    EXPECT_EQ(gaps(state, newer), (std::vector<BlockRun>{{0, 1}, {2, 2}}));
    EXPECT_FALSE(hear_block(state, kImage, 2)) << "a late repeat";
    EXPECT_TRUE(gaps(state, kImage).empty()) << "it wants nothing of that any more";
    auto recut = newer;
    recut.block_octets = 50;
    EXPECT_TRUE(hear_block(state, recut, 1));
    EXPECT_EQ(gaps(state, recut), (std::vector<BlockRun>{{0, 1}})) << "blocks of another length";
}

TEST(MeterFirmware, WhateverComesDoesNoHarm) {
    EntityKey const who(EntityKind::world, 12);
    std::uint64_t n = 0;
    auto const below = [&](std::uint64_t end) {
        return draw_bits(Seed{5}, who, Purpose::test, n++) % end;
    };
    MessageNumbers numbers(3);
    FirmwareState state;
    for (int round = 0; round < 50'000; ++round) {
        auto const kind = below(2) == 0 ? MessageKind::firmware_block : MessageKind::read_gaps;
        wire::FirmwareImage const image{.version = 1 + static_cast<std::uint32_t>(below(4)),
                                        .octets = 1 + static_cast<std::uint32_t>(below(300)),
                                        .block_octets = static_cast<std::uint32_t>(below(40)),
                                        .activate_at = kStart + 1h};
        auto m = message(kind, image, static_cast<std::int64_t>(below(400)) - 100);
        m.count = static_cast<std::uint32_t>(below(100));
        if (below(3) == 0) {
            m.payload[below(m.payload.size())] = static_cast<std::byte>(below(256));
            m.payload.resize(below(m.payload.size() + 1));
        }
        hear_firmware(state, m, kStart + 2h);
        if (auto const answer = answer_firmware(state, m, Channel::rf, kStart + 2h, numbers)) {
            ASSERT_TRUE(wire::decode_gaps(answer->payload).ok());
        }
        ASSERT_TRUE(state.image.version == 0 || state.image.version > state.active);
        if (state.waits() && below(4) == 0) {
            activate(state);
            state.active = below(2) == 0 ? state.active : 1; // exchanged
        }
    }
}

TEST(BlockSetTest, GapsAreTheFirstRunsThatAreNotHeld) {
    BlockSet set(130);
    EXPECT_EQ(set.gaps(5), (std::vector<BlockRun>{{0, 130}}));
    for (std::uint32_t const block : {0U, 63U, 64U, 100U, 129U}) {
        EXPECT_TRUE(set.insert(block));
        EXPECT_FALSE(set.insert(block));
    }
    EXPECT_EQ(set.gaps(9), (std::vector<BlockRun>{{1, 62}, {65, 35}, {101, 28}}));
    EXPECT_EQ(set.gaps(1), (std::vector<BlockRun>{{1, 62}}));
    EXPECT_EQ(set.gaps(9, 70), (std::vector<BlockRun>{{70, 30}, {101, 28}})) << "a run's rest";
    EXPECT_TRUE(set.gaps(9, 129).empty());
    EXPECT_TRUE(set.gaps(9, 1000).empty());
    for (std::uint32_t block = 0; block < 130; ++block) {
        set.insert(block);
    }
    EXPECT_TRUE(set.full());
    EXPECT_TRUE(set.gaps(3).empty());
}

} // namespace
} // namespace gridtwin::meter
