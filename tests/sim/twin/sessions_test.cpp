// Data sessions and servers of the wide-area network, with the town around them.
#include "tests/sim/twin/day.hpp"

#include <fmt/format.h>

namespace gridtwin::twin::test {
namespace {

constexpr char kWan[] = "wan: { model: builtin, cell: gprs }";

Changes with(std::string const& wan, Changes others = {}) {
    others.push_back({kWan, "wan:\n  model: builtin\n" + wan});
    others.push_back(
        {"{ kpi: read_success, at_least: 98 %, because: the metering contract says so }",
         "{ kpi: read_success, at_least: 0 %, because: nothing is promised here }"});
    return others;
}

void expect_books(Day const& day) {
    EXPECT_EQ(day.kpi("messages.balanced"), 1.0);
    EXPECT_TRUE(day.report.books_close);
}

TEST(SessionsDay, AfterABlackoutAllModemsStormTheirCell) {
    Scratch scratch;
    // A cell that begins an attach procedure a minute; concentrators without batteries.
    auto const day = run_day(
        scratch,
        first_light(with(
            "  technologies: [{ name: slow, based_on: gprs, attaches: 0.01667 1/s }]\n"
            "  cell: slow\n"
            "  sessions: { start: 10 s, start_spread: 5 s }\n",
            {{"  concentrators: 4\n", "  concentrators: 4\n  concentrator: { battery: 0 s }\n"},
             {"open: line.671692", "open: line.650632"},
             {"close: line.671692", "close: line.650632"}})));
    EXPECT_EQ(day.kpi("sessions.broken"), 4.0);
    EXPECT_EQ(day.kpi("sessions.established"), 4.0);
    EXPECT_EQ(day.kpi("sessions.up"), 4.0);
    EXPECT_EQ(day.kpi("sessions.most_attaching"), 4.0);
    EXPECT_NEAR(day.kpi("sessions.setup_max"), 10.0 + 2.5 + 3 * 60.0 + 15.0, 4.0);
    EXPECT_NEAR(day.kpi("sessions.setup_p50"), 10.0 + 2.5 + 60.0 + 15.0, 4.0);
    EXPECT_EQ(day.kpi("radius.accepted"), 4.0);
    EXPECT_EQ(day.kpi("messages.radius.sent"), 8.0);
    EXPECT_EQ(day.kpi("uplink.rows_missing"), 0.0);
    expect_books(day);
}

TEST(SessionsDay, WithAWrongSecretNobodyEverHasASession) {
    Scratch scratch;
    auto const day = run_day(
        scratch, first_light(with("  sessions: { standing: false, secret: one, radius: { secret: "
                                  "another } }\n")));
    EXPECT_EQ(day.kpi("sessions.up"), 0.0);
    EXPECT_EQ(day.kpi("sessions.established"), 0.0);
    EXPECT_GT(day.kpi("sessions.refused_no_answer"), 100.0);
    EXPECT_GT(day.kpi("radius.discarded"), 300.0);
    EXPECT_EQ(day.kpi("radius.accepted"), 0.0);
    auto const up = std::find_if(day.report.kpis.begin(), day.report.kpis.end(),
                                 [](auto const& k) { return k.name == "sessions.up"; });
    EXPECT_NE(up->text.find("dc-1 (no_answer)"), std::string::npos) << up->text;
    EXPECT_NEAR(day.kpi("read_success"), 35.0 / 275.0, 1e-9) << "those that SMS reads, alone";
    expect_books(day);
}

TEST(SessionsDay, AServerThatIsDownIsReplacedAndNothingIsLost) {
    Scratch scratch;
    auto const day = run_day(
        scratch,
        first_light(with("  servers: [{ name: left, concentrators: [dc-1, dc-2] }, { name: right, "
                         "concentrators: [dc-3, dc-4] }]\n"
                         "  failover: 30 s\n"
                         "  availability:\n"
                         "    - { of: left, at: 9:00, rate: 0 % }\n"
                         "    - { of: left, at: 15:00, rate: 100 % }\n")));
    EXPECT_GT(day.kpi("servers.took_over"), 20.0);
    EXPECT_EQ(day.kpi("uplink.rows_missing"), 0.0);
    EXPECT_GT(day.kpi("read_success"), 0.98);
    expect_books(day);
}

TEST(SessionsDay, ACellsProfileIsAFile) {
    Scratch scratch;
    std::ofstream(scratch.path() / "cell.csv") << "# the cell of two concentrators\n"
                                                  "9:00, down\n"
                                                  "11:00,50 %\n"
                                                  "12 h,up\n"
                                                  "400 h,down\n";
    auto const day = run_day(
        scratch, first_light(with(
                     "  cells: [{ name: hill, technology: lte-m, concentrators: [dc-2, dc-4] }]\n"
                     "  sessions: {}\n"
                     "  availability: [{ of: hill, file: cell.csv }]\n")));
    EXPECT_EQ(day.kpi("sessions.broken"), 2.0);
    EXPECT_EQ(day.kpi("sessions.established"), 2.0);
    EXPECT_EQ(day.kpi("sessions.up"), 4.0);
    EXPECT_EQ(day.kpi("uplink.rows_missing"), 0.0);
    expect_books(day);
}

TEST(SessionsDay, AWrongLineOfAProfileIsTold) {
    Scratch scratch;
    std::ofstream(scratch.path() / "cell.csv") << "9:00, down\n\nteatime,up\n10:00,2\n8:00,up\n";
    auto const file = scratch.path() / "bad.yaml";
    std::ofstream(file) << first_light(with("  availability: [{ of: cell-1, file: cell.csv }]\n"));
    try {
        (void)load(file);
        FAIL() << "it has mistakes";
    } catch (InputError const& e) {
        std::string const text = e.what();
        auto const csv = (scratch.path() / "cell.csv").string();
        EXPECT_NE(text.find(csv + ":3:1: 'teatime' is no date"), std::string::npos) << text;
        EXPECT_NE(text.find(csv + ":4:1: '2' is no rate"), std::string::npos) << text;
        EXPECT_NE(text.find(csv + ":5:1: '8:00' does not come after"), std::string::npos) << text;
    }
}

TEST(SessionsDay, ThreadsChangeNothing) {
    expect_same_bits_on_any_threads(first_light(with("  sessions: { standing: false }\n")));
}

} // namespace
} // namespace gridtwin::twin::test
