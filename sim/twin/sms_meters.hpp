#pragma once
// The meters' end of the SMS operator: a modem that reads its store, a meter that answers.
#include "models/meter/table.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/federate.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/real_wire.hpp"
#include "sim/twin/seen_messages.hpp"
#include "sim/twin/sms_terminals.hpp"

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace gridtwin::twin {

class SmsMeters {
  public:
    SmsMeters(scenario::Scenario const& scenario, scenario::World const& world,
              meter::MeterTable& meters);

    [[nodiscard]] SimTime next_event() const { return local_.next(); }
    /// A short message for message.meter; at `at` its modem has handed it to the meter.
    void accept(SimTime at, Message message);
    void on_meter_event(EventRecord const& event, SimTime now);
    void run_until(SimTime end, engine::Outbox& out);
    void take_events(std::vector<EventRecord>& events);
    /// Messages that reached a meter without voltage, or a broken modem, and still wait in the
    /// store.
    [[nodiscard]] std::size_t stored() const { return stored_.size(); }
    /// Messages that the network brought once more, and that were answered from memory.
    [[nodiscard]] std::uint64_t duplicates_answered() const { return duplicates_answered_; }
    /// And those of which nothing came, as their answer was no longer known.
    [[nodiscard]] std::uint64_t duplicates_ignored() const { return duplicates_ignored_; }
    /// What was accepted and refused of outside clients' messages.
    [[nodiscard]] wire::sms::GuardCounts const& guard_counts() const { return terminals_.counts(); }
    /// Alarms that say so of those refused.
    [[nodiscard]] std::uint64_t refusal_alarms() const { return refusal_alarms_; }
    /// Messages that their meter could not open.
    [[nodiscard]] std::uint64_t refused() const { return wire_.refused(); }
    /// Whether its modem is.
    [[nodiscard]] bool broken(MeterId meter) const { return broken_[index(meter)] != 0; }

  private:
    enum class LocalKind : std::uint8_t {
        request,
        reply,
        last_gasp,
        restored,
        module_failed,
        module_repaired
    };
    struct Local {
        LocalKind kind{};
        MeterId meter{};
        std::uint32_t outage = 0;
        Message message;
    };

    /// A request and what was answered to it.
    struct Answered {
        MessageId request{};
        SimTime ready{};
        std::optional<Message> answer;
    };
    /// Of those that a meter was sent.
    struct Heard {
        SeenMessages seen{wire::sms::kMeterWindow};
        std::deque<Answered> answered; ///< kRemembered, the latest last
    };
    static constexpr std::size_t kRemembered = 4; ///< as wire::sms::kRecent
    static constexpr SimDuration kRefusalAlarmEvery =
        std::chrono::hours(1); ///< a meter; assumption

    bool repeated(SimTime now, Local const& local);
    void run_one(SimTime now, Local local, engine::Outbox& out);
    void tell_refusal(MeterId meter, wire::sms::Refusal why, SimTime now);
    void run_outside(SimTime now, Message const& command, engine::Outbox& out);
    void send(SimTime now, Message message, engine::Outbox& out);
    void set_module(MeterId meter, bool fails, SimTime now);
    void read_store(MeterId meter, SimTime now);

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    meter::MeterTable& meters_;
    MessageNumbers numbers_;
    SmsTerminals terminals_;
    RealWire wire_;
    engine::EventQueue<Local> local_;
    std::vector<std::uint32_t> outage_; ///< [meter] counts supply changes
    std::vector<SimTime> restored_at_;  ///< [meter]
    std::vector<std::uint8_t> broken_;  ///< [meter] its modem
    std::vector<EventRecord> events_;
    std::map<MeterId, Heard> heard_;
    std::uint64_t duplicates_answered_ = 0;
    std::uint64_t duplicates_ignored_ = 0;
    std::map<MeterId, SimTime> refusal_told_; ///< by an alarm, the last time
    std::uint64_t refusal_alarms_ = 0;
    std::vector<Message> stored_; ///< until their meters have voltage and a modem again
};

} // namespace gridtwin::twin
