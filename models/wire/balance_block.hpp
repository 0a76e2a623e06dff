#pragma once
// A concentrator's balances as they travel: energy at the busbars against the sum of the meters.
#include "models/wire/meter_data.hpp"

namespace gridtwin::wire {

struct BalanceRow {
    std::uint32_t interval = 0; ///< ends so many profile intervals after the scenario's start
    std::uint32_t meters = 0;   ///< whose rows are in the sum; fewer than all: yet to be closed
    std::int64_t busbar_mwh = 0;
    std::int64_t meters_mwh = 0;

    friend bool operator==(BalanceRow const&, BalanceRow const&) = default;
};

/// Four varints a row, signed ones zigzag: interval, meters, busbar, busbar less meters.
void encode(BalanceRow const& row, std::vector<std::byte>& out);
/// As the decoders of meter_data.hpp.
[[nodiscard]] Decoded<BalanceRow> decode_balance(std::span<std::byte const> octets);

} // namespace gridtwin::wire
