#include "models/wan/spec.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace gridtwin::wan {

namespace {

// Each way must take longer than the SimGrid implementation's shortest step, 20 us.
constexpr double kLeastWay_s = 100e-6;

bool positive(double v) {
    return std::isfinite(v) && v > 0.0;
}
bool not_negative(double v) {
    return std::isfinite(v) && v >= 0.0;
}

std::string_view kind_name(EndpointKind kind) {
    static constexpr std::array<std::string_view, 3> kNames{"concentrator", "sms_gateway",
                                                            "head_end"};
    return kNames[static_cast<std::size_t>(kind)];
}

void check_line(LineSpec const& line, std::string_view whose, std::vector<std::string>& found) {
    if (!positive(line.bit_rate_bps)) {
        found.push_back(fmt::format("{}: the bit rate must be above zero", whose));
    }
    if (!not_negative(line.latency_s)) {
        found.push_back(fmt::format("{}: the latency must not be negative", whose));
    }
}

} // namespace

std::span<CellSpec const> known_cells() {
    // GPRS: delay class 1 means 0.5 s on average for 128 octets (a modem manual's table of the
    // classes); the split into 0.35 s and bits, and the usable rates, are assumptions.
    // EDGE: assumption, about 2.5 times GPRS. LTE-M: 1 Mbit/s and 10-15 ms (published overview);
    // NB-IoT (NB1): 62/26 kbit/s, 1.6 s is the lower end of 1.6-10 s (same overview).
    // Ethernet: assumption, an access line.
    // Attach times and rates are assumptions; modems are known to need 10 to 60 s to be back in
    // GPRS, of which SessionSpec's start is a part.
    static std::array<CellSpec, 5> const kCells{{
        {"gprs", 20e3, 40e3, 0.350, 15.0, 2.0, 0},
        {"edge", 60e3, 120e3, 0.200, 15.0, 2.0, 0},
        {"lte-m", 1e6, 1e6, 0.015, 3.0, 20.0, 0},
        {"nb-iot", 62e3, 26e3, 1.600, 10.0, 10.0, 0},
        {"ethernet", 10e6, 10e6, 0.005, 1.0, 100.0, 0},
    }};
    return kCells;
}

std::optional<CellSpec> find_cell(std::string_view name) {
    auto const cells = known_cells();
    auto const it =
        std::find_if(cells.begin(), cells.end(), [&](CellSpec const& c) { return c.name == name; });
    return it == cells.end() ? std::nullopt : std::optional<CellSpec>(*it);
}

double ServerSpec::processing_s(MessageKind kind, std::uint32_t octets) const {
    auto const own = std::find_if(kinds.begin(), kinds.end(),
                                  [kind](KindCost const& cost) { return cost.kind == kind; });
    return (own == kinds.end() ? message_s : own->message_s) + octet_s * octets;
}

namespace {

void check_server(ServerSpec const& server, std::size_t row, std::vector<std::string>& found) {
    auto const whose = fmt::format("server {} '{}'", row, server.name);
    if (server.cores == 0) {
        found.push_back(whose + ": it needs a core");
    }
    bool sound = not_negative(server.message_s) && not_negative(server.octet_s);
    for (auto const& cost : server.kinds) {
        sound = sound && not_negative(cost.message_s);
    }
    if (!sound) {
        found.push_back(whose + ": the time per message, and per octet, must not be negative");
    }
}

void check_availability(WanSpec const& spec, std::vector<std::string>& found) {
    std::set<std::pair<Part, std::uint32_t>> seen;
    for (auto const& a : spec.availability) {
        std::size_t const rows = a.part == Part::cell     ? spec.cells.size()
                                 : a.part == Part::server ? spec.servers.size()
                                                          : 1;
        if (a.row >= rows) {
            found.push_back(fmt::format("availability of row {} of {}", a.row, rows));
        }
        if (!seen.insert({a.part, a.row}).second) {
            found.emplace_back("two availability profiles of the same part");
        }
        if (auto const wrong = problem(a.changes); !wrong.empty()) {
            found.push_back("availability: " + wrong);
        }
    }
}

} // namespace

std::vector<std::string> problems(WanSpec const& spec) {
    std::vector<std::string> found;
    double least_access_s = HUGE_VAL;
    for (std::size_t i = 0; i < spec.cells.size(); ++i) {
        CellSpec const& c = spec.cells[i];
        if (!positive(c.uplink_bps) || !positive(c.downlink_bps)) {
            found.push_back(
                fmt::format("cell {} '{}': both bit rates must be above zero", i, c.name));
        }
        if (!not_negative(c.latency_s)) {
            found.push_back(
                fmt::format("cell {} '{}': the latency must not be negative", i, c.name));
        }
        if (!not_negative(c.attach_s) || !not_negative(c.attaches_hz)) {
            found.push_back(
                fmt::format("cell {} '{}': attach time and rate must not be negative", i, c.name));
        }
    }
    check_line(spec.backbone, "backbone", found);
    check_line(spec.gateway, "gateway", found);
    std::size_t head_ends = 0;
    for (std::size_t i = 0; i < spec.endpoints.size(); ++i) {
        EndpointSpec const& e = spec.endpoints[i];
        auto const whose = fmt::format("{} {} '{}'", kind_name(e.kind), i, e.name);
        if (e.server >= spec.servers.size()) {
            found.push_back(fmt::format("{}: server {} does not exist, there are {}", whose,
                                        e.server, spec.servers.size()));
        }
        switch (e.kind) {
        case EndpointKind::head_end:
            ++head_ends;
            break;
        case EndpointKind::sms_gateway:
            least_access_s = std::min(least_access_s, spec.gateway.latency_s);
            break;
        case EndpointKind::concentrator:
            if (e.cell == kFixedLine) {
                check_line(e.line, whose, found);
                least_access_s = std::min(least_access_s, e.line.latency_s);
            } else if (e.cell >= spec.cells.size()) {
                found.push_back(fmt::format("{}: cell {} does not exist, there are {}", whose,
                                            e.cell, spec.cells.size()));
            } else {
                least_access_s = std::min(least_access_s, spec.cells[e.cell].latency_s);
            }
            break;
        }
    }
    if (head_ends != 1) {
        found.push_back(fmt::format("there must be one head-end, not {}", head_ends));
    }
    if (least_access_s + spec.backbone.latency_s < kLeastWay_s) {
        found.push_back(fmt::format("the shortest way takes {} s; it must take {} s or more",
                                    least_access_s + spec.backbone.latency_s, kLeastWay_s));
    }
    for (std::size_t i = 0; i < spec.servers.size(); ++i) {
        check_server(spec.servers[i], i, found);
    }
    check_availability(spec, found);
    if (!not_negative(spec.failover_s)) {
        found.emplace_back("the time to a failover must not be negative");
    }
    return found;
}

Availability profile_of(WanSpec const& spec, Part part, std::uint32_t row) {
    auto const it =
        std::find_if(spec.availability.begin(), spec.availability.end(),
                     [&](AvailabilitySpec const& a) { return a.part == part && a.row == row; });
    return it == spec.availability.end() ? Availability{} : Availability(it->changes);
}

} // namespace gridtwin::wan
