// Power flow of whole feeders, as ratios to one klu_z_solve with the feeder's own full admittance
// matrix. Both are timed by turns, so that a busy machine slows both: counter of_klu is the ratio.
// Every load changes a little before each solve, which starts from the last one, converges to 1e-8
// and ends with every node's voltage. Feeders: GRIDTWIN_FEEDERS, else the configured folder.
#include "models/grid/dss/reader.hpp"
#include "models/grid/feeder_batch.hpp"
#include "models/grid/shapes.hpp"
#include "models/grid/sparse_lu.hpp"
#include "tests/models/grid/generated_feeder.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <optional>
#include <sys/resource.h>

namespace gridtwin::grid {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::filesystem::path feeders() {
    char const* const stated = std::getenv("GRIDTWIN_FEEDERS");
    return stated != nullptr ? std::filesystem::path(stated)
                             : std::filesystem::path(GRIDTWIN_REFERENCE_FEEDERS);
}

/// Nothing, after telling why, when the feeder is not there.
std::optional<Circuit> read(benchmark::State& state, char const* script) {
    std::filesystem::path const file = feeders() / script;
    if (!std::filesystem::exists(file)) {
        state.SkipWithError(("no feeder " + file.string() + ": set GRIDTWIN_FEEDERS").c_str());
        return std::nullopt;
    }
    Diagnostics mistakes;
    Circuit circuit = read_dss(file, mistakes);
    if (!mistakes.ok()) {
        state.SkipWithError(mistakes.text().c_str());
        return std::nullopt;
    }
    circuit.solution.tolerance_pu = 1e-8;
    circuit.solution.max_control_iterations = 100;
    return circuit;
}

/// The matrix of all nodes with the loads' nominal admittances, factorised by KLU.
class WholeMatrix {
  public:
    explicit WholeMatrix(FeederSolver const& solver) : b_(solver.node_count(), Complex(1.0, 2.0)) {
        std::size_t const n = solver.node_count();
        std::vector<std::vector<std::pair<std::int32_t, Complex>>> columns(n);
        for (std::size_t kind = 0; kind < kElementKinds; ++kind) {
            add(solver, static_cast<ElementKind>(kind), columns);
        }
        std::vector<std::int32_t> start{0};
        std::vector<std::int32_t> rows;
        for (auto& column : columns) {
            std::sort(column.begin(), column.end(),
                      [](auto const& a, auto const& b) { return a.first < b.first; });
            for (std::size_t k = 0; k < column.size(); ++k) {
                if (k > 0 && column[k].first == column[k - 1].first) {
                    values_.back() += column[k].second;
                } else {
                    rows.push_back(column[k].first);
                    values_.push_back(column[k].second);
                }
            }
            start.push_back(static_cast<std::int32_t>(rows.size()));
        }
        lu_.emplace(std::move(start), std::move(rows));
        good_ = lu_->factorise(values_);
    }
    [[nodiscard]] bool good() const { return good_; }
    /// Seconds of one klu_z_solve.
    double solve() {
        std::fill(b_.begin(), b_.end(), Complex(1.0, 2.0));
        auto const start = Clock::now();
        lu_->solve(b_);
        double const taken_s = seconds_since(start);
        benchmark::DoNotOptimize(b_.data());
        return taken_s;
    }

  private:
    static void add(FeederSolver const& s, ElementKind kind,
                    std::vector<std::vector<std::pair<std::int32_t, Complex>>>& columns) {
        for (std::size_t row = 0; row < s.element_count(kind); ++row) {
            auto const ends = s.terminals(kind, row);
            std::span<Complex const> const y_s =
                converts_power(kind) ? std::span<Complex const>() : s.admittance_s(kind, row);
            for (std::size_t r = 0; r < ends.size(); ++r) {
                for (std::size_t c = 0; c < ends.size(); ++c) {
                    Complex const nominal(r == c ? 1e-6 : 0.0,
                                          0.0); // a load's place in the pattern
                    if (ends[r] >= 0 && ends[c] >= 0) {
                        columns[static_cast<std::size_t>(ends[c])].emplace_back(
                            ends[r], y_s.empty() ? nominal : y_s[r * ends.size() + c]);
                    }
                }
            }
        }
    }

