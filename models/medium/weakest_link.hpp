#pragma once
// Where the way to its root breaks for whoever has none.
#include "models/medium/route.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace gridtwin::medium {

/// The link at which a node's best chain to its root breaks.
struct WeakestLink {
    std::uint16_t from = kNoNode; ///< of its two ends the one further from the root
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

/// [node] The chain whose weakest link lacks least (trees grown from the roots, always by the node
/// that lacks least): what would have to be mended for that node to be on a path.
/// Cost: nodes^2 comparisons and as many lacking_db.
/// @param lacking_db (a, b) of that link
/// @param roots nodes below are roots
/// @param root_of [node] whose tree it is in: no chain leads from one to another; empty: all of
/// root 0
template <typename Lacking>
std::vector<WeakestLink> weakest_links(std::size_t nodes, Lacking lacking_db,
                                       std::uint16_t roots = 1,
                                       std::span<std::uint16_t const> root_of = {}) {
    std::vector<WeakestLink> weakest(
        nodes,
        {.from = kNoNode, .to = kNoNode, .lacking_db = std::numeric_limits<double>::infinity()});
    std::vector<std::size_t> open;
    for (std::size_t m = roots; m < nodes; ++m) {
        open.push_back(m);
    }
    for (std::size_t via = 0; !open.empty();) {
        auto const so_far = via < roots ? WeakestLink{} : weakest[via];
        auto next = open.begin();
        for (auto it = open.begin(); it != open.end(); ++it) {
            auto& known = weakest[*it];
            bool const in_tree = root_of.empty() || root_of[*it] == root_of[via];
            if (in_tree && so_far.lacking_db < known.lacking_db) {
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
        if (via + 1 < roots) {
            ++via;
            continue;
        }
        via = *next;
        open.erase(next);
    }
    std::fill_n(weakest.begin(), std::min<std::size_t>(roots, nodes), WeakestLink{});
    return weakest;
}

} // namespace gridtwin::medium
