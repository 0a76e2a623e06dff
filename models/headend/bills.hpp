#pragma once
// Billing as an application of the head-end: who agreed to which tariff, events called at their
// time, and what becomes known of energies that are billed already.
#include "models/headend/billed_energy.hpp"
#include "models/headend/billing/billing.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// A peak event that the utility calls.
struct CalledPeak {
    SimTime called{};         ///< when it does; the event itself may be before or after
    std::uint32_t tariff = 0; ///< row of the tariffs
    bool rebate = false;      ///< else critical: a price in place of the rate's
    billing::PeakEvent event;
};

struct BillsConfig {
    billing::BillingConfig billing;
    std::vector<CalledPeak> calls;
};
/// One sentence or several, empty when nothing is wrong. @param interval Fleet::interval
[[nodiscard]] std::string problem(BillsConfig const& config, SimDuration interval);

class Bills {
  public:
    /// @param source must outlive it, as clock and pool must
    /// @param agreements from the start on; none are made when restore() takes start()'s place
    /// @throws SimulationError for a config with a problem
    Bills(BillsConfig const& config, std::span<billing::Agreement const> agreements,
          CivilClock const& civil, SimDuration interval, gridtwin::headend::Clock& clock,
          billing::EnergySource const& source, std::uint64_t timer_base,
          ThreadPool* pool = nullptr);

    void start();
    void on_timer(std::uint64_t payload);
    /// A reading that is new.
    void on_reading(Reading const& reading);
    /// New ones, after the books have them.
    void on_registers(RegisterReading const& reading, Books const& books);
    /// What validation has estimated and what was edited since the last call.
    void follow(vee::Trail const& trail);

    [[nodiscard]] billing::Billing& billing() { return billing_; }
    [[nodiscard]] billing::Billing const& billing() const { return billing_; }

    void save(StateWriter& out) const;
    void restore(StateReader& in);

  private:
    static constexpr std::uint64_t kCall = std::uint64_t{1} << 40; ///< below: billing's own

    void set_call_timers();

    std::vector<CalledPeak> calls_;
    std::vector<billing::Agreement> agreements_;
    SimDuration interval_;
    gridtwin::headend::Clock& clock_;
    std::uint64_t timer_base_;
    billing::Billing billing_;
    std::uint32_t followed_ = 0; ///< of the trail
    std::uint32_t called_ = 0;   ///< of the calls, which are in order of time
};

} // namespace gridtwin::headend
