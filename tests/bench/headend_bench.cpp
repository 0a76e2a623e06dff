// The head-end's cost of a reading: the ledger, the collection's and the outages' books.
#include "models/headend/head_end.hpp"
#include "models/headend/ports/ledger.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

namespace gridtwin::headend {
namespace {

constexpr std::uint32_t kMeters = 10'000;
constexpr std::uint32_t kIntervals = 96;
constexpr std::uint32_t kRound = 16;

/// Takes everything and does nothing.
struct QuietPorts final : Clock, CommandPort, Journal, BeliefPort, SuspicionPort {
    [[nodiscard]] SimTime now() const override { return kStart + std::chrono::hours(24); }
    void set_timer(SimTime, std::uint64_t) override {}
    void send(Command const&) override {}
    void assign(Assignment const&) override {}
    void write(JournalEntry const&) override {}
    void believe(Belief const&) override {}
    void suspect(TheftSuspicion const&) override {}
};

/// A day of readings of 10,000 meters, 16 intervals of a meter after the other, round after round,
/// as concentrators bring them. Ledger and head-end are new for each day.
void reading(benchmark::State& state) {
    Fleet fleet;
    fleet.channel.assign(kMeters, Channel::plc);
    fleet.concentrators = kMeters / 200;
    fleet.feeders = 1;
    fleet.feeder.assign(kMeters / 50, FeederId{0});
    for (std::uint32_t m = 0; m < kMeters; ++m) {
        fleet.lv_network.push_back(static_cast<LvNetworkId>(m / 50));
        fleet.concentrator.push_back(static_cast<ConcentratorId>(m / 200));
    }
    std::vector<Reading> readings;
    readings.reserve(std::size_t{kMeters} * kIntervals);
    for (std::uint32_t first = 1; first <= kIntervals; first += kRound) {
        for (std::uint32_t m = 0; m < kMeters; ++m) {
            for (std::uint32_t k = first; k < first + kRound; ++k) {
                readings.push_back({.meter = static_cast<MeterId>(m),
                                    .interval = k,
                                    .import_mwh = 250'000,
                                    .voltage_dv = 2300});
            }
        }
    }
    QuietPorts quiet;
    for (auto _ : state) {
        state.PauseTiming();
        MemoryLedger ledger(kMeters, kIntervals);
        HeadEnd head({}, fleet, {quiet, quiet, ledger, quiet, quiet, quiet});
        head.start();
        state.ResumeTiming();
        for (Reading const& r : readings) {
            head.on_reading(r);
        }
        benchmark::DoNotOptimize(ledger.size());
    }
    state.counters["per_item_s"] = benchmark::Counter(
        static_cast<double>(readings.size()),
        benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(reading)->Name("headend/reading")->Unit(benchmark::kMillisecond);

} // namespace
} // namespace gridtwin::headend
