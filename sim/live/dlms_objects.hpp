#pragma once
// The COSEM objects of a simulated meter, read from its table as it stands
// (models/wire/dlms/objects.hpp names them).
#include "models/meter/table.hpp"
#include "models/wire/dlms/service_types.hpp"
#include "sim/core/civil_time.hpp"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace gridtwin::live {

/// A meter at an instant.
struct MeterView {
    meter::MeterTable const& table;
    meter::MeterSpec const& spec;
    CivilClock const& clock;
    MeterId meter{};
    SimTime now{};
};

/// One Data, or why there is none.
using Attribute = std::variant<std::vector<std::byte>, wire::dlms::DataAccessResult>;

/// Clock, logical device name, registers, profiles (dlms_profiles.hpp), disconnect control. Other
/// objects are unavailable, other attributes of these are undefined.
[[nodiscard]] Attribute read_attribute(MeterView const& view,
                                       wire::dlms::SelectedAttribute const& selected);

/// What the logical device is called: three letters of the manufacturer, the meter's number.
[[nodiscard]] std::string device_name(MeterId meter);

} // namespace gridtwin::live
