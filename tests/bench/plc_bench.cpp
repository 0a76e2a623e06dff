// Power-line media: seconds per frame under noise and hops, seconds per poll of sixty meters.
#include "models/plc/medium.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace {

using namespace gridtwin;
using namespace gridtwin::plc;

constexpr std::uint16_t kMeters = 60;

/// A concentrator at a transformer's busbar and its meters along the streets.
Medium town_medium(ChannelSpec const& spec) {
    std::vector<std::uint32_t> nodes;
    auto const net =
        topology::generate_street({}, kMeters, 0.0, 0.0, 0b111, Seed{42}, LvNetworkId{0}, nodes);
    std::vector<Modem> modems{{0, 0, kAllPhases}};
    for (std::uint32_t const node : nodes) {
        modems.push_back({0, node, static_cast<std::uint8_t>(node % 3)});
    }
    std::vector<topology::LvNetwork const*> const views{&net};
    static auto const modes = mode_table({}, spec); // one spec in all of these
    plc::Channel channel(spec, plc::kReferenceHz, views, modems, Seed{42}, ConcentratorId{0});
    return {ModemSpec{}, spec, MacSpec{}, std::move(channel), Seed{42}, ConcentratorId{0}, modes};
}

/// Asks each meter in turn for 60 octets by 20, the next as soon as one has answered or is given
/// up.
class Poller final : public Sink {
  public:
    explicit Poller(Medium& medium) : medium_(&medium) {}
    std::uint64_t polls = 0;

    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t /*tries*/,
                      std::uint8_t /*hops*/) override {
        if (datagram.from == 0) {
            medium_->send({.from = datagram.to, .to = 0, .octets = 60}, at);
        } else {
            ask(at);
        }
    }
    void on_lost(Datagram const& /*datagram*/, LossReason /*reason*/, SimTime at,
                 std::uint8_t /*tries*/, std::uint8_t /*hops*/) override {
        ask(at);
    }
    void ask(SimTime at) {
        meter_ = static_cast<std::uint16_t>(meter_ % kMeters + 1);
        ++polls;
        medium_->send({.from = 0, .to = meter_, .octets = 20}, at);
    }

  private:
    Medium* medium_;
    std::uint16_t meter_ = 0;
};

/// Polls ten simulated minutes an iteration; what is counted is what the medium did meanwhile.
void poll(benchmark::State& state, double noise_dbuv, bool per_frame) {
    ChannelSpec const spec;
    Medium medium = town_medium(spec);
    medium.set_noise_dbuv(noise_dbuv);
    Poller poller(medium);
    poller.ask(kStart);
    SimTime until = kStart;
    for ([[maybe_unused]] auto _ : state) {
        until += std::chrono::minutes(10);
        medium.run_until(until, poller);
    }
    auto const frames = static_cast<double>(medium.frames().sent);
    auto const polls = static_cast<double>(poller.polls);
    using benchmark::Counter;
    state.counters["per_item_s"] =
        Counter(per_frame ? frames : polls, Counter::kIsRate | Counter::kInvert);
    state.counters["events_per_s"] =
        Counter(static_cast<double>(medium.counters().events), Counter::kIsRate);
    state.counters["frames_per_poll"] = frames / polls;
    state.counters["frame_loss_frac"] = static_cast<double>(medium.frames().lost_total()) / frames;
    state.counters["repeated_per_poll"] = static_cast<double>(medium.counters().repeated) / polls;
    state.counters["bytes_per_meter"] = static_cast<double>(medium.bytes()) / kMeters;
}

void frame(benchmark::State& state) {
    poll(state, 57.0, true);
}
void poll60(benchmark::State& state) {
    poll(state, 42.0, false);
}

/// Attenuation of all pairs and the first routes, per modem.
void build(benchmark::State& state) {
    ChannelSpec const spec;
    for ([[maybe_unused]] auto _ : state) {
        Medium medium = town_medium(spec);
        benchmark::DoNotOptimize(medium.routes().data());
    }
    using benchmark::Counter;
    state.counters["per_item_s"] = Counter(static_cast<double>(state.iterations()) * (kMeters + 1),
                                           Counter::kIsRate | Counter::kInvert);
}

BENCHMARK(frame)->Name("plc/frame");
BENCHMARK(poll60)->Name("plc/poll/60");
BENCHMARK(build)->Name("plc/build/60");

} // namespace
