#include "models/grid/load_model.hpp"

namespace gridtwin::grid {
namespace {

constexpr double kBase_v = 240.0;
constexpr double kP_w = 5000.0;
constexpr double kQ_var = 2000.0;

struct OnePhase {
    std::vector<Load> loads{1};
    LoadPhaseTable table;

    explicit OnePhase(int model) {
        Load& l = loads[0];
        l.phases = 1;
        l.model = model;
        l.zipv = {0.3, 0.2, 0.5, 0.1, 0.6, 0.3, 0.0};
        l.cvr_watts = 0.8;
        l.cvr_vars = 3.0;
        table.from = {0};
        table.to = {-1};
        table.load = {0};
        table.model = {static_cast<std::uint8_t>(model)};
        table.p_w = {kP_w};
        table.q_var = {kQ_var};
        table.base_v = {kBase_v};
        table.vmin_pu = {0.95};
        table.vmax_pu = {1.05};
        table.vlow_pu = {0.5};
    }
    [[nodiscard]] Complex power_va(double u_pu) const {
        double const v_v = u_pu * kBase_v;
        return std::conj(load_admittance(table, loads, 0, v_v * v_v)) * v_v * v_v;
    }
    [[nodiscard]] double current_a(double u_pu) const {
        return std::abs(power_va(u_pu)) / (u_pu * kBase_v);
    }
};

void expect_power(Complex s_va, double p_w, double q_var) {
    EXPECT_NEAR(s_va.real(), p_w, 1e-8);
    EXPECT_NEAR(s_va.imag(), q_var, 1e-8);
}

TEST(LoadModel, EveryModelTakesItsRatedPowerAtItsRatedVoltage) {
    for (int const model : {1, 2, 3, 4, 5, 6, 7, 8}) {
        expect_power(OnePhase(model).power_va(1.0), kP_w, kQ_var);
    }
}

TEST(LoadModel, FollowsTheVoltageAsItsNumberSays) {
    double const u = 1.03;
    expect_power(OnePhase(1).power_va(u), kP_w, kQ_var);
    expect_power(OnePhase(2).power_va(u), kP_w * u * u, kQ_var * u * u);
    expect_power(OnePhase(3).power_va(u), kP_w, kQ_var * u * u);
    expect_power(OnePhase(4).power_va(u), kP_w * std::pow(u, 0.8), kQ_var * std::pow(u, 3.0));
    expect_power(OnePhase(5).power_va(u), kP_w * u, kQ_var * u);
    expect_power(OnePhase(8).power_va(u), kP_w * (0.3 * u * u + 0.2 * u + 0.5),
                 kQ_var * (0.1 * u * u + 0.6 * u + 0.3));
}

TEST(LoadModel, AboveVmaxIsTheImpedanceThatDrawsWhatItDrewThere) {
    double const u = 1.10;
    double const scale = u * u / (1.05 * 1.05); // rated power at vmax
    for (int const model : {1, 3, 4}) {
        expect_power(OnePhase(model).power_va(u), kP_w * scale, kQ_var * scale);
    }
    double const current = u * u / 1.05; // rated current at vmax
    expect_power(OnePhase(5).power_va(u), kP_w * current, kQ_var * current);
    // the parts of a ZIP load each as what they are
    expect_power(OnePhase(8).power_va(u), kP_w * (0.3 * u * u + 0.2 * current + 0.5 * scale),
                 kQ_var * (0.1 * u * u + 0.6 * current + 0.3 * scale));
    // Q of models 6 and 7 is that of an impedance
    for (int const model : {6, 7}) {
        expect_power(OnePhase(model).power_va(u), kP_w * scale, kQ_var * u * u);
        expect_power(OnePhase(model).power_va(0.7), kP_w * 0.49 / (0.95 * 0.95), kQ_var * 0.49);
    }
}

TEST(LoadModel, PowerIsContinuousAtTheLimitsWhereTheModelSaysSo) {
    for (int const model : {1, 2, 5}) { // the others jump, as in the reference
        for (double const limit : {0.5, 0.95, 1.05}) {
            Complex const below = OnePhase(model).power_va(limit * (1.0 - 1e-9));
            Complex const above = OnePhase(model).power_va(limit * (1.0 + 1e-9));
            EXPECT_LT(std::abs(above - below), 1e-5 * kP_w) << model << " at " << limit;
        }
    }
}

TEST(LoadModel, BelowVlowIsTheNominalImpedance) {
    for (int const model : {1, 3, 4, 5, 8}) {
        expect_power(OnePhase(model).power_va(0.4), kP_w * 0.16, kQ_var * 0.16);
    }
}

TEST(LoadModel, BetweenVlowAndVminTheCurrentIsAStraightLine) {
    OnePhase const load(1);
    double const rated_a = std::hypot(kP_w, kQ_var) / kBase_v;
    double const low_a = rated_a * 0.5;
    double const high_a = rated_a / 0.95;
    EXPECT_NEAR(load.current_a(0.5), low_a, 1e-9);
    EXPECT_NEAR(load.current_a(0.95), high_a, 1e-9);
    EXPECT_NEAR(load.current_a(0.725), 0.5 * (low_a + high_a), 1e-9);
    // and the power factor stays
    EXPECT_NEAR(load.power_va(0.7).imag() / load.power_va(0.7).real(), kQ_var / kP_w, 1e-12);
}

TEST(LoadModel, TheImpedanceModelKnowsNoLimits) {
    for (double const u : {0.2, 0.7, 1.2}) {
        expect_power(OnePhase(2).power_va(u), kP_w * u * u, kQ_var * u * u);
    }
}

TEST(LoadModel, AZipLoadDropsOutAtItsCutOffVoltage) {
    OnePhase load(8);
    load.loads[0].zipv[6] = 0.97;
    EXPECT_NEAR(load.power_va(0.96).real() / kP_w, 0.0, 1e-4);
    EXPECT_NEAR(load.power_va(0.98).real() / OnePhase(8).power_va(0.98).real(), 1.0, 1e-4);
}

// The tangent is (1/2) (dI/dV_re - j dI/dV_im): checked against differences at rated voltage.
TEST(LoadModel, TheTangentIsTheHolomorphicDerivativeAtRatedVoltage) {
    for (int const model : {1, 2, 3, 4, 5, 8}) {
        OnePhase const load(model);
        auto const current = [&load](Complex v) {
            return load_admittance(load.table, load.loads, 0, std::norm(v)) * v;
        };
        Complex const v = std::polar(kBase_v, 0.7);
        double const h = 1e-3;
        Complex const along_re = (current(v + h) - current(v - h)) / (2 * h);
        Complex const j(0.0, 1.0);
        Complex const along_im = (current(v + j * h) - current(v - j * h)) / (2 * h);
        Complex const truth = 0.5 * (along_re - j * along_im);
        EXPECT_LT(std::abs(load_tangent_admittance(load.table, load.loads, 0) - truth), 1e-8)
            << model;
    }
}

} // namespace
} // namespace gridtwin::grid
