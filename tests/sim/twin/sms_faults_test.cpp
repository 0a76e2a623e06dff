// Days of random faults between the gateways and the meters: no command is lost or executed twice,
// and what the gateways know is true.
#include "tests/sim/twin/day.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace gridtwin::twin::test {
namespace {

using namespace std::chrono_literals;

constexpr int kFarms = 20;
constexpr int kWelded = 20; ///< whose contacts are: it refuses
double const kNever_ns = static_cast<double>(to_ns(kNever));
SimTime const kFaultsEnd = kStart + 20h;

/// Minutes of the day as the scenario has them, and from when to when something does not work.
class Faults {
  public:
    explicit Faults(std::uint32_t seed) : draws_(seed) {}

    int below(int n) { return static_cast<int>(draws_() % static_cast<std::uint32_t>(n)); }
    static std::string time(int minute) {
        return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
    }
    /// So many outages, one after the other, over by 20:00.
    void add(std::string_view down, std::string_view up, std::string const& what, int times,
             int longest) {
        int const slot = (20 * 60 - 5 * 60) / times;
        for (int k = 0; k < times; ++k) {
            int const begin = 5 * 60 + k * slot + below(slot - longest - 1);
            int const end = begin + 5 + below(longest - 4);
            text_ += fmt::format("  - {{ at: {}, {}: {} }}\n  - {{ at: {}, {}: {} }}\n",
                                 time(begin), down, what, time(end), up, what);
        }
    }
    void order(std::string const& what) {
        text_ += fmt::format("  - {{ at: {}, {} }}\n", time(6 * 60 + below(9 * 60)), what);
    }
    [[nodiscard]] std::string const& text() const { return text_; }

