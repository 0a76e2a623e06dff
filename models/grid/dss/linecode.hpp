#pragma once
// Impedances per unit length, as lines and line codes state them.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/units.hpp"

namespace gridtwin::grid::dss {

/// Defaults of the element reference: a 336 kcmil overhead line, per kft.
struct LineCodeData {
    int phases = 3;
    bool sequence = true; ///< the last word was r1..c0; false: matrices
    double r1 = 0.058;
    double x1 = 0.1206;
    double r0 = 0.1784;
    double x0 = 0.4047;
    double c1_nf = 3.4;
    double c0_nf = 1.6;
    std::vector<double> r; ///< [phases][phases], ohm per unit
    std::vector<double> x;
    std::vector<double> c_nf;
    double base_hz = 60.0;
    LengthUnit unit = LengthUnit::none;
    double amps = 400.0; ///< of a line or code that states none
    bool amps_stated = false;
    double rg = 0.01805; ///< earth return, only for other frequencies than base_hz
    double xg = 0.155081;
    double rho = 100.0;

    /// Matrices of `phases` from the sequence values; for one phase a line code takes the self
    /// value (2 z1 + z0)/3 and a line z1, so `self_value` says which.
    void fill_from_sequence(bool self_value);
};

enum LineTag : int {
    kTagPhases = 1,
    kTagR1,
    kTagX1,
    kTagR0,
    kTagX0,
    kTagC1,
    kTagC0,
    kTagB1,
    kTagB0,
    kTagRmatrix,
    kTagXmatrix,
    kTagCmatrix,
    kTagUnits,
    kTagAmps,
    kTagRg,
    kTagXg,
    kTagRho,
    // line codes only
    kTagKron,
    kTagNeutral,
    // lines only
    kTagBus1,
    kTagBus2,
    kTagLineCode,
    kTagLength,
    kTagSwitch,
    kTagGeometry,
    kTagSpacing,
    kTagWires,
    kTagCnCables,
    kTagTsCables,
    kTagEarthModel,
    kTagEpsRMedium,
    kTagHeightOffset,
};

/// What both tables state in this order.
inline constexpr PropertySpec kSequenceProperties[] = {
    {"r1", Kind::number, Use::applied, kTagR1, Range::not_negative},
    {"x1", Kind::number, Use::applied, kTagX1, Range::not_negative},
    {"r0", Kind::number, Use::applied, kTagR0, Range::not_negative},
    {"x0", Kind::number, Use::applied, kTagX0, Range::not_negative},
    {"C1", Kind::number, Use::applied, kTagC1, Range::not_negative},
    {"C0", Kind::number, Use::applied, kTagC0, Range::not_negative},
};

[[nodiscard]] bool is_sequence_tag(int tag);
[[nodiscard]] bool is_matrix_tag(int tag);

/// True when the element states both sequence values and matrices and it is not plain which hold:
/// the last kind does when r1, x1, r0, x0 follow every matrix, or (`codes`) rmatrix and xmatrix
/// follow every sequence value.
[[nodiscard]] bool mixes_impedances(Element const& owner, bool codes);
/// Takes units, base frequency, rating and earth return into `data`.
void apply_common(LineCodeData& data, Assignment const& stated);
/// Takes a sequence value or a matrix (against the phases at this point) into `data`.
/// @param report null: mistakes have been reported before
void apply_impedance(LineCodeData& data, Assignment const& stated, Element const& owner,
                     Report* report);

/// The line code as it stood before statement `before`; null when it was not yet defined.
std::shared_ptr<LineCodeData const> line_code_at(Element const& code, std::uint32_t before,
                                                 Build& build);

} // namespace gridtwin::grid::dss
