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

/// Of the lines below a busbar, by the utility's network model: what interval t loses is
/// constant + per_mwh * supplied(t)^2, as currents go with power at a voltage that hardly changes.
struct LineLosses {
    double constant_mwh = 0.0;
    double per_mwh = 0.0; ///< 1/mWh
};

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

/// A customer under suspicion, or not any more.
struct TheftSuspicion {
    SimTime at{}; ///< by the head-end's clock
    MeterId meter = kNone<MeterId>;
    LvNetworkId network = kNone<LvNetworkId>; ///< its transformer
    double factor = 0.0;                      ///< see Suspicion
    double significance = 0.0;
    std::int64_t unaccounted_mwh = 0;
    std::uint8_t suspected = 0; ///< 0: cleared
    std::uint8_t reversed = 0;
    std::uint8_t reported = 0;
    std::array<std::uint8_t, 5> spare{};
    friend bool operator==(TheftSuspicion const&, TheftSuspicion const&) = default;
};

class SuspicionPort {
  public:
    virtual ~SuspicionPort() = default;
    /// Called when a suspicion begins and when it ends.
    virtual void suspect(TheftSuspicion const& suspicion) = 0;
};

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
           SuspicionPort& suspicions, std::vector<LineLosses> lines, std::uint64_t timer_base);

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
    void look(ConcentratorId concentrator, std::uint32_t last);
    void follow(ConcentratorId concentrator, TheftReport const& report);

    LossesConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    SuspicionPort& port_;
    std::vector<LineLosses> lines_;
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
