#include "models/grid/protection/command.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::protection {
namespace {

SourcePos const kCommands{"protection commands", 0, 0}; // they come from no file

template <typename... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

TimeOvercurrent& element_of(SwitchSettings& s, Which which) {
    switch (which) {
    case Which::phase:
        return s.phase;
    case Which::ground:
        return s.ground;
    case Which::phase_fast:
        return s.phase_fast;
    case Which::ground_fast:
        break;
    }
    return s.ground_fast;
}

char const* name_of(Which which) {
    char const* const names[] = {"phase", "ground", "fast phase", "fast ground"};
    return names[static_cast<std::size_t>(which)];
}

std::int32_t curve_row(Devices const& devices, std::string const& name) {
    auto const found = std::find_if(devices.curves.begin(), devices.curves.end(),
                                    [&name](TccCurve const& c) { return c.name == name; });
    return found == devices.curves.end()
               ? kNone
               : static_cast<std::int32_t>(found - devices.curves.begin());
}

/// Settings after an order, and how the log calls it; a problem when it cannot be.
struct Changed {
    SwitchSettings settings;
    std::string what;
    std::string problem;
};

Changed changed(Devices const& devices, SwitchDevice const& device, Order const& order) {
    Changed out{device.settings, {}, {}};
    SwitchSettings& s = out.settings;
    std::visit(Overloaded{
                   [&](SetPickup const& o) {
                       element_of(s, o.element).pickup_a = o.pickup_a;
                       out.what = fmt::format("{} pickup {:g} A", name_of(o.element), o.pickup_a);
                   },
                   [&](SetTimeDial const& o) {
                       element_of(s, o.element).time_dial = o.time_dial;
                       out.what = fmt::format("{} time dial {:g}", name_of(o.element), o.time_dial);
                   },
                   [&](SetCurve const& o) {
                       std::int32_t const row = curve_row(devices, o.curve);
                       element_of(s, o.element).curve = row;
                       out.what = fmt::format("{} curve '{}'", name_of(o.element), o.curve);
                       out.problem = row == kNone ? "no such curve" : "";
                   },
                   [&](SetInstantaneous const& o) {
                       element_of(s, o.element).instantaneous_a = o.i_a;
                       out.what = fmt::format("{} instantaneous {:g} A", name_of(o.element), o.i_a);
                   },
                   [&](SetShots const& o) {
                       s.shots = o.shots;
                       out.what = fmt::format("{} shots", o.shots);
                   },
                   [&](BlockReclosing const& o) {
                       s.reclosing_blocked = o.blocked;
                       out.what = o.blocked ? "reclosing blocked" : "reclosing free";
                   },
                   [&](SelectGroup const& o) {
                       out.what = fmt::format("group {}", o.group);
                       if (o.group < device.groups.size()) {
                           s = device.groups[o.group];
                       } else {
                           out.problem = fmt::format("{} groups", device.groups.size());
                       }
                   },
                   [&](OpenByHand const&) {},
                   [&](CloseByHand const&) {},
               },
               order);
    if (out.problem.empty()) {
        out.problem = settings_problem(s, devices.curves);
    }
    return out;
}

bool obey_switch(Devices& devices, SwitchDevice& device, Command const& command, SimTime now,
                 std::vector<LogEntry>& log) {
    bool const before = device.state.conducts();
    if (std::holds_alternative<OpenByHand>(command.order)) {
        open_by_hand(device.state);
        log.push_back({now, device.name, "opens by hand", {}});
        return before;
    }
    if (std::holds_alternative<CloseByHand>(command.order)) {
        close_by_hand(device.state);
        log.push_back({now, device.name, "closes by hand", {}});
        return !before;
    }
    Changed change = changed(devices, device, command.order);
    if (!change.problem.empty()) {
        log.push_back(
            {now, device.name, "refuses", fmt::format("{} ({})", change.what, change.problem)});
        return false;
    }
    device.settings = std::move(change.settings);
    log.push_back({now, device.name, "is set", change.what});
    if (auto const step = revise(device.state, device.settings)) {
        record(log, now, device.name, *step);
    }
    return false;
}

bool obey_fuse(FuseDevice& fuse, Command const& command, SimTime now, std::vector<LogEntry>& log) {
    bool const open = std::holds_alternative<OpenByHand>(command.order);
    if (!open && !std::holds_alternative<CloseByHand>(command.order)) {
        log.push_back({now, fuse.name, "refuses", "a fuse has no such setting"});
        return false;
    }
    for (LinkState& link : fuse.links) {
        link = {};
        link.link = open ? Link::open : Link::whole;
    }
    log.push_back({now, fuse.name, open ? "opens by hand" : "closes by hand", {}});
    return true;
}

} // namespace

void check_commands(Devices const& devices, std::span<Command const> commands, Diagnostics& d) {
    std::vector<std::string> names;
    for (SwitchDevice const& s : devices.switches) {
        names.push_back(s.name);
    }
    for (FuseDevice const& f : devices.fuses) {
        names.push_back(f.name);
    }
    std::vector<std::string> curves;
    for (TccCurve const& c : devices.curves) {
        curves.push_back(c.name);
    }
    for (Command const& command : commands) {
        if (std::find(names.begin(), names.end(), command.device) == names.end()) {
            d.error(kCommands,
                    fmt::format("command at {} to '{}', which is no protective device",
                                format_time(command.at), command.device),
                    "<class>.<name> of a relay, recloser or fuse",
                    nearest_name(command.device, names));
        }
        auto const* const set = std::get_if<SetCurve>(&command.order);
        if (set != nullptr && curve_row(devices, set->curve) == kNone) {
            d.error(kCommands,
                    fmt::format("command at {} to '{}' names curve '{}', which is not there",
                                format_time(command.at), command.device, set->curve),
                    "a time-current curve of the circuit", nearest_name(set->curve, curves));
        }
    }
}

bool obey(Devices& devices, Command const& command, SimTime now, std::vector<LogEntry>& log) {
    for (SwitchDevice& s : devices.switches) {
        if (s.name == command.device) {
            return obey_switch(devices, s, command, now, log);
        }
    }
    for (FuseDevice& f : devices.fuses) {
        if (f.name == command.device) {
            return obey_fuse(f, command, now, log);
        }
    }
    throw SimulationError(fmt::format("{}: command to '{}', which is no protective device",
                                      format_time(now), command.device));
}

} // namespace gridtwin::grid::protection