  private:
    std::mt19937 draws_;
    std::string text_;
};

std::string faulty_day(std::uint32_t seed, char const* wire) {
    Faults faults(seed);
    faults.add("operator_down", "operator_up", "all", 1 + faults.below(2), 150);
    faults.add("gateway_down", "gateway_up", "1", 2, 120);
    faults.add("gateway_down", "gateway_up", "2", 1 + faults.below(2), 120);
    for (int cell = 1; cell <= 3; ++cell) {
        faults.add("cell_down", "cell_up", std::to_string(cell), 1, 90);
    }
    for (int k = 0; k < 4; ++k) {
        faults.add("coverage_lost", "coverage_back", fmt::format("farms/{}", 1 + k * 5), 2, 120);
    }
    faults.add("open", "close", "line.671680", 2, 40); // all farms are behind it
    std::string events = fmt::format("events:\n  - {{ at: 1:00, weld: farms/{} }}\n", kWelded);
    for (int k = 1; k <= kFarms; ++k) {
        faults.order(fmt::format("disconnect: farms/{}", k));
        faults.order(fmt::format("set_parameter: farms/{}, limit: {} kW", k, 5 + k));
    }
    auto text = first_light(
        {{"seed: 42", fmt::format("seed: {}\nwire: {}", seed, wire)},
         {"count: 240", "count: 12"},
         {"concentrators: 4", "concentrators: 1"},
         {"access:", "meter: { limiters: [{ customers: farms, limit: 50 kW }] }\naccess:"},
         {"rate: 20 1/s", "rate: 20 1/s, loss: 5 %, duplicates: 15 %, receipt_loss: 15 %, cells: { "
                          "count: 3, rate: 1 1/s }, retry: [1 min, 5 min, 20 min]"},
         {"outage: {}", "outage: {}\n  orders: { sms: { timeout: 1 h, longest: 2 h, tries: "
                        "12 } }"}});
    auto const begin = text.find("\nevents:") + 1;
    text.replace(begin, text.find("record:") - begin, events + faults.text() + "\n");
    text.erase(text.find("expect:"));
    return text;
}

/// The rows of /sms.
struct Sms {
    explicit Sms(results::Reader const& reader)
        : meter(reader.read_integers("/sms/meter")), kind(reader.read_strings("/sms/kind")),
          state(reader.read_strings("/sms/state")), fate(reader.read_strings("/sms/fate")),
          down(reader.read_numbers("/sms/down")), arrived(reader.read_numbers("/sms/arrived_ns")),
          ended(reader.read_numbers("/sms/fate_ns")) {
        for (std::size_t s = 0; s < kDeliveryStates; ++s) {
            entered.push_back(reader.read_numbers(
                fmt::format("/sms/{}_ns", name(static_cast<DeliveryState>(s)))));
        }
    }
    std::vector<std::int64_t> meter;
    std::vector<std::string> kind;
    std::vector<std::string> state;
    std::vector<std::string> fate;
    std::vector<double> down;
    std::vector<double> arrived;
    std::vector<double> ended;
    std::vector<std::vector<double>> entered;
};

class SmsFaults : public testing::TestWithParam<std::uint32_t> {};

TEST_P(SmsFaults, LoseNoCommandExecuteNoneTwiceAndLeaveTrueStates) {
    // given
    Scratch scratch;
    auto const day = run_day(scratch, faulty_day(GetParam(), "sized"), "sized");
    ASSERT_TRUE(day.report.complete);
    ASSERT_TRUE(day.report.books_close);
    results::Reader const reader(day.file);
    auto const names = reader.read_strings("/entities/meters/name");
    std::map<std::string, std::vector<double>> opened;
    std::map<std::string, std::size_t> set;
    for (auto const& event : reader.events()) {
        if (event.entity == EventEntity::meter && event.kind == EventKind::relay_opened) {
            opened[names[event.row]].push_back(static_cast<double>(to_ns(event.at)));
        }
        set[names[event.row]] +=
            event.entity == EventEntity::meter && event.kind == EventKind::parameter_changed ? 1U
                                                                                             : 0U;
    }
    // then every meter did what it was told, once
    for (int k = 1; k <= kFarms; ++k) {
        auto const farm = fmt::format("farms/{}", k);
        EXPECT_EQ(opened[farm].size(), k == kWelded ? 0U : 1U) << farm;
        EXPECT_EQ(set[farm], 1U) << farm;
    }
    EXPECT_EQ(day.kpi("commands.relay_confirmed"), kFarms - 1.0);
    EXPECT_EQ(day.kpi("commands.orders_confirmed"), 1.0 * kFarms);
    // and nothing that was sent before the last fault was over waits any more
    for (auto const& message : reader.messages()) {
        EXPECT_FALSE(message.channel == Channel::sms && message.fate == Fate::in_flight &&
                     message.sent < kFaultsEnd)
            << name(message.kind) << " of " << format_time(message.sent);
    }
    // and states rise, each with its time, and agree with the fate and with what was done
    Sms const sms(reader);
    std::map<std::string, std::size_t> fates;
    double const calm = static_cast<double>(to_ns(kFaultsEnd));
    for (std::size_t i = 0; i < sms.fate.size(); ++i) {
        auto const& in = sms.entered;
        for (std::size_t s = 1; s < kDeliveryStates; ++s) {
            ASSERT_LE(in[s - 1][i], in[s][i]) << "row " << i;
        }
        bool const down = sms.down[i] != 0.0;
        if (sms.state[i] == "sent") {
            EXPECT_TRUE(in[0][i] > calm || sms.fate[i] != "pending" || !down)
                << "still waits, row " << i << ' ' << sms.kind[i];
        }
        if (!down) {
            continue;
        }
        if (in[2][i] != kNever_ns) {
            EXPECT_LE(sms.arrived[i], in[2][i]) << "row " << i;
        }
        EXPECT_EQ(sms.fate[i] == "pending", sms.ended[i] == kNever_ns) << "row " << i;
        if (sms.state[i] == "processed") {
            EXPECT_TRUE(sms.fate[i] == "done" || sms.fate[i] == "refused") << "row " << i;
        }
        if (sms.fate[i] == "refused") {
            EXPECT_EQ(sms.state[i], "processed") << "an answer, row " << i;
        }
        if (sms.kind[i] != "set_relay") {
            continue;
        }
        ++fates[sms.fate[i]];
        auto const& farm = names[static_cast<std::size_t>(sms.meter[i])];
        bool const welded = farm == fmt::format("farms/{}", kWelded);
        if (sms.fate[i] == "done") {
            EXPECT_FALSE(welded);
            ASSERT_EQ(opened[farm].size(), 1U);
            EXPECT_EQ(sms.state[i], "processed");
            EXPECT_EQ(sms.ended[i], in[3][i]);
            EXPECT_LT(opened[farm][0], sms.ended[i]) << "known after it was so";
        } else if (sms.fate[i] == "refused") {
            EXPECT_TRUE(welded) << farm;
            EXPECT_EQ(sms.ended[i], in[3][i]);
            EXPECT_NE(sms.arrived[i], kNever_ns);
        }
    }
    EXPECT_GE(fates["done"], 19U);
    EXPECT_GE(fates["refused"], 1U);
    // and all of it is the same when the messages are real
    auto const real = run_day(scratch, faulty_day(GetParam(), "real"), "real", 2);
    EXPECT_EQ(real.kpi("messages.refused"), 0.0);
    EXPECT_EQ(results::digest(real.file), results::digest(day.file));
}

INSTANTIATE_TEST_SUITE_P(Seeds, SmsFaults, testing::Values(1U, 2U, 3U, 4U, 5U, 6U));

} // namespace
} // namespace gridtwin::twin::test
