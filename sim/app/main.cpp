// The `gridtwin` program.
#include "sim/app/commands.hpp"
#include "sim/app/standard_output.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/twin/twin.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <system_error>

int main(int argc, char** argv) {
    using namespace gridtwin;
    app::occupy_standard_streams();
    CLI::App app{"GridTwin: a full-system digital twin of the smart grid.\n"
                 "One scenario file describes a utility: feeders, meters, power-line "
                 "communication, the SMS\n"
                 "operator, the wide-area network and the head-end. `run` simulates it and writes "
                 "one HDF5 file.\n"
                 "`solve` is the power flow alone, of any OpenDSS file; `channel` says why a meter "
                 "cannot be read."};
    app.footer(
        "Begin with:\n"
        "  gridtwin check scenarios/first-light.yaml      is the scenario sound?\n"
        "  gridtwin run scenarios/first-light.yaml        simulate it, print its KPIs\n"
        "  gridtwin serve scenarios/first-light.yaml --smpp 127.0.0.1:2775    real clients join "
        "(docs/live.md)\n"
        "  gridtwin info first-light.h5 --picture day.svg look at what came out\n"
        "  gridtwin channel scenarios/first-light.yaml --from homes/17    its way to the "
        "concentrator\n"
        "  gridtwin solve scenarios/feeders/ieee13/ieee13.dss    a power flow, from an OpenDSS "
        "file\n\n"
        "Exit codes: 0 done, 1 an expectation of the scenario failed, a power flow does not "
        "converge\nor a meter has no route, 2 bad input or an output that cannot be written, 3 "
        "internal "
        "error;\n"
        "a run ended by a signal leaves a readable partial file and ends with 128 + the signal's "
        "number.\n"
        "Every key of a scenario is explained in docs/scenario.md (or: gridtwin check --keys).");
    app.set_version_flag("--version", twin::program_version());
    app.require_subcommand(1);
    auto const check = app::add_check(app);
    auto const run = app::add_run(app);
    auto const serve = app::add_serve(app);
    auto const sms_code = app::add_sms_code(app);
    auto const keys = app::add_keys(app);
    auto const subscribers = app::add_crm_subscribers(app);
    auto const info = app::add_info(app);
    auto const solve = app::add_solve(app);
    auto const channel = app::add_channel(app);
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        int const code = app.exit(e);
        return app::finish_standard_output(code == 0 ? app::kDone : app::kBadInput, errno);
    }
    try {
        auto const* const command = app.got_subcommand("check")             ? &check
                                    : app.got_subcommand("run")             ? &run
                                    : app.got_subcommand("serve")           ? &serve
                                    : app.got_subcommand("sms-code")        ? &sms_code
                                    : app.got_subcommand("keys")            ? &keys
                                    : app.got_subcommand("crm-subscribers") ? &subscribers
                                    : app.got_subcommand("info")            ? &info
                                    : app.got_subcommand("channel")         ? &channel
                                                                            : &solve;
        return app::finish_standard_output((*command)());
    } catch (InputError const& e) {
        fmt::print(stderr, "{}", e.what());
        auto const n = e.diagnostics().errors().size();
        fmt::print(stderr, "{} {} found; nothing was run or written.\n", n,
                   n == 1 ? "mistake" : "mistakes");
        return app::kBadInput;
    } catch (std::exception const& e) { // the program's last word, not a way to go on
        if (std::ferror(stdout) != 0) {
            auto const* failed = dynamic_cast<std::system_error const*>(&e); // {fmt}'s
            return app::finish_standard_output(app::kDone, failed ? failed->code().value() : 0);
        }
        fmt::print(stderr, "internal error: {}\n", e.what());
        return app::kInternalError;
    }
}
