#include "sim/twin/wan_kpis.hpp"

#include "sim/results/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::twin {

using results::Kpi;

namespace {

void add_servers(std::vector<Kpi>& kpis, scenario::World const& world, WanFederate const& wan,
                 SimTime end) {
    wan::ServerCount sum;
    double busiest_frac = 0.0;
    std::string busiest;
    auto const counts = wan.network().servers();
    for (std::size_t s = 0; s < counts.size(); ++s) {
        auto const& c = counts[s];
        auto const& spec = world.wan.servers[s];
        sum.processed += c.processed;
        sum.refused += c.refused;
        sum.lost += c.lost;
        sum.took_over += c.took_over;
        sum.most_waiting = std::max(sum.most_waiting, c.most_waiting);
        double const frac = end > kStart ? c.busy_s / (spec.cores * to_s(end - kStart)) : 0.0;
        if (busiest.empty() || frac > busiest_frac) {
            busiest_frac = frac;
            busiest = spec.name;
        }
    }
    kpis.push_back({"servers.processed", "", static_cast<double>(sum.processed),
                    fmt::format("messages, by {} at the head-end", counts.size())});
    kpis.push_back({"servers.refused", "", static_cast<double>(sum.refused), "queue full"});
    kpis.push_back(
        {"servers.lost", "", static_cast<double>(sum.lost), "held by one that went down"});
    kpis.push_back({"servers.took_over", "", static_cast<double>(sum.took_over),
                    "messages, in the place of one that was down"});
    kpis.push_back(
        {"servers.most_waiting", "", static_cast<double>(sum.most_waiting), "at one of them"});
    kpis.push_back({"servers.busy", "1", busiest_frac, "of its cores' time: " + busiest});
}

/// The first few that have no session, and why.
std::string without(scenario::World const& world, wan::Sessions const& sessions) {
    std::string text;
    std::size_t told = 0;
    std::size_t count = 0;
    for (std::size_t c = 0; c < world.concentrators.size(); ++c) {
        auto const id = static_cast<EndpointId>(c);
        if (sessions.up(id)) {
            continue;
        }
        ++count;
        if (told < 3) {
            text += fmt::format("{} {} ({})", told == 0 ? "; without:" : ",",
                                world.concentrators[c].name, name(sessions.last_refusal(id)));
            ++told;
        }
    }
    return count > told ? text + fmt::format(" and {} more", count - told) : text;
}

void add_sessions(std::vector<Kpi>& kpis, scenario::World const& world,
                  wan::Sessions const* sessions) {
    auto const none = wan::SessionCounts{};
    auto const& counts = sessions == nullptr ? none : sessions->counts();
    double const all = static_cast<double>(world.concentrators.size());
    kpis.push_back(
        {"sessions.up", "", sessions == nullptr ? all : static_cast<double>(sessions->up_count()),
         sessions == nullptr
             ? "concentrators: all have one always"
             : fmt::format("concentrators of {}, at the end{}", all, without(world, *sessions))});
    kpis.push_back({"sessions.attached", "", static_cast<double>(counts.attached),
                    "attach procedures of modems"});
    kpis.push_back({"sessions.most_attaching", "", static_cast<double>(counts.most_attaching),
                    "in one cell at once"});
    kpis.push_back({"sessions.established", "", static_cast<double>(counts.established), ""});
    kpis.push_back({"sessions.broken", "", static_cast<double>(counts.broken),
                    "by power, a cut or a cell that went down"});
    for (std::size_t r = 0; r < wan::kNoSessions; ++r) {
        kpis.push_back({fmt::format("sessions.refused_{}", name(static_cast<wan::NoSession>(r))),
                        "", static_cast<double>(counts.refused[r]), ""});
    }
    auto const setup =
        results::summarize(sessions == nullptr ? std::vector<double>{} : sessions->setup_times_s());
    kpis.push_back({"sessions.setup_p50", "s", setup.p50_s,
                    fmt::format("{} sessions, from power or a cell that is back", setup.count)});
    kpis.push_back({"sessions.setup_p95", "s", setup.p95_s, ""});
    kpis.push_back({"sessions.setup_p99", "s", setup.p99_s, ""});
    kpis.push_back({"sessions.setup_max", "s", setup.max_s, ""});
    kpis.push_back({"radius.requests", "", static_cast<double>(counts.requests),
                    fmt::format("{} of them again", counts.repeats)});
    kpis.push_back({"radius.repeats", "", static_cast<double>(counts.repeats), ""});
    for (std::size_t o = 0; o < wan::kRadiusOutcomes; ++o) {
        kpis.push_back(
            {fmt::format("radius.{}", name(static_cast<wan::RadiusOutcome>(o))), "",
             sessions == nullptr ? 0.0 : static_cast<double>(sessions->server().counts()[o]),
             "requests, by the server"});
    }
    kpis.push_back({"radius.most_waiting", "",
                    sessions == nullptr ? 0.0 : sessions->server().most_waiting(), "requests"});
}

} // namespace

void add_wan_kpis(std::vector<Kpi>& kpis, scenario::World const& world, WanFederate const& wan,
                  SimTime end) {
    add_servers(kpis, world, wan, end);
    add_sessions(kpis, world, wan.sessions());
}

std::vector<std::string> wan_kpi_names() {
    std::vector<std::string> names{
        "servers.processed",       "servers.refused",      "servers.lost",   "servers.took_over",
        "servers.most_waiting",    "servers.busy",         "sessions.up",    "sessions.attached",
        "sessions.most_attaching", "sessions.established", "sessions.broken"};
    for (std::size_t r = 0; r < wan::kNoSessions; ++r) {
        names.push_back(fmt::format("sessions.refused_{}", name(static_cast<wan::NoSession>(r))));
    }
    for (auto const* const more : {"sessions.setup_p50", "sessions.setup_p95", "sessions.setup_p99",
                                   "sessions.setup_max", "radius.requests", "radius.repeats"}) {
        names.emplace_back(more);
    }
    for (std::size_t o = 0; o < wan::kRadiusOutcomes; ++o) {
        names.push_back(fmt::format("radius.{}", name(static_cast<wan::RadiusOutcome>(o))));
    }
    names.emplace_back("radius.most_waiting");
    return names;
}

} // namespace gridtwin::twin
