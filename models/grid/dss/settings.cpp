#include "models/grid/dss/settings.hpp"

#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kMode = 1,
    kTolerance,
    kMaxIterations,
    kLoadMult,
    kVoltageBases,
    kControlMode,
    kBaseFrequency,
    kMaxControlIter,
    kDefaultBaseFrequency,
};

constexpr Choice kModes[] = {{"snapshot|snap", 0}};
constexpr Choice kControlModes[] = {
    {"off", 0}, {"static", 1}, {"event", 1}, {"time", 1}, {"multirate", 1}};
constexpr Choice kLoadModels[] = {{"powerflow", 0}, {"admittance", 1}};
constexpr Choice kCircuitModels[] = {{"multiphase", 0}, {"positive", 1}};

constexpr auto kNotModelled = Use::not_modelled;
constexpr auto kAny = Range::any;

constexpr PropertySpec kOptions[] = {
    {"type", Kind::free, kNotModelled},
    {"element", Kind::free, kNotModelled},
    {"hour"},
    {"sec"},
    {"year"},
    {"frequency", Kind::number, kNotModelled},
    {"stepsize", Kind::free},
    {"mode", Kind::choice, Use::applied, kMode, kAny, kModes},
    {"random", Kind::free},
    {"number"},
    {"time", Kind::free},
    {"class", Kind::free, kNotModelled},
    {"object", Kind::free, kNotModelled},
    {"circuit", Kind::free, kNotModelled},
    {"editor", Kind::free},
    {"tolerance", Kind::number, Use::applied, kTolerance, Range::above_zero},
    {"maxiterations", Kind::integer, Use::applied, kMaxIterations, Range::above_zero},
    {"h", Kind::free},
    {"Loadmodel", Kind::choice, kNotModelled, 0, kAny, kLoadModels, 0.0},
    {"Loadmult", Kind::number, Use::applied, kLoadMult, Range::not_negative},
    {"normvminpu"},
    {"normvmaxpu"},
    {"emergvminpu"},
    {"emergvmaxpu"},
    {"%mean"},
    {"%stddev"},
    {"LDCurve", Kind::free},
    {"%growth", Kind::number},
    {"GenKw"},
    {"GenPf"},
    {"CapkVAR"},
    {"Addtype", Kind::free},
    {"Allowduplicates", Kind::yes_no, kNotModelled, 0, kAny, {}, 0.0},
    {"Zonelock", Kind::yes_no},
    {"UEweight"},
    {"Lossweight"},
    {"UEregs", Kind::free},
    {"Lossregs", Kind::free},
    {"Voltagebases", Kind::numbers, Use::applied, kVoltageBases, Range::above_zero},
    {"Algorithm", Kind::free},
    {"Trapezoidal", Kind::yes_no},
    {"Autobuslist", Kind::free},
    {"Controlmode", Kind::choice, Use::applied, kControlMode, kAny, kControlModes},
    {"Tracecontrol", Kind::yes_no},
    {"Genmult"},
    {"Defaultdaily", Kind::text},
    {"Defaultyearly", Kind::text},
    {"Allocationfactors", Kind::number, kNotModelled},
    {"Cktmodel", Kind::choice, kNotModelled, 0, kAny, kCircuitModels, 0.0},
    {"Pricesignal"},
    {"Pricecurve", Kind::text},
    {"Terminal", Kind::free, kNotModelled},
    {"Basefrequency", Kind::number, Use::applied, kBaseFrequency, Range::above_zero},
    {"Harmonics", Kind::free},
    {"Maxcontroliter", Kind::integer, Use::applied, kMaxControlIter, Range::above_zero},
    {"Bus", Kind::free, kNotModelled},
    {"Datapath", Kind::free},
    {"KeepList", Kind::free},
    {"ReduceOption", Kind::free},
    {"DemandInterval", Kind::yes_no},
    {"%Normal"},
    {"DIVerbose", Kind::yes_no},
    {"Casename", Kind::text},
    {"Markercode", Kind::free},
    {"Nodewidth", Kind::free},
    {"Log", Kind::yes_no},
    {"Recorder", Kind::free},
    {"Overloadreport", Kind::yes_no},
    {"Voltexceptionreport", Kind::yes_no},
    {"Cfactors", Kind::number, kNotModelled},
    {"Showexport", Kind::yes_no},
    {"Numallociterations"},
    {"DefaultBaseFrequency", Kind::number, Use::applied, kDefaultBaseFrequency, Range::above_zero},
    {"Markswitches", Kind::yes_no},
    {"Switchmarkercode", Kind::free},
    {"Daisysize", Kind::free},
    {"Marktransformers", Kind::yes_no},
    {"TransMarkerCode", Kind::free},
    {"TransMarkerSize", Kind::free},
    {"LoadShapeClass", Kind::free},
    {"EarthModel", Kind::free},
    {"QueryLog", Kind::yes_no},
    {"MarkCapacitors", Kind::yes_no},
    {"MarkRegulators", Kind::yes_no},
    {"MarkPVSystems", Kind::yes_no},
    {"MarkStorage", Kind::yes_no},
    {"SampleEnergyMeters", Kind::yes_no},
    {"MinIterations", Kind::integer},
    {"DSSVisualizationTool", Kind::free},
    {"KeepLoad", Kind::yes_no},
    {"Zmag", Kind::free},
    {"SeasonRating", Kind::free},
    {"SeasonSignal", Kind::free},
};

void apply(Settings& settings, int tag, Value const& value) {
    switch (tag) {
    case kTolerance:
        settings.solution.tolerance_pu = value.number;
        break;
    case kMaxIterations:
        settings.solution.max_iterations = static_cast<int>(value.number);
        break;
    case kMaxControlIter:
        settings.solution.max_control_iterations = static_cast<int>(value.number);
        break;
    case kLoadMult:
        settings.load_factor = value.number;
        break;
    case kVoltageBases:
        settings.bases_kv = value.numbers;
        break;
    case kControlMode:
        settings.solution.controls = value.number != 0.0;
        break;
    case kBaseFrequency:
        settings.f_hz = value.number;
        break;
    case kDefaultBaseFrequency:
        settings.default_hz = value.number;
        break;
    default:
        break;
    }
}

std::string nearest_option(std::string_view name) {
    std::vector<std::string_view> names;
    for (auto const& option : kOptions) {
        names.push_back(option.name);
    }
    return nearest_name(name, names);
}

} // namespace

void set_option(Settings& settings, Word const& word, Report& report) {
    if (word.name.empty()) {
        report.error(word.at, fmt::format("Set has '{}' without a name", shown(word.text)),
                     "option=value");
        return;
    }
    int const row = find_abbreviated(kOptions, word.name);
    if (row < 0) {
        report.error(word.name_at, fmt::format("unknown option '{}' of Set", shown(word.name)), {},
                     nearest_option(word.name));
        return;
    }
    auto const& option = kOptions[row];
    if (auto const value = read_value(option, word, {nullptr, "Set"}, report)) {
        apply(settings, option.tag, *value);
    }
}

} // namespace gridtwin::grid::dss
