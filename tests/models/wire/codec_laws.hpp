#pragma once
// What holds of every codec of blocks, whatever they hold.
#include "tests/models/wire/random_block.hpp"

#include <cstddef>
#include <vector>

namespace gridtwin::wire {

template <typename Block, typename Decode>
void expect_round_trip(std::vector<Block> const& blocks, Decode decode) {
    std::vector<std::byte> octets;
    for (auto const& block : blocks) {
        encode(block, octets);
    }
    auto const decoded = decode(octets);
    ASSERT_TRUE(decoded.ok()) << decoded.problem;
    EXPECT_EQ(decoded.blocks, blocks);
}

/// What is accepted is what its own encoding says.
template <typename Decode>
void expect_canonical_of(std::vector<std::byte> const& octets, Decode decode) {
    auto const decoded = decode(octets);
    if (!decoded.ok()) {
        return;
    }
    std::vector<std::byte> again;
    for (auto const& block : decoded.blocks) {
        encode(block, again);
    }
    ASSERT_EQ(again, octets);
}

/// Of exactly their size, so that a sanitizer sees any overrun; small values often, so that counts
/// are believable and rows are reached.
inline std::vector<std::byte> random_octets(TestDraws& draws) {
    std::vector<std::byte> octets(draws.below(64));
    for (std::byte& octet : octets) {
        octet = static_cast<std::byte>(draws.below(2) == 0 ? draws.below(8) : draws.bits());
    }
    return octets;
}

/// Some octets changed, and the end cut off.
inline void spoil(TestDraws& draws, std::vector<std::byte>& octets) {
    for (std::uint64_t left = 1 + draws.below(4); left > 0; --left) {
        octets[draws.below(octets.size())] = static_cast<std::byte>(draws.bits());
    }
    octets.resize(octets.size() - draws.below(octets.size()));
    octets.shrink_to_fit();
}

} // namespace gridtwin::wire
