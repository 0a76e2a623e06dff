#include "sim/live/dlms_objects.hpp"

#include "models/meter/reports.hpp"
#include "models/wire/dlms/data_reader.hpp"
#include "models/wire/dlms/date_time.hpp"
#include "models/wire/dlms/objects.hpp"
#include "models/wire/dlms/selective_access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace gridtwin::live {

namespace dlms = wire::dlms;

namespace {

using dlms::DataAccessResult;

constexpr std::uint16_t kColumns = 5; ///< of the billing profile: clock, status, energy, voltage

dlms::DateTime shown_as(MeterView const& view, SimTime shown) {
    return dlms::date_time(view.clock.at(shown));
}

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

/// Intervals that the billing profile holds: [first, last], none when first is above last.
struct Held {
    std::uint32_t first = 1;
    std::uint32_t last = 0;
};

Held held(MeterView const& view) {
    auto const last = view.table.last_closed[index(view.meter)];
    auto const rows = view.table.profile_rows;
    return {.first = last > rows ? last - rows + 1 : 1, .last = last};
}

SimTime end_of(MeterView const& view, std::uint32_t interval) {
    return kStart + view.spec.interval * interval; // by the meter's clock
}

using TimeKey = std::tuple<int, int, int, int, int, int>;

TimeKey key_of(dlms::DateTime const& t, int unspecified) {
    auto const field = [&](int value, int any) { return value == any ? unspecified : value; };
    constexpr int kAny = dlms::kUnspecified;
    return {
        field(t.date.year, dlms::kAnyYear), field(t.date.month, kAny),  field(t.date.day, kAny),
        field(t.time.hour, kAny),           field(t.time.minute, kAny), field(t.time.second, kAny)};
}

/// An end of a range: the clock's octet-string, or a date-time.
std::optional<dlms::DateTime> range_end(wire::Octets data) {
    dlms::Reader reader(data);
    auto const item = reader.next();
    if (!reader.ok() || (item.tag != dlms::Tag::octet_string && item.tag != dlms::Tag::date_time)) {
        return std::nullopt;
    }
    auto const time = dlms::decode_date_time(item.content);
    return time.ok() ? std::optional(time.value) : std::nullopt;
}

std::variant<Held, DataAccessResult> select_range(MeterView const& view, wire::Octets parameters) {
    auto const range = dlms::decode_range(parameters);
    if (!range.ok()) {
        return DataAccessResult::type_unmatched;
    }
    auto const from = range_end(range.value.from);
    auto const to = range_end(range.value.to);
    if (!from || !to) {
        return DataAccessResult::type_unmatched;
    }
    if (range.value.restricting.instance != dlms::kClockName || !range.value.columns.empty()) {
        return DataAccessResult::scope_of_access_violated;
    }
    constexpr int kLast = 1 << 16;
    Held const all = held(view);
    Held found{.first = 1, .last = 0};
    for (auto k = all.first; k <= all.last; ++k) {
        auto const at = key_of(shown_as(view, end_of(view, k)), 0);
        if (at >= key_of(*from, 0) && at <= key_of(*to, kLast)) {
            found.first = found.last == 0 ? k : found.first;
            found.last = k;
        }
    }
    return found;
}

std::variant<Held, DataAccessResult> select_entries(MeterView const& view,
                                                    wire::Octets parameters) {
    auto const entries = dlms::decode_entries(parameters);
    if (!entries.ok()) {
        return DataAccessResult::type_unmatched;
    }
    auto const& e = entries.value;
    if (e.from == 0 || e.from_column != 1 || (e.to_column != 0 && e.to_column != kColumns)) {
        return DataAccessResult::scope_of_access_violated;
    }
    Held const all = held(view);
    std::uint64_t const count = all.last + std::uint64_t{1} - all.first;
    std::uint64_t const to = e.to == 0 ? count : std::min<std::uint64_t>(e.to, count);
    if (e.from > to) {
        return Held{.first = 1, .last = 0};
    }
    return Held{.first = all.first + e.from - 1,
                .last = static_cast<std::uint32_t>(all.first + to - 1)};
}

Attribute read_buffer(MeterView const& view, std::optional<dlms::SelectiveAccess> const& access) {
    std::variant<Held, DataAccessResult> selected = held(view);
    if (access && access->selector == dlms::kSelectByRange) {
        selected = select_range(view, access->parameters);
    } else if (access && access->selector == dlms::kSelectByEntry) {
        selected = select_entries(view, access->parameters);
    } else if (access) {
        return DataAccessResult::scope_of_access_violated;
    }
    if (auto const* refused = std::get_if<DataAccessResult>(&selected)) {
        return *refused;
    }
    auto const rows = std::get<Held>(selected);
    std::vector<std::byte> out;
    dlms::Writer writer(out);
    writer.array(rows.last + 1 - rows.first);
    for (auto k = rows.first; k <= rows.last; ++k) {
        auto const row = *meter::find_row(view.table, view.meter, k);
        writer.structure(kColumns);
        write_time(view, end_of(view, k), writer);
        writer.unsigned8(row.status)
            .integer32(row.import_mwh)
            .integer32(row.import_mvarh)
            .unsigned16(row.voltage_dv);
    }
    return out;
}

/// What a row's columns are; energy of the interval as the registers' attribute 2, its difference.
void write_columns(dlms::Writer& writer) {
    struct Column {
        dlms::ClassId class_id;
        dlms::Obis name;
    };
    constexpr std::array<Column, kColumns> kNames{
        {{dlms::ClassId::clock, dlms::kClockName},
         {dlms::ClassId::data, {0, 0, 96, 10, 1, 255}},
         {dlms::ClassId::register_, {1, 0, 16, 29, 0, 255}},
         {dlms::ClassId::register_, {1, 0, 130, 29, 0, 255}},
         {dlms::ClassId::register_, {1, 0, 12, 27, 0, 255}}}};
    writer.array(kColumns);
    for (auto const& column : kNames) {
        writer.structure(4)
            .unsigned16(static_cast<std::uint16_t>(column.class_id))
            .octet_string(dlms::octets_of(column.name))
            .integer8(2)
            .unsigned16(0);
    }
}

Attribute read_profile(MeterView const& view, dlms::SelectedAttribute const& selected) {
    if (selected.attribute.attribute == 2) {
        return read_buffer(view, selected.access);
    }
    std::vector<std::byte> out;
    dlms::Writer writer(out);
    Held const rows = held(view);
    switch (selected.attribute.attribute) {
    case 3:
        write_columns(writer);
        return out;
    case 4:
        writer.unsigned32(static_cast<std::uint32_t>(to_s(kStart + view.spec.interval)));
        return out;
    case 7:
        writer.unsigned32(rows.last + 1 - rows.first);
        return out;
    case 8:
        writer.unsigned32(view.table.profile_rows);
        return out;
    default:
        return DataAccessResult::object_undefined;
    }
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
    if (asked.instance == dlms::kBillingProfileName) {
        return read_profile(view, selected);
    }
    if (asked.instance == dlms::kDisconnectName) {
        return read_disconnect(view, asked.attribute);
    }
    return DataAccessResult::object_unavailable;
}

} // namespace gridtwin::live
