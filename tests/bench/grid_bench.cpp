// Power flow: microseconds per warm solve, every load changed a little before each.
#include "models/grid/distribution.hpp"
#include "tests/models/grid/ieee13.hpp"
#include "tests/models/grid/lv_street.hpp"

#include <benchmark/benchmark.h>

namespace gridtwin::grid {
namespace {

constexpr std::size_t kCustomers = 60;

/// A few percent, different for each load and each solve.
double wobble(std::size_t load, std::size_t solve) {
    return 1.0 + 0.004 * static_cast<double>((3 * load + 5 * solve) % 11) - 0.02;
}

void count(benchmark::State& state, double items) {
    state.counters["per_item_s"] =
        benchmark::Counter(items, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void wobble_loads(FeederSolver& solver, std::vector<Load> const& nominal, std::size_t round) {
    for (std::size_t k = 0; k < nominal.size(); ++k) {
        double const scale = wobble(k, round);
        solver.set_load_power(k, nominal[k].p_w * scale, nominal[k].q_var * scale);
    }
}

void solve_ieee13(benchmark::State& state) {
    Circuit circuit = test::ieee13();
    circuit.solution.tolerance_pu = 1e-8;
    FeederSolver solver(circuit);
    std::size_t round = 0;
    double iterations = 0.0;
    for (auto _ : state) {
        wobble_loads(solver, circuit.loads, ++round);
        SolveStatus const status = solver.solve();
        if (!status.converged) {
            state.SkipWithError("no convergence");
            break;
        }
        iterations += status.iterations;
    }
    count(state, static_cast<double>(state.iterations()));
    state.counters["iterations"] = iterations / static_cast<double>(state.iterations());
}
BENCHMARK(solve_ieee13)->Name("grid/solve_ieee13");

void lv_block(benchmark::State& state) {
    auto const customers = static_cast<std::size_t>(state.range(0));
    test::Street const s = test::street(customers);
    LvBlock block(s.network, s.services, {}, {}, 2401.777);
    LvBlock::Phases const u_mv_v = test::balanced(2401.777);
    std::size_t round = 0;
    for (auto _ : state) {
        ++round;
        for (std::size_t k = 0; k < customers; ++k) {
            block.p_w()[k] = 2000.0 * wobble(k, round);
            block.q_var()[k] = 500.0 * wobble(k, round);
        }
        if (!block.solve(u_mv_v).converged) {
            state.SkipWithError("no convergence");
            break;
        }
        benchmark::DoNotOptimize(block.u_v().data());
    }
    count(state, static_cast<double>(state.iterations()));
}
BENCHMARK(lv_block)->Name("grid/lv_block")->Arg(static_cast<int>(kCustomers));

void coupled_ieee13(benchmark::State& state) {
    std::vector<test::Street> streets;
    std::vector<LvAttachment> attachments;
    for (std::uint32_t k = 0; k < 5; ++k) {
        streets.push_back(test::street(kCustomers, k));
    }
    char const* const buses[] = {"632", "633", "671", "675", "680"};
    for (std::size_t k = 0; k < streets.size(); ++k) {
        attachments.push_back({.mv_bus = buses[k],
                               .network = &streets[k].network,
                               .services = streets[k].services,
                               .transformer = {},
                               .where = {}});
    }
    Circuit const circuit = test::ieee13();
    Distribution grid(circuit, attachments, {});
    std::size_t round = 0;
    double iterations = 0.0;
    for (auto _ : state) {
        ++round;
        wobble_loads(grid.feeder(), circuit.loads, round);
        for (std::size_t lv = 0; lv < grid.lv_count(); ++lv) {
            for (std::size_t k = 0; k < kCustomers; ++k) {
                grid.service_p_w(lv)[k] = 2000.0 * wobble(k + lv, round);
                grid.service_q_var(lv)[k] = 500.0 * wobble(k + lv, round);
            }
        }
        SolveStatus const status = grid.solve();
        if (!status.converged) {
            state.SkipWithError("no convergence");
            break;
        }
        iterations += status.iterations;
    }
    count(state, static_cast<double>(state.iterations()));
    state.counters["iterations"] = iterations / static_cast<double>(state.iterations());
}
BENCHMARK(coupled_ieee13)->Name("grid/coupled_ieee13");

} // namespace
} // namespace gridtwin::grid
