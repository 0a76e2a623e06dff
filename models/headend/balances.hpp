#pragma once
// Balances that a concentrator could not close, because neighbours read some of the meters of its
// networks: the head-end has all rows.
#include "models/headend/books.hpp"
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/ports/state_io.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gridtwin::headend {

struct BalancesConfig {
    /// After an interval's end nobody waits any longer for its rows. Assumption.
    SimDuration wait = std::chrono::hours(24 * 30);
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(BalancesConfig const& config);

struct BalancesCounts {
    std::uint64_t left = 0;      ///< intervals that concentrators left incomplete
    std::uint64_t completed = 0; ///< of them, closed here
    std::uint64_t given_up = 0;
    std::int64_t busbar_mwh = 0; ///< of those closed here
    std::int64_t meters_mwh = 0;
};

/// What is complete goes to the books as it is. Of what is not the busbar's energy stays, until the
/// ledger holds that interval of all meters that concentrators read below the same transformers
/// (Fleet::busbar): the sum is then that of the ledger's rows.
class Balances {
  public:
    /// @throws SimulationError for a config with a problem
    Balances(BalancesConfig const& config, Fleet const& fleet, Ports const& ports, Books& books);

    /// Of a concentrator that exists.
    void on_balance(BalanceReading const& reading);
    /// The ledger has just taken it.
    void on_reading(Reading const& reading);
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    [[nodiscard]] BalancesCounts const& counts() const { return counts_; }
    /// Intervals that wait for rows.
    [[nodiscard]] std::size_t open() const { return open_.size(); }

  private:
    struct Open {
        BalanceReading reading; ///< as it came
        std::uint64_t missing;  ///< meters whose row the ledger lacks
    };
    void close(BalanceReading reading);
    void give_up();

    SimDuration wait_;
    Fleet const& fleet_;
    Ports ports_;
    Books& books_;
    std::vector<std::vector<MeterId>> meters_; ///< [concentrator] below its transformers
    std::map<Books::BalanceKey, Open> open_;
    BalancesCounts counts_;
};

} // namespace gridtwin::headend
