#pragma once
// What a script sets beside its elements.
#include "models/grid/carson.hpp"
#include "models/grid/circuit.hpp"
#include "models/grid/dss/property.hpp"

namespace gridtwin::grid::dss {

struct BusPosition {
    std::string bus; ///< lower case
    double x = 0.0;
    double y = 0.0;
};

/// SetkVBase: a base stated for one bus.
struct StatedBase {
    std::string bus; ///< lower case
    double v_ln_v = 0.0;
    Place at;
};

struct Settings {
    double default_hz = 60.0;                  ///< for circuits made from here on; survives Clear
    EarthModel earth_model = EarthModel::deri; ///< for lines made from here on
    std::string circuit_name;                  ///< lower case
    bool circuit_defined = false;
    Place circuit_at;
    double f_hz = 60.0;
    /// The reference's own list until Set VoltageBases.
    std::vector<double> bases_kv{0.208, 0.48, 12.47, 24.9, 34.5, 115.0, 230.0};
    bool bases_wanted = false;            ///< CalcVoltageBases was called
    std::vector<StatedBase> stated_bases; ///< in order, since CalcVoltageBases
    /// `number` is what Set Number says: steps of a mode that steps through time.
    SolutionOptions solution{.number = 100};
    ControlMode usual_control_mode = ControlMode::static_; ///< comes back with every Set Mode
    std::vector<BusPosition> positions;
};

/// What an option is part of.
enum class OptionEffect : std::uint8_t {
    none,     ///< the reader's own, or nothing
    solution, ///< how the circuit is solved
    demand,   ///< what its elements draw and produce
    circuit,  ///< the circuit's tables
};

/// The option that `name` stands for, in full; empty when there is none.
[[nodiscard]] std::string_view option_named(std::string_view name);
[[nodiscard]] std::vector<std::string_view> option_names();
/// Takes one `option=value` of the commands Set and Solve.
OptionEffect set_option(Settings& settings, Word const& word, Report& report);
/// The options as they stand, complete.
[[nodiscard]] SolutionOptions options_now(Settings const& settings);
/// Lets the clock run to where a Solve with these options ends.
void pass_solve(Settings& settings);

} // namespace gridtwin::grid::dss
