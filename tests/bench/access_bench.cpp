// Access networks of up to a million meters: seconds per poll and per frame event, memory,
// building.
//
// poll_clean: areas of 200 meters on one 2400 bit/s medium where all hear all, no noise, one hop,
// 20 octets asked and 60 answered without a pause. ns-3 takes 140 us a poll for this with 200
// meters and 190 us with 20,000, 3.6 us without its fan-out, 0.3..0.5 us for its bare event core.
// poll_field: streets of 100 meters with the evening's noise: repeated frames and repeaters.
// poll_rates: poll_field with all of the modem's rates, and each link at its own.
// A frame event is one transmission of one frame, acknowledgements and repeats included, from
// medium access to fate. An area runs a window of simulated time at once, while it is in cache.
#include "models/plc/medium.hpp"
#include "models/plc/modem_table.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace gridtwin;
using namespace gridtwin::plc;
using topology::LvNetwork;

/// One concentrator that asks its meters in turn, the next as soon as one has answered or is given
/// up.
class Area final : public Sink {
  public:
    explicit Area(Medium&& medium) : medium_(std::move(medium)) {}
    void run_until(SimTime end) {
        if (polls_ == 0) {
            ask(kStart);
        }
        medium_.run_until(end, *this);
    }
    [[nodiscard]] SimTime next_event() const { return polls_ == 0 ? kStart : medium_.next_event(); }
    [[nodiscard]] Medium const& medium() const { return medium_; }
    [[nodiscard]] std::uint64_t polls() const { return polls_; }
    [[nodiscard]] std::uint64_t answers() const { return answers_; }
    [[nodiscard]] std::uint64_t hops() const { return hops_; }

    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t /*tries*/,
                      std::uint8_t hops) override {
        if (datagram.from == 0) {
            medium_.send({.from = datagram.to, .to = 0, .octets = 60}, at);
            return;
        }
        ++answers_;
        hops_ += hops;
        ask(at);
    }
    void on_lost(Datagram const& /*datagram*/, LossReason /*reason*/, SimTime at,
                 std::uint8_t /*tries*/, std::uint8_t /*hops*/) override {
        ask(at);
    }

  private:
    void ask(SimTime at) {
        meter_ = static_cast<std::uint16_t>(meter_ + 1U == medium_.size() ? 1 : meter_ + 1);
        ++polls_;
        medium_.send({.from = 0, .to = meter_, .octets = 20}, at);
    }

    Medium medium_;
    std::uint64_t polls_ = 0;
    std::uint64_t answers_ = 0;
    std::uint64_t hops_ = 0;
    std::uint16_t meter_ = 0;
};

using Modes = std::shared_ptr<ModeTable const>;

Medium street(std::uint32_t row, std::uint16_t meters, ChannelSpec const& spec,
              ModemSpec const& modem, Modes const& modes) {
    std::vector<std::uint32_t> nodes;
    LvNetwork const net =
        topology::generate_street({}, meters, 0.0, 0.0, 0b111, Seed{42}, LvNetworkId{row}, nodes);
    std::vector<Modem> modems{{0, 0, kAllPhases}};
    for (std::uint32_t const node : nodes) {
        modems.push_back({0, node, static_cast<std::uint8_t>(node % 3)});
    }
    LvNetwork const* const views[] = {&net};
    ConcentratorId const id{row};
    return {modem,     spec,
            MacSpec{}, plc::Channel(spec, modem.carrier_hz, views, modems, Seed{42}, id),
            Seed{42},  id,
            modes};
}

Medium clean_area(std::uint32_t row) {
    ChannelSpec spec;
    spec.cable_db_per_m = {0.0, 0.010}; // everybody within 1 dB of everybody
    spec.tap_db = spec.phase_crossing_db = spec.shadowing_sigma_db = 0.0;
    spec.mains_swing_db = spec.impulse_gap_s = 0.0;
    static Modes const modes = mode_table({}, spec);
    return street(row, 200, spec, {}, modes);
}

