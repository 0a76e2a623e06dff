// Line constants against the published impedances of the IEEE 13 node feeder and Kersting's
// examples, and against what must hold of any line.
#include "models/grid/carson.hpp"

#include <Eigen/Dense>

#include <limits>
#include <numbers>
#include <numeric>
#include <random>

namespace gridtwin::grid {
namespace {

constexpr double kFoot = 0.3048;
constexpr double kInch = 0.0254;
constexpr double kMile = 1609.344;
constexpr double kOmega = 2.0 * std::numbers::pi * 60.0;

LineConductor wire(double gmr_ft, double r_ohm_per_mile, double diameter_in, double x_ft,
                   double h_ft) {
    LineConductor c;
    c.x_m = x_ft * kFoot;
    c.h_m = h_ft * kFoot;
    c.gmr_m = gmr_ft * kFoot;
    c.radius_m = 0.5 * diameter_in * kInch;
    c.r_ac_ohm_per_m = r_ohm_per_mile / kMile;
    c.r_dc_ohm_per_m = c.r_ac_ohm_per_m / 1.02;
    return c;
}

// Conductors of the IEEE test feeders: GMR ft, ohm/mile, diameter in.
LineConductor acsr_556(double x_ft, double h_ft) {
    return wire(0.0313, 0.1859, 0.927, x_ft, h_ft);
}
LineConductor acsr_336(double x_ft, double h_ft) {
    return wire(0.0244, 0.306, 0.721, x_ft, h_ft);
}
LineConductor acsr_4_0(double x_ft, double h_ft) {
    return wire(0.00814, 0.592, 0.563, x_ft, h_ft);
}
LineConductor acsr_1_0(double x_ft, double h_ft) {
    return wire(0.00446, 1.12, 0.398, x_ft, h_ft);
}

constexpr double kUnpublished = std::numeric_limits<double>::quiet_NaN();

struct Published {
    std::size_t row;
    std::size_t column;
    Complex ohm_per_mile;
    double microsiemens_per_mile; ///< NaN: not published
};

/// Half of the last printed digit, and what Kersting's rounding of the earth's constants (0.12134,
/// 7.93402) moves: 7e-5 ohm per mile.
constexpr double kPrinted = 1.3e-4;

void expect_published(std::vector<LineConductor> const& conductors, std::size_t phases,
                      std::vector<Published> const& values, double capacitance_tolerance) {
    ASSERT_EQ(conductor_mistake(conductors), "");
    auto const z = reduced(line_constants(conductors, EarthModel::carson, 60.0, 100.0), phases);
    ASSERT_TRUE(z.has_value());
    for (Published const& v : values) {
        Complex const got = z->z_ohm_per_m(v.row, v.column) * kMile;
        EXPECT_NEAR(got.real(), v.ohm_per_mile.real(), kPrinted) << v.row << v.column;
        EXPECT_NEAR(got.imag(), v.ohm_per_mile.imag(), kPrinted) << v.row << v.column;
        if (std::isnan(v.microsiemens_per_mile)) {
            continue;
        }
        double const b = z->c_f_per_m[v.row * phases + v.column] * kOmega * kMile * 1e6;
        EXPECT_NEAR(b, v.microsiemens_per_mile,
                    capacitance_tolerance * std::abs(v.microsiemens_per_mile))
            << v.row << v.column;
    }
}

// Kersting's capacitances use 0.01424 microfarad per mile for the permittivity: 0.1 % below ours.
constexpr double kPermittivity = 2e-3;

TEST(CarsonPublished, Ieee13Configuration601) {
    expect_published({acsr_556(2.5, 28), acsr_556(0, 28), acsr_556(7, 28), acsr_4_0(4, 24)}, 3,
                     {{0, 0, {0.3465, 1.0179}, 6.2998},
                      {0, 1, {0.1560, 0.5017}, -1.9958},
                      {0, 2, {0.1580, 0.4236}, -1.2595},
                      {1, 1, {0.3375, 1.0478}, 5.9597},
                      {1, 2, {0.1535, 0.3849}, -0.7417},
                      {2, 2, {0.3414, 1.0348}, 5.6386}},
                     kPermittivity);
}

TEST(CarsonPublished, Ieee13Configuration602) {
    expect_published({acsr_4_0(2.5, 28), acsr_4_0(7, 28), acsr_4_0(0, 28), acsr_4_0(4, 24)}, 3,
                     {{0, 0, {0.7526, 1.1814}, 5.6990},
                      {0, 1, {0.1580, 0.4236}, -1.0817},
                      {0, 2, {0.1560, 0.5017}, -1.6905},
                      {1, 1, {0.7475, 1.1983}, 5.1795},
                      {1, 2, {0.1535, 0.3849}, -0.6588},
                      {2, 2, {0.7436, 1.2112}, 5.4246}},
                     kPermittivity);
}

TEST(CarsonPublished, Ieee13Configurations603And604) {
    expect_published({acsr_1_0(7, 28), acsr_1_0(0, 28), acsr_1_0(4, 24)}, 2,
                     {{0, 0, {1.3294, 1.3471}, 4.7097},
                      {0, 1, {0.2066, 0.4591}, -0.8999},
                      {1, 1, {1.3238, 1.3569}, 4.6658}},
                     kPermittivity);
}

TEST(CarsonPublished, Ieee13Configuration605) {
    expect_published({acsr_1_0(0.5, 29), acsr_1_0(0, 24)}, 1, {{0, 0, {1.3292, 1.3475}, 4.5193}},
                     kPermittivity);
}

/// 250,000 AA with thirteen strands of 14 AWG, as in Kersting's example of a concentric neutral.
LineConductor cable_250(double x_in) {
    LineConductor c = wire(0.0171, 0.41, 0.567, x_in / 12.0, -4.0);
    c.screen = Screen::concentric_neutral;
    c.strands = 13;
    c.strand_diameter_m = 0.0641 * kInch;
    c.strand_gmr_m = 0.00208 * kFoot;
    c.strand_r_ohm_per_m = 14.8722 / kMile;
    c.cable_diameter_m = 1.29 * kInch;
    c.insulation_diameter_m = 1.06 * kInch;
    c.insulation_m = (0.53 - 0.2835) * kInch;
    c.semiconducting = false;
    return c;
}

TEST(CarsonPublished, Ieee13Configuration606IsThreeCablesWithConcentricNeutrals) {
    expect_published({cable_250(0), cable_250(6), cable_250(12)}, 3,
                     {{0, 0, {0.7982, 0.4463}, 96.8897},
                      {0, 1, {0.3192, 0.0328}, 0.0},
                      {0, 2, {0.2849, -0.0143}, 0.0},
                      {1, 1, {0.7891, 0.4041}, 96.8897},
                      {2, 2, {0.7982, 0.4463}, 96.8897}},
                     1e-3); // diameters are printed to three digits
}

/// 1/0 AA with a copper tape, and a bare 1/0 copper neutral beside it.
std::vector<LineConductor> tape_shielded(double shield_in, double apart_in) {
    LineConductor c = wire(0.0111, 0.97, 0.368, 0.0, -4.0);
    c.screen = Screen::tape_shield;
    c.shield_diameter_m = shield_in * kInch;
    c.tape_m = 0.005 * kInch;
    c.tape_lap_percent = 50.0; // sqrt(50 / (100 - 50)) = 1: Kersting's tube
    c.cable_diameter_m = 1.06 * kInch;
    c.insulation_diameter_m = 0.82 * kInch;
    c.insulation_m = 0.22 * kInch;
    return {c, wire(0.01113, 0.607, 0.368, apart_in / 12.0, -4.0)};
}

TEST(CarsonPublished, KerstingsTapeShieldedCable) {
    auto const z =
        reduced(line_constants(tape_shielded(0.88, 3.0), EarthModel::carson, 60.0, 100.0), 1);
    Complex const got = z->z_ohm_per_m(0, 0) * kMile;
    EXPECT_NEAR(got.real(), 1.3219, 5e-4);
    EXPECT_NEAR(got.imag(), 0.6743, 5e-4);
}

TEST(CarsonPublished, Ieee13Configuration607IsATapeShieldedCable) {
    auto const z =
        reduced(line_constants(tape_shielded(0.88, 1.0), EarthModel::carson, 60.0, 100.0), 1);
    Complex const got = z->z_ohm_per_m(0, 0) * kMile;
    EXPECT_NEAR(got.real(), 1.3425, 5e-4);
    EXPECT_NEAR(got.imag(), 0.5124, 5e-4);
}

TEST(CarsonPublished, TheFourNodeFeedersLines) {
    expect_published({acsr_336(0, 28), acsr_336(2.5, 28), acsr_336(7, 28), acsr_4_0(4, 24)}, 3,
                     {{0, 0, {0.4576, 1.0780}, kUnpublished},
                      {0, 1, {0.1559, 0.5017}, kUnpublished},
                      {0, 2, {0.1535, 0.3849}, kUnpublished},
                      {1, 1, {0.4666, 1.0482}, kUnpublished},
                      {1, 2, {0.1580, 0.4236}, kUnpublished},
                      {2, 2, {0.4615, 1.0651}, kUnpublished}},
                     kPermittivity);
    expect_published({acsr_336(0, 28), acsr_336(2.5, 28), acsr_336(7, 28)}, 3,
                     {{0, 0, {0.4013, 1.4133}, kUnpublished},
                      {0, 1, {0.0953, 0.8515}, kUnpublished},
                      {0, 2, {0.0953, 0.7266}, kUnpublished},
                      {1, 2, {0.0953, 0.7802}, kUnpublished}},
                     kPermittivity);
}

// --- what holds of any line ---

std::vector<LineConductor> random_line(std::mt19937& draw) {
    std::uniform_real_distribution<double> u(0.0, 1.0);
    std::vector<LineConductor> line;
    auto const n = 2U + draw() % 5U;
    for (unsigned i = 0; i < n; ++i) {
        // apart by their columns, so that no two touch
        line.push_back(acsr_336(3.0 * i + u(draw), 20.0 + 20.0 * u(draw)));
        line.back().gmr_m *= 0.5 + u(draw);
        line.back().r_ac_ohm_per_m *= 0.2 + 3.0 * u(draw);
        line.back().r_dc_ohm_per_m = line.back().r_ac_ohm_per_m / 1.02;
    }
    return line;
}

constexpr EarthModel kModels[] = {EarthModel::carson, EarthModel::full_carson, EarthModel::deri};

TEST(CarsonProperty, ImpedancesAreSymmetricAndLoseEnergyInEveryState) {
    std::mt19937 draw(1);
    for (int k = 0; k < 200; ++k) {
        auto const line = random_line(draw);
        for (EarthModel const model : kModels) {
            auto const all = line_constants(line, model, 60.0, 100.0);
            std::size_t const n = line.size();
            auto const part = reduced(all, n - 1);
            ASSERT_TRUE(part.has_value());
            for (auto const* c : {&all, &*part}) {
                auto const size = static_cast<Eigen::Index>(c->z_ohm_per_m.size);
                Eigen::MatrixXd r(size, size);
                Eigen::MatrixXd x(size, size);
                Eigen::MatrixXd cap(size, size);
                for (Eigen::Index i = 0; i < size; ++i) {
                    for (Eigen::Index j = 0; j < size; ++j) {
                        Complex const z = c->z_ohm_per_m(static_cast<std::size_t>(i),
                                                         static_cast<std::size_t>(j));
                        r(i, j) = z.real();
                        x(i, j) = z.imag();
                        cap(i, j) = c->c_f_per_m[static_cast<std::size_t>(i * size + j)];
                    }
                }
                EXPECT_LT((r - r.transpose()).norm(), 1e-12 * r.norm());
                EXPECT_LT((x - x.transpose()).norm(), 1e-12 * x.norm());
                EXPECT_LT((cap - cap.transpose()).norm(), 1e-10 * cap.norm());
                EXPECT_GT(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(r).eigenvalues()[0], 0.0);
                EXPECT_GT(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(x).eigenvalues()[0], 0.0);
                EXPECT_GT(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(cap).eigenvalues()[0],
                          0.0);
            }
        }
    }
}

TEST(CarsonProperty, NumberingTheConductorsOtherwiseOnlyRenumbersTheResult) {
    std::mt19937 draw(2);
    for (int k = 0; k < 100; ++k) {
        auto const line = random_line(draw);
        std::vector<std::size_t> order(line.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::shuffle(order.begin(), order.end(), draw);
        std::vector<LineConductor> shuffled;
        for (std::size_t const i : order) {
            shuffled.push_back(line[i]);
        }
        for (EarthModel const model : kModels) {
            auto const a = line_constants(line, model, 50.0, 80.0);
            auto const b = line_constants(shuffled, model, 50.0, 80.0);
            std::size_t const n = line.size();
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j < n; ++j) {
                    Complex const expected = a.z_ohm_per_m(order[i], order[j]);
                    EXPECT_LT(std::abs(b.z_ohm_per_m(i, j) - expected), 1e-12 * std::abs(expected));
                    EXPECT_NEAR(b.c_f_per_m[i * n + j], a.c_f_per_m[order[i] * n + order[j]],
                                1e-10 * a.c_f_per_m[0]);
                }
            }
        }
    }
}

TEST(CarsonProperty, ReducingOneByOneIsReducingAtOnce) {
    std::mt19937 draw(3);
    for (int k = 0; k < 100; ++k) {
        auto const line = random_line(draw);
        auto all = line_constants(line, EarthModel::deri, 60.0, 100.0);
        auto const at_once = reduced(all, 1);
        while (all.z_ohm_per_m.size > 1) {
            all = *reduced(all, all.z_ohm_per_m.size - 1);
        }
        Complex const z = at_once->z_ohm_per_m(0, 0);
        EXPECT_LT(std::abs(all.z_ohm_per_m(0, 0) - z), 1e-11 * std::abs(z));
        EXPECT_EQ(all.c_f_per_m[0], at_once->c_f_per_m[0]);
    }
}

TEST(CarsonProperty, TheModelsOfTheEarthDifferAsTheirFirstTermsDo) {
    // Far below the depth of return the complex depth has ln(2 / m) where Carson has
    // ln(1.85138 / m), and the modified equations are Carson's first terms.
    std::vector<LineConductor> const line{acsr_336(0, 33), acsr_336(4, 33), acsr_336(8, 36)};
    for (double const rho : {100.0, 1e7}) {
        auto const simple = line_constants(line, EarthModel::carson, 60.0, rho);
        auto const full = line_constants(line, EarthModel::full_carson, 60.0, rho);
        auto const deri = line_constants(line, EarthModel::deri, 60.0, rho);
        double const offset = kOmega * 2e-7 * std::log(2.0 / 1.85138);
        double const heights =
            2.0 * 36.0 * kFoot * std::sqrt(kOmega * 4e-7 * std::numbers::pi / rho);
        // Carson's second term, and what 658.5 is rounded by
        double const next = kOmega * 4e-7 * heights / 3.0 + 6e-8;
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j) {
                Complex const z = full.z_ohm_per_m(i, j);
                EXPECT_LT(std::abs(simple.z_ohm_per_m(i, j) - z), next);
                // the skin of the conductor is in deri's own impedance alone
                Complex const skin = i == j
                                         ? internal_impedance(line[i].r_dc_ohm_per_m, 60.0).real() -
                                               line[i].r_ac_ohm_per_m
                                         : 0.0;
                Complex const gap = deri.z_ohm_per_m(i, j) - z - skin;
                EXPECT_LT(std::abs(gap - Complex(0.0, offset)), next);
            }
        }
    }
}

