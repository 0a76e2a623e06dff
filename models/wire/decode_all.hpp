#pragma once
// Blocks that follow each other, up to the first fault.
#include "models/wire/decoded.hpp"
#include "models/wire/varint.hpp"

#include <cstddef>
#include <span>
#include <utility>

namespace gridtwin::wire {

/// @param read(Reader&) a block
template <typename Block, typename Read>
[[nodiscard]] Decoded<Block> decode_all(std::span<std::byte const> octets, Read read) {
    Decoded<Block> decoded;
    Reader reader(octets);
    while (!reader.at_end()) {
        Block block = read(reader);
        if (!reader.ok()) {
            decoded.problem = reader.problem();
            break;
        }
        decoded.blocks.push_back(std::move(block));
    }
    return decoded;
}

} // namespace gridtwin::wire
