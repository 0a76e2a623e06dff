#pragma once
// What the wide-area network is made of: cells that concentrators share, a gateway to the SMS
// operator, a backbone, and the head-end's servers.
#include "models/wan/availability.hpp"
#include "sim/core/message.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wan {

/// A shared access technology. Rates are what the application sees in one direction, latency is
/// one-way and includes scheduling; both are of the cell as a whole, not of one terminal.
struct CellSpec {
    std::string name;
    double uplink_bps = 0.0;
    double downlink_bps = 0.0;
    double latency_s = 0.0;
    double attach_s = 0.0;           ///< of one modem, until it may ask for a data session
    double attaches_hz = 0.0;        ///< procedures that may begin in a second; 0: any number
    std::uint32_t most_sessions = 0; ///< at once; 0: any number
};

/// Known technologies by name: gprs, edge, lte-m, nb-iot, ethernet. Sources and assumptions stand
/// beside the table in spec.cpp and in docs/models/wan.md.
[[nodiscard]] std::span<CellSpec const> known_cells();
[[nodiscard]] std::optional<CellSpec> find_cell(std::string_view name);

/// A line of one user, the same in both directions.
struct LineSpec {
    double bit_rate_bps = 0.0;
    double latency_s = 0.0;
};

enum class EndpointKind : std::uint8_t { concentrator, sms_gateway, head_end };

/// A concentrator that has a line of its own instead of a cell.
inline constexpr std::uint32_t kFixedLine = ~std::uint32_t{0};

/// One end of the network; its row in WanSpec::endpoints is its EndpointId.
struct EndpointSpec {
    std::string name;
    EndpointKind kind = EndpointKind::concentrator;
    std::uint32_t cell = kFixedLine; ///< concentrators: row of WanSpec::cells, or kFixedLine
    LineSpec line{};                 ///< concentrators behind kFixedLine only
    std::uint32_t server = 0;        ///< row of WanSpec::servers that takes what it sends
};

/// Speed of the host that a server's times are of, floating-point operations a second.
inline constexpr double kServerFlops = 1e9;

/// A processor of the head-end: a message that arrives takes processing_s() on one of the cores,
/// first come, first served.
struct ServerSpec {
    std::string name = "server";
    std::uint32_t cores = 2;  ///< assumption
    double message_s = 0.002; ///< assumption: parse, check, store one message
    double octet_s = 0.0;     ///< for each octet beside that
    struct KindCost {
        MessageKind kind{};
        double message_s = 0.0; ///< instead of ServerSpec::message_s
    };
    std::vector<KindCost> kinds{};
    std::uint32_t queue_limit = 1'000'000; ///< messages waiting; more are lost (queue_full)

    /// On one core at full speed.
    [[nodiscard]] double processing_s(MessageKind kind, std::uint32_t octets) const;
};

/// A star: concentrators (each behind a cell or a line) and SMS gateways (each behind a line) meet
/// the head-end at the far end of the backbone. What a server that is down would take goes to the
/// next in the table that is up, once its fall has been noticed.
struct WanSpec {
    std::vector<CellSpec> cells; ///< one row a cell site, shared by the concentrators that name it
    std::vector<EndpointSpec> endpoints; ///< exactly one head_end
    LineSpec backbone{1e9, 0.010};       ///< assumption: carrier to data centre
    LineSpec gateway{10e6, 0.020};       ///< assumption: leased line to the SMS operator
    std::vector<ServerSpec> servers{ServerSpec{}};
    double failover_s = 5.0; ///< assumption: from a server's fall to others in its place
    std::vector<AvailabilitySpec> availability; ///< at most one a part
    std::uint32_t overhead_octets =
        40; ///< per message: IPv4 and TCP headers; assumption: one segment
};

/// What is wrong with `spec`, one sentence each; empty when it can be built.
[[nodiscard]] std::vector<std::string> problems(WanSpec const& spec);

/// The profile of one part; always up when it has none.
[[nodiscard]] Availability profile_of(WanSpec const& spec, Part part, std::uint32_t row = 0);

} // namespace gridtwin::wan
