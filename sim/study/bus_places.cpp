#include "sim/study/bus_places.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <queue>

namespace gridtwin::study {
namespace {

using plot::Point;

// A usual distance between neighbours: the median of branches between places that are known.
double usual_step(BusGraph const& graph, BusPlaces const& places) {
    std::vector<double> lengths;
    for (auto const& b : graph.branches) {
        if (places.kind[b.bus1] == PlaceKind::none || places.kind[b.bus2] == PlaceKind::none) {
            continue;
        }
        double const d = std::hypot(places.at[b.bus1].x - places.at[b.bus2].x,
                                    places.at[b.bus1].y - places.at[b.bus2].y);
        if (d > 0.0) {
            lengths.push_back(d);
        }
    }
    if (!lengths.empty()) {
        auto const middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
        std::nth_element(lengths.begin(), middle, lengths.end());
        return *middle;
    }
    double extent = 0.0;
    Point const* first = nullptr;
    for (std::size_t bus = 0; bus < places.at.size(); ++bus) {
        if (places.kind[bus] != PlaceKind::none) {
            first = first == nullptr ? &places.at[bus] : first;
            extent = std::max(extent,
                              std::hypot(places.at[bus].x - first->x, places.at[bus].y - first->y));
        }
    }
    return extent > 0.0 ? 0.03 * extent : 1.0;
}

// Of eight directions, the one that keeps away most from the neighbours that are placed already.
Point free_side(BusGraph const& graph, BusPlaces const& places, std::uint32_t bus, double step) {
    Point best = places.at[bus];
    double greatest = -1.0;
    for (int k = 0; k < 8; ++k) {
        double const angle = std::numbers::pi / 4.0 * k - std::numbers::pi / 2.0;
        Point const p{places.at[bus].x + step * std::cos(angle),
                      places.at[bus].y + step * std::sin(angle)};
        double nearest = 10.0 * step;
        for (auto i = graph.first[bus]; i < graph.first[bus + 1]; ++i) {
            auto const other = graph.other(graph.at[i], bus);
            if (places.kind[other] != PlaceKind::none) {
                nearest = std::min(nearest,
                                   std::hypot(places.at[other].x - p.x, places.at[other].y - p.y));
            }
        }
        if (nearest > greatest * (1.0 + 1e-9)) {
            greatest = nearest;
            best = p;
        }
    }
    return best;
}

void place_beside(BusGraph const& graph, BusPlaces& places) {
    double const step = 0.6 * usual_step(graph, places);
    std::queue<std::uint32_t> open;
    for (std::uint32_t bus = 0; bus < graph.buses(); ++bus) {
        if (places.kind[bus] != PlaceKind::none) {
            open.push(bus);
        }
    }
    while (!open.empty()) {
        auto const bus = open.front();
        open.pop();
        for (auto k = graph.first[bus]; k < graph.first[bus + 1]; ++k) {
            auto const next = graph.other(graph.at[k], bus);
            if (places.kind[next] == PlaceKind::none) {
                places.at[next] = free_side(graph, places, bus, step);
                places.kind[next] = PlaceKind::beside_neighbour;
                open.push(next);
            }
        }
    }
}

// Depth to the right, rows downwards; the longest way down keeps its parent's row.
void place_tree(BusGraph const& graph, BusPlaces& places) {
    constexpr auto kRoot = UINT32_MAX;
    auto const n = static_cast<std::uint32_t>(graph.buses());
    std::vector<std::uint32_t> parent(n, kRoot);
    std::vector<std::uint32_t> order; // parents before children
    std::vector<std::uint8_t> seen(n, 0);
    std::vector<double> depth(n, 0.0);
    // Adds what the buses from the k-th on lead to.
    auto const spread = [&](std::size_t k, bool over_open) {
        for (; k < order.size(); ++k) {
            auto const bus = order[k];
            for (auto i = graph.first[bus]; i < graph.first[bus + 1]; ++i) {
                auto const next = graph.other(graph.at[i], bus);
                if ((over_open || graph.branches[graph.at[i]].closed) && seen[next] == 0) {
                    seen[next] = 1;
                    parent[next] = bus;
                    depth[next] = depth[bus] + 1.0;
                    order.push_back(next);
                }
            }
        }
    };
    auto const grow = [&](std::uint32_t root, bool over_open) {
        if (seen[root] == 0) {
            seen[root] = 1;
            order.push_back(root);
            spread(order.size() - 1, over_open);
        }
    };
    for (auto const bus : graph.sources) {
        grow(bus, false); // ways that carry current first
    }
    spread(0, true);
    for (std::uint32_t bus = 0; bus < n; ++bus) {
        grow(bus, true);
    }
    std::vector<double> reach(depth); // greatest depth below
    for (auto bus = order.rbegin(); bus != order.rend(); ++bus) {
        if (parent[*bus] != kRoot) {
            reach[parent[*bus]] = std::max(reach[parent[*bus]], reach[*bus]);
        }
    }
    std::vector<std::vector<std::uint32_t>> children(n);
    std::vector<std::uint32_t> stack;
    for (auto const bus : order) {
        if (parent[bus] != kRoot) {
            children[parent[bus]].push_back(bus);
        }
    }
    for (auto& c : children) {
        std::stable_sort(c.begin(), c.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return reach[a] > reach[b]; });
    }
    for (auto bus = order.rbegin(); bus != order.rend(); ++bus) {
        if (parent[*bus] == kRoot) {
            stack.push_back(*bus);
        }
    }
    double row = 0.0;
    while (!stack.empty()) {
        auto const bus = stack.back();
        stack.pop_back();
        places.at[bus] = {depth[bus], row};
        places.kind[bus] = PlaceKind::tree;
        if (children[bus].empty()) {
            row -= 1.0; // a leaf ends its row
        }
        for (auto c = children[bus].rbegin(); c != children[bus].rend(); ++c) {
            stack.push_back(*c);
        }
    }
    places.tree = true;
}

} // namespace

BusPlaces place_buses(grid::FeederSolver const& solver, BusGraph const& graph,
                      std::map<std::string, grid::BusInfo> const& buses) {
    BusPlaces places;
    places.at.resize(graph.buses());
    places.kind.assign(graph.buses(), PlaceKind::none);
    std::size_t known = 0;
    bool apart = false; // not all on one point
    Point first;
    for (std::size_t bus = 0; bus < graph.buses(); ++bus) {
        auto const found = buses.find(solver.bus_names()[bus]);
        if (found == buses.end() || !found->second.has_position ||
            !std::isfinite(found->second.x) || !std::isfinite(found->second.y)) {
            continue;
        }
        places.at[bus] = {found->second.x, found->second.y};
        places.kind[bus] = PlaceKind::from_file;
        first = known++ == 0 ? places.at[bus] : first;
        apart = apart || places.at[bus].x != first.x || places.at[bus].y != first.y;
    }
    if (apart) {
        place_beside(graph, places);
    } else {
        place_tree(graph, places);
    }
    return places;
}

} // namespace gridtwin::study
