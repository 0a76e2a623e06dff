// Whatever the width of the vectors, the same bits.
#include "models/grid/feeder_batch.hpp"
#include "models/grid/feeder_kernels.hpp"
#include "tests/models/grid/generated_feeder.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <random>

namespace gridtwin::grid {
namespace {

std::vector<VectorWidth> widths() {
    std::vector<VectorWidth> out;
    for (VectorWidth const width : {VectorWidth::narrow, VectorWidth::wide, VectorWidth::widest}) {
        if (width <= vector_width()) {
            out.push_back(width);
        }
    }
    return out;
}

void expect_same_bits(std::vector<double> const& a, std::vector<double> const& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
        ASSERT_EQ(std::bit_cast<std::uint64_t>(a[k]), std::bit_cast<std::uint64_t>(b[k])) << k;
    }
}

class FeederKernels : public ::testing::Test {
  protected:
    std::vector<double> draw(std::size_t count) {
        std::vector<double> out(count);
        for (double& value : out) {
            value = uniform_(generator_);
        }
        return out;
    }

    /// Blocks of 1 to 6 nodes, each coupled to the two after it in one of the three ways.
    SubstitutionPlan substitution_plan(std::uint32_t blocks) {
        SubstitutionPlan plan;
        std::vector<std::uint32_t> first{0};
        for (std::uint32_t b = 0; b < blocks; ++b) {
            first.push_back(first.back() + 1 + b % 6);
        }
        auto const coefficients = [&](std::size_t rows, std::size_t columns) {
            auto const at = static_cast<std::uint32_t>(plan.coefficients.size());
            auto const values = draw(4 * rows * columns);
            plan.coefficients.insert(plan.coefficients.end(), values.begin(), values.end());
            return at;
        };
        for (std::uint32_t b = 0; b < blocks; ++b) {
            SubstitutionPlan::Step step;
            step.x = first[b];
            step.nodes = static_cast<std::uint8_t>(first[b + 1] - first[b]);
            step.first_later = static_cast<std::uint32_t>(plan.laters.size());
            step.inverse = coefficients(step.nodes, step.nodes);
            for (std::uint32_t l = b + 1; l < std::min(b + 3, blocks); ++l) {
                SubstitutionPlan::Later later;
                later.x = first[l];
                later.nodes = static_cast<std::uint8_t>(first[l + 1] - first[l]);
                later.coupling = static_cast<SubstitutionPlan::Coupling>((b + l) / 2 % 3);
                later.follows = static_cast<std::uint32_t>(plan.follow.size());
                for (int i = 0; i < step.nodes; ++i) {
                    plan.follow.push_back(static_cast<std::uint8_t>(i % later.nodes));
                }
                later.gain = coefficients(step.nodes, later.nodes);
                later.gain_up = coefficients(later.nodes, step.nodes);
                plan.laters.push_back(later);
                ++step.laters;
            }
            plan.steps.push_back(step);
        }
        return plan;
    }

  private:
    std::mt19937_64 generator_{11};
    std::uniform_real_distribution<double> uniform_{-0.3, 0.3};
};

TEST_F(FeederKernels, SubstituteTheSameBitsInEveryWidth) {
    auto const plan = substitution_plan(60);
    auto const& last = plan.steps.back();
    std::size_t const nodes = last.x + last.nodes;
    auto const r = draw(2 * nodes);
    auto const x = draw(2 * nodes);
    std::vector<double> const inv_base2(nodes, 1.0);
    std::vector<double> expected;
    for (VectorWidth const width : widths()) {
        auto own_r = r;
        auto own_x = x;
        auto const change = substitute(plan, inv_base2.data(), own_r.data(), own_x.data(), width);
        EXPECT_GT(change.pu, 0.0);
        expected = expected.empty() ? own_x : expected;
        expect_same_bits(own_x, expected);
    }
}

TEST_F(FeederKernels, RecoverTheSameBitsInEveryWidth) {
    constexpr std::uint32_t kGiven = 30;
    RecoveryPlan plan;
    auto const weights = draw(1000);
    std::uint32_t node = kGiven;
    for (std::uint32_t k = 0; k < 40; ++k, ++node) {
        plan.rows.push_back({node, static_cast<std::uint32_t>(plan.from.size()), {0.5, 0.25}});
        for (std::uint32_t e = 0; e <= k % 7; ++e) {
            plan.from.push_back((3 * k + e) % kGiven);
            plan.weight.emplace_back(Complex(weights[8 * k + e], weights[400 + 8 * k + e]));
        }
    }
    plan.end_rows = 25;
    for (std::uint32_t k = 0; k < 20; ++k) {
        plan.between3.push_back({node, k, k + 5, weights[k], weights[k + 1]});
        node += 3;
        plan.between.push_back({node++, k, k + 7, weights[k + 2], weights[k + 3]});
    }
    std::vector<double> expected;
    auto const u = draw(std::size_t{2} * node);
    for (VectorWidth const width : widths()) {
        auto own = u;
        recover(plan, own.data(), width);
        expected = expected.empty() ? own : expected;
        expect_same_bits(own, expected);
    }
    EXPECT_NE(expected, u);
}

TEST(FeederBatchWidths, SolveTheSameBits) {
    Circuit circuit = test::generated_feeder(150);
    for (std::size_t k = 0; k < circuit.loads.size(); ++k) {
        circuit.loads[k].model = 1 + static_cast<int>(k % 7);
    }
    circuit.solution.controls = false;
    FeederSolver solver(circuit);
    ASSERT_TRUE(solver.solve().converged);
    std::vector<double> expected;
    for (VectorWidth const width : widths()) {
        FeederBatch batch(solver, width);
        for (std::size_t lane = 0; lane < FeederBatch::kSize; ++lane) {
            for (std::size_t k = 0; k < circuit.loads.size(); ++k) {
                double const scale = 0.5 + 0.1 * static_cast<double>((lane + k) % 11);
                batch.set_load_power(lane, k, circuit.loads[k].p_w * scale,
                                     circuit.loads[k].q_var * scale);
            }
        }
        for (auto const& status : batch.solve()) {
            ASSERT_TRUE(status.converged);
        }
        std::vector<double> own;
        for (std::size_t lane = 0; lane < FeederBatch::kSize; ++lane) {
            for (std::size_t node = 0; node < solver.node_count(); ++node) {
                own.push_back(batch.u_v(lane, node).real());
                own.push_back(batch.u_v(lane, node).imag());
            }
        }
        expected = expected.empty() ? own : expected;
        expect_same_bits(own, expected);
    }
}

} // namespace
} // namespace gridtwin::grid
