// Meters and monitors are kept as places to record: checked for spelling, nothing to convert.
#include "models/grid/dss/classes.hpp"

namespace gridtwin::grid::dss {
namespace {

constexpr PropertySpec kEnergyMeterProperties[] = {
    {"element", Kind::text},       {"terminal", Kind::integer},
    {"action", Kind::text},        {"option", Kind::free},
    {"kVAnormal"},                 {"kVAemerg"},
    {"peakcurrent", Kind::free},   {"Zonelist", Kind::free},
    {"LocalOnly", Kind::yes_no},   {"Mask", Kind::free},
    {"Losses", Kind::yes_no},      {"LineLosses", Kind::yes_no},
    {"XfmrLosses", Kind::yes_no},  {"SeqLosses", Kind::yes_no},
    {"3phaseLosses", Kind::yes_no}, {"VbaseLosses", Kind::yes_no},
    {"PhaseVoltageReport", Kind::yes_no}, {"Int_Rate"},
    {"Int_Duration"},              {"SAIFI", Kind::free},
    {"SAIFIkW", Kind::free},       {"SAIDI", Kind::free},
    {"CAIDI", Kind::free},         {"CustInterrupts", Kind::free},
    {"basefreq"},                  {"enabled", Kind::yes_no},
    {"like", Kind::text, Use::applied, kTagLike},
};

constexpr PropertySpec kMonitorProperties[] = {
    {"element", Kind::text},     {"terminal", Kind::integer}, {"mode", Kind::integer},
    {"action", Kind::text},      {"residual", Kind::yes_no},  {"VIPolar", Kind::yes_no},
    {"PPolar", Kind::yes_no},    {"basefreq"},                {"enabled", Kind::yes_no},
    {"like", Kind::text, Use::applied, kTagLike},
};

} // namespace

ClassSpec const kEnergyMeterClass{"EnergyMeter", kEnergyMeterProperties};
ClassSpec const kMonitorClass{"Monitor", kMonitorProperties};

} // namespace gridtwin::grid::dss
