#pragma once
// Where the way to node 0 breaks for whoever has none.
#include "models/medium/route.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace gridtwin::medium {

/// The link at which a node's best chain to node 0 breaks.
struct WeakestLink {
    std::uint16_t from = kNoNode; ///< of its two ends the one further from node 0
    std::uint16_t to = kNoNode;
    double lacking_db = 0.0; ///< 0: every link holds, and only the number of hops can be too great
};

/// The least number of dB more signal in both directions that makes a link, to 0.01 dB; 0 when it
/// is one. Infinite when `most_db` are not enough.
/// @param is_link (more_db), once true, true for all greater
template <typename IsLink>
double least_more_db(IsLink is_link, double most_db) {
    if (is_link(0.0) || !is_link(most_db)) {
        return is_link(0.0) ? 0.0 : std::numeric_limits<double>::infinity();
    }
    double no = 0.0;
    double yes = most_db;
    while (yes - no > 0.005) {
        double const middle = 0.5 * (no + yes);
        (is_link(middle) ? yes : no) = middle;
    }
    return yes;
}

/// [node] The chain whose weakest link lacks least (a tree grown from node 0, always by the node
/// that lacks least): what would have to be mended for that node to be on a path.
/// Cost: nodes^2 comparisons and as many lacking_db.
/// @param lacking_db (a, b) of that link
template <typename Lacking>
std::vector<WeakestLink> weakest_links(std::size_t nodes, Lacking lacking_db) {
    std::vector<WeakestLink> weakest(
        nodes,
        {.from = kNoNode, .to = kNoNode, .lacking_db = std::numeric_limits<double>::infinity()});
    std::vector<std::size_t> open;
    for (std::size_t m = 1; m < nodes; ++m) {
        open.push_back(m);
    }
    for (std::size_t via = 0; !open.empty();) {
        auto const so_far = via == 0 ? WeakestLink{} : weakest[via];
        auto next = open.begin();
        for (auto it = open.begin(); it != open.end(); ++it) {
            auto& known = weakest[*it];
            if (so_far.lacking_db < known.lacking_db) {
                double const db = lacking_db(*it, via);
                if (std::max(db, so_far.lacking_db) < known.lacking_db) {
                    known = db > so_far.lacking_db || so_far.from == kNoNode
                                ? WeakestLink{.from = static_cast<std::uint16_t>(*it),
                                              .to = static_cast<std::uint16_t>(via),
                                              .lacking_db = db}
                                : so_far;
                }
            }
            next = known.lacking_db < weakest[*next].lacking_db ? it : next;
        }
        via = *next;
        open.erase(next);
    }
    weakest.front() = {};
    return weakest;
}

} // namespace gridtwin::medium
