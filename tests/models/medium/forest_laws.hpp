#pragma once
// What holds of several concentrators on any shared medium.
#include "models/medium/trees.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/random.hpp"
#include "tests/models/medium/medium_fixtures.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace gridtwin::medium::testing {

/// A root for each of the nodes at random, or none.
inline std::vector<std::uint16_t> random_trees(std::size_t nodes, std::uint16_t roots, Seed seed) {
    EntityKey const key(EntityKind::world, 9);
    std::vector<std::uint16_t> root_of;
    for (std::size_t node = 0; node < nodes; ++node) {
        auto const drawn =
            static_cast<std::uint16_t>((roots + 0.3) * draw01(seed, key, Purpose::test, node));
        root_of.push_back(drawn < roots ? drawn : kNoNode);
    }
    return root_of;
}

/// [node] Cost of the cheapest of all ways to its root over nodes of its tree, each way tried.
/// @param in with roots, root_of, powered
/// @param link_etx (a, b)
template <typename RouteInput, typename LinkEtx>
std::vector<double> least_costs(RouteInput const& in, std::size_t nodes, LinkEtx link_etx) {
    constexpr double kFar = std::numeric_limits<double>::infinity();
    std::vector<double> best(nodes, kFar);
    auto const root = [&](std::size_t node) { return tree_root(in.roots, in.root_of, node); };
    std::vector<std::size_t> way;
    auto const go_on = [&](auto const& self, double cost) -> void {
        std::size_t const at = way.back();
        best[at] = std::min(best[at], cost);
        if (at >= in.roots && in.powered[at] == 0) {
            return;
        }
        for (std::size_t to = 0; to < nodes; ++to) {
            if (root(to) == root(at) && std::find(way.begin(), way.end(), to) == way.end()) {
                if (double const etx = link_etx(at, to); etx < kFar) {
                    way.push_back(to);
                    self(self, cost + etx);
                    way.pop_back();
                }
            }
        }
    };
    for (std::size_t r = 0; r < in.roots; ++r) {
        way = {r};
        go_on(go_on, 0.0);
    }
    return best;
}

/// Every way ends at the node's own root, over powered nodes of its tree only, hop by hop a link.
template <typename RouteInput, typename LinkEtx>
void expect_ways_in_their_trees(RouteInput const& in, std::vector<RouteEntry> const& routes,
                                std::size_t max_hops, LinkEtx link_etx) {
    for (std::size_t node = 0; node < routes.size(); ++node) {
        std::uint16_t const root = tree_root(in.roots, in.root_of, node);
        auto const way = way_to_root(routes, node, in.roots);
        if (node < in.roots || way.empty()) {
            EXPECT_EQ(routes[node], RouteEntry{}) << "node " << node;
            continue;
        }
        EXPECT_EQ(way.back(), root) << "node " << node;
        EXPECT_EQ(way.size(), routes[node].hops + 1U) << "node " << node;
        EXPECT_LE(way.size(), max_hops + 1) << "node " << node;
        double etx = 0.0;
        for (std::size_t k = 1; k < way.size(); ++k) {
            EXPECT_EQ(tree_root(in.roots, in.root_of, way[k]), root) << "node " << node;
            EXPECT_TRUE(way[k] < in.roots || in.powered[way[k]] != 0) << "node " << node;
            etx += link_etx(way[k], way[k - 1]);
        }
        EXPECT_NEAR(static_cast<double>(routes[node].etx), etx, 1e-5 * etx) << "node " << node;
    }
}

/// Every tree is what it is when the nodes of all others are in none.
/// @param find_routes (in) from scratch
template <typename RouteInput, typename FindRoutes>
void expect_trees_to_be_those_of_each_alone(RouteInput in, FindRoutes find_routes) {
    auto const routes = find_routes(in);
    std::vector<std::uint16_t> const root_of(in.root_of.begin(), in.root_of.end());
    std::size_t reached = 0;
    for (std::uint16_t root = 0; root < in.roots; ++root) {
        auto alone = root_of;
        std::replace_if(
            alone.begin(), alone.end(), [root](std::uint16_t r) { return r != root; }, kNoNode);
        in.root_of = alone;
        auto const tree = find_routes(in);
        for (std::size_t node = in.roots; node < routes.size(); ++node) {
            EXPECT_EQ(tree[node], root_of[node] == root ? routes[node] : RouteEntry{});
            reached += tree[node].parent != kNoNode ? 1 : 0;
        }
    }
    EXPECT_GT(reached, routes.size() / 3) << "and the world was worth it";
}

