#include "models/grid/dss/settings.hpp"

#include "models/grid/dss/geometry.hpp"
#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <cmath>

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
    kHour,
    kSecond,
    kTime,
    kYear,
    kStep,
    kNumber,
    kGenMult,
    kGrowth,
    kEarthModel,
    kFrequency,
};

constexpr Choice choice(std::string_view spellings, SolutionMode mode) {
    return {spellings, static_cast<int>(mode)};
}

constexpr Choice choice(std::string_view spellings, ControlMode mode) {
    return {spellings, static_cast<int>(mode)};
}

constexpr int kOtherMode = -1;
constexpr Choice kModes[] = {
    choice("snapshot", SolutionMode::snapshot),
    choice("daily", SolutionMode::daily),
    choice("yearly", SolutionMode::yearly),
    choice("dutycycle", SolutionMode::dutycycle),
    choice("direct", SolutionMode::direct),
    {"m1", kOtherMode},
    {"m2", kOtherMode},
    {"m3", kOtherMode},
    {"ld1", kOtherMode},
    {"ld2", kOtherMode},
    {"peakday", kOtherMode},
    {"mf", kOtherMode},
    {"faultstudy", kOtherMode},
    {"autoadd", kOtherMode},
    {"dynamics", kOtherMode},
    {"harmonics", kOtherMode},
    {"harmonict", kOtherMode},
    {"time|general|t", kOtherMode},
};
constexpr Choice kControlModes[] = {
    choice("off", ControlMode::off),     choice("static", ControlMode::static_),
    choice("event", ControlMode::event), choice("time", ControlMode::time),
    {"multirate", kOtherMode},
};
constexpr Choice kLoadModels[] = {{"powerflow", 0}, {"admittance", 1}};
constexpr Choice kCircuitModels[] = {{"multiphase", 0}, {"positive", 1}};

constexpr auto kNotModelled = Use::not_modelled;
constexpr auto kAny = Range::any;

constexpr PropertySpec kOptions[] = {
    {"type", Kind::free},
    {"element", Kind::free},
    {"hour", Kind::integer, Use::applied, kHour, Range::not_negative},
    {"sec", Kind::number, Use::applied, kSecond, Range::not_negative},
    {"year", Kind::integer, Use::applied, kYear, Range::year},
    {"frequency", Kind::number, Use::applied, kFrequency, Range::above_zero},
    {"stepsize", Kind::text, Use::applied, kStep},
    {"mode", Kind::choice, Use::applied, kMode, kAny, kModes},
    {"random", Kind::free},
    {"number", Kind::integer, Use::applied, kNumber, Range::time_steps},
    {"time", Kind::numbers, Use::applied, kTime, Range::not_negative},
    {"class", Kind::free},
    {"object", Kind::free},
    {"circuit", Kind::free},
    {"editor", Kind::free},
    {"tolerance", Kind::number, Use::applied, kTolerance, Range::above_zero},
    {"maxiterations", Kind::integer, Use::applied, kMaxIterations, Range::above_zero},
    {"h", Kind::text, Use::applied, kStep},
    {"Loadmodel", Kind::choice, kNotModelled, 0, kAny, kLoadModels, 0.0},
    {"Loadmult", Kind::number, Use::applied, kLoadMult, Range::not_negative},
    {"normvminpu"},
    {"normvmaxpu"},
    {"emergvminpu"},
    {"emergvmaxpu"},
    {"%mean"},
    {"%stddev"},
    {"LDCurve", Kind::free},
    {"%growth", Kind::number, Use::applied, kGrowth},
    {"GenKw"},
    {"GenPf"},
    {"CapkVAR"},
    {"Addtype", Kind::free},
    {"Allowduplicates", Kind::yes_no},
    {"Zonelock", Kind::yes_no},
    {"UEweight"},
    {"Lossweight"},
    {"UEregs", Kind::free},
    {"Lossregs", Kind::free},
    {"Voltagebases", Kind::numbers, Use::applied, kVoltageBases, Range::kilovolts},
    {"Algorithm", Kind::free},
    {"Trapezoidal", Kind::yes_no},
    {"Autobuslist", Kind::free},
    {"Controlmode", Kind::choice, Use::applied, kControlMode, kAny, kControlModes},
    {"Tracecontrol", Kind::yes_no},
    {"Genmult", Kind::number, Use::applied, kGenMult},
    {"Defaultdaily", Kind::text},
    {"Defaultyearly", Kind::text},
    {"Allocationfactors", Kind::number, kNotModelled},
    {"Cktmodel", Kind::choice, kNotModelled, 0, kAny, kCircuitModels, 0.0},
    {"Pricesignal"},
    {"Pricecurve", Kind::text},
    {"Terminal", Kind::free},
    {"Basefrequency", Kind::number, Use::applied, kBaseFrequency, Range::above_zero},
    {"Harmonics", Kind::free},
    {"Maxcontroliter", Kind::integer, Use::applied, kMaxControlIter, Range::above_zero},
    {"Bus", Kind::free},
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
    {"EarthModel", Kind::choice, Use::applied, kEarthModel, kAny, kEarthModelChoices},
    {"QueryLog", Kind::yes_no},
    {"MarkCapacitors", Kind::yes_no},
    {"MarkRegulators", Kind::yes_no},
    {"MarkPVSystems", Kind::yes_no},
    {"MarkStorage", Kind::yes_no},
    {"CapMarkerCode", Kind::free},
    {"RegMarkerCode", Kind::free},
    {"PVMarkerCode", Kind::free},
    {"StoreMarkerCode", Kind::free},
    {"CapMarkerSize", Kind::free},
    {"RegMarkerSize", Kind::free},
    {"PVMarkerSize", Kind::free},
    {"StoreMarkerSize", Kind::free},
    {"NeglectLoadY", Kind::yes_no},
    {"MarkFuses", Kind::yes_no},
    {"FuseMarkerCode", Kind::free},
    {"FuseMarkerSize", Kind::free},
    {"MarkReclosers", Kind::yes_no},
    {"RecloserMarkerCode", Kind::free},
    {"RecloserMarkerSize", Kind::free},
    {"MarkRelays", Kind::yes_no},
    {"RelayMarkerCode", Kind::free},
    {"RelayMarkerSize", Kind::free},
    {"SampleEnergyMeters", Kind::yes_no},
    {"MinIterations", Kind::integer},
    {"DSSVisualizationTool", Kind::free},
    {"KeepLoad", Kind::yes_no},
    {"Zmag", Kind::free},
    {"SeasonRating", Kind::free},
    {"SeasonSignal", Kind::free},
    {"LongLineCorrection", Kind::yes_no, kNotModelled, 0, kAny, {}, 0.0},
    {"ShowReports", Kind::yes_no},
    {"EventLogDefault", Kind::yes_no},
    {"RegistryUpdate", Kind::yes_no},
    {"ConcatenateReports", Kind::yes_no},
    {"NumActors", Kind::integer},
    {"ActiveActor", Kind::free, kNotModelled},
    {"CPU", Kind::free},
    {"Parallel", Kind::yes_no},
};

