// Result files: seconds per sampled value, with compression and the writing of chunks in it.
#include "sim/core/random.hpp"
#include "sim/results/writer.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace gridtwin;
using namespace gridtwin::results;

// A day of minutes for `range` entities, one voltage each, noisy in the last digits as voltages
// are.
void append_series(benchmark::State& state) {
    auto const entities = static_cast<std::size_t>(state.range(0));
    auto const path = std::filesystem::temp_directory_path() /
                      ("gridtwin-bench-" + std::to_string(getpid()) + ".h5");
    std::vector<std::string> names;
    for (std::size_t i = 0; i < entities; ++i) {
        names.push_back("meter/" + std::to_string(i));
    }
    // Prepared, so that drawing is not measured; more rows than a chunk holds, so that none
    // repeats.
    std::vector<std::vector<float>> rows(std::max<std::size_t>(16, 500000 / entities));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t i = 0; i < entities; ++i) {
            auto const u = draw01({42}, {EntityKind::meter, i}, Purpose::test, row);
            rows[row].push_back(static_cast<float>(1.0 + 0.01 * u));
        }
    }
    Writer out(path, {.name = "bench"});
    auto const series = out.add_series("meters", "meter", names, {{"u_pu", "pu", "voltage"}});
    std::int64_t step = 0;
    for (auto _ : state) {
        std::array<std::span<float const>, 1> const row{
            rows[static_cast<std::size_t>(step) % rows.size()]};
        out.append(series, kStart + step++ * std::chrono::minutes(1), row);
    }
    out.flush();
    auto const values = static_cast<double>(step) * static_cast<double>(entities);
    state.counters["per_item_s"] =
        benchmark::Counter(values, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["octets_per_value"] =
        static_cast<double>(std::filesystem::file_size(path)) / values;
    out.close(true, "bench");
    std::filesystem::remove(path);
}
BENCHMARK(append_series)->Name("results/append_series")->Arg(240)->Arg(100000);

} // namespace
