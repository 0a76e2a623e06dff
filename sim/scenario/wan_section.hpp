#pragma once
// The wide-area network of a scenario file, as plain structs.
#include "models/wan/platform.hpp"
#include "models/wan/session.hpp"
#include "models/wan/spec.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::scenario {

enum class WanModel : std::uint8_t { simgrid, builtin };

/// A cell with a name, and who is in it.
struct WanCell {
    std::string name;
    std::string technology; ///< name of a row of WanSection::technologies
    std::vector<std::string> concentrators;
    SourcePos where;
};

struct WanServer {
    wan::ServerSpec spec;
    std::vector<std::string> concentrators; ///< whose messages it takes
    SourcePos where;
};

/// Changes of one part; a part may have several of these.
struct WanAvailability {
    std::string of; ///< "backbone", "gateway", "radius", or the name of a cell or server
    std::vector<wan::AvailabilityChange> changes;
    SourcePos where;
};

struct WanSessions {
    bool on = false; ///< the scenario has them
    wan::SessionSpec spec;
    std::vector<std::string> wrong_password; ///< concentrators
    std::vector<std::string> unknown;        ///< likewise, to the RADIUS server
    SourcePos where;
};

struct WanSection {
    SourcePos where; ///< line 0: the scenario has no such section
    WanModel model = WanModel::simgrid;
    std::string cell = "gprs"; ///< technology of the cells that have no name of their own
    std::vector<wan::CellSpec> technologies; ///< the known ones and the scenario's own
    std::vector<WanCell> cells;
    std::uint32_t concentrators_per_cell = 20;
    SimDuration modem_delay = std::chrono::milliseconds{100}; ///< arrival at a modem to its host
    SimDuration gateway_delay =
        std::chrono::milliseconds{100}; ///< arrival at the gateway to the operator
    wan::LineSpec backbone = wan::WanSpec{}.backbone;
    wan::LineSpec gateway = wan::WanSpec{}.gateway;
    wan::ServerSpec server; ///< the only one, or what all have in common
    std::vector<WanServer> servers;
    SimDuration failover = duration_from_s(wan::WanSpec{}.failover_s);
    WanSessions sessions;
    std::vector<WanAvailability> availability;
    std::string platform_file; ///< empty: none
    wan::Platform platform;
    SourcePos platform_where;
};

} // namespace gridtwin::scenario
