#include "sim/live/dlms_profiles.hpp"

#include "models/meter/event_log.hpp"
#include "models/meter/load_profile.hpp"
#include "models/wire/dlms/data_reader.hpp"
#include "models/wire/dlms/objects.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <variant>

namespace gridtwin::live {

namespace dlms = wire::dlms;

namespace {

using dlms::DataAccessResult;

/// Attribute 2 of an object.
dlms::CaptureObject column(dlms::ClassId class_id, dlms::Obis name) {
    return {.class_id = static_cast<std::uint16_t>(class_id), .instance = name, .attribute = 2};
}

/// Energy of the interval as the registers' attribute 2, its difference.
Profile billing_profile(MeterView const& view) {
    auto const last = view.table.last_closed[index(view.meter)];
    auto const rows = view.table.profile_rows;
    auto const interval = view.spec.interval;
    return {.first = last > rows ? last - rows + 1 : 1,
            .last = last,
            .most = rows,
            .period_s = static_cast<std::uint32_t>(to_s(interval)),
            .columns = {column(dlms::ClassId::clock, dlms::kClockName),
                        column(dlms::ClassId::data, {0, 0, 96, 10, 1, 255}),
                        column(dlms::ClassId::register_, {1, 0, 16, 29, 0, 255}),
                        column(dlms::ClassId::register_, {1, 0, 130, 29, 0, 255}),
                        column(dlms::ClassId::register_, {1, 0, 12, 27, 0, 255})},
            .shown = [interval](std::uint32_t k) { return kStart + interval * k; },
            .write =
                [&table = view.table, of = view.meter](std::uint32_t k, dlms::Writer& writer) {
                    auto const row = *meter::find_row(table, of, k);
                    writer.unsigned8(row.status)
                        .integer32(row.import_mwh)
                        .integer32(row.import_mvarh)
                        .unsigned16(row.voltage_dv);
                }};
}

/// Its channels, those that are kept: energy mWh, power W, current mA, voltage mV, frequency mHz.
std::optional<Profile> second_profile(MeterView const& view) {
    auto const& profiles = view.table.profiles;
    auto const m = index(view.meter);
    if (!profiles.kept_by(m)) {
        return std::nullopt;
    }
    auto const& spec = profiles.classes[profiles.of_meter[m]];
    auto const last = profiles.last_closed[profiles.slot[m]];
    constexpr std::array<dlms::Obis, meter::kProfileChannels> kNames{{{1, 0, 16, 29, 0, 255},
                                                                      {1, 0, 16, 27, 0, 255},
                                                                      {1, 0, 11, 27, 0, 255},
                                                                      {1, 0, 12, 27, 0, 255},
                                                                      {1, 0, 14, 27, 0, 255}}};
    Profile profile{
        .first = last > spec.rows ? last - spec.rows + 1 : 1,
        .last = last,
        .most = spec.rows,
        .period_s = static_cast<std::uint32_t>(to_s(spec.interval)),
        .columns = {column(dlms::ClassId::clock, dlms::kClockName),
                    column(dlms::ClassId::data, {0, 0, 96, 10, 2, 255})},
        .shown = [interval = spec.interval](std::uint32_t k) { return kStart + interval * k; },
        .write = {}};
    for (std::size_t c = 0; c < kNames.size(); ++c) {
        if (((spec.channels >> c) & 1U) != 0) {
            profile.columns.push_back(column(dlms::ClassId::register_, kNames[c]));
        }
    }
    profile.write = [&profiles, of = view.meter, channels = spec.channels](std::uint32_t k,
                                                                           dlms::Writer& writer) {
        auto const row = *meter::find_row(profiles, of, k);
        writer.unsigned8(row.status);
        for (std::size_t c = 0; c < row.value.size(); ++c) {
            if (((channels >> c) & 1U) != 0) {
                writer.integer32(row.value[c]);
            }
        }
    };
    return profile;
}

/// Event code (EventKind) and its value.
std::optional<Profile> event_log(MeterView const& view) {
    auto const& logs = view.table.logs;
    if (!logs.kept()) {
        return std::nullopt;
    }
    auto const last = logs.count[index(view.meter)];
    auto const entry = [&logs, of = view.meter](std::uint32_t k) {
        return meter::read_log(logs, of, k, 1).events.front();
    };
    return Profile{.first = last > logs.rows ? last - logs.rows + 1 : 1,
                   .last = last,
                   .most = logs.rows,
                   .period_s = 0,
                   .columns = {column(dlms::ClassId::clock, dlms::kClockName),
                               column(dlms::ClassId::data, {0, 0, 96, 11, 0, 255}),
                               column(dlms::ClassId::data, {0, 0, 96, 11, 1, 255})},
                   .shown = [entry](std::uint32_t k) { return entry(k).occurred; },
                   .write =
                       [entry](std::uint32_t k, dlms::Writer& writer) {
                           auto const event = entry(k);
                           writer.unsigned8(event.kind).float32(event.value);
                       }};
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

using Rows = std::vector<std::uint32_t>;

Rows all_rows(Profile const& profile) {
    Rows rows;
    for (auto k = profile.first; k <= profile.last; ++k) {
        rows.push_back(k);
    }
    return rows;
}

std::variant<Rows, DataAccessResult> select_range(MeterView const& view, Profile const& profile,
                                                  wire::Octets parameters) {
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
    Rows rows = all_rows(profile);
    std::erase_if(rows, [&](std::uint32_t k) { // a log's clock may have been set back
        auto const at = key_of(shown_as(view, profile.shown(k)), 0);
        return at < key_of(*from, 0) || at > key_of(*to, kLast);
    });
    return rows;
}

std::variant<Rows, DataAccessResult> select_entries(Profile const& profile,
                                                    wire::Octets parameters) {
    auto const entries = dlms::decode_entries(parameters);
    if (!entries.ok()) {
        return DataAccessResult::type_unmatched;
    }
    auto const& e = entries.value;
    if (e.from == 0 || e.from_column != 1 ||
        (e.to_column != 0 && e.to_column != profile.columns.size())) {
        return DataAccessResult::scope_of_access_violated;
    }
    Rows rows = all_rows(profile);
    if (e.to != 0 && e.to < rows.size()) {
        rows.resize(e.to);
    }
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(
                                                std::min<std::size_t>(e.from - 1U, rows.size())));
    return rows;
}

Attribute read_buffer(MeterView const& view, Profile const& profile,
                      std::optional<dlms::SelectiveAccess> const& access) {
    std::variant<Rows, DataAccessResult> selected;
    if (!access) {
        selected = all_rows(profile);
    } else if (access->selector == dlms::kSelectByRange) {
        selected = select_range(view, profile, access->parameters);
    } else if (access->selector == dlms::kSelectByEntry) {
        selected = select_entries(profile, access->parameters);
    } else {
        return DataAccessResult::scope_of_access_violated;
    }
    if (auto const* refused = std::get_if<DataAccessResult>(&selected)) {
        return *refused;
    }
    auto const& rows = std::get<Rows>(selected);
    std::vector<std::byte> out;
    dlms::Writer writer(out);
    writer.array(static_cast<std::uint32_t>(rows.size()));
    for (auto const k : rows) {
        writer.structure(static_cast<std::uint32_t>(profile.columns.size()));
        dlms::write(shown_as(view, profile.shown(k)), writer);
        profile.write(k, writer);
    }
    return out;
}

} // namespace

dlms::DateTime shown_as(MeterView const& view, SimTime shown) {
    return dlms::date_time(view.clock.at(shown));
}

std::optional<Profile> find_profile(MeterView const& view, dlms::Obis const& name) {
    if (name == dlms::kBillingProfileName) {
        return billing_profile(view);
    }
    if (name == dlms::kLoadProfileName) {
        return second_profile(view);
    }
    return name == dlms::kEventLogName ? event_log(view) : std::nullopt;
}

Attribute read_profile(MeterView const& view, Profile const& profile,
                       dlms::SelectedAttribute const& selected) {
    if (selected.attribute.attribute == 2) {
        return read_buffer(view, profile, selected.access);
    }
    std::vector<std::byte> out;
    dlms::Writer writer(out);
    switch (selected.attribute.attribute) {
    case 3:
        writer.array(static_cast<std::uint32_t>(profile.columns.size()));
        for (auto const& one : profile.columns) {
            writer.structure(4)
                .unsigned16(one.class_id)
                .octet_string(dlms::octets_of(one.instance))
                .integer8(one.attribute)
                .unsigned16(one.data_index);
        }
        return out;
    case 4:
        writer.unsigned32(profile.period_s);
        return out;
    case 7:
        writer.unsigned32(profile.count());
        return out;
    case 8:
        writer.unsigned32(profile.most);
        return out;
    default:
        return DataAccessResult::object_undefined;
    }
}

} // namespace gridtwin::live
