#pragma once
// Voltages as planners compare them with limits: phase to ground; where nothing ties the network to
// ground, phase to the bus's own neutral point, or across the two conductors that a bus has.
#include "models/grid/feeder_solver.hpp"

#include <cstdint>
#include <vector>

namespace gridtwin::study {

/// A node whose |V| is to be held against limits: energised, phase 1 to 3.
[[nodiscard]] bool is_phase_node(grid::FeederSolver const& solver, std::size_t node);

/// Nodes 1, 2, 3 of a bus that has them, all energised.
struct ThreePhaseBus {
    std::uint32_t bus = 0;
    std::size_t node[3] = {0, 0, 0};
};
[[nodiscard]] std::vector<ThreePhaseBus> three_phase_buses(grid::FeederSolver const& solver);

/// A node of a floating bus that is measured to another one, over the rated voltage between them.
struct AcrossNodes {
    std::size_t node = 0;
    std::size_t to = 0; ///< the other phase, or the bus's neutral
    double rated_v = 0.0;
    bool to_neutral = false;
};

/// What of all this depends on switches only, not on voltages.
struct NodeFrame {
    std::vector<std::uint8_t> floating;   ///< [node] see floating_nodes
    std::vector<std::uint8_t> known_base; ///< [node] 0: in pu of its no-load voltage
    std::vector<ThreePhaseBus> three_phase;
    std::vector<AcrossNodes> across;     ///< at floating buses of fewer phases
    std::vector<std::size_t> unmeasured; ///< nodes there of which no rated voltage is known
};
[[nodiscard]] NodeFrame make_node_frame(grid::FeederSolver const& solver);

/// [node] |V| in pu of the node's line-to-neutral base. At a floating bus with three phases the
/// mean of the three is taken off first, so that a symmetrical system shows its line voltage; other
/// floating buses are measured across their conductors. NaN at `unmeasured` nodes.
[[nodiscard]] std::vector<double> phase_voltages_pu(grid::FeederSolver const& solver,
                                                    NodeFrame const& frame);

} // namespace gridtwin::study
