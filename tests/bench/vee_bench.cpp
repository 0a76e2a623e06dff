// Validation and estimation of a day of readings.
#include "models/headend/ports/ledger.hpp"
#include "models/headend/vee/vee.hpp"
#include "sim/core/random.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace gridtwin::headend::vee {
namespace {

constexpr std::uint32_t kDay = 96;
constexpr std::uint32_t kDays = 2; ///< the first one only to be estimated from

struct StandingClock final : headend::Clock {
    [[nodiscard]] SimTime now() const override { return kStart + std::chrono::hours(50); }
    void set_timer(SimTime, std::uint64_t) override {}
};

/// A ledger that nobody asks: what comes, comes once.
struct NoLedger final : Ledger {
    bool store(Reading const&) override { return true; }
    [[nodiscard]] bool has(MeterId, std::uint32_t) const override { return false; }
    [[nodiscard]] std::uint32_t held(MeterId, std::uint32_t, std::uint32_t) const override {
        return 0;
    }
    [[nodiscard]] std::int64_t import_mwh(MeterId, std::uint32_t, std::uint32_t) const override {
        return 0;
    }
    [[nodiscard]] IntervalSpan first_gap(MeterId, std::uint32_t, std::uint32_t) const override {
        return {};
    }
};

Fleet town(std::uint32_t meters) {
    Fleet fleet;
    fleet.channel.assign(meters, Channel::plc);
    fleet.lv_network.assign(meters, LvNetworkId{0});
    fleet.concentrator.assign(meters, ConcentratorId{0});
    fleet.concentrators = fleet.feeders = 1;
    fleet.feeder.push_back(FeederId{0});
    return fleet;
}

std::int32_t used_mwh(std::uint32_t meter, std::uint32_t k) {
    std::uint32_t const mix = (meter * 2654435761U) ^ (k * 40503U);
    return static_cast<std::int32_t>(50'000 + mix % 200'000);
}

struct Town {
    explicit Town(std::uint32_t meters) : fleet(town(meters)) {}
    Fleet fleet;
    CivilClock civil{"2026-01-15T00:00:00", "UTC"};
    StandingClock clock;
    NoLedger ledger;
};

/// Readings of a day, after one that has been run; so many thousandths never come.
void readings(Vee& vee, std::uint32_t meters, std::uint32_t day, std::uint64_t missing_milli) {
    for (std::uint32_t m = 0; m < meters; ++m) {
        for (std::uint32_t k = day * kDay + 1; k <= (day + 1) * kDay; ++k) {
            if (missing_milli != 0 && philox4x32({m, k, 0, 0}, {1, 0})[0] % 1000 < missing_milli) {
                continue;
            }
            vee.on_reading({.meter = static_cast<MeterId>(m),
                            .interval = k,
                            .import_mwh = used_mwh(m, k),
                            .voltage_dv = 2300});
        }
    }
}

void registers(Vee& vee, std::uint32_t meters) {
    for (std::uint32_t m = 0; m < meters; ++m) {
        std::int64_t net = 0;
        for (std::uint32_t d = 0; d <= kDays; ++d) {
            vee.on_registers({.meter = static_cast<MeterId>(m),
                              .value = {net},
                              .read = kStart + d * std::chrono::hours(24)});
            for (std::uint32_t k = d * kDay + 1; k <= (d + 1) * kDay; ++k) {
                net += used_mwh(m, k);
            }
        }
    }
}

/// The second day of so many meters: all rules, the sum against registers of each midnight, and
/// estimates of what is missing, scaled to them.
void run(benchmark::State& state, std::uint64_t missing_milli) {
    auto const meters = static_cast<std::uint32_t>(state.range(0));
    Town const here(meters);
    std::size_t octets = 0;
    std::uint64_t estimated = 0;
    for (auto _ : state) {
        state.PauseTiming();
        auto vee = std::make_unique<Vee>(VeeConfig{}, here.fleet, kDays * kDay, here.civil,
                                         here.clock, here.ledger);
        registers(*vee, meters);
        readings(*vee, meters, 0, 0);
        vee->run(0);
        readings(*vee, meters, 1, missing_milli);
        state.ResumeTiming();
        vee->run(1);
        state.PauseTiming();
        octets = vee->bytes();
        estimated = vee->trail().size();
        vee.reset();
        state.ResumeTiming();
    }
    state.counters["per_item_s"] = benchmark::Counter(
        static_cast<double>(meters) * kDay,
        benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
    state.counters["estimated"] = static_cast<double>(estimated);
    state.counters["octets_a_meter"] = static_cast<double>(octets) / meters;
}
void validate(benchmark::State& state) {
    run(state, 0);
}
void estimate_2(benchmark::State& state) {
    run(state, 20);
}
void estimate_10(benchmark::State& state) {
    run(state, 100);
}
BENCHMARK(validate)->Name("headend/validate")->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(estimate_2)->Name("headend/estimate_2")->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(estimate_10)->Name("headend/estimate_10")->Arg(100'000)->Unit(benchmark::kMillisecond);

/// The same readings, as they come.
void take(benchmark::State& state) {
    auto const meters = static_cast<std::uint32_t>(state.range(0));
    Town const here(meters);
    for (auto _ : state) {
        state.PauseTiming();
        Vee vee(VeeConfig{}, here.fleet, kDay, here.civil, here.clock, here.ledger);
        state.ResumeTiming();
        readings(vee, meters, 0, 0);
    }
    state.counters["per_item_s"] = benchmark::Counter(
        static_cast<double>(meters) * kDay,
        benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(take)->Name("headend/vee_reading")->Arg(100'000)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace gridtwin::headend::vee
