#include "sim/twin/radio_view.hpp"

#include "sim/twin/channel_view.hpp"

#include <algorithm>
#include <numeric>

namespace gridtwin::twin {

std::vector<rf::Place> rf_places(scenario::World const& world, AreaId id) {
    auto const& row = world.areas[index(id)];
    std::vector<rf::Place> places;
    for (auto const n : row.busbars) {
        auto const& busbar = world.lv[index(row.networks[n])].network;
        places.push_back({.x_m = busbar.x_m[0], .y_m = busbar.y_m[0]});
    }
    for (MeterId const meter : row.on(Channel::rf, world.meters)) {
        places.push_back(
            {.x_m = world.meters.x_m[index(meter)], .y_m = world.meters.y_m[index(meter)]});
    }
    return places;
}

double rf_noise_dbm(scenario::RfSection const& spec) {
    return rf::thermal_noise_dbm(spec.radio) + spec.noise_rise_db;
}

RadioView::RadioView(scenario::Scenario const& scenario, scenario::World const& world, AreaId id)
    : scenario_(scenario), world_(world), id_(id),
      roots_(static_cast<std::uint16_t>(world.areas[index(id)].concentrators.size())),
      meters_(world.areas[index(id)].on(Channel::rf, world.meters)), places_(rf_places(world, id)),
      links_(scenario.access.rf.radio, scenario.access.rf.propagation, places_, scenario.seed,
             medium_of(world, id)),
      attenuation_(scenario.access.rf.radio, scenario.access.rf.propagation, scenario.seed,
                   medium_of(world, id)),
      noise_dbm_(places_.size(), static_cast<float>(rf_noise_dbm(scenario.access.rf))),
      powered_(places_.size(), 1) {
    if (roots_ > 1) {
        root_of_ = roots_of(world, world.areas[index(id)], meters_);
    }
    rf::find_routes(route_input(), routes_);
}

rf::RouteInput RadioView::route_input() const {
    auto const& spec = scenario_.access.rf;
    return {.radio = spec.radio,
            .csma = spec.csma,
            .links = links_,
            .errors = medium::error_table(spec.radio.ber),
            .noise_dbm = noise_dbm_,
            .powered = powered_,
            .roots = roots_,
            .root_of = root_of_};
}

rf::LinkBudget RadioView::link(std::size_t from, std::size_t to) const {
    auto const routes = route_input();
    return rf::link_budget({routes, attenuation_, places_}, from, to);
}

std::vector<rf::LinkBudget> RadioView::hops(std::span<std::uint16_t const> way) const {
    auto const routes = route_input();
    return rf::hop_budgets({routes, attenuation_, places_}, way);
}

medium::Transfer RadioView::transfer(std::span<std::uint16_t const> way, std::uint32_t octets,
                                     bool polled) const {
    auto const routes = route_input();
    return rf::transfer({routes, attenuation_, places_}, way, octets, polled);
}

double RadioView::lacking_db(std::size_t a, std::size_t b) const {
    auto const routes = route_input();
    return rf::lacking_db({routes, attenuation_, places_}, a, b);
}

std::vector<std::uint16_t> RadioView::neighbours(std::size_t node) const {
    std::vector<double> loss_db(nodes());
    std::vector<std::uint16_t> others;
    for (std::size_t other = 0; other < nodes(); ++other) {
        if (other != node) {
            loss_db[other] = link(node, other).attenuation_db;
            others.push_back(static_cast<std::uint16_t>(other));
        }
    }
    std::stable_sort(others.begin(), others.end(),
                     [&](std::uint16_t a, std::uint16_t b) { return loss_db[a] < loss_db[b]; });
    return others;
}

std::string const& RadioView::name(std::size_t node) const {
    return node < roots_
               ? world_.concentrators[index(world_.areas[index(id_)].concentrators[node])].name
               : world_.meters.name[index(meter(node))];
}

std::uint16_t RadioView::root(std::size_t node) const {
    return root_of_.empty() ? std::uint16_t{0} : root_of_[node];
}

void RadioView::set_root(std::size_t node, std::uint16_t root) {
    if (root != this->root(node)) {
        root_of_[node] = root; // not empty: there are other concentrators
        rf::find_routes(route_input(), routes_);
    }
}

std::size_t RadioView::node_of(MeterId meter) const {
    auto const at = std::find(meters_.begin(), meters_.end(), meter);
    return at == meters_.end() ? 0 : static_cast<std::size_t>(at - meters_.begin()) + roots_;
}

} // namespace gridtwin::twin
