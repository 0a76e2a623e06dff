#pragma once
// The key figures of a run, from the federates' own books.
#include "sim/results/balance.hpp"
#include "sim/results/kpi.hpp"
#include "sim/twin/recorder.hpp"

#include <vector>

namespace gridtwin::twin {

/// Energy over the run: each term from where it arises.
[[nodiscard]] results::EnergyBalance energy_balance(GridFederate const& grid,
                                                    meter::MeterTable const& meters);

/// PLC messages and frames, SMS and WAN messages; what is in flight is counted by walking.
[[nodiscard]] std::vector<results::MessageBalanceRow> message_balances(Federates const& federates);

/// Energy to 1e-6 of what was served, messages exactly.
[[nodiscard]] bool books_close(Federates const& federates, meter::MeterTable const& meters);

/// Supply that customers lost through outages (not by their own relay), from the events of the run.
struct Interruptions {
    double customer_minutes = 0.0;
    std::uint64_t customers = 0;    ///< that lost supply, each time counted
    std::uint64_t transformers = 0; ///< LV networks that went dark
};

class InterruptionCounter final : public GridListener {
  public:
    explicit InterruptionCounter(scenario::World const& world);
    void on_grid(GridView const& view) override;
    [[nodiscard]] Interruptions at(SimTime end) const;

  private:
    std::vector<SimTime> since_; ///< [meter] kNever with supply
    std::vector<std::uint8_t> lv_live_;
    Interruptions done_;
};

[[nodiscard]] std::vector<results::Kpi>
make_kpis(scenario::Scenario const& scenario, scenario::World const& world,
          Federates const& federates, meter::MeterTable const& meters, RecordTotals const& totals,
          InterruptionCounter const& outages, SimTime end);

} // namespace gridtwin::twin
