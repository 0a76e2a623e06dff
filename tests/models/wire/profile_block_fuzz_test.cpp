#include "models/wire/profile_block.hpp"
#include "tests/models/wire/random_block.hpp"

namespace gridtwin::wire {
namespace {

/// Whatever was accepted must be what its own encoding says: the code is canonical.
void expect_canonical(std::span<std::byte const> octets) {
    DecodedBlocks const decoded = decode(octets);
    if (!decoded.ok()) {
        return;
    }
    std::vector<std::byte> again;
    for (ProfileBlock const& block : decoded.blocks) {
        encode(block, again);
    }
    ASSERT_TRUE(std::equal(again.begin(), again.end(), octets.begin(), octets.end()));
}

TEST(ProfileBlockFuzzTest, RandomOctetsNeverHarm) {
    TestDraws draws(10);
    for (int round = 0; round < 100'000; ++round) {
        std::vector<std::byte> octets(draws.below(64)); // exact size: a sanitizer sees any overrun
        for (std::byte& octet : octets) {
            // small values often, so that counts are believable and rows are reached
            octet = static_cast<std::byte>(draws.below(2) == 0 ? draws.below(8) : draws.bits());
        }
        expect_canonical(octets);
    }
}

TEST(ProfileBlockFuzzTest, SpoiltBlocksNeverHarm) {
    TestDraws draws(11);
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> octets;
        encode(random_block(draws), octets);
        encode(random_block(draws), octets);
        for (std::uint64_t spoil = 1 + draws.below(4); spoil > 0; --spoil) {
            octets[draws.below(octets.size())] = static_cast<std::byte>(draws.bits());
        }
        octets.resize(octets.size() - draws.below(octets.size()));
        octets.shrink_to_fit();
        expect_canonical(octets);
    }
}

} // namespace
} // namespace gridtwin::wire