template <typename Medium>
std::string error_of_root(Medium& medium, std::uint16_t node, std::uint16_t root) {
    try {
        medium.set_root(node, root);
    } catch (SimulationError const& error) {
        return error.what();
    }
    return {};
}

/// Six nodes, two of them roots.
/// @param name of the medium, and the time
template <typename Medium>
void expect_misuse_of_roots_to_be_refused(Medium medium, std::string const& name,
                                          std::string const& noun) {
    EXPECT_EQ(medium.roots(), 2);
    EXPECT_EQ(error_of_root(medium, 0, 1),
              name + noun + " 0 is a root: it belongs to no other " + noun + "'s tree");
    EXPECT_EQ(error_of_root(medium, 6, 1), name + noun + " 6 of 6 changes its tree");
    EXPECT_EQ(error_of_root(medium, 5, 2), name + noun + " 5 goes to the tree of root 2 of 2");
    EXPECT_EQ(error_of_root(medium, 5, 1), "");
    EXPECT_EQ(error_of_root(medium, 5, kNoNode), "");
    EXPECT_EQ(medium.root(5), kNoNode);
    EXPECT_EQ(medium.root(4), 0);
    EXPECT_EQ(medium.root(1), 1);
    EXPECT_THROW((void)medium.link_etx(3, 3), SimulationError);
    EXPECT_THROW((void)medium.link_etx(3, 6), SimulationError);
    EXPECT_EQ(medium.link_etx(3, 2), medium.link_etx(2, 3));
}

/// In a row 0, 2, 3, 4, 5, 1, each hearing its neighbours only; 0 and 1 are roots.
template <typename Medium>
void expect_moved_nodes_to_be_reached_over_the_new_tree(Medium medium) {
    ASSERT_EQ(medium.size(), 6U);
    RecordingSink sink;
    double t_s = 0.0;
    auto const hops = [&](std::uint16_t from, std::uint16_t to, bool direct = false) {
        std::size_t const before = sink.outcomes.size();
        medium.send({.from = from, .to = to, .octets = 20, .direct = direct}, at_s(t_s += 100.0));
        medium.run_until(at_s(t_s + 99.0), sink);
        EXPECT_EQ(sink.outcomes.size(), before + 1);
        auto const& last = sink.outcomes.back();
        EXPECT_TRUE(last.reason == LossReason::none || last.reason == LossReason::no_route);
        EXPECT_EQ(last.hops == 0, last.reason == LossReason::no_route);
        return int{last.hops};
    };
    // at first all belong to root 0
    for (std::uint16_t node = 2; node < 6; ++node) {
        EXPECT_EQ(hops(0, node), node - 1);
        EXPECT_EQ(hops(1, node), 0);
    }
    EXPECT_EQ(hops(0, 1), 0) << "roots have no way to each other";
    EXPECT_EQ(hops(1, 0), 0);
    // when two go over, the first of them without a link to its root
    medium.set_root(4, 1);
    EXPECT_EQ(hops(1, 4), 0);
    EXPECT_EQ(hops(0, 5), 0) << "nobody leads past a gap";
    medium.set_root(5, 1);
    EXPECT_EQ(hops(1, 5), 1);
    EXPECT_EQ(hops(1, 4), 2);
    EXPECT_EQ(hops(4, 1), 2);
    EXPECT_EQ(hops(0, 3), 2);
    EXPECT_EQ(hops(0, 4), 0);
    EXPECT_EQ(hops(5, 4), 1);
    // then neighbours of two trees hear each other, but have no way
    EXPECT_EQ(hops(3, 4), 0);
    EXPECT_EQ(hops(3, 4, true), 1);
    EXPECT_TRUE(std::isfinite(medium.link_etx(3, 4)));
    EXPECT_TRUE(std::isinf(medium.link_etx(2, 4)));
    // and what is on its way when a node goes over keeps its way
    medium.send({.from = 0, .to = 3, .octets = 20}, at_s(t_s += 100.0));
    medium.run_until(at_s(t_s) + SimDuration{1}, sink);
    medium.set_root(2, kNoNode);
    medium.set_root(3, 1);
    medium.run_until(at_s(t_s + 99.0), sink);
    EXPECT_EQ(sink.outcomes.back().reason, LossReason::none);
    EXPECT_EQ(hops(1, 3), 3);
    EXPECT_EQ(hops(0, 2), 0);
    expect_books_close(medium);
}

