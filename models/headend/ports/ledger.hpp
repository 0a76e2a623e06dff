#pragma once
// The ledger in memory: blocks of 96 intervals (a day of 15-min intervals), flat over the meters.
#include "models/headend/ports/ports.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gridtwin::headend {

/// 1068 octets per meter and block of 96 intervals, touched or not: 1.07 GB for a million meters
/// and a day. A block of all meters is allocated when its first reading arrives. Instants of
/// receipt are not kept.
class MemoryLedger final : public Ledger {
  public:
    static constexpr std::uint32_t kBlock = 96;

    /// @param meters rows of the meters' table
    /// @param intervals highest interval that will be stored
    MemoryLedger(std::size_t meters, std::uint32_t intervals);

    /// @throws SimulationError for a meter or an interval outside of the ledger
    bool store(Reading const& reading) override;
    [[nodiscard]] bool has(MeterId meter, std::uint32_t interval) const override;
    [[nodiscard]] std::uint32_t held(MeterId meter, std::uint32_t first,
                                     std::uint32_t last) const override;
    [[nodiscard]] std::int64_t import_mwh(MeterId meter, std::uint32_t first,
                                          std::uint32_t last) const override;
    [[nodiscard]] IntervalSpan first_gap(MeterId meter, std::uint32_t first,
                                         std::uint32_t last) const override;

    /// The reading held, `received` left at the start; nothing when it is missing.
    [[nodiscard]] std::optional<Reading> find(MeterId meter, std::uint32_t interval) const;
    /// Readings held, of all meters.
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Octets allocated for readings.
    [[nodiscard]] std::size_t bytes() const;

    void save(std::vector<std::byte>& out) const;
    /// @throws SimulationError when the bytes are not the state of a ledger of this shape
    void restore(std::span<std::byte const> state);

  private:
    struct MeterBlock {
        std::array<std::int32_t, kBlock> import_mwh;
        std::array<std::int32_t, kBlock> import_mvarh;
        std::array<std::uint16_t, kBlock> voltage_dv;
        std::array<std::uint8_t, kBlock> status;
        std::array<std::uint32_t, kBlock / 32> held; ///< bit i % 32 of word i / 32
    };
    static_assert(sizeof(MeterBlock) == 1068);

    [[nodiscard]] std::uint32_t word(MeterId meter, std::uint32_t word) const;

    std::size_t meters_;
    std::uint32_t intervals_;
    std::uint64_t size_ = 0;
    std::vector<std::vector<MeterBlock>> blocks_; ///< [block][meter]; inner empty: nothing held
};

} // namespace gridtwin::headend
