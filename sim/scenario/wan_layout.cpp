#include "sim/scenario/wan_layout.hpp"

#include "sim/scenario/wan_platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace gridtwin::scenario {
namespace {

constexpr std::uint32_t kNowhere = ~std::uint32_t{0};

/// FNV-1a: the same on every machine.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (char const c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return hash;
}

class Layout {
  public:
    Layout(Scenario const& scenario, World& world, Diagnostics& diagnostics)
        : wan_(scenario.wan), world_(world), diagnostics_(diagnostics) {
        sound_ = scenario.sound;
        where_ = wan_.where;
        where_.file = where_.file.empty() ? scenario.file.string() : where_.file;
        for (std::uint32_t c = 0; c < world.concentrators.size(); ++c) {
            rows_[world.concentrators[c].name] = c;
        }
    }

    void lay() {
        auto const before = diagnostics_.errors().size();
        auto& spec = world_.wan;
        spec.backbone = wan_.backbone;
        spec.gateway = wan_.gateway;
        spec.failover_s = to_s(wan_.failover);
        spec.overhead_octets = 0; // the wire library has counted TCP and IP already
        lay_servers();
        lay_cells();
        if (!wan_.platform_file.empty() && sound_ && world_.placed) {
            lay_platform(wan_, spec, diagnostics_);
        }
        for (std::uint32_t c = 0; c < world_.concentrators.size(); ++c) {
            auto const& name = world_.concentrators[c].name;
            spec.endpoints.push_back({.name = name,
                                      .kind = wan::EndpointKind::concentrator,
                                      .cell = cell_of_[c],
                                      .line = {},
                                      .server = server_of(c, name)});
        }
        spec.endpoints.push_back({.name = "sms-gateway",
                                  .kind = wan::EndpointKind::sms_gateway,
                                  .cell = wan::kFixedLine,
                                  .line = {},
                                  .server = server_of(kNowhere, "sms-gateway")});
        spec.endpoints.push_back({.name = "head-end",
                                  .kind = wan::EndpointKind::head_end,
                                  .cell = wan::kFixedLine,
                                  .line = {},
                                  .server = 0});
        lay_availability();
        if (wan_.sessions.on) {
            lay_sessions();
        }
        if (diagnostics_.errors().size() == before) {
            for (auto const& problem : wan::problems(spec)) {
                diagnostics_.error(where_,
                                   "the wide-area network cannot work like this: " + problem);
            }
        }
    }

  private:
    /// @return kNowhere, which has been said
    std::uint32_t find(std::string const& name, SourcePos const& where) {
        auto const it = rows_.find(name);
        if (it != rows_.end()) {
            return it->second;
        }
        if (!world_.placed) {
            return kNowhere; // another mistake has said why
        }
        std::vector<std::string> names;
        for (auto const& [known, row] : rows_) {
            names.push_back(known);
        }
        diagnostics_.error(where, fmt::format("there is no concentrator '{}'", name),
                           "the name of a concentrator", nearest_name(name, names));
        return kNowhere;
    }

    /// Gives each named concentrator `row`, once.
    void assign(std::vector<std::string> const& names, SourcePos const& where, std::uint32_t row,
                std::vector<std::uint32_t>& of, std::string_view what) {
        for (auto const& name : names) {
            auto const c = find(name, where);
            if (c == kNowhere) {
                continue;
            }
            if (of[c] != kNowhere) {
                diagnostics_.error(where, fmt::format("'{}' has more than one {}", name, what),
                                   fmt::format("one {} a concentrator", what));
            }
            of[c] = row;
        }
    }

    [[nodiscard]] wan::CellSpec technology(std::string const& name) const {
        auto const it = std::find_if(wan_.technologies.begin(), wan_.technologies.end(),
                                     [&](auto const& t) { return t.name == name; });
        return it == wan_.technologies.end() ? *wan::find_cell("gprs") : *it;
    }

    void add_cell(std::string name, std::string const& of) {
        auto cell = technology(of);
        cell.name = std::move(name);
        world_.wan.cells.push_back(std::move(cell));
    }

    void lay_cells() {
        cell_of_.assign(world_.concentrators.size(), kNowhere);
        for (auto const& cell : wan_.cells) {
            assign(cell.concentrators, cell.where,
                   static_cast<std::uint32_t>(world_.wan.cells.size()), cell_of_, "cell");
            add_cell(cell.name, cell.technology);
        }
        std::uint32_t others = 0;
        for (auto& of : cell_of_) {
            if (of != kNowhere) {
                continue;
            }
            if (others % wan_.concentrators_per_cell == 0) {
                add_cell(fmt::format("cell-{}", others / wan_.concentrators_per_cell + 1),
                         wan_.cell);
            }
            of = static_cast<std::uint32_t>(world_.wan.cells.size() - 1);
            ++others;
        }
    }

