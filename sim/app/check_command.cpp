#include "sim/app/commands.hpp"
#include "sim/scenario/reference.hpp"
#include "sim/twin/twin.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gridtwin::app {
namespace {

struct Options {
    std::string scenario;
    bool quiet = false;
    bool keys = false;
    bool schema = false;
};

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
    auto const loaded = twin::load(o.scenario);
    if (!o.quiet) {
        auto const& w = loaded.world;
        fmt::print("{}: sound\n  {} feeder(s) of {} buses, {} lines, {} loads\n  {} low-voltage "
                   "networks, {} meters, {} "
                   "concentrators\n  {} events, {} expectations\n",
                   o.scenario, w.feeders, w.circuit.buses.size(), w.circuit.lines.size(),
                   w.circuit.loads.size(), w.lv.size(), w.meters.size(), w.concentrators.size(),
                   w.events.size(), loaded.scenario.expect.size());
        for (auto const& left_out : w.circuit.left_out) {
            fmt::print("  left out: {} of class {}, the first at {}:{}:{}\n", left_out.elements,
                       left_out.class_name, left_out.first.file, left_out.first.line,
                       left_out.first.column);
        }
    }
    return kDone;
}

} // namespace

std::function<int()> add_check(CLI::App& app) {
    auto* command =
        app.add_subcommand("check", "Read a scenario and all it names; list every mistake");
    auto o = std::make_shared<Options>();
    command->add_option("scenario", o->scenario, "scenario file (YAML)");
    command->add_flag("-q,--quiet", o->quiet, "say nothing when all is well");
    command->add_flag("--keys", o->keys,
                      "print the reference of every key, as in docs/scenario.md");
    command->add_flag("--schema", o->schema, "print the JSON Schema for editors");
    command->footer(
        "Mistakes come as file:line:column: what is wrong; what was expected; did you mean ...\n"
        "Nothing is simulated and nothing is written.");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
