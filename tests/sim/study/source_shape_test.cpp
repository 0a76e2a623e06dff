// A source whose voltage follows a shape: the shape's value stands in for its pu voltage.
#include "tests/sim/study/script.hpp"

namespace gridtwin::study {
namespace {

class SourceShape : public ScriptTest {
  protected:
    [[nodiscard]] std::vector<double> voltages_of(std::string const& script) const {
        std::vector<double> out;
        StudyOptions options;
        options.on_step = [&](grid::FeederSolver const& solver, int) {
            out.push_back(solver.u_pu(solver.find_node("a", 1).value()));
        };
        static_cast<void>(solve(script, options));
        return out;
    }
    // Stiff; nothing draws current but the capacitance of nothing.
    static std::string feeder(std::string const& shape) {
        return R"(
New Circuit.c bus1=a basekv=4.16 pu=1.05 R1=0 X1=1e-6 R0=0 X0=1e-6
New LoadShape.v npts=3 interval=1 )" +
               shape + R"(
New Load.l bus1=a kV=4.16 kW=1 kvar=0
Set VoltageBases=[4.16]
CalcVoltageBases
)";
    }
};

TEST_F(SourceShape, ItsValueIsTheVoltageOfTheStep) {
    auto const script = feeder("mult=(1.0 1.02 0.97)") + R"(
Vsource.source.daily=v
Solve
Set mode=daily number=4
Solve
Set mode=yearly number=2
Solve
Set mode=snapshot
Solve
)";
    std::vector<double> const expected{1.05, 1.0, 1.02, 0.97, 1.0, 1.0, 1.02, 1.05};
    auto const seen = voltages_of(script);
    ASSERT_EQ(seen.size(), expected.size());
    for (std::size_t k = 0; k < seen.size(); ++k) {
        EXPECT_NEAR(seen[k], expected[k], 1e-7) << k;
    }
}

TEST_F(SourceShape, ActualValuesAreKilovoltsToGround) {
    auto const seen = voltages_of(feeder("useactual=yes mult=(2.4 2.5 2.3)") +
                                  "Vsource.source.daily=v\nSet mode=daily number=3\nSolve\n");
    std::vector<double> const kv{2.4, 2.5, 2.3};
    ASSERT_EQ(seen.size(), 3U);
    for (std::size_t k = 0; k < seen.size(); ++k) {
        EXPECT_NEAR(seen[k], kv[k] * std::sqrt(3.0) / 4.16, 1e-7);
    }
}

TEST_F(SourceShape, WithoutOneInTheModeItKeepsItsOwnVoltage) {
    auto const seen = voltages_of(feeder("mult=(1.0 1.02 0.97)") +
                                  "Vsource.source.yearly=v\nSet mode=daily number=2\nSolve\n");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_NEAR(seen[0], 1.05, 1e-7);
    EXPECT_NEAR(seen[1], 1.05, 1e-7);
}

TEST_F(SourceShape, AVoltageOfZeroIsRefusedWithThePlaceOfTheSource) {
    try {
        static_cast<void>(voltages_of(feeder("mult=(1.0 0 1)") +
                                      "Vsource.source.daily=v\nSet mode=daily number=3\nSolve\n"));
        FAIL() << "solved";
    } catch (SimulationError const& e) {
        EXPECT_NE(std::string(e.what()).find(
                      ":2:5: the shape of source 'source' makes its voltage 0 pu; expected one "
                      "above 0"),
                  std::string::npos)
            << e.what();
    }
}

} // namespace
} // namespace gridtwin::study
