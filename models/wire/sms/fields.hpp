#pragma once
// Fields of fixed width, high octet first: the letters of a short message's content.
#include "models/wire/varint.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gridtwin::wire::sms {

inline void put_uint(std::uint64_t value, unsigned octets, std::vector<std::byte>& out) {
    while (octets > 0) {
        out.push_back(static_cast<std::byte>(value >> (8 * --octets) & 0xFFU));
    }
}

/// @param octets at most 8
inline std::uint64_t get_uint(Reader& reader, unsigned octets, std::string_view what) {
    std::uint64_t value = 0;
    for (; octets > 0; --octets) {
        value = value << 8 | reader.octet(what);
    }
    return reader.ok() ? value : 0;
}

/// An instant: nanoseconds since the scenario's start, 8 octets, signed.
inline void put_time(SimTime t, std::vector<std::byte>& out) {
    put_uint(static_cast<std::uint64_t>(to_ns(t)), 8, out);
}
inline SimTime get_time(Reader& reader, std::string_view what) {
    return from_ns(static_cast<std::int64_t>(get_uint(reader, 8, what)));
}

} // namespace gridtwin::wire::sms
