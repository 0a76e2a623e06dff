#include "models/wire/dlms/data_writer.hpp"

#include "models/wire/dlms/data_tag.hpp"
#include "models/wire/octets.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace gridtwin::wire::dlms {
namespace {

constexpr std::uint8_t octet(Tag tag) {
    return static_cast<std::uint8_t>(tag);
}

std::span<std::byte const> bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

} // namespace

void Writer::close() {
    while (depth_ > 0 && left_[depth_ - 1] == 0) {
        --depth_;
    }
}

void Writer::begin(std::uint8_t tag) {
    close();
    put_octet(tag, *out_);
    if (depth_ > 0) {
        --left_[depth_ - 1];
    }
}

bool Writer::complete() const {
    return std::all_of(left_.begin(), left_.begin() + depth_,
                       [](std::uint32_t left) { return left == 0; });
}

Writer& Writer::container(std::uint8_t tag, std::uint32_t count) {
    close();
    if (depth_ == kMaxDepth) {
        throw SimulationError(
            fmt::format("A-XDR: arrays and structures deeper than {}", kMaxDepth));
    }
    begin(tag);
    put_length(count, *out_);
    left_[depth_++] = count;
    return *this;
}

Writer& Writer::string(std::uint8_t tag, std::span<std::byte const> octets) {
    begin(tag);
    put_length(octets.size(), *out_);
    put_octets(octets, *out_);
    return *this;
}

Writer& Writer::fixed(std::uint8_t tag, std::size_t size, std::span<std::byte const> octets) {
    if (octets.size() != size) {
        throw SimulationError(
            fmt::format("A-XDR: {} octets where tag {} has {}", octets.size(), tag, size));
    }
    begin(tag);
    put_octets(octets, *out_);
    return *this;
}

Writer& Writer::null() {
    begin(octet(Tag::null_data));
    return *this;
}
Writer& Writer::dont_care() {
    begin(octet(Tag::dont_care));
    return *this;
}
Writer& Writer::boolean(bool value) {
    begin(octet(Tag::boolean));
    put_octet(value ? 1 : 0, *out_);
    return *this;
}

Writer& Writer::bit_string(std::span<std::byte const> octets, std::uint32_t bits) {
    std::size_t const size = bits / 8 + (bits % 8 == 0 ? 0 : 1);
    if (octets.size() < size) {
        throw SimulationError(
            fmt::format("A-XDR: {} octets for a bit-string of {}", octets.size(), bits));
    }
    begin(octet(Tag::bit_string));
    put_length(bits, *out_);
    put_octets(octets.first(size), *out_);
    if (bits % 8 != 0) {
        out_->back() &= static_cast<std::byte>(0xFF00U >> (bits % 8));
    }
    return *this;
}

Writer& Writer::integer8(std::int8_t value) {
    begin(octet(Tag::integer));
    put_octet(static_cast<std::uint8_t>(value), *out_);
    return *this;
}
Writer& Writer::integer16(std::int16_t value) {
    begin(octet(Tag::long_integer));
    put_uint16(static_cast<std::uint16_t>(value), *out_);
    return *this;
}
Writer& Writer::integer32(std::int32_t value) {
    begin(octet(Tag::double_long));
    put_uint32(static_cast<std::uint32_t>(value), *out_);
    return *this;
}
Writer& Writer::integer64(std::int64_t value) {
    begin(octet(Tag::long64));
    put_uint64(static_cast<std::uint64_t>(value), *out_);
    return *this;
}
Writer& Writer::unsigned8(std::uint8_t value) {
    begin(octet(Tag::unsigned8));
    put_octet(value, *out_);
    return *this;
}
Writer& Writer::unsigned16(std::uint16_t value) {
    begin(octet(Tag::long_unsigned));
    put_uint16(value, *out_);
    return *this;
}
Writer& Writer::unsigned32(std::uint32_t value) {
    begin(octet(Tag::double_long_unsigned));
    put_uint32(value, *out_);
    return *this;
}
Writer& Writer::unsigned64(std::uint64_t value) {
    begin(octet(Tag::long64_unsigned));
    put_uint64(value, *out_);
    return *this;
}
Writer& Writer::enumerated(std::uint8_t value) {
    begin(octet(Tag::enumerated));
    put_octet(value, *out_);
    return *this;
}
Writer& Writer::bcd(std::int8_t value) {
    begin(octet(Tag::bcd));
    put_octet(static_cast<std::uint8_t>(value), *out_);
    return *this;
}
Writer& Writer::float32(float value) {
    begin(octet(Tag::float32));
    put_uint32(std::bit_cast<std::uint32_t>(value), *out_);
    return *this;
}
Writer& Writer::float64(double value) {
    begin(octet(Tag::float64));
    put_uint64(std::bit_cast<std::uint64_t>(value), *out_);
    return *this;
}

Writer& Writer::octet_string(std::span<std::byte const> octets) {
    return string(octet(Tag::octet_string), octets);
}
Writer& Writer::visible_string(std::string_view text) {
    return string(octet(Tag::visible_string), bytes(text));
}
Writer& Writer::utf8_string(std::string_view text) {
    return string(octet(Tag::utf8_string), bytes(text));
}
Writer& Writer::date_time(std::span<std::byte const> octets) {
    return fixed(octet(Tag::date_time), 12, octets);
}
Writer& Writer::date(std::span<std::byte const> octets) {
    return fixed(octet(Tag::date), 5, octets);
}
Writer& Writer::time(std::span<std::byte const> octets) {
    return fixed(octet(Tag::time), 4, octets);
}
Writer& Writer::array(std::uint32_t count) {
    return container(octet(Tag::array), count);
}
Writer& Writer::structure(std::uint32_t count) {
    return container(octet(Tag::structure), count);
}

} // namespace gridtwin::wire::dlms