TEST(CarsonProperty, CarsonsSeriesIsHisIntegral) {
    // P + jQ = integral of (sqrt(u^2 + j) - u) exp(-u r cos) cos(u r sin) du, Carson's equation 29
    double const rho = 100.0;
    double const f = 60.0;
    for (double const across_ft : {0.0, 10.0, 60.0}) {
        auto const a = acsr_336(0, 30);
        auto const b = acsr_336(across_ft == 0.0 ? 0.0 : across_ft, across_ft == 0.0 ? 34 : 30);
        double const scale = std::sqrt(2.0 * std::numbers::pi * f * 4e-7 * std::numbers::pi / rho);
        double const heights = (a.h_m + b.h_m) * scale;
        double const across = (a.x_m - b.x_m) * scale;
        Complex integral;
        double const step = 2e-4;
        for (double v = -12.0; v < 6.5; v += step) { // u = exp(v)
            double const u = std::exp(v);
            integral += (std::sqrt(Complex(u * u, 1.0)) - u) * std::exp(-u * heights) *
                        std::cos(u * across) * u * step;
        }
        integral += std::sqrt(Complex(0.0, 1.0)) * std::exp(-12.0); // below the first step
        // ours carries the logarithm of the image's distance: take the two wires' own off again
        auto const z = line_constants(std::vector{a, b}, EarthModel::full_carson, f, rho);
        double const k = 2.0 * f * 4e-7 * std::numbers::pi; // w mu0 / pi
        double const image = std::hypot(a.h_m + b.h_m, a.x_m - b.x_m);
        double const apart = std::hypot(a.h_m - b.h_m, a.x_m - b.x_m);
        Complex const expected = k * (Complex(0.0, -1.0) * Complex(0.0, 1.0) * integral *
                                          Complex(0.0, 1.0) * Complex(0.0, -1.0) +
                                      Complex(0.0, 0.5 * std::log(image / apart)));
        EXPECT_LT(std::abs(z.z_ohm_per_m(0, 1) - expected), 2e-4 * std::abs(expected)) << across_ft;
    }
}

