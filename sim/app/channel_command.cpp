#include "sim/app/channel_text.hpp"
#include "sim/app/commands.hpp"
#include "sim/app/find_meter.hpp"
#include "sim/app/radio_text.hpp"
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
    std::string over;
};

MeterId meter_of(Options const& o, twin::Loaded const& loaded, Diagnostics& mistakes) {
    auto const meter = find_meter(loaded, "--from", o.from, mistakes);
    if (meter != kNone<MeterId> &&
        loaded.world.meters.concentrator[index(meter)] == kNone<ConcentratorId>) {
        mistakes.error({"--from", 0, 0},
                       fmt::format("{} is read by SMS: it has no way to a concentrator", o.from),
                       "a meter of customers with meter: plc or rf");
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
    auto const known = n == 0 ? std::string("a scenario with meters below a concentrator")
                              : fmt::format("{} to {}, or 1 to {}", names.front(), names.back(), n);
    mistakes.error({"--to", 0, 0},
                   o.to.empty() ? std::string("which concentrator?")
                                : fmt::format("there is no concentrator '{}'", o.to),
                   known,
                   o.to.empty() ? std::string{}
                                : nearest_name(o.to, std::span<std::string const>(names)));
    return kNone<ConcentratorId>;
}

/// The concentrators on a meter's medium, by name.
std::string heard_by_text(scenario::World const& world, ConcentratorId own) {
    auto const& area = world.areas[index(world.concentrators[index(own)].area)];
    auto text = world.concentrators[index(own)].name + ", which it belongs to";
    for (auto const id : area.concentrators) {
        text += id == own ? "" : ", " + world.concentrators[index(id)].name;
    }
    return area.concentrators.size() == 1 ? text : text + " on the same medium";
}

/// Which concentrator is asked for, by default the meter's own. A meter may ask for any that its
/// medium is shared with: under discovery another one than its own may read it.
ConcentratorId concentrator_of(Options const& o, twin::Loaded const& loaded, MeterId meter,
                               Diagnostics& mistakes) {
    auto const& world = loaded.world;
    auto const own =
        meter == kNone<MeterId> ? kNone<ConcentratorId> : world.meters.concentrator[index(meter)];
    if (o.to.empty() && !o.from.empty()) {
        return own;
    }
    auto const asked = find_concentrator(o, world, mistakes);
    if (asked != kNone<ConcentratorId> && own != kNone<ConcentratorId> &&
        world.concentrators[index(asked)].area != world.concentrators[index(own)].area) {
        mistakes.error({"--to", 0, 0},
                       fmt::format("{} does not belong to {} and shares no medium with it", o.from,
                                   world.concentrators[index(asked)].name),
                       heard_by_text(world, own));
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

/// The media that are asked about: what --over says, else the meter's primary channel, else all
/// that the concentrator has.
std::vector<Channel> channels_of(Options const& o, scenario::World const& world, ConcentratorId id,
                                 MeterId meter, Diagnostics& mistakes) {
    auto const& row = world.concentrators[index(id)];
    auto const has = [&](Channel channel) {
        return meter == kNone<MeterId> ? !row.on(channel, world.meters).empty()
                                       : world.meters.way[index(meter)].has(channel);
    };
    std::vector<Channel> channels;
    if (!o.over.empty()) {
        channels.push_back(o.over == "rf" ? Channel::rf : Channel::plc);
    } else if (meter != kNone<MeterId>) {
        channels.push_back(world.meters.way[index(meter)].primary);
    } else {
        channels = {Channel::plc, Channel::rf};
        std::erase_if(channels, [&](Channel channel) { return !has(channel); });
    }
    for (Channel const channel : channels) {
        if (!has(channel)) {
            bool const line = channel == Channel::plc;
            mistakes.error({"--over", 0, 0},
                           fmt::format("{} has no {}", meter == kNone<MeterId> ? row.name : o.from,
                                       line ? "power-line modem" : "radio"),
                           line ? "--over rf" : "--over plc");
        }
    }
    if (std::find(channels.begin(), channels.end(), Channel::plc) == channels.end()) {
        for (auto const& [option, value] : {std::pair("--at", o.at), std::pair("--load", o.load)}) {
            if (!value.empty()) {
                mistakes.error({option, 0, 0},
                               "the noise of the radio depends on neither hour nor load",
                               "a meter with a power-line modem");
            }
        }
    }
    return channels;
}

int explain_line(Options const& o, twin::Loaded const& loaded, ConcentratorId id, MeterId meter,
                 int second, std::optional<double> load_w) {
    auto const& [scenario, world] = std::tie(loaded.scenario, loaded.world);
    ChannelSetting setting{.at = clock_text(second) + (o.at.empty() ? ", the loudest hour" : ""),
                           .load_source = "as asked for, in each network",
                           .load_w = {}};
    auto const& row = world.concentrators[index(id)];
    auto const at = scenario.clock().next(kStart, second);
    if (load_w) {
        setting.load_w.assign(world.areas[index(row.area)].networks.size(), *load_w);
    } else {
        setting.load_w = twin::household_load_w(scenario, world, row.area, at);
        setting.load_source =
            fmt::format("what its households draw at {}", scenario.clock().iso(at));
    }
    twin::ChannelView view(scenario, world, row.area, second, setting.load_w, at);
    if (meter == kNone<MeterId>) {
        fmt::print("{}", meters_text(view, row.place, setting));
        return kDone;
    }
    auto const modem = view.modem_of(meter);
    std::string as_built;
    if (view.root(modem) != row.place) {
        as_built = way_as_built_text(view.name(view.root(modem)), line_way(view, modem));
        view.set_root(modem, row.place);
    }
    bool const routed = view.routes()[modem].parent != plc::kNoModem;
    fmt::print("{}{}",
               routed ? route_text(scenario, view, setting, modem)
                      : no_route_text(scenario, view, setting, modem),
               as_built);
    return routed ? kDone : kNoRoute;
}

int explain_radio(twin::Loaded const& loaded, ConcentratorId id, MeterId meter) {
    auto const& row = loaded.world.concentrators[index(id)];
    twin::RadioView view(loaded.scenario, loaded.world, row.area);
    if (meter == kNone<MeterId>) {
        fmt::print("{}", mesh_text(loaded.scenario, view, row.place));
        return kDone;
    }
    auto const node = view.node_of(meter);
    std::string as_built;
    if (view.root(node) != row.place) {
        as_built =
            way_as_built_text(view.name(view.root(node)), radio_way(loaded.scenario, view, node));
        view.set_root(node, row.place);
    }
    bool const routed = view.routes()[node].parent != rf::kNoNode;
    fmt::print("{}{}",
               routed ? radio_route_text(loaded.scenario, view, node)
                      : no_radio_route_text(loaded.scenario, view, node),
               as_built);
    return routed ? kDone : kNoRoute;
}

int execute(Options const& o) {
    auto const loaded = twin::load(o.scenario);
    Diagnostics mistakes;
    auto const meter = o.from.empty() ? kNone<MeterId> : meter_of(o, loaded, mistakes);
    auto const id = concentrator_of(o, loaded, meter, mistakes);
    int const second = second_of(o, loaded.scenario.access.plc.channel, mistakes);
    auto const load_w = load_of(o, mistakes);
    std::vector<Channel> channels;
    if (id != kNone<ConcentratorId>) {
        channels = channels_of(o, loaded.world, id, meter, mistakes);
    }
    if (!mistakes.ok()) {
        throw InputError(std::move(mistakes));
    }
    int code = kDone;
    for (std::size_t c = 0; c < channels.size(); ++c) {
        fmt::print("{}", c == 0 ? "" : "\n");
        code = channels[c] == Channel::plc ? explain_line(o, loaded, id, meter, second, load_w)
                                           : explain_radio(loaded, id, meter);
    }
    return code;
}

} // namespace

std::function<int()> add_channel(CLI::App& app) {
    auto* command = app.add_subcommand(
        "channel", "Why a meter can or cannot be read, by power line or radio: its link budget");
    auto o = std::make_shared<Options>();
    command->add_option("scenario", o->scenario, "scenario (YAML)")->required();
    command->add_option("--from", o->from,
                        "METER as in events, homes/17; without it a table of all of a "
                        "concentrator's meters, worst first");
    command->add_option("--to", o->to,
                        "CONCENTRATOR by name or number, dc-1 or 1: any that the meter shares its "
                        "medium with; default: the meter's own");
    command
        ->add_option("--over", o->over,
                     "plc or rf; default: the meter's primary channel, in a table both")
        ->check(CLI::IsMember({"plc", "rf"}));
    command->add_option("--at", o->at, "HH:MM; default: the hour at which the line is loudest");
    command->add_option("--load", o->load,
                        "active power that adds noise in each low-voltage network, 15 kW; default: "
                        "what its households draw then");
    command->footer(
        "The route is the one that the concentrator would choose then, all meters having power. "
        "Of each hop\nit prints what the signal loses (cable, taps passed, crossing of phases and "
        "transformers, shadowing;\nby radio distance, walls, shadowing), the noise (floor, band, "
        "swing of the day, load, appliances that run),\nwhat is left over the sensitivity and over "
        "the noise, and how often a frame must be sent. Without\na route it prints the modems "
        "nearest to hearing the meter and what each lacks. A concentrator that is not the meter's "
        "own "
        "is\nreached over the meters that are its own as built; the way to the meter's own is told "
        "beside it.\n\n"
        "Examples:\n"
        "  gridtwin channel scenarios/first-light.yaml --to dc-1\n"
        "  gridtwin channel scenarios/first-light.yaml --from homes/17 --to dc-1\n"
        "  gridtwin channel scenarios/first-light.yaml --from homes/17 --at 03:00\n"
        "  gridtwin channel scenarios/first-light.yaml --from homes/17 --load '40 kW'\n\n"
        "Exit codes: 0 done, 1 the meter has no route, 2 mistakes in the scenario or a name, 3 "
        "internal error.\nEach figure is explained in docs/models/plc.md and docs/models/rf.md.");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
