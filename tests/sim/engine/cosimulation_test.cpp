#include "sim/core/diagnostics.hpp"
#include "sim/engine/cosimulation.hpp"
#include "sim/engine/event_queue.hpp"

namespace gridtwin::engine {
namespace {
using namespace std::chrono_literals;

/// Sends what its script says and logs what it does.
class Scripted final : public Federate {
  public:
    Scripted(std::string label, std::vector<std::string>& log)
        : label_(std::move(label)), log_(log) {}

    struct Send {
        SimTime at;
        FederateId to;
    };
    std::vector<std::pair<SimTime, std::vector<Send>>> script;

    SimTime next_event() const override {
        SimTime next = inbox_.next();
        for (auto const& [at, sends] : script) {
            if (at >= reached_) {
                next = std::min(next, at);
            }
        }
        return next;
    }
    void accept(Envelope&& e) override { inbox_.push(e.at, e.source); }
    void run_until(SimTime end, Outbox& out) override {
        while (inbox_.next() < end) {
            auto const [at, source] = inbox_.pop();
            log_.push_back(fmt::format("{} hears {} at {}", label_, source, format_time(at)));
        }
        for (auto const& [at, sends] : script) {
            if (at >= reached_ && at < end) {
                log_.push_back(fmt::format("{} acts at {}", label_, format_time(at)));
                for (auto const& s : sends) {
                    out.send(s.at, s.to, 0, static_cast<std::uint32_t>(label_[0]), {});
                }
            }
        }
        reached_ = end;
    }
    void finish(SimTime end) override {
        log_.push_back(fmt::format("{} ends at {}", label_, format_time(end)));
    }

