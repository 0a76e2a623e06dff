#include "sim/live/dlms_objects.hpp"

#include "models/meter/reports.hpp"
#include "models/wire/dlms/data_reader.hpp"
#include "models/wire/dlms/date_time.hpp"
#include "models/wire/dlms/objects.hpp"
#include "sim/live/dlms_profiles.hpp"

#include <fmt/format.h>

namespace gridtwin::live {

namespace dlms = wire::dlms;

namespace {

using dlms::DataAccessResult;

void write_time(MeterView const& view, SimTime shown, dlms::Writer& writer) {
    dlms::write(shown_as(view, shown), writer);
}

/// Attribute 1 of every object.
std::vector<std::byte> logical_name(dlms::Obis const& name) {
    std::vector<std::byte> out;
    dlms::Writer(out).octet_string(dlms::octets_of(name));
    return out;
}

Attribute read_register(MeterView const& view, dlms::Obis const& name, int attribute,
                        dlms::ScalerUnit unit) {
    std::vector<std::byte> out;
    dlms::Writer writer(out);
    if (attribute == 3) {
        writer.structure(2).integer8(unit.scaler).enumerated(unit.unit);
        return out;
    }
    auto const block = meter::report_registers(view.table, view.meter);
    std::size_t const set = dlms::tariff_of(name).value_or(0);
    if (set >= block.sets.size()) {
        return DataAccessResult::object_unavailable; // a tariff it does not keep
    }
    // C 1 and 2 are import and export, 5 to 8 the quadrants.
    std::size_t const which = name.c <= 2 ? name.c - 1U : name.c - 3U;
    writer.integer64(block.sets[set][which]);
    return out;
}

Attribute read_disconnect(MeterView const& view, int attribute) {
    constexpr std::uint8_t kDisconnected = 0;
    constexpr std::uint8_t kConnected = 1;
    constexpr std::uint8_t kRemoteOnly = 4; ///< control mode: both ways, from afar alone
    bool const closed = view.table.relay_closed[index(view.meter)] != 0;
    std::vector<std::byte> out;
    dlms::Writer writer(out);
    switch (attribute) {
    case 2:
        writer.boolean(closed);
        return out;
    case 3:
        writer.enumerated(closed ? kConnected : kDisconnected);
        return out;
    case 4:
        writer.enumerated(kRemoteOnly);
        return out;
    default:
        return DataAccessResult::object_undefined;
    }
}

} // namespace

std::string device_name(MeterId meter) {
    return fmt::format("GTW{:013}", index(meter) + 1);
}

Attribute read_attribute(MeterView const& view, dlms::SelectedAttribute const& selected) {
    auto const& asked = selected.attribute;
    auto const* object = dlms::find_object(asked.instance);
    if (object == nullptr) {
        return DataAccessResult::object_undefined;
    }
    if (asked.class_id != static_cast<std::uint16_t>(object->class_id)) {
        return DataAccessResult::object_class_inconsistent;
    }
    if (asked.attribute == 1) {
        return logical_name(asked.instance);
    }
    if (selected.access && object->class_id != dlms::ClassId::profile_generic) {
        return DataAccessResult::scope_of_access_violated;
    }
    std::vector<std::byte> out;
    dlms::Writer writer(out);
    if (asked.instance == dlms::kClockName && asked.attribute == 2) {
        write_time(view, meter::shown_time(view.table, view.meter, view.now), writer);
        return out;
    }
    if (asked.instance == dlms::kDeviceNameName && asked.attribute == 2) {
        auto const text = device_name(view.meter);
        writer.octet_string(std::as_bytes(std::span(text)));
        return out;
    }
    if (object->class_id == dlms::ClassId::register_ &&
        (asked.attribute == 2 || asked.attribute == 3)) {
        return read_register(view, asked.instance, asked.attribute, object->scaler_unit);
    }
    if (auto const profile = find_profile(view, asked.instance)) {
        return read_profile(view, *profile, selected);
    }
    if (asked.instance == dlms::kDisconnectName) {
        return read_disconnect(view, asked.attribute);
    }
    return DataAccessResult::object_unavailable;
}

} // namespace gridtwin::live
