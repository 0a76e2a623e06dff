#include "sim/core/diagnostics.hpp"
#include "sim/results/digest.hpp"
#include "sim/results/reader.hpp"
#include "tests/sim/results/sample_town.hpp"
#include "tests/sim/results/scratch.hpp"

#include <csignal>
#include <cstring>
#include <limits>
#include <sys/wait.h>
#include <unistd.h>

namespace gridtwin::results {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

class ResultFile : public ScratchTest {};

// One row of a series with one variable.
void append_row(Writer& out, SeriesId series, SimTime at, std::vector<float> const& values) {
    std::array<std::span<float const>, 1> const row{values};
    out.append(series, at, row);
}

template <typename Action>
std::string error_of(Action&& action) {
    try {
        action();
    } catch (SimulationError const& e) {
        return e.what();
    }
    return "no error";
}

TEST_F(ResultFile, GivesBackTheRunItCameFrom) {
    SampleTown const town{.seed = 0xFEDCBA9876543210ULL, .duration_h = 1};
    { Writer(file("a.h5"), sample_meta(town)).close(true, "reached the end"); }

    Reader const in(file("a.h5"));
    EXPECT_EQ(in.meta().name, "Sample town");
    EXPECT_EQ(in.meta().scenario_text, "gridtwin: 1\nname: Sample town\n");
    EXPECT_EQ(in.meta().seed, 0xFEDCBA9876543210ULL);
    EXPECT_EQ(in.meta().start_unix_s, 1768420800);
    EXPECT_EQ(in.meta().time_zone, "Asia/Baku");
    EXPECT_EQ(in.meta().duration_s, 3600.0);
    EXPECT_TRUE(in.complete());
    EXPECT_EQ(in.reason(), "reached the end");
}

TEST_F(ResultFile, TakesAScenarioTextBeyondTheLimitOfPlainAttributes) {
    auto meta = sample_meta({});
    meta.scenario_text = std::string(300000, 'x');
    { Writer(file("a.h5"), meta).close(true, ""); }
    EXPECT_EQ(Reader(file("a.h5")).meta().scenario_text, meta.scenario_text);
}

TEST_F(ResultFile, TakesATableColumnByColumn) {
    {
        Writer out(file("a.h5"), sample_meta({}));
        out.write_table("/entities/meters", {{"name", "", std::vector<std::string>{"a", "b"}}});
        out.add_column("/meters", {"net_mwh", "mWh", std::vector<std::int64_t>{1, -2}});
        out.add_column("/meters", {"because", "", std::vector<std::string>{"", "no route"}});
        EXPECT_THAT(error_of([&] {
                        out.add_column("/meters", {"c", "", std::vector<double>{1.0, 2.0, 3.0}});
                    }),
                    HasSubstr("/meters: column 'c' has 3 rows, 'because' has 2"));
        EXPECT_THAT(error_of([&] {
                        out.add_column("/meters", {"net_mwh", "", std::vector<double>{1.0, 2.0}});
                    }),
                    HasSubstr("/meters: two columns named 'net_mwh'"));
        EXPECT_THAT(error_of([&] {
                        out.add_column("/meters", {"a/b", "", {}});
                    }),
                    HasSubstr("a column cannot be named 'a/b'"));
        out.close(true, "");
    }
    Reader const in(file("a.h5"));
    EXPECT_EQ(in.read_integers("/meters/net_mwh"), (std::vector<std::int64_t>{1, -2}));
    EXPECT_EQ(in.read_strings("/meters/because"), (std::vector<std::string>{"", "no route"}));
    ASSERT_EQ(in.tables().size(), 2U);
    EXPECT_EQ(in.tables()[1].path, "/meters");
    EXPECT_EQ(in.tables()[1].rows, 2U);
}

TEST_F(ResultFile, GivesBackColumnsOfEveryType) {
    std::vector<double> many(5000);
    for (std::size_t i = 0; i < many.size(); ++i) {
        many[i] = 0.1 * static_cast<double>(i);
    }
    {
        Writer out(file("a.h5"), sample_meta({}));
        out.write_table("/entities/things", {{"name", "", std::vector<std::string>{"naïve", ""}},
                                             {"i", "", std::vector<std::int64_t>{-1, INT64_MAX}},
                                             {"u", "", std::vector<std::uint32_t>{0, UINT32_MAX}},
                                             {"b", "", std::vector<std::uint8_t>{0, 255}},
                                             {"d", "V", std::vector<double>{-0.1, 1e300}},
                                             {"f", "pu", std::vector<float>{0.1F, -2.0F}}});
        out.write_table("entities/empty", {{"x_m", "m", std::vector<double>{}}});
        out.write_table("entities/many", {{"x_m", "m", many}});
        out.close(true, "");
    }
    Reader const in(file("a.h5"));
    auto const values = [&](char const* name) {
        return in.read_column(std::string("/entities/things/") + name).values;
    };
    EXPECT_EQ(values("name"), ColumnValues(std::vector<std::string>{"naïve", ""}));
    EXPECT_EQ(values("i"), ColumnValues(std::vector<std::int64_t>{-1, INT64_MAX}));
    EXPECT_EQ(values("u"), ColumnValues(std::vector<std::uint32_t>{0, UINT32_MAX}));
    EXPECT_EQ(values("b"), ColumnValues(std::vector<std::uint8_t>{0, 255}));
    EXPECT_EQ(values("d"), ColumnValues(std::vector<double>{-0.1, 1e300}));
    EXPECT_EQ(values("f"), ColumnValues(std::vector<float>{0.1F, -2.0F}));
    EXPECT_EQ(in.read_column("/entities/things/d").unit, "V");
    EXPECT_TRUE(in.read_numbers("/entities/empty/x_m").empty());
    EXPECT_EQ(in.read_numbers("/entities/many/x_m"), many);
    ASSERT_EQ(in.tables().size(), 3U);
    EXPECT_EQ(in.tables()[2].path, "/entities/things");
    EXPECT_EQ(in.tables()[2].rows, 2U);
    EXPECT_THAT(in.tables()[2].columns, ElementsAre("b", "d", "f", "i", "name", "u"));
}

TEST_F(ResultFile, HoldsUtf8WhateverTheEncodingOfAName) {
    std::string const replaced = "caf\xEF\xBF\xBD";
    {
        auto meta = sample_meta({});
        meta.name = "caf\xE9";
        Writer out(file("a.h5"), meta);
        out.write_table("/entities/things",
                        {{"name", "", std::vector<std::string>{"caf\xE9", "naïve"}}});
        out.add_series("nodes", "node", {"caf\xE9"}, {{"u_pu", "pu", "voltage"}});
        out.close(true, "");
    }
    Reader const in(file("a.h5"));
    EXPECT_EQ(in.meta().name, replaced);
    EXPECT_EQ(in.read_column("/entities/things/name").values,
              ColumnValues(std::vector<std::string>{replaced, "naïve"}));
    EXPECT_EQ(in.read_column("/series/nodes/node").values,
              ColumnValues(std::vector<std::string>{replaced}));
}

TEST_F(ResultFile, GivesBackSeriesThatFillSeveralChunksAndEndInsideOne) {
    std::vector<std::string> names;
    names.reserve(300);
    for (int i = 0; i < 300; ++i) {
        names.push_back("n" + std::to_string(i));
    }
    constexpr int kRows = 500; // chunks hold 218 rows of 300
    {
        Writer out(file("a.h5"), sample_meta({}));
        auto const nodes = out.add_series("nodes", "node", names,
                                          {{"u_pu", "pu", "voltage"}, {"i_a", "A", "current"}});
        auto const scalar = out.add_series("feeder", "", {}, {{"p_w", "W", "power"}});
        for (int t = 0; t < kRows; ++t) {
            std::vector<float> u(names.size());
            std::vector<float> i(names.size());
            for (std::size_t n = 0; n < names.size(); ++n) {
                u[n] = static_cast<float>(t * 1000) + static_cast<float>(n);
                i[n] = -u[n];
            }
            std::array<std::span<float const>, 2> const row{u, i};
            out.append(nodes, kStart + t * 60s, row);
            append_row(out, scalar, kStart + t * 60s, {static_cast<float>(t)});
            if (t == 100 || t == 300) {
                out.flush(); // inside a chunk: it is written again when it is full
            }
        }
        out.close(true, "");
    }
    Reader const in(file("a.h5"));
    auto const info = in.series();
    ASSERT_EQ(info.size(), 2U);
    EXPECT_EQ(info[0].group, "feeder");
    EXPECT_EQ(info[0].entity_dim, "");
    EXPECT_EQ(info[1].entity_dim, "node");
    EXPECT_EQ(info[1].entities, 300U);
    EXPECT_EQ(info[1].steps, 500U);
    ASSERT_EQ(info[1].variables.size(), 2U);
    EXPECT_EQ(info[1].variables[1].name, "u_pu");
    EXPECT_EQ(info[1].variables[1].unit, "pu");
    EXPECT_EQ(info[1].variables[1].description, "voltage");
    EXPECT_EQ(in.read_entity_names("nodes"), names);
    auto const t_s = in.read_time_s("nodes");
    auto const u = in.read_series("nodes", "u_pu");
    auto const i = in.read_series("nodes", "i_a");
    auto const p = in.read_series("feeder", "p_w");
    ASSERT_EQ(u.size(), 500U * 300U);
    for (std::size_t t = 0; t < kRows; ++t) {
        ASSERT_EQ(t_s[t], 60.0 * static_cast<double>(t));
        ASSERT_EQ(p[t], static_cast<float>(t));
        for (std::size_t n = 0; n < 300; ++n) {
            ASSERT_EQ(u[t * 300 + n], static_cast<float>(t * 1000 + n));
            ASSERT_EQ(i[t * 300 + n], -u[t * 300 + n]);
        }
    }
    auto const tail = in.read_series("nodes", "u_pu", 499, 10);
    ASSERT_EQ(tail.size(), 300U);
    EXPECT_EQ(tail[7], 499007.0F);
}

TEST_F(ResultFile, GivesBackLogsKpisAndHowFarItCame) {
    std::vector<EventRecord> events(5000); // more than a chunk
    for (std::size_t i = 0; i < events.size(); ++i) {
        events[i] = {kStart + i * 1ms, static_cast<EventKind>(i % kEventKinds),
                     static_cast<EventEntity>(i % kEventEntities), static_cast<std::uint32_t>(i),
                     0.5 * static_cast<double>(i)};
    }
    MessageRecord message{.id = static_cast<MessageId>(77), .channel = Channel::sms};
    message.hearers = 7;
    message.kind = MessageKind::set_relay;
    message.fate = Fate::lost;
    message.reason = LossReason::expired;
    message.state = DeliveryState::at_operator;
    message.tries = 3;
    message.hops = 2;
    message.meter = static_cast<MeterId>(9);
    message.command = static_cast<CommandId>(1ULL << 60U);
    message.octets = 140;
    message.sent = kStart + 10s;
    message.done = kNever;
    RouteRecord const route{kStart + 1s,
                            static_cast<ConcentratorId>(1),
                            static_cast<MeterId>(2),
                            static_cast<MeterId>(3),
                            Channel::rf,
                            4,
                            1.5F};
    BeliefRecord const belief{kStart + 2s, EventEntity::lv_network, 5, 0, 0.75F};
    ProfileRecord const profile{
        kStart + 4s, kStart + 3s, static_cast<MeterId>(7), 12, {-1, 2, 3, 4, 50000}, 31, 8};
    BalanceRecord const balance{
        kStart + 4s, kStart + 2s, static_cast<ConcentratorId>(2), 1, 60, 1'000'000'000'000, -1};
    {
        Writer out(file("a.h5"), sample_meta({}));
        out.append_events(std::span(events).first(10));
        out.flush();
        out.append_events(std::span(events).subspan(10));
        out.append_messages({&message, 1});
        out.append_routes({&route, 1});
        out.append_beliefs({&belief, 1});
        out.append_profiles({&profile, 1});
        out.append_balances({&balance, 1});
        std::array<Kpi, 2> const kpis{{{"a.b", "Wh", 1.5, "remark"}, {"c", "", std::nan(""), ""}}};
        out.write_kpis(kpis);
        out.write_kpis(std::span(kpis).first(1)); // replaces the first
        out.close(true, "");
    }
    Reader const in(file("a.h5"));
    EXPECT_EQ(in.events(), events);
    EXPECT_EQ(in.routes(), std::vector{route});
    EXPECT_EQ(in.beliefs(), std::vector{belief});
    EXPECT_EQ(in.profiles(), std::vector{profile});
    EXPECT_EQ(in.balances(), std::vector{balance});
    auto const messages = in.messages();
    ASSERT_EQ(messages.size(), 1U);
    auto const& m = messages[0];
    EXPECT_EQ(m.id, message.id);
    EXPECT_EQ(m.hearers, 7U);
    EXPECT_EQ(m.channel, message.channel);
    EXPECT_EQ(m.kind, message.kind);
    EXPECT_EQ(m.fate, message.fate);
    EXPECT_EQ(m.reason, message.reason);
    EXPECT_EQ(m.state, message.state);
    EXPECT_EQ(m.tries, message.tries);
    EXPECT_EQ(m.hops, message.hops);
    EXPECT_EQ(m.meter, message.meter);
    EXPECT_EQ(m.concentrator, kNone<ConcentratorId>);
    EXPECT_EQ(m.command, message.command);
    EXPECT_EQ(m.octets, message.octets);
    EXPECT_EQ(m.sent, message.sent);
    EXPECT_EQ(m.done, kNever);
    ASSERT_EQ(in.kpis().size(), 1U);
    EXPECT_EQ(in.kpis()[0].name, "a.b");
    EXPECT_EQ(in.kpis()[0].unit, "Wh");
    EXPECT_EQ(in.kpis()[0].value, 1.5);
    EXPECT_EQ(in.kpis()[0].text, "remark");
    EXPECT_DOUBLE_EQ(in.reached_s(), 4.999);
}

TEST_F(ResultFile, WithoutCloseIsReadableAndPartial) {
    {
        Writer out(file("a.h5"), sample_meta({}));
        auto const series = out.add_series("feeder", "", {}, {{"p_w", "W", ""}});
        append_row(out, series, kStart + 1min, {5.0F});
    }
    Reader const in(file("a.h5"));
    EXPECT_FALSE(in.complete());
    EXPECT_EQ(in.reason(), "internal error");
    EXPECT_EQ(in.read_series("feeder", "p_w"), std::vector{5.0F});
    EXPECT_EQ(in.reached_s(), 60.0);
}

// A child that flushes, tells, and writes on until it is killed.
pid_t start_endless_writer(std::filesystem::path const& path, int tell) {
    auto const child = fork();
    if (child != 0) {
        return child;
    }
    Writer out(path, sample_meta({}));
    auto const series = out.add_series("nodes", "node", {"a", "b"}, {{"u_pu", "pu", ""}});
    for (std::int64_t t = 0;; ++t) {
        auto const at = kStart + std::chrono::seconds(t);
        append_row(out, series, at, {static_cast<float>(t), static_cast<float>(2 * t)});
        EventRecord const event{at, EventKind::read_retry, EventEntity::meter, 1, 2.0};
        out.append_events({&event, 1});
        // The first flush falls inside a chunk that is later written again, compressed to another
        // size.
        if (t == 700) {
            out.write_table("/entities/early", {{"name", "", std::vector<std::string>{"a"}}});
            out.flush();
        }
        // Many chunks later, with more metadata than HDF5's cache holds of itself: the parent
        // kills from here on.
        if (t == 100000) {
            std::vector<std::string> const names(50000, std::string(40, 'n'));
            for (int i = 0; i < 12; ++i) {
                out.write_table("/entities/late" + std::to_string(i), {{"name", "", names}});
            }
            char const done = 1;
            if (write(tell, &done, 1) != 1) {
                _exit(1);
            }
        }
    }
}

TEST_F(ResultFile, SurvivesAKillAfterAFlush) {
    int ends[2] = {};
    ASSERT_EQ(pipe(ends), 0);
    auto const child = start_endless_writer(file("a.h5"), ends[1]);
    char told = 0;
    ASSERT_EQ(read(ends[0], &told, 1), 1);
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    close(ends[0]);
    close(ends[1]);
    ASSERT_TRUE(WIFSIGNALED(status));

    Reader const in(file("a.h5"));
    EXPECT_FALSE(in.complete());
    EXPECT_EQ(in.reason(), "still running, or killed");
    auto const t_s = in.read_time_s("nodes");
    auto const u = in.read_series("nodes", "u_pu");
    ASSERT_GE(t_s.size(), 701U);
    ASSERT_EQ(u.size(), 2 * t_s.size());
    for (std::size_t t = 0; t < t_s.size(); ++t) {
        ASSERT_EQ(t_s[t], static_cast<double>(t));
        ASSERT_EQ(u[2 * t], static_cast<float>(t));
        ASSERT_EQ(u[2 * t + 1], static_cast<float>(2 * t));
    }
    auto const events = in.events();
    ASSERT_GE(events.size(), 701U);
    for (std::size_t t = 0; t < events.size(); ++t) {
        ASSERT_EQ(to_ns(events[t].at), static_cast<std::int64_t>(t) * 1000000000);
    }
    for (auto const& table : in.tables()) {
        EXPECT_EQ(in.read_strings(table.path + "/name").size(), table.rows);
    }
    EXPECT_EQ(digest(file("a.h5")).size(), 64U);
}

TEST_F(ResultFile, NamesWhatBrokeItsContract) {
    Writer out(file("a.h5"), sample_meta({}));
    auto const series = out.add_series("nodes", "node", {"a", "b"}, {{"u_pu", "pu", ""}});
    append_row(out, series, kStart + 1h, {1.0F, 1.0F});
    EXPECT_EQ(error_of([&] { append_row(out, series, kStart + 2h, {1.0F}); }),
              "/series/nodes/u_pu: 1 values at 02:00:00, 2 were declared");
    EXPECT_EQ(error_of([&] {
                  append_row(out, series, kStart + 30min, {1.0F, 1.0F});
              }),
              "/series/nodes: a row at 00:30:00 after one at 01:00:00");
    EXPECT_EQ(error_of([&] { out.append(series, kStart + 2h, {}); }),
              "/series/nodes: 0 variables at 02:00:00, 1 were declared");
    EXPECT_THAT(error_of([&] { append_row(out, static_cast<SeriesId>(9), kStart, {}); }),
                HasSubstr("there is no series 9"));
    EXPECT_THAT(error_of([&] { (void)out.add_series("nodes", "node", {"a"}, {}); }),
                HasSubstr("/series/nodes"));
    EXPECT_EQ(error_of([&] {
                  out.write_table("/entities/x", {{"a", "", std::vector<double>{1.0}},
                                                  {"b", "", std::vector<double>{}}});
              }),
              "/entities/x: column 'b' has 0 rows, 'a' has 1");
    EXPECT_EQ(error_of([&] {
                  out.write_table("/entities/y", {{"a", "", std::vector<double>{}},
                                                  {"a", "", std::vector<double>{}}});
              }),
              "/entities/y: two columns named 'a'");
    EXPECT_EQ(error_of([&] {
                  out.write_table("/entities/z", {{"a/b", "", std::vector<double>{}}});
              }),
              "/entities/z: a column cannot be named 'a/b'");
    out.close(false, "stopped by a test");
    EXPECT_FALSE(out.is_open());
    EXPECT_THAT(error_of([&] { out.flush(); }), HasSubstr("after it was closed"));
    EXPECT_THAT(error_of([&] { Writer(file("no/such/folder/a.h5"), sample_meta({})); }),
                HasSubstr("no/such/folder/a.h5: cannot create the file"));
}

TEST_F(ResultFile, IsNotWrittenByTwoAtOnce) {
    Writer const first(file("a.h5"), sample_meta({}));
    EXPECT_THAT(error_of([&] { Writer(file("a.h5"), sample_meta({})); }),
                HasSubstr("cannot create the file"));
}

TEST_F(ResultFile, CanBeLookedAtWhileItIsWritten) {
    int ends[2] = {};
    ASSERT_EQ(pipe(ends), 0);
    auto const child = fork(); // before HDF5 opens the file, as a process of its own would
    if (child == 0) {
        char told = 0;
        if (read(ends[0], &told, 1) != 1) {
            _exit(2);
        }
        Reader const in(file("a.h5"));
        _exit(in.read_series("feeder", "p_w") == std::vector{5.0F} && !in.complete() ? 0 : 1);
    }
    Writer out(file("a.h5"), sample_meta({}));
    auto const series = out.add_series("feeder", "", {}, {{"p_w", "W", ""}});
    append_row(out, series, kStart, {5.0F});
    out.flush();
    append_row(out, series, kStart, {6.0F});
    char const now = 1;
    ASSERT_EQ(write(ends[1], &now, 1), 1);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    close(ends[0]);
    close(ends[1]);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

} // namespace
} // namespace gridtwin::results
