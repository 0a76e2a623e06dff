#include "sim/twin/line_losses.hpp"

#include <array>

namespace gridtwin::twin {

namespace {

/// Sum over a network's lines, in ohm: what they lose over the square of one customer's current.
double lost_per_square_ampere(scenario::LvNetworkRow const& row, grid::LvSpec const& lines,
                              double variation) {
    auto const& network = row.network;
    std::vector<std::array<double, 3>> below(network.size());
    for (auto const& service : row.services) {
        below[service.node][service.phase] += 1.0;
    }
    double lost = 0.0;
    for (std::size_t k = network.size(); k-- > 1;) { // parents stand before their children
        auto const& n = below[k];
        auto const& cable = lines.cables[network.cable[k]];
        double squares = 0.0;
        for (std::size_t p = 0; p < 3; ++p) {
            squares += n[p] * n[p] + n[p] * variation;
            below[static_cast<std::size_t>(network.parent[k])][p] += n[p];
        }
        double const crossed = n[0] * n[1] + n[1] * n[2] + n[2] * n[0];
        double const phase = cable.r_self_ohm_per_m - cable.r_mutual_ohm_per_m;
        double const neutral = cable.r_mutual_ohm_per_m;
        lost += network.length_m[k] * (phase * squares + neutral * (squares - crossed));
    }
    return lost;
}

} // namespace

std::vector<headend::LineLosses> line_losses(scenario::Scenario const& scenario,
                                             scenario::World const& world) {
    auto const& model = scenario.headend.lines;
    std::vector<headend::LineLosses> out(world.concentrators.size());
    for (std::size_t c = 0; c < out.size(); ++c) {
        double lost = 0.0;
        double customers = 0.0;
        double u_v = 0.0;
        for (auto const id : world.concentrators[c].networks) {
            auto const& row = world.lv[index(id)];
            lost += lost_per_square_ampere(row, scenario.grid.low_voltage.lines, model.variation);
            customers += static_cast<double>(row.services.size());
            for (auto const& service : row.services) {
                u_v = world.meters.u_nominal_v[index(service.meter)];
            }
        }
        if (customers > 0.0) {
            double const ampere_per_w = 1.0 / (customers * u_v * model.power_factor);
            // E mWh in an interval of T s are 3.6 E / T W
            out[c].per_mwh =
                3.6 / to_s(scenario.headend.profile) * lost * ampere_per_w * ampere_per_w;
        }
    }
    return out;
}

} // namespace gridtwin::twin
