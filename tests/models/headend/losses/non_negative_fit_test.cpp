#include "models/headend/losses/non_negative_fit.hpp"
#include "sim/core/random.hpp"

namespace gridtwin::headend {
namespace {

constexpr EntityKey kWho{EntityKind::world, 0};

std::vector<std::vector<double>> random_columns(std::uint64_t seed, std::size_t columns,
                                                std::size_t rows) {
    std::vector<std::vector<double>> out(columns, std::vector<double>(rows));
    std::uint64_t n = 0;
    for (auto& column : out) {
        for (auto& v : column) {
            v = draw01(Seed{seed}, kWho, Purpose::test, n++);
        }
    }
    return out;
}

std::vector<double> product(std::vector<std::vector<double>> const& columns,
                            std::vector<double> const& factor) {
    std::vector<double> y(columns.front().size(), 0.0);
    for (std::size_t c = 0; c < columns.size(); ++c) {
        for (std::size_t k = 0; k < y.size(); ++k) {
            y[k] += factor[c] * columns[c][k];
        }
    }
    return y;
}

TEST(NonNegativeFit, FindsTheFactorsThatMadeIt) {
    auto const columns = random_columns(1, 6, 40);
    std::vector<double> const made{0.0, 2.0, 0.0, 0.25, 4.0, 0.0};
    auto const fit = fit_non_negative(normal_equations(columns, product(columns, made)));
    for (std::size_t c = 0; c < made.size(); ++c) {
        EXPECT_NEAR(fit.factor[c], made[c], 1e-4);
    }
    EXPECT_NEAR(fit.residual, 0.0, 1e-6);
}

TEST(NonNegativeFit, WhatWouldBeNegativeIsZeroByHand) {
    // y = x0 - x1 with orthogonal columns: the best without a negative factor is x0 alone
    auto const fit = fit_non_negative(
        normal_equations({{1, 1, 0, 0}, {0, 0, 1, 1}}, std::vector<double>{1, 1, -1, -1}));
    EXPECT_DOUBLE_EQ(fit.factor[0], 1.0);
    EXPECT_DOUBLE_EQ(fit.factor[1], 0.0);
    EXPECT_DOUBLE_EQ(fit.residual, 2.0);
}

/// Karush, Kuhn and Tucker: at the least value no slope is left where a factor may still move.
TEST(NonNegativeFit, OverRandomProblemsNoFactorCouldImproveIt) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        auto const columns = random_columns(seed, 12, 30);
        std::vector<double> y(30);
        for (std::size_t k = 0; k < y.size(); ++k) {
            y[k] = draw_normal(Seed{seed}, kWho, Purpose::test, 10'000 + k);
        }
        auto const equations = normal_equations(columns, y);
        auto const fit = fit_non_negative(equations);
        for (std::size_t i = 0; i < 12; ++i) {
            double slope = -equations.moment[i];
            for (std::size_t j = 0; j < 12; ++j) {
                slope += equations.gram[i * 12 + j] * fit.factor[j];
            }
            EXPECT_GE(fit.factor[i], 0.0);
            EXPECT_GE(slope, -1e-4) << "seed " << seed;
            EXPECT_NEAR(fit.factor[i] * slope, 0.0, 1e-4) << "seed " << seed;
        }
        auto const left = [&] {
            auto const made = product(columns, fit.factor);
            double sum = 0.0;
            for (std::size_t k = 0; k < y.size(); ++k) {
                sum += (y[k] - made[k]) * (y[k] - made[k]);
            }
            return sum;
        }();
        EXPECT_NEAR(fit.residual, left, 1e-8 * equations.y_square);
    }
}

TEST(NonNegativeFit, ABannedColumnStaysAtZeroAndCostsWhatItExplained) {
    auto const columns = random_columns(3, 4, 40);
    auto const equations = normal_equations(columns, product(columns, {1.0, 0.0, 3.0, 0.0}));
    auto const whole = fit_non_negative(equations);
    std::vector<std::uint8_t> const banned{0, 0, 1, 0};
    auto const without = fit_non_negative(equations, banned, whole.factor);
    EXPECT_EQ(without.factor[2], 0.0);
    EXPECT_GT(without.residual, whole.residual + 1.0);
}

} // namespace
} // namespace gridtwin::headend
