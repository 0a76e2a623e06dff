#include "models/grid/feeder_solver.hpp"
#include "models/grid/protection/devices.hpp"
#include "sim/app/commands.hpp"
#include "sim/app/input_file.hpp"
#include "sim/scenario/areas.hpp"
#include "sim/scenario/firmware_check.hpp"
#include "sim/scenario/reference.hpp"
#include "sim/study/format.hpp"
#include "sim/study/study.hpp"
#include "sim/study/text.hpp"
#include "sim/twin/channel_view.hpp"
#include "sim/twin/twin.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::app {
namespace {

struct Options {
    std::string scenario;
    bool quiet = false;
    bool keys = false;
    bool schema = false;
    bool strict = false;
    std::vector<std::string> ignore;
};

void print_notes(std::vector<grid::Note> const& notes) {
    for (auto const& note : notes) {
        fmt::print("  note: {} ({}, the first at {}:{})\n", note.text,
                   study::plural(note.count, "place", "places"), note.first.file, note.first.line);
    }
}

constexpr std::size_t kNamed = 5; // of many

using Warnings = std::vector<scenario::Remark>;

/// No mistake: the run will show what it costs. One for each group of customers, where the scenario
/// has it.
/// @return whether it was worked out
bool warn_of_no_path(twin::Loaded const& loaded, Warnings& warnings) {
    constexpr std::size_t kMostPairs = 40'000'000; // about three seconds of two cores
    if (twin::modem_pairs(loaded.world) > kMostPairs) {
        return false;
    }
    auto const lost = twin::meters_on_no_path(loaded.scenario, loaded.world);
    auto const& meters = loaded.world.meters;
    for (std::size_t g = 0; g < loaded.scenario.customers.size(); ++g) {
        std::size_t count = 0;
        std::string names;
        for (MeterId const meter : lost) {
            if (meters.group[index(meter)] == g && ++count <= kNamed) {
                names += fmt::format("{}{}", count == 1 ? "" : ", ", meters.name[index(meter)]);
            }
        }
        if (count > 0) {
            warnings.push_back(
                {loaded.scenario.customers[g].where,
                 fmt::format(
                     "{} on no path to {} even at the quietest hour: {}{} (gridtwin channel "
                     "says why)",
                     study::plural(count, "meter is", "meters are"),
                     count == 1 ? "its concentrator" : "their concentrators", names,
                     count > kNamed ? fmt::format(" and {} more", count - kNamed) : "")});
        }
    }
    return true;
}

/// Neighbours that share a medium, as far as the first feeder has any.
void print_shared_media(twin::Loaded const& loaded) {
    auto const& world = loaded.world;
    for (auto const& area : world.areas) {
        if (area.concentrators.size() < 2) {
            continue;
        }
        auto const& where = loaded.scenario.access.where;
        auto const modems = area.concentrators.size() + area.on(Channel::plc, world.meters).size();
        fmt::print("  {}:{}:{}: note: {} concentrators hear each other over two transformers, "
                   "{:.1f} dB over the sensitivity of {}: they share one medium of {} modems, "
                   "which takes {:.1f} MB for its attenuations\n",
                   where.file, where.line, where.column, area.concentrators.size(),
                   scenario::crossing_margin_db(loaded.scenario.access.plc),
                   loaded.scenario.access.plc.modem.name, modems,
                   1e-6 * static_cast<double>(modems * (modems - 1)));
        return; // the feeders are alike
    }
}

/// Some of its meters may get it none the less.
void warn_of_hurried_firmware(twin::Loaded const& loaded, Warnings& warnings) {
    for (auto const& one : scenario::hurried_firmware(loaded.scenario)) {
        auto const& spec = loaded.scenario.access.concentrator.firmware;
        warnings.push_back(
            {one.where,
             fmt::format("{} of firmware, {:g} s apart, take {:.1f} h, activate_at is "
                         "{:.1f} h after the order",
                         study::plural(one.blocks, "block", "blocks"), to_s(spec.block_gap),
                         to_s(one.takes) / 3600.0, to_s(one.left) / 3600.0)});
    }
}

int check_dss(Options const& o) {
    auto checked = study::check_script(o.scenario, o.ignore);
    if (!checked.mistakes.ok()) {
        throw InputError(std::move(checked.mistakes));
    }
    // What only the power flow and the devices themselves can judge.
    grid::FeederSolver solver(checked.circuit);
    static_cast<void>(solver.prepare());
    static_cast<void>(grid::protection::make_devices(checked.circuit));
    if (!o.quiet) {
        fmt::print("{}: sound\n  circuit {}, {:g} Hz, {}\n  {}\n", o.scenario, checked.circuit.name,
                   checked.circuit.f_hz,
                   study::plural(checked.circuit.buses.size(), "bus", "buses"),
                   study::class_counts(checked.circuit));
        fmt::print("  {}\n",
                   checked.circuit.solves.empty()
                       ? "never solves: gridtwin solve takes it as a snapshot"
                       : "solves " + study::plural(checked.circuit.solves.size(), "time", "times"));
        if (checked.unsolved) {
            fmt::print("  changes the circuit after its last Solve: gridtwin solve takes a "
                       "snapshot at its end\n");
        }
        auto const misfits = study::rating_misfits(checked.circuit);
        if (!misfits.empty()) {
            fmt::print("  {} more than {} off the base of the bus: is kV right there?\n",
                       study::plural(misfits.size(), "rated voltage is", "rated voltages are"),
                       study::percent_text(study::kMostRatingMisfit_frac));
        }
        for (auto const& misfit : misfits) {
            fmt::print("    {}\n", study::misfit_text(misfit));
        }
        auto const dark = study::loads_without_supply(solver);
        for (std::size_t k = 0; k < std::min(dark.size(), kNamed); ++k) {
            fmt::print("  without supply: {}{}\n", study::load_place(solver, dark[k]),
                       k + 1 == kNamed && dark.size() > kNamed
                           ? fmt::format(", and {} more", dark.size() - kNamed)
                           : "");
        }
        for (auto const& d : checked.ignored) {
            fmt::print("  left out: {}:{}:{}: {}\n", d.where.file, d.where.line, d.where.column,
                       d.what);
        }
        print_notes(checked.circuit.notes);
    }
    return kDone;
}

int execute(Options const& o) {
    if (o.keys) {
        fmt::print("{}", scenario::key_reference());
        return kDone;
    }
    if (o.schema) {
        fmt::print("{}", scenario::json_schema());
        return kDone;
    }
    if (o.scenario.empty()) {
        fmt::print(stderr, "check: which scenario? (gridtwin check FILE.yaml)\n");
        return kBadInput;
    }
    auto const kind = kind_of_input(o.scenario);
    if (kind == InputKind::directory) {
        Diagnostics mistakes;
        mistakes.error({o.scenario, 0, 0}, "this is a directory",
                       "a scenario (YAML), or an OpenDSS script (.dss)");
        throw InputError(std::move(mistakes));
    }
    if (kind == InputKind::script) {
        return check_dss(o);
    }
    if (!o.ignore.empty()) {
        Diagnostics mistakes;
        mistakes.error({"--ignore", 0, 0}, "only an OpenDSS file takes it",
                       "the scenario's own key for classes that may be left out");
        throw InputError(std::move(mistakes));
    }
    auto const loaded = twin::load(o.scenario);
    if (!o.quiet) {
        auto const& w = loaded.world;
        using study::plural;
        fmt::print("{}: sound\n  {} of {}, {}, {}\n  {}, {}, {}\n  {}, {}\n", o.scenario,
                   plural(w.feeders, "feeder", "feeders"),
                   plural(w.circuit.buses.size(), "bus", "buses"),
                   plural(w.circuit.lines.size(), "line", "lines"),
                   plural(w.circuit.loads.size(), "load", "loads"),
                   plural(w.lv.size(), "low-voltage network", "low-voltage networks"),
                   plural(w.meters.size(), "meter", "meters"),
                   plural(w.concentrators.size(), "concentrator", "concentrators"),
                   plural(w.events.size(), "event", "events"),
                   plural(loaded.scenario.expect.size(), "expectation", "expectations"));
        for (auto const& left_out : w.circuit.left_out) {
            fmt::print("  left out: {} of class {}, the first at {}:{}:{}\n", left_out.elements,
                       left_out.class_name, left_out.first.file, left_out.first.line,
                       left_out.first.column);
        }
        print_notes(w.circuit.notes);
        print_shared_media(loaded);
    }
    if (o.quiet && !o.strict) {
        return kDone;
    }
    Warnings warnings;
    if (!warn_of_no_path(loaded, warnings) && !o.quiet) {
        fmt::print("  which meters are on no path was not worked out for so many; gridtwin "
                   "channel tells of one concentrator\n");
    }
    warn_of_hurried_firmware(loaded, warnings);
    auto const& remarks = loaded.scenario.remarks;
    warnings.insert(warnings.end(), remarks.begin(), remarks.end());
    for (auto const& warning : warnings) {
        fmt::print(o.strict ? stderr : stdout, "  {}:{}:{}: warning: {}\n", warning.where.file,
                   warning.where.line, warning.where.column, warning.text);
    }
    if (o.strict && !warnings.empty()) {
        fmt::print(stderr, "{}: {}, and --strict takes none\n", o.scenario,
                   study::plural(warnings.size(), "warning", "warnings"));
        return kBadInput;
    }
    return kDone;
}

} // namespace

