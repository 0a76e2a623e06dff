#pragma once
// Values with units as users write them ("15 min", "2400 bit/s", "40 uV"), turned once into SI.
#include "sim/core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gridtwin {

/// What a value measures. The comment is the unit a parsed value is returned in.
enum class Dimension {
    number,               ///< plain number, no unit
    fraction,             ///< 1 ("98 %" is 0.98; a plain number is taken as it is)
    time,                 ///< s
    power,                ///< W
    reactive_power,       ///< var
    apparent_power,       ///< VA
    voltage,              ///< V
    voltage_pu,           ///< pu
    current,              ///< A
    frequency,            ///< Hz
    rate,                 ///< 1/s
    length,               ///< m
    bit_rate,             ///< bit/s
    data,                 ///< octets
    level_db,             ///< dB
    level_dbuv,           ///< dBuV (a voltage such as "40 uV" is converted)
    level_dbm,            ///< dBm (a power such as "10 mW" is converted)
    attenuation,          ///< dB/m ("30 dB/km" is 0.03)
    impedance,            ///< ohm
    impedance_per_length, ///< ohm/m
    energy,               ///< Wh
};

struct Quantity {
    double value = 0.0;
    std::string problem; ///< empty when the text was understood
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// Parses "<number> <unit>"; the blank is optional. An unknown or missing unit is a problem that
/// names the units of the dimension.
[[nodiscard]] Quantity parse_quantity(std::string_view text, Dimension dimension);

/// The shortest way to write a value that parse_quantity reads back: 900 s is "15 min".
[[nodiscard]] std::string format_quantity(double value, Dimension dimension);
/// Likewise, of a time.
[[nodiscard]] std::string format_quantity(SimDuration time);

/// "time (s, ms, min, h, d)": what parse_quantity accepts, for messages and the reference.
[[nodiscard]] std::string describe(Dimension dimension);

/// The unit parse_quantity returns values in: "s", "W", "dB/m"...
[[nodiscard]] std::string_view si_unit(Dimension dimension);

} // namespace gridtwin
