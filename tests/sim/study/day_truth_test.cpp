// The European LV feeder's day, minute by minute, against the reference engine: as shipped, where
// most loads sit above their voltage limit, and with constant power.
#include "tests/csv.hpp"
#include "tests/sim/study/script.hpp"

#include <map>

namespace gridtwin::study {
namespace {

namespace fs = std::filesystem;

struct Case {
    char const* script;
    char const* results; // folder below the feeder's
};

class EuropeanDay : public ScriptTest, public testing::WithParamInterface<Case> {
  protected:
    static fs::path feeder() { return fs::path(GRIDTWIN_REFERENCE_FEEDERS) / "eulv"; }
    static fs::path results() { return feeder() / GetParam().results; }
    void SetUp() override {
        if (!fs::exists(results() / "timeseries.csv")) {
            GTEST_SKIP() << "NO REFERENCE FEEDER at " << feeder()
                         << ": set GRIDTWIN_REFERENCE_FEEDERS to compare with the reference engine";
        }
    }
    static std::vector<std::vector<double>> series() {
        std::vector<std::vector<double>> rows;
        for (auto const& cells : test::read_csv(results() / "timeseries.csv")) {
            rows.emplace_back();
            for (auto const& cell : cells) {
                rows.back().push_back(std::stod(cell));
            }
        }
        return rows;
    }
};

TEST_P(EuropeanDay, MeetsTheReferenceInEveryMinute) {
    auto const heading = test::read_csv_heading(results() / "timeseries.csv");
    auto const truth = series();
    ASSERT_EQ(truth.size(), 1440U);
    std::vector<std::pair<std::size_t, std::string>> loads; // column, name
    for (std::size_t k = 0; k < heading.size(); ++k) {
        if (heading[k].starts_with("v_pu_load")) {
            loads.emplace_back(k, heading[k].substr(5));
        }
    }
    ASSERT_EQ(loads.size(), 7U);
    double worst_load_pu = 0.0;
    StudyOptions options;
    std::vector<std::vector<double>> load_pu; // [step][load]
    bool day = false;
    options.on_progress = [&](Progress const& p) { day = p.steps == 1440; };
    options.on_step = [&](grid::FeederSolver const& solver, int) {
        std::vector<double> row;
        for (auto const& [column, name] : loads) {
            for (auto const& load : solver.circuit().loads) {
                if (load.name == name) {
                    auto const node = solver.find_node(load.bus.bus, load.bus.nodes[0]);
                    row.push_back(solver.u_pu(node.value()));
                }
            }
        }
        load_pu.push_back(std::move(row));
    };
    auto const study = solve("Redirect \"" + (feeder() / GetParam().script).string() +
                                 "\"\nSolve mode=yearly number=1440 stepsize=1m\n",
                             options);
    EXPECT_TRUE(day);
    auto const& rows = study.stages.back().series;
    ASSERT_EQ(rows.size(), 1440U);
    load_pu.erase(load_pu.begin(), load_pu.end() - 1440); // the file's own snapshot
    double worst_pu = 0.0;
    double worst_w = 0.0;
    for (std::size_t k = 0; k < rows.size(); ++k) {
        auto const& t = truth[k];
        auto const& r = rows[k];
        EXPECT_EQ(r.step, static_cast<int>(t[0]));
        double const tolerance_w = std::max(1.0, 1e-4 * t[1] * 1e3);
        EXPECT_NEAR(r.power.source_va.real(), t[1] * 1e3, tolerance_w) << "minute " << t[0];
        EXPECT_NEAR(r.power.source_va.imag(), t[2] * 1e3, tolerance_w) << "minute " << t[0];
        EXPECT_NEAR(r.power.losses_va.real(), t[3] * 1e3, 0.1) << "minute " << t[0];
        EXPECT_NEAR(r.power.losses_va.imag(), t[4] * 1e3, 0.1) << "minute " << t[0];
        EXPECT_NEAR(r.voltage.lowest.u_pu, t[5], 1e-5) << "minute " << t[0];
        EXPECT_NEAR(r.voltage.highest.u_pu, t[6], 1e-5) << "minute " << t[0];
        ASSERT_EQ(load_pu[k].size(), loads.size());
        for (std::size_t l = 0; l < loads.size(); ++l) {
            EXPECT_NEAR(load_pu[k][l], t[loads[l].first], 1e-5)
                << loads[l].second << ", minute " << t[0];
            worst_load_pu = std::max(worst_load_pu, std::abs(load_pu[k][l] - t[loads[l].first]));
        }
        worst_pu = std::max({worst_pu, std::abs(r.voltage.lowest.u_pu - t[5]),
                             std::abs(r.voltage.highest.u_pu - t[6])});
        worst_w = std::max(worst_w, std::abs(r.power.source_va.real() - t[1] * 1e3));
    }
    RecordProperty("worst_pu", fmt::format("{:.2e}", std::max(worst_pu, worst_load_pu)));
    RecordProperty("worst_w", fmt::format("{:.2e}", worst_w));
    // Energies: sums of minute powers over 60.
    std::map<std::string, double> energy;
    for (auto const& row : test::read_csv(results() / "timeseries_summary.csv")) {
        if (row[0].find("energy") != std::string::npos) {
            energy[row[0]] = std::stod(row[1]);
        }
    }
    auto const totals = total(rows, 60.0);
    EXPECT_NEAR(totals.source_wh.real(), energy.at("source_energy_kwh") * 1e3, 1.0);
    EXPECT_NEAR(totals.source_wh.imag(), energy.at("source_energy_kvarh") * 1e3, 1.0);
    EXPECT_NEAR(totals.losses_wh.real(), energy.at("loss_energy_kwh") * 1e3, 0.1);
    EXPECT_NEAR(totals.losses_wh.imag(), energy.at("loss_energy_kvarh") * 1e3, 0.1);
}

INSTANTIATE_TEST_SUITE_P(Published, EuropeanDay,
                         testing::Values(Case{"case_snapshot.dss", "daily"},
                                         Case{"case_const_pq.dss", "const_pq_daily"}),
                         [](auto const& which) { return std::string(which.param.results); });

} // namespace
} // namespace gridtwin::study
