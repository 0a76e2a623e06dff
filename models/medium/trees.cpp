#include "models/medium/trees.hpp"

#include <fmt/format.h>

namespace gridtwin::medium {

std::string Trees::misuse(std::uint16_t node, std::uint16_t root, std::size_t nodes,
                          std::string_view noun) const {
    if (node < roots_) {
        return fmt::format("{0} {1} is a root: it belongs to no other {0}'s tree", noun, node);
    }
    if (node >= nodes) {
        return fmt::format("{} {} of {} changes its tree", noun, node, nodes);
    }
    if (root >= roots_ && root != kNoNode) {
        return fmt::format("{} {} goes to the tree of root {} of {}", noun, node, root, roots_);
    }
    return {};
}

bool Trees::set(std::uint16_t node, std::uint16_t root, std::size_t nodes) {
    if (this->root(node) == root) {
        return false;
    }
    root_of_.resize(nodes, 0);
    root_of_[node] = root;
    return true;
}

} // namespace gridtwin::medium
