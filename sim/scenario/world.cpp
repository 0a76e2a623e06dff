#include "sim/scenario/world.hpp"

#include "models/grid/dss/reader.hpp"
#include "sim/scenario/areas.hpp"
#include "sim/scenario/feeder_options.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/sites.hpp"
#include "sim/scenario/wan_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

namespace gridtwin::scenario {
namespace {

// assumption: bulk customers are metered through voltage transformers with a 100 V secondary
constexpr float kBulkSecondaryV = 100.0F;
// assumption, for the map alone: how far a service transformer stands from its bus
constexpr double kTransformerOffsetM = 150.0;
constexpr std::uint64_t kMostMeters = 5'000'000;

class Builder {
  public:
    Builder(Scenario const& scenario, Diagnostics& diagnostics)
        : scenario_(scenario), diagnostics_(diagnostics) {}

    World build() {
        auto const path = scenario_.file.parent_path() / scenario_.grid.feeder;
        if (!std::filesystem::is_regular_file(path)) {
            diagnostics_.error(scenario_.grid.feeder_where,
                               fmt::format("feeder '{}' is not a file", path.string()),
                               "an OpenDSS file, relative to the scenario");
            return std::move(world_);
        }
        world_.circuit = grid::read_dss(path, diagnostics_, feeder_options(scenario_));
        if (!diagnostics_.ok()) {
            return std::move(world_);
        }
        world_.feeders = scenario_.grid.copies;
        check_size();
        check_loads(world_.circuit, diagnostics_);
        for (auto const& load : world_.circuit.loads) {
            world_.bulk_p_w.push_back(load.p_w);
            world_.bulk_q_var.push_back(load.q_var);
        }
        lay_map();
        for (std::uint32_t g = 0; g < scenario_.customers.size(); ++g) {
            plan_group(g);
        }
        check_bulk();
        if (diagnostics_.ok()) {
            world_.placed = scenario_.layout_sound;
            for (std::uint32_t f = 0; f < world_.feeders; ++f) {
                place_feeder(static_cast<FeederId>(f));
            }
            group_areas(scenario_, world_, diagnostics_);
            find_names(scenario_, world_, diagnostics_);
            lay_wan(scenario_, world_, diagnostics_);
        }
        return std::move(world_);
    }

  private:
    /// A low-voltage network to be: the same on every feeder.
    struct Plan {
        std::uint32_t group = 0;
        std::string bus;
        std::uint8_t phases = 0;
        std::vector<std::uint8_t> customer_phase;
    };

    void check_size() {
        std::uint64_t per_feeder = world_.circuit.loads.size();
        for (auto const& group : scenario_.customers) {
            per_feeder += group.count;
        }
        if (per_feeder * scenario_.grid.copies > kMostMeters) {
            diagnostics_.error(
                scenario_.grid.feeder_where,
                fmt::format("{} meters on each of {} feeders", per_feeder, scenario_.grid.copies),
                fmt::format("at most {} meters in all", kMostMeters));
        }
    }

    void lay_map() {
        auto const& c = world_.circuit;
        std::vector<double> ratios;
        double x_max = 0.0;
        double y_max = 0.0;
        bool first = true;
        for (auto const& [name, bus] : c.buses) {
            if (!bus.has_position) {
                continue;
            }
            world_.x_min = first ? bus.x : std::min(world_.x_min, bus.x);
            world_.y_min = first ? bus.y : std::min(world_.y_min, bus.y);
            x_max = first ? bus.x : std::max(x_max, bus.x);
            y_max = first ? bus.y : std::max(y_max, bus.y);
            first = false;
        }
        for (auto const& line : c.lines) {
            auto const a = c.buses.find(line.bus1.bus);
            auto const b = c.buses.find(line.bus2.bus);
            if (line.length_m <= 0.0 || a == c.buses.end() || b == c.buses.end() ||
                !a->second.has_position || !b->second.has_position) {
                continue;
            }
            double const d = std::hypot(a->second.x - b->second.x, a->second.y - b->second.y);
            if (d > 0.0) {
                ratios.push_back(line.length_m / d);
            }
        }
        if (!ratios.empty()) {
            auto const middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
            std::nth_element(ratios.begin(), middle, ratios.end());
            world_.x_per_unit_m = *middle;
        }
        double const extent_m =
            std::max(x_max - world_.x_min, y_max - world_.y_min) * world_.x_per_unit_m;
        world_.feeder_pitch_m = extent_m + 1000.0;
    }

