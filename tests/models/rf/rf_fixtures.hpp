#pragma once
// Small radio worlds for the tests: a line, a star, a street.
#include "models/rf/medium.hpp"
#include "tests/models/medium/medium_fixtures.hpp"

#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

namespace gridtwin::rf::testing {

using namespace medium::testing;

inline constexpr ConcentratorId kArea{7};

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

} // namespace gridtwin::rf::testing
