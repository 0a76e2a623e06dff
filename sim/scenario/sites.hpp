#pragma once
// Where on a feeder customers may be connected, and what of its loads the twin can serve.
#include "models/grid/circuit.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/scenario/scenario.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::scenario {

/// One bus that customers of a group may be connected to.
struct Site {
    std::string bus;
    std::array<double, 3> weight_w{}; ///< [phase] published load
    std::array<std::vector<std::size_t>, 3>
        loads; ///< [phase] rows whose published load they take over
    [[nodiscard]] double total_w() const { return weight_w[0] + weight_w[1] + weight_w[2]; }
    [[nodiscard]] std::uint8_t phases() const {
        std::uint8_t bits = 0;
        for (std::size_t p = 0; p < 3; ++p) {
            bits = static_cast<std::uint8_t>(bits | (weight_w[p] > 0.0 ? 1U << p : 0U));
        }
        return bits;
    }
};

/// Places that `group.at` names; none and a mistake in `diagnostics` when it names nothing.
[[nodiscard]] std::vector<Site> find_sites(grid::Circuit const& circuit, CustomerGroup const& group,
                                           Diagnostics& diagnostics);

/// Loads that hang on nothing, and loads that a meter cannot count, are mistakes.
void check_loads(grid::Circuit const& circuit, Diagnostics& diagnostics);

[[nodiscard]] std::string lower_case(std::string text);

} // namespace gridtwin::scenario
