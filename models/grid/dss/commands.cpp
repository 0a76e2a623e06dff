#include "models/grid/dss/commands.hpp"

#include "models/grid/dss/text.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::grid::dss {
namespace {

struct Command {
    std::string_view name;
    Action action;
    std::string_view instead{}; ///< of what is not modelled
};

constexpr auto kNothing = Action::nothing;
constexpr auto kNotModelled = Action::not_modelled;

constexpr Command kCommands[] = {
    {"New", Action::make},
    {"Edit", Action::edit},
    {"More", Action::more},
    {"M", Action::more},
    {"~", Action::more},
    {"Select", Action::select},
    {"Save", kNothing},
    {"Show", kNothing},
    {"Solve", Action::solve},
    {"Enable", Action::enable},
    {"Disable", Action::disable},
    {"Plot", kNothing},
    {"Reset", kNothing},
    {"Compile", Action::compile},
    {"Set", Action::set},
    {"Dump", kNothing},
    {"Open", Action::open},
    {"Close", Action::close},
    {"Redirect", Action::redirect},
    {"Help", kNothing},
    {"Quit", Action::quit},
    {"?", kNothing},
    {"Next", kNotModelled, "Set Hour, Sec or Year before each Solve"},
    {"Panel", kNothing},
    {"Sample", kNothing},
    {"Clear", Action::clear},
    {"About", kNothing},
    {"CalcVoltageBases", Action::calc_voltage_bases},
    {"SetkVBase", Action::set_kv_base},
    {"BuildY", kNothing},
    {"Get", kNothing},
    {"Init", kNothing},
    {"Export", kNothing},
    {"FileEdit", kNothing},
    {"Voltages", kNothing},
    {"Currents", kNothing},
    {"Powers", kNothing},
    {"SeqVoltages", kNothing},
    {"SeqCurrents", kNothing},
    {"SeqPowers", kNothing},
    {"Losses", kNothing},
    {"PhaseLosses", kNothing},
    {"CktLosses", kNothing},
    {"AllocateLoads", kNotModelled, "kW and kvar, or xfkVA and allocationfactor, of each load"},
    {"FormEdit", kNothing},
    {"Totals", kNothing},
    {"Capacity", kNothing},
    {"Classes", kNothing},
    {"UserClasses", kNothing},
    {"Zsc", kNothing},
    {"Zsc10", kNothing},
    {"ZscRefresh", kNothing},
    {"Ysc", kNothing},
    {"puVoltages", kNothing},
    {"VarValues", kNothing},
    {"VarNames", kNothing},
    {"BusCoords", Action::bus_coordinates},
    {"MakeBusList", kNothing},
    {"MakePosSeq", kNotModelled, "the feeder with the phases that it has"},
    {"Reduce", kNotModelled, "the feeder as it is"},
    {"Interpolate", kNothing},
    {"AlignFile", kNothing},
    {"TOP", kNothing},
    {"Rotate", kNothing},
    {"VDiff", kNothing},
    {"Summary", kNothing},
    {"Distribute", kNotModelled, "a New Generator.<name> for each generator"},
    {"DI_Plot", kNothing},
    {"CompareCases", kNothing},
    {"YearlyCurves", kNothing},
    {"CD", Action::change_folder},
    {"Visualize", kNothing},
    {"CloseDI", kNothing},
    {"DOSCmd", kNotModelled, "a script that does without other programs"},
    {"Estimate", kNotModelled, "kW and kvar of each load"},
    {"Reconductor", kNotModelled, "Edit Line.<name> linecode=<name> for each line"},
    {"_InitSnap", kNotModelled, "Solve, which does all of it"},
    {"_SolveNoControl", Action::solve_no_control},
    {"_SampleControls", kNotModelled, "Solve, which does all of it"},
    {"_DoControlActions", kNotModelled, "Solve, which does all of it"},
    {"_ShowControlQueue", kNothing},
    {"_SolveDirect", kNotModelled, "Solve mode=direct"},
    {"_SolvePFlow", kNotModelled, "_SolveNoControl"},
    {"AddBusMarker", kNothing},
    {"ClearBusMarkers", kNothing},
    {"BatchEdit", Action::batch_edit},
    {"LatLongCoords", Action::latitudes_longitudes},
    {"Uuids", kNothing},
    {"SetLoadAndGenKV", kNotModelled, "kV of each load and generator"},
    {"CvrtLoadshapes", kNothing},
    {"NodeDiff", kNothing},
    {"Rephase", kNotModelled, "the nodes of each bus, as in bus1=<bus>.1.2.3"},
    {"SetBusXY", Action::place_bus},
    {"UpdateStorage", kNotModelled, "Solve in a mode that steps through time, which does it"},
    {"Obfuscate", kNotModelled, "the names that the file has"},
    {"PstCalc", kNothing},
    {"Variable", kNothing},
    {"ReprocessBuses", kNothing},
    {"RelCalc", kNothing},
    {"Var", Action::variables},
    {"Cleanup", kNotModelled, "Solve in a mode that steps through time, which does it"},
    {"FinishTimeStep", kNotModelled, "Solve in a mode that steps through time, which does it"},
    {"NodeList", kNothing},
    {"Connect", kNothing},
    {"Disconnect", kNothing},
    {"Remove", kNotModelled, "Disable <class>.<name> for each element that goes"},
    {"CalcIncMatrix", kNothing},
    {"CalcIncMatrix_O", kNothing},
    {"Refine_BusLevels", kNothing},
    {"CalcLaplacian", kNothing},
    {"Wait", kNothing},
    {"ClearAll", Action::clear},
    {"NewActor", kNotModelled},
    {"SolveAll", kNotModelled},
    {"Tear_Circuit", kNotModelled},
    {"Abort", kNotModelled},
    {"AggregateProfiles", kNotModelled},
    {"ExportOverloads", kNothing},
    {"ExportVViolations", kNothing},
    {"Zsc012", kNothing},
    {"AllPCEatBus", kNothing},
    {"AllPDEatBus", kNothing},
    {"TotalPowers", kNothing},
    {"COMHelp", kNothing},
    {"GISCoords", kNothing}, // for maps drawn elsewhere
};

} // namespace

Action find_command(std::string_view name) {
    int const row = find_abbreviated(kCommands, name);
    return row < 0 ? Action::unknown : kCommands[row].action;
}

std::string_view instead_of(std::string_view name) {
    int const row = find_abbreviated(kCommands, name);
    return row < 0 ? std::string_view() : kCommands[row].instead;
}

std::string nearest_command(std::string_view name) {
    return nearest_name(name, command_names());
}

std::vector<std::string_view> command_names() {
    return names_of(kCommands);
}

} // namespace gridtwin::grid::dss
