#include "models/rf/medium.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

namespace gridtwin::rf {
namespace {

using namespace testing;

/// Checks the books inside every callback too, and that each datagram has one fate.
class Auditor final : public Sink {
  public:
    explicit Auditor(std::size_t datagrams) : fates(datagrams, 0) {}
    Medium* medium = nullptr;
    std::vector<int> fates;
    TrafficCount seen;
    std::uint64_t answers = 0;

    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t tries,
                      std::uint8_t hops) override {
        EXPECT_GE(tries, 1);
        EXPECT_GE(hops, 1);
        ++seen.delivered;
        settle(datagram);
        if (datagram.from == 0) { // meters answer at once, from inside the callback
            fates.push_back(0);
            ++answers;
            medium->send({.handle = fates.size() - 1, .from = datagram.to, .to = 0, .octets = 70},
                         at);
        }
        expect_books_close(*medium);
    }
    void on_lost(Datagram const& datagram, LossReason reason, SimTime /*at*/,
                 std::uint8_t /*tries*/, std::uint8_t /*hops*/) override {
        EXPECT_NE(reason, LossReason::none);
        ++seen.lost[static_cast<std::size_t>(reason)];
        settle(datagram);
        expect_books_close(*medium);
    }

  private:
    void settle(Datagram const& datagram) {
        ASSERT_LT(datagram.handle, fates.size());
        ++fates[datagram.handle];
        EXPECT_EQ(fates[datagram.handle], 1) << "datagram " << datagram.handle;
    }
};

class RadioBooks : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RadioBooks, CloseExactlyAtRandomInstantsUnderSendsPowerCutsAndNoise) {
    // given a town with poor links, so that every fate occurs
    constexpr std::size_t kNodes = 40;
    constexpr std::size_t kDatagrams = 1500;
    Seed const seed{GetParam()};
    EntityKey const key(EntityKind::world, 1);
    std::uint64_t draws = 0;
    auto const draw = [&] { return draw01(seed, key, Purpose::test, draws++); };
    auto const node = [&] { return static_cast<std::uint16_t>(draw() * kNodes); };

    RadioSpec radio;
    radio.sensitivity_dbm = -112.0;
    radio.duty_cycle_frac = 0.02;
    PropagationSpec spec;
    spec.exponent = 4.0;
    CsmaSpec const csma{.queue_limit = 4, .route_refresh_s = 5.0};
    Medium medium = medium_on(town_of(kNodes, 700.0, seed), radio, csma, spec, seed);
    Auditor auditor(kDatagrams);
    auditor.medium = &medium;

    double t_s = 0.0;
    for (std::size_t n = 0; n < kDatagrams; ++n) {
        // when things happen in bursts, at random instants
        t_s += draw() < 0.7 ? 0.02 * draw() : 2.0 * draw();
        medium.run_until(at_s(t_s), auditor);
        std::uint16_t const from = n % 3 == 0 ? node() : std::uint16_t{0};
        std::uint16_t to = n % 3 == 0 ? std::uint16_t{0} : node();
        to = from == to ? static_cast<std::uint16_t>(from + 1) : to;
        medium.send({.handle = n,
                     .from = from,
                     .to = to,
                     .octets = static_cast<std::uint32_t>(200.0 * draw()),
                     .priority = static_cast<std::uint8_t>(3.0 * draw()),
                     .contend = draw() < 0.5},
                    at_s(t_s + (draw() < 0.3 ? 0.5 * draw() : 0.0)));
        if (draw() < 0.2) {
            std::uint16_t const m = node();
            medium.set_powered(m, draw() < 0.6 && m != 0 ? !medium.powered(m) : true, at_s(t_s));
        }
        if (draw() < 0.1) {
            medium.set_noise_dbm(-125.0 + 20.0 * draw());
        }
        // then
        expect_books_close(medium);
        ASSERT_EQ(medium.datagrams().delivered, auditor.seen.delivered);
        ASSERT_EQ(medium.datagrams().lost, auditor.seen.lost);
    }
    medium.run_until(kNever, auditor);
    expect_books_close(medium);
    EXPECT_EQ(medium.datagrams().sent, kDatagrams + auditor.answers);
    EXPECT_EQ(medium.datagrams_in_flight(), 0U);
    EXPECT_EQ(medium.frames_in_flight(), 0U);
    for (int const fate : auditor.fates) {
        EXPECT_EQ(fate, 1);
    }
    // and the run was worth it
    for (auto const reason : {LossReason::noise, LossReason::collision, LossReason::no_power}) {
        EXPECT_GT(lost(medium.frames(), reason), 0U) << name(reason);
        EXPECT_GT(lost(medium.datagrams(), reason), 0U) << name(reason);
    }
    EXPECT_GT(medium.counters().duplicates, 0U);
    EXPECT_GT(medium.counters().forwarded, 0U);
    EXPECT_GT(medium.counters().parent_changes, 0U);
    EXPECT_GT(medium.counters().duty_waits, 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RadioBooks, ::testing::Range<std::uint64_t>(1, 13));

} // namespace
} // namespace gridtwin::rf
