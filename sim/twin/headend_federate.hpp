#pragma once
// The head-end's ports, made of the simulation: its clock, its network, its books.
#include "models/headend/head_end.hpp"
#include "models/headend/ports/ledger.hpp"
#include "models/headend/recording/deliveries.hpp"
#include "models/headend/recording/recorder.hpp"
#include "models/headend/uploads.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/federate.hpp"
#include "sim/results/records.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/headend_files.hpp"
#include "sim/twin/real_wire.hpp"
#include "sim/twin/utility_tree.hpp"

#include <memory>
#include <set>
#include <vector>

namespace gridtwin::twin {

/// What the utility's own database knows of the world. Bulk customers have a transformer each; they
/// come behind the low-voltage networks.
[[nodiscard]] headend::Fleet make_fleet(scenario::Scenario const& scenario,
                                        scenario::World const& world);

/// All that the scenario's head-end is made of.
[[nodiscard]] headend::recording::Setup head_end_setup(scenario::Scenario const& scenario,
                                                       scenario::World const& world);

class HeadEndFederate final : public engine::Federate,
                              headend::Clock,
                              headend::CommandPort,
                              headend::Journal,
                              headend::BeliefPort,
                              headend::SuspicionPort,
                              headend::NotifyPort {
  public:
    /// @throws InputError for a file that cannot be written or read, or is of another head-end
    HeadEndFederate(scenario::Scenario const& scenario, scenario::World const& world,
                    HeadEndFiles const& files = {});

    [[nodiscard]] SimTime next_event() const override;
    void accept(engine::Envelope&& envelope) override;
    void run_until(SimTime end, engine::Outbox& out) override;
    void finish(SimTime end) override;
    /// Ends the recording, if one is made. @throws InputError when not all could be written
    void close_recording();

    [[nodiscard]] headend::HeadEnd const& head_end() const { return *head_end_; }
    [[nodiscard]] headend::Uploads const& uploads() const { return uploads_; }
    [[nodiscard]] headend::MemoryLedger const& ledger() const { return ledger_; }
    /// Messages that could not be understood.
    [[nodiscard]] std::uint64_t malformed() const { return malformed_; }
    /// Messages that could not be opened.
    [[nodiscard]] std::uint64_t refused() const { return wire_.refused(); }
    /// Of the meters' alarms, s: from what a meter tells of, as it dates it, until it is here.
    [[nodiscard]] std::vector<double> const& alarm_delays_s() const { return alarm_delays_s_; }
    /// Meters held to be without supply now.
    [[nodiscard]] std::uint64_t believed_dark() const { return believed_dark_; }
    /// [meter] 1: suspected of theft at some time.
    [[nodiscard]] std::vector<std::uint8_t> const& ever_suspected() const {
        return ever_suspected_;
    }
    /// What outage management was told of the network.
    [[nodiscard]] UtilityTree const& utility_tree() const { return tree_; }
    [[nodiscard]] std::vector<EventRecord>& events() { return events_; }
    [[nodiscard]] std::vector<results::BeliefRecord>& beliefs() { return beliefs_; }

  private:
    [[nodiscard]] SimTime now() const override { return now_; }
    void set_timer(SimTime at, std::uint64_t id) override;
    void send(headend::Command const& command) override;
    void assign(headend::Assignment const& assignment) override;
    void write(headend::JournalEntry const& entry) override;
    void believe(headend::Belief const& belief) override;
    void suspect(headend::TheftSuspicion const& suspicion) override;
    void notify(headend::Notice const& notice) override;
    void receive(Message&& message);
    void take(Message const& message);
    void send_down(Message&& message);
    void receive_profile(Message const& message);
    void receive_blocks(Message const& message);
    void receive_firmware(Message const& message);
    void give_orders(scenario::PlannedEvent const& event);
    void order(headend::Command const& command, SimTime at);
    void be_told();

    scenario::Scenario const& scenario_;
    scenario::World const& world_;
    headend::MemoryLedger ledger_;
    UtilityTree tree_;                                       ///< empty without outage management
    std::unique_ptr<headend::recording::Recorder> recorder_; ///< or none
    std::unique_ptr<headend::recording::Deliveries> told_;   ///< or none
    std::unique_ptr<headend::HeadEnd> head_end_;
    headend::Controller* controller_ = nullptr; ///< the head-end, or who records it
    MessageNumbers numbers_;
    RealWire wire_;
    headend::Uploads uploads_;
    /// How a concentrator was heard last, and in which of its messages.
    struct Heard {
        MessageId latest{};
        Channel over = Channel::wan;
    };
    std::vector<Heard> heard_; ///< [concentrator]
    engine::EventQueue<Message> inbox_;
    std::set<std::pair<SimTime, std::uint64_t>> timers_;
    SimTime now_ = kStart;
    engine::Outbox* out_ = nullptr; ///< while running
    bool started_ = false;
    std::uint64_t malformed_ = 0;
    std::vector<double> alarm_delays_s_;
    std::uint64_t believed_dark_ = 0;
    std::vector<std::uint8_t> dark_; ///< [meter]
    std::vector<std::uint8_t> ever_suspected_;
    std::vector<EventRecord> events_;
    std::vector<results::BeliefRecord> beliefs_;
};

} // namespace gridtwin::twin
