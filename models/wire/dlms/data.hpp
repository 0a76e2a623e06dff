#pragma once
// COSEM Data in A-XDR (IEC 62056-6-2, 4.1.5; IEC 61334-6). A tag octet, then
//   null-data, dont-care           nothing
//   boolean                        an octet, 0 is false
//   numbers, date-time, date, time as many octets as their type has, the high one first
//   octet-, visible-, utf8-string  length in octets, the octets
//   bit-string                     length in bits, the octets they take, first bit highest
//   array, structure               number of elements, each a Data
//   compact-array                  description of an element's type (tags; array: 16 bits of
//   number,
//                                  one type; structure: number, types), length of the contents,
//                                  elements without tags; read as an array, never written
// data_writer.hpp and data_reader.hpp go value by value; the tree here is for clients and tests.
#include "models/wire/dlms/data_reader.hpp"
#include "models/wire/dlms/data_tag.hpp"
#include "models/wire/dlms/data_writer.hpp"

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace gridtwin::wire::dlms {

/// One value with all its elements.
struct Data {
    using Elements = std::vector<Data>;

    Tag tag = Tag::null_data; ///< never compact_array
    /// Nothing for null-data and dont-care; int64 for integer, long, double-long, long64 and bcd;
    /// uint64 for boolean (0 or 1), the unsigned ones and enum; octets for strings, bit-string
    /// (bits beyond its length 0) and times.
    std::variant<std::monostate, std::int64_t, std::uint64_t, float, double, std::vector<std::byte>,
                 Elements>
        value;
    std::uint32_t bits = 0; ///< of a bit-string

    [[nodiscard]] Elements const& elements() const { return std::get<Elements>(value); }
    friend bool operator==(Data const&, Data const&) = default;
};

/// Appends. @throws SimulationError for a value that is none of its type's: out of range, or held
/// as something else
void encode(Data const& data, std::vector<std::byte>& out);
/// Exactly one Data. What is allocated is at most some 100 times the octets.
[[nodiscard]] Parsed<Data> decode_data(std::span<std::byte const> octets);

} // namespace gridtwin::wire::dlms
