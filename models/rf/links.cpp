#include "models/rf/links.hpp"

#include "models/medium/spec_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gridtwin::rf {
namespace {

struct Node {
    Site site;
    double reach2_m2; ///< square of what its transmitter may reach over the luckiest link
};

struct Link {
    std::uint16_t high;
    std::uint16_t low;
    float loss_db;
};

/// The plane in squares; nodes of a square are together in `order`.
struct Squares {
    double x0_m = 0.0;
    double y0_m = 0.0;
    double width_m = 1.0;
    std::size_t columns = 1;
    std::size_t rows = 1;
    std::vector<std::uint32_t> first; ///< [square + 1]
    std::vector<std::uint16_t> order;

    [[nodiscard]] std::size_t column(double x_m) const {
        return std::min(columns - 1, static_cast<std::size_t>((x_m - x0_m) / width_m));
    }
    [[nodiscard]] std::size_t row(double y_m) const {
        return std::min(rows - 1, static_cast<std::size_t>((y_m - y0_m) / width_m));
    }
};

Squares squares_of(std::vector<Node> const& nodes, double reach_m) {
    Squares s;
    auto const x_of = [](Node const& node) { return node.site.place.x_m; };
    auto const y_of = [](Node const& node) { return node.site.place.y_m; };
    auto const [west, east] =
        std::minmax_element(nodes.begin(), nodes.end(),
                            [&](auto const& a, auto const& b) { return x_of(a) < x_of(b); });
    auto const [south, north] =
        std::minmax_element(nodes.begin(), nodes.end(),
                            [&](auto const& a, auto const& b) { return y_of(a) < y_of(b); });
    s.x0_m = x_of(*west);
    s.y0_m = y_of(*south);
    // no more squares along a side than would hold a node each, however far apart the nodes are
    double const most = std::sqrt(static_cast<double>(nodes.size())) + 1.0;
    double const side_m = std::max(x_of(*east) - s.x0_m, y_of(*north) - s.y0_m);
    s.width_m = std::max({reach_m, side_m / most, 1.0});
    s.columns = 1 + static_cast<std::size_t>((x_of(*east) - s.x0_m) / s.width_m);
    s.rows = 1 + static_cast<std::size_t>((y_of(*north) - s.y0_m) / s.width_m);
    s.first.assign(s.columns * s.rows + 1, 0);
    for (auto const& node : nodes) {
        ++s.first[s.row(y_of(node)) * s.columns + s.column(x_of(node)) + 1];
    }
    std::partial_sum(s.first.begin(), s.first.end(), s.first.begin());
    s.order.resize(nodes.size());
    auto place = s.first;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        auto const square = s.row(y_of(nodes[n])) * s.columns + s.column(x_of(nodes[n]));
        s.order[place[square]++] = static_cast<std::uint16_t>(n);
    }
    return s;
}

std::vector<std::string> problems(std::span<Place const> places) {
    std::vector<std::string> found;
    if (places.size() >= 0xffff) {
        found.push_back(fmt::format("{} nodes, must be at most 65534", places.size()));
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!std::isfinite(places[i].x_m) || !std::isfinite(places[i].y_m)) {
            found.push_back(fmt::format("node {} is at ({}, {}) m, must be finite", i,
                                        places[i].x_m, places[i].y_m));
        }
    }
    return found;
}

} // namespace

