// A head-end without the simulator: replays what a recording says it was told, and says whether it
// orders the same.
#include "models/headend/recording/replay.hpp"
#include "sim/core/diagnostics.hpp"

#include <cstdio>
#include <string_view>

namespace {

constexpr int kSame = 0;
constexpr int kDiffers = 1;
constexpr int kBadInput = 2;
constexpr int kInternalError = 3;

constexpr auto kHelp =
    "Usage: gridtwin-headend RECORDING\n\n"
    "Runs the head-end alone, without the simulator, on what RECORDING says it was told, and\n"
    "holds each command that it gives against the one recorded.\n\n"
    "A recording comes from\n"
    "  gridtwin run SCENARIO --record-headend RECORDING\n\n"
    "Exit codes: 0 the same, 1 a difference, 2 bad input, 3 internal error.\n";

} // namespace

int main(int argc, char** argv) {
    using namespace gridtwin;
    std::string_view const file = argc == 2 ? argv[1] : "";
    if (file == "--help" || file == "-h") {
        std::fputs(kHelp, stdout);
        return kSame;
    }
    if (file.empty()) {
        std::fputs(kHelp, stderr);
        return kBadInput;
    }
    try {
        auto const report = headend::recording::replay(file);
        std::printf("%llu calls, %llu commands and %llu assignments up to %s",
                    static_cast<unsigned long long>(report.told),
                    static_cast<unsigned long long>(report.commands),
                    static_cast<unsigned long long>(report.assignments),
                    format_time(report.reached).c_str());
        if (!report.difference) {
            std::puts(": all the same");
            return kSame;
        }
        std::printf("\nthe first difference, at %s:\n  recorded: %s\n  replayed: %s\n",
                    format_time(report.difference->at).c_str(), report.difference->recorded.c_str(),
                    report.difference->replayed.c_str());
        return kDiffers;
    } catch (InputError const& e) {
        std::fprintf(stderr, "%s\n", e.diagnostics().text().c_str());
        return kBadInput;
    } catch (SimulationError const& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return kInternalError;
    }
}
