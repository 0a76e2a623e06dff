#include "models/wire/dlms/selective_access.hpp"

#include "models/wire/dlms/data_reader.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

namespace gridtwin::wire::dlms {
namespace {

void write(CaptureObject const& column, std::vector<std::byte>& out) {
    Writer(out)
        .structure(4)
        .unsigned16(column.class_id)
        .octet_string(octets_of(column.instance))
        .integer8(column.attribute)
        .unsigned16(column.data_index);
}

void put_end(Octets end, std::vector<std::byte>& out) {
    if (!is_data(end)) {
        throw SimulationError("DLMS: an end of a range is not one Data");
    }
    put_octets(end, out);
}

CaptureObject read_column(Reader& reader) {
    CaptureObject column;
    reader.structure(4, "a column");
    column.class_id = reader.unsigned16("the column's class");
    Octets const name = reader.octet_string("the column's logical name");
    if (reader.ok() && name.size() != 6) {
        reader.fail(fmt::format("a logical name of {} octets", name.size()));
    }
    if (reader.ok()) {
        column.instance = obis_of(name.first<6>());
    }
    column.attribute = reader.integer8("the column's attribute");
    column.data_index = reader.unsigned16("the column's data index");
    return column;
}

template <typename Selection>
Parsed<Selection> whole(Reader& reader, Selection selection) {
    reader.expect_end();
    return {.value = std::move(selection), .problem = reader.problem()};
}

} // namespace

void encode(RangeDescriptor const& range, std::vector<std::byte>& out) {
    Writer(out).structure(4);
    write(range.restricting, out);
    put_end(range.from, out);
    put_end(range.to, out);
    Writer(out).array(static_cast<std::uint32_t>(range.columns.size()));
    for (CaptureObject const& column : range.columns) {
        write(column, out);
    }
}

void encode(EntryDescriptor const& entries, std::vector<std::byte>& out) {
    Writer(out)
        .structure(4)
        .unsigned32(entries.from)
        .unsigned32(entries.to)
        .unsigned16(entries.from_column)
        .unsigned16(entries.to_column);
}

Parsed<RangeDescriptor> decode_range(std::span<std::byte const> octets) {
    Reader reader(octets);
    RangeDescriptor range;
    reader.structure(4, "a range");
    range.restricting = read_column(reader);
    range.from = reader.skip();
    range.to = reader.skip();
    for (std::uint32_t left = reader.array("the columns"); left > 0 && reader.ok(); --left) {
        range.columns.push_back(read_column(reader));
    }
    return whole(reader, std::move(range));
}

Parsed<EntryDescriptor> decode_entries(std::span<std::byte const> octets) {
    Reader reader(octets);
    EntryDescriptor entries;
    reader.structure(4, "a range of entries");
    entries.from = reader.unsigned32("the first entry");
    entries.to = reader.unsigned32("the last entry");
    entries.from_column = reader.unsigned16("the first column");
    entries.to_column = reader.unsigned16("the last column");
    return whole(reader, entries);
}

} // namespace gridtwin::wire::dlms
