#pragma once
// Exact money: products of energy and price in 128 bits, rounded once.
#include "sim/core/money.hpp"

#include <cstdint>

namespace gridtwin::headend::billing {

__extension__ using Int128 = __int128;

/// A price: 1e-5 of the currency (thousandths of a cent) per unit: kWh, kW, day or interval.
using Price = std::int64_t;

inline constexpr std::int64_t kMwhPerKwh = 1'000'000;
inline constexpr std::int64_t kPricePerCent = 1'000;
/// Largest price and amount a tariff may have; products of any energy with it are exact.
inline constexpr std::int64_t kMaxPrice = 10'000'000'000;

/// numerator / denominator as the nearest whole number, half to even. denominator > 0.
/// @throws SimulationError when it does not fit 64 bits
[[nodiscard]] std::int64_t round_half_even(Int128 numerator, Int128 denominator);

/// energy x price, rounded half to even to the cent.
/// @param divisor  of the energy: it is energy_mwh / divisor
[[nodiscard]] Money energy_amount(std::int64_t energy_mwh, Price price, std::int64_t divisor = 1);

} // namespace gridtwin::headend::billing
