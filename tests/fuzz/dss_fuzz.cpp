// The OpenDSS reader on arbitrary bytes (entry point of libFuzzer; see standalone.cpp for others).
// The input is a set of files: a line "#file NAME" begins another one, the first is main.dss.
// Whatever the bytes, the reader returns: with mistakes, or with a circuit that is whole, of which
// a power flow can be made when it is small.
#include "models/grid/dss/reader.hpp"
#include "models/grid/feeder_solver.hpp"
#include "tests/fuzz/circuit_checks.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace gridtwin::grid {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

Files split_files(std::string_view input) {
    constexpr std::string_view kMark = "#file ";
    Files files;
    auto* text = &files["main.dss"];
    while (!input.empty()) {
        auto const line = input.substr(0, std::min(input.find('\n'), input.size() - 1) + 1);
        input.remove_prefix(line.size());
        if (line.substr(0, kMark.size()) == kMark) {
            auto const name = line.substr(kMark.size());
            text = &files[std::string(name.substr(0, name.find('\n')))];
        } else {
            *text += line;
        }
    }
    return files;
}

void need(std::string const& problem) {
    if (!problem.empty()) {
        std::fprintf(stderr, "circuit is not whole: %s\n", problem.c_str());
        std::abort();
    }
}

/// The power flow of a small circuit can be laid out, or says in words why not. It is not solved:
/// how long that takes is the circuit's own affair.
void lay_out(Circuit circuit) {
    constexpr int kMostConductors = 300;
    int conductors = 0;
    for (auto const& line : circuit.lines) {
        conductors += 2 * line.phases;
    }
    for (auto const& transformer : circuit.transformers) {
        conductors += static_cast<int>(transformer.windings.size()) * (transformer.phases + 1);
    }
    for (auto const& reactor : circuit.reactors) {
        conductors += 2 * reactor.phases;
    }
    for (auto const& capacitor : circuit.capacitors) {
        conductors += 2 * capacitor.phases;
    }
    if (conductors > kMostConductors) {
        return;
    }
    try {
        FeederSolver const solver(std::move(circuit));
    } catch (InputError const& e) {
        need(e.diagnostics().ok() ? "a refusal without a mistake" : "");
    } catch (SimulationError const& e) {
        need(std::string_view(e.what()).empty() ? "an error without a text" : "");
    }
}

} // namespace
} // namespace gridtwin::grid

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace gridtwin;
    using namespace gridtwin::grid;
    auto const files = split_files({reinterpret_cast<char const*>(data), size});
    DssReadOptions options;
    options.files = [&files](std::filesystem::path const& path) -> std::optional<std::string> {
        auto const found = files.find(path.native());
        return found == files.end() ? std::nullopt : std::optional(found->second);
    };
    options.at_solve = [](Circuit const& circuit, SolveRequest const&, bool) {
        need(test::CircuitChecks::problem_of(circuit));
    };
    if (size > 0 && (data[0] & 1) != 0) {
        options.allow_ignored = {"UPFC", "Isource"};
    }
    Diagnostics diagnostics;
    auto circuit = read_dss("main.dss", diagnostics, options);
    if (diagnostics.ok()) {
        need(test::CircuitChecks::problem_of(circuit));
        lay_out(std::move(circuit));
    }
    for (auto const& mistake : diagnostics.errors()) {
        need(mistake.what.empty() ? "a mistake without a text" : "");
    }
    return 0;
}
