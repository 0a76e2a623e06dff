#include "models/wire/dlms/objects.hpp"

#include <algorithm>
#include <array>

namespace gridtwin::wire::dlms {
namespace {

constexpr std::string_view kNames = "IEC 62056-6-1, IEC 62056-6-2";
constexpr std::string_view kRegister = "IEC 62056-6-1 (electricity, D 8: time integral 1; E: "
                                       "tariff), IEC 62056-6-2";

// Registers hold mWh and mvarh: the scaler is an assumption that follows from them (docs/units.md).
constexpr ScalerUnit kMilliWh{-3, kUnitWh};
constexpr ScalerUnit kMilliVarh{-3, kUnitVarh};

constexpr MeterObject energy(std::uint8_t quantity, ScalerUnit unit, std::string_view what) {
    return {.name = {1, 0, quantity, 8, 0, 255},
            .class_id = ClassId::register_,
            .version = 0,
            .attributes = 3,
            .methods = 1,
            .last_tariff = kTariffs,
            .scaler_unit = unit,
            .what = what,
            .source = kRegister};
}

constexpr MeterObject object(Obis name, ClassId class_id, std::uint8_t version,
                             std::uint8_t attributes, std::uint8_t methods, std::string_view what) {
    return {.name = name,
            .class_id = class_id,
            .version = version,
            .attributes = attributes,
            .methods = methods,
            .last_tariff = 0,
            .scaler_unit = {},
            .what = what,
            .source = kNames};
}

constexpr std::array kObjects = {
    object(kClockName, ClassId::clock, 0, 9, 6, "clock"),
    object(kCalendarName, ClassId::activity_calendar, 0, 10, 1, "activity calendar"),
    object(kLimiterName, ClassId::limiter, 0, 11, 0, "limiter"),
    object(kCreditName, ClassId::credit, 0, 11, 3, "credit"),
    object(kPushSetupName, ClassId::push_setup, 0, 7, 1, "push setup"),
    object(kAssociationName, ClassId::association_ln, 1, 9, 4, "association LN"),
    object(kDeviceNameName, ClassId::data, 0, 2, 0, "COSEM logical device name"),
    object(kImageTransferName, ClassId::image_transfer, 0, 7, 4, "image transfer"),
    object(kDisconnectName, ClassId::disconnect_control, 0, 4, 2, "disconnect control"),
    object(kEventLogName, ClassId::profile_generic, 1, 8, 2, "event log"),
    energy(1, kMilliWh, "active energy, import"),
    energy(2, kMilliWh, "active energy, export"),
    energy(5, kMilliVarh, "reactive energy, quadrant I"),
    energy(6, kMilliVarh, "reactive energy, quadrant II"),
    energy(7, kMilliVarh, "reactive energy, quadrant III"),
    energy(8, kMilliVarh, "reactive energy, quadrant IV"),
    object(kBillingProfileName, ClassId::profile_generic, 1, 8, 2, "billing profile"),
    object(kLoadProfileName, ClassId::profile_generic, 1, 8, 2, "load profile"),
};
static_assert(std::ranges::is_sorted(kObjects, {}, &MeterObject::name));

} // namespace

std::span<MeterObject const> meter_objects() {
    return kObjects;
}

MeterObject const* find_object(Obis const& name) {
    auto const after = std::ranges::upper_bound(kObjects, name, {}, &MeterObject::name);
    if (after == kObjects.begin()) {
        return nullptr;
    }
    MeterObject const& object = *std::prev(after);
    Obis first = name;
    first.e = object.name.e;
    return first == object.name && name.e >= object.name.e && name.e <= last_in_e(object) ? &object
                                                                                          : nullptr;
}

std::optional<std::uint8_t> tariff_of(Obis const& name) {
    auto const* object = find_object(name);
    return object != nullptr && object->class_id == ClassId::register_ ? std::optional(name.e)
                                                                       : std::nullopt;
}

} // namespace gridtwin::wire::dlms
