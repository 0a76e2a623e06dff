// The wide-area network and the SMS operator: seconds per message, from hand-over to arrival.
#include "models/sms/operator.hpp"
#include "models/wan/wan.hpp"
#include "sim/core/random.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <ctime>
#include <sys/wait.h>
#include <unistd.h>

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

/// A day in which every concentrator uploads 400 octets each quarter of an hour over SimGrid and
/// the head-end acknowledges each with 60, in windows of 100 ms; 20 concentrators a GPRS cell. All
/// at the quarter's very instant, or staggered over it.
/// @return seconds of the processor, as others may be using the machine; -1 when some are lost
double upload_day(std::uint32_t concentrators, bool staggered) {
    wan::WanSpec spec;
    for (std::uint32_t c = 0; c < concentrators; ++c) {
        if (c % 20 == 0) {
            spec.cells.push_back(wan::find_cell("gprs").value());
        }
        spec.endpoints.push_back({.name = "concentrator",
                                  .kind = wan::EndpointKind::concentrator,
                                  .cell = c / 20,
                                  .line = {}});
    }
    EndpointId const head_end{concentrators};
    spec.endpoints.push_back({.name = "head-end", .kind = wan::EndpointKind::head_end, .line = {}});
    auto const started = std::clock();
    auto const network = wan::make_simgrid_wan(spec, kStart + 25h);
    std::vector<SimDuration> offset;
    for (std::uint32_t c = 0; c < concentrators; ++c) {
        offset.push_back(staggered ? duration_from_s(900.0 * c / concentrators) : SimDuration{0});
    }
    std::vector<wan::WanArrival> out;
    std::uint64_t acknowledged = 0;
    std::uint32_t next = 0;
    SimTime quarter = kStart;
    for (SimTime now = kStart; now < kStart + 24h + 10min; now += 100ms) {
        for (; quarter < kStart + 24h && quarter + offset[next] < now + 100ms;) {
            network->send({next, static_cast<EndpointId>(next), head_end, 400},
                          quarter + offset[next]);
            next = (next + 1) % concentrators;
            quarter += next == 0 ? SimDuration(15min) : SimDuration{0};
        }
        if (network->next_event() >= now + 100ms) {
            continue;
        }
        network->run_until(now + 100ms, out);
        for (auto const& a : out) {
            acknowledged += a.message.from == head_end ? 1 : 0;
            if (a.message.to == head_end) {
                network->send({a.message.handle, head_end, a.message.from, 60}, a.at + 100ms);
            }
        }
        out.clear();
    }
    double const cpu_s = static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
    return acknowledged == 96ULL * concentrators ? cpu_s : -1.0;
}

/// Each in a process of its own, as SimGrid wants, and before this one has its engine.
void upload(benchmark::State& state, bool staggered) {
    for (auto _ : state) {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0) {
            return state.SkipWithError("no pipe");
        }
        pid_t const child = fork();
        if (child == 0) {
            double const cpu_s = upload_day(static_cast<std::uint32_t>(state.range(0)), staggered);
            _exit(write(ends[1], &cpu_s, sizeof cpu_s) == sizeof cpu_s ? 0 : 1);
        }
        double cpu_s = -1.0;
        auto const got = read(ends[0], &cpu_s, sizeof cpu_s);
        waitpid(child, nullptr, 0);
        close(ends[0]);
        close(ends[1]);
        if (got != sizeof cpu_s || cpu_s < 0.0) {
            return state.SkipWithError("an upload was not acknowledged");
        }
        state.SetIterationTime(cpu_s);
        state.counters["per_item_s"] = cpu_s / (2.0 * 96.0 * static_cast<double>(state.range(0)));
    }
}
void upload_staggered(benchmark::State& state) {
    upload(state, true);
}
void upload_at_once(benchmark::State& state) {
    upload(state, false);
}
BENCHMARK(upload_staggered)
    ->Name("wan/upload")
    ->Arg(1000)
    ->Arg(10000)
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK(upload_at_once)
    ->Name("wan/upload_at_once")
    ->Arg(1000)
    ->Arg(10000)
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

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
