#include "sim/app/channel_text.hpp"
#include "sim/app/commands.hpp"
#include "sim/core/quantity.hpp"
#include "sim/twin/twin.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace gridtwin::app {
namespace {

struct Options {
    std::string scenario;
    std::string from;
    std::string to;
    std::string at;
    std::string load;
};

/// "homes/1 to homes/240, farms/1 to farms/20"
std::string known_meters(scenario::Scenario const& scenario, scenario::World const& world) {
    std::string text;
    for (auto const& group : scenario.customers) {
        text += fmt::format("{0}{1}{2}/1 to {1}{2}/{3}", text.empty() ? "" : ", ",
                            world.feeder_prefix(FeederId{}), group.name, group.count);
    }
    return world.feeders == 1 ? text
                              : text + fmt::format(", and so on up to feeder {}", world.feeders);
}

MeterId find_meter(Options const& o, twin::Loaded const& loaded, Diagnostics& mistakes) {
    auto const& meters = loaded.world.meters;
    auto const found = std::find(meters.name.begin(), meters.name.end(), o.from);
    if (found == meters.name.end()) {
        mistakes.error({"--from", 0, 0}, fmt::format("there is no meter '{}'", o.from),
                       known_meters(loaded.scenario, loaded.world),
                       nearest_name(o.from, std::span<std::string const>(meters.name)));
        return kNone<MeterId>;
    }
    auto const meter = static_cast<MeterId>(found - meters.name.begin());
    if (meters.concentrator[index(meter)] == kNone<ConcentratorId>) {
        mistakes.error({"--from", 0, 0},
                       fmt::format("{} is read by SMS: it has no line to a concentrator", o.from),
                       "a meter of customers with meter: plc");
        return kNone<MeterId>;
    }
    return meter;
}

ConcentratorId find_concentrator(Options const& o, scenario::World const& world,
                                 Diagnostics& mistakes) {
    std::vector<std::string> names;
    for (auto const& row : world.concentrators) {
        names.push_back(row.name);
    }
    auto const n = names.size();
    auto const found = std::find(names.begin(), names.end(), o.to);
    if (found != names.end()) {
        return static_cast<ConcentratorId>(found - names.begin());
    }
    bool const digits =
        !o.to.empty() && o.to.size() < 9 &&
        std::all_of(o.to.begin(), o.to.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (digits && std::stoul(o.to) >= 1 && std::stoul(o.to) <= n) {
        return static_cast<ConcentratorId>(std::stoul(o.to) - 1);
    }
    if (o.to.empty() && n == 1) {
        return ConcentratorId{};
    }
    auto const known = n == 0 ? std::string("a scenario with PLC meters")
                              : fmt::format("{} to {}, or 1 to {}", names.front(), names.back(), n);
    mistakes.error({"--to", 0, 0},
                   o.to.empty() ? std::string("which concentrator?")
                                : fmt::format("there is no concentrator '{}'", o.to),
                   known,
                   o.to.empty() ? std::string{}
                                : nearest_name(o.to, std::span<std::string const>(names)));
    return kNone<ConcentratorId>;
}

/// Whose medium is asked for: the concentrator's, or by default the meter's.
ConcentratorId medium_of(Options const& o, twin::Loaded const& loaded, MeterId meter,
                         Diagnostics& mistakes) {
    auto const& world = loaded.world;
    auto const own =
        meter == kNone<MeterId> ? kNone<ConcentratorId> : world.meters.concentrator[index(meter)];
    if (o.to.empty() && !o.from.empty()) {
        return own;
    }
    auto const asked = find_concentrator(o, world, mistakes);
    if (asked != kNone<ConcentratorId> && own != kNone<ConcentratorId> && asked != own) {
        mistakes.error(
            {"--to", 0, 0},
            fmt::format("{} is on no line of {}: networks below different concentrators "
                        "are media of their own",
                        o.from, world.concentrators[index(asked)].name),
            fmt::format("{}, which it belongs to", world.concentrators[index(own)].name));
    }
    return asked;
}

int second_of(Options const& o, plc::ChannelSpec const& channel, Diagnostics& mistakes) {
    if (o.at.empty()) {
        return static_cast<int>(std::lround(std::fmod(channel.loudest_hour, 24.0) * 3600.0)) %
               86'400;
    }
    auto const second = parse_time_of_day(o.at);
    if (!second) {
        mistakes.error({"--at", 0, 0}, fmt::format("'{}' is no time of the day", o.at),
                       "HH:MM, 00:00 to 23:59");
    }
    return second.value_or(0);
}

std::optional<double> load_of(Options const& o, Diagnostics& mistakes) {
    if (o.load.empty()) {
        return std::nullopt;
    }
    auto const load = parse_quantity(o.load, Dimension::power);
    if (!load.ok() || !std::isfinite(load.value) || load.value < 0.0) {
        mistakes.error({"--load", 0, 0},
                       load.ok() ? fmt::format("'{}' is no load", o.load) : load.problem,
                       "a power of at least 0, for example '15 kW'");
    }
    return load.value;
}

std::string clock_text(int second) {
    auto const text = fmt::format("{:02}:{:02}", second / 3600, second / 60 % 60);
    return second % 60 == 0 ? text : text + fmt::format(":{:02}", second % 60);
}

int execute(Options const& o) {
    auto const loaded = twin::load(o.scenario);
    auto const& scenario = loaded.scenario;
    auto const& world = loaded.world;
    Diagnostics mistakes;
    auto const meter = o.from.empty() ? kNone<MeterId> : find_meter(o, loaded, mistakes);
    auto const id = medium_of(o, loaded, meter, mistakes);
    int const second = second_of(o, scenario.access.plc.channel, mistakes);
    auto const load_w = load_of(o, mistakes);
    if (!mistakes.ok()) {
        throw InputError(std::move(mistakes));
    }

    ChannelSetting setting{.at = clock_text(second) + (o.at.empty() ? ", the loudest hour" : ""),
                           .load_source = "as asked for, in each network",
                           .load_w = {}};
    auto const& row = world.concentrators[index(id)];
    auto const at = scenario.clock().next(kStart, second);
    if (load_w) {
        setting.load_w.assign(row.networks.size(), *load_w);
    } else {
        setting.load_w = twin::household_load_w(scenario, world, id, at);
        setting.load_source =
            fmt::format("what its households draw at {}", scenario.clock().iso(at));
    }
    twin::ChannelView const view(scenario, world, id, second, setting.load_w, at);
    if (view.modems() == 1 || (meter != kNone<MeterId> && view.modem_of(meter) == 0)) {
        mistakes.error({meter == kNone<MeterId> ? "--to" : "--from", 0, 0},
                       fmt::format("{} is read by radio alone", meter == kNone<MeterId>
                                                                    ? "every meter of " + row.name
                                                                    : "'" + o.from + "'"),
                       "a meter with a power-line modem");
        throw InputError(std::move(mistakes));
    }
    if (meter == kNone<MeterId>) {
        fmt::print("{}", meters_text(view, setting));
        return kDone;
    }
    auto const modem = view.modem_of(meter);
    if (view.routes()[modem].parent == plc::kNoModem) {
        fmt::print("{}", no_route_text(scenario, view, setting, modem));
        return kNoRoute;
    }
    fmt::print("{}", route_text(scenario, view, setting, modem));
    return kDone;
}

} // namespace

std::function<int()> add_channel(CLI::App& app) {
    auto* command = app.add_subcommand(
        "channel", "Why a meter can or cannot be read over the power line: its link budget");
    auto o = std::make_shared<Options>();
    command->add_option("scenario", o->scenario, "scenario (YAML)")->required();
    command->add_option("--from", o->from,
                        "METER as in events, homes/17; without it a table of all of a "
                        "concentrator's meters, worst first");
    command->add_option("--to", o->to,
                        "CONCENTRATOR by name or number, dc-1 or 1; default: the meter's own");
    command->add_option("--at", o->at, "HH:MM; default: the hour at which the line is loudest");
    command->add_option("--load", o->load,
                        "active power that adds noise in each low-voltage network, 15 kW; default: "
                        "what its households draw then");
    command->footer(
        "The route is the one that the concentrator would choose then, all meters having power. "
        "Of each hop\nit prints what the signal loses (cable, taps passed, crossing of phases and "
        "transformers, shadowing),\nthe noise (floor, band, swing of the day, load, appliances "
        "that run), what is left over "
        "the sensitivity and over the noise, and\nhow often a frame must be sent. Without a route "
        "it prints the modems nearest to hearing the meter and\nwhat each lacks.\n\n"
        "Examples:\n"
        "  gridtwin channel scenarios/first-light.yaml --to dc-1\n"
        "  gridtwin channel scenarios/first-light.yaml --from homes/17 --to dc-1\n"
        "  gridtwin channel scenarios/first-light.yaml --from homes/17 --at 03:00\n"
        "  gridtwin channel scenarios/first-light.yaml --from homes/17 --load '40 kW'\n\n"
        "Exit codes: 0 done, 1 the meter has no route, 2 mistakes in the scenario or a name, 3 "
        "internal error.\nEach figure is explained in docs/models/plc.md.");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
