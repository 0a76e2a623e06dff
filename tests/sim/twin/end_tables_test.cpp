// What stands at the end of a run, meter by meter: against the key figures, and with its reasons.
#include "sim/results/info.hpp"
#include "sim/twin/unread.hpp"
#include "tests/sim/twin/day.hpp"

#include <numeric>

namespace gridtwin::twin::test {
namespace {

double sum_of(results::Reader const& reader, std::string const& column) {
    auto const values = reader.read_numbers(column);
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Five hours in which nothing happens.
std::string morning(Changes const& changes) {
    Changes all{{"duration: 24 h", "duration: 5 h"}};
    all.insert(all.end(), changes.begin(), changes.end());
    auto text = first_light(all);
    auto const begin = text.find("events:");
    text.erase(begin, text.find("record:") - begin);
    text.erase(text.find("expect:"));
    return text;
}

std::string without_expectations(std::string text) {
    text.erase(text.find("expect:"));
    return text;
}

TEST(EndTables, TheirSumsAreTheKeyFigures) {
    // given all that a meter can keep, and what the head-end receives of it
    Scratch scratch;
    auto const day = run_day(
        scratch,
        first_light(
            {{"access:\n", "meter: { billing_registers: true, quality: {}, tariffs: [{ tariff: 1, "
                           "from: 23:00 }, { tariff: 2, from: 07:00 }], profiles: [{ customers: "
                           "homes, interval: 30 min, channels: [power, voltage], rows: 96 }], "
                           "transformer_adders: { limit: 60 kW, unbalance: 0.5 % } }\naccess:\n"},
             {"  concentrators: 4\n", "  concentrators: 4\n  concentrator: { balance: {}, collect: "
                                      "{ profiles: { every: 4 h } } }\n"},
             {"level: meters", "level: profiles"}}));
    results::Reader const reader(day.file);
    // then registers
    EXPECT_NEAR(sum_of(reader, "/meters/import_mwh") / 1e3, day.kpi("registers.import"), 1e-3);
    EXPECT_NEAR(sum_of(reader, "/meters/net_mwh") / 1e3, day.kpi("energy.metered"), 1e-3);
    EXPECT_NEAR(sum_of(reader, "/meters/reactive_1_mvarh") / 1e3, day.kpi("registers.reactive_1"),
                1e-3);
    EXPECT_NEAR(sum_of(reader, "/meters/tariff_2_import_mwh") / 1e3, day.kpi("registers.tariff_2"),
                1e-3);
    EXPECT_TRUE(reader.has("/meters/tariff_2_reactive_4_mvarh"));
    EXPECT_FALSE(reader.has("/meters/tariff_3_import_mwh"));
    EXPECT_FALSE(reader.has("/meters/unmetered_mwh")) << "nobody tampers";
    // quality and clocks
    EXPECT_GT(day.kpi("quality.interruption"), 0.0);
    EXPECT_EQ(sum_of(reader, "/meters/interruption_count"), day.kpi("quality.interruption"));
    EXPECT_NEAR(sum_of(reader, "/meters/interruption_time_s"), day.kpi("quality.interruption_time"),
                1e-3);
    auto const clocks = reader.read_numbers("/meters/clock_error_s");
    auto const [slowest, fastest] = std::minmax_element(clocks.begin(), clocks.end());
    EXPECT_EQ(std::max(-*slowest, *fastest), day.kpi("clock.error_max"));
    // reading
    EXPECT_EQ(sum_of(reader, "/meters/intervals_stored") /
                  sum_of(reader, "/meters/intervals_expected"),
              day.kpi("read_success"));
    EXPECT_EQ(sum_of(reader, "/meters/adoptions"), day.kpi("discovery.adopted"));
    EXPECT_EQ(reader.read_integers("/meters/concentrator_start"),
              reader.read_integers("/entities/meters/concentrator"));
    // adders, balances and second profiles
    EXPECT_NEAR(sum_of(reader, "/adders/energy_mwh") / 1e3, day.kpi("adders.energy"), 1e-3);
    EXPECT_EQ(sum_of(reader, "/adders/unbalance_count"), day.kpi("adders.unbalance"));
    EXPECT_EQ(sum_of(reader, "/adders/overload_count"), day.kpi("adders.overload"));
    auto const balances = reader.balances();
    EXPECT_GT(balances.size(), 0U);
    EXPECT_EQ(static_cast<double>(balances.size()), day.kpi("balance.records_seen"));
    ASSERT_EQ(day.kpi("balance.records"), day.kpi("balance.records_seen"));
    double busbars_wh = 0.0;
    for (auto const& one : balances) {
        EXPECT_EQ(one.meters, 60U);
        busbars_wh += static_cast<double>(one.busbar_mwh) / 1e3;
        EXPECT_EQ(one.end, kStart + one.interval * std::chrono::minutes(15));
        EXPECT_GT(one.received, one.end);
    }
    EXPECT_NEAR(busbars_wh, day.kpi("balance.busbars"), 1e-6 * busbars_wh);
    auto const rows = reader.profiles();
    EXPECT_GT(rows.size(), 0U);
    EXPECT_EQ(static_cast<double>(rows.size()), day.kpi("collect.profile_rows"));
    for (auto const& row : rows) {
        EXPECT_EQ(row.channels, 2 + 8);
        EXPECT_EQ(row.value[0], 0) << "energy is not kept";
        EXPECT_EQ(row.end, kStart + row.interval * std::chrono::minutes(30));
        EXPECT_GT(row.received, row.end - std::chrono::seconds(10)) << "clocks are off by seconds";
    }
}

TEST(EndTables, WhoWasNotReadIsNamedWithTheReason) {
    // given one home without a modem, and customers that stay in the dark
    Scratch scratch;
    auto const day = run_day(
        scratch,
        without_expectations(first_light(
            {{"  - { at: 10:00, disconnect: homes/17 }", "  - { at: 0:30, break: homes/17 }"},
             {"  - { at: 14:00, open: line.671692 }        # buses 692 and 675 go dark\n",
              "  - { at: 5:00, open: line.671692 }\n"},
             {"  - { at: 15:30, close: line.671692 }\n", ""}})));
    results::Reader const reader(day.file);
    auto const names = reader.read_strings("/entities/meters/name");
    auto const because = reader.read_strings("/meters/unread_because");
    auto const stored = reader.read_integers("/meters/intervals_stored");
    auto const expected = reader.read_integers("/meters/intervals_expected");
    auto const energy = reader.read_series("meters", "u_pu");
    std::size_t const meters = names.size();
    std::size_t dark = 0;
    for (std::size_t m = 0; m < meters; ++m) {
        EXPECT_EQ(because[m].empty(), stored[m] == expected[m]) << names[m];
        bool const is_dark = energy[energy.size() - meters + m] == 0.0F;
        dark += is_dark ? 1 : 0;
        if (names[m] == "homes/17") {
            EXPECT_EQ(because[m], "module broken");
            EXPECT_LE(stored[m], 2);
        } else if (is_dark) {
            EXPECT_EQ(because[m], "no supply") << names[m];
        }
    }
    EXPECT_GT(dark, 10U);
    auto const text = results::info_text(reader);
    EXPECT_THAT(text, testing::ContainsRegex("of [0-9]+ of 275 meters the head-end lacks intervals "
                                             "that were due\n"));
    EXPECT_THAT(text, testing::ContainsRegex("\n  homes/17 +[0-2] +80 +[0-2]\\.[0-9] %  dc-1 +"
                                             "module broken\n"))
        << text;
    EXPECT_THAT(text, testing::HasSubstr("more: /meters in the file\n"));
}

TEST(EndTables, TellWhoReadsAMeterThatWasFoundAndThatMoved) {
    // given concentrators that hear each other and are told nothing
    Scratch scratch;
    auto const day = run_day(
        scratch, without_expectations(first_light(
                     {{"seed: 42", "seed: 4\nmeter: { faults: { failures_per_year: 0 } }"},
                      {"access:\n", "access:\n  start: discover\n"},
                      {"plc: { modem: ce-nero }",
                       "plc: { modem: ce-nero, channel: { transformer_crossing: 22 dB } }"}})));
    results::Reader const reader(day.file);
    auto const at_end = reader.read_integers("/meters/concentrator_end");
    auto const adoptions = reader.read_integers("/meters/adoptions");
    // then at the start nobody has anybody, and the end is what the head-end heard last
    for (auto const start : reader.read_integers("/meters/concentrator_start")) {
        EXPECT_EQ(start, 4294967295);
    }
    std::map<std::uint32_t, std::int64_t> last;
    for (auto const& event : reader.events()) {
        if (event.kind == EventKind::meter_registered) {
            last[event.row] = static_cast<std::int64_t>(event.value);
        } else if (event.kind == EventKind::meter_given_up) {
            last[event.row] = 4294967295;
        }
    }
    EXPECT_GE(last.size(), 240U);
    for (auto const& [meter, concentrator] : last) {
        EXPECT_EQ(at_end[meter], concentrator) << meter;
    }
    EXPECT_GT(day.kpi("discovery.adopted"), 0.0);
    EXPECT_EQ(std::accumulate(adoptions.begin(), adoptions.end(), 0.0),
              day.kpi("discovery.adopted"));
}

TEST(EndTables, TheRecordingLevelSaysWhatIsThere) {
    Scratch scratch;
    auto const at_level = [&](std::string const& level) {
        return run_day(
                   scratch,
                   morning({{"level: meters", "level: " + level},
                            {"access:\n", "meter: { profiles: [{ customers: homes }] }\naccess:\n"},
                            {"  concentrators: 4\n",
                             "  concentrators: 4\n  concentrator: { balance: {}, collect: { "
                             "profiles: { every: 4 h } } }\n"}}),
                   level)
            .file;
    };
    std::vector<std::pair<std::string, std::vector<std::string>>> const levels{
        {"summary", {"/entities/meters", "/series/feeder", "/kpi"}},
        {"feeder", {"/meters", "/balance", "/events", "/belief", "/series/nodes"}},
        {"meters", {"/messages", "/routes", "/series/meters"}},
        {"profiles", {"/profiles"}}};
    for (std::size_t level = 0; level < levels.size(); ++level) {
        results::Reader const reader(at_level(levels[level].first));
        for (std::size_t other = 0; other < levels.size(); ++other) {
            for (auto const& path : levels[other].second) {
                EXPECT_EQ(reader.has(path), other <= level) << path << " " << levels[level].first;
            }
        }
    }
}

TEST(EndTables, AreTheSameOnAnyNumberOfThreads) {
    expect_same_bits_on_any_threads(
        morning({{"access:\n", "meter: { quality: {}, billing_registers: true, profiles: [{ "
                               "customers: homes }] }\naccess:\n  start: discover\n"},
                 {"  concentrators: 4\n", "  concentrators: 4\n  concentrator: { balance: {}, "
                                          "collect: { profiles: { every: 4 h } } }\n"},
                 {"level: meters", "level: profiles"}}));
}

} // namespace
} // namespace gridtwin::twin::test
