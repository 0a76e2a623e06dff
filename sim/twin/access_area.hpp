#pragma once
// One concentrator, its power-line medium and the meters below it: a logical process of its own.
#include "models/concentrator/concentrator.hpp"
#include "models/meter/table.hpp"
#include "models/plc/medium.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/federate.hpp"
#include "sim/results/records.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/grid_view.hpp"
#include "sim/twin/slots.hpp"

#include <span>
#include <vector>

namespace gridtwin::twin {

/// Runs on any thread, between barriers, and touches nothing but its own state and its own meters.
class AccessArea final : plc::Sink {
  public:
    AccessArea(scenario::Scenario const& scenario, scenario::World const& world, ConcentratorId id,
               meter::MeterTable& meters);
    AccessArea(AccessArea const&) = delete;
    AccessArea& operator=(AccessArea const&) = delete;

    [[nodiscard]] SimTime next_event() const;
    /// Runs all events before `end`; what leaves the area waits in outbox().
    void run_until(SimTime end);

    /// From the head-end, at the concentrator at `at`.
    void accept(SimTime at, Message message);
    void on_supply(MeterId meter, bool energised, SimTime at);
    void on_meter_event(EventRecord const& event, SimTime now);
    void on_load(double second_of_day, std::span<float const> lv_load_w);
    void set_mains(bool on, SimTime at);

    struct Outgoing {
        SimTime at{};
        engine::FederateId to{};
        std::uint32_t entity = 0;
        Message message;
    };
    [[nodiscard]] std::vector<Outgoing>& outbox() { return outbox_; }
    [[nodiscard]] std::vector<MessageRecord>& message_records() { return records_; }
    [[nodiscard]] std::vector<EventRecord>& events() { return events_; }
    /// The concentrator came alive or fell silent, in order; the network must know.
    struct Liveness {
        SimTime at{};
        bool alive = false;
    };
    [[nodiscard]] std::vector<Liveness>& liveness() { return liveness_; }

    /// Requests that reached a meter on its reserve: it no longer answers.
    [[nodiscard]] std::uint64_t unanswered() const { return unanswered_; }
    /// Orders of the head-end that reached, or waited in, a concentrator that had fallen silent.
    [[nodiscard]] std::uint64_t unheard() const {
        return unheard_ + concentrator_.counts().jobs_dropped;
    }
    [[nodiscard]] plc::Medium const& medium() const { return medium_; }
    [[nodiscard]] concentrator::Concentrator const& concentrator() const { return concentrator_; }
    [[nodiscard]] std::span<MeterId const> meters() const { return row_.meters; }
    /// Messages handed to the medium whose fate is unknown, by walking them.
    void walk_in_flight(std::vector<MessageRecord>& out) const;
    [[nodiscard]] std::size_t bytes() const;

  private:
    enum class LocalKind : std::uint8_t { from_head_end, reply, last_gasp, modem_off, restored };
    struct Local {
        LocalKind kind{};
        std::uint32_t modem = 0;
        std::uint32_t outage =
            0; ///< of the meter: an event of an older outage has lost its meaning
        Message message;
    };

    void on_delivered(plc::Datagram const& datagram, SimTime at, std::uint8_t tries,
                      std::uint8_t hops) override;
    void on_lost(plc::Datagram const& datagram, LossReason reason, SimTime at, std::uint8_t tries,
                 std::uint8_t hops) override;
    void run_local(Local local);
    void note_liveness();

    struct ToMeters final : concentrator::MeterLink {
        explicit ToMeters(AccessArea& owner) : area(owner) {}
        void send(Message&& message) override;
        AccessArea& area;
    };
    struct ToHeadEnd final : concentrator::Uplink {
        explicit ToHeadEnd(AccessArea& owner) : area(owner) {}
        void send(Message&& message) override;
        AccessArea& area;
    };
    friend struct ToMeters;
    friend struct ToHeadEnd;

    void send_plc(std::uint16_t from, std::uint16_t to, Message&& message, bool contend);
    void record(InTransit&& item, Fate fate, LossReason reason, SimTime at, std::uint8_t tries,
                std::uint8_t hops);
    [[nodiscard]] std::uint16_t modem_of(MeterId meter) const;
    [[nodiscard]] MeterId meter_of(std::uint32_t modem) const { return row_.meters[modem - 1]; }

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    ConcentratorId id_;
    scenario::ConcentratorRow const& row_;
    meter::MeterTable& meters_;
    plc::Medium medium_;
    concentrator::Concentrator concentrator_;
    MessageNumbers meter_numbers_;
    ToMeters to_meters_{*this};
    ToHeadEnd to_head_end_{*this};
    engine::EventQueue<Local> local_;
    Slots<InTransit> in_transit_;
    std::vector<std::uint16_t> network_of_modem_; ///< [modem] row of row_.networks
    std::vector<float> noise_dbuv_;               ///< [modem]
    std::vector<std::uint32_t> outage_;           ///< [modem] counts supply changes
    std::vector<SimTime> restored_at_;            ///< [modem] last return of supply
    SimTime now_ = kStart;
    bool was_alive_ = true;
    std::uint64_t unanswered_ = 0;
    std::uint64_t unheard_ = 0;

    std::vector<Outgoing> outbox_;
    std::vector<MessageRecord> records_;
    std::vector<EventRecord> events_;
    std::vector<Liveness> liveness_;
};

} // namespace gridtwin::twin
