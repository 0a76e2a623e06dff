// What later work relies on: names, signs, units, digests, threads.
#include "sim/results/digest.hpp"
#include "tests/sim/twin/day.hpp"

namespace gridtwin::twin::test {
namespace {

std::string short_day() {
    auto text = first_light({{"duration: 24 h", "duration: 5 h"}});
    auto const begin = text.find("events:");
    text.replace(begin, text.find("record:") - begin,
                 "events:\n  - { at: 1:00, disconnect: homes/17 }\n"
                 "  - { at: 1:30, open: line.671692 }\n\n");
    text.erase(text.find("expect:"));
    return text;
}

TEST(TwinContracts, TheSameBitsOnAnyNumberOfThreadsAndInEveryRun) {
    Scratch scratch;
    auto const once = results::digest(run_day(scratch, short_day(), "a", 1).file);
    EXPECT_EQ(results::digest(run_day(scratch, short_day(), "b", 1).file), once);
    EXPECT_EQ(results::digest(run_day(scratch, short_day(), "c", 2).file), once);
    EXPECT_EQ(results::digest(run_day(scratch, short_day(), "d", 5).file), once);
}

TEST(TwinContracts, ManyFeedersGiveTheSameBitsOnAnyNumberOfThreads) {
    // given enough areas and meters that every federate shares its work, all polling at the same
    // time
    Scratch scratch;
    auto text = first_light({{"duration: 24 h", "duration: 40 min"},
                             {"step: 60 s", "step: 5 min\n  copies: 20"},
                             {"concentrators: 4\n", "concentrators: 4\n  poll_spread: 0 s\n"
                                                    "  concentrator: { poll_every: 15 min }\n"}});
    auto const begin = text.find("events:");
    text.replace(begin, text.find("record:") - begin,
                 "events:\n  - { at: 0:20, open: line.671692, feeder: 9 }\n\n");
    text.erase(text.find("expect:"));
    auto const one = run_day(scratch, text, "a", 1);
    EXPECT_GT(one.report.kpis.size(), 0U);
    EXPECT_GT(one.kpi("messages.plc.delivered"), 4000.0);
    auto const once = results::digest(one.file);
    EXPECT_EQ(results::digest(run_day(scratch, text, "b", 2).file), once);
    EXPECT_EQ(results::digest(run_day(scratch, text, "c", 7).file), once);
}

TEST(TwinContracts, AnotherSeedGivesAnotherDay) {
    Scratch scratch;
    auto other = short_day();
    other.replace(other.find("seed: 42"), 8, "seed: 43");
    EXPECT_NE(results::digest(run_day(scratch, short_day(), "a").file),
              results::digest(run_day(scratch, other, "b").file));
}

TEST(TwinContracts, TheKpisAreThoseThatExpectationsMayName) {
    Scratch scratch;
    auto const day = run_day(scratch, short_day());
    std::vector<std::string> names;
    for (auto const& k : day.report.kpis) {
        names.push_back(k.name);
    }
    EXPECT_EQ(names, kpi_names());
}

TEST(TwinContracts, TheFileHasTheLayoutThatTheDesignPromises) {
    Scratch scratch;
    results::Reader const reader(run_day(scratch, short_day()).file);
    for (auto const* path :
         {"/meta", "/entities/buses", "/entities/lines", "/entities/lv_networks",
          "/entities/meters", "/entities/concentrators", "/series/feeder", "/series/nodes",
          "/series/meters", "/events", "/messages", "/routes", "/belief", "/kpi"}) {
        EXPECT_TRUE(reader.has(path)) << path;
    }
    EXPECT_TRUE(reader.complete());
    EXPECT_EQ(reader.meta().time_zone, "Asia/Baku");
    EXPECT_EQ(reader.meta().start_iso, "2026-01-15T00:00:00+04:00");
}

TEST(TwinContracts, LoadsConsumeWithAPositiveSignAndSourcesDeliver) {
    Scratch scratch;
    results::Reader const reader(run_day(scratch, short_day()).file);
    for (float p : reader.read_series("meters", "p_w")) {
        EXPECT_GE(p, 0.0F);
    }
    auto const source = reader.read_series("feeder", "source_p_w");
    auto const load = reader.read_series("feeder", "load_p_w");
    for (std::size_t i = 0; i < source.size(); ++i) {
        EXPECT_GT(source[i], load[i]);
    }
}

TEST(TwinContracts, ARunThatIsStoppedLeavesAFileThatSaysHowFarItCame) {
    Scratch scratch;
    auto const scenario = scratch.path() / "s.yaml";
    std::ofstream(scenario) << short_day();
    int windows = 0;
    auto const report =
        run(load(scenario), {.out = scratch.path() / "s.h5",
                             .threads = 1,
                             .stop_requested = [&windows] { return ++windows > 200; },
                             .on_progress = {},
                             .profile = false});
    EXPECT_FALSE(report.complete);
    EXPECT_TRUE(report.expectations.empty()) << "a stopped run is not judged";
    results::Reader const reader(scratch.path() / "s.h5");
    EXPECT_FALSE(reader.complete());
    EXPECT_THAT(reader.reason(), testing::StartsWith("stopped at "));
    EXPECT_EQ(reader.kpis().size(), kpi_names().size()) << "with its books closed";
}

} // namespace
} // namespace gridtwin::twin::test
