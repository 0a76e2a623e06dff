#pragma once
// Alarms that nobody sends, as they show in the readings alone: a coincident peak of all below a
// concentrator, and a low collection rate there.
#include "models/headend/alarms/alarm_desk.hpp"
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ports.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// All defaults are assumptions.
struct DemandWatchConfig {
    double peak_w = 0.0;          ///< mean of an interval, all below a concentrator; 0: no limit
    double collection_frac = 0.9; ///< readings held of those due; below is an alarm
    SimDuration every = std::chrono::hours(1);
    SimDuration wait = std::chrono::hours(5); ///< after an interval's end its rows are due
    std::uint32_t intervals = 96;             ///< looked back on for the collection rate
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(DemandWatchConfig const& config);

class DemandWatch final {
  public:
    /// @throws SimulationError for a config with a problem
    DemandWatch(DemandWatchConfig const& config, Fleet const& fleet, Ports const& ports,
                AlarmDesk& desk, std::uint64_t timer_base);

    void start();
    void on_timer(std::uint64_t payload);
    void save(StateWriter& out) const;
    void restore(StateReader& in);

  private:
    void watch_peak(ConcentratorId concentrator, std::vector<MeterId> const& meters,
                    std::uint32_t first, std::uint32_t last);
    void watch_collection(ConcentratorId concentrator, std::vector<MeterId> const& meters,
                          std::uint32_t last);
    void set(Signal signal, ConcentratorId concentrator, bool stands, SimTime began,
             std::int64_t value);

    DemandWatchConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    AlarmDesk& desk_;
    std::uint64_t timer_base_;
    SimTime next_{};
    std::uint32_t watched_ = 0;            ///< intervals whose peak was looked at
    std::vector<std::uint8_t> peak_;       ///< [concentrator] 1: its alarm stands
    std::vector<std::uint8_t> collection_; ///< likewise
};

} // namespace gridtwin::headend
