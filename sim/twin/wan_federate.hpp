#pragma once
// The wide-area network as a federate: concentrators, the SMS gateway and the head-end's server.
#include "models/wan/session.hpp"
#include "models/wan/wan.hpp"
#include "sim/engine/federate.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/access_federate.hpp"
#include "sim/twin/slots.hpp"

#include <memory>
#include <vector>

namespace gridtwin::twin {

class WanFederate final : public engine::Federate, public LivenessListener {
  public:
    WanFederate(scenario::Scenario const& scenario, scenario::World const& world);

    [[nodiscard]] SimTime next_event() const override;
    /// entity: the endpoint that sends (to the head-end) or receives (from it), by the message's
    /// kind.
    void accept(engine::Envelope&& envelope) override;
    void run_until(SimTime end, engine::Outbox& out) override;
    void finish(SimTime end) override;
    void on_concentrator(ConcentratorId id, bool alive, SimTime at) override;

    [[nodiscard]] wan::Wan const& network() const { return *wan_; }
    /// nullptr when the scenario has none: then all have one always.
    [[nodiscard]] wan::Sessions const* sessions() const { return sessions_.get(); }
    [[nodiscard]] std::vector<MessageRecord>& message_records() { return records_; }
    void walk_in_flight(std::vector<MessageRecord>& out) const;

  private:
    [[nodiscard]] MessageRecord record(InTransit const& item) const;
    void apply(scenario::PlannedEvent const& event);
    void set_up(std::uint32_t concentrator, SimTime at);

    scenario::Scenario const& scenario_;
    std::uint32_t concentrators_;
    std::unique_ptr<wan::Wan> wan_;
    std::unique_ptr<wan::Sessions> sessions_;
    std::vector<wan::SessionChange> session_changes_;
    Slots<InTransit> in_transit_;
    std::vector<scenario::PlannedEvent> planned_; ///< sessions that break and come back, by time
    std::size_t next_ = 0;
    std::vector<std::uint8_t> alive_; ///< [concentrator]
    std::vector<std::uint8_t> cut_;   ///< [concentrator] by an event
    std::vector<wan::WanArrival> arrivals_;
    std::vector<MessageRecord> records_;
};

} // namespace gridtwin::twin