bool steps_through_time(SolutionMode mode) {
    return mode == SolutionMode::daily || mode == SolutionMode::yearly ||
           mode == SolutionMode::dutycycle;
}

/// Every Set Mode starts the clock anew, with the step and number that go with the mode.
void set_mode(Settings& settings, SolutionMode mode) {
    auto& solution = settings.solution;
    solution.mode = mode;
    solution.start_s = 0.0;
    solution.control_mode = settings.usual_control_mode;
    switch (mode) {
    case SolutionMode::snapshot:
        solution.number = 1;
        break;
    case SolutionMode::daily:
        solution.number = 24;
        solution.step_s = 3600.0;
        break;
    case SolutionMode::yearly:
        solution.number = 8760;
        solution.step_s = 3600.0;
        break;
    case SolutionMode::dutycycle:
        solution.step_s = 1.0;
        solution.control_mode = ControlMode::time;
        break;
    case SolutionMode::direct:
        break;
    }
}

constexpr double kLongestStep_s = 8784.0 * 3600.0;

/// "900", "15m", "0.25h", "1s"; nothing when it is not that.
std::optional<double> step_s(std::string_view text) {
    double unit_s = 1.0;
    if (!text.empty()) {
        char const unit = lower(text.back());
        unit_s = unit == 'h' ? 3600.0 : unit == 'm' ? 60.0 : 1.0;
        if (unit == 'h' || unit == 'm' || unit == 's') {
            text.remove_suffix(1);
        }
    }
    auto const number = parse_number(text);
    bool const good = number.problem.empty() && number.value > 0.0;
    return good ? std::optional(number.value * unit_s) : std::nullopt;
}

/// What is wrong with a value that only this option can judge; empty: nothing.
struct Misfit {
    std::string what;
    std::string expected;
};

Misfit apply_time(Settings& settings, int tag, Word const& word, Value const& value) {
    auto& solution = settings.solution;
    double const hour = std::floor(solution.start_s / 3600.0);
    switch (tag) {
    case kHour:
        solution.start_s += (value.number - hour) * 3600.0;
        break;
    case kSecond:
        solution.start_s = hour * 3600.0 + value.number;
        break;
    case kTime: {
        auto const& numbers = value.as<std::vector<double>>();
        if (numbers.size() != 2) {
            return {fmt::format("time of Set has {} numbers", numbers.size()), "(hour, seconds)"};
        }
        if (numbers[0] > 1e9) { // as Set hour
            return {fmt::format("the hour of Set time is {:g}", numbers[0]), "at most 1000000000"};
        }
        solution.start_s = numbers[0] * 3600.0 + numbers[1];
        break;
    }
    case kStep: {
        auto const number = word.open != 0 ? parse_rpn(word.text) : NumberText{0.0, "text"};
        auto const s = number.problem.empty() && number.value > 0.0 ? std::optional(number.value)
                                                                    : step_s(word.text);
        if (!s) {
            return {fmt::format("stepsize of Set is '{}'", shown(word.text)),
                    "seconds above 0, or for example 15m, 1h, 10s"};
        }
        if (*s > kLongestStep_s) {
            return {fmt::format("stepsize of Set is '{}'", shown(word.text)),
                    "at most a year, 8784h"};
        }
        solution.step_s = *s;
        break;
    }
    case kBaseFrequency:
    case kDefaultBaseFrequency:
        // What has been made keeps its frequency in the reference, and the source gives no voltage.
        if (settings.circuit_defined && value.number != settings.f_hz) {
            return {fmt::format("the base frequency of Set is {:g} Hz, after a circuit of {:g} Hz",
                                value.number, settings.f_hz),
                    "Set DefaultBaseFrequency before New Circuit"};
        }
        if (!settings.circuit_defined && tag == kBaseFrequency) {
            return {"the base frequency of Set is a circuit's, and there is none",
                    "Set DefaultBaseFrequency"};
        }
        break;
    case kFrequency:
        if (value.number != settings.f_hz) {
            return {fmt::format("frequency of Set is {} Hz", value.number),
                    fmt::format("{}, the circuit's base frequency", settings.f_hz)};
        }
        break;
    default:
        break;
    }
    return {};
}

