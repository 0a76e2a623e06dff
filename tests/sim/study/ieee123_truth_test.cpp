// The project's own IEEE 123 file is electrically the reference's circuit: every voltage, with the
// published taps and with its own controls.
#include "tests/csv.hpp"
#include "tests/sim/study/script.hpp"

#include <map>
#include <numbers>

namespace gridtwin::study {
namespace {

namespace fs = std::filesystem;

/// Names that differ: regulated sides, the node behind switch 61-610, and the far ends of the open
/// switches, which the reference gives nodes of their own.
std::string own_name(std::string const& reference) {
    static std::map<std::string, std::string> const kNames{
        {"150r", "rg150"}, {"9r", "rg9"}, {"25r", "rg25"}, {"160r", "rg160"}, {"61s", "61sw"}};
    auto const found = kNames.find(reference);
    return found == kNames.end() ? reference : found->second;
}

class OwnIeee123 : public ScriptTest {
  protected:
    static fs::path reference() { return fs::path(GRIDTWIN_REFERENCE_FEEDERS) / "ieee123"; }
    void SetUp() override {
        if (!fs::exists(reference() / "voltages.csv")) {
            GTEST_SKIP() << "NO REFERENCE FEEDER at " << reference()
                         << ": set GRIDTWIN_REFERENCE_FEEDERS to compare with the reference engine";
        }
    }
    static void expect_voltages(grid::FeederSolver const& solver, fs::path const& file) {
        std::size_t compared = 0;
        std::map<std::string, std::vector<std::pair<Complex, Complex>>> floating; // bus 610
        for (auto const& row : test::read_csv(file)) {
            auto const& bus = row.at(0);
            int const phase = std::stoi(row.at(1));
            auto const truth =
                std::polar(std::stod(row.at(2)), std::stod(row.at(3)) * std::numbers::pi / 180.0);
            if (bus.ends_with("_open")) {
                continue;
            }
            auto const node = solver.find_node(own_name(bus), phase);
            ASSERT_TRUE(node.has_value()) << bus << "." << phase;
            auto const own = solver.u_v()[*node] / solver.nodes()[*node].base_v;
            if (bus == "610") {
                floating[bus].emplace_back(own, truth);
                continue;
            }
            EXPECT_LT(std::abs(own - truth), 1e-5) << bus << "." << phase;
            ++compared;
        }
        EXPECT_EQ(compared, 271U);
        auto const& v = floating["610"]; // delta on both sides: line voltages are what is defined
        ASSERT_EQ(v.size(), 3U);
        for (std::size_t k = 0; k < 3; ++k) {
            auto const next = (k + 1) % 3;
            EXPECT_LT(std::abs((v[k].first - v[next].first) - (v[k].second - v[next].second)),
                      1e-5);
        }
    }
};

TEST_F(OwnIeee123, FindsTheReferencesTapsAndVoltages) {
    auto const study = run_study(own_feeder("ieee123"), {});
    EXPECT_TRUE(study.stages.back().controls_settled);
    int const truth[] = {6, 0, 2, 0, 8, 2, 5}; // taps.csv, in the order of the own file
    ASSERT_EQ(study.summary.taps.size(), std::size(truth));
    for (std::size_t k = 0; k < std::size(truth); ++k) {
        EXPECT_EQ(study.summary.taps[k].position, truth[k]) << study.summary.taps[k].regulator;
    }
    expect_voltages(*study.solver, reference() / "voltages.csv");
}

TEST_F(OwnIeee123, HasTheReferencesVoltagesAtThePublishedTaps) {
    auto const study = solve("Redirect \"" + own_feeder("ieee123").string() + "\"\n" + R"(
Transformer.reg1.wdg=2 tap=1.04375
Transformer.reg2a.wdg=2 tap=0.99375
Transformer.reg3a.wdg=2 tap=1.00000
Transformer.reg3c.wdg=2 tap=0.99375
Transformer.reg4a.wdg=2 tap=1.05000
Transformer.reg4b.wdg=2 tap=1.00625
Transformer.reg4c.wdg=2 tap=1.03125
Set ControlMode=OFF
Solve
)");
    expect_voltages(*study.solver, reference() / "fixed_taps/voltages.csv");
}

} // namespace
} // namespace gridtwin::study
