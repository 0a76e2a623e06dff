#pragma once
// Who has answered a meter's call, as it tells its concentrator.
#include "models/wire/meter_data.hpp"

namespace gridtwin::wire {

/// What a way over a medium may cost at most, thousandths of transmissions.
inline constexpr std::uint32_t kMostCostMilli = 65'534;
/// In its place where nobody has measured the way: neither good nor bad.
inline constexpr std::uint32_t kUnknownCostMilli = 65'535;

struct FoundMeter {
    MeterId meter = kNone<MeterId>;
    std::uint32_t cost_milli = 0; ///< of the way to whoever called, as this one has measured it

    friend bool operator==(FoundMeter const&, FoundMeter const&) = default;
};

/// Expected transmissions in thousandths, kMostCostMilli at most.
[[nodiscard]] std::uint32_t to_cost_milli(double etx);

/// Two varints a meter. @throws SimulationError for a cost above kMostCostMilli
void encode(FoundMeter const& found, std::vector<std::byte>& out);
/// As the decoders of meter_data.hpp.
[[nodiscard]] Decoded<FoundMeter> decode_found(std::span<std::byte const> octets);

} // namespace gridtwin::wire
