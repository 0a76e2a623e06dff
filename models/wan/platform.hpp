#pragma once
// Links and hosts of a SimGrid platform file (XML, version 4), read as SimGrid reads them. SimGrid
// itself does not: it has one engine a process, while a scenario is checked before there is one and
// as often as one likes, and it ends the process at a link that is there twice.
#include "sim/core/diagnostics.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wan {

struct PlatformLink {
    std::string name;
    double bit_rate_bps = 0.0;
    double latency_s = 0.0;
    bool each_way = false; ///< SPLITDUPLEX or FATPIPE: ways there and back do not share it
    SourcePos where;
};

struct PlatformHost {
    std::string name;
    double speed_flops = 0.0; ///< of one core
    std::uint32_t cores = 1;
    SourcePos where;
};

struct Platform {
    std::vector<PlatformLink> links;
    std::vector<PlatformHost> hosts;
};

/// What zones hold, in the file's order. Routes, routers, properties and configuration are passed
/// over: the network is a star. Everything else, and profiles, are mistakes, which go to
/// `diagnostics` with their line.
/// @param file for the mistakes' places
/// @param text its octets
[[nodiscard]] Platform parse_platform(std::string const& file, std::string_view text,
                                      Diagnostics& diagnostics);

} // namespace gridtwin::wan