    std::optional<SparseLu> lu_;
    std::vector<Complex> values_;
    std::vector<Complex> b_;
    bool good_ = false;
};

/// 2 % up and down, different for each load and each solve.
double wobble(std::size_t load, std::size_t solve) {
    return 1.0 + 0.004 * static_cast<double>((3 * load + 5 * solve) % 11) - 0.02;
}

void klu_solve(benchmark::State& state, char const* script) {
    auto const circuit = read(state, script);
    if (!circuit) {
        return;
    }
    FeederSolver const solver(*circuit);
    WholeMatrix whole(solver);
    if (!whole.good()) {
        state.SkipWithError("singular");
        return;
    }
    for (auto _ : state) {
        state.SetIterationTime(whole.solve());
    }
    state.counters["nodes"] = static_cast<double>(solver.node_count());
}

void measure_warm(benchmark::State& state, Circuit const& circuit) {
    FeederSolver solver(circuit);
    WholeMatrix whole(solver);
    if (!solver.solve().converged || !whole.good()) {
        state.SkipWithError("no convergence");
        return;
    }
    solver.set_controls(false);
    std::size_t round = 0;
    double iterations = 0.0;
    double solve_s = 0.0;
    double klu_s = 0.0;
    for (auto _ : state) {
        ++round;
        auto const start = Clock::now();
        for (std::size_t k = 0; k < circuit.loads.size(); ++k) {
            double const scale = wobble(k, round);
            solver.set_load_power(k, circuit.loads[k].p_w * scale, circuit.loads[k].q_var * scale);
        }
        SolveStatus const status = solver.solve();
        benchmark::DoNotOptimize(solver.u_v().data());
        double const taken_s = seconds_since(start);
        if (!status.converged) {
            state.SkipWithError("no convergence");
            break;
        }
        state.SetIterationTime(taken_s);
        solve_s += taken_s;
        klu_s += whole.solve();
        iterations += status.iterations;
    }
    state.counters["of_klu"] = solve_s / klu_s;
    state.counters["iterations"] = iterations / static_cast<double>(state.iterations());
    state.counters["nodes"] = static_cast<double>(solver.node_count());
}

void warm(benchmark::State& state, char const* script) {
    if (auto const circuit = read(state, script)) {
        measure_warm(state, *circuit);
    }
}

void warm_radial(benchmark::State& state, std::size_t buses) {
    Circuit circuit = test::generated_feeder(buses);
    circuit.solution.tolerance_pu = 1e-8;
    measure_warm(state, circuit);
}

void batch(benchmark::State& state, char const* script) {
    auto const circuit = read(state, script);
    if (!circuit) {
        return;
    }
    FeederSolver solver(*circuit);
    WholeMatrix whole(solver);
    if (!solver.solve().converged || !whole.good()) {
        state.SkipWithError("no convergence");
        return;
    }
    solver.set_controls(false);
    static_cast<void>(solver.solve());
    FeederBatch batch(solver);
    std::size_t round = 0;
    double solve_s = 0.0;
    double klu_s = 0.0;
    double iterations = 0.0;
    for (auto _ : state) {
        auto const start = Clock::now();
        for (std::size_t k = 0; k < circuit->loads.size(); ++k) {
            std::array<double, FeederBatch::kSize> p_w{};
            std::array<double, FeederBatch::kSize> q_var{};
            for (std::size_t lane = 0; lane < FeederBatch::kSize; ++lane) {
                double const scale = wobble(k, round + lane);
                p_w[lane] = circuit->loads[k].p_w * scale;
                q_var[lane] = circuit->loads[k].q_var * scale;
            }
            batch.set_load_powers(k, p_w, q_var);
        }
        auto const status = batch.solve();
        double const taken_s = seconds_since(start) / static_cast<double>(FeederBatch::kSize);
        for (SolveStatus const& lane : status) {
            if (!lane.converged) {
                state.SkipWithError("no convergence");
                return;
            }
        }
        round += FeederBatch::kSize;
        state.SetIterationTime(taken_s);
        solve_s += taken_s;
        klu_s += whole.solve();
        iterations += status[0].iterations;
    }
    state.counters["of_klu"] = solve_s / klu_s;
    state.counters["iterations"] = iterations / static_cast<double>(state.iterations());
}

/// The day that the feeder's profiles state, 1440 minutes; an iteration is the mean step of a day.
void day_step(benchmark::State& state, char const* script) {
    auto const circuit = read(state, script);
    if (!circuit) {
        return;
    }
    constexpr std::size_t kSteps = 1440;
    FeederSolver solver(*circuit);
    WholeMatrix whole(solver);
    if (!solver.solve().converged || !whole.good()) {
        state.SkipWithError("no convergence");
        return;
    }
    std::vector<std::vector<double>> scale(circuit->loads.size()); // [load][step]
    for (std::size_t k = 0; k < scale.size(); ++k) {
        LoadShape const& shape =
            circuit->load_shapes[static_cast<std::size_t>(circuit->loads[k].shapes.yearly)];
        for (std::size_t step = 0; step < kSteps; ++step) {
            scale[k].push_back(shape.p_mult[step % shape.p_mult.size()]);
        }
    }
    FeederBatch batch(solver);
    double solve_s = 0.0;
    double klu_s = 0.0;
    for (auto _ : state) {
        auto const start = Clock::now();
        for (std::size_t step = 0; step < kSteps; step += FeederBatch::kSize) {
            for (std::size_t k = 0; k < scale.size(); ++k) {
                std::array<double, FeederBatch::kSize> p_w{};
                std::array<double, FeederBatch::kSize> q_var{};
                for (std::size_t lane = 0; lane < FeederBatch::kSize; ++lane) {
                    p_w[lane] = circuit->loads[k].p_w * scale[k][step + lane];
                    q_var[lane] = circuit->loads[k].q_var * scale[k][step + lane];
                }
                batch.set_load_powers(k, p_w, q_var);
            }
            for (SolveStatus const& lane : batch.solve()) {
                if (!lane.converged) {
                    state.SkipWithError("no convergence");
                    return;
                }
            }
        }
        double const day_s = seconds_since(start);
        state.SetIterationTime(day_s / kSteps);
        solve_s += day_s / kSteps;
        double mean_klu_s = 0.0;
        for (int k = 0; k < 50; ++k) {
            mean_klu_s += whole.solve() / 50.0;
        }
        klu_s += mean_klu_s;
    }
    state.counters["of_klu"] = solve_s / klu_s;
    state.counters["day_ms"] = 1e3 * solve_s * kSteps / static_cast<double>(state.iterations());
}

/// From the text of the script to the first solution, controls at rest.
void first_solution(benchmark::State& state, char const* script) {
    if (!read(state, script)) {
        return;
    }
    for (auto _ : state) {
        auto const circuit = read(state, script);
        FeederSolver solver(*circuit);
        if (!solver.solve().converged) {
            state.SkipWithError("no convergence");
            return;
        }
        benchmark::DoNotOptimize(solver.u_v().data());
    }
}

/// Peak memory of a whole process with one feeder of so many nodes; run alone with
/// --benchmark_filter.
void peak_memory(benchmark::State& state, std::size_t buses) {
    double nodes = 1.0;
    for (auto _ : state) {
        FeederSolver solver(test::generated_feeder(buses));
        if (!solver.solve().converged) {
            state.SkipWithError("no convergence");
            return;
        }
        nodes = static_cast<double>(solver.node_count());
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    state.counters["nodes"] = nodes;
    state.counters["peak_mb"] = static_cast<double>(usage.ru_maxrss) / 1024.0;
    state.counters["peak_octets_per_node"] = static_cast<double>(usage.ru_maxrss) * 1024.0 / nodes;
}

constexpr char const* kEulv = "eulv/case_const_pq.dss";
constexpr char const* k8500 = "ieee8500/Master.dss";

BENCHMARK_CAPTURE(klu_solve, eulv, kEulv)
    ->Name("feeder/klu_solve/eulv")
    ->UseManualTime()
    ->Iterations(3000);
BENCHMARK_CAPTURE(warm, eulv, kEulv)->Name("feeder/warm/eulv")->UseManualTime()->Iterations(3000);
BENCHMARK_CAPTURE(day_step, eulv, kEulv)
    ->Name("feeder/day_step/eulv")
    ->UseManualTime()
    ->Iterations(20);
BENCHMARK_CAPTURE(klu_solve, ieee8500, k8500)
    ->Name("feeder/klu_solve/ieee8500")
    ->UseManualTime()
    ->Iterations(1000);
BENCHMARK_CAPTURE(warm, ieee8500, k8500)
    ->Name("feeder/warm/ieee8500")
    ->UseManualTime()
    ->Iterations(500);
BENCHMARK_CAPTURE(batch, ieee8500, k8500)
    ->Name("feeder/batch/ieee8500")
    ->UseManualTime()
    ->Iterations(100);
BENCHMARK_CAPTURE(first_solution, ieee8500, k8500)
    ->Name("feeder/first/ieee8500")
    ->Iterations(20)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(warm_radial, radial10k, 10'000)
    ->Name("feeder/warm/radial10k")
    ->UseManualTime()
    ->Iterations(200)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(peak_memory, nodes_10k, 5'600)
    ->Name("feeder/memory/10k_nodes")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(peak_memory, nodes_100k, 56'000)
    ->Name("feeder/memory/100k_nodes")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace gridtwin::grid
