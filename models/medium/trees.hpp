#pragma once
// Several concentrators on one medium: which of them each node belongs to.
#include "models/medium/route.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::medium {

/// The root of a node's tree, a root being its own; kNoNode: it is in none.
/// @param of [node], roots' own rows without a meaning; empty: all of root 0
[[nodiscard]] inline std::uint16_t tree_root(std::uint16_t roots, std::span<std::uint16_t const> of,
                                             std::size_t node) {
    if (node < roots) {
        return static_cast<std::uint16_t>(node);
    }
    return of.empty() ? std::uint16_t{0} : of[node];
}

/// Nodes 0..roots-1 of a medium are concentrators; at first every other node belongs to root 0.
class Trees {
  public:
    explicit Trees(std::uint16_t roots) : roots_(roots) {}

    [[nodiscard]] std::uint16_t roots() const { return roots_; }
    [[nodiscard]] std::uint16_t root(std::size_t node) const {
        return tree_root(roots_, root_of_, node);
    }
    /// [node], as tree_root takes it: empty until something was set.
    [[nodiscard]] std::span<std::uint16_t const> root_of() const { return root_of_; }

    /// What is wrong with set() on a medium of so many nodes; empty: nothing.
    /// @param noun "node", as the medium calls it
    [[nodiscard]] std::string misuse(std::uint16_t node, std::uint16_t root, std::size_t nodes,
                                     std::string_view noun) const;
    /// @return whether the node changed its tree
    bool set(std::uint16_t node, std::uint16_t root, std::size_t nodes);

    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const { return root_of_.capacity() * 2; }

  private:
    std::uint16_t roots_;
    std::vector<std::uint16_t> root_of_; ///< empty: all of root 0
};

} // namespace gridtwin::medium
