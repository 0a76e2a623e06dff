#include "sim/scenario/bindings.hpp"
#include "sim/scenario/instant.hpp"
#include "sim/scenario/wan_platform.hpp"
#include "sim/scenario/wan_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace gridtwin::scenario {
namespace {

constexpr std::pair<std::string_view, WanModel> kWanModels[] = {{"simgrid", WanModel::simgrid},
                                                                {"builtin", WanModel::builtin}};

template <typename Rows>
std::vector<std::string> names_of(Rows const& rows) {
    std::vector<std::string> names;
    for (auto const& row : rows) {
        names.push_back(row.name);
    }
    return names;
}

/// @return whether `name` is a row's; if not, said
bool check_technology(Section& s, std::string_view key, std::string_view path,
                      std::string const& name, std::vector<wan::CellSpec> const& rows) {
    auto const names = names_of(rows);
    if (s.describing() || std::find(names.begin(), names.end(), name) != names.end()) {
        return true;
    }
    s.error(s.where(key), fmt::format("'{}' is '{}'", path, name),
            fmt::format("{}", fmt::join(names, " | ")), nearest_name(name, names));
    return false;
}

/// A name that no other row has; empty ones and doubles are mistakes.
void check_name(Section& s, std::string const& name, std::set<std::string>& seen,
                std::string_view what) {
    if (s.describing() || !s.has("name")) {
        return;
    }
    if (name.empty()) {
        s.error(s.where("name"), fmt::format("the {} has no name", what), "a name");
    } else if (!seen.insert(name).second) {
        s.error(s.where("name"), fmt::format("a {} named '{}' exists already", what, name),
                "names that differ");
    }
}

void bind_technologies(Section& s, std::vector<wan::CellSpec>& rows) {
    auto const known = wan::known_cells();
    rows.assign(known.begin(), known.end());
    std::set<std::string> seen;
    for (auto const& row : known) {
        seen.insert(row.name);
    }
    s.list("technologies", "of cells, of one's own", [&](Section& t) {
        wan::CellSpec row;
        t.text("name", row.name, "for cell and cells", Need::required);
        std::string based_on = rows.front().name;
        t.text("based_on", based_on, "known one whose values hold where no other is given");
        if (check_technology(t, "based_on", "wan.technologies[].based_on", based_on, rows) &&
            !t.describing()) {
            auto const name = row.name;
            row = *std::find_if(rows.begin(), rows.end(),
                                [&](auto const& r) { return r.name == based_on; });
            row.name = name;
        } else {
            row = rows.front();
        }
        t.quantity("up", row.uplink_bps, Dimension::bit_rate, {1.0, 1e12},
                   "of the cell as a whole");
        t.quantity("down", row.downlink_bps, Dimension::bit_rate, {1.0, 1e12}, "likewise");
        t.quantity("latency", row.latency_s, Dimension::time, {0.0, 600.0}, "one way");
        t.quantity("attach", row.attach_s, Dimension::time, {0.0, 3600.0},
                   "of one modem, until it may ask for a data session");
        t.quantity("attaches", row.attaches_hz, Dimension::rate, {0.0, 1e6},
                   "attach procedures that a cell begins; 0 1/s: any number");
        t.integer("sessions", row.most_sessions, {0, 1e9}, "at once in a cell; 0: any number");
        check_name(t, row.name, seen, "technology");
        if (!t.describing()) {
            rows.push_back(std::move(row));
        }
    });
}

void bind_cells(Section& s, WanSection& wan) {
    std::set<std::string> seen;
    s.list("cells",
           "with a name, and who is in them; others are in cells of concentrators_per_cell",
           [&](Section& c) {
               WanCell cell;
               cell.technology = wan.cell;
               cell.where = c.describing() ? SourcePos{} : c.where();
               c.text("name", cell.name, "of the cell", Need::required);
               c.text("technology", cell.technology, "as for wan.cell");
               check_technology(c, "technology", "wan.cells[].technology", cell.technology,
                                wan.technologies);
               c.texts("concentrators", cell.concentrators, "that stand in it");
               check_name(c, cell.name, seen, "cell");
               wan.cells.push_back(std::move(cell));
           });
}

void bind_work(Section& s, wan::ServerSpec& server) {
    s.integer("cores", server.cores, {1, 1024}, "that take messages");
    s.quantity("per_message", server.message_s, Dimension::time, {0.0, 60.0}, "on one core");
    s.quantity("per_octet", server.octet_s, Dimension::time, {0.0, 1.0}, "beside that");
    s.integer("queue", server.queue_limit, {0, 4e9}, "messages that wait; more are lost");
    s.list("kinds", "of messages that take another time", [&](Section& k) {
        std::string kind;
        wan::ServerSpec::KindCost cost{.kind = {}, .message_s = server.message_s};
        k.text("kind", kind, "name of a message, as in /messages of results", Need::required);
        k.quantity("per_message", cost.message_s, Dimension::time, {0.0, 60.0},
                   "instead of the server's", Need::required);
        if (k.describing() || kind.empty()) {
            return;
        }
        std::vector<std::string> names;
        for (std::size_t i = 0; i < kMessageKinds; ++i) {
            names.emplace_back(name(static_cast<MessageKind>(i)));
        }
        auto const it = std::find(names.begin(), names.end(), kind);
        if (it == names.end()) {
            k.error(k.where("kind"), fmt::format("there is no message '{}'", kind),
                    "a kind of message", nearest_name(kind, names));
            return;
        }
        cost.kind = static_cast<MessageKind>(it - names.begin());
        server.kinds.insert(server.kinds.begin(), cost); // before those of all servers
    });
}

void bind_servers(Section& s, WanSection& wan) {
    s.section("server", "the head-end's processor; what all servers have in common",
              [&wan](Section& v) { bind_work(v, wan.server); });
    std::set<std::string> seen;
    s.list("servers", "of the head-end, if there are several", [&](Section& v) {
        WanServer row{.spec = wan.server, .concentrators = {}, .where = {}};
        row.where = v.describing() ? SourcePos{} : v.where();
        v.text("name", row.spec.name, "of the server", Need::required);
        bind_work(v, row.spec);
        v.texts("concentrators", row.concentrators,
                "whose messages it takes; the others are spread over all by their names");
        check_name(v, row.spec.name, seen, "server");
        wan.servers.push_back(std::move(row));
    });
    s.time("failover", wan.failover, {0.0, 86400.0},
           "from a server's fall until the next takes its messages");
}

void bind_sessions(Section& s, WanSessions& sessions) {
    auto& spec = sessions.spec;
    sessions.where = s.describing() ? SourcePos{} : s.where();
    s.flag("standing", spec.standing,
           "at the start; if not, all modems have just been switched on");
    s.text("secret", spec.secret, "of the cells' gateway, for the RADIUS server");
    s.text("password", spec.password, "of the concentrators; their names are their user names");
    s.flag("message_authenticator", spec.message_authenticator, "in the gateway's requests");
    s.quantity("start", spec.start_s, Dimension::time, {0.0, 3600.0},
               "of a modem, from power to its search for a cell");
    s.quantity("start_spread", spec.start_spread_s, Dimension::time, {0.0, 3600.0},
               "each a random part of it later");
    s.integer("tries", spec.tries, {1, 100}, "of an Access-Request");
    s.quantity("timeout", spec.timeout_s, Dimension::time, {0.01, 600.0},
               "for an answer, at least; then asked again");
    s.quantity("timeout_spread", spec.timeout_spread_s, Dimension::time, {0.0, 600.0},
               "a random part of it longer");
    s.quantity("rest", spec.rest_s, Dimension::time, {1.0, 86400.0},
               "of a modem that was refused, half of it to one and a half");
    s.texts("wrong_password", sessions.wrong_password, "concentrators that tell another");
    s.texts("unknown", sessions.unknown, "concentrators that the RADIUS server does not know");
    spec.server.secret = spec.secret;
    s.section("radius", "the RADIUS server", [&spec](Section& r) {
        auto& server = spec.server;
        r.text("secret", server.secret, "its own, if not wan.sessions.secret");
        r.integer("cores", server.cores, {1, 1024}, "that take requests");
        r.quantity("per_request", server.request_s, Dimension::time, {0.0, 60.0}, "on one core");
        r.integer("queue", server.queue_limit, {0, 4e9}, "requests that wait; more are dropped");
        r.flag("demand_message_authenticator", server.demand_message_authenticator,
               "requests without one are not answered");
    });
    if (!s.describing()) {
        if (spec.password.empty() || spec.password.size() > 100) {
            s.error(s.where("password"), "a password of no or too many octets", "1 to 100");
        }
        for (std::string_view const key : {"secret", "radius.secret"}) {
            auto const& secret = key == "secret" ? spec.secret : spec.server.secret;
            if (s.has(key) && secret.empty()) {
                s.error(s.where(key), "an empty secret", "what both sides share");
            }
        }
    }
}

void bind_availability(Section& s, WanSection& wan, CivilClock const* clock, SimDuration duration) {
    s.list("availability", "when parts are down, or slower", [&](Section& a) {
        WanAvailability row;
        row.where = a.describing() ? SourcePos{} : a.where("of");
        a.text("of", row.of, "backbone, gateway, radius, or the name of a cell or server",
               Need::required);
        std::string at;
        a.text("at", at, "when it changes, as for events; or file");
        std::optional<double> rate_frac;
        a.quantity("rate", rate_frac, Dimension::fraction, {0.0, 1.0},
                   "of its own, from then on; 0 %: down; with at");
        std::string file;
        a.text("file", file, "with many changes: lines 'at,rate', the rate as here, or down or up");
        if (a.describing()) {
            return;
        }
        if (a.has("at") == a.has("file")) {
            a.error(a.where(), "the change has no date, or two", "at, or file");
        } else if (a.has("at")) {
            auto const when = read_instant(a, "at", at, clock, duration);
            if (!a.has("rate")) {
                a.error(a.where(), fmt::format("'{}' changes at {} to no rate", row.of, at),
                        "rate: 0 % to 100 %, or a file with many changes");
            } else if (when && rate_frac) {
                row.changes.push_back({*when, *rate_frac});
            }
        } else {
            if (a.has("rate")) {
                a.error(a.where("rate"), "'rate' says nothing here: the file has its own",
                        "at: DATE beside it");
            }
            row.changes = read_wan_profile(a, "file", file, clock, duration);
        }
        wan.availability.push_back(std::move(row));
    });
}

} // namespace

