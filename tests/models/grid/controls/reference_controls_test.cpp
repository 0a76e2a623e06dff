// Own controls on whole feeders reach the reference engine's taps and capacitor steps.
#include "models/grid/dss/reader.hpp"
#include "models/grid/feeder_solver.hpp"
#include "tests/csv.hpp"

#include <algorithm>
#include <filesystem>

namespace gridtwin::grid {
namespace {

namespace fs = std::filesystem;

using gridtwin::test::read_csv;

struct Case {
    char const* name;
    char const* feeder;
    char const* script;
    char const* results;
};

class ReferenceControls : public ::testing::TestWithParam<Case> {};

TEST_P(ReferenceControls, ReachEveryTapAndEveryCapacitorStep) {
    fs::path const folder = fs::path(GRIDTWIN_REFERENCE_FEEDERS) / GetParam().feeder;
    if (!fs::exists(folder / GetParam().script)) {
        GTEST_SKIP() << "NO REFERENCE FEEDER at " << folder
                     << ": set GRIDTWIN_REFERENCE_FEEDERS to compare with the reference engine";
    }
    Diagnostics diagnostics;
    Circuit circuit = read_dss(folder / GetParam().script, diagnostics);
    ASSERT_TRUE(diagnostics.ok()) << diagnostics.text();
    circuit.solution.tolerance_pu = 1e-8;
    circuit.solution.max_iterations = 200;
    FeederSolver solver(circuit);
    SolveStatus const status = solver.solve();
    ASSERT_TRUE(status.converged) << status.worst_bus;
    EXPECT_TRUE(status.controls_settled);

    std::size_t compared = 0;
    Circuit const& solved = solver.circuit();
    for (auto const& row : read_csv(folder / GetParam().results / "taps.csv")) {
        for (Transformer const& t : solved.transformers) {
            if (t.name == row[0]) {
                EXPECT_NEAR(t.windings[std::stoul(row[1]) - 1].tap_pu, std::stod(row[2]), 1e-9)
                    << row[0];
                ++compared;
            }
        }
    }
    for (auto const& row : read_csv(folder / GetParam().results / "capacitors.csv")) {
        for (Capacitor const& c : solved.capacitors) {
            if (c.name == row[0]) {
                EXPECT_EQ(c.closed[std::stoul(row[1]) - 1], row[2] == "1") << row[0];
                ++compared;
            }
        }
    }
    EXPECT_GE(compared, solved.regulators.size() + solved.capacitor_controls.size());
    RecordProperty("compared", static_cast<int>(compared));
}

INSTANTIATE_TEST_SUITE_P(Published, ReferenceControls,
                         ::testing::Values(Case{"ieee13", "ieee13", "case_controls.dss", "."},
                                           Case{"ieee123", "ieee123", "case_controls.dss", "."},
                                           Case{"ieee8500", "ieee8500", "case_controls.dss", "."},
                                           Case{"ieee8500_unbalanced", "ieee8500",
                                                "case_unbalanced.dss", "unbalanced"}),
                         [](auto const& which) { return std::string(which.param.name); });

} // namespace
} // namespace gridtwin::grid
