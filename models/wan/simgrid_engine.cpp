#include "models/wan/simgrid_engine.hpp"

#include "sim/core/diagnostics.hpp"

#include <simgrid/kernel/ProfileBuilder.hpp>
#include <simgrid/s4u.hpp>

#include <array>
#include <cmath>
#include <csignal>
#include <map>

namespace gridtwin::wan {

namespace {

namespace s4u = simgrid::s4u;

// Sanitizers lose track of hand-made stacks; the one actor can afford a thread.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// SimGrid takes SIGINT (and ends the process) and SIGSEGV for itself; both belong to the program.
class KeptSignals {
  public:
    KeptSignals() {
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            sigaction(kSignals[i], nullptr, &before_[i]);
        }
    }
    ~KeptSignals() {
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            sigaction(kSignals[i], &before_[i], nullptr);
        }
    }
    KeptSignals(KeptSignals const&) = delete;
    KeptSignals& operator=(KeptSignals const&) = delete;

  private:
    static constexpr std::array<int, 2> kSignals{SIGINT, SIGSEGV};
    std::array<struct sigaction, 2> before_{};
};

s4u::Engine* create_engine(SimTime horizon) {
    // Events nearer to the clock than the precision happen now. It must stay above what a double
    // resolves at the horizon (4e-9 s after a year), or the clock would not move.
    double const precision_s =
        std::max(1e-9, 8.0 * (std::nextafter(to_s(horizon), HUGE_VAL) - to_s(horizon)));
    std::vector<std::string> arguments{
        "gridtwin",
        "--log=root.thres:error",
        "--cfg=network/model:CM02",         // plain latency + size / rate
        "--cfg=network/latency-factor:1",   // the default is 13.01
        "--cfg=network/bandwidth-factor:1", // the default is 0.97
        "--cfg=network/TCP-gamma:0",        // no window bound by round-trip time
        "--cfg=network/weight-S:0",         // no share taken off for hops
        "--cfg=network/crosstraffic:0",     // the default takes 5 % of the way back
        fmt::format("--cfg=surf/precision:{}", precision_s),
    };
    if (kSanitized) {
        arguments.emplace_back("--cfg=contexts/factory:thread");
    }
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& a : arguments) {
        argv.push_back(a.data());
    }
    int argc = static_cast<int>(argv.size());
    argv.push_back(nullptr);
    KeptSignals const kept;
    return new s4u::Engine(&argc, argv.data()); // never deleted, see the header
}

/// SimGrid's profile of the rates, in units of `full`. Up and down are simgrid_wan.cpp's.
simgrid::kernel::profile::Profile* rates_of(std::string const& name, Availability const& of,
                                            double full) {
    std::string text;
    for (auto const& rate : of.rates()) {
        text += fmt::format("{} {}\n", to_s(rate.at), rate.rate_frac * full);
    }
    return simgrid::kernel::profile::ProfileBuilder::from_string(name, text, -1.0);
}

} // namespace

SimgridPlatform create_simgrid(Network const& network, SimTime horizon) {
    if (s4u::Engine::has_instance()) {
        throw SimulationError("wide-area network, 00:00:00: this process has had its one SimGrid "
                              "engine; a second run needs a process of its own");
    }
    SimgridPlatform platform;
    platform.engine = create_engine(horizon);
    auto* const zone = s4u::create_star_zone("wan");
    platform.head_end = zone->create_host("head-end", kServerFlops);
    zone->add_route(platform.head_end->get_netpoint(), nullptr, nullptr, nullptr,
                    std::vector<s4u::LinkInRoute>{}, true);
    for (std::size_t s = 0; s < network.servers.size(); ++s) { // they compute, nothing flows there
        auto* const host = zone->create_host(fmt::format("server{}", s), kServerFlops);
        host->set_core_count(static_cast<int>(network.servers[s].cores));
        if (auto const& profile = network.server_profile[s]; !profile.rates().empty()) {
            host->set_speed_profile(rates_of(host->get_name(), profile, 1.0));
        }
        zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr,
                        std::vector<s4u::LinkInRoute>{}, true);
        platform.server.push_back(host);
    }

    // The backbone bounds every message and is never what they share, so each access network gets a
    // copy of its own of it: one FATPIPE link across all would tie all cells into one system of
    // equations, solved again at every change anywhere. Latencies are constants of a way: they pass
    // before the flow starts (simgrid_wan.cpp), so the links here have none.
    auto const make = [&](LinkIndex access, LinkIndex backbone) {
        Link const& a = network.links[access];
        Link const& b = network.links[backbone];
        auto const create = [&](std::string const& name, Link const& link) {
            double const rate = link.bit_rate_bps / 8.0 * kOctetUnits;
            auto* const made = zone->create_link(name, rate);
            if (!link.profile.rates().empty()) {
                made->set_bandwidth_profile(rates_of(name, link.profile, rate));
            }
            return made;
        };
        auto* const access_link = create(a.name, a);
        auto* const backbone_link = create(b.name + "." + a.name, b);
        backbone_link->set_sharing_policy(s4u::Link::SharingPolicy::FATPIPE);
        return std::vector<s4u::LinkInRoute>{s4u::LinkInRoute(access_link),
                                             s4u::LinkInRoute(backbone_link)};
    };
    std::map<LinkIndex, s4u::Host*> by_access;
    for (std::size_t e = 0; e < network.endpoint.size(); ++e) {
        if (static_cast<EndpointId>(e) == network.head_end) {
            platform.host.push_back(platform.head_end);
            continue;
        }
        s4u::Host*& host = by_access[network.up[e]];
        if (host == nullptr) {
            host = zone->create_host(fmt::format("access{}", network.up[e]), kServerFlops);
            zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr,
                            make(network.up[e], Network::kBackboneIn), false);
            zone->add_route(nullptr, host->get_netpoint(), nullptr, nullptr,
                            make(network.down[e], Network::kBackboneOut), false);
        }
        platform.host.push_back(host);
    }
    zone->seal();
    double const past_horizon_s = to_s(horizon) + 1.0;
    s4u::Actor::create("sleeper", platform.head_end,
                       [past_horizon_s] { s4u::this_actor::sleep_until(past_horizon_s); });
    return platform;
}

} // namespace gridtwin::wan
