#include "models/wire/profile_block.hpp"
#include "tests/models/wire/codec_laws.hpp"

namespace gridtwin::wire {
namespace {

void expect_canonical(std::vector<std::byte> const& octets) {
    expect_canonical_of(octets, [](auto const& coded) { return decode(coded); });
}

TEST(ProfileBlockFuzzTest, RandomOctetsNeverHarm) {
    TestDraws draws(10);
    for (int round = 0; round < 100'000; ++round) {
        expect_canonical(random_octets(draws));
    }
}

TEST(ProfileBlockFuzzTest, SpoiltBlocksNeverHarm) {
    TestDraws draws(11);
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> octets;
        encode(random_block(draws), octets);
        encode(random_block(draws), octets);
        spoil(draws, octets);
        expect_canonical(octets);
    }
}

} // namespace
} // namespace gridtwin::wire
