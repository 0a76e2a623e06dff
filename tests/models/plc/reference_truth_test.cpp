// The medium's shortcuts against the rules played out event by event (reference_simulator.hpp):
// 100 meters, polled and commanded, with alarms that contend, power cuts, blown fuses and noise
// that changes; with one concentrator, and with two between which meters change over.
#include "models/plc/modem_table.hpp"
#include "tests/models/plc/plc_fixtures.hpp"
#include "tests/models/plc/reference_script.hpp"
#include "tests/models/plc/reference_simulator.hpp"

#include <set>

namespace gridtwin::plc {
namespace {

using namespace testing;

/// Meters answer what a concentrator asks; every fate is kept.
class Street final : public Sink {
  public:
    std::uint16_t roots = 1;
    std::function<void(Datagram const&, SimTime)> send;
    std::vector<Outcome> outcomes;
    std::vector<RecordingSink::Heard> heard;
    std::vector<RecordingSink::Over> over; ///< broadcasts

    void on_broadcast(Datagram const& datagram, std::uint16_t node, SimTime at) override {
        heard.push_back({datagram.handle, node, at});
    }
    void on_broadcast_over(std::uint64_t handle, SimTime at) override {
        over.push_back({handle, at});
    }
    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t tries,
                      std::uint8_t hops) override {
        outcomes.push_back({datagram, LossReason::none, at, tries, hops});
        if (datagram.from < roots && datagram.to != medium::kEverybody) {
            std::uint32_t const octets = datagram.handle % 7 == 0 ? 150 : 60;
            send({.handle = datagram.handle | kAnswer,
                  .from = datagram.to,
                  .to = datagram.from,
                  .octets = octets,
                  .priority = datagram.priority},
                 at);
        }
    }
    void on_lost(Datagram const& datagram, LossReason reason, SimTime at, std::uint8_t tries,
                 std::uint8_t hops) override {
        outcomes.push_back({datagram, reason, at, tries, hops});
    }
};

/// The street, and its lines that are open.
struct Lines {
    ChannelSpec spec;
    double carrier_hz;
    Seed seed;
    LvNetwork net;
    std::vector<Modem> modems{{0, 0, kAllPhases}};
    std::vector<topology::OpenLines> open{1};
    std::uint16_t roots;