TEST(CarsonProperty, FarAboveAnEarthThatConductsPerfectlyItIsTheImageLoop) {
    // rho to 0: the depth of return vanishes and the loop closes through the image
    auto const a = acsr_336(0, 30);
    auto const b = acsr_336(5, 35);
    auto const z = line_constants(std::vector{a, b}, EarthModel::deri, 60.0, 1e-12);
    double const l = 2e-7 * std::log(std::hypot(5.0, 65.0) / std::hypot(5.0, 5.0));
    EXPECT_NEAR(z.z_ohm_per_m(0, 1).imag(), kOmega * l, 1e-5 * kOmega * l);
    EXPECT_NEAR(z.z_ohm_per_m(0, 1).real(), 0.0, 1e-5 * kOmega * l);
}

TEST(CarsonProperty, FarApartConductorsForgetTheirHeightsAndEachOthersFields) {
    auto const near = acsr_336(0, 30);
    auto far = acsr_336(0, 30);
    far.x_m = 1e7;
    auto const both = line_constants(std::vector{near, far}, EarthModel::deri, 60.0, 100.0);
    auto const alone = line_constants(std::vector{near}, EarthModel::deri, 60.0, 100.0);
    EXPECT_LT(std::abs(both.z_ohm_per_m(0, 1)), 1e-6 * std::abs(alone.z_ohm_per_m(0, 0)));
    EXPECT_NEAR(both.c_f_per_m[0], alone.c_f_per_m[0], 1e-9 * alone.c_f_per_m[0]);
    // a wire above ground: 2 pi e0 / ln(2 h / r)
    double const c = 2.0 * std::numbers::pi * 8.854e-12 / std::log(2.0 * near.h_m / near.radius_m);
    EXPECT_NEAR(alone.c_f_per_m[0], c, 1e-12 * c);
}

