#pragma once
// Readings as the database keeps them: a row holds the 96 intervals of a meter's day (of 15 min),
// its view `readings` shows each as a row of its own.
#include "models/cis/operations.hpp"
#include "models/headend/ports/events.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gridtwin::cis {

inline constexpr std::uint32_t kSlots = 96; ///< intervals in a row

/// Which slots are held: bit i % 32 of word i / 32 is slot i + 1.
using HeldWords = std::array<std::uint32_t, kSlots / 32>;
/// The same as the columns held_a and held_b have it: 48 bits each.
struct HeldHalves {
    std::int64_t first = 0;
    std::int64_t second = 0;
};
[[nodiscard]] HeldHalves to_halves(HeldWords const& held);
[[nodiscard]] HeldWords to_words(HeldHalves const& halves);

/// Intervals [96 day + 1, 96 day + 96] of a meter. What is not held is zero.
struct MeterDay {
    MeterId meter{};
    std::uint32_t day = 0;
    HeldWords held{};
    std::array<std::int32_t, kSlots> import_mwh{};
    std::array<std::int32_t, kSlots> import_mvarh{};
    std::array<std::uint16_t, kSlots> voltage_dv{};
    std::array<std::uint8_t, kSlots> status{};
    friend bool operator==(MeterDay const&, MeterDay const&) = default;

    [[nodiscard]] bool has(std::uint32_t slot0) const {
        return ((held[slot0 / 32] >> (slot0 % 32)) & 1U) != 0;
    }
    /// Keeps a reading of this meter and day. @return false if that interval is held already
    bool keep(headend::Reading const& reading);
    /// The reading held in slot0 (from 0); `received` is not kept.
    [[nodiscard]] headend::Reading at(std::uint32_t slot0) const;
};

/// Writes rows, whatever was there of the same meter and day; one operation. By day, then meter, is
/// fastest.
void store_days(Session& session, std::span<MeterDay const> days);
[[nodiscard]] std::optional<MeterDay> find_day(Session& session, MeterId meter, std::uint32_t day);
/// One interval, by the view.
[[nodiscard]] std::optional<headend::Reading> find_reading(Session& session, MeterId meter,
                                                           std::uint32_t interval);

/// Registers by meter, instant and tariff; one that is there stays as it is, as in the head-end's
/// books. One operation. @return how many were new
std::int64_t store_registers(Session& session, std::span<headend::RegisterReading const> registers);
/// In order of time and tariff.
[[nodiscard]] std::vector<headend::RegisterReading> registers_of(Session& session, MeterId meter);
/// Balances by concentrator and interval, likewise.
std::int64_t store_balances(Session& session, std::span<headend::BalanceReading const> balances);

// Of the ledger, below rights and log:
void write_days(Database& database, std::span<MeterDay const> days);
[[nodiscard]] std::optional<MeterDay> read_day(Database& database, MeterId meter,
                                               std::uint32_t day);

} // namespace gridtwin::cis