/// In a row 0, 2, 3, 4, 5, 1 as above: whoever leads nobody goes over alone, until route_refresh_s
/// has passed.
template <typename Medium>
void expect_moved_leaves_to_be_hung_onto_the_standing_tree(Medium medium, double route_refresh_s) {
    ASSERT_EQ(medium.size(), 6U);
    RecordingSink sink;
    double t_s = 0.0;
    auto const hops = [&](std::uint16_t from, std::uint16_t to) {
        medium.send({.from = from, .to = to, .octets = 20}, at_s(t_s += 2.0));
        medium.run_until(at_s(t_s + 1.9), sink);
        return int{sink.outcomes.back().hops};
    };
    EXPECT_EQ(hops(0, 2), 1);
    medium.update_routes(at_s(t_s += 2.0));
    auto const updates = medium.counters().route_updates;
    // when those at the end of the row go over, one after another
    for (std::uint16_t node = 5; node > 2; --node) {
        medium.set_root(node, kNoNode);
        EXPECT_EQ(medium.routes()[node], RouteEntry{});
        EXPECT_EQ(hops(0, node), 0);
        medium.set_root(node, 1);
        EXPECT_EQ(medium.routes()[node].parent, node == 5 ? 1 : node + 1);
        EXPECT_EQ(hops(1, node), 6 - node);
    }
    // then that is all that was worked out
    EXPECT_EQ(hops(0, 2), 1);
    EXPECT_EQ(medium.counters().route_updates, updates);
    std::vector<RouteEntry> const hung(medium.routes().begin(), medium.routes().end());
    t_s += route_refresh_s;
    EXPECT_EQ(hops(1, 3), 3);
    EXPECT_EQ(medium.counters().route_updates, updates + 1);
    for (std::size_t node = 0; node < hung.size(); ++node) {
        EXPECT_EQ(medium.routes()[node], hung[node]) << "node " << node;
    }
    // and where others hang on it, or wait for it, all is worked out at once
    medium.set_root(5, kNoNode);
    EXPECT_EQ(hops(1, 3), 0);
    EXPECT_EQ(medium.counters().route_updates, updates + 2);
    medium.set_root(5, 1);
    EXPECT_EQ(hops(1, 3), 3);
    EXPECT_EQ(medium.counters().route_updates, updates + 3);
    expect_books_close(medium);
}