std::function<int()> add_check(CLI::App& app) {
    auto* command = app.add_subcommand(
        "check", "Read a scenario or an OpenDSS file and all it names; list every mistake");
    auto o = std::make_shared<Options>();
    command->add_option("scenario", o->scenario, "scenario (YAML), or OpenDSS script (.dss)");
    command->add_flag("-q,--quiet", o->quiet, "say nothing when all is well");
    command->add_flag("--strict", o->strict,
                      "a scenario's warnings are mistakes: they end the program with 2");
    command->add_flag("--keys", o->keys,
                      "print the reference of every key, as in docs/scenario.md");
    command->add_flag("--schema", o->schema, "print the JSON Schema for editors");
    command
        ->add_option("--ignore", o->ignore,
                     "OpenDSS file: element class that may be left out; repeatable")
        ->take_all()
        ->allow_extra_args(false);
    command->footer(
        "Mistakes come as file:line:column: what is wrong; what was expected; did you mean ...\n"
        "Elements that are not modelled are mistakes, too: --ignore CLASS leaves them out.\n"
        "Nothing is simulated and nothing is written.\n\n"
        "Examples:\n"
        "  gridtwin check scenarios/first-light.yaml\n"
        "  gridtwin check --strict scenarios/new-town.yaml\n"
        "  gridtwin check scenarios/feeders/ieee13/ieee13.dss");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
