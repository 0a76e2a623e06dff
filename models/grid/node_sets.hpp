#pragma once
// Which nodes hang together: disjoint sets over nodes.
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace gridtwin::grid {

class NodeSets {
  public:
    explicit NodeSets(std::size_t nodes) : parent_(nodes) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }
    [[nodiscard]] std::size_t find(std::size_t node) {
        while (parent_[node] != node) {
            parent_[node] = parent_[parent_[node]];
            node = parent_[node];
        }
        return node;
    }
    void join(std::size_t a, std::size_t b) {
        a = find(a);
        b = find(b);
        parent_[a < b ? b : a] = a < b ? a : b; // the least node stands for the set
    }

    /// Terminals: ground (-1) joins nothing.
    void join(std::int32_t a, std::int32_t b) {
        if (a >= 0 && b >= 0) {
            join(static_cast<std::size_t>(a), static_cast<std::size_t>(b));
        }
    }
    /// All of an element's terminals. @return the first that is not ground; -1: all are
    std::int32_t join_all(std::span<std::int32_t const> ends) {
        std::int32_t first = -1;
        for (std::int32_t const end : ends) {
            join(first, end);
            first = first < 0 ? end : first;
        }
        return first;
    }

  private:
    std::vector<std::size_t> parent_;
};

} // namespace gridtwin::grid
