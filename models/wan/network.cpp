#include "models/wan/network.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::wan {

Network::Network(WanSpec const& spec)
    : servers(spec.servers), overhead_octets(spec.overhead_octets) {
    if (auto const found = problems(spec); !found.empty()) {
        throw SimulationError(fmt::format("wide-area network: {}", fmt::join(found, "; ")));
    }
    failover = duration_from_s(spec.failover_s);
    auto const profile = [&spec](Part part, std::size_t row = 0) {
        return profile_of(spec, part, static_cast<std::uint32_t>(row));
    };
    for (std::size_t s = 0; s < servers.size(); ++s) {
        server_profile.push_back(profile(Part::server, s));
    }
    auto const add = [this](std::string name, double bit_rate_bps, double latency_s,
                            Availability const& availability) {
        links.push_back({std::move(name), bit_rate_bps, latency_s, availability});
        return static_cast<LinkIndex>(links.size() - 1);
    };
    auto const of_backbone = profile(Part::backbone);
    add("backbone.in", spec.backbone.bit_rate_bps, spec.backbone.latency_s, of_backbone);
    add("backbone.out", spec.backbone.bit_rate_bps, spec.backbone.latency_s, of_backbone);
    std::vector<LinkIndex> cell_up;
    std::vector<LinkIndex> cell_down;
    for (std::size_t i = 0; i < spec.cells.size(); ++i) {
        CellSpec const& c = spec.cells[i];
        auto const of_cell = profile(Part::cell, i);
        cell_up.push_back(add(fmt::format("cell{}.up", i), c.uplink_bps, c.latency_s, of_cell));
        cell_down.push_back(
            add(fmt::format("cell{}.down", i), c.downlink_bps, c.latency_s, of_cell));
    }
    double least_s = HUGE_VAL;
    for (std::size_t i = 0; i < spec.endpoints.size(); ++i) {
        EndpointSpec const& e = spec.endpoints[i];
        endpoint.push_back(e.name);
        server_of.push_back(e.server);
        LinkIndex up_link = 0;
        LinkIndex down_link = 0;
        if (e.kind == EndpointKind::head_end) {
            head_end = static_cast<EndpointId>(i);
        } else if (e.kind == EndpointKind::concentrator && e.cell != kFixedLine) {
            up_link = cell_up[e.cell];
            down_link = cell_down[e.cell];
        } else {
            bool const gateway = e.kind == EndpointKind::sms_gateway;
            LineSpec const& line = gateway ? spec.gateway : e.line;
            auto const of_line = gateway ? profile(Part::gateway) : Availability{};
            up_link = add(fmt::format("line{}.up", i), line.bit_rate_bps, line.latency_s, of_line);
            down_link =
                add(fmt::format("line{}.down", i), line.bit_rate_bps, line.latency_s, of_line);
        }
        if (e.kind != EndpointKind::head_end) {
            least_s = std::min(least_s, links[down_link].latency_s + spec.backbone.latency_s);
        }
        up.push_back(up_link);
        down.push_back(down_link);
    }
    // Without anybody to talk to any window will do.
    least_latency =
        endpoint.size() > 1 ? duration_from_s(least_s) : SimDuration{std::chrono::hours{1}};
}

std::vector<Network::Turn> Network::turns() const {
    std::vector<Turn> all;
    for (std::uint32_t s = 0; s < servers.size(); ++s) {
        for (auto const& turn : server_profile[s].turns()) {
            all.push_back({turn.at, turn.up, true, s});
        }
    }
    for (std::uint32_t l = 0; l < links.size(); ++l) {
        for (auto const& turn : links[l].profile.turns()) {
            all.push_back({turn.at, turn.up, false, l});
        }
    }
    return all;
}

void Network::check(EndpointId e, SimTime at) const {
    if (index(e) >= endpoint.size()) {
        throw SimulationError(fmt::format("wide-area network, {}: endpoint {} does not exist",
                                          format_time(at), index(e)));
    }
}

void Network::check_server(std::uint32_t server, SimTime at) const {
    if (server >= servers.size()) {
        throw SimulationError(fmt::format("wide-area network, {}: server {} does not exist",
                                          format_time(at), server));
    }
}

void Network::check(WanMessage const& m, SimTime at) const {
    check(m.from, at);
    check(m.to, at);
    if (m.from == m.to || (m.from != head_end && m.to != head_end)) {
        throw SimulationError(
            fmt::format("wide-area network, {}: a message from '{}' to '{}' has no way; one of the "
                        "two must be the head-end '{}'",
                        format_time(at), endpoint[index(m.from)], endpoint[index(m.to)],
                        endpoint[index(head_end)]));
    }
}

} // namespace gridtwin::wan
