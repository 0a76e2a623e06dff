#pragma once
// Power flow, demand and meters: all feeders of the town, stepped together.
#include "models/grid/distribution.hpp"
#include "models/meter/adder.hpp"
#include "sim/core/civil_time.hpp"
#include "sim/core/thread_pool.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/federate.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/credit_schedule.hpp"
#include "sim/twin/grid_view.hpp"
#include "sim/twin/limiter_schedule.hpp"
#include "sim/twin/meter_inputs.hpp"

#include <memory>
#include <vector>

namespace gridtwin::twin {

/// Lowest or highest voltage of the run and where it was.
struct VoltageExtreme {
    double u_pu = 0.0;
    SimTime at{};
    bool is_meter = false;
    std::uint32_t row = 0; ///< meter, or feeder * nodes + node
};

/// Energy terms, Wh, each integrated on its own from the power it is measured at.
struct EnergyTerms {
    double source_wh = 0.0;
    double line_loss_wh = 0.0;
    double transformer_loss_wh = 0.0;
    double shunt_loss_wh = 0.0;
    double service_transformer_loss_wh = 0.0;
    double lv_line_loss_wh = 0.0;

    void add(grid::PowerBalance const& power, SimDuration dt);
};

/// One feeder of the world with its low-voltage networks.
/// @throws InputError when a network cannot be attached or the circuit cannot be solved
[[nodiscard]] std::unique_ptr<grid::Distribution>
make_distribution(scenario::Scenario const& scenario, scenario::World const& world,
                  FeederId feeder);

class GridFederate final : public engine::Federate {
  public:
    /// @throws InputError when an LV network cannot be attached to the feeder
    GridFederate(scenario::Scenario const& scenario, scenario::World const& world,
                 meter::MeterTable& meters, ThreadPool& pool);

    /// Listeners are told in the order they were added; they must outlive the federate.
    void add_listener(GridListener& listener) { listeners_.push_back(&listener); }

    [[nodiscard]] SimTime next_event() const override;
    /// What a meter has been told to do (meter_orders.hpp). set_relay: its contacts move at the
    /// envelope's time; set_parameter, set_credit: it is given then. set_clock: it is set at that
    /// time, without a power flow of its own.
    void accept(engine::Envelope&& envelope) override;
    void run_until(SimTime end, engine::Outbox& out) override;
    void finish(SimTime end) override;

    [[nodiscard]] grid::Distribution const& feeder(FeederId feeder) const {
        return *feeders_[index(feeder)];
    }
    /// Sums over feeders of the last solution.
    [[nodiscard]] grid::PowerBalance power() const;
    [[nodiscard]] EnergyTerms energy() const;
    /// What doubles may have lost of these so far: a unit in the last place of every product of
    /// admittance and voltage, of a feeder without load.
    [[nodiscard]] double rounding_wh() const;
    [[nodiscard]] VoltageExtreme const& lowest() const { return lowest_; }
    [[nodiscard]] VoltageExtreme const& highest() const { return highest_; }
    [[nodiscard]] std::uint64_t solves() const { return solves_; }
    /// Greatest active power at the sources so far, W, and when.
    [[nodiscard]] double peak_source_w() const { return peak_source_w_; }
    [[nodiscard]] SimTime peak_at() const { return peak_at_; }
    [[nodiscard]] std::span<float const> lv_load_w() const { return lv_load_w_; }
    [[nodiscard]] meter::Adders const& adders() const { return adders_; }
    /// Events since the last call, in order of time.
    [[nodiscard]] std::vector<EventRecord> take_events();

  private:
    struct RelayOperation {
        MeterId meter{};
        bool close = false;
    };

    void advance_to(SimTime t);
    void operate(scenario::PlannedEvent const& event);
    /// Which of a feeder's networks hang together now.
    void find_islands(std::size_t f);
    void note(std::vector<EventRecord> const& of_relays);
    void log(EventRecord const& event);
    void pass_on();
    void set_demand(std::size_t feeder);
    void solve(std::size_t feeder);
    void publish(std::size_t feeder);
    void track_extremes();

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    meter::MeterTable& meters_;
    ThreadPool& pool_;
    CivilClock clock_;
    std::vector<GridListener*> listeners_;

    std::vector<std::unique_ptr<grid::Distribution>> feeders_;
    std::vector<std::size_t> first_lv_;     ///< [feeder + 1] rows of World::lv
    std::vector<std::size_t> first_meter_;  ///< [feeder + 1]
    std::vector<EnergyTerms> energy_;       ///< [feeder]
    double rounding_w_ = 0.0;               ///< of all feeders
    std::vector<grid::PowerBalance> power_; ///< [feeder] of the last solution
    std::vector<float> lv_load_w_;
    std::vector<double> lv_busbar_w_;
    std::vector<std::uint8_t> lv_live_;
    std::vector<std::uint32_t> lv_island_;
    std::vector<std::uint8_t> dirty_; ///< [feeder] to be solved at this instant

    std::vector<scenario::PlannedEvent> switching_; ///< by time
    std::size_t next_switching_ = 0;
    engine::EventQueue<RelayOperation> relays_;
    MeterInputs inputs_;
    meter::Adders adders_;
    LimiterSchedule limiters_;
    CreditSchedule credits_;
    SimTime next_step_ = kStart;
    SimTime last_step_ = kStart;
    SimTime reached_ = kStart;
    CivilTime civil_;

    std::vector<FuseChange> fuses_;         ///< for the next view
    std::vector<EventRecord> events_;       ///< not yet taken
    std::vector<EventRecord> meter_events_; ///< for the next view
    VoltageExtreme lowest_{.u_pu = 1e9};
    VoltageExtreme highest_{.u_pu = 0.0};
    double peak_source_w_ = 0.0;
    SimTime peak_at_{};
    std::uint64_t solves_ = 0;
};

} // namespace gridtwin::twin
