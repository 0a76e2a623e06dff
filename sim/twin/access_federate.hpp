#pragma once
// All meters and what reads them: the areas of concentrators, and the meters that speak SMS.
#include "sim/core/thread_pool.hpp"
#include "sim/engine/federate.hpp"
#include "sim/twin/access_area.hpp"
#include "sim/twin/grid_view.hpp"
#include "sim/twin/sms_meters.hpp"

#include <memory>
#include <queue>
#include <vector>

namespace gridtwin::twin {

/// Told when a concentrator falls silent or comes back.
class LivenessListener {
  public:
    virtual ~LivenessListener() = default;
    virtual void on_concentrator(ConcentratorId id, bool alive, SimTime at) = 0;
};

class AccessFederate final : public engine::Federate, public GridListener {
  public:
    AccessFederate(scenario::Scenario const& scenario, scenario::World const& world,
                   meter::MeterTable& meters, ThreadPool& pool);
    void add_liveness_listener(LivenessListener& listener) { liveness_.push_back(&listener); }

    void on_grid(GridView const& view) override;
    [[nodiscard]] SimTime next_event() const override;
    /// To a concentrator (entity: its row) when message.concentrator is set, else to an SMS meter.
    void accept(engine::Envelope&& envelope) override;
    void run_until(SimTime end, engine::Outbox& out) override;
    void finish(SimTime end) override;

    [[nodiscard]] std::size_t area_count() const { return areas_.size(); }
    [[nodiscard]] AccessArea const& area(std::size_t i) const { return *areas_[i]; }
    [[nodiscard]] std::size_t concentrator_count() const { return world_.concentrators.size(); }
    /// By its row.
    [[nodiscard]] concentrator::Concentrator const& concentrator(std::size_t i) const;
    [[nodiscard]] SmsMeters const& sms_meters() const { return sms_; }
    /// Appends what has been recorded since the last call, in the order of areas.
    void take_records(std::vector<MessageRecord>& messages, std::vector<EventRecord>& events);

  private:
    [[nodiscard]] std::size_t area_of(ConcentratorId concentrator) const;
    void reschedule(std::size_t area);
    void tell_liveness(std::size_t area);

    scenario::World const& world_;
    ThreadPool& pool_;
    std::vector<std::unique_ptr<AccessArea>> areas_;
    SmsMeters sms_;
    std::vector<LivenessListener*> liveness_;

    struct Due {
        SimTime at{};
        std::uint32_t area = 0;
        friend bool operator>(Due const& a, Due const& b) {
            return a.at > b.at || (a.at == b.at && a.area > b.area);
        }
    };
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_; ///< may hold outdated entries
    std::vector<SimTime> scheduled_; ///< [area] earliest entry in due_
    std::vector<std::uint32_t> running_;
};

} // namespace gridtwin::twin
