#pragma once
// Outages as the head-end can know them: from alarms and readings that come late, lost, doubled and
// out of order.
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/ports/state_io.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// All defaults are assumptions.
struct OutageConfig {
    /// Losses of supply this close together (by the meters' clocks) are one event.
    SimDuration window = std::chrono::minutes(2);
    /// A transformer is out when this many of its meters report, or this share of them if that is
    /// fewer; but one meter alone of several is never enough.
    std::uint32_t min_meters = 3;
    double fraction = 0.3;
    /// That many meters with supply after the event show that the transformer is alive again.
    std::uint32_t clear_meters = 1;
    /// How far two meters' clocks may differ.
    SimDuration clock_skew = std::chrono::seconds(30);
    /// How long to wait for the neighbours' alarms before an outage is a single customer's.
    SimDuration settle = std::chrono::minutes(2);
    /// How long a meter may stay behind when its transformer is back, before it is a nested outage.
    SimDuration nested_wait = std::chrono::minutes(15);
    /// What a loss is still worth when the transformer was alive since.
    double orphan_confidence_frac = 0.5;
    std::uint16_t alive_dv = 1000; ///< an interval's mean voltage (0.1 V) that shows supply
    /// How long a meter goes on working on its reserve: an answer shows supply only this long
    /// before.
    SimDuration hold_up = std::chrono::minutes(1);
};
[[nodiscard]] std::string problem(OutageConfig const& config);

/// Keeps of each meter the latest loss and the latest sign of supply, both by the meter's clock,
/// and derives all belief from those: what has been heard decides, not the order it was heard in.
class Outage final {
  public:
    Outage(OutageConfig const& config, Fleet const& fleet, Ports const& ports,
           std::uint64_t timer_base);

    void on_alarm(Alarm const& alarm);
    /// A reading with voltage shows supply at some instant after its interval's start.
    void on_reading(Reading const& reading);
    void on_acknowledgement(Acknowledgement const& acknowledgement);
    void on_timer(std::uint64_t payload);
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    /// What is held true now; `at` is when it was last told through the belief port.
    [[nodiscard]] Belief belief(MeterId meter) const;
    [[nodiscard]] Belief belief(LvNetworkId network) const;
    /// Outages open in the journal: transformers, and single customers.
    [[nodiscard]] std::uint64_t open_transformers() const;
    [[nodiscard]] std::uint64_t open_customers() const;

  private:
    struct MeterState {
        SimTime lost = SimTime::min();  ///< latest loss heard of
        SimTime alive = SimTime::min(); ///< latest sign of supply
        SimTime told{};                 ///< when the belief last changed
        SimTime decide = kNever;        ///< when to call it a single customer's outage
        std::uint32_t dark = 0;         ///< 1: last told as without supply
        std::uint32_t single = 0;       ///< 1: an outage of its own is open in the journal
        [[nodiscard]] bool out() const { return lost > alive; }
    };
    struct NetworkState {
        SimTime first = SimTime::min(); ///< earliest loss of the latest event
        SimTime last = SimTime::min();  ///< latest loss of the latest event
        SimTime alive = SimTime::min(); ///< latest sign of supply at any of its meters
        SimTime told{};
        std::uint32_t reporters = 0; ///< meters whose losses make the event
        std::uint32_t dark = 0;      ///< 1: its outage is open in the journal
        [[nodiscard]] bool covers(MeterState const& meter) const {
            return dark != 0 && meter.lost >= first && meter.lost <= last;
        }
    };
    struct Event {
        SimTime first{};
        SimTime last{};
        std::uint32_t reporters = 0; ///< 0: the transformer is not out
    };

    void alive(MeterId meter, SimTime at);
    void evaluate(LvNetworkId network);
    void update_network(LvNetworkId network);
    void update_meter(MeterId meter, NetworkState const& network);
    void decide(LvNetworkId network);
    void decide_at(MeterId meter, SimTime at);
    void journal(EventKind kind, EventEntity entity, std::size_t row, SimTime instant);
    [[nodiscard]] Event find_event(LvNetworkId network);
    [[nodiscard]] std::size_t needed(std::size_t members) const;
    [[nodiscard]] bool dark(MeterState const& meter, NetworkState const& network) const;
    [[nodiscard]] MeterState& state(MeterId meter) { return meters_[index(meter)]; }

    OutageConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    std::uint64_t timer_base_;
    NetworkMembers members_;
    std::vector<MeterState> meters_;
    std::vector<NetworkState> networks_;
    std::vector<SimTime> losses_; ///< scratch of find_event
};

} // namespace gridtwin::headend
