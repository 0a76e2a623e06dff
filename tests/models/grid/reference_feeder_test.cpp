// Whole feeders, read from OpenDSS files, against the reference engine's tight solutions.
#include "models/grid/dss/reader.hpp"
#include "models/grid/feeder_solver.hpp"

#include <filesystem>
#include <fstream>
#include <limits>
#include <numbers>
#include <sstream>

namespace gridtwin::grid {
namespace {

namespace fs = std::filesystem;

using Rows = std::vector<std::vector<std::string>>;

Rows read_csv(fs::path const& file) {
    std::ifstream in(file);
    EXPECT_TRUE(in) << file;
    Rows rows;
    std::string line;
    std::getline(in, line); // heading
    while (std::getline(in, line)) {
        std::stringstream cells(line);
        rows.emplace_back();
        for (std::string cell; std::getline(cells, cell, ',');) {
            rows.back().push_back(cell);
        }
    }
    return rows;
}

struct Case {
    char const* feeder;
    char const* script;
    char const* results; // folder below the feeder's
};

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
        return c;
    }
    /// What remains of Kirchhoff's law when voltages are doubles: the last bit of the voltages at
    /// both ends of the least impedance, as a fraction of the current of 1 MVA. Feeder files write switches of
    /// 1e-7 ohm, where that is 1e-8; elsewhere it is nothing.
    static double rounding_pu(FeederSolver const& solver) {
        double greatest_pu = 0.0;
        for (std::size_t k = 0; k < solver.circuit().lines.size(); ++k) {
            auto const node = static_cast<std::size_t>(solver.terminals(ElementKind::line, k)[0]);
            double const base_v = solver.nodes()[node].base_v;
            double const y_s = 1.0 / std::abs(solver.circuit().lines[k].z_ohm[0]);
            double const last_bit_v = 2.0 * std::numeric_limits<double>::epsilon() * base_v;
            greatest_pu = std::max(greatest_pu, last_bit_v * y_s * base_v / 1e6);
        }
        return greatest_pu;
    }
    static void expect_voltages(FeederSolver const& solver, double tolerance_pu,
                                double tolerance_deg) {
        double worst_pu = 0.0;
        double worst_deg = 0.0;
        for (auto const& row : read_csv(results() / "voltages.csv")) {
            auto const node = solver.find_node(row[0], std::stoi(row[1]));
            ASSERT_TRUE(node.has_value()) << row[0] << "." << row[1];
            double const angle_deg = std::arg(solver.u_v()[*node]) * 180.0 / std::numbers::pi;
            double const d_pu = std::abs(solver.u_pu(*node) - std::stod(row[2]));
            double const d_deg = std::abs(std::remainder(angle_deg - std::stod(row[3]), 360.0));
            EXPECT_LT(d_pu, tolerance_pu) << row[0] << "." << row[1];
            EXPECT_LT(d_deg, tolerance_deg) << row[0] << "." << row[1];
            worst_pu = std::max(worst_pu, d_pu);
            worst_deg = std::max(worst_deg, d_deg);
        }
        RecordProperty("worst_pu", fmt::format("{:.2e}", worst_pu));
        RecordProperty("worst_deg", fmt::format("{:.2e}", worst_deg));
    }
};

TEST_P(ReferenceFeeder, MeetsEveryNodeVoltageAndEveryTap) {
    FeederSolver solver(circuit());
    SolveStatus const status = solver.solve();
    ASSERT_TRUE(status.converged) << status.worst_bus;
    EXPECT_TRUE(status.controls_settled);
    for (auto const& row : read_csv(results() / "taps.csv")) {
        for (Transformer const& t : solver.circuit().transformers) {
            if (t.name == row[0]) {
                EXPECT_NEAR(t.windings[std::stoul(row[1]) - 1].tap_pu, std::stod(row[2]), 1e-9)
                    << row[0];
            }
        }
    }
    expect_voltages(solver, 1e-5, 1e-3);
    EXPECT_LT(solver.kirchhoff_residual_pu(), 1e-8 + rounding_pu(solver));
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
    Complex loss_va;
    for (std::size_t k = 0; k < solver.circuit().lines.size(); ++k) {
        loss_va += solver.absorbed(ElementKind::line, k);
    }
    for (std::size_t k = 0; k < solver.circuit().transformers.size(); ++k) {
        loss_va += solver.absorbed(ElementKind::transformer, k);
    }
    double const tolerance_w = 1e-4 * truth["source_p_kw"] * 1e3;
    EXPECT_NEAR(source_va.real(), truth["source_p_kw"] * 1e3, tolerance_w);
    EXPECT_NEAR(source_va.imag(), truth["source_q_kvar"] * 1e3, tolerance_w);
    EXPECT_NEAR(loss_va.real(), truth["losses_p_kw"] * 1e3,
                std::max(1.0, 1e-4 * truth["losses_p_kw"] * 1e3));
}

INSTANTIATE_TEST_SUITE_P(Published, ReferenceFeeder,
                         ::testing::Values(Case{"ieee13", "case_controls.dss", "."},
                                           Case{"ieee13", "case_fixed_taps.dss", "fixed_taps"},
                                           Case{"ieee123", "case_controls.dss", "."},
                                           Case{"ieee123", "case_fixed_taps.dss", "fixed_taps"}),
                         [](auto const& which) {
                             return std::string(which.param.feeder) +
                                    (std::string(which.param.results) == "."
                                         ? "_controls"
                                         : "_" + std::string(which.param.results));
                         });

} // namespace
} // namespace gridtwin::grid
