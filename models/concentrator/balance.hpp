#pragma once
// What goes into a concentrator's networks against what its meters have counted: the transformer
// meters at the busbars, and the sum of the profiles, interval by interval.
#include "models/wire/balance_block.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace gridtwin::concentrator {

/// Defaults are assumptions.
struct BalanceSpec {
    bool on = false;
    double accuracy_frac = 0.005;  ///< class of the transformer meter: bound of its error
    double limit_frac = 0.1;       ///< of the busbar's energy; more is an imbalance
    std::uint32_t alarm_after = 4; ///< intervals in a row with an imbalance
    SimDuration wait =
        std::chrono::hours(24); ///< for meters' rows; then the head-end has to close it
};

struct BalanceCounts {
    std::uint64_t records = 0;
    std::uint64_t left = 0; ///< intervals that were handed on without the rows of all meters
    std::uint64_t alarms = 0;
    std::int64_t busbar_mwh = 0; ///< of all records
    std::int64_t meters_mwh = 0;
};

/// Imbalance = energy at the busbars, as the transformer meter counts it, less the sum of the
/// meters' rows: the technical losses of the low-voltage lines, what is used past the meters, the
/// meters' and the transformer meter's errors, and what clocks that are off have put into the
/// neighbouring interval. An interval is compared once the rows of all meters are there.
class Balance {
  public:
    /// @param error_frac of the transformer meter, e.g. drawn within its class
    Balance(BalanceSpec const& spec, SimDuration interval, std::size_t meters, double error_frac);

    [[nodiscard]] bool on() const { return spec_.on; }
    /// The power into the networks from `now` on; the one before is counted up to it. Intervals end
    /// by the concentrator's clock.
    void on_busbar(double p_w, SimTime now);
    /// A meter's row that had not been there.
    void on_row(std::uint32_t interval, std::int32_t import_mwh);

    /// Compares what is complete, in the order of intervals. Hands on, for the head-end to close,
    /// what has waited too long or lacks but rows that others read: the busbars' energy, and the
    /// rows that are there.
    /// @param members of the meters, that this concentrator reads
    /// @return rows since the last call
    [[nodiscard]] std::vector<wire::BalanceRow> take(SimTime now, std::size_t members);
    /// The end of the last interval with which an imbalance had lasted long enough, once for each
    /// imbalance, and its share of the busbar's energy.
    struct Alarm {
        SimTime occurred{};
        double share_frac = 0.0;
    };
    [[nodiscard]] std::optional<Alarm> take_alarm();
    [[nodiscard]] BalanceCounts const& counts() const { return counts_; }

  private:
    struct Open {
        std::int64_t busbar_mwh = 0;
        std::int64_t meters_mwh = 0;
        std::uint32_t rows = 0;
        bool done = false; ///< compared or handed on
    };
    Open* at(std::uint32_t interval);
    void hand_on(std::uint32_t interval, Open& open, std::vector<wire::BalanceRow>& out);
    void compare(std::uint32_t interval, Open& open, std::vector<wire::BalanceRow>& out);

    BalanceSpec spec_;
    SimDuration interval_;
    std::uint32_t meters_;
    double factor_;
    double p_w_ = 0.0;
    double rest_mwh_ = 0.0;
    SimTime counted_to_ = kStart;
    std::uint32_t closed_ = 0; ///< last interval that the busbar's meter has closed
    std::uint32_t first_ = 1;  ///< interval of open_.front()
    std::vector<Open> open_;   ///< [interval - first_]; a deque would take memory without a balance
    std::uint32_t last_compared_ = 0;
    std::uint32_t run_ = 0; ///< imbalances in a row
    std::optional<Alarm> alarm_;
    BalanceCounts counts_;
};

} // namespace gridtwin::concentrator
