#include "sim/app/commands.hpp"
#include "sim/app/run_outputs.hpp"

#include <CLI/CLI.hpp>

namespace gridtwin::app {
namespace {

struct Options {
    std::string scenario;
    RunOptions run;
};

int execute(Options const& o) {
    auto const loaded = twin::load(o.scenario, read_seed(o.run.seed));
    check_run_outputs(loaded, o.run);
    return run_and_report(loaded, o.run, {});
}

} // namespace

std::function<int()> add_run(CLI::App& app) {
    auto* command =
        app.add_subcommand("run", "Simulate a scenario, write its results, print its KPIs");
    auto o = std::make_shared<Options>();
    command->add_option("scenario", o->scenario, "scenario file (YAML)")->required();
    add_run_options(*command, o->run);
    command->footer(
        "Example: gridtwin run scenarios/first-light.yaml --out day.h5\n"
        "Ctrl-C ends the run; the file then holds what was simulated and says that it is partial.");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
