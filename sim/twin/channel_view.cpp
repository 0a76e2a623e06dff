#include "sim/twin/channel_view.hpp"

#include "models/load/residential.hpp"
#include "sim/core/thread_pool.hpp"
#include "sim/twin/radio_view.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace gridtwin::twin {

PlcArea plc_area(scenario::World const& world, AreaId id) {
    auto const& row = world.areas[index(id)];
    PlcArea area;
    area.roots = static_cast<std::uint16_t>(row.concentrators.size());
    for (std::uint32_t const n : row.busbars) {
        area.modems.push_back({.network = n}); // the channel knows which phases it couples to
    }
    for (std::uint32_t n = 0; n < row.networks.size(); ++n) {
        auto const& lv = world.lv[index(row.networks[n])];
        area.networks.push_back(&lv.network);
        for (auto const& service : lv.services) {
            if (world.meters.way[index(service.meter)].has(Channel::plc)) {
                area.modems.push_back({.network = n, .node = service.node, .phase = service.phase});
                area.meters.push_back(service.meter);
            }
        }
    }
    if (area.roots > 1) {
        area.root_of = roots_of(world, row, area.meters);
    }
    return area;
}

ConcentratorId medium_of(scenario::World const& world, AreaId id) {
    return world.areas[index(id)].concentrators.front();
}

plc::ChannelInput PlcArea::channel_input(scenario::Scenario const& scenario,
                                         ConcentratorId medium) const {
    return {.spec = scenario.access.plc.channel,
            .carrier_hz = scenario.access.plc.modem.carrier_hz,
            .networks = networks,
            .modems = modems,
            .seed = scenario.seed,
            .medium = medium,
            .roots = roots};
}

std::vector<std::uint16_t> roots_of(scenario::World const& world, scenario::AreaRow const& area,
                                    std::span<MeterId const> meters) {
    std::vector<std::uint16_t> out(area.concentrators.size());
    std::iota(out.begin(), out.end(), std::uint16_t{0});
    for (MeterId const meter : meters) {
        out.push_back(world.concentrators[index(world.meters.concentrator[index(meter)])].place);
    }
    return out;
}

ChannelView::ChannelView(scenario::Scenario const& scenario, scenario::World const& world,
                         AreaId id, double second_of_day, std::span<double const> load_w,
                         std::optional<SimTime> sources_at,
                         std::shared_ptr<plc::ModeTable const> modes)
    : scenario_(scenario), world_(world), id_(id), area_(plc_area(world, id)),
      modes_(modes ? std::move(modes)
                   : plc::mode_table(scenario.access.plc.modem, scenario.access.plc.channel)),
      impulse_factor_(plc::impulse_factor(scenario.access.plc.channel, second_of_day)),
      channel_(area_.channel_input(scenario, medium_of(world, id))),
      powered_(area_.modems.size(), 1) {
    auto const& modem_spec = scenario.access.plc.modem;
    auto const& spec = scenario.access.plc.channel;
    std::vector<float> source_uv2(modems());
    if (sources_at) {
        for (auto const& source :
             plc::noise_sources(spec.sources, area_.meters, scenario.seed, area_.roots)) {
            if (plc::source_state(source, spec, scenario.seed, *sources_at, second_of_day).on) {
                running_.push_back(source);
                plc::add_source(source, channel_, plc::band_db(modem_spec, spec), source_uv2);
            }
        }
    }
    for (std::size_t m = 0; m < modems(); ++m) {
        auto parts =
            plc::noise_parts(modem_spec, spec, second_of_day, load_w[area_.modems[m].network]);
        parts.source_db = plc::source_rise_db(parts.level_dbuv(), source_uv2[m]);
        noise_.push_back(parts);
        noise_dbuv_.push_back(static_cast<float>(parts.level_dbuv()));
    }
    plc::find_routes(route_input(), routes_);
}

std::vector<ChannelView::HeardSource> ChannelView::sources(std::size_t modem) const {
    auto const& spec = scenario_.access.plc;
    std::vector<HeardSource> heard;
    for (auto const& source : running_) {
        double const lost_db =
            source.modem == modem ? 0.0 : channel_.attenuation_db(source.modem, modem);
        heard.push_back({.name = name(source.modem),
                         .kind = source.kind,
                         .level_dbuv = static_cast<double>(source.level_dbuv) +
                                       plc::band_db(spec.modem, spec.channel) - lost_db});
    }
    std::stable_sort(heard.begin(), heard.end(),
                     [](auto const& a, auto const& b) { return a.level_dbuv > b.level_dbuv; });
    return heard;
}

plc::RouteInput ChannelView::route_input() const {
    return {.modes = *modes_,
            .mac = scenario_.access.plc.mac,
            .channel = channel_,
            .noise_dbuv = noise_dbuv_,
            .powered = powered_,
            .impulse_factor = impulse_factor_,
            .roots = area_.roots,
            .root_of = area_.root_of};
}

