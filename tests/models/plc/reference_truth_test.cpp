// The medium's shortcuts against the rules played out event by event (reference_simulator.hpp):
// 100 meters, polled and commanded, with alarms that contend, power cuts, blown fuses and noise
// that changes; with one concentrator, and with two between which meters change over.
#include "models/plc/modem_table.hpp"
#include "tests/models/plc/plc_fixtures.hpp"
#include "tests/models/plc/reference_simulator.hpp"

#include <set>

namespace gridtwin::plc {
namespace {

using namespace testing;

constexpr std::uint16_t kMeters = 100;
constexpr std::uint64_t kAlarm = 1ULL << 40;
constexpr std::uint64_t kAnswer = 1ULL << 41;

/// What the area does from outside, in the order of time.
struct Deed {
    enum class Kind : std::uint8_t { send, noise, power, line, root };
    SimTime at;
    Kind kind = Kind::send;
    Datagram datagram{};
    std::vector<float> noise_dbuv{};
    double impulse_factor = 0.0;
    std::uint16_t modem = 0;
    std::uint16_t root = 0; ///< that it goes over to
    bool powered = false;   ///< or closed
    std::uint32_t line = 0; ///< of the fuses, one of the street's lines
};

/// Rounds of polls every quarter of an hour, commands that overtake them, cuts of a part of the
/// street with last gasps and returns, noise of every minute.
std::vector<Deed> script(Seed seed, double begin_s, double end_s, ChannelSpec const& channel) {
    EntityKey const key(EntityKind::world, 3);
    std::uint64_t draws = 0;
    auto const draw = [&] { return draw01(seed, key, Purpose::test, draws++); };
    auto const meter = [&] { return static_cast<std::uint16_t>(1 + draw() * kMeters); };
    std::vector<Deed> deeds;
    std::uint64_t handle = 0;
    auto const send = [&](double t_s, Datagram datagram) {
        datagram.handle |= ++handle;
        deeds.push_back({.at = at_s(t_s), .datagram = datagram});
    };
    for (double t_s = begin_s; t_s < end_s; t_s += 60.0) {
        std::vector<float> noise;
        double const load_w = 40'000.0 * draw();
        double const level = noise_level_dbuv({}, channel, t_s, load_w);
        for (std::size_t m = 0; m <= kMeters; ++m) {
            noise.push_back(static_cast<float>(level + 12.0 * draw()));
        }
        deeds.push_back({.at = at_s(t_s),
                         .kind = Deed::Kind::noise,
                         .noise_dbuv = noise,
                         .impulse_factor = impulse_factor(channel, t_s)});
    }
    for (double t_s = begin_s; t_s < end_s; t_s += 300.0) { // a round, faster than the line allows
        for (std::uint16_t m = 1; m <= kMeters; ++m) {
            send(t_s + 1.5 * m, {.from = 0, .to = m, .octets = 20});
        }
    }
    for (double t_s = begin_s; t_s < end_s; t_s += 60.0 * draw()) {
        send(t_s, {.from = 0, .to = meter(), .octets = 24, .priority = 2});
        if (draw() < 0.3) { // and a meter that speaks unasked, sometimes to a neighbour
            std::uint16_t const from = meter();
            std::uint16_t const to = draw() < 0.5 ? std::uint16_t{0} : meter();
            std::uint32_t const octets = static_cast<std::uint32_t>(200.0 * draw());
            send(t_s, {.handle = kAlarm,
                       .from = from,
                       .to = from == to ? std::uint16_t{0} : to,
                       .octets = octets,
                       .priority = 1,
                       .contend = draw() < 0.7});
        }
    }
    for (double t_s = begin_s + 400.0 * draw(); t_s < end_s; t_s += 1800.0 * draw()) {
        std::uint16_t const first = meter();
        auto const count = static_cast<std::uint16_t>(1 + 40.0 * draw() * draw());
        double const gasp_s = 20.0 * draw();
        double const dark_s = 300.0 * draw() * draw();
        for (std::uint16_t m = first; m < first + count && m <= kMeters; ++m) {
            send(t_s, {.handle = kAlarm,
                       .from = m,
                       .to = 0,
                       .octets = 16,
                       .priority = 3,
                       .contend = true});
            deeds.push_back({.at = at_s(t_s + gasp_s), .kind = Deed::Kind::power, .modem = m});
            deeds.push_back({.at = at_s(t_s + gasp_s + dark_s),
                             .kind = Deed::Kind::power,
                             .modem = m,
                             .powered = true});
        }
    }
    for (double t_s = begin_s + 10.0 + 900.0 * draw(); t_s < end_s; t_s += 900.0 * draw()) {
        // a supply that blinks as its meter begins to speak, or in a burst to it
        std::uint16_t const m = meter();
        double const dark_s = draw() < 0.5 ? 0.0 : 2.0 * draw();
        send(t_s, {.handle = kAlarm, .from = m, .to = 0, .octets = 100, .contend = draw() < 0.5});
        send(t_s - 2.0 * draw(), {.from = 0, .to = m, .octets = 250, .priority = 4});
        deeds.push_back({.at = at_s(t_s), .kind = Deed::Kind::power, .modem = m});
        deeds.push_back(
            {.at = at_s(t_s + dark_s), .kind = Deed::Kind::power, .modem = m, .powered = true});
    }
    // to everybody, mostly to spread, and a word to a neighbour without asking for a route
    std::uint64_t more = 0;
    auto const also = [&] {
        return draw01(seed, EntityKey(EntityKind::world, 4), Purpose::test, more++);
    };
    auto const one_of = [&] { return static_cast<std::uint16_t>(1 + also() * kMeters); };
    for (double t_s = begin_s + 200.0 * also(); t_s < end_s; t_s += 800.0 * also()) {
        send(t_s, {.handle = kAlarm,
                   .from = also() < 0.7 ? std::uint16_t{0} : one_of(),
                   .to = medium::kEverybody,
                   .octets = static_cast<std::uint32_t>(27.0 * also()),
                   .contend = also() < 0.5,
                   .spread = also() < 0.7});
        std::uint16_t const speaker = one_of();
        send(t_s + 5.0 * also(), {.handle = kAlarm,
                                  .from = speaker,
                                  .to = static_cast<std::uint16_t>(speaker - 1),
                                  .octets = 30,
                                  .contend = true,
                                  .direct = true});
    }
    for (double t_s = begin_s + 1800.0 * draw(); t_s < end_s; t_s += 7200.0 * draw()) {
        auto const line = static_cast<std::uint32_t>(2.0 * draw()); // a fuse blows, is replaced
        for (bool const closed : {false, true}) {
            deeds.push_back({.at = at_s(closed ? t_s + 300.0 * draw() : t_s),
                             .kind = Deed::Kind::line,
                             .powered = closed,
                             .line = line});
        }
    }
    std::stable_sort(deeds.begin(), deeds.end(),
                     [](Deed const& a, Deed const& b) { return a.at < b.at; });
    return deeds;
}

/// The same with modem 1 as a second concentrator: half of the meters are its own, now and then
/// some change over or are given up, and whoever speaks with a concentrator does so with its own.
std::vector<Deed> with_two_roots(std::vector<Deed> deeds, Seed seed, double begin_s, double end_s) {
    EntityKey const key(EntityKind::world, 5);
    std::uint64_t draws = 0;
    auto const draw = [&] { return draw01(seed, key, Purpose::test, draws++); };
    std::vector<Deed> moves;
    auto const move = [&](double t_s, std::uint16_t m, double none) {
        std::uint16_t const root = draw() < none ? kNoModem : draw() < 0.5 ? 0 : 1;
        moves.push_back({.at = at_s(t_s), .kind = Deed::Kind::root, .modem = m, .root = root});
    };
    for (std::uint16_t m = 2; m <= kMeters; ++m) {
        move(begin_s, m, 0.0);
    }
    for (double t_s = begin_s; t_s < end_s; t_s += 600.0 * draw()) {
        move(t_s, static_cast<std::uint16_t>(2 + draw() * (kMeters - 1)), 0.2);
    }
    deeds.insert(deeds.begin(), moves.begin(), moves.end());
    std::stable_sort(deeds.begin(), deeds.end(),
                     [](Deed const& a, Deed const& b) { return a.at < b.at; });
    std::vector<std::uint16_t> root_of(kMeters + 1, 0);
    for (auto& deed : deeds) {
        if (deed.kind == Deed::Kind::root) {
            root_of[deed.modem] = deed.root;
        }
        auto& [handle, from, to, octets, priority, contend, direct, spread] = deed.datagram;
        if (deed.kind != Deed::Kind::send || direct) {
            continue;
        }
        bool const down = from == 0;
        std::uint16_t const meter = down ? to : from;
        std::uint16_t const own = meter > kMeters ? handle % 2 : root_of[meter];
        if (meter >= 2 && own != kNoModem && (down || to == 0)) {
            (down ? from : to) = own;
        }
    }
    return deeds;
}

/// Meters answer what a concentrator asks; every fate is kept.
class Street final : public Sink {
  public:
    std::uint16_t roots = 1;
    std::function<void(Datagram const&, SimTime)> send;
    std::vector<Outcome> outcomes;
    std::vector<RecordingSink::Heard> heard;

    void on_broadcast(Datagram const& datagram, std::uint16_t node, SimTime at) override {
        heard.push_back({datagram.handle, node, at});
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
    EXPECT_GT(medium.receptions().delivered, 0U);
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
