#include "sim/scenario/wan_platform.hpp"

#include "sim/scenario/text_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace gridtwin::scenario {
namespace {

class Mapping {
  public:
    Mapping(WanSection const& section, wan::WanSpec& spec, Diagnostics& diagnostics)
        : section_(section), platform_(section.platform), spec_(spec), diagnostics_(diagnostics) {
        for (auto const& link : platform_.links) {
            links_.emplace(link.name, &link);
        }
    }

    void map() {
        for (auto& cell : spec_.cells) {
            map_cell(cell);
        }
        map_line("backbone", spec_.backbone);
        map_line("gateway", spec_.gateway);
        for (auto& server : spec_.servers) {
            map_server(server);
        }
        for (auto const& link : platform_.links) {
            if (!used_.contains(link.name)) {
                diagnostics_.error(
                    link.where,
                    fmt::format("the link '{}' is of no part of the network", link.name),
                    "backbone, gateway, or the name of a cell, which may have .up "
                    "or .down behind it",
                    nearest_name(link.name, names_));
            }
        }
    }

  private:
    /// nullptr when there is none.
    wan::PlatformLink const* find(std::string const& name) {
        names_.push_back(name);
        auto const it = links_.find(name);
        if (it == links_.end()) {
            return nullptr;
        }
        used_.insert(name);
        return it->second;
    }

    /// Of both directions.
    wan::PlatformLink const* find_both(std::string const& name) {
        auto const* const link = find(name);
        if (link != nullptr && !link->each_way) {
            diagnostics_.error(link->where,
                               fmt::format("both directions share the link '{}'", name),
                               "sharing_policy SPLITDUPLEX");
        }
        return link;
    }

    void map_cell(wan::CellSpec& cell) {
        auto const* const both = find_both(cell.name);
        auto const* up = find(cell.name + ".up");
        auto const* down = find(cell.name + ".down");
        if (both != nullptr ? up != nullptr || down != nullptr : up == nullptr || down == nullptr) {
            auto const own =
                std::find_if(section_.cells.begin(), section_.cells.end(),
                             [&](WanCell const& known) { return known.name == cell.name; });
            auto const where = own == section_.cells.end() ? section_.platform_where : own->where;
            diagnostics_.error(
                where,
                fmt::format("the platform has no link for the cell '{}', or too many", cell.name),
                fmt::format("a link '{0}', or '{0}.up' and '{0}.down'", cell.name));
            return;
        }
        up = both != nullptr ? both : up;
        down = both != nullptr ? both : down;
        if (up->latency_s != down->latency_s) {
            diagnostics_.error(down->where,
                               fmt::format("'{}' and '{}' differ in latency", up->name, down->name),
                               "one latency for both directions of a cell");
        }
        cell.uplink_bps = up->bit_rate_bps;
        cell.downlink_bps = down->bit_rate_bps;
        cell.latency_s = up->latency_s;
    }

    void map_line(std::string const& name, wan::LineSpec& line) {
        if (auto const* const link = find_both(name)) {
            line = {link->bit_rate_bps, link->latency_s};
        }
    }

    void map_server(wan::ServerSpec& server) {
        auto const host = std::find_if(platform_.hosts.begin(), platform_.hosts.end(),
                                       [&](auto const& h) { return h.name == server.name; });
        if (host == platform_.hosts.end()) {
            return;
        }
        double const slower = wan::kServerFlops / host->speed_flops;
        server.cores = host->cores;
        server.message_s *= slower;
        server.octet_s *= slower;
        for (auto& kind : server.kinds) {
            kind.message_s *= slower;
        }
    }

    WanSection const& section_;
    wan::Platform const& platform_;
    wan::WanSpec& spec_;
    Diagnostics& diagnostics_;
    std::map<std::string_view, wan::PlatformLink const*> links_;
    std::set<std::string> used_;     ///< links
    std::vector<std::string> names_; ///< that links may have
};

} // namespace

wan::Platform read_wan_platform(Section& s, std::string_view key, std::string const& file) {
    auto const path = beside(s, file);
    auto const text = read_beside(s, key, path, "platform", "a SimGrid platform in XML");
    if (!text) {
        return {};
    }
    Diagnostics found;
    auto platform = wan::parse_platform(path.string(), *text, found);
    for (auto const& mistake : found.errors()) {
        s.error(mistake.where, mistake.what, mistake.expected, mistake.hint);
    }
    for (std::string_view const line : {"backbone", "gateway"}) {
        auto const it = std::find_if(platform.links.begin(), platform.links.end(),
                                     [&](auto const& link) { return link.name == line; });
        if (s.has(line) && it != platform.links.end()) {
            s.error(s.where(line),
                    fmt::format("'wan.{}' is given here and by the platform's link", line),
                    "one of the two");
        }
    }
    return platform;
}

void lay_platform(WanSection const& section, wan::WanSpec& spec, Diagnostics& diagnostics) {
    Mapping(section, spec, diagnostics).map();
}

void remark_hosts(Scenario& scenario) {
    auto const& wan = scenario.wan;
    auto const& hosts = wan.platform.hosts;
    auto const has_host = [&hosts](std::string const& name) {
        return std::ranges::find(hosts, name, &wan::PlatformHost::name) != hosts.end();
    };
    std::vector<std::string> without; // servers
    for (auto const& server : wan.servers) {
        if (!has_host(server.spec.name)) {
            without.push_back(server.spec.name);
        }
    }
    if (wan.servers.empty() && !has_host(wan.server.name)) {
        without.push_back(wan.server.name);
    }
    std::set<std::string> meant;
    for (auto const& host : hosts) {
        if (auto const near = nearest_name(host.name, without); !near.empty()) {
            meant.insert(near);
            scenario.remarks.push_back(
                {host.where, fmt::format("the host '{}' is of no server and passed over; did you "
                                         "mean '{}'?",
                                         host.name, near)});
        }
    }
    for (auto const& server : wan.servers) {
        auto const& name = server.spec.name;
        if (!hosts.empty() && !has_host(name) && !meant.contains(name)) {
            scenario.remarks.push_back(
                {server.where, fmt::format("the platform has no host '{}': this server's cores and "
                                           "times are those of the keys",
                                           name)});
        }
    }
}

} // namespace gridtwin::scenario
