// Billing: what an account used, over all of its meters.
#include "models/headend/billing/billing.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <limits>

namespace gridtwin::headend::billing {

namespace {

/// What a source knows of one meter's range.
struct Known {
    Known(EnergySource const& source, MeterId meter, IntervalRange range)
        : first(range.first), energy_mwh(range.count()), quality(range.count(), kMissing),
          any(source.intervals(meter, range.first, energy_mwh, quality)) {}
    [[nodiscard]] Series series() const { return {first, energy_mwh, quality}; }

    std::uint32_t first;
    std::vector<std::int32_t> energy_mwh;
    std::vector<std::uint8_t> quality;
    bool any;
};

/// Intervals of meters that followed each other.
class Joined {
  public:
    explicit Joined(IntervalRange range)
        : first_(range.first), energy_(range.count()), quality_(range.count(), kMissing),
          seen_(range.count()) {}
    void add(Known const& known) {
        for (std::size_t k = 0; k < known.quality.size(); ++k) {
            std::size_t const i = known.first + k - first_;
            add(i, known.energy_mwh[k], known.quality[k]);
            seen_[i] = 1;
        }
    }
    [[nodiscard]] Series series() const { return {first_, energy_, quality_}; }
    [[nodiscard]] bool knows(std::uint32_t k) const {
        return k >= first_ && k - first_ < quality_.size() && quality_[k - first_] != kMissing;
    }

  private:
    /// Of the interval in which they were exchanged each has counted a part.
    void add(std::size_t i, std::int32_t energy, std::uint8_t quality) {
        if (quality == kMissing) {
            if (quality_[i] != kMissing) {
                quality_[i] = kEstimated;
            }
            return;
        }
        bool const first_lacks = seen_[i] != 0 && quality_[i] == kMissing;
        std::int64_t const sum = std::int64_t{energy} + (quality_[i] == kMissing ? 0 : energy_[i]);
        if (sum > std::numeric_limits<std::int32_t>::max() ||
            sum < std::numeric_limits<std::int32_t>::min()) {
            throw SimulationError("billing: an interval's energy does not fit 32 bits");
        }
        energy_[i] = static_cast<std::int32_t>(sum);
        quality_[i] = first_lacks || (quality_[i] != kMissing && quality_[i] != kActual)
                          ? kEstimated
                          : quality;
    }
    std::uint32_t first_;
    std::vector<std::int32_t> energy_;
    std::vector<std::uint8_t> quality_;
    std::vector<std::uint8_t> seen_; ///< by a meter
};

} // namespace

Usage Billing::usage_of(Account const& account, std::uint32_t tariff, IntervalRange range) const {
    Counting const by = counting(tariff);
    std::uint32_t const history = history_from(by, range);
    MeterSpan const* only = nullptr;
    for (MeterSpan const& span : account.meters) {
        if (span.first < range.end && span.end > history) {
            if (only != nullptr) {
                return merged_usage(account, by, range, history);
            }
            only = &span;
        }
    }
    if (only == nullptr) {
        return count_usage(by, {.first = range.first, .energy_mwh = {}, .quality = {}}, range,
                           account.state.assumed_mwh_day);
    }
    IntervalRange const part{std::max(only->first, history), std::min(only->end, range.end)};
    Known const known(source_, only->meter, part);
    if (!known.any) {
        if (auto const registers = source_.registers(only->meter); !registers.empty()) {
            return count_registers(by, registers, range, range, config_.register_slack,
                                   account.state.assumed_mwh_day);
        }
    }
    return count_usage(by, known.series(), range, account.state.assumed_mwh_day);
}

Usage Billing::merged_usage(Account const& account, Counting const& by, IntervalRange range,
                            std::uint32_t history) const {
    Joined joined({history, range.end});
    struct ByRegisters {
        IntervalRange range;
        std::vector<RegisterReading> readings;
    };
    std::vector<ByRegisters> by_registers;
    for (MeterSpan const& span : account.meters) {
        IntervalRange const part{std::max(span.first, history), std::min(span.end, range.end)};
        if (part.count() == 0) {
            continue;
        }
        Known const known(source_, span.meter, part);
        auto readings = known.any ? std::vector<RegisterReading>{} : source_.registers(span.meter);
        if (readings.empty()) {
            joined.add(known);
        } else {
            by_registers.push_back(
                {{std::max(part.first, range.first), part.end}, std::move(readings)});
        }
    }
    Usage usage;
    usage.rows.resize(by.calendar.rows());
    std::int64_t const assumed = account.state.assumed_mwh_day;
    std::uint32_t counted = range.first;
    auto const count_intervals = [&](std::uint32_t end) {
        if (end > counted) {
            add(usage, count_usage(by, joined.series(), {counted, end}, assumed));
            counted = end;
        }
    };
    for (auto const& [part, readings] : by_registers) {
        // Its registers tell its own part of an interval of exchange, the other meter the other.
        count_intervals(part.first + (joined.knows(part.first) ? 1 : 0));
        IntervalRange const alone{std::max(part.first, counted),
                                  part.end - (joined.knows(part.end - 1) ? 1 : 0)};
        if (part.count() > 0) {
            add(usage, count_registers(by, readings, part, alone, config_.register_slack, assumed));
            counted = std::max(counted, alone.end);
        }
    }
    count_intervals(range.end);
    return usage;
}

} // namespace gridtwin::headend::billing
