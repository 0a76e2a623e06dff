#include "models/medium/weakest_link.hpp"
#include "models/rf/link_budget.hpp"
#include "tests/models/rf/rf_fixtures.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::rf {
namespace {

using namespace testing;

constexpr double kHalfStep = 0.25; // of Links' steps, at the coarser

/// An area and what is made of it.
struct Area {
    RadioSpec radio;
    CsmaSpec csma;
    PropagationSpec propagation;
    std::vector<Place> places;
    Seed seed;
    double noise_rise_db = 0.0;

    Links links{radio, propagation, places, seed, kArea};
    Attenuation attenuation{radio, propagation, seed, kArea};
    std::vector<float> noise_dbm{std::vector<float>(
        places.size(), static_cast<float>(thermal_noise_dbm(radio) + noise_rise_db))};
    std::vector<std::uint8_t> powered{std::vector<std::uint8_t>(places.size(), 1)};

    [[nodiscard]] RouteInput routes() const {
        return {.radio = radio,
                .csma = csma,
                .links = links,
                .errors = medium::error_table(radio.ber),
                .noise_dbm = noise_dbm,
                .powered = powered};
    }
    template <typename Ask>
    [[nodiscard]] auto ask(Ask what) const {
        auto const in = routes();
        return what(BudgetInput{in, attenuation, places});
    }
    [[nodiscard]] LinkBudget budget(std::size_t from, std::size_t to) const {
        return ask([&](BudgetInput const& in) { return link_budget(in, from, to); });
    }
};

TEST(RadioBudget, PartsOfEveryLinkSumToWhatTheMeshWorksWith) {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        Area const area{.radio = {},
                        .csma = {},
                        .propagation = {},
                        .places = town_of(60, seed < 3 ? 200.0 : 1500.0, Seed{seed}),
                        .seed = Seed{seed}};
        std::size_t kept = 0;
        for (std::size_t i = 0; i < 60; ++i) {
            for (std::size_t j = 0; j < 60; ++j) {
                if (i == j) {
                    continue;
                }
                auto const b = area.budget(i, j);
                double const sum_db =
                    b.loss.at_1m_db + b.loss.distance_db + b.loss.walls_db + b.loss.shadowing_db;
                bool const is_kept = area.links.attenuation_db(i, j) < Links::kNone;
                kept += is_kept ? 1U : 0U;
                ASSERT_NEAR(sum_db + b.step_db, b.attenuation_db, 1e-9);
                ASSERT_LE(std::abs(b.step_db), is_kept ? kHalfStep + 1e-4 : 1e-9)
                    << "seed " << seed << ", " << i << " to " << j;
                if (is_kept) {
                    ASSERT_EQ(b.attenuation_db, area.links.attenuation_db(i, j));
                } else { // what is left out is below the floor at both ends
                    ASSERT_LT(std::max(b.signal_dbm, area.budget(j, i).signal_dbm),
                              area.radio.sensitivity_dbm -
                                  area.propagation.floor_below_sensitivity_db + 1e-4);
                }
            }
        }
        EXPECT_GT(kept, 100U);
    }
}

TEST(RadioBudget, OfAnOpenFieldIsWhatOneAddsUpByHand) {
    Area const area{.radio = {},
                    .csma = {},
                    .propagation = open_field(3.5),
                    .places = {{0.0, 0.0}, {30.0, 40.0}},
                    .seed = Seed{1},
                    .noise_rise_db = 3.0};
    auto const b = area.budget(1, 0);
    EXPECT_EQ(b.loss.distance_m, 50.0);
    EXPECT_NEAR(b.loss.at_1m_db, 25.2, 0.05); // 433.92 MHz
    EXPECT_NEAR(b.loss.distance_db, 59.46, 0.01);
    EXPECT_EQ(b.loss.walls_db, 0.0);
    EXPECT_NEAR(b.signal_dbm, 10.0 - 84.66, kHalfStep + 0.05);
    EXPECT_NEAR(b.noise_dbm, -174.0 + 43.98 + 8.0 + 3.0, 0.01);       // 25 kHz
    EXPECT_NEAR(b.snr_db, b.signal_dbm - b.noise_dbm + 1.938, 0.001); // 25 kHz over 16 kbit/s
    EXPECT_NEAR(b.margin_db, b.signal_dbm + 110.0, 1e-9);
}

/// Asks over and over for an answer; a request that is lost is an unanswered poll.
class Poller final : public Sink {
  public:
    explicit Poller(Medium& medium) : medium_(medium) {}

