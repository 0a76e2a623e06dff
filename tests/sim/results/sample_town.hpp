#pragma once
// A small town's made-up results, for tests of the file and the picture. Nothing is simulated: the
// curves only look like a day with an outage from 14:00 to 15:30.
#include "sim/results/writer.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace gridtwin::results {

struct SampleTown {
    std::uint64_t seed = 42;
    std::uint32_t customers_per_network = 16;
    int step_s = 60;
    int duration_h = 24;
    unsigned threads = 1;
};

[[nodiscard]] Meta sample_meta(SampleTown const& town);
/// Entities, series, logs and KPIs, then close(true).
void write_sample(std::filesystem::path const& file, SampleTown const& town);

} // namespace gridtwin::results
