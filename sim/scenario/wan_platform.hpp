#pragma once
// A SimGrid platform file as the wide-area network's numbers: what is named alike is meant.
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/section.hpp"
#include "sim/scenario/wan_section.hpp"

#include <string>

namespace gridtwin::scenario {

/// Links and hosts of a file relative to the scenario, value of `key`. Mistakes are told with the
/// file's line.
[[nodiscard]] wan::Platform read_wan_platform(Section& s, std::string_view key,
                                              std::string const& file);

/// Gives cells, backbone, gateway line and servers the rates, latencies, cores and speeds of the
/// links and hosts that bear their names.
void lay_platform(WanSection const& section, wan::WanSpec& spec, Diagnostics& diagnostics);

/// Hosts that are servers' but for a letter or so, and servers without a host in a platform that
/// has hosts: what is not named alike is passed over, and that may not be meant.
void remark_hosts(Scenario& scenario);

} // namespace gridtwin::scenario
