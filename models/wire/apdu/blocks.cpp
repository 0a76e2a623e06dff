// The values of profiles, registers and logs, as a meter's answer holds them.
#include "models/wire/apdu/parts.hpp"
#include "models/wire/apdu/told.hpp"
#include "models/wire/meter_data.hpp"
#include "models/wire/profile_block.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace gridtwin::wire::apdu {
namespace {

using namespace dlms;

/// The one block that an answer holds.
template <typename Block>
Block one_block(Message const& message, Decoded<Block> decoded) {
    if (!decoded.ok() || decoded.blocks.size() != 1 || decoded.blocks[0].meter != message.meter) {
        throw SimulationError(
            fmt::format("a meter answers with one block of its own, not with {}{}",
                        decoded.blocks.size(), decoded.problem));
    }
    return std::move(decoded.blocks[0]);
}

// --- rows with a time ----------------------------------------------------------------------------

/// Columns beside the clock: status, values. No rows: one that says where they would begin.
template <typename Write>
void put_rows(Writer& writer, std::uint32_t first, std::size_t rows, std::uint32_t columns,
              SimDuration length, Context const& context, Write write_row) {
    writer.array(static_cast<std::uint32_t>(std::max<std::size_t>(rows, 1)));
    for (std::size_t row = 0; row < std::max<std::size_t>(rows, 1); ++row) {
        writer.structure(1 + columns);
        if (row == 0) {
            write_time(end_of_interval(first, length), context, writer);
        } else {
            writer.null();
        }
        if (rows > 0) {
            write_row(row);
            continue;
        }
        for (std::uint32_t column = 0; column < columns; ++column) {
            writer.null();
        }
    }
}

/// @param add(): reads the columns beside the clock
template <typename Add>
std::uint32_t read_rows(Reader& reader, std::uint32_t columns, SimDuration length,
                        Context const& context, Add add) {
    std::uint32_t const rows = reader.array("the rows");
    std::uint32_t first = 0;
    for (std::uint32_t row = 0; row < rows && reader.ok(); ++row) {
        reader.structure(1 + columns, "a row");
        if (row == 0) {
            first = interval_ended(read_time(reader, context, "the row's time"), length, reader);
        } else {
            reader.null("the time of a row that follows");
        }
        if (rows == 1 && reader.peek() == Tag::null_data) {
            reader.skip_rest();
        } else {
            add();
        }
    }
    return first;
}

void put_profile(Message const& message, Context const& context, std::vector<std::byte>& out) {
    auto const block = one_block(message, wire::decode(message.payload));
    Writer writer(out);
    put_rows(writer, block.first_interval, block.rows.size(), 4, context.profile, context,
             [&](std::size_t k) {
                 auto const& row = block.rows[k];
                 writer.unsigned8(row.status)
                     .integer32(row.import_mwh)
                     .integer32(row.import_mvarh)
                     .unsigned16(row.voltage_dv);
             });
}

void read_profile(Reader& reader, Context const& context, Message& message) {
    ProfileBlock block{.meter = message.meter, .first_interval = 0, .rows = {}};
    block.first_interval = read_rows(reader, 4, context.profile, context, [&] {
        ProfileRow row;
        row.status = reader.unsigned8("the status");
        row.import_mwh = reader.integer32("the active energy");
        row.import_mvarh = reader.integer32("the reactive energy");
        row.voltage_dv = reader.unsigned16("the voltage");
        block.rows.push_back(row);
    });
    message.value = block.first_interval;
    message.count = static_cast<std::uint32_t>(block.rows.size());
    if (reader.ok()) {
        wire::encode(block, message.payload);
    }
}

void put_load(Message const& message, Context const& context, std::vector<std::byte>& out) {
    auto const block = one_block(message, decode_load(message.payload));
    Writer writer(out);
    if (block.channels == 0) {
        writer.array(0);
        return;
    }
    if (block.channels != context.load_channels) {
        throw SimulationError("a meter tells other channels of its second profile than it keeps");
    }
    auto const columns = static_cast<std::uint32_t>(1 + std::popcount(block.channels));
    put_rows(writer, block.first_interval, block.rows.size(), columns, context.load, context,
             [&](std::size_t k) {
                 writer.unsigned8(block.rows[k].status);
                 for (std::size_t channel = 0; channel < kLoadChannels; ++channel) {
                     if ((block.channels >> channel & 1U) != 0) {
                         writer.integer32(block.rows[k].value[channel]);
                     }
                 }
             });
}

void read_load(Reader& reader, Context const& context, Message& message) {
    LoadBlock block{.meter = message.meter, .first_interval = 1, .channels = 0, .rows = {}};
    Reader ahead = reader;
    if (ahead.array("the rows") == 0) {
        (void)reader.array("the rows");
    } else {
        block.channels = context.load_channels;
        auto const columns = static_cast<std::uint32_t>(1 + std::popcount(block.channels));
        block.first_interval = read_rows(reader, columns, context.load, context, [&] {
            LoadRow row;
            row.status = reader.unsigned8("the status");
            for (std::size_t channel = 0; channel < kLoadChannels; ++channel) {
                if ((block.channels >> channel & 1U) != 0) {
                    row.value[channel] = reader.integer32("a value");
                }
            }
            block.rows.push_back(row);
        });
    }
    message.value = block.first_interval;
    message.count = static_cast<std::uint32_t>(block.rows.size());
    if (reader.ok()) {
        wire::encode(block, message.payload);
    }
}

// --- registers and logs --------------------------------------------------------------------------

void put_registers(Message const& message, Context const& context, std::vector<std::byte>& out) {
    auto const block = one_block(message, decode_registers(message.payload));
    Writer writer(out);
    writer.structure(static_cast<std::uint32_t>(1 + kRegisterValues * block.sets.size()));
    write_time(block.read, context, writer);
    for (auto const& set : block.sets) {
        for (auto const value : set) {
            writer.integer64(value);
        }
    }
}

void read_registers(Reader& reader, Context const& context, Message& message) {
    auto const all = reader.expect(Tag::structure, "the registers").count;
    RegisterBlock block{.meter = message.meter, .read = {}, .sets = {}};
    block.read = read_time(reader, context, "when they were read");
    if (reader.ok() && (all - 1) % kRegisterValues != 0) {
        reader.fail("values that are no whole sets");
    }
    block.sets.resize(reader.ok() ? (all - 1) / kRegisterValues : 0);
    for (auto& set : block.sets) {
        for (auto& value : set) {
            value = reader.integer64("a register");
        }
    }
    message.count = static_cast<std::uint32_t>(block.sets.size());
    if (reader.ok()) {
        wire::encode(block, message.payload);
    }
}

void put_events(Message const& message, Context const& context, std::vector<std::byte>& out) {
    auto const block = one_block(message, decode_events(message.payload));
    Writer writer(out);
    writer.array(static_cast<std::uint32_t>(std::max<std::size_t>(block.events.size(), 1)));
    if (block.events.empty()) {
        writer.structure(4).unsigned32(block.first).null().null().null();
    }
    for (std::size_t k = 0; k < block.events.size(); ++k) {
        auto const& event = block.events[k];
        writer.structure(4);
        if (k == 0) {
            writer.unsigned32(block.first);
        } else {
            writer.null();
        }
        write_time(event.occurred, context, writer);
        writer.unsigned16(event.kind).float32(event.value);
    }
}

void read_events(Reader& reader, Context const& context, Message& message) {
    EventBlock block{.meter = message.meter, .first = 0, .events = {}};
    std::uint32_t const rows = reader.array("the log");
    for (std::uint32_t row = 0; row < rows && reader.ok(); ++row) {
        reader.structure(4, "an event");
        if (row == 0) {
            block.first = reader.unsigned32("the event's number");
        } else {
            reader.null("the number of an event that follows");
        }
        if (rows == 1 && reader.peek() == Tag::null_data) {
            reader.skip_rest();
            continue;
        }
        LoggedEvent event;
        event.occurred = read_time(reader, context, "when it happened");
        auto const kind = reader.unsigned16("what happened");
        if (kind > 0xFF) {
            reader.fail(fmt::format("event {}", kind));
        }
        event.kind = static_cast<std::uint8_t>(kind);
        event.value = reader.float32("the value");
        block.events.push_back(event);
    }
    message.value = block.first;
    message.count = static_cast<std::uint32_t>(block.events.size());
    if (reader.ok()) {
        wire::encode(block, message.payload);
    }
}

} // namespace

void encode_block(Message const& message, Context const& context, std::vector<std::byte>& out) {
    switch (message.kind) {
    case MessageKind::profile:
        put_profile(message, context, out);
        return;
    case MessageKind::load:
        put_load(message, context, out);
        return;
    case MessageKind::registers:
        put_registers(message, context, out);
        return;
    default:
        put_events(message, context, out);
        return;
    }
}

std::string decode_block(std::span<std::byte const> data, Context const& context,
                         Message& message) {
    Reader reader(data);
    switch (message.kind) {
    case MessageKind::profile:
        read_profile(reader, context, message);
        break;
    case MessageKind::load:
        read_load(reader, context, message);
        break;
    case MessageKind::registers:
        read_registers(reader, context, message);
        break;
    default:
        read_events(reader, context, message);
        break;
    }
    reader.expect_end();
    return reader.problem();
}

} // namespace gridtwin::wire::apdu
