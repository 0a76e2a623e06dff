#include "models/grid/dss/commands.hpp"

#include "models/grid/dss/text.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::grid::dss {
namespace {

struct Command {
    std::string_view name;
    Action action;
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
    {"Next", kNotModelled},
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
    {"AllocateLoads", kNotModelled},
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
    {"MakePosSeq", kNotModelled},
    {"Reduce", kNotModelled},
    {"Interpolate", kNothing},
    {"AlignFile", kNothing},
    {"TOP", kNothing},
    {"Rotate", kNothing},
    {"VDiff", kNothing},
    {"Summary", kNothing},
    {"Distribute", kNotModelled},
    {"DI_Plot", kNothing},
    {"CompareCases", kNothing},
    {"YearlyCurves", kNothing},
    {"CD", Action::change_folder},
    {"Visualize", kNothing},
    {"CloseDI", kNothing},
    {"DOSCmd", kNotModelled},
    {"Estimate", kNotModelled},
    {"Reconductor", kNotModelled},
    {"_InitSnap", kNotModelled},
    {"_SolveNoControl", Action::solve_no_control},
    {"_SampleControls", kNotModelled},
    {"_DoControlActions", kNotModelled},
    {"_ShowControlQueue", kNothing},
    {"_SolveDirect", kNotModelled},
    {"_SolvePFlow", kNotModelled},
    {"AddBusMarker", kNothing},
    {"ClearBusMarkers", kNothing},
    {"BatchEdit", Action::batch_edit},
    {"LatLongCoords", Action::latitudes_longitudes},
    {"Uuids", kNothing},
    {"SetLoadAndGenKV", kNotModelled},
    {"CvrtLoadshapes", kNothing},
    {"NodeDiff", kNothing},
    {"Rephase", kNotModelled},
    {"SetBusXY", Action::place_bus},
    {"UpdateStorage", kNotModelled},
    {"Obfuscate", kNotModelled},
    {"PstCalc", kNothing},
    {"Variable", kNothing},
    {"ReprocessBuses", kNothing},
    {"RelCalc", kNothing},
    {"Var", Action::variables},
    {"Cleanup", kNotModelled},
    {"FinishTimeStep", kNotModelled},
    {"NodeList", kNothing},
    {"Connect", kNothing},
    {"Disconnect", kNothing},
    {"Remove", kNotModelled},
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

std::string nearest_command(std::string_view name) {
    return nearest_name(name, command_names());
}

std::vector<std::string_view> command_names() {
    return names_of(kCommands);
}

} // namespace gridtwin::grid::dss
