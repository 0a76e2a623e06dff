// Short messages to concentrators that the operator delivers twice.
#include "tests/sim/twin/day.hpp"

#include <gtest/gtest.h>

#include <map>

namespace gridtwin::twin::test {
namespace {

constexpr int kOrders = 12;

/// Half a day on which no session is up while customers below concentrators are disconnected.
std::string without_sessions(char const* wire, bool by_sms) {
    std::string events = "events:\n  - { at: 2:00, wan_down: all }\n";
    for (int k = 1; k <= kOrders; ++k) {
        events += fmt::format("  - {{ at: 5:{:02}, disconnect: homes/{} }}\n", 4 * k, 20 * k);
    }
    auto text = first_light(
        {{"duration: 24 h", "duration: 8 h"},
         {"seed: 42", fmt::format("seed: 42\nwire: {}", wire)},
         {"  concentrators: 4\n",
          fmt::format("  concentrators: 4\n  concentrator: {{ uplink: {{ sms_fallback: {} }} }}\n",
                      by_sms)},
         {"rate: 20 1/s", "rate: 20 1/s, loss: 0 %, duplicates: 60 %"}});
    auto const begin = text.find("\nevents:") + 1;
    text.replace(begin, text.find("record:") - begin, events + "\n");
    text.erase(text.find("expect:"));
    return text;
}

TEST(SmsCopies, OfAnOrderToAConcentratorAreIgnoredForWhatTheyAre) {
    // given
    Scratch scratch;
    auto const silent = run_day(scratch, without_sessions("sized", false), "silent");
    EXPECT_EQ(silent.kpi("sms.duplicates_ignored"), 0.0)
        << "what meters are sent twice they answer twice";
    for (char const* wire : {"sized", "real"}) {
        // when
        auto const day = run_day(scratch, without_sessions(wire, true), wire);
        // then
        EXPECT_GT(day.kpi("sms.duplicates_ignored"), 0.3 * kOrders) << wire;
        EXPECT_EQ(day.kpi("messages.refused"), 0.0) << wire << ": nobody has forged them";
        std::map<std::uint32_t, int> opened;
        for (auto const& event : results::Reader(day.file).events()) {
            opened[event.row] += event.kind == EventKind::relay_opened ? 1 : 0;
        }
        std::erase_if(opened, [](auto const& one) { return one.second == 0; });
        EXPECT_EQ(opened.size(), std::size_t{kOrders}) << wire;
        for (auto const& [meter, times] : opened) {
            EXPECT_EQ(times, 1) << wire << ": meter " << meter;
        }
        EXPECT_EQ(day.kpi("commands.relay_confirmed"), 1.0 * kOrders) << wire;
        EXPECT_EQ(day.kpi("messages.balanced"), 1.0) << wire;
    }
    EXPECT_EQ(results::digest(scratch.path() / "sized.h5"),
              results::digest(scratch.path() / "real.h5"));
}

} // namespace
} // namespace gridtwin::twin::test
