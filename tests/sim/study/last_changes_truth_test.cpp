// Files that solve, then change taps, controls or loads and end: what counts is the circuit at the
// end, as in the reference engine's solution of it.
#include "tests/csv.hpp"
#include "tests/sim/study/script.hpp"

#include <algorithm>
#include <map>

namespace gridtwin::study {
namespace {

namespace fs = std::filesystem;

struct Case {
    char const* script;  // below the folder of the feeders
    char const* results; // likewise
};

class LastChanges : public ScriptTest, public testing::WithParamInterface<Case> {
  protected:
    static fs::path feeders() { return GRIDTWIN_REFERENCE_FEEDERS; }
    static fs::path results() { return feeders() / GetParam().results; }
    void SetUp() override {
        if (!fs::exists(results() / "voltages.csv")) {
            GTEST_SKIP() << "NO REFERENCE FEEDER at " << results()
                         << ": set GRIDTWIN_REFERENCE_FEEDERS to compare with the reference engine";
        }
    }
};

TEST_P(LastChanges, MeetTheReference) {
    auto const study = run_study(feeders() / GetParam().script, {});
    auto const& solver = *study.solver;
    auto const truth = test::read_csv(results() / "voltages.csv");
    ASSERT_EQ(truth.size(), solver.node_count());
    for (auto const& row : truth) {
        auto const node = solver.find_node(row[0], std::stoi(row[1]));
        ASSERT_TRUE(node.has_value()) << row[0] << "." << row[1];
        EXPECT_LT(std::abs(solver.u_pu(*node) - std::stod(row[2])), 1e-5)
            << row[0] << "." << row[1];
    }
    std::map<std::string, double> kilo;
    for (auto const& row : test::read_csv(results() / "summary.csv")) {
        kilo[row[0]] = std::stod(row[1]) * 1e3;
    }
    auto const meets = [&](char const* key, double own) {
        ASSERT_TRUE(kilo.contains(key)) << key;
        EXPECT_NEAR(own, kilo[key], std::max(1.0, 1e-4 * std::abs(kilo[key]))) << key;
    };
    auto const& p = study.summary.power;
    meets("source_p_kw", p.source_va.real());
    meets("source_q_kvar", p.source_va.imag());
    meets("load_p_kw", p.load_va.real());
    meets("load_q_kvar", p.load_va.imag());
    meets("losses_p_kw", p.losses_va.real());
    meets("losses_q_kvar", p.losses_va.imag());
    meets("line_losses_p_kw", p.line_losses_va.real());
    meets("line_losses_q_kvar", p.line_losses_va.imag());
}

INSTANTIATE_TEST_SUITE_P(Feeders, LastChanges,
                         testing::Values(Case{"ieee13/case_fixed_taps.dss", "ieee13/fixed_taps"},
                                         Case{"eulv/case_const_pq.dss", "eulv/const_pq"}),
                         [](auto const& which) {
                             return std::string(which.param.script).substr(0, 4);
                         });

} // namespace
} // namespace gridtwin::study