OptionEffect apply(Settings& settings, int tag, Value const& value) {
    auto& solution = settings.solution;
    switch (tag) {
    case kMode:
        set_mode(settings, static_cast<SolutionMode>(value.number));
        break;
    case kTolerance:
        solution.tolerance_pu = value.number;
        break;
    case kMaxIterations:
        solution.max_iterations = static_cast<int>(value.number);
        break;
    case kMaxControlIter:
        solution.max_control_iterations = static_cast<int>(value.number);
        break;
    case kControlMode:
        solution.control_mode = static_cast<ControlMode>(value.number);
        settings.usual_control_mode = solution.control_mode;
        break;
    case kNumber:
        solution.number = static_cast<int>(value.number);
        break;
    case kYear:
        solution.year = static_cast<int>(value.number);
        solution.start_s = 0.0;
        return OptionEffect::demand;
    case kGenMult:
        solution.generator_mult = value.number;
        return OptionEffect::demand;
    case kGrowth:
        solution.growth_per_year = 1.0 + value.number / 100.0;
        return OptionEffect::demand;
    case kEarthModel:
        settings.earth_model = static_cast<EarthModel>(value.number);
        return OptionEffect::none;
    case kDefaultBaseFrequency:
        settings.default_hz = value.number;
        return OptionEffect::none;
    case kLoadMult:
        solution.load_mult = value.number;
        return OptionEffect::circuit;
    case kVoltageBases:
        settings.bases_kv = value.as<std::vector<double>>();
        return OptionEffect::circuit;
    default:
        return OptionEffect::none;
    }
    return OptionEffect::solution;
}

} // namespace

std::string_view option_named(std::string_view name) {
    int const row = find_abbreviated(kOptions, name);
    return row < 0 ? std::string_view() : kOptions[row].name;
}

std::vector<std::string_view> option_names() {
    return names_of(kOptions);
}

OptionEffect set_option(Settings& settings, Word const& word, Report& report) {
    if (word.name.empty()) {
        report.error(word.at, fmt::format("Set has '{}' without a name", shown(word.text)),
                     "option=value");
        return OptionEffect::none;
    }
    int const row = find_abbreviated(kOptions, word.name);
    if (row < 0) {
        report.unknown(word.name_at, fmt::format("unknown option '{}' of Set", shown(word.name)),
                       nearest_name(word.name, option_names()),
                       "an option, for example Mode, Number, Stepsize, Loadmult or Controlmode");
        return OptionEffect::none;
    }
    auto const& option = kOptions[row];
    auto const value = read_value(option, word, {nullptr, "Set"}, report);
    if (!value) {
        return OptionEffect::none;
    }
    bool const choice = option.tag == kMode || option.tag == kControlMode;
    if (choice && value->number == kOtherMode) {
        report.error(word.at,
                     fmt::format("{} '{}' of Set is not modelled", option.name, shown(word.text)),
                     option.tag == kMode ? "snapshot, daily, yearly, dutycycle or direct"
                                         : "off, static, event or time");
        return OptionEffect::none;
    }
    auto const misfit = apply_time(settings, option.tag, word, *value);
    if (!misfit.what.empty()) {
        report.error(word.at, misfit.what, misfit.expected);
        return OptionEffect::none;
    }
    bool const time =
        option.tag == kHour || option.tag == kSecond || option.tag == kTime || option.tag == kStep;
    return time ? OptionEffect::solution : apply(settings, option.tag, *value);
}

SolutionOptions options_now(Settings const& settings) {
    auto options = settings.solution;
    options.controls = options.control_mode != ControlMode::off;
    if (!steps_through_time(options.mode)) {
        options.number = 1;
    }
    return options;
}

void pass_solve(Settings& settings) {
    auto& solution = settings.solution;
    if (steps_through_time(solution.mode)) {
        solution.start_s += solution.number * solution.step_s;
    }
}

} // namespace gridtwin::grid::dss
