#pragma once
// Which part of a profile's buffer: the access selectors of class 7, attribute 2 (IEC 62056-6-2,
// 4.3.6; DLMS Blue Book, Profile generic). Each is one Data, the parameters of a SelectiveAccess.
#include "models/wire/dlms/obis.hpp"
#include "models/wire/octets.hpp"

#include <cstdint>
#include <vector>

namespace gridtwin::wire::dlms {

inline constexpr std::uint8_t kSelectByRange = 1;
inline constexpr std::uint8_t kSelectByEntry = 2;

/// A column of a profile: structure {class long-unsigned, logical name octet-string, attribute
/// integer, data index long-unsigned}.
struct CaptureObject {
    std::uint16_t class_id = 0;
    Obis instance;
    std::int8_t attribute = 0;
    std::uint16_t data_index = 0; ///< 0: all of the attribute, else the so many-th of its elements

    friend bool operator==(CaptureObject const&, CaptureObject const&) = default;
};

/// structure {column, from, to, array of columns}: rows of which that column is from .. to.
struct RangeDescriptor {
    CaptureObject restricting;
    Octets from; ///< one Data; of the clock an octet-string of 12 (date_time.hpp) or a date-time
    Octets to;   ///< included
    std::vector<CaptureObject> columns; ///< none: all

    friend bool operator==(RangeDescriptor const&, RangeDescriptor const&) = default;
};

/// structure {double-long-unsigned, double-long-unsigned, long-unsigned, long-unsigned}
struct EntryDescriptor {
    std::uint32_t from = 1;        ///< entries count from 1
    std::uint32_t to = 0;          ///< included; 0: the last there is
    std::uint16_t from_column = 1; ///< columns count from 1
    std::uint16_t to_column = 0;   ///< included; 0: the last there is

    friend bool operator==(EntryDescriptor const&, EntryDescriptor const&) = default;
};

/// Append. @throws SimulationError for ends that are not one well-formed Data each
void encode(RangeDescriptor const& range, std::vector<std::byte>& out);
void encode(EntryDescriptor const& entries, std::vector<std::byte>& out);
/// Exactly one Data; ends of a range point into `octets`.
[[nodiscard]] Parsed<RangeDescriptor> decode_range(std::span<std::byte const> octets);
[[nodiscard]] Parsed<EntryDescriptor> decode_entries(std::span<std::byte const> octets);

} // namespace gridtwin::wire::dlms
