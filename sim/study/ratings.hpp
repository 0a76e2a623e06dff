#pragma once
// Rated voltages held against the base voltages of their buses, and loads outside of the range in
// which they follow their model.
#include "models/grid/element_currents.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace gridtwin::study {

/// Ratings differ from bases for good reasons (230 V on 240, 440 on 480); not by more than this.
/// The legs of a centre tap on a base of the voltage across both (120 of 240 / sqrt(3)) are 13.4 %
/// off.
inline constexpr double kMostRatingMisfit_frac = 0.12;

/// A rated voltage that cannot be right, or a base that is not.
struct RatingMisfit {
    SourcePos where;
    std::string element; ///< "load.l", "transformer.t winding 2"
    std::string bus;
    double rated_v = 0.0;
    double expected_v = 0.0; ///< by the bus's base, between the same conductors

    [[nodiscard]] double ratio() const { return rated_v / expected_v; }
};

/// Loads, capacitors, generators and windings of enabled transformers, worst first, then in the
/// order of their tables. Elements at buses without a base are passed over. Three phases and wyes
/// of two are held against sqrt(3) times the base; one phase against the base when it ends at
/// ground or a neutral, else against the voltage between two phases, of 120 or 180 degrees (the
/// legs of a centre tap), whichever is nearer.
[[nodiscard]] std::vector<RatingMisfit> rating_misfits(grid::Circuit const& circuit);

/// Loads with supply whose voltage is outside their Vminpu..Vmaxpu: there they are impedances or
/// on their way to one (docs/models/power-flow.md).
struct LoadsOutside {
    std::size_t below = 0;
    std::size_t above = 0;
    std::size_t loads = 0; ///< with supply
    double stated_w = 0.0; ///< of those outside
    double drawn_w = 0.0;
};
[[nodiscard]] LoadsOutside loads_outside(grid::FeederSolver const& solver,
                                         grid::ElementCurrents const& currents);

} // namespace gridtwin::study
