// The event queue: what every logical process pays per event.
#include "sim/core/random.hpp"
#include "sim/engine/event_queue.hpp"

#include <benchmark/benchmark.h>

namespace gridtwin {
namespace {

/// Hold model: the queue keeps its size; each event taken schedules another (Jones, CACM 1986).
void event_queue(benchmark::State& state) {
    auto const size = static_cast<std::uint64_t>(state.range(0));
    engine::EventQueue<std::uint64_t> queue;
    std::vector<SimDuration> gaps;
    for (std::uint64_t i = 0; i < 4096; ++i) {
        gaps.push_back(duration_from_s(
            draw_exponential(Seed{1}, EntityKey(EntityKind::world, 0), Purpose::test, i, 1.0)));
    }
    for (std::uint64_t i = 0; i < size; ++i) {
        queue.push(kStart + gaps[i % gaps.size()], i);
    }
    std::uint64_t n = 0;
    for (auto _ : state) {
        auto const [at, payload] = queue.pop();
        queue.push(at + gaps[++n % gaps.size()], payload);
    }
    state.counters["per_item_s"] =
        benchmark::Counter(static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(event_queue)->Name("core/event_queue")->Arg(64)->Arg(4096)->Arg(262144);

void random_draw(benchmark::State& state) {
    EntityKey const who(EntityKind::meter, 7);
    std::uint64_t n = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(draw01(Seed{1}, who, Purpose::test, n++));
    }
    state.counters["per_item_s"] =
        benchmark::Counter(static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(random_draw)->Name("core/random_draw");

} // namespace
} // namespace gridtwin
