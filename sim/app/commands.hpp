#pragma once
// The program's commands. Each adds itself to the command line and is run after parsing.
#include <functional>

namespace CLI {
class App;
}

namespace gridtwin::app {

/// What the program ends with.
enum ExitCode : int {
    kDone = 0,
    kExpectationFailed = 1, ///< of a scenario
    kNotSolved = 1,         ///< a power flow that does not converge
    kNoRoute = 1,           ///< from a meter to its concentrator
    kBadInput = 2,          ///< also: what was asked for cannot be written
    kInternalError = 3
};

/// Each returns what to run when its command was given.
std::function<int()> add_check(CLI::App& app);
std::function<int()> add_run(CLI::App& app);
std::function<int()> add_serve(CLI::App& app);
std::function<int()> add_sms_code(CLI::App& app);
std::function<int()> add_keys(CLI::App& app);
std::function<int()> add_crm_subscribers(CLI::App& app);
std::function<int()> add_info(CLI::App& app);
std::function<int()> add_solve(CLI::App& app);
std::function<int()> add_channel(CLI::App& app);

} // namespace gridtwin::app
