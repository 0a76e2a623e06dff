#pragma once
// In which order the buses of a network are eliminated, and which blocks that couples.
//
// Buses that draw nothing of their own and have at most two neighbours (sections of a line, spurs,
// the inside of a transformer's secondary) go first, and for good: what remains is the reduced
// network that a power flow iterates on. Of them, those inside lines of one kind go before the
// joints of such lines: their voltages then lie between the voltages at the lines' ends. The others
// follow by least degree, of equal degree the furthest from the sources first, so that radial
// networks fill in nothing.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::grid {

/// A network's nodes and couplings as the elimination needs them.
struct NetworkGraph {
    std::vector<std::uint32_t> bus;   ///< [node], ascending
    std::vector<std::uint8_t> active; ///< [node] its injection changes between solves
    std::vector<std::uint8_t> source; ///< [bus] depth counts from here
    std::vector<std::uint8_t> joint;  ///< [bus] lines of different kinds meet; may be empty
    std::vector<std::vector<std::uint32_t>> adj; ///< [bus] neighbours, sorted, without itself
};

/// Nodes eliminated together: those of a bus, or a leaf's passive and active ones apart.
struct Block {
    std::uint32_t first_node = 0; ///< in Elimination::nodes
    std::uint32_t nodes = 0;
    std::uint32_t first_later = 0; ///< in Elimination::later
    std::uint32_t laters = 0;
};

struct Elimination {
    std::vector<Block> blocks; ///< in order; the first `passive` ones are not iterated on
    std::size_t passive = 0;
    std::size_t interior = 0;            ///< of them, the first ones: inside lines of one kind
    std::vector<std::uint32_t> nodes;    ///< of all blocks, ascending within one
    std::vector<std::uint32_t> later;    ///< blocks coupled to, after the block itself; ascending
    std::vector<std::uint32_t> block_of; ///< [node]
    std::vector<std::uint32_t> place_of; ///< [node] position within its block
    std::vector<std::uint32_t> first_child; ///< [block + 1] in children
    std::vector<std::uint32_t> children; ///< earlier blocks that have this one among their laters

    [[nodiscard]] std::span<std::uint32_t const> laters(std::size_t block) const {
        return std::span(later).subspan(blocks[block].first_later, blocks[block].laters);
    }
    [[nodiscard]] std::span<std::uint32_t const> nodes_of(std::size_t block) const {
        return std::span(nodes).subspan(blocks[block].first_node, blocks[block].nodes);
    }
    [[nodiscard]] std::span<std::uint32_t const> children_of(std::size_t block) const {
        return std::span(children).subspan(first_child[block],
                                           first_child[block + 1] - first_child[block]);
    }
};

[[nodiscard]] Elimination plan_elimination(NetworkGraph const& graph);

} // namespace gridtwin::grid