    Lines(ChannelSpec const& channel_spec, ModemSpec const& modem, Seed of, std::uint16_t with)
        : spec(channel_spec), carrier_hz(modem.carrier_hz), seed(of), roots(with) {
        std::vector<std::uint32_t> nodes;
        net = topology::generate_street({}, kMeters, 0.0, 0.0, 0b111, seed, LvNetworkId{0}, nodes);
        for (std::uint32_t const node : nodes) {
            modems.push_back({0, node, static_cast<std::uint8_t>(node % 3)});
        }
    }
    void set(std::uint32_t fuse, bool closed) {
        auto const node = topology::fuse_nodes(net).at(fuse);
        std::erase(open[0], node);
        if (!closed) {
            open[0].push_back(node);
        }
    }
    [[nodiscard]] Channel channel() const {
        LvNetwork const* const networks[] = {&net};
        return Channel({.spec = spec,
                        .carrier_hz = carrier_hz,
                        .networks = networks,
                        .modems = modems,
                        .seed = seed,
                        .medium = kMedium,
                        .open = open,
                        .roots = roots});
    }
};

void expect_equal(Medium const& medium, ReferenceSimulator const& reference, SimTime at) {
    auto const books = reference.books();
    auto const same = [](TrafficCount const& a, TrafficCount const& b) {
        return a.sent == b.sent && a.delivered == b.delivered && a.lost == b.lost;
    };
    ASSERT_TRUE(same(medium.frames(), books.frames)) << "frames at " << format_time(at);
    ASSERT_TRUE(same(medium.datagrams(), books.datagrams)) << "datagrams at " << format_time(at);
    ASSERT_TRUE(same(medium.receptions(), books.receptions)) << format_time(at);
    ASSERT_EQ(medium.airtime_s(), books.airtime_s) << format_time(at);
    ASSERT_EQ(medium.counters().duplicates, books.duplicates) << format_time(at);
    ASSERT_EQ(medium.counters().deferrals, books.deferrals) << format_time(at);
    ASSERT_EQ(medium.counters().repeated, books.repeated) << format_time(at);
    ASSERT_EQ(medium.counters().route_updates, books.route_updates) << format_time(at);
}

/// Both through the same deeds, compared at every instant at which anything happens.
void compare(ModemSpec const& modem, Seed seed, double begin_s, double end_s, MacSpec const& mac,
             TrafficCount& frames, std::set<int>& modes, std::uint16_t roots = 1) {
    ChannelSpec const spec;
    Lines lines(spec, modem, seed, roots);
    Channel const channel = lines.channel();
    Medium medium(modem, spec, mac, channel, seed, kMedium, nullptr, roots);
    ReferenceSimulator reference(modem, spec, mac, channel, seed, kMedium, roots);
    Street street;
    Street twin;
    street.roots = twin.roots = roots;
    street.send = [&](Datagram const& datagram, SimTime at) { medium.send(datagram, at); };
    twin.send = [&](Datagram const& datagram, SimTime at) { reference.send(datagram, at); };
    auto const run_until = [&](SimTime end) {
        while (medium.next_event() < end) {
            SimTime const at = medium.next_event();
            std::size_t const known = street.outcomes.size();
            medium.run_until(at + SimDuration{1}, street);
            reference.run_until(at + SimDuration{1}, twin);
            ASSERT_NO_FATAL_FAILURE(expect_equal(medium, reference, at));
            ASSERT_EQ(street.outcomes.size(), twin.outcomes.size()) << format_time(at);
            ASSERT_EQ(street.heard.size(), twin.heard.size()) << format_time(at);
            for (std::size_t k = known; k < street.outcomes.size(); ++k) {
                ASSERT_EQ(street.outcomes[k], twin.outcomes[k])
                    << "datagram " << street.outcomes[k].datagram.handle << format_time(at);
            }
        }
        reference.run_until(end, twin);
    };
    auto deeds = script(seed, begin_s, end_s, spec);
    if (roots == 2) {
        deeds = with_two_roots(std::move(deeds), seed, begin_s, end_s);
    }
    for (auto const& deed : deeds) {
        ASSERT_NO_FATAL_FAILURE(run_until(deed.at));
        for (std::uint16_t m = 1; m <= kMeters; ++m) {
            std::uint16_t const parent = medium.routes()[m].parent;
            if (parent != kNoModem) {
                modes.insert({medium.mode(m, parent), medium.mode(parent, m)});
            }
        }
        switch (deed.kind) {
        case Deed::Kind::send:
            medium.send(deed.datagram, deed.at);
            reference.send(deed.datagram, deed.at);
            break;
        case Deed::Kind::noise:
            medium.set_noise_dbuv(deed.noise_dbuv);
            reference.set_noise_dbuv(deed.noise_dbuv);
            medium.set_impulse_factor(deed.impulse_factor);
            reference.set_impulse_factor(deed.impulse_factor);
            break;
        case Deed::Kind::line:
            lines.set(deed.line, deed.powered);
            medium.set_channel(lines.channel());
            reference.set_channel(lines.channel());
            break;
        case Deed::Kind::power:
            medium.set_powered(deed.modem, deed.powered, deed.at);
            reference.set_powered(deed.modem, deed.powered, deed.at);
            break;
        case Deed::Kind::root:
            medium.set_root(deed.modem, deed.root);
            reference.set_root(deed.modem, deed.root);
            break;
        }
    }
    ASSERT_NO_FATAL_FAILURE(run_until(at_s(end_s + 7200.0)));
    expect_books_close(medium);
    EXPECT_EQ(medium.datagrams_in_flight(), 0U);
    EXPECT_EQ(street.heard, twin.heard);
    std::sort(street.over.begin(), street.over.end());
    std::sort(twin.over.begin(), twin.over.end());
    EXPECT_EQ(street.over, twin.over);
    EXPECT_GT(medium.receptions().delivered, 0U);
    EXPECT_GT(lost(medium.datagrams(), LossReason::queue_full), 0U);
    bool const long_enough = end_s - begin_s >= 3600.0; // a few of the broadcasts
    EXPECT_GE(lost(medium.datagrams(), LossReason::expired), long_enough ? 1U : 0U);
    frames += medium.frames();
    for (std::uint16_t root = 0; root < roots; ++root) { // each was asked and answered
        EXPECT_GT(std::count_if(street.outcomes.begin(), street.outcomes.end(),
                                [root](Outcome const& o) {
                                    return o.datagram.to == root && o.reason == LossReason::none;
                                }),
                  static_cast<std::ptrdiff_t>((end_s - begin_s) / 100.0));
    }
}

class PlcReference : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(PlcReference, GivesEveryFrameAndDatagramTheSameFateOverADay) {
    TrafficCount frames;
    std::set<int> modes;
    compare({}, Seed{GetParam()}, 0.0, 86'400.0, {}, frames, modes);
    // and the run was worth it
    for (auto const reason : {LossReason::noise, LossReason::collision, LossReason::no_power}) {
        EXPECT_GT(lost(frames, reason), 0U) << name(reason);
    }
    EXPECT_GT(frames.sent, 240'000U);
    fmt::print("{} frames: {} delivered, lost {} to noise, {} to collisions, {} without power\n",
               frames.sent, frames.delivered, lost(frames, LossReason::noise),
               lost(frames, LossReason::collision), lost(frames, LossReason::no_power));
}

TEST_P(PlcReference, GivesTheSameFatesOverADayOfTwoConcentratorsThatMetersChangeBetween) {
    TrafficCount frames;
    std::set<int> modes;
    compare({}, Seed{GetParam()}, 0.0, 86'400.0, {}, frames, modes, 2);
    compare(*find_modem("ce-nero"), Seed{GetParam()}, 64'800.0, 72'000.0, {}, frames, modes, 2);
    for (auto const reason : {LossReason::noise, LossReason::collision, LossReason::no_power}) {
        EXPECT_GT(lost(frames, reason), 0U) << name(reason);
    }
    EXPECT_EQ(modes.size(), 4U);
    fmt::print("{} frames: {} delivered, lost {} to noise, {} to collisions, {} without power\n",
               frames.sent, frames.delivered, lost(frames, LossReason::noise),
               lost(frames, LossReason::collision), lost(frames, LossReason::no_power));
}

TEST_P(PlcReference, GivesTheSameFatesWithoutListeningAcknowledgingOrPatience) {
    TrafficCount frames;
    std::set<int> modes;
    auto const few_minutes = [&](MacSpec const& mac) {
        compare({}, Seed{GetParam()}, 68'400.0, 69'300.0, mac, frames, modes);
    };
    few_minutes({.carrier_sense = false});
    few_minutes({.acknowledge = false});
    few_minutes({.hop_retries = 0,
                 .min_backoff_exponent = 0,
                 .max_backoff_exponent = 2,
                 .queue_limit = 2,
                 .route_refresh_s = 5.0,
                 .route_noise_step_db = 0.5});
    EXPECT_GT(lost(frames, LossReason::collision), 0U);
}

TEST_P(PlcReference, GivesTheSameFatesOverADayOfModesThatFollowTheNoise) {
    TrafficCount frames;
    std::set<int> modes;
    compare(*find_modem("ce-nero"), Seed{GetParam()}, 0.0, 86'400.0, {}, frames, modes);
    EXPECT_EQ(modes.size(), 4U);
    for (auto const reason : {LossReason::noise, LossReason::collision, LossReason::no_power}) {
        EXPECT_GT(lost(frames, reason), 0U) << name(reason);
    }
    fmt::print("{} frames: {} delivered, lost {} to noise, {} to collisions, {} without power\n",
               frames.sent, frames.delivered, lost(frames, LossReason::noise),
               lost(frames, LossReason::collision), lost(frames, LossReason::no_power));
}

TEST_P(PlcReference, GivesTheSameFatesWhereRoutesStayAndOnlyModesFollowTheNoise) {
    // noise of the afternoon and evening; what was fast at the start has to be found out to be slow
    MacSpec const mac{.route_refresh_s = 1800.0, .rate_down_failures = 1, .rate_up_successes = 3};
    for (auto const& modem : built_in_modems()) {
        TrafficCount frames;
        std::set<int> modes;
        compare(modem, Seed{GetParam()}, 57'600.0, 72'000.0, mac, frames, modes);
        EXPECT_GE(modes.size(), 3U) << modem.name;
        EXPECT_GT(lost(frames, LossReason::noise), 100U) << modem.name;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlcReference, ::testing::Range<std::uint64_t>(1, 4));

} // namespace
} // namespace gridtwin::plc
