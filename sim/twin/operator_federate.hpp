#pragma once
// The SMS operator between the gateway and the meters, and concentrators whose data session is
// lost.
#include "models/sms/external_port.hpp"
#include "models/sms/gateway.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/federate.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/access_federate.hpp"
#include "sim/twin/forger.hpp"
#include "sim/twin/grid_view.hpp"
#include "sim/twin/real_wire.hpp"
#include "sim/twin/slots.hpp"
#include "sim/twin/sms_log.hpp"

#include <map>
#include <optional>
#include <unordered_set>
#include <vector>

namespace gridtwin::twin {

class OperatorFederate final : public engine::Federate,
                               public GridListener,
                               public LivenessListener,
                               sms::SmsSink {
  public:
    OperatorFederate(scenario::Scenario const& scenario, scenario::World const& world);

    /// Meters without power are absent once their hold-up is used up, those whose modem is broken
    /// at once.
    void on_grid(GridView const& view) override;
    /// A concentrator's modem is absent while it is silent.
    void on_concentrator(ConcentratorId id, bool alive, SimTime at) override;
    [[nodiscard]] SimTime next_event() const override;
    /// A message for message.meter from the gateway, or from it to the gateway (by its kind).
    void accept(engine::Envelope&& envelope) override;
    void run_until(SimTime end, engine::Outbox& out) override;
    void finish(SimTime end) override;

    /// Who is told of outside clients' messages; it must outlive the run.
    void set_external_port(sms::ExternalPort& port) { external_ = &port; }
    /// An outside client's message, at `at` not before what has been run.
    void submit(SimTime at, sms::ExternalMessage const& message);

    [[nodiscard]] sms::Gateways const& sms() const { return operator_; }
    /// All messages of the run, in the order of their submission, as they stand now.
    [[nodiscard]] std::vector<MessageRecord> const& records() const { return records_; }
    /// Of the same messages.
    [[nodiscard]] std::vector<SmsRow> const& log() const { return log_; }
    /// Answers that came once more, which the gateways do not hand on.
    [[nodiscard]] std::uint64_t answers_repeated() const { return answers_repeated_; }
    /// Messages that somebody forged.
    [[nodiscard]] std::uint64_t forged() const { return forger_.forged(); }
    /// Appends what befell operator, gateways, cells and coverage before `until`, from where the
    /// last call ended.
    void take_events(SimTime until, std::vector<EventRecord>& events);

  private:
    struct Local {
        enum class Kind : std::uint8_t { message, supply, module, forgery } kind{};
        MeterId meter{};
        bool works = false; ///< supply, module
        std::uint32_t outage = 0;
        Message message;
        std::uint64_t external = 0; ///< the port's number of an outside client's message; 0 none
        SimDuration validity{};     ///< of that
        bool forged = false;
        std::size_t event = 0; ///< of the world's: the forgery
    };
    struct Item {
        Message message;
        std::uint64_t external = 0;
        bool forged = false;
        std::optional<bool> closes{}; ///< an order to the relay, if the gateway could read it
    };

    void plan_changes();
    void submit(SimTime at, Local local);
    [[nodiscard]] Local local_of(SimTime at, sms::ExternalMessage const& external);
    void submit_forged(SimTime at, scenario::PlannedEvent const& event);
    /// What the gateway, which has the keys, sees of a message that it passes on; none: nothing.
    [[nodiscard]] std::optional<Message> looked_into(Message const& message);
    void answer_outside(Message const& answer, SimTime at);
    void hand_down(Item const& item, MeterId subscriber, SimTime at);
    void note_sender(sms::SmsMessage const& sms);
    void note_answer(Message const& answer, SimTime at);
    /// The operator's name for who has the modem: meters by their rows, concentrators after them.
    [[nodiscard]] MeterId subscriber(ConcentratorId id) const {
        return static_cast<MeterId>(world_.meters.size() + index(id));
    }
    void on_duplicate(sms::SmsMessage const& message, SimTime at) override;
    void on_fate(std::uint64_t handle, DeliveryFate fate, SimTime at) override;
    void on_delivered(sms::SmsMessage const& message, std::uint8_t tries, SimTime at) override;
    void on_lost(sms::SmsMessage const& message, LossReason reason, std::uint8_t tries,
                 SimTime at) override;
    void on_state(std::uint64_t handle, DeliveryState state, SimTime at) override;

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    sms::Gateways operator_;
    engine::EventQueue<Local> local_;
    std::vector<std::uint32_t> outage_; ///< [subscriber] counts supply changes
    std::vector<std::uint8_t> dark_;    ///< [subscriber] its reserve is used up, too
    std::vector<std::uint8_t> broken_;  ///< [subscriber] its modem
    std::vector<Item> items_;           ///< by handle; handles are never used twice
    std::map<CommandId, std::vector<std::uint64_t>>
        asked_; ///< requests not yet answered, oldest first
    std::vector<MessageRecord> records_;
    std::vector<SmsRow> log_; ///< [handle]
    std::vector<std::uint8_t>
        answers_; ///< [subscriber] gateway that it heard last, which it answers
    std::unordered_set<std::uint64_t> heard_; ///< ids of answers; never iterated
    std::uint64_t answers_repeated_ = 0;
    std::vector<EventRecord> events_; ///< all that are planned, in order of time
    std::size_t events_taken_ = 0;
    sms::ExternalPort* external_ = nullptr;
    MessageNumbers outside_numbers_;
    Forger forger_;
    RealWire gateway_;              ///< of both gateways
    engine::Outbox* out_ = nullptr; ///< while running
};

} // namespace gridtwin::twin
