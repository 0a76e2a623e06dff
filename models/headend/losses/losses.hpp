#pragma once
// The application: balances of each busbar as they come, and every so often a look for those who
// use energy past their meters.
#include "models/headend/losses/balance_tree.hpp"
#include "models/headend/losses/theft.hpp"
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/ports/state_io.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// All defaults are assumptions.
struct LossesConfig {
    TheftConfig theft{};
    SimDuration judge_every = std::chrono::hours(24);
    /// After a look's instant, for rows that are late; intervals that end later are not looked at.
    SimDuration wait = std::chrono::hours(6);
    SimDuration alarm_memory = std::chrono::hours(24 * 7); ///< a detector's word counts so long
    std::uint32_t clear_after = 3; ///< looks in a row without a sign end a suspicion
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(LossesConfig const& config);

struct LossesCounts {
    std::uint64_t looks = 0;    ///< at a busbar
    std::uint64_t unjudged = 0; ///< of them, with too few rows for any window
    std::uint64_t suspected = 0;
    std::uint64_t cleared = 0;
    friend bool operator==(LossesCounts const&, LossesCounts const&) = default;
};

class Losses final {
  public:
    /// @param lines [concentrator] what its networks' lines lose; empty: nothing
    /// @throws SimulationError for a config with a problem, or lines that are not one a
    /// concentrator
    Losses(LossesConfig const& config, Fleet const& fleet, Ports const& ports,
           std::uint64_t timer_base);

    void start();
    /// The busbar's energy of an interval; whether all rows of its meters are there is looked up in
    /// the ledger. The first one stays.
    void on_balance(BalanceReading const& reading);
    /// tamper_detected counts as a detector's word.
    void on_alarm(Alarm const& alarm);
    void on_timer(std::uint64_t payload);
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    /// [concentrator] of its latest look.
    [[nodiscard]] std::vector<TheftReport> const& reports() const { return reports_; }
    [[nodiscard]] bool suspected(MeterId meter) const { return suspects_.count(meter) != 0; }
    [[nodiscard]] LossesCounts const& counts() const { return counts_; }

  private:
    [[nodiscard]] std::vector<MeterId> heard(ConcentratorId concentrator, std::uint32_t first,
                                             std::uint32_t last) const;
    void look(ConcentratorId concentrator, std::uint32_t last);
    void follow(std::vector<MeterId> const& meters, TheftReport const& report);

    LossesConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    std::uint64_t timer_base_;
    std::vector<std::vector<MeterId>> meters_;                    ///< [concentrator]
    std::vector<std::map<std::uint32_t, std::int64_t>> supplied_; ///< [concentrator] by interval
    std::map<MeterId, SimTime> reported_;                         ///< latest word of its detector
    std::map<MeterId, std::uint64_t> suspects_;                   ///< looks without a sign since
    std::vector<TheftReport> reports_;
    SimTime next_{};
    LossesCounts counts_;
};

} // namespace gridtwin::headend
