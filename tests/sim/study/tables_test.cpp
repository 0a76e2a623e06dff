// Files for other programs: their columns and keys are promises.
#include "sim/study/tables.hpp"
#include "tests/sim/study/script.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <sstream>

namespace gridtwin::study {
namespace {

class StudyTables : public ScriptTest {};

std::string const kLoaded = text(kTwoBuses) +
                            "New Line.bc bus1=b bus2=c phases=3 r1=1 x1=0 r0=1 x0=0\n"
                            "New LoadShape.s npts=2 interval=1 mult=(0.5 1)\n"
                            "New Load.l bus1=b.2 phases=1 kV=2.4 kW=250 kvar=0 model=2 daily=s\n"
                            "Open Line.bc\nCalcVoltageBases\n";

TEST_F(StudyTables, VoltagesAreWrittenAsTheReferenceWritesThem) {
    auto const study = solve(kLoaded + "Solve\n");
    std::stringstream csv(study_csv(study));
    std::string line;
    std::getline(csv, line);
    EXPECT_EQ(line, "bus,phase,vmag_pu,vang_deg");
    std::vector<std::string> rows;
    while (std::getline(csv, line)) {
        rows.push_back(line);
    }
    ASSERT_EQ(rows.size(), 9U);
    EXPECT_TRUE(rows[0].starts_with("a,1,1.000000000,")) << rows[0];
    // 23.04 ohm behind 1 ohm of line and a microohm of source: 0.958403 pu, at -120 degrees.
    EXPECT_TRUE(rows[4].starts_with("b,2,0.958402")) << rows[4];
    EXPECT_NE(rows[4].find(",-120.000"), std::string::npos) << rows[4];
    EXPECT_EQ(rows[6], "c,1,0.000000000,0.000000") << "dead";
}

TEST_F(StudyTables, NamesAreQuotedWhereTheyWouldBeNoField) {
    auto const odd = text(kTwoBuses) + R"(
New "Line.b,x" bus1=b bus2="c,x" phases=3 r1=1 x1=0 r0=1 x0=0 normamps=1
New Line.q bus1=b bus2=(say"x") phases=3 r1=1 x1=0 r0=1 x0=0
New LoadShape.s npts=2 interval=1 mult=(0.5 1)
New Load.l bus1="c,x.1" phases=1 kV=2.4 kW=250 kvar=0 model=2 daily=s
)";
    auto const csv = study_csv(solve(odd + "Solve\n"));
    EXPECT_NE(csv.find("\n\"c,x\",1,0."), std::string::npos) << csv;
    EXPECT_NE(csv.find("\n\"say\"\"x\"\"\",1,"), std::string::npos) << csv;
    EXPECT_NE(csv.find("\nb,1,0."), std::string::npos) << csv;
    auto const day = study_csv(solve(odd + "Solve mode=daily number=1\n"));
    EXPECT_NE(day.find(",\"c,x\",1,"), std::string::npos) << day;
    EXPECT_NE(day.find(",\"b,x\","), std::string::npos) << day;
}

TEST_F(StudyTables, ATimeSeriesHasOneRowAStepAndAsManyCellsAsHeadings) {
    auto const study = solve(kLoaded + "Solve mode=daily number=3\n");
    std::stringstream csv(study_csv(study));
    std::vector<std::string> lines;
    for (std::string line; std::getline(csv, line);) {
        lines.push_back(line);
    }
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_TRUE(lines[0].starts_with("step,time_s,source_p_kw,source_q_kvar,"));
    for (auto const& line : lines) {
        EXPECT_EQ(std::count(line.begin(), line.end(), ','),
                  std::count(lines[0].begin(), lines[0].end(), ','))
            << line;
    }
    EXPECT_TRUE(lines[1].starts_with("1,3600,"));
    EXPECT_TRUE(lines[3].starts_with("3,10800,"));
}

TEST_F(StudyTables, JsonHoldsTheSummaryAndEveryNodeAndBranch) {
    auto const study = solve(kLoaded + "Solve mode=daily number=2\n");
    auto const json = nlohmann::json::parse(study_json(study, "a.dss", {}, "0.0"));
    EXPECT_EQ(json.at("format"), "GridTwin solve");
    EXPECT_EQ(json.at("schema_version"), 1);
    EXPECT_EQ(json.at("circuit").at("lines"), 2);
    EXPECT_EQ(json.at("stages").at(0).at("mode"), "daily");
    EXPECT_EQ(json.at("stages").at(0).at("series").size(), 2U);
    double load_w = 0.0; // of two steps of an hour
    for (auto const& step : json.at("stages").at(0).at("series")) {
        load_w += step.at("power").at("load").at("p_w").get<double>();
    }
    EXPECT_GT(load_w, 300e3);
    EXPECT_NEAR(json.at("stages").at(0).at("energy").at("load").at("p_wh").get<double>(), load_w,
                1e-3);
    EXPECT_EQ(json.at("nodes").size(), 9U);
    EXPECT_EQ(json.at("branches").size(), 2U);
    EXPECT_EQ(json.at("branches").at(0).at("terminals").size(), 2U);
    EXPECT_EQ(json.at("dead").at("buses"), 1);
    EXPECT_DOUBLE_EQ(json.at("voltage").at("lowest").at("u_pu").get<double>(),
                     study.summary.voltage.lowest.u_pu);
    EXPECT_DOUBLE_EQ(json.at("power").at("losses").at("p_w").get<double>(),
                     study.summary.power.losses_va.real());
}

TEST_F(StudyTables, JsonsConductorsCarryWhatTheirElementsTake) {
    auto const study = solve(kLoaded + "New Capacitor.k bus1=b kvar=60 kv=4.16\nSolve\n");
    auto const json = nlohmann::json::parse(study_json(study, "a.dss", {}, "0.0"));
    auto const polar = [](double size, double deg) {
        return std::polar(size, deg * std::numbers::pi / 180.0);
    };
    std::map<std::string, Complex> u_v{{"ground", {}}};
    for (auto const& node : json.at("nodes")) {
        u_v[fmt::format("{}.{}", node.at("bus").get<std::string>(), node.at("phase").get<int>())] =
            polar(node.at("u_v"), node.at("angle_deg"));
    }
    std::map<std::string, Complex> sum_a;
    Complex sum_va;
    std::set<std::string> classes;
    for (char const* const list : {"branches", "injections"}) {
        for (auto const& element : json.at(list)) {
            classes.insert(element.at("class").get<std::string>());
            for (auto const& end : element.at("terminals")) {
                Complex end_va;
                for (std::size_t k = 0; k < end.at("nodes").size(); ++k) {
                    std::string const node = end.at("nodes").at(k);
                    Complex const i_a = polar(end.at("i_a").at(k), end.at("i_deg").at(k));
                    Complex const s_va(end.at("conductor_p_w").at(k).get<double>(),
                                       end.at("conductor_q_var").at(k).get<double>());
                    EXPECT_NEAR(std::abs(u_v.at(node) * std::conj(i_a) - s_va), 0.0, 1e-5);
                    sum_a[node] += i_a;
                    end_va += s_va;
                }
                EXPECT_NEAR(end_va.real(), end.at("p_w").get<double>(), 1e-6);
                EXPECT_NEAR(end_va.imag(), end.at("q_var").get<double>(), 1e-6);
                sum_va += end_va;
            }
        }
    }
    EXPECT_EQ(classes, (std::set<std::string>{"capacitor", "line", "load", "vsource"}));
    for (auto const& [node, i_a] : sum_a) {
        if (node != "ground") {
            EXPECT_NEAR(std::abs(i_a), 0.0, 1e-6) << node;
        }
    }
    EXPECT_NEAR(std::abs(sum_va), 0.0, 1e-2);
}

TEST_F(StudyTables, AreTheSameForTheSameFile) {
    auto const once = solve(kLoaded + "Solve mode=daily number=2\n");
    auto const again = solve(kLoaded + "Solve mode=daily number=2\n");
    EXPECT_EQ(study_json(once, "a", {}, ""), study_json(again, "a", {}, ""));
    EXPECT_EQ(study_csv(once), study_csv(again));
}

} // namespace
} // namespace gridtwin::study
