#pragma once
// Estimates that add up to the meter's register.
#include "models/headend/vee/estimate.hpp"
#include "models/headend/vee/sum_check.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace gridtwin::headend::vee {

struct Estimate {
    std::uint32_t interval = 0;
    std::int32_t mwh = 0;
    friend bool operator==(Estimate const&, Estimate const&) = default;
};

/// What is open between two register readings, so that all intervals between them add up to their
/// difference, to the mWh: what the known ones leave of it is apportioned by the profile that the
/// other methods of the order make (where none applies, by the mean of the known ones). Of a meter
/// that may export, profiles do not scale: what the profile is short of is spread evenly over it.
///
/// Of an interval that a reading divides the part that counts presumes even flow (part_of), so the
/// sum is exact when both readings were taken at interval ends, else exact against the difference
/// less those parts. It gets its share of the profile, the whole ones what is left.
///
/// @param head what the interval divided by pair.from holds, if it is open: the pair before decides
///        it; nothing when there is no such pair: it is estimated here then
/// @return in order; empty when nothing is open, when only divided intervals are (a part too small
///         may say anything of the whole), when the register leaves less than nothing or more than
///         the connection can carry, or energy though there was no supply
[[nodiscard]] std::vector<Estimate> scale_to_register(Basis const& basis, RegisterPair const& pair,
                                                      std::optional<std::int32_t> head);

} // namespace gridtwin::headend::vee