/// At eight in the evening with half a kilowatt a meter, noise that swings with the mains, and
/// impulses; the routes were chosen when it was almost
/// 3 dB quieter, so that frames do get lost.
Medium evening_area(std::uint32_t row, ModemSpec const& modem) {
    ChannelSpec const spec;
    static std::map<std::string, Modes> known; // one spec, few modems
    Modes& modes = known[modem.name + std::to_string(modem.modes.size())];
    modes = modes ? modes : mode_table(modem, spec);
    Medium medium = street(row, 100, spec, modem, modes);
    medium.set_impulse_factor(1.0);
    double const level_dbuv = noise_level_dbuv(modem, spec, 20.0 * 3600.0, 50'000.0);
    medium.set_noise_dbuv(level_dbuv - 2.9);
    medium.update_routes(kStart);
    medium.set_noise_dbuv(level_dbuv);
    return medium;
}

Medium field_area(std::uint32_t row) {
    return evening_area(row, {});
}

/// The same with all of CE-Nero's rates: links that have become poor slow down.
Medium rates_area(std::uint32_t row) {
    return evening_area(row, *find_modem("ce-nero"));
}

using MakeArea = Medium (*)(std::uint32_t row);

struct World {
    std::vector<Area> areas;
    SimTime until = kStart;

    World(MakeArea make, std::int64_t meters) {
        do {
            areas.emplace_back(make(static_cast<std::uint32_t>(areas.size())));
            meters -= static_cast<std::int64_t>(areas.back().medium().size()) - 1;
        } while (meters > 0);
    }
    void run(SimDuration window) {
        until += window;
        for (auto& area : areas) {
            if (area.next_event() < until) {
                area.run_until(until);
            }
        }
    }
};

struct Sums {
    double polls = 0.0;
    double frames = 0.0;
    double lost = 0.0;
    double repeated = 0.0;
    double answers = 0.0;
    double hops = 0.0;
    double meters = 0.0;
    double bytes = 0.0;
};

Sums sums(World const& world) {
    Sums all;
    for (auto const& area : world.areas) {
        auto const& frames = area.medium().frames();
        all.polls += static_cast<double>(area.polls());
        all.frames += static_cast<double>(frames.sent);
        all.lost += static_cast<double>(frames.lost_total());
        all.repeated += static_cast<double>(area.medium().counters().repeated);
        all.answers += static_cast<double>(area.answers());
        all.hops += static_cast<double>(area.hops());
        all.meters += static_cast<double>(area.medium().size() - 1);
        all.bytes += static_cast<double>(area.medium().bytes());
    }
    return all;
}

double cpu_s() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// A minute of the world window by window, by turns with ten of one of 200 meters for the ratio.
void poll(benchmark::State& state, MakeArea make, std::int64_t meters, SimDuration window) {
    using std::chrono::seconds;
    World world(make, meters);
    World small(make, 200);
    world.run(seconds(120)); // caches, buffers, first routes
    small.run(seconds(120));
    Sums const before = sums(world);
    Sums const small_before = sums(small);
    double world_s = 0.0;
    double small_s = 0.0;
    for ([[maybe_unused]] auto _ : state) {
        double const begin_s = cpu_s();
        for (SimTime const end = world.until + seconds(60); world.until < end;) {
            world.run(window);
        }
        double const mid_s = cpu_s();
        state.PauseTiming();
        double const again_s = cpu_s();
        small.run(seconds(600));
        world_s += mid_s - begin_s;
        small_s += cpu_s() - again_s;
        state.ResumeTiming();
    }
    Sums const after = sums(world);
    double const polls = after.polls - before.polls;
    double const frames = after.frames - before.frames;
    double const per_poll_s = world_s / polls;
    auto& counters = state.counters;
    counters["per_item_s"] = per_poll_s;
    counters["of_200"] = per_poll_s / (small_s / (sums(small).polls - small_before.polls));
    counters["frame_events_per_s"] = frames / world_s;
    counters["frames_per_poll"] = frames / polls;
    counters["frame_loss_frac"] = (after.lost - before.lost) / frames;
    counters["answered_frac"] = (after.answers - before.answers) / polls;
    counters["hops"] = (after.hops - before.hops) / (after.answers - before.answers);
    counters["repeated_per_poll"] = (after.repeated - before.repeated) / polls;
    counters["bytes_per_meter"] = after.bytes / after.meters;
}

/// Channels, routes and media of the streets of a million meters.
void build(benchmark::State& state, MakeArea make, std::int64_t meters) {
    for ([[maybe_unused]] auto _ : state) {
        World const world(make, meters);
        benchmark::DoNotOptimize(world.areas.data());
    }
    using benchmark::Counter;
    state.counters["per_item_s"] = Counter(static_cast<double>(state.iterations() * meters),
                                           Counter::kIsRate | Counter::kInvert);
}

bool const registered = [] {
    using std::chrono::milliseconds;
    struct Size {
        std::int64_t meters;
        std::int64_t minutes;
    };
    auto const add = [](std::string const& name, MakeArea make, SimDuration window, Size size) {
        benchmark::RegisterBenchmark((name + "/" + std::to_string(size.meters)).c_str(), poll, make,
                                     size.meters, window)
            ->Iterations(size.minutes)
            ->Unit(benchmark::kMillisecond);
    };
    for (Size const size : {Size{200, 2000}, {20'000, 60}, {1'000'000, 4}}) {
        add("access/poll_clean", clean_area, milliseconds(60'000), size);
    }
    for (Size const size : {Size{100, 2000}, {200, 1000}, {20'000, 40}, {1'000'000, 3}}) {
        add("access/poll_field", field_area, milliseconds(60'000), size);
    }
    for (Size const size : {Size{200, 1000}, {20'000, 40}, {1'000'000, 3}}) {
        add("access/poll_rates", rates_area, milliseconds(60'000), size);
    }
    for (Size const size : {Size{20'000, 20}, {1'000'000, 1}}) {
        add("access/poll_clean_50ms", clean_area, milliseconds(50), size);
        add("access/poll_field_50ms", field_area, milliseconds(50), size);
    }
    auto const add_build = [](char const* name, MakeArea make) {
        benchmark::RegisterBenchmark(name, build, make, 1'000'000)
            ->Iterations(1)
            ->Unit(benchmark::kSecond);
    };
    add_build("access/build/1000000", field_area);
    add_build("access/build_rates/1000000", rates_area);
    return true;
}();

} // namespace