  private:
    std::string label_;
    std::vector<std::string>& log_;
    EventQueue<std::uint32_t> inbox_;
    SimTime reached_ = kStart;
};

SimTime at(SimDuration d) {
    return kStart + d;
}

TEST(CosimulationTest, WhoIsAskedBeforeAWindowMayHandOverWhatItBeginsWith) {
    std::vector<std::string> log;
    Scripted access("a", log);
    access.script = {{at(1s), {}}};
    Scripted grid("g", log);
    Cosimulation cosim(50ms);
    cosim.add(FederateId::grid, grid);
    cosim.add(FederateId::access, access);
    std::vector<std::pair<SimTime, SimTime>> asked;
    Cosimulation::Hooks hooks;
    hooks.before_window = [&](SimTime reached, SimTime next) {
        asked.emplace_back(reached, next);
        if (asked.size() == 1) {
            access.accept({.at = at(300ms), .to = FederateId::access, .source = 7, .message = {}});
            return at(300ms);
        }
        return next;
    };
    EXPECT_TRUE(cosim.run(at(2s), hooks).complete);
    EXPECT_EQ(log, (std::vector<std::string>{"a hears 7 at 00:00:00.300", "a acts at 00:00:01",
                                             "g ends at 00:00:02", "a ends at 00:00:02"}));
    EXPECT_EQ(asked, (std::vector{std::pair{at(0s), at(1s)}, std::pair{at(350ms), at(1s)},
                                  std::pair{at(1s + 50ms), at(2s)}}));
}

TEST(CosimulationTest, DeliversForwardInTheSameWindowAndBackwardAfterIt) {
    std::vector<std::string> log;
    Scripted grid("g", log);
    Scripted access("a", log);
    Scripted head("h", log);
    access.script = {{at(1s), {{at(1s), FederateId::head_end}}}};
    head.script = {{at(1s), {{at(1s + 50ms), FederateId::access}}}};
    Cosimulation cosim(50ms);
    cosim.add(FederateId::grid, grid);
    cosim.add(FederateId::access, access);
    cosim.add(FederateId::head_end, head);

    auto const outcome = cosim.run(at(2s), {});

    EXPECT_TRUE(outcome.complete);
    EXPECT_EQ(outcome.windows, 2U) << "time without events is skipped";
    EXPECT_EQ(log, (std::vector<std::string>{"a acts at 00:00:01", "h hears 97 at 00:00:01",
                                             "h acts at 00:00:01", "a hears 104 at 00:00:01.050",
                                             "g ends at 00:00:02", "a ends at 00:00:02",
                                             "h ends at 00:00:02"}));
}

TEST(CosimulationTest, AGridEventEndsTheWindowBeforeIt) {
    std::vector<std::string> log;
    Scripted grid("g", log);
    Scripted access("a", log);
    grid.script = {{at(1s + 10ms), {}}};
    access.script = {{at(1s), {}}, {at(1s + 10ms), {}}, {at(1s + 20ms), {}}};
    Cosimulation cosim(50ms);
    cosim.add(FederateId::grid, grid);
    cosim.add(FederateId::access, access);

    cosim.run(at(2s), {});

    EXPECT_EQ(log, (std::vector<std::string>{"a acts at 00:00:01", "g acts at 00:00:01.010",
                                             "a acts at 00:00:01.010", "a acts at 00:00:01.020",
                                             "g ends at 00:00:02", "a ends at 00:00:02"}));
}

TEST(CosimulationTest, RefusesAMessageIntoThePast) {
    std::vector<std::string> log;
    Scripted grid("g", log);
    Scripted access("a", log);
    Scripted head("h", log);
    head.script = {{at(1s), {{at(1s + 49ms), FederateId::access}}}};
    Cosimulation cosim(50ms);
    cosim.add(FederateId::grid, grid);
    cosim.add(FederateId::access, access);
    cosim.add(FederateId::head_end, head);
    try {
        cosim.run(at(2s), {});
        FAIL() << "no error";
    } catch (SimulationError const& e) {
        EXPECT_THAT(e.what(), testing::HasSubstr("from head-end to access row 0"));
        EXPECT_THAT(e.what(), testing::HasSubstr("lookahead is broken"));
    }
}

TEST(CosimulationTest, StopsWhenAskedAndSaysHowFarItCame) {
    std::vector<std::string> log;
    Scripted grid("g", log);
    grid.script = {{at(1s), {}}, {at(2s), {}}, {at(3s), {}}};
    Cosimulation cosim(50ms);
    cosim.add(FederateId::grid, grid);
    int windows = 0;
    auto const outcome = cosim.run(at(10s), {.stop_requested = [&] { return ++windows > 2; },
                                             .on_window = {},
                                             .time_federates = false});
    EXPECT_FALSE(outcome.complete);
    EXPECT_EQ(outcome.reached, at(2s + 50ms));
    EXPECT_EQ(log.back(), "g ends at 00:00:02.050");
}

TEST(CosimulationTest, NoWindowGoesBeyondWhatIsToBeHandedOver) {
    std::vector<std::string> log;
    Scripted access("a", log);
    access.script = {{at(1s), {}}, {at(1s + 30ms), {}}};
    Scripted grid("g", log);
    Cosimulation cosim(50ms);
    cosim.add(FederateId::grid, grid);
    cosim.add(FederateId::access, access);
    SimTime input = at(1s + 20ms); // amid a window
    Cosimulation::Hooks hooks;
    hooks.before_window = [&](SimTime reached, SimTime next) {
        if (input > next) {
            return next;
        }
        EXPECT_EQ(reached, input);
        access.accept({.at = input, .to = FederateId::access, .source = 7, .message = {}});
        return std::exchange(input, kNever);
    };
    hooks.next_input = [&] { return input; };
    EXPECT_TRUE(cosim.run(at(2s), hooks).complete);
    EXPECT_EQ(log, (std::vector<std::string>{"a acts at 00:00:01", "a hears 7 at 00:00:01.020",
                                             "a acts at 00:00:01.030", "g ends at 00:00:02",
                                             "a ends at 00:00:02"}));
}

TEST(CosimulationTest, StopsWhereWhoIsAskedBeforeAWindowHasCome) {
    std::vector<std::string> log;
    // A clock that is looked at each 400 ms, and may stand before the horizon, too.
    for (auto const& [stop, reached] : {std::pair{at(2s), at(2250ms)}, {at(9s), at(9050ms)}}) {
        Scripted grid("g", log);
        grid.script = {{at(1s), {}}, {at(3s), {}}};
        Cosimulation cosim(50ms);
        cosim.add(FederateId::grid, grid);
        SimTime now = kStart;
        Cosimulation::Hooks hooks;
        hooks.before_window = [&now](SimTime from, SimTime next) {
            return now = std::min(from + 400ms, next);
        };
        hooks.stop_requested = [&now, until = stop] { return now >= until; };
        auto const outcome = cosim.run(at(10s), hooks);
        EXPECT_FALSE(outcome.complete);
        EXPECT_EQ(outcome.reached, reached);
        EXPECT_EQ(log.back(), fmt::format("g ends at {}", format_time(reached)));
    }
    EXPECT_EQ(std::ranges::count(log, "g acts at 00:00:01"), 2) << "each event when it is due";
}

} // namespace
} // namespace gridtwin::engine
