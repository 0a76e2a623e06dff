#include "models/wire/octets.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace gridtwin::wire {
namespace {

void put_big_endian(std::uint64_t value, int octets, std::vector<std::byte>& out) {
    for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::byte>(value >> shift));
    }
}

} // namespace

void put_octet(std::uint32_t value, std::vector<std::byte>& out) {
    out.push_back(static_cast<std::byte>(value));
}
void put_uint16(std::uint32_t value, std::vector<std::byte>& out) {
    put_big_endian(value, 2, out);
}
void put_uint32(std::uint32_t value, std::vector<std::byte>& out) {
    put_big_endian(value, 4, out);
}
void put_uint64(std::uint64_t value, std::vector<std::byte>& out) {
    put_big_endian(value, 8, out);
}

std::size_t length_octets(std::size_t length) {
    return length < 0x80 ? 1 : length <= 0xff ? 2 : length <= 0xffff ? 3 : 5;
}

void put_length(std::size_t length, std::vector<std::byte>& out) {
    if (length > std::numeric_limits<std::uint32_t>::max()) {
        throw SimulationError(fmt::format("a length of {} has no encoding", length));
    }
    int const more = static_cast<int>(length_octets(length)) - 1;
    if (more > 0) {
        put_octet(0x80U + static_cast<unsigned>(more), out);
    }
    put_big_endian(length, more > 0 ? more : 1, out);
}

void put_octets(std::span<std::byte const> octets, std::vector<std::byte>& out) {
    out.insert(out.end(), octets.begin(), octets.end());
}

void put_element(std::uint32_t tag, std::span<std::byte const> content,
                 std::vector<std::byte>& out) {
    put_octet(tag, out);
    put_length(content.size(), out);
    put_octets(content, out);
}

void OctetReader::fail(std::string_view what) {
    fail_at(at_, what);
}

void OctetReader::fail_at(std::size_t at, std::string_view what) {
    if (ok()) {
        problem_ = fmt::format("octet {}: {}", base_ + at, what);
    }
}

void OctetReader::fail_as(std::string problem) {
    if (ok()) {
        problem_ = std::move(problem);
    }
}

int OctetReader::peek() const {
    return !ok() || at_end() ? -1 : std::to_integer<int>(octets_[at_]);
}

std::uint64_t OctetReader::integer(std::size_t octets, std::string_view what) {
    std::uint64_t value = 0;
    for (std::byte const next : take(octets, what)) {
        value = value << 8 | std::to_integer<std::uint64_t>(next);
    }
    return value;
}

std::uint8_t OctetReader::octet(std::string_view what) {
    return static_cast<std::uint8_t>(integer(1, what));
}
std::uint16_t OctetReader::uint16(std::string_view what) {
    return static_cast<std::uint16_t>(integer(2, what));
}
std::uint32_t OctetReader::uint32(std::string_view what) {
    return static_cast<std::uint32_t>(integer(4, what));
}
std::uint64_t OctetReader::uint64(std::string_view what) {
    return integer(8, what);
}
bool OctetReader::boolean(std::string_view what) {
    return octet(what) != 0;
}

std::uint32_t OctetReader::length(std::string_view what) {
    std::size_t const begin = at_;
    std::uint8_t const first = octet(what);
    if (first < 0x80) {
        return first;
    }
    unsigned const octets = first & 0x7FU;
    if (octets == 0 || octets > 4) {
        fail_at(begin, fmt::format("{} has no length of {:#04x}", what, first));
        return 0;
    }
    return static_cast<std::uint32_t>(integer(octets, what));
}

Octets OctetReader::take(std::size_t count, std::string_view what) {
    if (!ok() || count > left()) {
        // Without the numbers where they say nothing more.
        fail(count <= 8 ? fmt::format("ends within {}", what)
                        : fmt::format("{} takes {} octets, {} are left", what, count, left()));
        return {};
    }
    at_ += count;
    return octets_.subspan(at_ - count, count);
}

Octets OctetReader::string(std::string_view what) {
    std::uint32_t const octets = length(what);
    return take(octets, what);
}

OctetReader OctetReader::inner(std::string_view what) {
    Octets const content = string(what);
    return OctetReader(content, base_ + at_ - content.size());
}

std::uint32_t OctetReader::count(std::size_t least_octets, std::string_view what) {
    std::size_t const begin = at_;
    std::uint32_t const count = length(what);
    if (count > left() / least_octets) {
        fail_at(begin, fmt::format("{} is {}, more than can follow", what, count));
        return 0;
    }
    return count;
}

void OctetReader::expect_end() {
    if (ok() && left() > 0) {
        fail(fmt::format("the end was expected, {} more", left()));
    }
}

} // namespace gridtwin::wire
