#pragma once
// A new firmware on its way to the meters: what the image is, which of its blocks a meter lacks,
// and how far a concentrator has come. As the blocks of meter_data.hpp.
#include "models/wire/meter_data.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::wire {

/// Whatever an image says, a meter keeps no more blocks of one.
inline constexpr std::uint32_t kMostImageBlocks = std::uint32_t{1} << 20;

/// With every order, block and question, so that a meter may begin with any of them.
struct FirmwareImage {
    std::uint32_t version = 0; ///< greater than the one before; 0: no image
    std::uint32_t octets = 0;
    std::uint32_t block_octets = 0; ///< of all blocks but the last; 0: not cut yet
    SimTime activate_at{};          ///< by the meters' clocks

    [[nodiscard]] std::uint32_t blocks() const {
        return octets == 0 || block_octets == 0 ? 0 : (octets - 1) / block_octets + 1;
    }
    /// Of one block; 0 for one that is none of its.
    [[nodiscard]] std::uint32_t length(std::uint32_t block) const {
        std::uint32_t const all = blocks();
        return block >= all ? 0 : block + 1 < all ? block_octets : octets - block * block_octets;
    }
    friend bool operator==(FirmwareImage const&, FirmwareImage const&) = default;
};

/// Consecutive blocks, from 0.
struct BlockRun {
    std::uint32_t first = 0;
    std::uint32_t count = 0;

    friend bool operator==(BlockRun const&, BlockRun const&) = default;
};
inline constexpr std::uint32_t kMaxBlockRuns = 64; ///< in one answer

/// What a meter lacks of an image from block `first` on: at most as many runs as it was asked for.
struct FirmwareGaps {
    std::uint32_t version = 0;
    std::uint32_t first = 0;
    std::vector<BlockRun> runs; ///< ascending, with blocks between them, each of at least one

    friend bool operator==(FirmwareGaps const&, FirmwareGaps const&) = default;
};

/// What a concentrator tells of its campaign.
struct FirmwareReport {
    std::uint32_t version = 0; ///< 0: the order is refused, and changes nothing
    std::uint32_t done = 0;    ///< meters that said they hold all of it
    std::uint32_t meters = 0;  ///< of so many, at least as many
    bool over = false;         ///< nothing more is sent

    friend bool operator==(FirmwareReport const&, FirmwareReport const&) = default;
};

/// Append one; each checks what decode() checks. Gaps: version, first, number of runs, then of each
/// what is held before it since the last run's end, and its length.
/// @throws SimulationError for what has no encoding
void encode(FirmwareImage const& image, std::vector<std::byte>& out);
void encode(FirmwareGaps const& gaps, std::vector<std::byte>& out);
void encode(FirmwareReport const& report, std::vector<std::byte>& out);

/// As the decoders of meter_data.hpp.
[[nodiscard]] Decoded<FirmwareImage> decode_image(std::span<std::byte const> octets);
[[nodiscard]] Decoded<FirmwareGaps> decode_gaps(std::span<std::byte const> octets);
[[nodiscard]] Decoded<FirmwareReport> decode_report(std::span<std::byte const> octets);

} // namespace gridtwin::wire