    /// Shares `total` by weight: floors first, then the largest remainders.
    static std::vector<std::uint32_t> apportion(std::uint32_t total,
                                                std::vector<double> const& weights) {
        double const sum = std::accumulate(weights.begin(), weights.end(), 0.0);
        std::vector<std::uint32_t> share(weights.size());
        std::vector<std::pair<double, std::size_t>> rest;
        std::uint32_t given = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            double const quota = static_cast<double>(total) * weights[i] / sum;
            share[i] = static_cast<std::uint32_t>(quota);
            given += share[i];
            rest.emplace_back(-(quota - static_cast<double>(share[i])), i);
        }
        std::sort(rest.begin(), rest.end());
        for (std::size_t i = 0; given < total; ++i, ++given) {
            ++share[rest[i % rest.size()].second];
        }
        return share;
    }

    void plan_group(std::uint32_t group_row) {
        auto const& group = scenario_.customers[group_row];
        auto const& lv = scenario_.grid.low_voltage;
        if (group.count == 0) {
            return; // its mistake has been reported
        }
        if (lv.generate == LvGenerator::none) {
            diagnostics_.error(group.where, "customers need low-voltage networks",
                               "grid.low_voltage.generate: street");
            return;
        }
        auto const sites = find_sites(world_.circuit, group, diagnostics_);
        if (sites.empty()) {
            return;
        }
        std::uint32_t const transformers =
            (group.count + lv.customers_per_transformer - 1) / lv.customers_per_transformer;
        std::vector<double> weights;
        weights.reserve(sites.size());
        for (auto const& s : sites) {
            weights.push_back(s.total_w());
        }
        auto const share = apportion(transformers, weights);
        std::uint32_t made = 0;
        for (std::size_t s = 0; s < sites.size(); ++s) {
            for (std::uint32_t k = 0; k < share[s]; ++k, ++made) {
                std::uint32_t const customers =
                    group.count / transformers + (made < group.count % transformers ? 1U : 0U);
                add_plan(group_row, sites[s], customers);
            }
        }
    }

    void add_plan(std::uint32_t group_row, Site const& site, std::uint32_t customers) {
        auto const& group = scenario_.customers[group_row];
        Plan plan{
            .group = group_row, .bus = site.bus, .phases = site.phases(), .customer_phase = {}};
        std::array<double, 3> given{};
        double const tan_phi = std::tan(std::acos(group.household.power_factor));
        for (std::uint32_t c = 0; c < customers; ++c) {
            // to the phase that is furthest behind its share of the published load
            std::size_t best = 3;
            double deficit = 0.0;
            for (std::size_t p = 0; p < 3; ++p) {
                double const d = site.weight_w[p] / site.total_w() * (c + 1) - given[p];
                if (site.weight_w[p] > 0.0 && (best == 3 || d > deficit)) {
                    best = p;
                    deficit = d;
                }
            }
            given[best] += 1.0;
            plan.customer_phase.push_back(static_cast<std::uint8_t>(best));
            double published_w = 0.0;
            for (auto row : site.loads[best]) {
                published_w += world_.circuit.loads[row].p_w;
            }
            for (auto row : site.loads[best]) {
                double const part = world_.circuit.loads[row].p_w / published_w;
                world_.bulk_p_w[row] -= part * group.household.peak_w;
                world_.bulk_q_var[row] -= part * group.household.peak_w * tan_phi;
                taken_by_[row] = group_row;
            }
        }
        plans_.push_back(std::move(plan));
    }

