// Who shares a medium, against the theory of random access.
#include "tests/models/plc/plc_fixtures.hpp"

namespace gridtwin::plc {
namespace {

using namespace testing;

constexpr std::size_t kTalkers = 2000;
constexpr std::uint32_t kOctets = 20;

/// Everybody hears everybody alike, and what overlaps is lost: no noise, no turnaround, no
/// acknowledgement.
Medium crowd(MacSpec mac) {
    mac.acknowledge = false;
    ModemSpec const modem{.turnaround_s = 0.0, .modes = {{.processing_gain_db = 20.0}}};
    return medium_on(star_network(kTalkers + 1, 20.0F), modem, mac);
}

double frame_s() {
    return to_s(frame_time(ModemSpec{}, kOctets));
}

/// A Poisson stream of one-frame datagrams to modem 0, `rate` a frame time, each from anybody.
/// @return its last instant, s
double offer(Medium& medium, double rate, std::size_t count, bool slotted) {
    EntityKey const key(EntityKind::world, 0);
    SimDuration const slot = frame_time(ModemSpec{}, kOctets);
    double t_s = 0.0;
    for (std::uint64_t n = 0; n < count; ++n) {
        t_s += draw_exponential(Seed{5}, key, Purpose::test, 2 * n, frame_s() / rate);
        double const who = draw01(Seed{5}, key, Purpose::test, 2 * n + 1) * kTalkers;
        SimTime at = at_s(t_s);
        if (slotted) {
            at = kStart + (at - kStart + slot - SimDuration{1}) / slot * slot;
        }
        medium.send(
            {.handle = n, .from = static_cast<std::uint16_t>(1 + who), .to = 0, .octets = kOctets},
            at);
    }
    return t_s;
}

class SlottedAloha : public ::testing::TestWithParam<double> {};

// Slotted ALOHA: S = G exp(-G). A slot's fates are one draw: N(k = 1) of slots, binomial.
TEST_P(SlottedAloha, HasTwiceTheThroughputOfPureAloha) {
    double const g = GetParam();
    constexpr std::size_t kFrames = 60'000;
    Medium medium = crowd({.carrier_sense = false});
    RecordingSink sink;
    double const end_s = offer(medium, g, kFrames, true);
    medium.run_until(kNever, sink);
    double const slots = end_s / frame_s();
    double const expected = g * std::exp(-g);
    double const error = 4.0 * std::sqrt(expected * (1.0 - expected) / slots);
    EXPECT_LT(error, 0.011);
    EXPECT_NEAR(static_cast<double>(sink.count(LossReason::none)) / slots, expected, error);
    EXPECT_EQ(sink.count(LossReason::none) + sink.count(LossReason::collision), kFrames);
}

INSTANTIATE_TEST_SUITE_P(Medium, SlottedAloha, ::testing::Values(0.25, 0.5, 1.0, 2.0));

class NonPersistentCsma : public ::testing::TestWithParam<double> {};

// Kleinrock and Tobagi, 1975: who finds the medium busy comes back at random. With a = detection
// time over frame time, known at once when a frame ends, a busy period lasts 1 + Y, Y the last
// start in [0, a) after the first, E[Y] = a - (1 - exp(-a G)) / G; the medium idles 1 / G; one busy
// period in exp(-a G) is a success:  S = G exp(-a G) / (G (1 + a) + exp(-a G)).
// (Their 1 + 2 a has the end of a frame heard a later too.) G counts every look at the medium.
TEST_P(NonPersistentCsma, HasTheThroughputOfKleinrockAndTobagi) {
    constexpr std::size_t kFrames = 40'000;
    Medium medium = crowd({.backoff_slot_s = 0.0005, // up to four seconds, all but evenly
                           .min_backoff_exponent = 13,
                           .max_backoff_exponent = 13});
    RecordingSink sink;
    double const end_s = offer(medium, GetParam(), kFrames, false);
    medium.run_until(at_s(end_s), sink);
    auto const looks = static_cast<double>(medium.frames().sent + medium.counters().deferrals);
    double const g = looks * frame_s() / end_s;
    double const s = static_cast<double>(medium.frames().delivered) * frame_s() / end_s;
    double const a = MacSpec{}.detect_s / frame_s();
    double const expected = g * std::exp(-a * g) / (g * (1.0 + a) + std::exp(-a * g));
    EXPECT_NEAR(s, expected, 0.01 * expected) << "G = " << g;
}

INSTANTIATE_TEST_SUITE_P(Medium, NonPersistentCsma, ::testing::Values(0.1, 0.3, 0.6, 0.8, 0.9));

// --- last gasp ---

/// Meters that speak at once and die `hold_s` later, again and again. @return delivered
std::size_t last_gasps(std::uint16_t meters, double hold_s, int rounds) {
    Medium medium = medium_on(star_network(meters + 1U, 20.0F), {});
    RecordingSink sink;
    for (int n = 0; n < rounds; ++n) {
        double const t_s = 100.0 * n;
        for (std::uint16_t m = 1; m <= meters; ++m) {
            medium.set_powered(m, true, at_s(t_s));
            medium.send({.from = m, .to = 0, .octets = 16, .contend = true}, at_s(t_s + 1.0));
        }
        medium.run_until(at_s(t_s + 1.0 + hold_s), sink);
        for (std::uint16_t m = 1; m <= meters; ++m) {
            medium.set_powered(m, false, at_s(t_s + 1.0 + hold_s));
        }
        medium.run_until(at_s(t_s + 100.0), sink);
    }
    EXPECT_EQ(medium.datagrams_in_flight(), 0U);
    return sink.count(LossReason::none);
}

class LastGasp : public ::testing::TestWithParam<int> {};

// With supply for one exchange only, one gasp is heard when the earliest of N draws from M slots
// is alone: sum over k of N / M ((M - 1 - k) / M)^(N - 1).
TEST_P(LastGasp, IsHeardWhenTheEarliestSlotIsAlone) {
    int const meters = GetParam();
    constexpr int kRounds = 1500;
    double const slots = std::exp2(MacSpec{}.min_backoff_exponent);
    double alone = 0.0;
    for (int k = 0; k < static_cast<int>(slots); ++k) {
        alone += meters / slots * std::pow((slots - 1.0 - k) / slots, meters - 1);
    }
    auto const heard =
        static_cast<double>(last_gasps(static_cast<std::uint16_t>(meters), 0.2, kRounds));
    EXPECT_NEAR(heard / kRounds, alone, 4.0 * std::sqrt(alone * (1.0 - alone) / kRounds) + 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Medium, LastGasp, ::testing::Values(1, 2, 3, 5, 10, 20, 50));

TEST(MediumTruth, LastGaspsAreHeardByFewerTheMoreMetersDieAtOnceAndNoMoreThanTheLineCarries) {
    constexpr double kHold_s = 10.0;
    constexpr int kRounds = 20;
    ModemSpec const modem;
    double const exchange_s = to_s(frame_time(modem, 16)) + to_s(ack_time(modem)) +
                              3.0 * modem.turnaround_s + MacSpec{}.backoff_slot_s;
    double before = 1.0;
    for (auto const& [meters, share] : {std::pair{1, 1.0}, std::pair{10, 1.0}, std::pair{30, 0.98},
                                        std::pair{60, 0.68}, std::pair{100, 0.39}}) {
        double const heard =
            static_cast<double>(last_gasps(static_cast<std::uint16_t>(meters), kHold_s, kRounds)) /
            kRounds;
        EXPECT_LE(heard, std::floor(kHold_s / exchange_s) + 1.0);
        EXPECT_LE(heard / meters, before);
        EXPECT_NEAR(heard / meters, share, 0.006); // the figures of docs/models/plc.md
        before = heard / meters;
    }
}

// --- two concentrators on one medium ---

/// Polls its own meters without a pause; its requests contend.
class Concentrator {
  public:
    Concentrator(Medium& medium, bool contend, std::uint16_t self, std::uint16_t first,
                 std::uint16_t last)
        : medium_(&medium), contend_(contend), self_(self), first_(first), last_(last),
          meter_(last) {}
    void ask(SimTime at) {
        meter_ = meter_ == last_ ? first_ : static_cast<std::uint16_t>(meter_ + 1);
        medium_->send(
            {.handle = self_, .from = self_, .to = meter_, .octets = 20, .contend = contend_}, at);
    }
    void on_fate(Datagram const& datagram, bool delivered, SimTime at) {
        if (delivered && datagram.from == self_) {
            medium_->send({.handle = self_, .from = datagram.to, .to = self_, .octets = 60}, at);
            return;
        }
        answers += delivered ? 1 : 0;
        ask(at);
    }
    std::uint64_t answers = 0;

  private:
    Medium* medium_;
    bool contend_;
    std::uint16_t self_;
    std::uint16_t first_;
    std::uint16_t last_;
    std::uint16_t meter_;
};

class TwoSink final : public Sink {
  public:
    std::vector<Concentrator> both;
    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t, std::uint8_t) override {
        fate(datagram, true, at);
    }
    void on_lost(Datagram const& datagram, LossReason, SimTime at, std::uint8_t,
                 std::uint8_t) override {
        fate(datagram, false, at);
    }

  private:
    void fate(Datagram const& datagram, bool delivered, SimTime at) {
        both[datagram.handle == 0 ? 0 : 1].on_fate(datagram, delivered, at);
    }
};

/// Answers of each in `batches` stretches of ten minutes. Modem 1 stands 45 dB from modem 0, each
/// with ten meters 20 dB away; all hear all, but over more than 45 dB no frame arrives.
std::vector<std::array<double, 2>> two_concentrators(std::size_t active, bool contend,
                                                     std::size_t batches) {
    std::vector<std::int32_t> parent{-1, 0};
    std::vector<float> length{0.0F, 45.0F};
    for (int m = 0; m < 20; ++m) {
        parent.push_back(m / 10);
        length.push_back(20.0F);
    }
    ChannelSpec spec = quiet_channel();
    spec.noise_floor_dbuv = 54.0;
    Medium medium = medium_on(tree(parent, length), {.capture_db = 60.0}, {}, spec);
    EXPECT_EQ(medium.routes()[12].parent, 1U);
    TwoSink sink;
    sink.both = {{medium, contend, 0, 2, 11}, {medium, contend, 1, 12, 21}};
    for (std::size_t k = 0; k < active; ++k) {
        sink.both[k].ask(kStart);
    }
    std::vector<std::array<double, 2>> answers;
    for (std::size_t n = 0; n < batches; ++n) {
        std::array<std::uint64_t, 2> const before{sink.both[0].answers, sink.both[1].answers};
        medium.run_until(at_s(600.0 * static_cast<double>(n + 1)), sink);
        answers.push_back({static_cast<double>(sink.both[0].answers - before[0]),
                           static_cast<double>(sink.both[1].answers - before[1])});
    }
    expect_books_close(medium);
    return answers;
}

struct Share {
    double mean = 0.0; ///< of the first one, of ten minutes' answers
    double deviation = 0.0;
    double sum = 0.0; ///< answers of both
};

Share share_of(std::vector<std::array<double, 2>> const& batches) {
    Share share;
    double squares = 0.0;
    auto const n = static_cast<double>(batches.size());
    for (auto const& [first, second] : batches) {
        double const here = first / (first + second);
        share.mean += here / n;
        squares += here * here / n;
        share.sum += first + second;
    }
    share.deviation = std::sqrt(squares - share.mean * share.mean);
    return share;
}

TEST(MediumTruth, TwoContendingConcentratorsShareTheMediumAlike) {
    constexpr std::size_t kBatches = 800;
    auto const together = share_of(two_concentrators(2, true, kBatches));
    auto const alone = share_of(two_concentrators(1, true, kBatches));
    double const error = 4.0 * together.deviation / std::sqrt(kBatches - 1);
    EXPECT_LT(error, 0.02);
    EXPECT_NEAR(together.mean, 0.5, error);
    EXPECT_NEAR(together.deviation, 0.10, 0.02); // the figures of docs/models/plc.md
    // what contention costs: never more than one alone would carry, and hardly less
    EXPECT_LT(together.sum, alone.sum);
    EXPECT_NEAR(together.sum / alone.sum, 0.998, 0.001);
}

// Whoever has just finished goes first, so that they take turns of minutes.
TEST(MediumTruth, TwoConcentratorsThatDoNotContendTakeLongTurns) {
    constexpr std::size_t kBatches = 800;
    auto const share = share_of(two_concentrators(2, false, kBatches));
    EXPECT_NEAR(share.mean, 0.5, 0.05);
    EXPECT_NEAR(share.deviation, 0.32, 0.03);
}

} // namespace
} // namespace gridtwin::plc