    void lay_servers() {
        listed_.assign(world_.concentrators.size(), kNowhere);
        auto& servers = world_.wan.servers;
        servers.clear();
        for (auto const& server : wan_.servers) {
            assign(server.concentrators, server.where, static_cast<std::uint32_t>(servers.size()),
                   listed_, "server");
            servers.push_back(server.spec);
        }
        if (servers.empty()) {
            servers.push_back(wan_.server);
        }
    }

    [[nodiscard]] std::uint32_t server_of(std::uint32_t concentrator, std::string_view name) const {
        if (concentrator != kNowhere && listed_[concentrator] != kNowhere) {
            return listed_[concentrator];
        }
        return static_cast<std::uint32_t>(hash_of(name) % world_.wan.servers.size());
    }

    void lay_availability() {
        using wan::Part;
        std::map<std::string, std::pair<Part, std::uint32_t>> parts;
        auto const add = [&](std::string const& name, Part part, std::uint32_t row) {
            if (!parts.insert({name, {part, row}}).second && sound_) {
                diagnostics_.error(where_,
                                   fmt::format("two parts of the network are named '{}'", name),
                                   "cells and servers with names of their own");
            }
        };
        add("backbone", Part::backbone, 0);
        add("gateway", Part::gateway, 0);
        add("radius", Part::radius, 0);
        for (std::uint32_t s = 0; s < world_.wan.servers.size(); ++s) {
            add(world_.wan.servers[s].name, Part::server, s);
        }
        for (std::uint32_t c = 0; c < world_.wan.cells.size(); ++c) {
            add(world_.wan.cells[c].name, Part::cell, c);
        }
        std::map<std::pair<Part, std::uint32_t>, wan::AvailabilitySpec> merged;
        for (auto const& row : wan_.availability) {
            auto const it = parts.find(row.of);
            if (it == parts.end() && !world_.placed) {
                continue; // cells without a name of their own are made for concentrators
            }
            if (it == parts.end()) {
                std::vector<std::string> names;
                for (auto const& [name, part] : parts) {
                    names.push_back(name);
                }
                diagnostics_.error(row.where,
                                   fmt::format("there is no cell or server '{}'", row.of),
                                   "backbone, gateway, radius, or the name of a cell or server",
                                   nearest_name(row.of, names));
                continue;
            }
            auto& spec = merged[it->second];
            spec.part = it->second.first;
            spec.row = it->second.second;
            spec.changes.insert(spec.changes.end(), row.changes.begin(), row.changes.end());
            std::stable_sort(spec.changes.begin(), spec.changes.end(),
                             [](auto const& a, auto const& b) { return a.at < b.at; });
            if (auto const wrong = wan::problem(spec.changes); !wrong.empty()) {
                diagnostics_.error(row.where, fmt::format("'{}': {}", row.of, wrong),
                                   "one change at a time");
            }
        }
        for (auto& [part, spec] : merged) {
            world_.wan.availability.push_back(std::move(spec));
        }
    }

    void lay_sessions() {
        auto const& from = wan_.sessions;
        auto spec = from.spec;
        for (auto const& row : world_.concentrators) {
            spec.server.passwords[row.name] = spec.password;
        }
        for (auto const& name : from.wrong_password) {
            if (find(name, from.where) != kNowhere) {
                spec.other_passwords[name] = "not " + spec.password;
            }
        }
        for (auto const& name : from.unknown) {
            if (find(name, from.where) != kNowhere) {
                spec.server.passwords.erase(name);
            }
        }
        world_.sessions = std::move(spec);
    }

    WanSection const& wan_;
    World& world_;
    Diagnostics& diagnostics_;
    SourcePos where_;
    bool sound_ = false;                        ///< the file has no mistake by itself
    std::map<std::string, std::uint32_t> rows_; ///< concentrators
    std::vector<std::uint32_t> cell_of_;        ///< [concentrator]
    std::vector<std::uint32_t> listed_;         ///< [concentrator] its server, if listed
};

} // namespace

void lay_wan(Scenario const& scenario, World& world, Diagnostics& diagnostics) {
    Layout(scenario, world, diagnostics).lay();
}

} // namespace gridtwin::scenario