    void check_bulk() {
        for (auto const& [row, group] : taken_by_) {
            auto const& load = world_.circuit.loads[row];
            if (world_.bulk_p_w[row] < 0.0) {
                diagnostics_.error(scenario_.customers[group].where,
                                   fmt::format("customers draw {:.1f} kW at load '{}' on bus {}, "
                                               "which publishes {:.1f} kW",
                                               (load.p_w - world_.bulk_p_w[row]) / 1e3, load.name,
                                               load.bus.bus, load.p_w / 1e3),
                                   "fewer customers, a lower peak or more places");
            }
        }
    }

    void place_feeder(FeederId feeder) {
        auto const& lv_spec = scenario_.grid.low_voltage;
        std::vector<std::uint32_t> numbered(scenario_.customers.size(), 0);
        std::vector<LvNetworkId> networks; // with meters that concentrators read
        for (std::size_t k = 0; k < plans_.size(); ++k) {
            auto const& plan = plans_[k];
            auto const& group = scenario_.customers[plan.group];
            auto const id = static_cast<LvNetworkId>(world_.lv.size());
            auto const [x, y] = world_.position(feeder, plan.bus);
            double const angle = static_cast<double>(k) * std::numbers::pi * (3.0 - std::sqrt(5.0));
            LvNetworkRow row;
            row.name = fmt::format("{}{}-{}", world_.feeder_prefix(feeder), plan.bus, k + 1);
            row.feeder = feeder;
            row.mv_bus = plan.bus;
            std::vector<std::uint32_t> nodes;
            row.network = topology::generate_street(lv_spec.street, plan.customer_phase.size(),
                                                    x + kTransformerOffsetM * std::cos(angle),
                                                    y + kTransformerOffsetM * std::sin(angle),
                                                    plan.phases, scenario_.seed, id, nodes);
            for (std::size_t c = 0; c < nodes.size(); ++c) {
                auto const meter = static_cast<MeterId>(world_.meters.size());
                row.services.push_back({meter, nodes[c], plan.customer_phase[c]});
                add_meter(fmt::format("{}{}/{}", world_.feeder_prefix(feeder), group.name,
                                      ++numbered[plan.group]),
                          MeterKind::household, group.meter, feeder, id,
                          static_cast<std::uint32_t>(c), plan.group,
                          static_cast<float>(lv_spec.voltage_v / std::sqrt(3.0)),
                          row.network.x_m[nodes[c]], row.network.y_m[nodes[c]]);
            }
            if (!group.meter.has(Channel::sms)) {
                networks.push_back(id);
            }
            world_.lv.push_back(std::move(row));
        }
        place_concentrators(feeder, networks);
        for (std::size_t i = 0; i < world_.circuit.loads.size(); ++i) {
            auto const& load = world_.circuit.loads[i];
            auto const [x, y] = world_.position(feeder, load.bus.bus);
            add_meter(fmt::format("{}bulk/{}", world_.feeder_prefix(feeder), load.name),
                      MeterKind::bulk, {Channel::sms, Channel::sms}, feeder, kNone<LvNetworkId>,
                      static_cast<std::uint32_t>(i), ~0U, kBulkSecondaryV, static_cast<float>(x),
                      static_cast<float>(y));
        }
    }

