#pragma once
// The one SimGrid engine of a process: made here, configured here, and nowhere else.
#include "models/wan/network.hpp"

#include <simgrid/forward.h>

#include <vector>

namespace gridtwin::wan {

/// The star as SimGrid knows it. Endpoints that share a cell share a host: what SimGrid sees of an
/// endpoint is its links.
struct SimgridPlatform {
    simgrid::s4u::Engine* engine = nullptr;
    simgrid::s4u::Host* head_end = nullptr; ///< where the ways end; its servers are beside it
    std::vector<simgrid::s4u::Host*> server;
    std::vector<simgrid::s4u::Host*> host; ///< [endpoint]
};

/// What SimGrid's links count instead of octets, of which a flow has a whole number: with 65536 to
/// an octet flows that several connections share end within nanoseconds of what they should.
inline constexpr double kOctetUnits = 65536.0;

/// Creates the engine and its platform, with one actor that sleeps past the horizon (without it
/// SimGrid takes an idle network for a finished or deadlocked run). The engine is never destroyed:
/// SimGrid 3.32 cannot make a second one.
/// @throws SimulationError when this process has one already
[[nodiscard]] SimgridPlatform create_simgrid(Network const& network, SimTime horizon);

} // namespace gridtwin::wan
