// Whole feeders, read from OpenDSS files, against the reference engine's tight solutions.
#include "models/grid/dss/reader.hpp"
#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"
#include "tests/csv.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numbers>
#include <set>

namespace gridtwin::grid {
namespace {

namespace fs = std::filesystem;

using gridtwin::test::read_csv;

struct Case {
    char const* name;
    char const* feeder;
    char const* script;
    char const* results;      // folder below the feeder's
    bool own_controls = true; // else with the reference's taps and capacitor steps, controls off
};

std::map<std::string, double> bus_bases_v(fs::path const& file) {
    std::map<std::string, double> out;
    for (auto const& row : read_csv(file)) {
        out[row[0]] = std::stod(row[1]) * 1e3;
    }
    return out;
}

class ReferenceFeeder : public ::testing::TestWithParam<Case> {
  protected:
    [[nodiscard]] static fs::path folder() {
        return fs::path(GRIDTWIN_REFERENCE_FEEDERS) / GetParam().feeder;
    }
    [[nodiscard]] static fs::path results() { return folder() / GetParam().results; }
    void SetUp() override {
        if (!fs::exists(folder() / GetParam().script)) {
            GTEST_SKIP() << "NO REFERENCE FEEDER at " << folder()
                         << ": set GRIDTWIN_REFERENCE_FEEDERS to compare with the reference engine";
        }
    }
    [[nodiscard]] static Circuit circuit() {
        Diagnostics diagnostics;
        Circuit c = read_dss(folder() / GetParam().script, diagnostics);
        EXPECT_TRUE(diagnostics.ok()) << diagnostics.text();
        c.solution.tolerance_pu = 1e-10;
        c.solution.max_iterations = 200;
        if (!GetParam().own_controls) {
            c.solution.controls = false;
            force_taps(c);
            force_steps(c);
        }
        return c;
    }
    static void force_taps(Circuit& c) {
        for (auto const& row : read_csv(results() / "taps.csv")) {
            auto const t = std::find_if(c.transformers.begin(), c.transformers.end(),
                                        [&row](auto const& each) { return each.name == row[0]; });
            ASSERT_NE(t, c.transformers.end()) << row[0];
            t->windings.at(std::stoul(row[1]) - 1).tap_pu = std::stod(row[2]);
        }
    }
    static void force_steps(Circuit& c) {
        for (auto const& row : read_csv(results() / "capacitors.csv")) {
            auto const bank =
                std::find_if(c.capacitors.begin(), c.capacitors.end(),
                             [&row](auto const& each) { return each.name == row[0]; });
            ASSERT_NE(bank, c.capacitors.end()) << row[0];
            bank->closed.resize(bank->q_var.size(), true);
            bank->closed.at(std::stoul(row[1]) - 1) = row[2] == "1";
        }
    }
    /// 1e-8 of the current of 1 MVA, and one unit in the last place of each product at the node:
    /// feeder files write switches of 1e-7 ohm, where that is another 1e-8.
    static void expect_kirchhoff(FeederSolver const& solver) {
        ElementCurrents const currents(solver);
        auto const residual_pu = kirchhoff_residuals_pu(solver, currents);
        auto const rounding_pu = kirchhoff_roundings_pu(solver, currents);
        double worst_pu = 0.0;
        for (std::size_t node = 0; node < residual_pu.size(); ++node) {
            EXPECT_LT(residual_pu[node], 1e-8 + rounding_pu[node]) << solver.node_name(node);
            worst_pu = std::max(worst_pu, residual_pu[node]);
        }
        RecordProperty("worst_residual_pu", fmt::format("{:.2e}", worst_pu));
    }
    static void expect_voltages(FeederSolver const& solver, double tolerance_pu,
                                double tolerance_deg) {
        // Per unit of the reference's own bases: where CalcVoltageBases of the reader chooses
        // another, the volts must be right all the same.
        auto const bases_v = bus_bases_v(results() / "buses.csv");
        double worst_pu = 0.0;
        double worst_deg = 0.0;
        std::size_t compared = 0;
        std::set<std::string> other_bases;
        for (auto const& row : read_csv(results() / "voltages.csv")) {
            auto const node = solver.find_node(row[0], std::stoi(row[1]));
            ASSERT_TRUE(node.has_value()) << row[0] << "." << row[1];
            Complex const u_v = solver.u_v()[*node];
            double const base_v = bases_v.at(row[0]);
            if (std::abs(solver.nodes()[*node].base_v - base_v) > 1e-6 * base_v) {
                other_bases.insert(row[0]);
            }
            double const angle_deg = std::arg(u_v) * 180.0 / std::numbers::pi;
            double const d_pu = std::abs(std::abs(u_v) / base_v - std::stod(row[2]));
            double const d_deg = std::abs(std::remainder(angle_deg - std::stod(row[3]), 360.0));
            EXPECT_LT(d_pu, tolerance_pu) << row[0] << "." << row[1];
            EXPECT_LT(d_deg, tolerance_deg) << row[0] << "." << row[1];
            worst_pu = std::max(worst_pu, d_pu);
            worst_deg = std::max(worst_deg, d_deg);
            ++compared;
        }
        EXPECT_EQ(compared, solver.nodes().size());
        RecordProperty("nodes", static_cast<int>(compared));
        RecordProperty("worst_pu", fmt::format("{:.2e}", worst_pu));
        RecordProperty("worst_deg", fmt::format("{:.2e}", worst_deg));
        RecordProperty("buses_of_other_bases", static_cast<int>(other_bases.size()));
    }
    static void expect_line_voltages(FeederSolver const& solver, double tolerance_pu,
                                     double tolerance_deg) {
        auto const bases_v = bus_bases_v(results() / "buses.csv");
        double worst_pu = 0.0;
        for (auto const& row : read_csv(results() / "voltages_ll.csv")) {
            auto const from = solver.find_node(row[0], std::stoi(row[1]));
            auto const to = solver.find_node(row[0], std::stoi(row[2]));
            ASSERT_TRUE(from && to) << row[0];
            Complex const u_v = solver.u_v()[*from] - solver.u_v()[*to];
            double const base_v = bases_v.at(row[0]) * std::numbers::sqrt3;
            double const angle_deg = std::arg(u_v) * 180.0 / std::numbers::pi;
            double const d_pu = std::abs(std::abs(u_v) - std::stod(row[4])) / base_v;
            EXPECT_LT(d_pu, tolerance_pu) << row[0] << "." << row[1] << "." << row[2];
            EXPECT_LT(std::abs(std::remainder(angle_deg - std::stod(row[5]), 360.0)), tolerance_deg)
                << row[0] << "." << row[1] << "." << row[2];
            worst_pu = std::max(worst_pu, d_pu);
        }
        RecordProperty("worst_line_to_line_pu", fmt::format("{:.2e}", worst_pu));
    }
};

TEST_P(ReferenceFeeder, MeetsEveryNodeVoltageAndEveryTap) {
    FeederSolver solver(circuit());
    SolveStatus const status = solver.solve();
    ASSERT_TRUE(status.converged) << status.worst_bus;
    EXPECT_TRUE(status.controls_settled || !GetParam().own_controls);
    for (auto const& row : read_csv(results() / "taps.csv")) {
        for (Transformer const& t : solver.circuit().transformers) {
            if (t.name == row[0]) {
                EXPECT_NEAR(t.windings[std::stoul(row[1]) - 1].tap_pu, std::stod(row[2]), 1e-9)
                    << row[0];
            }
        }
    }
    expect_voltages(solver, 1e-5, 1e-3);
    expect_line_voltages(solver, 1e-5, 1e-3);
    expect_kirchhoff(solver);
}

TEST_P(ReferenceFeeder, MeetsTheSourcePowerAndTheLosses) {
    FeederSolver solver(circuit());
    ASSERT_TRUE(solver.solve().converged);
    std::map<std::string, double> truth;
    for (auto const& row : read_csv(results() / "summary.csv")) {
        truth[row[0]] = std::stod(row[1]);
    }
    Complex source_va;
    for (std::size_t k = 0; k < solver.circuit().sources.size(); ++k) {
        source_va += solver.source_power(k);
    }
    Complex loss_va; // of what lies between buses
    auto const add = [&](ElementKind kind, auto const& table) {
        for (std::size_t k = 0; k < table.size(); ++k) {
            loss_va += solver.absorbed(kind, k);
        }
    };
    add(ElementKind::line, solver.circuit().lines);
    add(ElementKind::transformer, solver.circuit().transformers);
    add(ElementKind::reactor, solver.circuit().reactors);
    auto const near = [](double value_kw, double expected_kw) {
        return std::abs(value_kw - expected_kw) <= std::max(1e-3, 1e-4 * std::abs(expected_kw));
    };
    EXPECT_PRED2(near, source_va.real() / 1e3, truth.at("source_p_kw"));
    EXPECT_PRED2(near, source_va.imag() / 1e3, truth.at("source_q_kvar"));
    EXPECT_PRED2(near, loss_va.real() / 1e3, truth.at("losses_p_kw"));
    EXPECT_PRED2(near, loss_va.imag() / 1e3, truth.at("losses_q_kvar"));
}

INSTANTIATE_TEST_SUITE_P(
    Published, ReferenceFeeder,
    ::testing::Values(Case{"ieee13_controls", "ieee13", "case_controls.dss", "."},
                      Case{"ieee13_fixed_taps", "ieee13", "case_fixed_taps.dss", "fixed_taps"},
                      Case{"ieee123_controls", "ieee123", "case_controls.dss", "."},
                      Case{"ieee123_fixed_taps", "ieee123", "case_fixed_taps.dss", "fixed_taps"},
                      Case{"eulv", "eulv", "case_snapshot.dss", "."},
                      Case{"eulv_const_pq", "eulv", "case_const_pq.dss", "const_pq"},
                      Case{"ieee8500_fixed", "ieee8500", "case_controls.dss", ".", false},
                      Case{"ieee8500_unbalanced_fixed", "ieee8500", "case_unbalanced.dss",
                           "unbalanced", false}),
    [](auto const& which) { return std::string(which.param.name); });

} // namespace
} // namespace gridtwin::grid