plc::BudgetInput ChannelView::input(plc::RouteInput const& routes) const {
    return {.routes = routes,
            .spec = scenario_.access.plc.channel,
            .networks = area_.networks,
            .modems = area_.modems,
            .noise = noise_,
            .seed = scenario_.seed,
            .medium = medium_of(world_, id_)};
}

plc::LinkBudget ChannelView::link(std::size_t from, std::size_t to) const {
    auto const routes = route_input();
    return plc::link_budget(input(routes), from, to);
}

std::vector<plc::LinkBudget> ChannelView::hops(std::span<std::uint16_t const> way) const {
    auto const routes = route_input();
    return plc::hop_budgets(input(routes), way);
}

std::vector<std::uint16_t> ChannelView::neighbours(std::size_t modem) const {
    std::vector<std::uint16_t> others(modems());
    std::iota(others.begin(), others.end(), std::uint16_t{0});
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(modem));
    std::stable_sort(others.begin(), others.end(), [&](std::uint16_t a, std::uint16_t b) {
        return channel_.attenuation_db(modem, a) < channel_.attenuation_db(modem, b);
    });
    return others;
}

std::string const& ChannelView::name(std::size_t modem) const {
    return modem < roots()
               ? world_.concentrators[index(world_.areas[index(id_)].concentrators[modem])].name
               : world_.meters.name[index(meter(modem))];
}

std::uint16_t ChannelView::root(std::size_t modem) const {
    return area_.root_of.empty() ? std::uint16_t{0} : area_.root_of[modem];
}

void ChannelView::set_root(std::size_t modem, std::uint16_t root) {
    if (root != this->root(modem)) {
        area_.root_of[modem] = root; // not empty: there are other concentrators
        plc::find_routes(route_input(), routes_);
    }
}

std::size_t ChannelView::modem_of(MeterId meter) const {
    auto const at = std::lower_bound(area_.meters.begin(), area_.meters.end(), meter);
    return at == area_.meters.end() || *at != meter
               ? 0
               : static_cast<std::size_t>(at - area_.meters.begin()) + roots();
}

std::vector<double> household_load_w(scenario::Scenario const& scenario,
                                     scenario::World const& world, AreaId id, SimTime at) {
    auto const civil = scenario.clock().at(at);
    std::vector<double> load_w;
    for (auto const network : world.areas[index(id)].networks) {
        std::vector<MeterId> meters;
        for (auto const& service : world.lv[index(network)].services) {
            meters.push_back(service.meter);
        }
        std::vector<double> p_w(meters.size());
        std::vector<double> q_var(meters.size());
        if (!meters.empty()) {
            auto const& group = scenario.customers[world.meters.group[index(meters.front())]];
            load::household_demand(group.household, scenario.seed, meters, at, civil.second_of_day,
                                   civil.weekday, p_w, q_var);
        }
        load_w.push_back(std::accumulate(p_w.begin(), p_w.end(), 0.0));
    }
    return load_w;
}

double quietest_second(plc::ChannelSpec const& channel) {
    return std::fmod(channel.loudest_hour + 12.0, 24.0) * 3600.0;
}

std::size_t modem_pairs(scenario::World const& world) {
    std::size_t pairs = 0;
    for (auto const& row : world.areas) {
        auto const modems = row.on(Channel::plc, world.meters).size();
        pairs += modems * (modems + 1) / 2;
    }
    return pairs;
}

std::vector<MeterId> meters_on_no_path(scenario::Scenario const& scenario,
                                       scenario::World const& world, unsigned threads) {
    std::vector<std::vector<MeterId>> found(world.areas.size());
    ThreadPool pool(threads);
    auto const& plc = scenario.access.plc;
    auto const modes = plc::mode_table(plc.modem, plc.channel);
    pool.for_each(found.size(), [&](std::size_t a) {
        auto const id = static_cast<AreaId>(a);
        auto const& row = world.areas[a];
        std::set<MeterId> lost(row.meters.begin(), row.meters.end());
        std::vector<double> const no_load(row.networks.size(), 0.0);
        ChannelView const view(scenario, world, id, quietest_second(scenario.access.plc.channel),
                               no_load, std::nullopt, modes);
        for (std::size_t m = view.roots(); m < view.modems(); ++m) {
            if (view.routes()[m].hops > 0) {
                lost.erase(view.meter(m));
            }
        }
        if (!row.on(Channel::rf, world.meters).empty()) {
            RadioView const mesh(scenario, world, id);
            for (std::size_t node = mesh.roots(); node < mesh.nodes(); ++node) {
                if (mesh.routes()[node].hops > 0) {
                    lost.erase(mesh.meter(node));
                }
            }
        }
        found[a].assign(lost.begin(), lost.end());
    });
    std::vector<MeterId> all;
    for (auto const& some : found) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

} // namespace gridtwin::twin
