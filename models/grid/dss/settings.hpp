#pragma once
// What a script sets beside its elements.
#include "models/grid/circuit.hpp"
#include "models/grid/dss/property.hpp"

namespace gridtwin::grid::dss {

struct BusPosition {
    std::string bus; ///< lower case
    double x = 0.0;
    double y = 0.0;
};

struct Settings {
    double default_hz = 60.0; ///< for circuits made from here on; survives Clear
    std::string circuit_name; ///< lower case
    bool circuit_defined = false;
    Place circuit_at;
    double f_hz = 60.0;
    double load_factor = 1.0;
    /// The reference's own list until Set VoltageBases.
    std::vector<double> bases_kv{0.208, 0.48, 12.47, 24.9, 34.5, 115.0, 230.0};
    bool bases_wanted = false; ///< CalcVoltageBases was called
    SolutionOptions solution;
    std::vector<BusPosition> positions;
};

/// Takes one `option=value` of the commands Set and Solve.
void set_option(Settings& settings, Word const& word, Report& report);

} // namespace gridtwin::grid::dss
