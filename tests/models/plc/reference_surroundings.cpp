// What happens to the reference from outside: power, noise, and the routes that follow them.
#include "tests/models/plc/reference_simulator.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>

namespace gridtwin::plc::testing {

void ReferenceSimulator::set_powered(std::uint16_t modem, bool powered, SimTime now) {
    Node& node = nodes_[modem];
    if (node.powered == powered) {
        return;
    }
    now_ = now;
    node.powered = powered;
    routes_stale_ = true;
    for (auto const& frame : unsettled_) {
        if (frame->to == medium::kEverybody) {
            frame->blinked[modem] = 1;
        }
    }
    if (powered) {
        return;
    }
    for (auto const& frame : unsettled_) {
        if (frame->from == modem) {
            SimTime const silent = std::max(frame->start, std::min(frame->end, now));
            airtime_ -= frame->end - silent;
            frame->end = silent;
            frame->holds_until = silent;
        }
        if (frame->from == modem || frame->to == modem) {
            frame->no_power = true;
        }
        if ((frame->is_ack ? frame->to : frame->from) == modem) {
            frame->item = nullptr;
        }
    }
    for (auto const& other : nodes_) { // a burst to it starts again
        if (!other.queue.empty()) {
            Item& item = *other.queue.front();
            if (!item.path.empty() && item.path[item.hop + 1] == modem && !item.all_arrived) {
                item.frame = 0;
                item.frame_arrived = false;
            }
        }
    }
    cancel_attempt(modem);
    node.own_end = now;
    plan(now, [this, modem](Sink& sink) {
        Node& dead = nodes_[modem];
        dead.sending = false;
        cancel_attempt(modem);
        while (!dead.queue.empty()) {
            ItemPtr const item = dead.queue.front();
            dead.queue.erase(dead.queue.begin());
            if (!item->all_arrived && !item->repeats) {
                lose(*item, LossReason::no_power, sink);
            }
        }
    });
}

void ReferenceSimulator::set_noise_dbuv(std::span<float const> level_dbuv) {
    noise_dbuv_.assign(level_dbuv.begin(), level_dbuv.end());
    for (std::size_t m = 0; m < nodes_.size(); ++m) {
        float const moved_db = std::abs(noise_dbuv_[m] - routed_noise_dbuv_[m]);
        routes_stale_ = routes_stale_ || static_cast<double>(moved_db) >= mac_.route_noise_step_db;
    }
}

void ReferenceSimulator::set_channel(Channel channel) {
    channel_ = std::move(channel);
    routes_stale_ = true;
}

void ReferenceSimulator::set_root(std::uint16_t modem, std::uint16_t root) {
    if (root_of_[modem] == root) {
        return;
    }
    root_of_[modem] = root;
    auto const moved = routes_with(modem);
    if (routes_due_ || !moved) {
        routes_stale_ = true;
        routes_due_ = true;
        return;
    }
    std::erase_if(links_, [modem](auto const& link) {
        return link.first.first == modem || link.first.second == modem;
    });
    routes_ = *moved;
    learn_modes(modem);
    routes_stale_ = routes_stale_ || root != kNoModem;
}

// The tree of its root as it stands, and the modem at its best place there.
std::optional<std::vector<RouteEntry>> ReferenceSimulator::routes_with(std::uint16_t modem) {
    RouteInput const in = route_input();
    auto routes = routes_;
    routes[modem] = RouteEntry{};
    RouteEntry best;
    double least = std::numeric_limits<double>::infinity();
    for (std::uint16_t via = 0; via < nodes_.size(); ++via) {
        if (routes[via].parent == modem) {
            return std::nullopt;
        }
        std::uint16_t top = via;
        while (routes[top].parent != kNoModem) {
            top = routes[top].parent;
        }
        bool const forwards = via < roots_ || nodes_[via].powered;
        if (top != root_of_[modem] || !forwards || routes[via].hops >= mac_.max_hops) {
            continue;
        }
        double const etx = link_etx(in, via, modem);
        if (double const cost = static_cast<double>(routes[via].etx) + etx; cost < least) {
            least = cost;
            best = medium::below(routes[via], via, etx);
        }
    }
    routes[modem] = best;
    bool const leads = best.hops != 0 && best.hops < mac_.max_hops;
    for (std::uint16_t to = roots_; to < nodes_.size() && leads && nodes_[modem].powered; ++to) {
        bool const lost = root_of_[to] == root_of_[modem] && routes[to].parent == kNoModem;
        if (lost && to != modem && std::isfinite(link_etx(in, modem, to))) {
            return std::nullopt;
        }
    }
    return routes;
}

void ReferenceSimulator::learn_modes(std::uint16_t m) {
    RouteInput const in = route_input();
    if (std::uint16_t const parent = routes_[m].parent; parent != kNoModem) {
        links_[{m, parent}].mode = best_mode(in, m, parent).mode;
        links_[{parent, m}].mode = best_mode(in, parent, m).mode;
    }
}

// Others are below it, and its way up leads to where the broadcast began.
bool ReferenceSimulator::spreads(Item const& item, std::uint16_t m) const {
    bool above_others = false;
    for (auto const& route : routes_) {
        above_others = above_others || route.parent == m;
    }
    std::uint16_t top = m;
    while (routes_[top].parent != kNoModem) {
        top = routes_[top].parent;
    }
    return above_others && (item.tree == kNoModem || item.tree == top);
}

RouteInput ReferenceSimulator::route_input() {
    powered_.clear();
    for (auto const& node : nodes_) {
        powered_.push_back(node.powered ? 1 : 0);
    }
    return {modes_, mac_, channel_, noise_dbuv_, powered_, impulse_factor_, roots_, root_of_};
}

void ReferenceSimulator::update_routes() {
    find_routes(route_input(), routes_);
    links_.clear();
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
        learn_modes(static_cast<std::uint16_t>(k));
    }
    routed_noise_dbuv_ = noise_dbuv_;
    routes_stale_ = false;
    routes_due_ = false;
    routes_not_before_ = now_ + duration_from_s(mac_.route_refresh_s);
    ++books_.route_updates;
}

