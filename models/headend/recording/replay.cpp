#include "models/headend/recording/replay.hpp"

#include "models/headend/ports/ledger.hpp"
#include "models/headend/recording/deliveries.hpp"
#include "sim/core/civil_time.hpp"

#include <deque>
#include <set>
#include <utility>
#include <variant>

namespace gridtwin::headend::recording {

namespace {

using Output = std::variant<Command, Assignment>;

/// Time as it is recorded, and what is ordered, kept.
class Bench final : public Clock,
                    public CommandPort,
                    public Journal,
                    public BeliefPort,
                    public SuspicionPort,
                    public NotifyPort,
                    public CreditNotifyPort {
  public:
    [[nodiscard]] SimTime now() const override { return now_; }
    void set_timer(SimTime at, std::uint64_t id) override {
        timers_.emplace(std::max(at, now_), id);
    }
    void send(Command const& command) override { said_.emplace_back(command); }
    void assign(Assignment const& assignment) override { said_.emplace_back(assignment); }
    void write(JournalEntry const&) override {}
    void believe(Belief const&) override {}
    void suspect(TheftSuspicion const&) override {}
    void notify(Notice const&) override {}
    void notify(CreditNotice const&) override {}

    void stand_at(SimTime at) { now_ = at; }
    /// A timer that should have rung before now.
    [[nodiscard]] std::optional<Timer> overdue() const {
        if (timers_.empty() || timers_.begin()->first >= now_) {
            return std::nullopt;
        }
        return Timer{timers_.begin()->first, timers_.begin()->second};
    }
    /// @return false if the next one is none that rings now under this id
    bool ring(std::uint64_t id) {
        bool const is_next = !timers_.empty() && *timers_.begin() == std::pair(now_, id);
        if (is_next) {
            timers_.erase(timers_.begin());
        }
        return is_next;
    }
    /// What was said and not yet held against the recording, the first of it.
    [[nodiscard]] std::optional<Output> next_said() {
        if (said_.empty()) {
            return std::nullopt;
        }
        auto const first = said_.front();
        said_.pop_front();
        return first;
    }

  private:
    SimTime now_ = kStart;
    std::set<std::pair<SimTime, std::uint64_t>> timers_;
    std::deque<Output> said_;
};

std::string text_of(Timer const& timer) {
    return "a timer of application " + std::to_string(timer.id >> 48) + " at " +
           format_time(timer.at);
}

std::string text_of(std::optional<Output> const& output) {
    if (!output) {
        return "nothing";
    }
    if (auto const* a = std::get_if<Assignment>(&*output)) {
        return "an assignment of meter " + std::to_string(index(a->meter)) + " to concentrator " +
               std::to_string(index(a->concentrator)) + ", number " + std::to_string(a->number) +
               ", first " + std::to_string(a->first);
    }
    auto const& c = std::get<Command>(*output);
    std::string const whom = c.meter == kNone<MeterId>
                                 ? "concentrator " + std::to_string(index(c.concentrator))
                                 : "meter " + std::to_string(index(c.meter));
    return "command " + std::to_string(static_cast<std::uint64_t>(c.id)) + " of kind " +
           std::to_string(static_cast<int>(c.kind)) + " to " + whom + ", first " +
           std::to_string(c.first_interval) + ", count " + std::to_string(c.count) + ", value " +
           std::to_string(c.value_milli);
}

} // namespace

ReplayReport replay(std::filesystem::path const& file) {
    Deliveries recorded(file);
    auto const& setup = recorded.setup();
    Bench bench;
    MemoryLedger ledger(setup.fleet.meters(), setup.intervals);
    CivilClock const civil(setup.start, setup.zone);
    UtilityRecords const records{.tree = setup.tree,
                                 .notices = bench,
                                 .civil = civil,
                                 .intervals = setup.intervals,
                                 .accounts = setup.accounts,
                                 .credit_notices = &bench,
                                 .agreements = setup.agreements};
    HeadEnd head(setup.config, setup.fleet,
                 {.clock = bench,
                  .commands = bench,
                  .ledger = ledger,
                  .journal = bench,
                  .beliefs = bench,
                  .suspicions = bench},
                 &records);
    ReplayReport report;
    auto const differ = [&](std::string was, std::string is) {
        report.difference = {bench.now(), std::move(was), std::move(is)};
        return report;
    };
    for (; recorded.more(); recorded.advance()) {
        auto const entry = recorded.entry();
        if (is_output(entry)) {
            auto const was = entry == Entry::command ? Output(recorded.command())
                                                     : Output(recorded.assignment());
            ++(entry == Entry::command ? report.commands : report.assignments);
            if (auto const is = bench.next_said(); is != was) {
                return differ(text_of(was), text_of(is));
            }
            continue;
        }
        if (auto const is = bench.next_said()) { // behind all that was recorded
            return differ("nothing", text_of(is));
        }
        bench.stand_at(recorded.at());
        report.reached = recorded.at();
        if (auto const timer = bench.overdue()) {
            return differ("nothing", text_of(*timer));
        }
        if (entry == Entry::timer && !bench.ring(recorded.timer())) {
            return differ(text_of(Timer{recorded.at(), recorded.timer()}), "nothing");
        }
        ++report.told;
        recorded.deliver(head);
    }
    if (auto const is = bench.next_said()) {
        return differ("nothing", text_of(is));
    }
    return report;
}

} // namespace gridtwin::headend::recording
