#pragma once
// Which nodes hang together: disjoint sets over nodes.
#include <cstddef>
#include <numeric>
#include <vector>

namespace gridtwin::study {

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

  private:
    std::vector<std::size_t> parent_;
};

} // namespace gridtwin::study
