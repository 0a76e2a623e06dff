#include "models/grid/protection/devices.hpp"

#include "models/grid/element_tables.hpp"
#include "models/grid/protection/curve.hpp"
#include "models/grid/protection/standard_curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace gridtwin::grid::protection {
namespace {

/// The conductors of one end that carry phases, in an element's row of terminals.
struct Ends {
    std::size_t phases = 0;
    std::size_t conductors = 0;
    std::size_t terminals = 0;
};

/// The phases of an element whose terminals have that many conductors each, neutrals included.
template <typename Element>
Ends ends_of(Element const& element) {
    auto const phases = static_cast<std::size_t>(element.phases);
    auto const terminals = terminals_of(element);
    if constexpr (requires { element.windings; }) {
        return {phases, phases + 1, terminals};
    } else if constexpr (requires { element.bus2; }) {
        return {phases, terminals == 2 ? phases : element.bus1.nodes.size(), terminals};
    } else {
        return {phases, element.bus.nodes.size(), terminals};
    }
}

/// Nothing for a row that is not there.
Ends ends_of(Circuit const& circuit, ElementRef element) {
    return with_table(circuit, element.kind, [&element](auto const& table) {
        return element.row < table.size() ? ends_of(table[element.row]) : Ends{};
    });
}

/// Reports a point that is not in the circuit; true when it is.
bool check_point(Circuit const& c, ProtectedPoint const& point, std::string const& name,
                 SourcePos const& where, Diagnostics& d) {
    Ends const ends = ends_of(c, point.monitored);
    if (ends.terminals == 0 || point.line >= c.lines.size()) {
        d.error(where, fmt::format("{} watches or switches an element that is not there", name));
        return false;
    }
    if (point.terminal >= ends.terminals) {
        d.error(where, fmt::format("{} watches terminal {}", name, point.terminal + 1),
                fmt::format("1..{}", ends.terminals));
        return false;
    }
    return true;
}

template <typename Row>
void add_switch(Devices& devices, Circuit const& c, char const* kind, Row const& row,
                Diagnostics& d) {
    SwitchDevice device;
    device.name = fmt::format("{}.{}", kind, row.name);
    device.where = row.where;
    device.point = row.point;
    device.settings = settings_of(row);
    device.state.contact = row.closed ? Contact::closed : Contact::locked_out;
    bool const there = check_point(c, row.point, device.name, row.where, d);
    if (auto const problem = settings_problem(device.settings, devices.curves); !problem.empty()) {
        d.error(row.where, fmt::format("{} has {}", device.name, problem));
    } else if (there) {
        devices.switches.push_back(std::move(device));
    }
}

void add_fuse(Devices& devices, Circuit const& c, Fuse const& row, Diagnostics& d) {
    FuseDevice device;
    device.name = "fuse." + row.name;
    device.where = row.where;
    device.point = row.point;
    device.settings = settings_of(row);
    bool const there = check_point(c, row.point, device.name, row.where, d);
    if (auto const problem = settings_problem(device.settings, devices.curves); !problem.empty()) {
        d.error(row.where, fmt::format("{} has {}", device.name, problem));
    } else if (there) {
        std::size_t const phases = ends_of(c, row.point.monitored).phases;
        auto const conductors = static_cast<std::size_t>(c.lines[row.point.line].phases);
        if (phases != conductors) {
            d.error(row.where, fmt::format("{} watches {} phases and opens a line of {}",
                                           device.name, phases, conductors));
            return;
        }
        device.links.resize(conductors);
        for (std::size_t k = 0; k < conductors; ++k) {
            if ((row.open_phases >> k & 1U) != 0) {
                device.links[k].link = Link::open;
            }
        }
        devices.fuses.push_back(std::move(device));
    }
}

/// Lines that stand open though all their devices are closed were opened by hand.
void lock_out_on_open_lines(Devices& devices, Circuit const& circuit) {
    std::map<std::size_t, bool> explained;
    for (SwitchDevice const& s : devices.switches) {
        bool& e = explained[s.point.line];
        e = e || !s.state.conducts();
    }
    for (SwitchDevice& s : devices.switches) {
        if (!circuit.lines[s.point.line].closed && !explained[s.point.line]) {
            open_by_hand(s.state);
        }
    }
}

void look(Seen& seen, ProtectedPoint const& point, FeederSolver const& solver) {
    auto const [kind, row] = point.monitored;
    Ends const ends = ends_of(solver.circuit(), point.monitored);
    std::span<std::int32_t const> const nodes = solver.terminals(kind, row);
    std::vector<Complex> i_a(nodes.size());
    solver.terminal_currents(kind, row, i_a);
    seen = {};
    for (std::size_t k = 0; k < ends.phases; ++k) {
        std::size_t const at = point.terminal * ends.conductors + k;
        std::int32_t const node = nodes[at];
        auto const n = static_cast<std::size_t>(node);
        seen.node.push_back(node < 0 ? 0 : solver.nodes()[n].phase);
        seen.v_v.push_back(node < 0 ? Complex{} : solver.u_v()[n]);
        seen.i_a.push_back(i_a[at]);
    }
}

} // namespace

