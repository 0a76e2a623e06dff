#pragma once
// The COSEM objects of the modelled meter: what a client finds in it, under which names.
#include "models/wire/dlms/obis.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace gridtwin::wire::dlms {

/// Interface classes (IEC 62056-6-2).
enum class ClassId : std::uint16_t {
    data = 1,
    register_ = 3,
    profile_generic = 7,
    clock = 8,
    association_ln = 15,
    image_transfer = 18,
    activity_calendar = 20,
    push_setup = 40,
    disconnect_control = 70,
    limiter = 71,
    credit = 112,
};

/// Attribute 3 of a register: value = number * 10^scaler in the unit.
struct ScalerUnit {
    std::int8_t scaler = 0;
    std::uint8_t unit = 255; ///< 30 Wh, 32 varh, 255 none

    friend bool operator==(ScalerUnit const&, ScalerUnit const&) = default;
};
inline constexpr std::uint8_t kUnitWh = 30;
inline constexpr std::uint8_t kUnitVarh = 32;

/// One row of objects that differ by the tariff in group E only.
struct MeterObject {
    Obis name;
    ClassId class_id = ClassId::data;
    std::uint8_t version = 0;
    std::uint8_t attributes = 0;  ///< numbered from 1
    std::uint8_t methods = 0;     ///< numbered from 1
    std::uint8_t last_tariff = 0; ///< group E goes from name.e to this
    ScalerUnit scaler_unit;       ///< of registers
    std::string_view what;
    std::string_view source; ///< of the name, the class and its numbers
};

inline constexpr std::uint8_t kTariffs = 8; ///< beside the total, as models/wire/meter_data.hpp

inline constexpr Obis kClockName{0, 0, 1, 0, 0, 255};
inline constexpr Obis kImportName{1, 0, 1, 8, 0, 255};
inline constexpr Obis kExportName{1, 0, 2, 8, 0, 255};
inline constexpr Obis kBillingProfileName{1, 0, 99, 1, 0, 255};
inline constexpr Obis kLoadProfileName{1, 0, 99, 2, 0, 255};
inline constexpr Obis kEventLogName{0, 0, 99, 98, 0, 255};
inline constexpr Obis kDisconnectName{0, 0, 96, 3, 10, 255};
inline constexpr Obis kLimiterName{0, 0, 17, 0, 0, 255};
inline constexpr Obis kCalendarName{0, 0, 13, 0, 0, 255};
inline constexpr Obis kCreditName{0, 0, 19, 10, 0, 255};
inline constexpr Obis kImageTransferName{0, 0, 44, 0, 0, 255};
inline constexpr Obis kPushSetupName{0, 0, 25, 9, 0, 255};
inline constexpr Obis kDeviceNameName{0, 0, 42, 0, 0, 255};
inline constexpr Obis kAssociationName{0, 0, 40, 0, 0, 255};

/// All of them, in the order of their names.
[[nodiscard]] std::span<MeterObject const> meter_objects();
/// Group E of a row's last name.
[[nodiscard]] constexpr std::uint8_t last_in_e(MeterObject const& row) {
    return std::max(row.last_tariff, row.name.e);
}
/// visit(row, name) with every name of every row, in their order.
template <typename Visit>
void for_each_name(Visit&& visit) {
    for (MeterObject const& row : meter_objects()) {
        auto name = row.name;
        for (int e = row.name.e; e <= last_in_e(row); ++e) {
            name.e = static_cast<std::uint8_t>(e);
            visit(row, std::as_const(name));
        }
    }
}
/// The row that has this name; nothing for a name the meter does not know.
[[nodiscard]] MeterObject const* find_object(Obis const& name);

/// Of attribute 2 of the registers: 0 for the total, 1 to 8; nothing for other objects.
[[nodiscard]] std::optional<std::uint8_t> tariff_of(Obis const& name);

} // namespace gridtwin::wire::dlms
