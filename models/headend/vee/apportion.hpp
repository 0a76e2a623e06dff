#pragma once
// Dividing a whole number by weights so that the parts add up to it.
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::headend::vee {

/// Largest remainder (Hamilton): each part is total * weight / sum of weights rounded down, and the
/// units that are left go to the parts with the largest remainders, among equals to the first ones.
/// A negative total is divided as its size is. Weights of which all are 0 count as equal ones.
/// @param total |total| < 2^62
/// @param weights >= 0, at least one; their sum < 2^62
[[nodiscard]] std::vector<std::int64_t> apportion(std::int64_t total,
                                                  std::span<std::int64_t const> weights);

} // namespace gridtwin::headend::vee
