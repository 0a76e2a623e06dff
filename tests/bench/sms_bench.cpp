// A million short messages from submission to their final states: commands and their answers.
#include "models/sms/gateway.hpp"

#include <benchmark/benchmark.h>

namespace gridtwin {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kPairs = 500'000;
constexpr std::uint64_t kAnswer = 1'000'000;

struct Answering final : sms::SmsSink {
    sms::Gateways* gateways = nullptr;
    std::uint64_t done = 0;
    std::uint64_t lost = 0;
    void on_delivered(sms::SmsMessage const& m, std::uint8_t, SimTime at) override {
        if (m.to_meter) {
            gateways->submit({.handle = m.handle + kAnswer,
                              .subscriber = m.subscriber,
                              .to_meter = false,
                              .octets = 60},
                             at + 3s);
        } else {
            gateways->mark_processed(m.handle - kAnswer, at);
        }
    }
    void on_lost(sms::SmsMessage const&, LossReason, std::uint8_t, SimTime) override { ++lost; }
    void on_state(std::uint64_t, DeliveryState, SimTime) override {}
    void on_fate(std::uint64_t, DeliveryFate fate, SimTime) override {
        done += fate == DeliveryFate::done ? 1U : 0U;
    }
};

/// 500,000 commands, a thousand a second, and as many answers.
void sms_sized(benchmark::State& state) {
    for (auto _ : state) {
        sms::OperatorSpec spec;
        spec.rate_hz = 2000.0;
        spec.validity_s = 1e7; // longer than the longest delay
        spec.loss_frac = 0.0;
        sms::Gateways gateways(spec, {}, Seed{1});
        Answering sink;
        sink.gateways = &gateways;
        SimTime at = kStart;
        for (std::uint64_t k = 0; k < kPairs; ++k) {
            gateways.submit({.handle = k,
                             .subscriber = MeterId{static_cast<std::uint32_t>(k % 100'000)},
                             .to_meter = true,
                             .octets = 100},
                            at);
            at += 1ms;
            if (k % 1000 == 999) {
                gateways.run_until(at, sink);
            }
        }
        gateways.run_until(at + 24h * 30, sink);
        if (sink.done != 2 * kPairs || sink.lost != 0) {
            state.SkipWithError("not all were done");
        }
    }
    state.counters["per_item_s"] =
        benchmark::Counter(static_cast<double>(state.iterations() * 2 * kPairs),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(sms_sized)->Name("sms/sized")->Unit(benchmark::kSecond)->Iterations(1);

} // namespace
} // namespace gridtwin