void bind_wan(Section& s, WanSection& wan, CivilClock const* clock, SimDuration duration) {
    wan.where = s.describing() ? SourcePos{} : s.where();
    s.choice<WanModel>("model", wan.model, kWanModels,
                       "SimGrid's flows, or built-in first-in-first-out links");
    s.text("platform", wan.platform_file,
           "SimGrid XML file, relative to the scenario: its links and hosts that are named as "
           "cells, backbone, gateway and servers give these their rates, latencies and speeds");
    bind_technologies(s, wan.technologies);
    s.text("cell", wan.cell,
           "technology behind the concentrators: gprs, edge, lte-m, nb-iot, ethernet, or one of "
           "technologies");
    check_technology(s, "cell", "wan.cell", wan.cell, wan.technologies);
    bind_cells(s, wan);
    s.integer("concentrators_per_cell", wan.concentrators_per_cell, {1, 100000},
              "that share one cell");
    s.time("modem_delay", wan.modem_delay, {2e-5, 60.0},
           "from arrival at a concentrator's modem to its program");
    s.time("gateway_delay", wan.gateway_delay, {2e-5, 60.0},
           "from arrival at the SMS gateway to the operator");
    s.section("backbone", "from the cells to the head-end", [&wan](Section& b) {
        b.quantity("rate", wan.backbone.bit_rate_bps, Dimension::bit_rate, {1e3, 1e12},
                   "shared by all");
        b.quantity("latency", wan.backbone.latency_s, Dimension::time, {0.0, 10.0}, "one way");
    });
    s.section("gateway", "the line to the SMS operator", [&wan](Section& g) {
        g.quantity("rate", wan.gateway.bit_rate_bps, Dimension::bit_rate, {1e3, 1e12},
                   "of the line");
        g.quantity("latency", wan.gateway.latency_s, Dimension::time, {0.0, 10.0}, "one way");
    });
    bind_servers(s, wan);
    wan.sessions.on =
        s.section("sessions", "data sessions: modems attach, and a RADIUS server lets them in",
                  [&wan](Section& d) { bind_sessions(d, wan.sessions); }) &&
        !s.describing();
    bind_availability(s, wan, clock, duration);
    if (!s.describing() && s.has("platform")) {
        wan.platform_where = s.where("platform");
        wan.platform = read_wan_platform(s, "platform", wan.platform_file);
    }
}

} // namespace gridtwin::scenario
