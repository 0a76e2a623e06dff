#include "models/grid/elimination.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace gridtwin::grid {
namespace {

using Neighbours = std::vector<std::uint32_t>;

void insert_sorted(Neighbours& list, std::uint32_t value) {
    auto const at = std::lower_bound(list.begin(), list.end(), value);
    if (at == list.end() || *at != value) {
        list.insert(at, value);
    }
}

void erase_sorted(Neighbours& list, std::uint32_t value) {
    auto const at = std::lower_bound(list.begin(), list.end(), value);
    if (at != list.end() && *at == value) {
        list.erase(at);
    }
}

/// Steps from the nearest source; the greatest number where there is none.
std::vector<std::uint32_t> depths(NetworkGraph const& g) {
    std::vector<std::uint32_t> depth(g.adj.size(), std::numeric_limits<std::uint32_t>::max());
    std::deque<std::uint32_t> reached;
    for (std::uint32_t b = 0; b < g.adj.size(); ++b) {
        if (g.source[b] != 0) {
            depth[b] = 0;
            reached.push_back(b);
        }
    }
    while (!reached.empty()) {
        std::uint32_t const b = reached.front();
        reached.pop_front();
        for (std::uint32_t const n : g.adj[b]) {
            if (depth[n] > depth[b] + 1) {
                depth[n] = depth[b] + 1;
                reached.push_back(n);
            }
        }
    }
    return depth;
}

/// Plans on buses first: a step is a bus and its neighbours when its turn comes.
class Planner {
  public:
    explicit Planner(NetworkGraph const& g)
        : graph_(g), adj_(g.adj), depth_(depths(g)), gone_(g.adj.size(), 0),
          active_(g.adj.size(), 0), first_(g.adj.size() + 1, 0) {
        for (std::size_t node = 0; node < g.bus.size(); ++node) {
            ++first_[g.bus[node] + 1];
            active_[g.bus[node]] |= g.active[node];
        }
        std::partial_sum(first_.begin(), first_.end(), first_.begin());
    }

    Elimination plan() {
        remove_passive(false);
        out_.interior = out_.blocks.size();
        remove_passive(true);
        split_leaves();
        out_.passive = out_.blocks.size();
        order_rest();
        finish();
        return std::move(out_);
    }

  private:
    void eliminate(std::uint32_t bus) {
        gone_[bus] = 1;
        Neighbours const& around = adj_[bus];
        for (std::uint32_t const a : around) {
            erase_sorted(adj_[a], bus);
            for (std::uint32_t const b : around) {
                if (a != b) {
                    insert_sorted(adj_[a], b);
                }
            }
        }
    }

    /// A block of those nodes of `bus` whose activity is as asked; `both`: all of them.
    void add_block(std::uint32_t bus, bool both, std::uint8_t active) {
        Block block;
        block.first_node = static_cast<std::uint32_t>(out_.nodes.size());
        for (std::size_t node = first_[bus]; node < first_[bus + 1]; ++node) {
            if (both || (graph_.active[node] != 0) == (active != 0)) {
                out_.nodes.push_back(static_cast<std::uint32_t>(node));
            }
        }
        block.nodes = static_cast<std::uint32_t>(out_.nodes.size()) - block.first_node;
        out_.blocks.push_back(block);
        later_buses_.push_back(adj_[bus]);
        own_bus_.push_back(bus);
    }

    void remove_passive(bool joints) {
        std::deque<std::uint32_t> ready;
        auto const consider = [&](std::uint32_t bus) {
            bool const turn = joints || graph_.joint.empty() || graph_.joint[bus] == 0;
            if (turn && gone_[bus] == 0 && active_[bus] == 0 && adj_[bus].size() <= 2) {
                ready.push_back(bus);
            }
        };
        for (std::uint32_t bus = 0; bus < adj_.size(); ++bus) {
            consider(bus);
        }
        while (!ready.empty()) {
            std::uint32_t const bus = ready.front();
            ready.pop_front();
            if (gone_[bus] != 0 || adj_[bus].size() > 2) {
                continue;
            }
            add_block(bus, true, 0);
            eliminate(bus);
            for (std::uint32_t const n : adj_[bus]) {
                consider(n);
            }
        }
    }

