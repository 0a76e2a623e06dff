// Households, meters and concentrators: seconds per household-step, per meter-step, per poll.
#include "models/concentrator/concentrator.hpp"
#include "models/load/residential.hpp"
#include "models/meter/curtailment.hpp"
#include "models/meter/respond.hpp"
#include "models/meter/step.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <vector>

namespace {

using namespace gridtwin;

void count(benchmark::State& state, double items) {
    state.counters["per_item_s"] =
        benchmark::Counter(items, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

std::vector<MeterId> ids(std::size_t n) {
    std::vector<MeterId> out(n);
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = static_cast<MeterId>(i);
    }
    return out;
}

/// Steps of one minute.
void household(benchmark::State& state) {
    auto const n = static_cast<std::size_t>(state.range(0));
    auto const meters = ids(n);
    std::vector<double> p_w(n);
    std::vector<double> q_var(n);
    SimTime t = kStart;
    for (auto _ : state) {
        t += std::chrono::minutes(1);
        load::household_demand({}, Seed{42}, meters, t,
                               to_s(t.time_since_epoch() % std::chrono::hours(24)), 3, p_w, q_var);
        benchmark::DoNotOptimize(p_w.data());
    }
    count(state, static_cast<double>(state.iterations()) * static_cast<double>(n));
}
BENCHMARK(household)->Name("load/household")->Arg(240)->Arg(100'000);

/// Steps of one minute, every fifteenth of which closes an interval of each meter.
void meter_step(benchmark::State& state) {
    auto const n = static_cast<std::size_t>(state.range(0));
    meter::MeterSpec const spec;
    auto table = meter::make_meters(spec, Seed{42}, std::vector<double>(n, 230.0));
    for (std::size_t i = 0; i < n; ++i) {
        table.p_w[i] = 500.0 + static_cast<double>(i % 977);
        table.q_var[i] = 0.3 * table.p_w[i];
    }
    std::vector<EventRecord> events;
    SimTime t = kStart;
    for (auto _ : state) {
        meter::advance(table, spec, t, t + std::chrono::minutes(1), events);
        t += std::chrono::minutes(1);
    }
    count(state, static_cast<double>(state.iterations()) * static_cast<double>(n));
    state.counters["bytes_per_meter"] = static_cast<double>(meter::bytes_per_meter(table));
}
BENCHMARK(meter_step)->Name("meter/step")->Arg(240)->Arg(100'000);

/// The same with all that a scenario can turn on: four tariffs, a second profile of five minutes
/// with every channel, quality, tampering (one in a hundred), a limiter each.
void meter_full(benchmark::State& state) {
    auto const n = static_cast<std::size_t>(state.range(0));
    meter::MeterSpec spec;
    spec.registers.kept = true;
    for (std::uint8_t tariff = 0; tariff < 4; ++tariff) {
        spec.registers.calendars[0].switches.push_back(
            {.at = std::chrono::hours(6 * tariff), .tariff = tariff});
    }
    auto table = meter::make_meters(spec, Seed{42}, std::vector<double>(n, 230.0));
    auto const all = ids(n);
    meter::give_profile(
        table, {.interval = std::chrono::minutes(5), .channels = 0b1'1111, .rows = 96}, all);
    meter::give_limiter(table, {.limit_w = 1400.0, .quota_wh = 30e3}, all);
    table.quality = meter::make_quality(meter::kDefaultQuality, n);
    table.tampering = meter::make_tampering({}, n);
    std::vector<EventRecord> events;
    for (std::size_t i = 0; i < n; ++i) {
        table.p_w[i] = 500.0 + static_cast<double>(i % 977);
        table.q_var[i] = 0.3 * table.p_w[i];
        if (i % 100 == 0) {
            meter::set_tamper(table.tampering, i, meter::TamperInput::magnet, true, true, kStart,
                              events);
        }
    }
    std::vector<meter::CurtailOrder> orders;
    SimTime t = kStart;
    for (auto _ : state) {
        events.clear();
        orders.clear();
        SimTime const end = t + std::chrono::minutes(1);
        meter::judge_limiters(table, spec, t, events, orders);
        meter::advance(table, spec, t, end, events);
        meter::advance_limiters(table, spec, t, end, events, orders);
        benchmark::DoNotOptimize(meter::next_limiter_order(table, end));
        t = end;
    }
    count(state, static_cast<double>(state.iterations()) * static_cast<double>(n));
    state.counters["bytes_per_meter"] = static_cast<double>(meter::bytes_per_meter(table));
}
BENCHMARK(meter_full)->Name("meter/step_full")->Arg(240)->Arg(100'000);

/// Real meters' answers on a line without faults or delays.
class DirectLink final : public concentrator::MeterLink, public concentrator::Uplink {
  public:
    DirectLink(meter::MeterTable& table, meter::MeterSpec const& spec)
        : table_(&table), spec_(&spec) {}
    void send(Message&& message, Channel) override { waiting.push_back(std::move(message)); }
    void broadcast(Message&&, Channel, SimTime) override {}
    void call(Message&&, Channel) override {}
    void drop_member(MeterId, Channel) override {}
    void send(Message&&) override {} // up
    Message answer(SimTime now) {
        Message const request = std::move(waiting.front());
        waiting.pop_front();
        return meter::respond(*table_, *spec_, request, Channel::plc, now, numbers_)
            .message.value();
    }
    std::deque<Message> waiting;

  private:
    meter::MeterTable* table_;
    meter::MeterSpec const* spec_;
    MessageNumbers numbers_{1};
};

/// Request, the meter's answer with 16 rows, storing and uploading.
void poll(benchmark::State& state) {
    constexpr std::size_t kMeters = 60;
    // Exact clocks: years pass here, and drifting ones would miss the interval's end in the end.
    meter::MeterSpec const spec{.drift_bound_ppm = 0.0, .clock_sigma_s = 0.0};
    auto table = meter::make_meters(spec, Seed{42}, std::vector<double>(kMeters, 230.0));
    std::vector<EventRecord> events;
    DirectLink link(table, spec);
    concentrator::ConcentratorSpec polls_alone;
    polls_alone.discovery.search_every = {};
    polls_alone.clock.schedule = {};
    polls_alone.uplink.acknowledged = false;
    concentrator::Concentrator c(polls_alone, ConcentratorId{0}, ids(kMeters), {},
                                 MessageNumbers(2));
    std::uint64_t polls = 0;
    SimTime t = kStart;
    for (auto _ : state) {
        state.PauseTiming();
        SimTime const next = c.next_event();
        for (std::size_t i = 0; i < kMeters; ++i) {
            table.p_w[i] = 500.0 + 977.0 * draw01(Seed{1}, EntityKey(EntityKind::meter, i),
                                                  Purpose::test, polls);
        }
        meter::advance(table, spec, t, next, events);
        t = next;
        state.ResumeTiming();
        c.on_timer(t, link, link);
        while (!link.waiting.empty()) {
            ++polls;
            c.on_meter_message(link.answer(t), Channel::plc, t, link, link);
        }
    }
    if (polls != c.counts().requests || c.counts().rows_stored != 16 * polls) {
        state.SkipWithError("a poll failed");
    }
    count(state, static_cast<double>(polls));
}
BENCHMARK(poll)->Name("concentrator/poll");

} // namespace