    void place_concentrators(FeederId feeder, std::vector<LvNetworkId> const& networks) {
        if (networks.empty() || !world_.placed) {
            return;
        }
        std::size_t const wanted =
            scenario_.access.concentrators == 0 ? networks.size() : scenario_.access.concentrators;
        if (wanted > networks.size()) {
            diagnostics_.error(
                scenario_.access.where,
                fmt::format("{} concentrators for {} low-voltage networks with meters to read",
                            wanted, networks.size()),
                "at most one a network; fewer customers_per_transformer make more networks");
            world_.placed = false; // nor on the other feeders, which are alike
            return;
        }
        auto const& plc = scenario_.access.plc;
        bool const power_line_alone =
            std::any_of(scenario_.customers.begin(), scenario_.customers.end(), [](auto const& g) {
                return g.meter == concentrator::MeterWay{Channel::plc, Channel::plc};
            });
        if (power_line_alone && wanted < networks.size() && crossing_margin_db(plc) < 0.0) {
            diagnostics_.error(
                scenario_.access.where,
                fmt::format("{} cannot reach {} low-voltage networks: two transformers take "
                            "{:.0f} dB and the modems bridge {:.0f} dB",
                            wanted == 1 ? "one concentrator"
                                        : fmt::format("{} concentrators", wanted),
                            networks.size(), 2.0 * plc.channel.transformer_crossing_db,
                            crossing_margin_db(plc) + 2.0 * plc.channel.transformer_crossing_db),
                "one concentrator a network, more customers_per_transformer, or a lower "
                "channel.transformer_crossing");
            world_.placed = false;
            return;
        }
        for (std::size_t c = 0; c < wanted; ++c) {
            auto const id = static_cast<ConcentratorId>(world_.concentrators.size());
            ConcentratorRow row{.name = fmt::format("{}dc-{}", world_.feeder_prefix(feeder), c + 1),
                                .feeder = feeder,
                                .networks = {},
                                .meters = {}};
            for (std::size_t n = c * networks.size() / wanted;
                 n < (c + 1) * networks.size() / wanted; ++n) {
                auto& network = world_.lv[index(networks[n])];
                network.concentrator = id;
                row.networks.push_back(networks[n]);
                for (auto const& service : network.services) {
                    row.meters.push_back(service.meter);
                    world_.meters.concentrator[index(service.meter)] = id;
                }
            }
            world_.concentrators.push_back(std::move(row));
        }
    }

    void add_meter(std::string name, MeterKind kind, concentrator::MeterWay way, FeederId feeder,
                   LvNetworkId lv, std::uint32_t service, std::uint32_t group, float u_nominal_v,
                   float x_m, float y_m) {
        auto& m = world_.meters;
        m.name.push_back(std::move(name));
        m.kind.push_back(kind);
        m.way.push_back(way);
        m.feeder.push_back(feeder);
        m.lv.push_back(lv);
        m.service.push_back(service);
        m.group.push_back(group);
        m.concentrator.push_back(kNone<ConcentratorId>);
        m.u_nominal_v.push_back(u_nominal_v);
        m.x_m.push_back(x_m);
        m.y_m.push_back(y_m);
    }

    Scenario const& scenario_;
    Diagnostics& diagnostics_;
    World world_;
    std::vector<Plan> plans_;
    std::map<std::size_t, std::uint32_t> taken_by_;
};

} // namespace

std::vector<MeterId> meters_on(std::span<MeterId const> meters, Channel channel,
                               MeterRows const& rows) {
    std::vector<MeterId> out;
    for (MeterId const meter : meters) {
        if (rows.way[index(meter)].has(channel)) {
            out.push_back(meter);
        }
    }
    return out;
}

std::string World::feeder_prefix(FeederId feeder) const {
    return feeders == 1 ? std::string{} : fmt::format("{}/", index(feeder) + 1);
}

bool World::is_for(TimedEvent const& event, ConcentratorRow const& row) const {
    if (event.target == "all") {
        return !event.feeder || index(row.feeder) + 1 == *event.feeder;
    }
    return row.name ==
           feeder_prefix(static_cast<FeederId>(event.feeder.value_or(1) - 1)) + event.target;
}

std::pair<double, double> World::position(FeederId feeder, std::string const& bus) const {
    auto const columns =
        static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(feeders))));
    double const x0 = static_cast<double>(index(feeder) % columns) * feeder_pitch_m;
    std::size_t const row = index(feeder) / columns;
    double const y0 = static_cast<double>(row) * feeder_pitch_m;
    auto const found = circuit.buses.find(bus);
    if (found == circuit.buses.end() || !found->second.has_position) {
        return {x0, y0};
    }
    return {x0 + (found->second.x - x_min) * x_per_unit_m,
            y0 + (found->second.y - y_min) * x_per_unit_m};
}

grid::DssReadOptions feeder_options(Scenario const& scenario) {
    grid::DssReadOptions options;
    options.allow_ignored = scenario.grid.ignore;
    std::erase_if(options.allow_ignored, [](std::string const& name) {
        return grid::unknown_dss_class(name).has_value(); // told where the scenario says it
    });
    return options;
}

World build_world(Scenario const& scenario, Diagnostics& diagnostics) {
    return Builder(scenario, diagnostics).build();
}

} // namespace gridtwin::scenario