std::string format(LogEntry const& entry) {
    std::int64_t const ns = to_ns(entry.at);
    return fmt::format("{}.{:09} s {} {}{}{}", ns / 1'000'000'000, ns % 1'000'000'000, entry.device,
                       entry.what, entry.detail.empty() ? "" : ": ", entry.detail);
}

Devices make_devices(Circuit const& circuit) {
    Diagnostics d;
    Devices devices;
    devices.curves = circuit.tcc_curves;
    for (TccCurve const& curve : devices.curves) {
        if (auto const problem = curve_problem(curve); !problem.empty()) {
            d.error({}, fmt::format("time-current curve '{}' has {}", curve.name, problem),
                    "multiples that ascend and times above 0");
        }
    }
    for (TccCurve const& standard : standard_curves()) { // for commands
        bool const taken =
            std::any_of(devices.curves.begin(), devices.curves.end(),
                        [&standard](TccCurve const& curve) { return curve.name == standard.name; });
        if (!taken) {
            devices.curves.push_back(standard);
        }
    }
    for (Relay const& relay : circuit.relays) {
        add_switch(devices, circuit, "relay", relay, d);
    }
    for (Recloser const& recloser : circuit.reclosers) {
        add_switch(devices, circuit, "recloser", recloser, d);
    }
    for (Fuse const& fuse : circuit.fuses) {
        add_fuse(devices, circuit, fuse, d);
    }
    if (!d.ok()) {
        throw InputError(std::move(d));
    }
    lock_out_on_open_lines(devices, circuit);
    return devices;
}

void measure(Devices& devices, FeederSolver const& solver, SimTime now) {
    for (SwitchDevice& s : devices.switches) {
        look(s.seen, s.point, solver);
        see(s.state, s.settings, devices.curves, s.seen, now);
    }
    for (FuseDevice& f : devices.fuses) {
        look(f.seen, f.point, solver);
        for (std::size_t k = 0; k < f.links.size(); ++k) {
            see(f.links[k], f.settings, devices.curves, std::abs(f.seen.i_a[k]), now);
        }
    }
}

SimTime next_event(Devices const& devices, SimTime now) {
    SimTime next = kNever;
    for (SwitchDevice const& s : devices.switches) {
        next = std::min(next, next_event(s.state, now));
    }
    for (FuseDevice const& f : devices.fuses) {
        for (LinkState const& link : f.links) {
            next = std::min(next, next_event(link, now));
        }
    }
    return next;
}

void advance(Devices& devices, SimDuration dt) {
    for (SwitchDevice& s : devices.switches) {
        advance(s.state, dt);
    }
    for (FuseDevice& f : devices.fuses) {
        for (LinkState& link : f.links) {
            advance(link, f.settings, dt);
        }
    }
}

void record(std::vector<LogEntry>& log, SimTime now, std::string const& device,
            StepTaken const& step) {
    switch (step.step) {
    case Step::tripped: {
        std::string cause(name_of(step.cause));
        log.push_back({now, device, "trips",
                       step.phase == 0 ? cause : fmt::format("{} {}", cause, step.phase)});
        return;
    }
    case Step::opened:
        log.push_back({now, device, "opens", {}});
        return;
    case Step::locked_out:
        log.push_back({now, device, "locks out", {}});
        return;
    case Step::reclosed:
        log.push_back({now, device, "recloses", {}});
        return;
    case Step::sequence_reset:
        log.push_back({now, device, "resets", {}});
        return;
    }
}

bool operate(Devices& devices, SimTime now, std::vector<LogEntry>& log) {
    bool switched = false;
    for (SwitchDevice& s : devices.switches) {
        bool const before = s.state.conducts();
        // one change of position at a time: what follows needs a solution in between
        while (s.state.conducts() == before) {
            auto const step = act(s.state, s.settings, now);
            if (!step) {
                break;
            }
            record(log, now, s.name, *step);
        }
        switched = switched || s.state.conducts() != before;
    }
    for (FuseDevice& f : devices.fuses) {
        for (std::size_t k = 0; k < f.links.size(); ++k) {
            std::string const phase = fmt::format("phase {}", f.seen.node[k]);
            for (LinkStep step = act(f.links[k], now); step != LinkStep::none;
                 step = act(f.links[k], now)) {
                bool const cleared = step == LinkStep::cleared;
                log.push_back({now, f.name, cleared ? "clears" : "melts", phase});
                switched = switched || cleared;
            }
        }
    }
    return switched;
}

void switch_lines(Devices const& devices, FeederSolver& solver) {
    std::map<std::size_t, bool> closed;
    std::map<std::size_t, std::uint32_t> open_conductors;
    for (SwitchDevice const& s : devices.switches) {
        bool& c = closed.try_emplace(s.point.line, true).first->second;
        c = c && s.state.conducts();
    }
    for (FuseDevice const& f : devices.fuses) {
        std::uint32_t& open = open_conductors[f.point.line];
        for (std::size_t k = 0; k < f.links.size(); ++k) {
            open |= f.links[k].link == Link::open ? 1U << k : 0U;
        }
    }
    for (auto const& [line, is_closed] : closed) {
        solver.set_switch(line, is_closed);
    }
    for (auto const& [line, open] : open_conductors) {
        solver.set_switch_phases(line, ~open);
    }
}

} // namespace gridtwin::grid::protection
