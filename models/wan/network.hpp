#pragma once
// The star as both implementations see it: numbered one-way links and two of them per way.
#include "models/wan/wan.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::wan {

/// One direction of a cell, a line or the backbone.
struct Link {
    std::string name;
    double bit_rate_bps = 0.0;
    double latency_s = 0.0;
    Availability profile{};
};

using LinkIndex = std::uint32_t;

/// A longer message goes in pieces of this, four segments of TCP over Ethernet, between which
/// others may go: an image does not hold up an order.
inline constexpr std::uint32_t kPieceOctets = 4 * 1460;
inline constexpr double kPieceBits = 8.0 * kPieceOctets;

/// A spec that was found good, as tables.
struct Network {
    static constexpr LinkIndex kBackboneIn = 0;  ///< towards the head-end
    static constexpr LinkIndex kBackboneOut = 1; ///< from the head-end

    std::vector<Link> links;
    std::vector<LinkIndex>
        up; ///< [endpoint] access link towards the backbone; unused at the head-end
    std::vector<LinkIndex>
        down; ///< [endpoint] access link from the backbone; unused at the head-end
    std::vector<std::string> endpoint;
    EndpointId head_end{};
    std::vector<ServerSpec> servers;
    std::vector<std::uint32_t> server_of;     ///< [endpoint]
    std::vector<Availability> server_profile; ///< [server]
    SimDuration failover{};
    std::uint32_t overhead_octets = 0;
    SimDuration least_latency{};

    /// @throws SimulationError with problems(spec)
    explicit Network(WanSpec const& spec);

    /// The links in the order in which the message crosses them.
    [[nodiscard]] std::array<LinkIndex, 2> way(WanMessage const& m) const {
        return m.to == head_end ? std::array{up[index(m.from)], kBackboneIn}
                                : std::array{kBackboneOut, down[index(m.to)]};
    }
    [[nodiscard]] double bits(WanMessage const& m) const {
        return 8.0 * (static_cast<double>(m.octets) + overhead_octets);
    }
    /// What goes down and comes up by its profile.
    struct Turn {
        SimTime at{};
        bool up = true;
        bool of_server = false;
        std::uint32_t row = 0; ///< server or link
    };
    [[nodiscard]] std::vector<Turn> turns() const;

    /// On a core of a server.
    [[nodiscard]] double processing_s(std::uint32_t server, WanMessage const& m) const {
        return servers[server].processing_s(m.kind, m.octets);
    }
    /// Of the whole way.
    [[nodiscard]] SimDuration latency(WanMessage const& m) const {
        auto const w = way(m);
        return duration_from_s(links[w[0]].latency_s + links[w[1]].latency_s);
    }
    /// What its bits take on the slowest link of the way, alone.
    [[nodiscard]] SimDuration least_transfer(WanMessage const& m) const {
        auto const w = way(m);
        return duration_from_s(bits(m) /
                               std::min(links[w[0]].bit_rate_bps, links[w[1]].bit_rate_bps));
    }
    /// @throws SimulationError when `m` is not between two known endpoints, one of them the
    /// head-end
    void check(WanMessage const& m, SimTime at) const;
    /// @throws SimulationError when the server is unknown
    void check_server(std::uint32_t server, SimTime at) const;
    /// @throws SimulationError when the endpoint is unknown
    void check(EndpointId endpoint, SimTime at) const;
};

} // namespace gridtwin::wan
