#include "sim/core/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <utility>

namespace gridtwin {
namespace {

struct Unit {
    std::string_view name;
    double factor;
};

struct DimensionInfo {
    std::string_view name;
    std::string_view si;
    std::span<Unit const> units; // the first is the one shown in examples
    bool bare_number;            // a value without a unit is allowed
};

constexpr Unit kNoUnits[] = {{"", 1.0}};
constexpr Unit kFraction[] = {{"%", 0.01}};
constexpr Unit kTime[] = {{"s", 1.0},    {"ms", 1e-3},  {"us", 1e-6},
                          {"min", 60.0}, {"h", 3600.0}, {"d", 86400.0}};
constexpr Unit kPower[] = {{"kW", 1e3}, {"W", 1.0}, {"MW", 1e6}};
constexpr Unit kReactive[] = {{"kvar", 1e3}, {"var", 1.0}, {"Mvar", 1e6}};
constexpr Unit kApparent[] = {{"kVA", 1e3}, {"VA", 1.0}, {"MVA", 1e6}};
constexpr Unit kVoltage[] = {{"V", 1.0}, {"kV", 1e3}, {"mV", 1e-3}, {"uV", 1e-6}};
constexpr Unit kPu[] = {{"pu", 1.0}};
constexpr Unit kCurrent[] = {{"A", 1.0}, {"kA", 1e3}, {"mA", 1e-3}};
constexpr Unit kFrequency[] = {{"Hz", 1.0}, {"kHz", 1e3}, {"MHz", 1e6}};
constexpr Unit kRate[] = {{"1/s", 1.0}, {"/s", 1.0}, {"1/min", 1.0 / 60.0}, {"1/h", 1.0 / 3600.0}};
constexpr Unit kLength[] = {
    {"m", 1.0}, {"km", 1e3}, {"cm", 1e-2}, {"ft", 0.3048}, {"mi", 1609.344}};
constexpr Unit kBitRate[] = {{"bit/s", 1.0}, {"kbit/s", 1e3}, {"Mbit/s", 1e6}, {"Gbit/s", 1e9}};
constexpr Unit kData[] = {{"octets", 1.0}, {"B", 1.0}, {"kB", 1e3}, {"MB", 1e6}, {"bit", 0.125}};
constexpr Unit kDb[] = {{"dB", 1.0}};
constexpr Unit kDbuv[] = {{"dBuV", 1.0}};
constexpr Unit kDbm[] = {{"dBm", 1.0}};
constexpr Unit kRadioPower[] = {{"W", 1.0}, {"mW", 1e-3}, {"uW", 1e-6}};
constexpr Unit kAttenuation[] = {{"dB/km", 1e-3}, {"dB/m", 1.0}};
constexpr Unit kImpedance[] = {{"ohm", 1.0}, {"mohm", 1e-3}};
constexpr Unit kImpedancePerLength[] = {
    {"ohm/km", 1e-3}, {"ohm/m", 1.0}, {"ohm/mi", 1.0 / 1609.344}};
constexpr Unit kEnergy[] = {{"kWh", 1e3}, {"Wh", 1.0}, {"MWh", 1e6}};

DimensionInfo info(Dimension d) {
    switch (d) {
    case Dimension::number:
        return {"number", "", kNoUnits, true};
    case Dimension::fraction:
        return {"fraction", "1", kFraction, true};
    case Dimension::time:
        return {"time", "s", kTime, false};
    case Dimension::power:
        return {"power", "W", kPower, false};
    case Dimension::reactive_power:
        return {"reactive power", "var", kReactive, false};
    case Dimension::apparent_power:
        return {"apparent power", "VA", kApparent, false};
    case Dimension::voltage:
        return {"voltage", "V", kVoltage, false};
    case Dimension::voltage_pu:
        return {"per-unit voltage", "pu", kPu, false};
    case Dimension::current:
        return {"current", "A", kCurrent, false};
    case Dimension::frequency:
        return {"frequency", "Hz", kFrequency, false};
    case Dimension::rate:
        return {"rate", "1/s", kRate, false};
    case Dimension::length:
        return {"length", "m", kLength, false};
    case Dimension::bit_rate:
        return {"bit rate", "bit/s", kBitRate, false};
    case Dimension::data:
        return {"data size", "octets", kData, false};
    case Dimension::level_db:
        return {"level", "dB", kDb, false};
    case Dimension::level_dbuv:
        return {"voltage level", "dBuV", kDbuv, false};
    case Dimension::level_dbm:
        return {"power level", "dBm", kDbm, false};
    case Dimension::attenuation:
        return {"attenuation", "dB/m", kAttenuation, false};
    case Dimension::impedance:
        return {"impedance", "ohm", kImpedance, false};
    case Dimension::impedance_per_length:
        return {"impedance per length", "ohm/m", kImpedancePerLength, false};
    case Dimension::energy:
        return {"energy", "Wh", kEnergy, false};
    }
    return {"number", "", kNoUnits, true};
}

std::string_view trim(std::string_view s) {
    auto const first = s.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return s.substr(first, s.find_last_not_of(" \t") - first + 1);
}

} // namespace

std::string describe(Dimension dimension) {
    auto const d = info(dimension);
    if (dimension == Dimension::number) {
        return "a number";
    }
    std::string units;
    for (auto const& u : d.units) {
        units += units.empty() ? "" : ", ";
        units += u.name;
    }
    if (dimension == Dimension::level_dbuv) {
        units += ", V, mV, uV";
    }
    if (dimension == Dimension::level_dbm) {
        units += ", W, mW, uW";
    }
    return fmt::format("a {} in {}{}", d.name, units, d.bare_number ? " or a plain number" : "");
}

std::string format_quantity(double value, Dimension dimension) {
    std::string best;
    std::size_t best_digits = 0;
    for (auto const& u : info(dimension).units) {
        auto text = fmt::format("{:.7g}", value / u.factor);
        std::size_t const digits = text.size();
        if (best.empty() || digits < best_digits) {
            best_digits = digits;
            best = u.name.empty() ? text : fmt::format("{} {}", text, u.name);
        }
    }
    return best;
}

std::string format_quantity(SimDuration time) {
    return format_quantity(to_s(time), Dimension::time);
}

std::string_view si_unit(Dimension dimension) {
    return info(dimension).si;
}

Quantity parse_quantity(std::string_view text, Dimension dimension) {
    text = trim(text);
    double value = 0.0;
    auto const* begin = text.data();
    auto const* end = text.data() + text.size();
    auto const [rest, error] = std::from_chars(begin, end, value);
    if (error != std::errc{} || !std::isfinite(value)) {
        return {0.0, fmt::format("'{}' is not a number with a unit", text)};
    }
    auto const unit = trim({rest, static_cast<std::size_t>(end - rest)});
    auto const d = info(dimension);
    if (unit.empty()) {
        if (d.bare_number) {
            return {value, {}};
        }
        return {0.0, fmt::format("'{}' has no unit", text)};
    }
    auto const found = [&unit](std::span<Unit const> units) {
        return std::find_if(units.begin(), units.end(),
                            [&unit](Unit const& u) { return !u.name.empty() && u.name == unit; });
    };
    if (auto const u = found(d.units); u != d.units.end()) {
        return {value * u->factor, {}};
    }
    if (dimension == Dimension::level_dbuv) {
        std::span<Unit const> const volts = kVoltage;
        if (auto const u = found(volts); u != volts.end() && value > 0.0) {
            return {20.0 * std::log10(value * u->factor / 1e-6), {}};
        }
    }
    if (dimension == Dimension::level_dbm) {
        std::span<Unit const> const watts = kRadioPower;
        if (auto const u = found(watts); u != watts.end() && value > 0.0) {
            return {10.0 * std::log10(value * u->factor / 1e-3), {}};
        }
    }
    return {0.0, fmt::format("'{}' has the wrong unit '{}'", text, unit)};
}

} // namespace gridtwin