Links::Links(RadioSpec const& radio, PropagationSpec const& propagation,
             std::span<Place const> places, Seed seed, ConcentratorId area) {
    std::size_t const n = places.size();
    medium::require_none(fmt::format("radio area {}", index(area)),
                         {problems(radio), problems(propagation), problems(places)});
    if (n == 0) {
        return;
    }
    Attenuation const attenuation(radio, propagation, seed, area);
    double const budget_db =
        radio.tx_power_dbm - radio.sensitivity_dbm + propagation.floor_below_sensitivity_db;
    double const at_1m_db = loss_at_1m_db(radio.frequency_hz);
    double const slope_db = 10.0 * propagation.exponent;
    double const most_db = attenuation.most_shadowing_db();

    std::vector<Node> nodes(n);
    offset_db_.resize(n);
    double reach2_m2 = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        nodes[i].site = attenuation.site(i, places[i]);
        offset_db_[i] = static_cast<float>(nodes[i].site.offset_db);
        double const reach_m =
            std::max(propagation.least_distance_m,
                     std::pow(10.0, (budget_db + offset_db(i) + most_db - at_1m_db) / slope_db));
        nodes[i].reach2_m2 = reach_m * reach_m;
        reach2_m2 = std::max(reach2_m2, nodes[i].reach2_m2);
    }

    std::vector<Link> found;
    auto const consider = [&](std::size_t i, std::size_t j) {
        auto const& a = nodes[i].site;
        auto const& b = nodes[j].site;
        double const dx = a.place.x_m - b.place.x_m;
        double const dy = a.place.y_m - b.place.y_m;
        double const square = dx * dx + dy * dy;
        if (square > std::max(nodes[i].reach2_m2, nodes[j].reach2_m2)) {
            return;
        }
        double const limit_db = budget_db + std::max(offset_db(i), offset_db(j));
        LinkLoss loss = attenuation.mean_loss(a, b, std::sqrt(square));
        if (loss.total_db() - most_db > limit_db) {
            return; // before the draws, which cost the most
        }
        loss.shadowing_db = attenuation.shadowing_db(i, a, j, b, loss.distance_m);
        if (loss.total_db() <= limit_db) {
            found.push_back({static_cast<std::uint16_t>(std::max(i, j)),
                             static_cast<std::uint16_t>(std::min(i, j)),
                             static_cast<float>(std::max(loss.total_db(), 0.0))});
        }
    };
    Squares const squares = squares_of(nodes, std::sqrt(reach2_m2));
    for (std::size_t row = 0; row < squares.rows; ++row) {
        for (std::size_t column = 0; column < squares.columns; ++column) {
            auto const here = row * squares.columns + column;
            for (std::size_t a = squares.first[here]; a < squares.first[here + 1]; ++a) {
                auto const pair_with = [&](std::size_t from, std::size_t to) {
                    for (std::size_t b = from; b < to; ++b) {
                        consider(squares.order[a], squares.order[b]);
                    }
                };
                pair_with(a + 1, squares.first[here + 1]);
                if (column + 1 < squares.columns) {
                    pair_with(squares.first[here + 1], squares.first[here + 2]);
                }
                if (row + 1 < squares.rows) {
                    auto const south_west = here + squares.columns - (column > 0 ? 1 : 0);
                    auto const south_east =
                        here + squares.columns + (column + 1 < squares.columns ? 1 : 0);
                    pair_with(squares.first[south_west], squares.first[south_east + 1]);
                }
            }
        }
    }

    count_ = found.size();
    double weakest_db = 0.0;
    base_db_ = found.empty() ? 0.0 : kNone;
    for (auto const& link : found) {
        weakest_db = std::max(weakest_db, static_cast<double>(link.loss_db));
        base_db_ = std::min(base_db_, static_cast<double>(link.loss_db));
    }
    quarters_ = weakest_db - base_db_ <= 63.0 ? 1 : 2;
    base_db_ = std::max(std::floor(4.0 * base_db_) / 4.0,
                        std::ceil(4.0 * weakest_db) / 4.0 - 63.25 * quarters_);
    auto const coded = [&](Link const& link) {
        double const steps = (static_cast<double>(link.loss_db) - base_db_) * 4.0 / quarters_;
        return static_cast<std::uint8_t>(std::clamp(std::round(steps), 0.0, 254.0));
    };
    std::size_t const pairs = n * (n - 1) / 2;
    dense_ = pairs <= 6 * count_ + 4 * (n + 1);
    if (dense_) {
        code_.assign(pairs, kNoLink);
        for (auto const& link : found) {
            code_[pair(link.high, link.low)] = coded(link);
        }
        return;
    }
    first_.assign(n + 1, 0);
    for (auto const& link : found) {
        ++first_[link.high + 1U];
        ++first_[link.low + 1U];
    }
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    std::sort(found.begin(), found.end(), [](Link const& a, Link const& b) {
        return a.high < b.high || (a.high == b.high && a.low < b.low);
    });
    neighbour_.resize(2 * count_);
    code_.resize(2 * count_);
    auto place = first_;
    auto const put = [&](std::uint16_t at, std::uint16_t other, std::uint8_t code) {
        neighbour_[place[at]] = other;
        code_[place[at]++] = code;
    };
    for (auto const& link : found) { // lower neighbours of each node first, in order
        put(link.high, link.low, coded(link));
    }
    for (auto const& link : found) {
        put(link.low, link.high, coded(link));
    }
}

std::uint8_t Links::search(std::size_t i, std::size_t j) const {
    auto const begin = neighbour_.begin() + first_[i];
    auto const end = neighbour_.begin() + first_[i + 1];
    auto const found = std::lower_bound(begin, end, static_cast<std::uint16_t>(j));
    return found == end || *found != j
               ? kNoLink
               : code_[static_cast<std::size_t>(found - neighbour_.begin())];
}

std::size_t Links::bytes() const {
    return offset_db_.capacity() * 4 + first_.capacity() * 4 + neighbour_.capacity() * 2 +
           code_.capacity();
}

} // namespace gridtwin::rf
