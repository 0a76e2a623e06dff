#include "models/wire/profile_block.hpp"

#include "models/wire/decode_all.hpp"
#include "models/wire/varint.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <limits>

namespace gridtwin::wire {
namespace {

ProfileBlock read_block(Reader& reader) {
    constexpr std::size_t kLeastRowOctets = 3;
    ProfileBlock block;
    block.meter = static_cast<MeterId>(reader.uint32("the meter"));
    block.first_interval = reader.uint32("the first interval");
    std::uint32_t const count = reader.uint32("the number of rows");
    if (count > kMaxBlockRows || count > reader.left() / kLeastRowOctets) {
        reader.fail(fmt::format("{} rows announced, more than can follow", count));
        return block;
    }
    if (count > 0 &&
        block.first_interval > std::numeric_limits<std::uint32_t>::max() - (count - 1)) {
        reader.fail("the last interval does not fit 32 bits");
        return block;
    }
    block.rows.reserve(count);
    ProfileRow row;
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        row.import_mwh =
            reader.step(row.import_mwh, reader.varint("active energy"), "active energy");
        row.import_mvarh =
            reader.step(row.import_mvarh, reader.varint("reactive energy"), "reactive energy");
        std::uint64_t const voltage = reader.varint("the voltage");
        row.voltage_dv = reader.step(row.voltage_dv, voltage >> 1, "the voltage");
        if ((voltage & 1) != 0) {
            std::uint8_t const status = reader.octet("the status");
            if (status == row.status) {
                reader.fail("a status repeats the one before");
            }
            row.status = status;
        }
        block.rows.push_back(row);
    }
    return block;
}

void put_row(ProfileRow const& row, ProfileRow const& before, std::vector<std::byte>& out) {
    put_varint(zigzag(std::int64_t{row.import_mwh} - before.import_mwh), out);
    put_varint(zigzag(std::int64_t{row.import_mvarh} - before.import_mvarh), out);
    bool const changed = row.status != before.status;
    put_varint((zigzag(std::int64_t{row.voltage_dv} - before.voltage_dv) << 1) |
                   static_cast<std::uint64_t>(changed),
               out);
    if (changed) {
        out.push_back(static_cast<std::byte>(row.status));
    }
}

void put_head(MeterId meter, std::uint32_t first_interval, std::size_t rows,
              std::vector<std::byte>& out) {
    put_varint(index(meter), out);
    put_varint(first_interval, out);
    put_varint(rows, out);
}

} // namespace

void encode(MeterId meter, std::uint32_t first_interval, std::span<ProfileRow const> rows,
            std::vector<std::byte>& out) {
    if (rows.size() > kMaxBlockRows) {
        throw SimulationError(fmt::format("meter {}: a profile block of {} rows; at most {}",
                                          index(meter), rows.size(), kMaxBlockRows));
    }
    if (!rows.empty() &&
        first_interval > std::numeric_limits<std::uint32_t>::max() - (rows.size() - 1)) {
        throw SimulationError(fmt::format("meter {}: {} rows from interval {} do not fit 32 bits",
                                          index(meter), rows.size(), first_interval));
    }
    put_head(meter, first_interval, rows.size(), out);
    ProfileRow before;
    for (ProfileRow const& row : rows) {
        put_row(row, before, out);
        before = row;
    }
}

void encode(ProfileBlock const& block, std::vector<std::byte>& out) {
    encode(block.meter, block.first_interval, block.rows, out);
}

std::size_t rows_within(ProfileBlock const& block, std::size_t octets) {
    std::vector<std::byte> head;
    std::vector<std::byte> row;
    std::size_t of_rows = 0;
    ProfileRow before;
    for (std::size_t k = 0; k < block.rows.size(); ++k) {
        row.clear();
        put_row(block.rows[k], before, row);
        before = block.rows[k];
        of_rows += row.size();
        head.clear();
        put_head(block.meter, block.first_interval, k + 1, head); // its length depends on the count
        if (head.size() + of_rows > octets) {
            return k;
        }
    }
    return block.rows.size();
}

DecodedBlocks decode(std::span<std::byte const> octets) {
    return decode_all<ProfileBlock>(octets, read_block);
}

} // namespace gridtwin::wire