TEST(CarsonProperty, SkinEffectBeginsAsDirectCurrentAndEndsInTheSkin) {
    double const r = 1e-4;
    Complex const slow = internal_impedance(r, 1e-3);
    EXPECT_NEAR(slow.real(), r, 1e-9 * r);
    EXPECT_NEAR(slow.imag(), 2.0 * std::numbers::pi * 1e-3 * 0.5e-7, 1e-15) << "mu0 / 8 pi";
    // deep skin: resistance and reactance alike, growing as the root of the frequency
    Complex const fast = internal_impedance(r, 1e8);
    EXPECT_NEAR(fast.real(), fast.imag(), 1e-3 * fast.real());
    EXPECT_NEAR(internal_impedance(r, 4e8).real() / fast.real(), 2.0, 1e-2);
    // monotonic between, and never below direct current
    double before = r;
    for (double f = 1.0; f < 1e7; f *= 1.3) {
        double const now = internal_impedance(r, f).real();
        EXPECT_GE(now, before * (1.0 - 1e-12)) << f;
        before = now;
    }
}

TEST(CarsonProperty, ConductorsThatCannotBeAreNamed) {
    EXPECT_EQ(conductor_mistake(std::vector{acsr_336(0, 0)}), "conductor 1 is not above ground");
    EXPECT_EQ(conductor_mistake(std::vector{acsr_336(0, 30), acsr_336(0, 30)}),
              "conductors 1 and 2 take the same space");
    EXPECT_EQ(conductor_mistake(std::vector{cable_250(0), cable_250(6)}), "");
}

} // namespace
} // namespace gridtwin::grid