/// In a row 0, 2, 3, 4, 5, 1 as above: 4 and 5 are of root 1, 3 of root 0.
template <typename Medium>
void expect_nodes_of_other_trees_to_be_reached_to_join(Medium medium) {
    ASSERT_EQ(medium.size(), 6U);
    for (std::uint16_t node = 4; node < 6; ++node) {
        medium.set_root(node, 1);
    }
    RecordingSink sink;
    double t_s = 0.0;
    auto const hops = [&](std::uint16_t from, std::uint16_t to, bool joining = true) {
        medium.send({.from = from, .to = to, .octets = 20, .joining = joining}, at_s(t_s += 100.0));
        medium.run_until(at_s(t_s + 99.0), sink);
        return int{sink.outcomes.back().hops};
    };
    // one hop past the tree's end, there and back, and no further
    EXPECT_EQ(hops(1, 3), 3);
    EXPECT_EQ(hops(3, 1), 3);
    EXPECT_EQ(sink.outcomes.back().reason, LossReason::none);
    EXPECT_EQ(hops(1, 3, false), 0);
    EXPECT_EQ(hops(1, 2), 0);
    EXPECT_EQ(hops(0, 4), 3);
    EXPECT_EQ(hops(4, 0), 3);
    EXPECT_EQ(hops(0, 5), 0);
    // all the while it is where it was, and over its own route there
    EXPECT_EQ(medium.root(3), 0);
    EXPECT_EQ(hops(0, 3, false), 2);
    EXPECT_EQ(hops(0, 3), 2);
    EXPECT_EQ(hops(5, 4), 1);
    EXPECT_EQ(hops(3, 4), 0) << "only roots are joined";
    EXPECT_EQ(hops(0, 1), 0);
    // not over who does not forward
    medium.set_powered(4, false, at_s(t_s + 99.0));
    EXPECT_EQ(hops(1, 3), 0);
    medium.set_root(2, kNoNode);
    EXPECT_EQ(hops(0, 2), 1) << "nor only from another's";
    expect_books_close(medium);
}

/// Of whose tree those were from whom a broadcast was heard.
template <typename Medium>
class Spread final : public Sink {
  public:
    std::size_t heard = 0;

    Spread(Medium const& of, std::uint16_t tree) : medium_(of), tree_(tree) {}

    void on_broadcast(Datagram const& datagram, std::uint16_t /*node*/, SimTime /*at*/) override {
        ++heard;
        EXPECT_EQ(medium_.root(datagram.from), tree_) << "from node " << datagram.from;
    }
    void on_delivered(Datagram const& /*datagram*/, SimTime /*at*/, std::uint8_t /*tries*/,
                      std::uint8_t /*hops*/) override {}
    void on_lost(Datagram const& /*datagram*/, LossReason reason, SimTime /*at*/,
                 std::uint8_t /*tries*/, std::uint8_t /*hops*/) override {
        ADD_FAILURE() << name(reason);
    }

  private:
    Medium const& medium_;
    std::uint16_t tree_;
};

/// Two rows side by side, of root 0 the even and of root 1 the odd nodes, each hearing who is
/// beside it and both in front and behind.
template <typename Medium>
void expect_broadcasts_to_spread_in_their_tree_only(Medium medium) {
    std::size_t const n = medium.size();
    for (std::size_t node = 3; node < n; node += 2) {
        medium.set_root(static_cast<std::uint16_t>(node), 1);
    }
    double t_s = 0.0;
    for (std::uint16_t root = 0; root < 2; ++root) {
        auto const before = medium.frames().sent;
        Spread<Medium> sink(medium, root);
        medium.send({.handle = root, .from = root, .to = kEverybody, .octets = 20, .spread = true},
                    at_s(t_s += 100.0));
        medium.run_until(at_s(t_s + 99.0), sink);
        EXPECT_EQ(sink.heard, n - 1) << "everybody hears it once, of whichever tree";
        EXPECT_EQ(medium.frames().sent - before, n / 2 - 1) << "all of its row but the last";
    }
    // and whoever repeats it has gone over since: it spreads where it began
    auto const before = medium.frames().sent;
    RecordingSink sink;
    medium.send({.handle = 3, .from = 0, .to = kEverybody, .octets = 20, .spread = true},
                at_s(t_s += 100.0));
    medium.run_until(medium.next_event() + SimDuration{1}, sink);
    while (sink.heard.empty()) {
        medium.run_until(medium.next_event() + SimDuration{1}, sink);
    }
    medium.set_root(2, 1); // holds it
    medium.update_routes(at_s(t_s));
    medium.run_until(at_s(t_s + 99.0), sink);
    EXPECT_EQ(sink.heard.size(), 5U) << "1, 2 and 3, then 4 and 5";
    EXPECT_EQ(medium.frames().sent - before, 2U) << "4 has lost its way, 5 is of the other tree";
    expect_books_close(medium);
}

} // namespace gridtwin::medium::testing
