// The whole run of first light, as a user starts it: one process a run, because SimGrid allows one
// engine a process.
#include "sim/core/time.hpp"
#include "sim/scenario/scenario.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace gridtwin {
namespace {

std::string const kFirstLight = std::string(GRIDTWIN_SOURCE_DIR) + "/scenarios/first-light.yaml";

/// Its feeder found from anywhere, its messages as octets.
std::string with_real_wire() {
    std::ifstream in(kFirstLight);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    std::string const feeder = "feeder: ";
    text.insert(text.find(feeder) + feeder.size(),
                std::string(GRIDTWIN_SOURCE_DIR) + "/scenarios/");
    text.insert(text.find("duration:"), "wire: real\n");
    auto const file = std::filesystem::temp_directory_path() / "gridtwin-bench-real.yaml";
    std::ofstream(file) << text;
    return file.string();
}

void first_light(benchmark::State& state, bool real) {
    std::string const scenario = real ? with_real_wire() : kFirstLight;
    auto const out = std::filesystem::temp_directory_path() / "gridtwin-bench.h5";
    std::string const command = std::string(GRIDTWIN_PROGRAM) + " run --quiet " + scenario +
                                " --out " + out.string() + " 2>/dev/null";
    Diagnostics diagnostics;
    double const simulated_s = to_s(scenario::read_scenario(scenario, diagnostics).duration);
    double wall_s = 0.0;
    for (auto _ : state) {
        auto const begin = std::chrono::steady_clock::now();
        if (std::system(command.c_str()) != 0) {
            state.SkipWithError("the run failed");
            break;
        }
        double const s =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        state.SetIterationTime(s);
        wall_s += s;
    }
    std::filesystem::remove(out);
    auto const runs = static_cast<double>(state.iterations());
    constexpr double kMeters = 275.0; // 240 homes, 20 farms, 15 bulk customers, one day
    state.counters["per_item_s"] = wall_s / runs / kMeters;
    state.counters["simulated_s_per_s"] = simulated_s * runs / wall_s;
}
BENCHMARK_CAPTURE(first_light, sized, false)
    ->Name("twin/first_light")
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(first_light, real, true)
    ->Name("twin/first_light_real")
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace gridtwin
