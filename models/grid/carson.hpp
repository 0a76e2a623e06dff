#pragma once
// Line constants: series impedance and capacitance per metre of parallel conductors above ground,
// from what they are made of and where they hang or lie.
// Sources: Carson, "Wave propagation in overhead wires with ground return", Bell System Technical
// Journal 5 (1926); Deri, Tevan, Semlyen, Castanheira, "The complex ground return plane", IEEE
// Trans. PAS-100 (1981); Kersting, Distribution System Modeling and Analysis, chapters 4 and 5
// (concentric neutrals, tape shields, potential coefficients). docs/models/line-constants.md
#include "models/grid/admittance.hpp"

#include <cstdint>
#include <span>

namespace gridtwin::grid {

/// How the earth carries the return current.
enum class EarthModel : std::uint8_t {
    carson,      ///< Kersting's modified equations: first terms of Carson's series, no height
    full_carson, ///< Carson's series to the fourth power; for heights far below the depth of return
    deri,        ///< complex depth; conductors with skin effect
};

enum class Screen : std::uint8_t { none, concentric_neutral, tape_shield };

/// One conductor of a line, in metres and ohm per metre.
struct LineConductor {
    double x_m = 0.0; ///< across the line
    double h_m = 0.0; ///< above ground; a cable's depth may be below 0, its size alone counts
    double r_ac_ohm_per_m = 0.0;
    double r_dc_ohm_per_m = 0.0; ///< of deri's skin effect
    double gmr_m = 0.0;          ///< geometric mean radius
    double radius_m = 0.0;
    double capacitance_radius_m = 0.0; ///< of a bundle; 0: radius_m

    // of a cable
    Screen screen = Screen::none;
    double insulation_m = 0.0;          ///< thickness
    double insulation_diameter_m = 0.0; ///< over the insulation
    double relative_permittivity = 2.3;
    double cable_diameter_m = 0.0; ///< over the strands or the sheath
    bool semiconducting = true;    ///< a layer below the strands makes their field a cylinder's
    int strands = 0;
    double strand_diameter_m = 0.0;
    double strand_gmr_m = 0.0;
    double strand_r_ohm_per_m = 0.0;
    double shield_diameter_m = 0.0; ///< over the tape
    double tape_m = 0.0;            ///< thickness
    double tape_lap_percent = 20.0;
};

struct LineConstants {
    DenseMatrix z_ohm_per_m;       ///< [conductors], screens reduced into their cores
    std::vector<double> c_f_per_m; ///< [conductors][conductors], nodal
};

/// What is wrong with the conductors, for a message; empty when they can be calculated with. A bare
/// conductor without any cable beside it hangs above ground, no two take the same space.
[[nodiscard]] std::string conductor_mistake(std::span<LineConductor const> conductors);

/// @param conductors without mistake
/// @param f_hz power frequency: between 40 and 1000 Hz the geometric mean radius stands for the
///        flux inside the conductor, elsewhere the radius and the internal reactance
/// @param rho_ohm_m resistivity of the earth
[[nodiscard]] LineConstants line_constants(std::span<LineConductor const> conductors,
                                           EarthModel model, double f_hz, double rho_ohm_m);

/// `z` without its last conductors, which are grounded all along: Kron reduction to the first
/// `keep`. Nothing when what is left out has no inverse.
[[nodiscard]] std::optional<DenseMatrix> kron_reduced(DenseMatrix const& z, std::size_t keep);

/// Constants of the first `keep` conductors, the others grounded all along.
[[nodiscard]] std::optional<LineConstants> reduced(LineConstants const& all, std::size_t keep);

/// Impedance per metre that a round conductor has by itself, with skin effect: the sum of Bessel
/// functions of the published model. Source: Deri et al.; Stevenson.
[[nodiscard]] Complex internal_impedance(double r_dc_ohm_per_m, double f_hz);

} // namespace gridtwin::grid
