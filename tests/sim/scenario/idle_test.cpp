// What a sound scenario does in vain is told, and nothing else.
#include "sim/scenario/scenario.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace gridtwin::scenario {
namespace {

namespace fs = std::filesystem;
using Changes = std::vector<std::pair<std::string, std::string>>;

/// "line:column: text" of each remark of the town with these changes.
std::vector<std::string> remarks(Changes const& changes) {
    std::ifstream in(fs::path(GRIDTWIN_SOURCE_DIR) / "tests/sim/scenario/town.yaml");
    std::ostringstream town;
    town << in.rdbuf();
    std::string text = town.str();
    for (auto const& [from, to] : changes) {
        text.replace(text.find(from), from.size(), to);
    }
    auto const file = fs::path(testing::TempDir()) / fmt::format("idle-{}.yaml", getpid());
    std::ofstream(file) << text;
    Diagnostics diagnostics;
    auto const scenario = read_scenario(file, diagnostics);
    fs::remove(file);
    EXPECT_EQ(diagnostics.text(), "");
    std::vector<std::string> out;
    for (auto const& remark : scenario.remarks) {
        out.push_back(
            fmt::format("{}:{}: {}", remark.where.line, remark.where.column, remark.text));
    }
    return out;
}

std::pair<std::string, std::string> collecting(std::string const& what) {
    return {"concentrators: 4", "concentrators: 4, concentrator: { collect: { " + what + " } }"};
}

std::pair<std::string, std::string> meters(std::string const& what) {
    return {"operator: {", "meter: { " + what + " }\noperator: {"};
}

TEST(Idle, NothingOfTheTownIs) {
    EXPECT_EQ(remarks({}), std::vector<std::string>{});
    EXPECT_EQ(remarks({collecting("events: { every: 1 d }, profiles: { every: 1 d }"),
                       meters("event_log: 32, profiles: [{ customers: homes }]")}),
              std::vector<std::string>{});
}

TEST(Idle, ArePollsThatComeTooLateForTheHeadEndsRounds) {
    std::pair<std::string, std::string> const every_hour{"every: 4 h", "every: 1 h"};
    EXPECT_EQ(remarks({every_hour}), std::vector<std::string>{}) << "concentrators follow";
    EXPECT_EQ(remarks({{"concentrators: 4", "concentrators: 4, concentrator: { poll_every: 2 h }"},
                       every_hour}),
              (std::vector<std::string>{
                  "19:51: concentrators poll every 2 h and the head-end's rounds are 1 h: what is "
                  "missing it asks for itself, meter by meter"}));
}

TEST(Idle, AreLastGaspsOfMetersThatCanTalkNoLonger) {
    EXPECT_EQ(
        remarks({meters("last_gasp_delay: 60 s")}),
        (std::vector<std::string>{"21:27: last gasps leave up to 80 s after the loss of "
                                  "voltage, meters can talk for 30 s: 0 % of them are sent"}));
    EXPECT_EQ(
        remarks({{"concentrators: 4", "concentrators: 4, last_gasp_spread: 56 s"}}),
        (std::vector<std::string>{"19:41: last gasps leave up to 58 s after the loss of "
                                  "voltage, meters can talk for 30 s: 50 % of them are sent"}));
    EXPECT_EQ(remarks({meters("hold_up: 0 s")}), std::vector<std::string>{}) << "as was wanted";
}

TEST(Idle, AreExpectedLastGaspsOfMetersWithoutAReserve) {
    auto const expecting = [](std::string const& bound, std::string const& reserve) {
        return remarks(
            {{"expect:\n", "expect:\n  - { kpi: alarms.power_lost_seen, " + bound + " }\n"},
             meters("hold_up: " + reserve)});
    };
    std::vector<std::string> const told{
        "39:5: last gasps are expected, and meters send none: meter.hold_up is 0 s"};
    EXPECT_EQ(expecting("at_least: 1", "0 s"), told);
    EXPECT_EQ(expecting("equals: 20", "0 s"), told);
    EXPECT_EQ(expecting("equals: 0", "0 s"), std::vector<std::string>{});
    EXPECT_EQ(expecting("at_most: 20", "0 s"), std::vector<std::string>{});
    EXPECT_EQ(expecting("at_least: 1", "30 s"), std::vector<std::string>{});
}

TEST(Idle, AreConcentratorsThatReadNobody) {
    EXPECT_EQ(remarks({{"meter: plc", "meter: sms"}}),
              (std::vector<std::string>{"19:28: no customer's meter is on the power line",
                                        "19:20: there are no concentrators: no customer's meter "
                                        "is on the power line or the radio mesh"}));
}

TEST(Idle, AreRequestsThatNoMeterCanAnswerInTime) {
    // 105 octets and acknowledgements at 2400 bit/s, there and back
    EXPECT_EQ(remarks({{"concentrators: 4",
                        "concentrators: 4, concentrator: { response_timeout: 0.5 s }"}}),
              (std::vector<std::string>{
                  "19:57: a request and the shortest answer take 966.6667 ms over one hop of the "
                  "power line, longer than access.concentrator.response_timeout, 0.5 s"}));
    EXPECT_EQ(remarks({{"concentrators: 4", "concentrators: 4, concentrator: { clock: { "
                                            "longest_round_trip: 0.1 s } }"}})
                  .size(),
              1U);
}

TEST(Idle, IsWhatConcentratorsAskForAndNoMeterKeeps) {
    EXPECT_EQ(remarks({collecting("events: { every: 1 d }, profiles: { every: 1 d }")}),
              (std::vector<std::string>{
                  "19:58: concentrators ask for logs that no meter keeps (meter.event_log is 0)",
                  "19:84: concentrators ask for second profiles that none of their meters keeps "
                  "(meter.profiles)"}));
}

TEST(Idle, IsASecondProfileThatNobodyFetches) {
    EXPECT_EQ(remarks({meters("profiles: [{ customers: homes }, { customers: farms }]")}),
              (std::vector<std::string>{
                  "21:21: nobody fetches the second profile of 'homes': "
                  "access.concentrator.collect.profiles is not scheduled",
                  "21:43: nobody fetches the second profile of 'farms': their meters are read by "
                  "SMS"}));
    EXPECT_EQ(remarks({collecting("profiles: { every: 1 d }"),
                       meters("profiles: [{ customers: homes }, { customers: bulk }]")}),
              (std::vector<std::string>{"21:43: nobody fetches the second profile of 'bulk': their "
                                        "meters are read by SMS"}));
}

TEST(Idle, IsAMediumWithoutMeters) {
    EXPECT_EQ(remarks({{"meter: plc", "meter: rf"}}),
              (std::vector<std::string>{"19:28: no customer's meter is on the power line"}));
    EXPECT_EQ(remarks({{"modem: ce-nero }", "modem: ce-nero }, rf: { radio: zigbee }"}}),
              (std::vector<std::string>{"19:52: no customer's meter is on the radio mesh"}));
}

TEST(Idle, IsAnEventThatChangesNothing) {
    EXPECT_EQ(remarks({{"events:\n", "events:\n"
                                     "  - { at: 5:00, end_tamper: homes/3, input: magnet }\n"
                                     "  - { at: 3:00, tamper: homes/3, input: magnet }\n"
                                     "  - { at: 4:00, tamper: homes/3, input: magnet }\n"
                                     "  - { at: 4:00, tamper: homes/3, input: cover }\n"
                                     "  - { at: 4:00, tamper: homes/4, input: magnet }\n"
                                     "  - { at: 6:00, end_tamper: homes/3, input: magnet }\n"
                                     "  - { at: 7:00, read_events: homes/3 }\n"}}),
              (std::vector<std::string>{
                  "32:25: nothing changes: this is under way at the meter of 'homes/3'",
                  "35:29: nothing changes: this is not under way at the meter of 'homes/3'",
                  "36:30: the meter of 'homes/3' keeps no log (meter.event_log is 0)"}));
}

} // namespace
} // namespace gridtwin::scenario
