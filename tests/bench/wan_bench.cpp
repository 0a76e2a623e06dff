// The wide-area network and the SMS operator: seconds per message, from hand-over to arrival.
#include "models/sms/operator.hpp"
#include "models/wan/wan.hpp"
#include "sim/core/random.hpp"

#include <benchmark/benchmark.h>

namespace gridtwin {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kCells = 77;
constexpr std::uint32_t kConcentrators = kCells * 20;
constexpr EndpointId kHeadEnd{kConcentrators};
constexpr std::int64_t kBatch = 1000;

wan::WanSpec town() {
    wan::WanSpec spec;
    for (std::uint32_t c = 0; c < kCells; ++c) {
        spec.cells.push_back(wan::find_cell("gprs").value());
    }
    for (std::uint32_t k = 0; k < kConcentrators; ++k) {
        spec.endpoints.push_back({.name = "concentrator",
                                  .kind = wan::EndpointKind::concentrator,
                                  .cell = k / 20,
                                  .line = {}});
    }
    spec.endpoints.push_back({.name = "head-end", .kind = wan::EndpointKind::head_end, .line = {}});
    return spec;
}

void count_items(benchmark::State& state, std::int64_t per_iteration) {
    state.counters["per_item_s"] =
        benchmark::Counter(static_cast<double>(state.iterations() * per_iteration),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// Poisson traffic of 20 messages a second from random concentrators, in windows of 0.36 s.
void run_messages(benchmark::State& state, wan::Wan& network, SimTime& now, std::uint64_t& sent) {
    EntityKey const who(EntityKind::world, 0);
    std::vector<wan::WanArrival> out;
    SimTime at = now;
    for (auto _ : state) {
        for (std::int64_t k = 0; k < kBatch; ++k, ++sent) {
            at += duration_from_s(draw_exponential(Seed{1}, who, Purpose::test, sent, 0.05));
            for (; now + 360ms < at; now += 360ms) {
                network.run_until(now + 360ms, out);
            }
            auto const from = static_cast<EndpointId>(static_cast<std::uint32_t>(
                draw01(Seed{1}, who, Purpose::backoff, sent) * kConcentrators));
            network.send({sent, from, kHeadEnd, 300}, at);
        }
        benchmark::DoNotOptimize(out.data());
        out.clear();
    }
    count_items(state, kBatch);
}

void message_builtin(benchmark::State& state) {
    auto const network = wan::make_builtin_wan(town());
    SimTime now = kStart;
    std::uint64_t sent = 0;
    run_messages(state, *network, now, sent);
}
BENCHMARK(message_builtin)->Name("wan/message_builtin");

void message_simgrid(benchmark::State& state) {
    // One engine a process: made when the case is first run, and continued by every repetition.
    struct Kept {
        std::unique_ptr<wan::Wan> network = wan::make_simgrid_wan(town(), kStart + 24h * 365);
        SimTime now = kStart;
        std::uint64_t sent = 0;
    };
    static Kept kept;
    run_messages(state, *kept.network, kept.now, kept.sent);
}
BENCHMARK(message_simgrid)->Name("wan/message_simgrid");

/// Submission, turn, delivery, receipt and answer of a message to a meter, at half the rate.
void sms_message(benchmark::State& state) {
    struct Answering final : sms::SmsSink {
        sms::Operator* op = nullptr;
        void on_delivered(sms::SmsMessage const& m, std::uint8_t, SimTime at) override {
            op->mark_processed(m.handle, at + 2s);
        }
        void on_lost(sms::SmsMessage const&, LossReason, std::uint8_t, SimTime) override {}
        void on_state(std::uint64_t, DeliveryState, SimTime) override {}
    };
    sms::Operator op(sms::OperatorSpec{}, Seed{1});
    Answering sink;
    sink.op = &op;
    SimTime at = kStart;
    std::uint64_t sent = 0;
    for (auto _ : state) {
        for (std::int64_t k = 0; k < kBatch; ++k, ++sent) {
            op.submit({.handle = sent,
                       .subscriber = MeterId{static_cast<std::uint32_t>(sent % 100'000)},
                       .to_meter = true,
                       .octets = 100},
                      at);
            at += 100ms;
        }
        op.run_until(at, sink);
    }
    count_items(state, kBatch);
}
BENCHMARK(sms_message)->Name("sms/message");

} // namespace
} // namespace gridtwin
