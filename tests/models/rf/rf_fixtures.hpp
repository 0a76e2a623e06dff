#pragma once
// Small radio worlds for the tests: a line, a star, a street, and a sink that remembers.
#include "models/rf/medium.hpp"

#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <utility>
#include <vector>

namespace gridtwin::rf::testing {

inline constexpr ConcentratorId kArea{7};

inline SimTime at_s(double seconds) {
    return kStart + duration_from_s(seconds);
}

/// Nothing but distance.
inline PropagationSpec open_field(double exponent = 4.0) {
    return {.exponent = exponent,
            .shadowing_sigma_db = 0.0,
            .asymmetry_sigma_db = 0.0,
            .indoor_share_frac = 0.0};
}

/// Everybody at once over 10 dB: frames are right or drowned, never noisy.
inline RadioSpec clean_radio() {
    return {.noise_figure_db = 0.0, .bandwidth_hz = 1.0, .duty_cycle_frac = 1.0};
}

inline std::vector<Place> line_of(std::size_t nodes, double spacing_m) {
    std::vector<Place> places;
    for (std::size_t k = 0; k < nodes; ++k) {
        places.push_back({static_cast<double>(k) * spacing_m, 0.0});
    }
    return places;
}

/// Node 0 in the middle of a circle of the others.
inline std::vector<Place> circle_of(std::size_t nodes, double radius_m) {
    std::vector<Place> places{{0.0, 0.0}};
    for (std::size_t k = 1; k < nodes; ++k) {
        double const angle =
            2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(nodes - 1);
        places.push_back({radius_m * std::cos(angle), radius_m * std::sin(angle)});
    }
    return places;
}

/// Nodes thrown on a square, node 0 in its middle.
inline std::vector<Place> town_of(std::size_t nodes, double side_m, Seed seed) {
    std::vector<Place> places{{0.5 * side_m, 0.5 * side_m}};
    EntityKey const key(EntityKind::world, 77);
    for (std::size_t k = 1; k < nodes; ++k) {
        places.push_back({side_m * draw01(seed, key, Purpose::test, 2 * k),
                          side_m * draw01(seed, key, Purpose::test, 2 * k + 1)});
    }
    return places;
}

inline Medium medium_on(std::vector<Place> const& places, RadioSpec const& radio,
                        CsmaSpec const& csma = {}, PropagationSpec const& spec = open_field(),
                        Seed seed = Seed{1}) {
    return {radio, csma, Links(radio, spec, places, seed, kArea), seed, kArea};
}

struct Outcome {
    Datagram datagram;
    LossReason reason; ///< none: delivered
    SimTime at;
    std::uint8_t tries;
    std::uint8_t hops;

    friend bool operator==(Outcome const&, Outcome const&) = default;
};

/// Remembers every fate; what a test wants done at a delivery goes into `then`.
class RecordingSink final : public Sink {
  public:
    std::vector<Outcome> outcomes;
    std::function<void(Datagram const&, SimTime)> then;

    void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t tries,
                      std::uint8_t hops) override {
        outcomes.push_back({datagram, LossReason::none, at, tries, hops});
        if (then) {
            then(datagram, at);
        }
    }
    void on_lost(Datagram const& datagram, LossReason reason, SimTime at, std::uint8_t tries,
                 std::uint8_t hops) override {
        outcomes.push_back({datagram, reason, at, tries, hops});
    }
    [[nodiscard]] std::size_t count(LossReason reason) const {
        std::size_t found = 0;
        for (auto const& outcome : outcomes) {
            found += outcome.reason == reason ? 1 : 0;
        }
        return found;
    }
};

inline void expect_books_close(Medium const& medium) {
    auto const& frames = medium.frames();
    EXPECT_EQ(frames.sent, frames.delivered + frames.lost_total() + medium.frames_in_flight());
    auto const& datagrams = medium.datagrams();
    EXPECT_EQ(datagrams.sent,
              datagrams.delivered + datagrams.lost_total() + medium.datagrams_in_flight());
}

inline std::uint64_t lost(TrafficCount const& count, LossReason reason) {
    return count.lost[static_cast<std::size_t>(reason)];
}

inline double four_sigma(double share, double trials) {
    return 4.0 * std::sqrt(share * (1.0 - share) / trials);
}

} // namespace gridtwin::rf::testing