    void ask(SimTime at) {
        ++asked;
        begun_ = at;
        medium_.send({.handle = 1, .from = 0, .to = 1, .octets = 20}, at);
    }
    void on_delivered(Datagram const& d, SimTime at, std::uint8_t, std::uint8_t) override {
        if (d.to != 0) {
            medium_.send({.handle = 2, .from = d.to, .to = 0, .octets = 60}, at);
            return;
        }
        ++answered;
        time_s += to_s(at - begun_);
        done = true;
    }
    void on_lost(Datagram const&, LossReason, SimTime, std::uint8_t, std::uint8_t) override {
        done = true;
    }

    bool done = false;
    double asked = 0;
    double answered = 0;
    double time_s = 0.0;

  private:
    Medium& medium_;
    SimTime begun_{};
};

TEST(RadioBudget, ACleanPollTakesAsLongAsTheMediumTakes) {
    for (std::uint32_t const payload : {64U, 25U}) { // an answer in one frame, and in three
        auto radio = clean_radio();
        radio.max_payload_octets = payload;
        Area const area{.radio = radio,
                        .csma = {},
                        .propagation = open_field(),
                        .places = line_of(2, 30.0),
                        .seed = Seed{1}};
        auto medium = medium_on(area.places, radio);
        Poller poller(medium);
        poller.ask(at_s(1.0));
        medium.run_until(kNever, poller);
        ASSERT_EQ(poller.answered, 1.0);
        std::uint16_t const down[] = {0, 1};
        std::uint16_t const up[] = {1, 0};
        double const ack_s = to_s(ack_time(radio)) + radio.turnaround_s; // of the last frame
        double const expected = area.ask([&](BudgetInput const& in) {
            return transfer(in, down, 20, false).time_s + transfer(in, up, 60, true).time_s;
        });
        EXPECT_NEAR(poller.time_s, expected - ack_s, 1e-8);
    }
}

TEST(RadioBudget, ChanceAndTimeOfANoisyPollAreThoseOfTheMedium) {
    // given two radios at a distance at which about a third of the full frames break
    RadioSpec radio{.duty_cycle_frac = 1.0};
    radio.sensitivity_dbm = -130.0;
    CsmaSpec csma;
    csma.retries = 2;
    csma.duty_cycle = false;
    Area const area{.radio = radio,
                    .csma = csma,
                    .propagation = open_field(),
                    .places = line_of(2, 281.0),
                    .seed = Seed{1}};
    auto const b = area.budget(1, 0);
    ASSERT_GT(b.frame_error, 0.1);
    ASSERT_LT(b.frame_error, 0.6);
    auto medium = medium_on(area.places, radio, csma);
    Poller poller(medium);
    constexpr int kPolls = 20'000;
    for (int k = 0; k < kPolls; ++k) {
        poller.done = false;
        SimTime const at = at_s(10.0 * (k + 1));
        poller.ask(at);
        medium.run_until(at + std::chrono::seconds(10), poller);
    }
    std::uint16_t const down[] = {0, 1};
    std::uint16_t const up[] = {1, 0};
    auto const [request, answer] = area.ask([&](BudgetInput const& in) {
        return std::pair(transfer(in, down, 20, false), transfer(in, up, 60, true));
    });
    double const success = request.success * answer.success;
    EXPECT_LT(success, 0.99);
    EXPECT_NEAR(poller.answered / poller.asked, success, four_sigma(success, kPolls));
    // The medium tells when the data has arrived, the budget when it is acknowledged: what lies
    // between are repeats of what is there already.
    double const mean_s = poller.time_s / poller.answered;
    EXPECT_LT(mean_s, request.time_s + answer.time_s);
    EXPECT_GT(mean_s, 0.85 * (request.time_s + answer.time_s));
}

TEST(RadioBudget, ALinkLacksWhatMakesItOne) {
    Area const area{.radio = {},
                    .csma = {},
                    .propagation = open_field(3.5),
                    .places = {{0.0, 0.0}, {700.0, 0.0}, {2000.0, 0.0}},
                    .seed = Seed{1}};
    for (auto const& [a, b] : {std::pair<std::size_t, std::size_t>{0, 1}, {1, 2}}) {
        double const lacks_db =
            area.ask([&](BudgetInput const& in) { return lacking_db(in, a, b); });
        ASSERT_GT(lacks_db, 1.0);
        // by hand: the noise lets frames through, so what lacks is sensitivity
        EXPECT_NEAR(lacks_db, -area.budget(a, b).margin_db, 0.01);
    }
    auto const weakest = area.ask([&](BudgetInput const& in) {
        return medium::weakest_links(
            3, [&](std::size_t a, std::size_t b) { return lacking_db(in, a, b); });
    });
    EXPECT_EQ(weakest[1].from, 1);
    EXPECT_EQ(weakest[1].to, 0);
    EXPECT_EQ(weakest[2].from, 2); // the longer gap of the two
    EXPECT_EQ(weakest[2].to, 1);
}

} // namespace
} // namespace gridtwin::rf