    /// A leaf's phases without load need no iteration either.
    void split_leaves() {
        split_.assign(adj_.size(), 0);
        std::vector<std::uint8_t> held(adj_.size(), 0);
        for (std::uint32_t bus = 0; bus < adj_.size(); ++bus) {
            if (gone_[bus] != 0 || active_[bus] == 0 || adj_[bus].size() > 1 || held[bus] != 0 ||
                (!adj_[bus].empty() && split_[adj_[bus].front()] != 0)) {
                continue;
            }
            bool const mixed =
                std::any_of(graph_.active.begin() + static_cast<std::ptrdiff_t>(first_[bus]),
                            graph_.active.begin() + static_cast<std::ptrdiff_t>(first_[bus + 1]),
                            [](std::uint8_t active) { return active == 0; });
            if (!mixed) {
                continue;
            }
            add_block(bus, false, 0);
            split_[bus] = 1;
            for (std::uint32_t const n : adj_[bus]) {
                held[n] = 1;
            }
        }
    }

    void order_rest() {
        using Key = std::tuple<std::size_t, std::uint32_t, std::uint32_t>;
        auto const key = [&](std::uint32_t bus) {
            return Key(adj_[bus].size(), ~depth_[bus], bus); // the deepest of equal degree first
        };
        std::set<Key> queue;
        for (std::uint32_t bus = 0; bus < adj_.size(); ++bus) {
            if (gone_[bus] == 0) {
                queue.insert(key(bus));
            }
        }
        while (!queue.empty()) {
            std::uint32_t const bus = std::get<2>(*queue.begin());
            queue.erase(queue.begin());
            for (std::uint32_t const n : adj_[bus]) {
                queue.erase(key(n));
            }
            add_block(bus, split_[bus] == 0, 1);
            eliminate(bus);
            for (std::uint32_t const n : adj_[bus]) {
                queue.insert(key(n));
            }
        }
    }

    void finish() {
        constexpr auto kNowhere = std::numeric_limits<std::uint32_t>::max();
        std::vector<std::vector<std::uint32_t>> blocks_of(adj_.size()); // one, or two when split
        for (std::uint32_t b = 0; b < out_.blocks.size(); ++b) {
            blocks_of[own_bus_[b]].push_back(b);
        }
        out_.block_of.assign(graph_.bus.size(), kNowhere);
        out_.place_of.assign(graph_.bus.size(), 0);
        std::vector<std::uint32_t> count(out_.blocks.size() + 1, 0);
        for (std::uint32_t b = 0; b < out_.blocks.size(); ++b) {
            Block& block = out_.blocks[b];
            block.first_later = static_cast<std::uint32_t>(out_.later.size());
            Neighbours later;
            auto const add_later = [&](std::uint32_t bus) {
                for (std::uint32_t const other : blocks_of[bus]) {
                    if (other > b) {
                        later.push_back(other);
                    }
                }
            };
            add_later(own_bus_[b]); // after a leaf's passive part, its active one
            for (std::uint32_t const n : later_buses_[b]) {
                add_later(n);
            }
            std::sort(later.begin(), later.end());
            out_.later.insert(out_.later.end(), later.begin(), later.end());
            block.laters = static_cast<std::uint32_t>(later.size());
            for (std::uint32_t const l : later) {
                ++count[l + 1];
            }
            for (std::uint32_t k = 0; k < block.nodes; ++k) {
                std::uint32_t const node = out_.nodes[block.first_node + k];
                out_.block_of[node] = b;
                out_.place_of[node] = k;
            }
        }
        std::partial_sum(count.begin(), count.end(), count.begin());
        out_.first_child = count;
        out_.children.resize(out_.later.size());
        for (std::uint32_t b = 0; b < out_.blocks.size(); ++b) {
            for (std::uint32_t const l : out_.laters(b)) {
                out_.children[count[l]++] = b;
            }
        }
    }

    NetworkGraph const& graph_;
    std::vector<Neighbours> adj_;
    std::vector<std::uint32_t> depth_;
    std::vector<std::uint8_t> gone_;
    std::vector<std::uint8_t> active_; // [bus]
    std::vector<std::uint32_t> first_; // [bus + 1] nodes
    std::vector<std::uint8_t> split_;
    std::vector<Neighbours> later_buses_; // [block]
    std::vector<std::uint32_t> own_bus_;  // [block]
    Elimination out_;
};

} // namespace

Elimination plan_elimination(NetworkGraph const& graph) {
    return Planner(graph).plan();
}

} // namespace gridtwin::grid
