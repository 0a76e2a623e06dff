#pragma once
// The types of COSEM Data (IEC 62056-6-2, 4.1.5; DLMS Blue Book).
#include <cstdint>
#include <optional>
#include <string_view>

namespace gridtwin::wire::dlms {

/// The octet that each Data begins with.
enum class Tag : std::uint8_t {
    null_data = 0,
    array = 1,
    structure = 2,
    boolean = 3,
    bit_string = 4,
    double_long = 5,          ///< 32 bits, signed
    double_long_unsigned = 6, ///< 32 bits
    octet_string = 9,
    visible_string = 10,
    utf8_string = 12,
    bcd = 13,           ///< 8 bits
    integer = 15,       ///< 8 bits, signed
    long_integer = 16,  ///< 16 bits, signed ("long")
    unsigned8 = 17,     ///< 8 bits ("unsigned")
    long_unsigned = 18, ///< 16 bits
    compact_array = 19,
    long64 = 20,
    long64_unsigned = 21,
    enumerated = 22, ///< 8 bits ("enum")
    float32 = 23,
    float64 = 24,
    date_time = 25, ///< 12 octets
    date = 26,      ///< 5 octets
    time = 27,      ///< 4 octets
    dont_care = 255,
};

/// The standard's name, "double-long-unsigned"; nothing for a number that is no type of Data here:
/// floating-point (7) is withdrawn, delta types (28 to 33) are not supported.
[[nodiscard]] std::optional<std::string_view> name(Tag tag);

/// What follows the tag: so many octets; nothing for those that have a length or elements.
[[nodiscard]] std::optional<unsigned> fixed_octets(Tag tag);

} // namespace gridtwin::wire::dlms
