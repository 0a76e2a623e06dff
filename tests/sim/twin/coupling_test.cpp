// The layers meet: a dead feeder silences its meters, a command acts when it has really arrived,
// the head-end knows only what came.
#include "tests/sim/twin/day.hpp"

#include <map>

namespace gridtwin::twin::test {
namespace {

using namespace std::chrono_literals;

struct Recorded {
    std::vector<EventRecord> events;
    std::vector<MessageRecord> messages;
    std::vector<std::string> names;
    std::vector<std::string> channel;

    [[nodiscard]] std::vector<EventRecord> of(EventKind kind) const {
        std::vector<EventRecord> out;
        std::copy_if(events.begin(), events.end(), std::back_inserter(out),
                     [kind](EventRecord const& e) { return e.kind == kind; });
        return out;
    }
    [[nodiscard]] std::uint32_t meter(std::string const& name) const {
        return static_cast<std::uint32_t>(std::find(names.begin(), names.end(), name) -
                                          names.begin());
    }
};

Recorded record(fs::path const& file) {
    results::Reader const reader(file);
    return {reader.events(), reader.messages(), reader.read_strings("/entities/meters/name"),
            reader.read_strings("/entities/meters/channel")};
}

TEST(Coupling, ADeadFeederSilencesItsMetersOnceTheirHoldUpIsUsedUp) {
    Scratch scratch;
    auto const day = record(run_day(scratch, first_light()).file);
    std::map<std::uint32_t, std::pair<SimTime, SimTime>> dead;
    for (auto const& e : day.of(EventKind::power_lost)) {
        dead[e.row] = {e.at, kNever};
    }
    for (auto const& e : day.of(EventKind::power_restored)) {
        dead.at(e.row).second = e.at;
    }
    ASSERT_GT(dead.size(), 100U);
    constexpr auto kHoldUp = 30s;
    std::size_t from_dead = 0;
    for (auto const& m : day.messages) {
        if (m.channel != Channel::plc || m.fate != Fate::delivered ||
            index(m.meter) >= day.names.size()) {
            continue;
        }
        auto const found = dead.find(static_cast<std::uint32_t>(m.meter));
        if (found == dead.end()) {
            continue;
        }
        auto const& [lost, restored] = found->second;
        EXPECT_FALSE(m.done > lost + kHoldUp && m.done < restored)
            << day.names[found->first] << " at " << format_time(m.done);
        from_dead += m.done > lost && m.done < restored ? 1 : 0;
    }
    EXPECT_GT(from_dead, 0U) << "last gasps got through before that";
}

TEST(Coupling, ARelayOpensAfterItsCommandHasArrivedAndTheHeadEndKnowsLater) {
    Scratch scratch;
    auto const day = record(run_day(scratch, first_light()).file);
    for (auto const* name : {"homes/17", "farms/3"}) {
        auto const row = day.meter(name);
        auto const channel = day.channel[row] == "plc" ? Channel::plc : Channel::sms;
        SimTime arrived = kNever;
        SimTime answered = kNever;
        CommandId command{};
        for (auto const& m : day.messages) {
            if (m.channel == channel && index(m.meter) == row && m.fate == Fate::delivered) {
                if (m.kind == MessageKind::set_relay && m.done < arrived) {
                    arrived = m.done;
                    command = m.command;
                }
                answered =
                    m.kind == MessageKind::acknowledgement ? std::min(answered, m.done) : answered;
            }
        }
        auto const at = [&](EventKind kind) {
            for (auto const& e : day.of(kind)) {
                bool const ours =
                    kind == EventKind::relay_opened || e.value == static_cast<double>(command);
                if (e.row == row && ours) {
                    return e.at;
                }
            }
            return kNever;
        };
        SimTime const issued = at(EventKind::command_issued);
        SimTime const opened = at(EventKind::relay_opened);
        SimTime const confirmed = at(EventKind::command_confirmed);
        ASSERT_NE(opened, kNever) << name;
        EXPECT_LT(issued, arrived) << name;
        EXPECT_GE(opened, arrived + 50ms) << name << ": the contacts take their time";
        EXPECT_GT(answered, opened) << name;
        EXPECT_GT(confirmed, answered) << name;
    }
}

TEST(Coupling, TheHeadEndBelievesInTheOutageLaterThanItHappensAndEndsWithoutOne) {
    Scratch scratch;
    auto const file = run_day(scratch, first_light()).file;
    auto const day = record(file);
    results::Reader const reader(file);
    SimTime const lost = kStart + 14h;
    SimTime first_belief = kNever;
    std::map<std::pair<EventEntity, std::uint32_t>, bool> last;
    for (auto const& b : reader.beliefs()) {
        if (b.energised == 0) {
            EXPECT_GE(b.at, lost) << "nobody believes in an outage before it happens";
            first_belief = std::min(first_belief, b.at);
        }
        last[{b.entity, b.row}] = b.energised != 0;
    }
    EXPECT_GT(first_belief, lost + 2s) << "last gasps take time";
    EXPECT_LT(first_belief, lost + 1min);
    for (auto const& [entity, energised] : last) {
        EXPECT_TRUE(energised) << name(entity.first) << " " << entity.second;
    }
}

TEST(Coupling, NoiseFollowsTheLoadSoRoutesGrowLongerInTheEvening) {
    Scratch scratch;
    results::Reader const reader(run_day(scratch, first_light()).file);
    std::map<std::uint32_t, std::uint8_t> hops;
    double at_four = 0.0;
    double at_twenty = 0.0;
    auto const mean = [&hops] {
        double sum = 0.0;
        for (auto const& [meter, h] : hops) {
            sum += h;
        }
        return sum / static_cast<double>(hops.size());
    };
    for (auto const& r : reader.routes()) {
        if (r.at > kStart + 5h && at_four == 0.0) {
            at_four = mean();
        }
        if (r.at > kStart + 20h + 30min && at_twenty == 0.0) {
            at_twenty = mean();
        }
        hops[static_cast<std::uint32_t>(r.meter)] = r.hops;
    }
    at_twenty = at_twenty == 0.0 ? mean() : at_twenty;
    EXPECT_GE(at_four, 1.0);
    EXPECT_GT(at_twenty, at_four);
}

TEST(Coupling, AConcentratorLivesOnItsBatteryFallsSilentAndComesBackWithTheMains) {
    Scratch scratch;
    auto const file =
        run_day(scratch, first_light({{"concentrators: 4\n",
                                       "concentrators: 4\n  concentrator: { battery: 20 min }\n"}}))
            .file;
    auto const day = record(file);
    auto const down = day.of(EventKind::concentrator_down);
    auto const up = day.of(EventKind::concentrator_up);
    ASSERT_EQ(down.size(), 3U) << "three of the four are below the open line";
    ASSERT_EQ(up.size(), 3U);
    for (auto const& e : down) {
        EXPECT_EQ(e.at, kStart + 14h + 20min);
    }
    for (auto const& e : up) {
        EXPECT_EQ(e.at, kStart + 15h + 30min);
    }
    // and while it is silent nothing crosses its cell
    for (auto const& m : day.messages) {
        if (m.channel == Channel::wan && index(m.concentrator) >= 1 &&
            m.concentrator != kNone<ConcentratorId> && m.sent > kStart + 14h + 20min &&
            m.done < kStart + 15h + 30min) {
            EXPECT_EQ(m.fate, Fate::lost) << format_time(m.sent);
            EXPECT_EQ(m.reason, LossReason::link_down);
        }
    }
}

TEST(Coupling, RepeatedSmsCommandsReachTheProcessedStateOneForEachAnswer) {
    // given a farm without power from 11:59:30, so that the head-end repeats its order
    Scratch scratch;
    auto const day = record(
        run_day(scratch,
                first_light({{"at: 11:00, disconnect: farms/3", "at: 12:00, disconnect: farms/3"},
                             {"open: line.671692", "close: line.671692"},
                             {"at: 15:30, close: line.671692", "at: 18:00, close: line.671680"},
                             {"record:", "  - { at: 11:59:30, open: line.671680 }\n\nrecord:"}}))
            .file);
    auto const row = day.meter("farms/3");
    std::size_t orders = 0;
    std::size_t processed = 0;
    std::size_t answers = 0;
    for (auto const& m : day.messages) {
        if (m.channel == Channel::sms && index(m.meter) == row && m.fate == Fate::delivered) {
            orders += m.kind == MessageKind::set_relay ? 1U : 0U;
            processed +=
                m.kind == MessageKind::set_relay && m.state == DeliveryState::processed ? 1U : 0U;
            answers += m.kind == MessageKind::acknowledgement ? 1U : 0U;
        }
    }
    EXPECT_GT(orders, 1U);
    EXPECT_EQ(processed, answers);
    EXPECT_EQ(day.of(EventKind::relay_opened).size(), 2U) << "a repeated command is executed once";
}

// Street 670-1 has homes/1 to homes/60, its second branch those from homes/31 on.
TEST(Coupling, ABlownFuseDarkensItsBranchAndTheLineCarriesNothingOutOfIt) {
    Scratch scratch;
    Changes const blown{{"at: 14:00, open: line.671692", "at: 14:00, open: fuse.670-1/2"},
                        {"at: 15:30, close: line.671692", "at: 15:30, close: fuse.670-1/2"}};
    auto const run = run_day(scratch, first_light(blown));
    auto const day = record(run.file);
    auto const branch = [&](std::uint32_t row) {
        return row >= day.meter("homes/31") && row <= day.meter("homes/60");
    };
    std::size_t lost = 0;
    for (auto const& e : day.of(EventKind::power_lost)) {
        EXPECT_TRUE(branch(e.row));
        EXPECT_EQ(e.at, kStart + 14h);
        ++lost;
    }
    EXPECT_EQ(lost, 30U);
    EXPECT_EQ(day.of(EventKind::power_restored).size(), 30U);
    auto const opened = day.of(EventKind::switch_opened);
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(opened[0].entity, EventEntity::lv_network);
    EXPECT_EQ(opened[0].value, 2.0);
    // last gasps are sent, and none gets across the fuse; the other branch is read as ever
    for (auto const& m : day.messages) {
        bool const dark = m.done >= kStart + 14h && m.done < kStart + 15h + 30min;
        if (m.channel != Channel::plc || m.fate != Fate::delivered || !dark) {
            continue;
        }
        EXPECT_FALSE(branch(static_cast<std::uint32_t>(m.meter))) << format_time(m.done);
    }
    EXPECT_EQ(day.of(EventKind::last_gasp_sent).size(), 30U);
    EXPECT_EQ(run.kpi("messages.balanced"), 1.0);
    EXPECT_LT(run.kpi("energy.residual"), 1e-6);
    EXPECT_TRUE(run.report.books_close);
    // and with the fuse back all is heard again, what is missing included
    EXPECT_GT(run.kpi("read_success"), 0.98);
}

// A branch that only radio leaves: the last gasps that the line cannot carry arrive.
TEST(Coupling, RadioCarriesTheLastGaspsOfABranchWithABlownFuse) {
    Scratch scratch;
    auto const alarms = [&](std::string const& way, std::string const& name) {
        auto const day =
            record(run_day(scratch,
                           first_light(
                               {{"at: 14:00, open: line.671692", "at: 14:00, open: fuse.670-1/2"},
                                {"at: 15:30, close: line.671692", "at: 15:30, close: fuse.670-1/2"},
                                {"peak: 2 kW, meter: plc", "peak: 2 kW, meter: " + way}}),
                           name)
                       .file);
        std::size_t heard = 0;
        for (auto const& e : day.of(EventKind::alarm_received)) {
            heard += e.at < kStart + 15h && e.at > kStart + 14h ? 1U : 0U;
        }
        return heard;
    };
    EXPECT_EQ(alarms("plc", "line"), 0U);
    EXPECT_GT(alarms("plc+rf", "both"), 20U);
}

} // namespace
} // namespace gridtwin::twin::test