std::size_t ReferenceSimulator::mode_towards(std::uint16_t from, std::uint16_t to, bool joining) {
    auto const link = links_.find({from, to});
    if (link == links_.end() && joining) {
        return best_mode(route_input(), from, to).mode;
    }
    return link == links_.end() ? modem_.modes.size() - 1 : link->second.mode;
}

void ReferenceSimulator::learn(std::uint16_t m, bool good) {
    Item const& item = *nodes_[m].queue.front();
    auto const found = links_.find({m, item.path[item.hop + 1]});
    if (!mac_.acknowledge || item.datagram.contend || found == links_.end()) {
        return;
    }
    Experience& link = found->second;
    bool const was_trial = link.just_raised;
    link.just_raised = false;
    link.good_in_a_row = good ? link.good_in_a_row + 1 : 0;
    link.bad_in_a_row = good ? 0 : link.bad_in_a_row + 1;
    bool const down = !good && (was_trial || link.bad_in_a_row >= mac_.rate_down_failures);
    bool const up = good && link.good_in_a_row >= mac_.rate_up_successes;
    if (down && link.mode + 1 < modem_.modes.size()) {
        link = {.mode = link.mode + 1};
    } else if (up && link.mode > 0) {
        link = {.mode = link.mode - 1, .just_raised = true};
    }
}

bool ReferenceSimulator::choose_path(Item& item) {
    if (routes_stale_ && (routes_due_ || now_ >= routes_not_before_)) {
        update_routes();
    }
    if (item.datagram.direct || item.datagram.to == medium::kEverybody) {
        item.path = {item.datagram.from, item.datagram.to};
        return true;
    }
    auto const way_up = [this](std::uint16_t m) {
        std::vector<std::uint16_t> way{m};
        while (m >= roots_) {
            m = routes_[m].parent;
            if (m == kNoModem) {
                return std::vector<std::uint16_t>{};
            }
            way.push_back(m);
        }
        return way;
    };
    auto const& datagram = item.datagram;
    auto const up = way_up(datagram.from);
    auto const down = way_up(datagram.to);
    bool const apart = up.empty() || down.empty() || up.back() != down.back();
    if (apart && datagram.joining && (datagram.from < roots_) != (datagram.to < roots_)) {
        bool const asks = datagram.from < roots_;
        std::uint16_t const node = asks ? datagram.to : datagram.from;
        std::uint16_t const root = asks ? datagram.from : datagram.to;
        double least = std::numeric_limits<double>::infinity();
        for (std::uint16_t via = 0; via < nodes_.size(); ++via) {
            auto way = way_up(via);
            bool const forwards = via == root || nodes_[via].powered;
            if (via == node || way.empty() || way.back() != root || !forwards) {
                continue;
            }
            double const cost =
                static_cast<double>(routes_[via].etx) + link_etx(route_input(), via, node);
            if (way.size() <= mac_.max_hops && cost < least) {
                least = cost;
                way.insert(way.begin(), node);
                item.path = way;
            }
        }
        if (asks) {
            std::reverse(item.path.begin(), item.path.end());
        }
        return !item.path.empty();
    }
    if (up.empty() || down.empty() || up.back() != down.back()) {
        return false;
    }
    std::vector<std::uint16_t> path;
    for (std::uint16_t const m : up) {
        path.push_back(m);
        auto const meet = std::find(down.begin(), down.end(), m);
        if (meet != down.end()) {
            path.insert(path.end(), std::make_reverse_iterator(meet), down.rend());
            break;
        }
    }
    if (path.size() > mac_.max_hops + 1) {
        return false;
    }
    item.path = path;
    return true;
}

} // namespace gridtwin::plc::testing
