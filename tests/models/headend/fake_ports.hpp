#pragma once
// Ports that tests script: time moves when told, what is sent and written is kept in lists.
#include "models/headend/head_end.hpp"
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ledger.hpp"
#include "models/headend/ports/ports.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <vector>

namespace gridtwin::headend {

using namespace std::chrono_literals;

constexpr SimTime at(SimDuration since_start) {
    return kStart + since_start;
}
constexpr MeterId meter(std::uint32_t row) {
    return static_cast<MeterId>(row);
}
constexpr LvNetworkId network(std::uint32_t row) {
    return static_cast<LvNetworkId>(row);
}

class FakeClock final : public Clock {
  public:
    [[nodiscard]] SimTime now() const override { return now_; }
    void set_timer(SimTime at, std::uint64_t id) override { timers_.insert({at, id}); }

    /// Fires what falls due up to `to`, in order, and stands at `to`.
    /// @param controller whoever has an on_timer(id)
    void advance(auto& controller, SimTime to) {
        while (!timers_.empty() && timers_.begin()->first <= to) {
            auto const [due, id] = *timers_.begin();
            timers_.erase(timers_.begin());
            now_ = std::max(now_, due);
            controller.on_timer(id);
        }
        now_ = std::max(now_, to);
    }
    [[nodiscard]] SimTime next_timer() const {
        return timers_.empty() ? kNever : timers_.begin()->first;
    }
    void forget_timers() { timers_.clear(); }

  private:
    SimTime now_ = kStart;
    std::set<std::pair<SimTime, std::uint64_t>> timers_;
};

struct FakeCommands final : CommandPort {
    struct Sent {
        SimTime at{};
        Command command;
        friend bool operator==(Sent const&, Sent const&) = default;
    };
    explicit FakeCommands(Clock const& the_clock) : clock(the_clock) {}
    void send(Command const& command) override {
        sent.push_back({clock.now(), command});
        if (on_send) {
            on_send(command);
        }
    }
    void assign(Assignment const& assignment) override {
        assigned.push_back(assignment);
        if (on_assign) {
            on_assign(assignment);
        }
    }
    Clock const& clock;
    std::vector<Sent> sent;
    std::vector<Assignment> assigned;
    std::function<void(Command const&)> on_send;
    std::function<void(Assignment const&)> on_assign;
};

struct FakeJournal final : Journal {
    void write(JournalEntry const& entry) override { entries.push_back(entry); }
    [[nodiscard]] std::vector<JournalEntry> of(EventKind kind) const {
        std::vector<JournalEntry> result;
        for (auto const& entry : entries) {
            if (entry.kind == kind) {
                result.push_back(entry);
            }
        }
        return result;
    }
    std::vector<JournalEntry> entries;
};

struct FakeBeliefs final : BeliefPort {
    void believe(Belief const& belief) override { told.push_back(belief); }
    std::vector<Belief> told;
};

struct FakeSuspicions final : SuspicionPort {
    void suspect(TheftSuspicion const& suspicion) override { told.push_back(suspicion); }
    std::vector<TheftSuspicion> told;
};

/// A fleet of `networks` transformers with `each` meters; every `sms_every`-th meter (from the last
/// of the first ones on) is an SMS meter, 0: none. One concentrator per network, one feeder.
inline Fleet make_fleet(std::uint32_t networks, std::uint32_t each, std::uint32_t sms_every = 0) {
    Fleet fleet;
    fleet.concentrators = networks;
    fleet.feeders = 1;
    fleet.feeder.assign(networks, FeederId{0});
    for (std::uint32_t m = 0; m < networks * each; ++m) {
        bool const sms = sms_every != 0 && m % sms_every == sms_every - 1;
        fleet.channel.push_back(sms ? Channel::sms : Channel::plc);
        fleet.lv_network.push_back(network(m / each));
        fleet.concentrator.push_back(sms ? kNone<ConcentratorId>
                                         : static_cast<ConcentratorId>(m / each));
    }
    return fleet;
}

/// A head-end at its desk: the fakes, and short words for what happens to it.
struct Desk {
    explicit Desk(Fleet const& fleet, HeadEndConfig const& config = {}, bool started = true,
                  UtilityRecords const* records = nullptr)
        : ledger(fleet.meters(), 4 * 96), head(config, fleet, ports(), records) {
        if (started) {
            head.start();
        }
    }
    [[nodiscard]] Ports ports() { return {clock, commands, ledger, journal, beliefs, suspicions}; }

    void run_to(SimDuration since_start) { clock.advance(head, at(since_start)); }
    void reading(std::uint32_t m, std::uint32_t interval, std::uint16_t voltage_dv = 2300) {
        head.on_reading({.meter = meter(m),
                         .interval = interval,
                         .import_mwh = 250'000,
                         .voltage_dv = voltage_dv,
                         .received = clock.now()});
    }
    void readings(std::uint32_t m, std::uint32_t first, std::uint32_t last) {
        for (std::uint32_t k = first; k <= last; ++k) {
            reading(m, k);
        }
    }
    void alarm(std::uint32_t m, AlarmKind kind, SimDuration occurred) {
        head.on_alarm({.meter = meter(m),
                       .kind = kind,
                       .channel = Channel::plc,
                       .occurred = at(occurred),
                       .received = clock.now()});
    }
    void acknowledge(Command const& command, std::int64_t value, SimDuration executed) {
        head.on_acknowledgement({.command = command.id,
                                 .meter = command.meter,
                                 .value = value,
                                 .executed = at(executed),
                                 .received = clock.now()});
    }
    void registration(std::uint32_t m, std::uint32_t concentrator, std::uint32_t number,
                      bool in = true) {
        head.on_registration({.meter = meter(m),
                              .concentrator = static_cast<ConcentratorId>(concentrator),
                              .number = number,
                              .in = in ? 1U : 0U,
                              .received = clock.now()});
    }
    [[nodiscard]] std::vector<FakeCommands::Sent> const& sent() const { return commands.sent; }
    [[nodiscard]] Command const& last() const { return commands.sent.back().command; }

    FakeClock clock;
    FakeCommands commands{clock};
    MemoryLedger ledger;
    FakeJournal journal;
    FakeBeliefs beliefs;
    FakeSuspicions suspicions;
    HeadEnd head;
};

} // namespace gridtwin::headend
