#include "models/wire/meter_data.hpp"

#include "models/wire/decode_all.hpp"
#include "models/wire/profile_block.hpp"
#include "sim/core/diagnostics.hpp"

#include <bit>

namespace gridtwin::wire {
namespace {

[[noreturn]] void refuse(MeterId meter, std::string_view what) {
    throw SimulationError(fmt::format("meter {}: {} cannot be encoded", index(meter), what));
}

void put_octet(std::uint8_t octet, std::vector<std::byte>& out) {
    out.push_back(static_cast<std::byte>(octet));
}

void put_signed(std::int64_t value, std::vector<std::byte>& out) {
    put_varint(zigzag(value), out);
}

/// A number of things of which each takes at least so many octets.
std::uint32_t read_count(Reader& reader, std::size_t most, std::size_t least_octets,
                         std::string_view what) {
    std::uint32_t const count = reader.uint32(what);
    if (count > most || count > reader.left() / least_octets) {
        reader.fail(fmt::format("{} is {}, more than can follow", what, count));
        return 0;
    }
    return count;
}

/// first + count - 1 must be a number, too.
void check_last(Reader& reader, std::uint32_t first, std::uint32_t count) {
    if (count > 0 && first > std::numeric_limits<std::uint32_t>::max() - (count - 1)) {
        reader.fail("the last number does not fit 32 bits");
    }
}

RegisterBlock read_registers(Reader& reader) {
    RegisterBlock block;
    block.meter = static_cast<MeterId>(reader.uint32("the meter"));
    block.read = from_ns(reader.signed64("the time"));
    std::uint32_t const sets =
        read_count(reader, kMaxRegisterSets, kRegisterValues, "the number of sets");
    for (std::uint32_t i = 0; i < sets && reader.ok(); ++i) {
        for (auto& value : block.sets.emplace_back()) {
            value = reader.signed64("a register");
        }
    }
    return block;
}

EventBlock read_events(Reader& reader) {
    constexpr std::size_t kLeast = 1 + 1 + 4;
    EventBlock block;
    block.meter = static_cast<MeterId>(reader.uint32("the meter"));
    block.first = reader.uint32("the first event");
    std::uint32_t const count =
        read_count(reader, kMaxLoggedEvents, kLeast, "the number of events");
    check_last(reader, block.first, count);
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        LoggedEvent event;
        event.kind = reader.octet("the kind");
        event.occurred = from_ns(reader.signed64("the time"));
        std::uint32_t bits = 0;
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bits |= static_cast<std::uint32_t>(reader.octet("the value")) << shift;
        }
        event.value = std::bit_cast<float>(bits);
        block.events.push_back(event);
    }
    return block;
}

LoadBlock read_load(Reader& reader) {
    LoadBlock block;
    block.meter = static_cast<MeterId>(reader.uint32("the meter"));
    block.first_interval = reader.uint32("the first interval");
    block.channels = reader.octet("the channels");
    if (block.channels >= 1U << kLoadChannels) {
        reader.fail("channels that there are none of");
    }
    auto const width = static_cast<std::size_t>(std::popcount(block.channels));
    std::uint32_t const count =
        read_count(reader, width == 0 ? 0 : kMaxBlockRows, width + 1, "the number of rows");
    check_last(reader, block.first_interval, count);
    LoadRow row;
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        for (std::size_t c = 0; c < kLoadChannels; ++c) {
            if ((block.channels >> c & 1U) != 0) {
                row.value[c] = reader.step(row.value[c], reader.varint("a value"), "a value");
            }
        }
        row.status = reader.octet("the status");
        block.rows.push_back(row);
    }
    return block;
}

ParameterSetting read_parameter(Reader& reader) {
    ParameterSetting setting;
    setting.parameter = reader.octet("the parameter");
    std::uint8_t const delayed = reader.octet("whether it is for later");
    if (delayed > 1) {
        reader.fail("neither now nor later");
    }
    setting.delayed = delayed == 1;
    setting.value_milli = reader.signed64("the value");
    setting.effective = setting.delayed ? from_ns(reader.signed64("the time")) : SimTime{};
    return setting;
}

} // namespace

void encode(RegisterBlock const& block, std::vector<std::byte>& out) {
    if (block.sets.size() > kMaxRegisterSets) {
        refuse(block.meter, "so many tariffs");
    }
    put_varint(index(block.meter), out);
    put_signed(to_ns(block.read), out);
    put_varint(block.sets.size(), out);
    for (auto const& set : block.sets) {
        for (auto const value : set) {
            put_signed(value, out);
        }
    }
}

void encode(EventBlock const& block, std::vector<std::byte>& out) {
    if (block.events.size() > kMaxLoggedEvents) {
        refuse(block.meter, "so long a log");
    }
    put_varint(index(block.meter), out);
    put_varint(block.first, out);
    put_varint(block.events.size(), out);
    for (auto const& event : block.events) {
        put_octet(event.kind, out);
        put_signed(to_ns(event.occurred), out);
        auto const bits = std::bit_cast<std::uint32_t>(event.value);
        for (unsigned shift = 0; shift < 32; shift += 8) {
            put_octet(static_cast<std::uint8_t>(bits >> shift), out);
        }
    }
}

void encode(LoadBlock const& block, std::vector<std::byte>& out) {
    if (block.channels >= 1U << kLoadChannels || block.rows.size() > kMaxBlockRows ||
        (block.channels == 0 && !block.rows.empty())) {
        refuse(block.meter, "such a profile");
    }
    put_varint(index(block.meter), out);
    put_varint(block.first_interval, out);
    put_octet(block.channels, out);
    put_varint(block.rows.size(), out);
    LoadRow before;
    for (auto const& row : block.rows) {
        for (std::size_t c = 0; c < kLoadChannels; ++c) {
            if ((block.channels >> c & 1U) != 0) {
                put_signed(std::int64_t{row.value[c]} - before.value[c], out);
            }
        }
        put_octet(row.status, out);
        before = row;
    }
}

void encode(ParameterSetting const& setting, std::vector<std::byte>& out) {
    put_octet(setting.parameter, out);
    put_octet(setting.delayed ? 1 : 0, out);
    put_signed(setting.value_milli, out);
    if (setting.delayed) {
        put_signed(to_ns(setting.effective), out);
    }
}

Decoded<RegisterBlock> decode_registers(std::span<std::byte const> octets) {
    return decode_all<RegisterBlock>(octets, read_registers);
}

Decoded<EventBlock> decode_events(std::span<std::byte const> octets) {
    return decode_all<EventBlock>(octets, read_events);
}

Decoded<LoadBlock> decode_load(std::span<std::byte const> octets) {
    return decode_all<LoadBlock>(octets, read_load);
}

Decoded<ParameterSetting> decode_parameters(std::span<std::byte const> octets) {
    return decode_all<ParameterSetting>(octets, read_parameter);
}

} // namespace gridtwin::wire
