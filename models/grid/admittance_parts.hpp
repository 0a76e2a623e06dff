#pragma once
// What the admittances of several elements share.
#include "models/grid/circuit_elements.hpp"
#include "sim/core/diagnostics.hpp"

#include <string>
#include <utility>

namespace gridtwin::grid::admittance {

[[noreturn]] inline void fail(SourcePos const& where, std::string what, std::string expected = {}) {
    Diagnostics d;
    d.error(where, std::move(what), std::move(expected));
    throw InputError(std::move(d));
}

/// From a neutral to ground; a connection without impedance is a microohm, as in OpenDSS.
inline Complex ground_admittance(double r_ohm, double x_ohm) {
    constexpr double kSolidGround_s = 1e6;
    return r_ohm == 0.0 && x_ohm == 0.0 ? kSolidGround_s : 1.0 / Complex(r_ohm, x_ohm);
}

} // namespace gridtwin::grid::admittance
