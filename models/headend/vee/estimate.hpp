#pragma once
// Estimation: what an interval without a good reading held, by named methods.
#include "models/headend/vee/store.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::headend::vee {

struct EstimationConfig {
    /// The first method that applies is taken; zero, scaled, linear, like_day, history, each at
    /// most once. Empty: nothing is estimated.
    std::vector<Source> order{Source::zero, Source::scaled, Source::linear, Source::like_day,
                              Source::history};
    SimDuration linear_longest = std::chrono::hours(2); ///< gaps between neighbours (P53)
    std::uint32_t like_days = 4;                        ///< as many are averaged. Assumption
    std::uint32_t like_look_back = 35;                  ///< days. Assumption
    std::uint32_t history_days = 7;                     ///< Assumption
};
/// A sentence for each mistake; empty when nothing is wrong.
[[nodiscard]] std::string problem(EstimationConfig const& config);

/// Days that are alike.
enum class DayType : std::uint8_t { working, saturday, sunday };

/// All that the methods look at: one meter's values, which they do not change.
struct Basis {
    Series series;
    MeterLimits limits;
    std::span<DayType const> day_type; ///< [day]
    EstimationConfig const& config;
    Rules const& rules;

    [[nodiscard]] bool open(std::uint32_t k) const {
        Series::Cell const cell = series.cell(k);
        return is_open(cell.grade, cell.flags, rules.replace);
    }
    /// Good enough for others to be estimated from: not of a time without supply.
    [[nodiscard]] bool good(std::uint32_t k) const {
        return is_good(series.quality(k)) && (series.flags(k) & (kInterrupted | kDark)) == 0;
    }
};

/// On the straight line between the interval before and the one after the run that k is of; nothing
/// when the run is longer than linear_longest, or an end is not good (P53: outage intervals are not
/// end points).
[[nodiscard]] std::optional<std::int32_t> linear(Basis const& basis, std::uint32_t k);
/// Mean of the same interval of the latest good days of the same type.
[[nodiscard]] std::optional<std::int32_t> like_day(Basis const& basis, std::uint32_t k);
/// Mean of the same interval of the good ones of the days before.
[[nodiscard]] std::optional<std::int32_t> history(Basis const& basis, std::uint32_t k);

/// The first method of the order that applies. @param scaled what that method says of k
[[nodiscard]] std::optional<Value> estimate(Basis const& basis, std::uint32_t k,
                                            std::optional<std::int32_t> scaled = {});

} // namespace gridtwin::headend::vee
