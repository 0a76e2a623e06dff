// Meters and monitors are kept as places to record: checked, and then nothing to convert.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int { kElement = 1 };

constexpr PropertySpec kEnergyMeterProperties[] = {
    {"element", Kind::text, Use::applied, kElement},
    {"terminal", Kind::integer},
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
    {"enabled", Kind::yes_no},
    {"like", Kind::text, Use::applied, kTagLike},
};

constexpr PropertySpec kMonitorProperties[] = {
    {"element", Kind::text, Use::applied, kElement},
    {"terminal", Kind::integer},
    {"mode", Kind::integer},
    {"action", Kind::text},
    {"residual", Kind::yes_no},
    {"VIPolar", Kind::yes_no},
    {"PPolar", Kind::yes_no},
    {"basefreq"},
    {"enabled", Kind::yes_no},
    {"like", Kind::text, Use::applied, kTagLike},
};

void check_recorder(Element const& recorder, Build& build) {
    for (auto const& stated : recorder.assignments) {
        if (stated.property->tag != kElement) {
            continue;
        }
        std::string_view const whole = stated.text();
        auto const dot = std::min(whole.find('.'), whole.size());
        auto const class_name = whole.substr(0, dot);
        auto const name = whole.substr(std::min(dot + 1, whole.size()));
        if (dot < whole.size() && find_class(class_name) == nullptr) {
            continue; // of a class that may be ignored, or has been reported
        }
        if (build.elements.find(class_name, name) == nullptr) {
            build.report.error(
                stated.at,
                fmt::format("element '{}' of {} is not defined", shown(whole), recorder.label()),
                "<class>.<name> of an element",
                nearest_name(name, build.elements.names(class_name)));
        }
    }
}

} // namespace

ClassSpec const kEnergyMeterClass{"EnergyMeter", kEnergyMeterProperties, check_recorder};
ClassSpec const kMonitorClass{"Monitor", kMonitorProperties, check_recorder};

} // namespace gridtwin::grid::dss
