// Meters and monitors: places to record.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/element_tables.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int { kElement = 1, kTerminal, kMode };

constexpr PropertySpec kEnergyMeterProperties[] = {
    {"element", Kind::text, Use::applied, kElement},
    {"terminal", Kind::integer, Use::applied, kTerminal, Range::above_zero},
    {"action", Kind::text},
    {"option", Kind::free},
    {"kVAnormal"},
    {"kVAemerg"},
    {"peakcurrent", Kind::free},
    {"Zonelist", Kind::free},
    {"LocalOnly", Kind::yes_no},
    {"Mask", Kind::free},
    {"Losses", Kind::yes_no},
    {"LineLosses", Kind::yes_no},
    {"XfmrLosses", Kind::yes_no},
    {"SeqLosses", Kind::yes_no},
    {"3phaseLosses", Kind::yes_no},
    {"VbaseLosses", Kind::yes_no},
    {"PhaseVoltageReport", Kind::yes_no},
    {"Int_Rate"},
    {"Int_Duration"},
    {"SAIFI", Kind::free},
    {"SAIFIkW", Kind::free},
    {"SAIDI", Kind::free},
    {"CAIDI", Kind::free},
    {"CustInterrupts", Kind::free},
    {"basefreq"},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

constexpr PropertySpec kMonitorProperties[] = {
    {"element", Kind::text, Use::applied, kElement},
    {"terminal", Kind::integer, Use::applied, kTerminal, Range::above_zero},
    {"mode", Kind::integer, Use::applied, kMode, Range::not_negative},
    {"action", Kind::text},
    {"residual", Kind::yes_no},
    {"VIPolar", Kind::yes_no},
    {"PPolar", Kind::yes_no},
    {"basefreq"},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

/// "class.name" of a class that has been left out, or reported.
bool of_left_out_class(std::string_view element) {
    auto const class_name = element.substr(0, element.find('.'));
    return class_name.size() < element.size() && find_class(class_name) == nullptr &&
           is_dss_class(class_name);
}

constexpr PropertySpec kSensorProperties[] = {
    {"element", Kind::text, Use::applied, kElement},
    {"terminal", Kind::integer, Use::applied, kTerminal, Range::above_zero},
    {"kvbase"},
    {"clear", Kind::yes_no},
    {"kVs", Kind::numbers},
    {"currents", Kind::numbers},
    {"kWs", Kind::numbers},
    {"kvars", Kind::numbers},
    {"conn", Kind::choice, Use::no_effect, 0, Range::any, kConnectionChoices},
    {"Deltadirection"},
    {"%Error"},
    {"Weight"},
    {"basefreq"},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

enum class Records : std::uint8_t { energy, state, nothing };

void convert(Element const& element, Build& build, Records records) {
    Recorder recorder;
    Assignment const* watched = nullptr;
    Assignment const* terminal = nullptr;
    for (auto const& stated : element.assignments) {
        switch (stated.property->tag) {
        case kElement:
            watched = &stated;
            break;
        case kTerminal:
            terminal = &stated;
            break;
        case kMode:
            recorder.mode = stated.integer();
            break;
        default:
            break;
        }
    }
    if (watched == nullptr) {
        if (!element.is_stated(kElement)) {
            build.report.error(element.where, fmt::format("{} has no element", element.label()),
                               "element=<class>.<name>");
        }
        return;
    }
    if (of_left_out_class(watched->text())) {
        return;
    }
    auto const found = build.element_ref(*watched, element);
    if (!found || !element.yes(kTagEnabled, true)) {
        return;
    }
    int const number = terminal != nullptr ? terminal->integer() : 1;
    auto const terminals = terminals_of(build.circuit, *found);
    if (static_cast<std::size_t>(number) > terminals) {
        build.report.error(
            terminal->at, fmt::format("terminal of {} is {}", element.label(), number),
            fmt::format("1..{}, the terminals of {}", terminals, shown(watched->text())));
        return;
    }
    if (records == Records::nothing) {
        return;
    }
    recorder.name = element.name;
    recorder.where = build.report.position(element.where);
    recorder.energy_meter = records == Records::energy;
    recorder.element = *found;
    recorder.terminal = static_cast<std::size_t>(number) - 1;
    build.circuit.recorders.push_back(std::move(recorder));
}

void convert_meter(Element const& element, Build& build) {
    convert(element, build, Records::energy);
}

void convert_monitor(Element const& element, Build& build) {
    convert(element, build, Records::state);
}

/// A sensor holds measurements for the state estimator: only its place is checked.
void convert_sensor(Element const& element, Build& build) {
    convert(element, build, Records::nothing);
}

} // namespace

ClassSpec const kEnergyMeterClass{"EnergyMeter", kEnergyMeterProperties, convert_meter};
ClassSpec const kMonitorClass{"Monitor", kMonitorProperties, convert_monitor};
ClassSpec const kSensorClass{"Sensor", kSensorProperties, convert_sensor};

} // namespace gridtwin::grid::dss
