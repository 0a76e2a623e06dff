#include "models/wire/dlms/data.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <bit>
#include <utility>

namespace gridtwin::wire::dlms {
namespace {

[[noreturn]] void refuse(Tag tag) {
    throw SimulationError(
        fmt::format("A-XDR: a value that {} does not hold", name(tag).value_or("no type")));
}

template <typename Value>
Value const& held(Data const& data) {
    auto const* value = std::get_if<Value>(&data.value);
    return value != nullptr ? *value : (refuse(data.tag), *value);
}

/// @param Wide int64_t or uint64_t
template <typename Narrow, typename Wide>
Narrow narrow(Data const& data) {
    Wide const wide = held<Wide>(data);
    if (!std::in_range<Narrow>(wide)) {
        refuse(data.tag);
    }
    return static_cast<Narrow>(wide);
}

std::string_view text(Data const& data) {
    auto const& octets = held<std::vector<std::byte>>(data);
    return {reinterpret_cast<char const*>(octets.data()), octets.size()};
}

void write(Data const& data, Writer& writer) {
    switch (data.tag) {
    case Tag::null_data:
        writer.null();
        return;
    case Tag::dont_care:
        writer.dont_care();
        return;
    case Tag::boolean:
        if (held<std::uint64_t>(data) > 1) {
            refuse(data.tag);
        }
        writer.boolean(held<std::uint64_t>(data) != 0);
        return;
    case Tag::bit_string:
        writer.bit_string(held<std::vector<std::byte>>(data), data.bits);
        return;
    case Tag::double_long:
        writer.integer32(narrow<std::int32_t, std::int64_t>(data));
        return;
    case Tag::double_long_unsigned:
        writer.unsigned32(narrow<std::uint32_t, std::uint64_t>(data));
        return;
    case Tag::octet_string:
        writer.octet_string(held<std::vector<std::byte>>(data));
        return;
    case Tag::visible_string:
        writer.visible_string(text(data));
        return;
    case Tag::utf8_string:
        writer.utf8_string(text(data));
        return;
    case Tag::bcd:
        writer.bcd(narrow<std::int8_t, std::int64_t>(data));
        return;
    case Tag::integer:
        writer.integer8(narrow<std::int8_t, std::int64_t>(data));
        return;
    case Tag::long_integer:
        writer.integer16(narrow<std::int16_t, std::int64_t>(data));
        return;
    case Tag::unsigned8:
        writer.unsigned8(narrow<std::uint8_t, std::uint64_t>(data));
        return;
    case Tag::long_unsigned:
        writer.unsigned16(narrow<std::uint16_t, std::uint64_t>(data));
        return;
    case Tag::long64:
        writer.integer64(held<std::int64_t>(data));
        return;
    case Tag::long64_unsigned:
        writer.unsigned64(held<std::uint64_t>(data));
        return;
    case Tag::enumerated:
        writer.enumerated(narrow<std::uint8_t, std::uint64_t>(data));
        return;
    case Tag::float32:
        writer.float32(held<float>(data));
        return;
    case Tag::float64:
        writer.float64(held<double>(data));
        return;
    case Tag::date_time:
        writer.date_time(held<std::vector<std::byte>>(data));
        return;
    case Tag::date:
        writer.date(held<std::vector<std::byte>>(data));
        return;
    case Tag::time:
        writer.time(held<std::vector<std::byte>>(data));
        return;
    case Tag::array:
    case Tag::structure: {
        auto const& elements = held<Data::Elements>(data);
        auto const count = static_cast<std::uint32_t>(elements.size());
        data.tag == Tag::array ? writer.array(count) : writer.structure(count);
        for (Data const& element : elements) {
            write(element, writer);
        }
        return;
    }
    case Tag::compact_array:
        break;
    }
    refuse(data.tag);
}

Data read(Reader& reader) {
    Item const item = reader.next();
    Data data{.tag = item.tag, .value = {}, .bits = 0};
    switch (item.tag) {
    case Tag::null_data:
    case Tag::dont_care:
        break;
    case Tag::array:
    case Tag::structure: {
        auto& elements = data.value.emplace<Data::Elements>();
        for (std::uint32_t left = item.count; left > 0 && reader.ok(); --left) {
            elements.push_back(read(reader));
        }
        break;
    }
    case Tag::boolean:
        data.value = std::uint64_t{item.content[0] == std::byte{0} ? 0U : 1U};
        break;
    case Tag::bit_string: {
        auto& octets =
            data.value.emplace<std::vector<std::byte>>(item.content.begin(), item.content.end());
        data.bits = item.count;
        if (item.count % 8 != 0) {
            octets.back() &= static_cast<std::byte>(0xFF00U >> (item.count % 8));
        }
        break;
    }
    case Tag::float32:
    case Tag::float64: {
        OctetReader cursor(item.content);
        if (item.tag == Tag::float32) {
            data.value = std::bit_cast<float>(cursor.uint32(""));
        } else {
            data.value = std::bit_cast<double>(cursor.uint64(""));
        }
        break;
    }
    case Tag::octet_string:
    case Tag::visible_string:
    case Tag::utf8_string:
    case Tag::date_time:
    case Tag::date:
    case Tag::time:
        data.value.emplace<std::vector<std::byte>>(item.content.begin(), item.content.end());
        break;
    case Tag::unsigned8:
    case Tag::enumerated:
    case Tag::long_unsigned:
    case Tag::double_long_unsigned:
        data.value = static_cast<std::uint64_t>(*integer_of(item));
        break;
    case Tag::long64_unsigned:
        data.value = OctetReader(item.content).uint64("");
        break;
    default:
        data.value = integer_of(item).value_or(0);
    }
    return data;
}

} // namespace

void encode(Data const& data, std::vector<std::byte>& out) {
    Writer writer(out);
    write(data, writer);
}

Parsed<Data> decode_data(std::span<std::byte const> octets) {
    Parsed<Data> parsed;
    Reader reader(octets);
    parsed.value = read(reader);
    reader.expect_end();
    parsed.problem = reader.problem();
    return parsed;
}

} // namespace gridtwin::wire::dlms
