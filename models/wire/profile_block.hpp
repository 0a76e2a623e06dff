#pragma once
// A meter's load profile as it travels: some consecutive intervals of one meter in a compact block.
#include "models/wire/decoded.hpp"
#include "sim/core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::wire {

/// Bits of ProfileRow::status.
inline constexpr std::uint8_t kPowerFailed = 1;  ///< without voltage during some of the interval
inline constexpr std::uint8_t kClockInvalid = 2; ///< the meter had lost its time
inline constexpr std::uint8_t kIncomplete = 4;   ///< covers less than a whole interval
inline constexpr std::uint8_t kRelayOpen = 8;    ///< relay open during some of the interval
inline constexpr std::uint8_t kClockSet = 16;    ///< the clock was set during the interval: it is
                                                 ///< shorter or longer by the shift

/// One closed interval.
struct ProfileRow {
    std::int32_t import_mwh = 0;   ///< active energy of the interval, import minus export
    std::int32_t import_mvarh = 0; ///< reactive energy of the interval, inductive > 0
    std::uint16_t voltage_dv = 0;  ///< mean voltage while there was any, 0.1 V
    std::uint8_t status = 0;

    friend bool operator==(ProfileRow const&, ProfileRow const&) = default;
};

/// Intervals first_interval, first_interval + 1, ... of one meter. Interval k (from 1) ends, by the
/// meter's own clock, k profile intervals after the scenario's start.
struct ProfileBlock {
    MeterId meter = kNone<MeterId>;
    std::uint32_t first_interval = 0;
    std::vector<ProfileRow> rows;

    friend bool operator==(ProfileBlock const&, ProfileBlock const&) = default;
};

/// More rows than this in one block are refused, in both directions: two months of quarter-hours.
inline constexpr std::uint32_t kMaxBlockRows = 6144;

/// Appends one block to `out`. Layout, all integers LEB128 varints, signed ones zigzag:
///   meter, first_interval, number of rows, then for each row
///   import_mwh and import_mvarh as differences to the row before (0 before the first),
///   2 * zigzag(difference of voltage_dv) + (1 if the status differs from the row before's),
///   and, only if it differs, the status as one octet.
/// @throws SimulationError if the block has more than kMaxBlockRows rows or its last interval does
///         not fit 32 bits
void encode(ProfileBlock const& block, std::vector<std::byte>& out);
void encode(MeterId meter, std::uint32_t first_interval, std::span<ProfileRow const> rows,
            std::vector<std::byte>& out);

/// How many of the block's rows, from the first on, make a block of at most so many octets.
[[nodiscard]] std::size_t rows_within(ProfileBlock const& block, std::size_t octets);

using DecodedBlocks = Decoded<ProfileBlock>;

/// Decodes one or several concatenated blocks; no octets are no blocks. Never reads beyond
/// `octets`, whatever they hold; every value is checked to fit its field, and varints must be the
/// shortest.
[[nodiscard]] DecodedBlocks decode(std::span<std::byte const> octets);

} // namespace gridtwin::wire
