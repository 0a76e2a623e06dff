// Radio mesh of many areas: seconds per frame event with contention, octets a meter, time to build.
#include "models/rf/medium.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <vector>

namespace {

using namespace gridtwin;
using namespace gridtwin::rf;

/// Areas have 100 to 200 meters, scattered at this density.
constexpr double kSquareMetresAMeter = 8000.0;
constexpr std::size_t kLeast = 100;
constexpr std::size_t kMost = 200;
constexpr auto kWindow = std::chrono::seconds(30);

std::vector<Place> places_of(std::size_t meters, std::uint64_t area) {
    EntityKey const key(EntityKind::concentrator, area);
    double const side_m = std::sqrt(static_cast<double>(meters) * kSquareMetresAMeter);
    std::vector<Place> places{{0.5 * side_m, 0.5 * side_m}};
    for (std::size_t k = 1; k <= meters; ++k) {
        places.push_back({side_m * draw01(Seed{42}, key, Purpose::test, 2 * k),
                          side_m * draw01(Seed{42}, key, Purpose::test, 2 * k + 1)});
    }
    return places;
}

/// One area's traffic: its concentrator polls in turn (20 octets, answered with 60), the next as
/// soon as one has answered or is given up; every meter pushes 40 octets once a window,
/// contending.
class Area final : public Sink {
  public:
    Area(std::size_t meters, std::uint32_t id)
        : medium(radio(), CsmaSpec{},
                 Links(radio(), PropagationSpec{}, places_of(meters, id), Seed{42},
                       ConcentratorId{id}),
                 Seed{42}, ConcentratorId{id}),
          meters_(static_cast<std::uint16_t>(meters)), id_(id) {}

    static RadioSpec radio() {
        RadioSpec spec = *find_radio("802.15.4g");
        spec.duty_cycle_frac = 1.0; // saturated
        return spec;
    }

    Medium medium;
    std::uint64_t polls = 0;

    void run_window(SimTime start) {
        for (std::uint16_t meter = 1; meter <= meters_; ++meter) {
            double const late = draw01(Seed{42}, EntityKey(EntityKind::concentrator, id_),
                                       Purpose::test, 1'000'000 + draws_++);
            medium.send({.from = meter, .to = 0, .octets = 40, .contend = true},
                        start + duration_from_s(to_s(kWindow) * late));
        }
        if (polls == 0) {
            ask(start);
        }
        medium.run_until(start + kWindow, *this);
    }

    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t /*tries*/,
                      std::uint8_t /*hops*/) override {
        if (datagram.from == 0) {
            medium.send({.handle = 1, .from = datagram.to, .to = 0, .octets = 60}, at);
        } else if (datagram.handle == 1) {
            ask(at);
        }
    }
    void on_lost(Datagram const& datagram, LossReason /*reason*/, SimTime at,
                 std::uint8_t /*tries*/, std::uint8_t /*hops*/) override {
        if (datagram.from == 0 || datagram.handle == 1) {
            ask(at);
        }
    }

  private:
    void ask(SimTime at) {
        ++polls;
        do { // nobody polls whom nobody hears
            meter_ = static_cast<std::uint16_t>(meter_ % meters_ + 1);
        } while (medium.routes()[meter_].parent == kNoNode);
        medium.send({.from = 0, .to = meter_, .octets = 20}, at);
    }

    std::uint16_t meters_;
    std::uint32_t id_;
    std::uint16_t meter_ = 0;
    std::uint64_t draws_ = 0;
};

void rf_mesh(benchmark::State& state) {
    auto const meters = static_cast<std::size_t>(state.range(0));
    std::clock_t const begun = std::clock();
    std::vector<Area> areas;
    areas.reserve(meters / kLeast + 1);
    std::size_t placed = 0;
    for (std::uint32_t id = 0; placed < meters; ++id) {
        std::size_t const share =
            kLeast + draw_bits(Seed{42}, EntityKey(EntityKind::world, 9), Purpose::test, id) %
                         (kMost - kLeast + 1);
        areas.emplace_back(meters == 200 ? 200 : share, id);
        placed += areas.back().medium.size() - 1;
    }
    double const build_s = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;

    SimTime start = kStart;
    for ([[maybe_unused]] auto _ : state) {
        for (auto& area : areas) { // each through its whole window while it is in cache
            area.run_window(start);
        }
        start += kWindow;
    }
    double frames = 0.0;
    double lost = 0.0;
    double collided = 0.0;
    double polls = 0.0;
    double bytes = 0.0;
    double links_bytes = 0.0;
    double links = 0.0;
    double hops = 0.0;
    double routed = 0.0;
    double events = 0.0;
    double deferrals = 0.0;
    double air_s = 0.0;
    for (auto const& area : areas) {
        auto const& medium = area.medium;
        frames += static_cast<double>(medium.frames().sent);
        lost += static_cast<double>(medium.frames().lost_total());
        collided += static_cast<double>(
            medium.frames().lost[static_cast<std::size_t>(LossReason::collision)]);
        polls += static_cast<double>(area.polls);
        bytes += static_cast<double>(medium.bytes());
        links_bytes += static_cast<double>(medium.links().bytes());
        links += static_cast<double>(medium.links().count());
        events += static_cast<double>(medium.counters().events);
        deferrals += static_cast<double>(medium.counters().deferrals);
        air_s += medium.airtime_s();
        for (auto const& route : medium.routes()) {
            hops += route.hops;
            routed += route.hops > 0 ? 1.0 : 0.0;
        }
    }
    auto const count = static_cast<double>(placed);
    using benchmark::Counter;
    state.counters["per_item_s"] = Counter(frames, Counter::kIsRate | Counter::kInvert);
    state.counters["frames_per_s"] = Counter(frames, Counter::kIsRate);
    state.counters["polls_per_s"] = Counter(polls, Counter::kIsRate);
    state.counters["events_per_frame"] = events / frames;
    state.counters["frame_loss_frac"] = lost / frames;
    state.counters["collision_frac"] = collided / frames;
    state.counters["deferrals_per_frame"] = deferrals / frames;
    state.counters["airtime_frac"] = air_s / (to_s(start) * static_cast<double>(areas.size()));
    state.counters["hops"] = hops / routed;
    state.counters["routed_frac"] = routed / count;
    state.counters["neighbours"] = 2.0 * links / count;
    state.counters["bytes_per_meter"] = bytes / count;
    state.counters["links_bytes_per_meter"] = links_bytes / count;
    state.counters["build_s"] = build_s; // of processor time
}

BENCHMARK(rf_mesh)
    ->Name("access/rf_mesh")
    ->Arg(200)
    ->Arg(20'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);

} // namespace
