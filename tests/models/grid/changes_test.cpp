// A solver that went through changes is the solver that starts where they end: the same voltages
// and a balance of power, whatever was switched, tapped or renewed on the way.
#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"
#include "tests/models/grid/generated_feeder.hpp"
#include "tests/models/grid/ieee13.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace gridtwin::grid {
namespace {

class Draws {
  public:
    explicit Draws(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
    double unit() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-53;
    }
    std::size_t below(std::size_t n) {
        return static_cast<std::size_t>(unit() * static_cast<double>(n));
    }

  private:
    std::uint64_t state_;
};

void add_every_model(Circuit& c, Draws& draws) {
    for (std::size_t k = 0; k < c.loads.size(); ++k) {
        Load& l = c.loads[k];
        l.model = 1 + static_cast<int>(draws.below(8));
        if (l.model == 8) {
            l.zipv = {0.3, 0.3, 0.4, 0.2, 0.3, 0.5, 0.2};
        }
        if (l.phases == 3 && draws.unit() < 0.3) { // and some deltas
            l.connection = Connection::delta;
            l.bus.nodes.resize(3);
        }
    }
}

/// Source power less what every element absorbs, W + j var.
Complex imbalance_va(FeederSolver const& s) {
    Circuit const& c = s.circuit();
    Complex sum_va;
    auto const add = [&](ElementKind kind, std::size_t rows) {
        for (std::size_t row = 0; row < rows; ++row) {
            sum_va += s.absorbed(kind, row);
        }
    };
    add(ElementKind::source, c.sources.size());
    add(ElementKind::line, c.lines.size());
    add(ElementKind::transformer, c.transformers.size());
    add(ElementKind::load, c.loads.size());
    add(ElementKind::capacitor, c.capacitors.size());
    add(ElementKind::reactor, c.reactors.size());
    add(ElementKind::fault, c.faults.size());
    return sum_va;
}

void expect_same(FeederSolver const& changed, double tolerance_pu, std::string const& what) {
    Circuit start = changed.circuit();
    FeederSolver fresh(start);
    SolveStatus const status = fresh.solve();
    ASSERT_TRUE(status.converged) << what << ": " << status.worst_bus;
    for (std::size_t node = 0; node < fresh.node_count(); ++node) {
        double const base_v = fresh.nodes()[node].base_v;
        ASSERT_LT(std::abs(fresh.u_v()[node] - changed.u_v()[node]), tolerance_pu * base_v)
            << what << " at " << fresh.node_name(node);
    }
}

void go_through_changes(Circuit circuit, std::uint64_t seed, double scale_va) {
    Draws draws(seed);
    add_every_model(circuit, draws);
    circuit.solution.tolerance_pu = 1e-11;
    circuit.solution.controls = false;
    FeederSolver solver(circuit);
    ASSERT_TRUE(solver.solve().converged) << seed;
    for (int change = 0; change < 12; ++change) {
        std::string what;
        switch (draws.below(5)) {
        case 0:
            if (!circuit.transformers.empty()) {
                std::size_t const t = draws.below(circuit.transformers.size());
                double const tap = 0.95 + 0.00625 * static_cast<double>(draws.below(17));
                solver.set_tap(t, 1, tap);
                what = fmt::format("tap of {}", circuit.transformers[t].name);
                break;
            }
            [[fallthrough]];
        case 1: {
            std::size_t const l = draws.below(circuit.lines.size());
            solver.set_switch(l, !solver.circuit().lines[l].closed);
            what = fmt::format("line {}", circuit.lines[l].name);
            break;
        }
        case 2:
            if (!circuit.capacitors.empty()) {
                std::size_t const k = draws.below(circuit.capacitors.size());
                solver.set_capacitor_step(k, 0, draws.unit() < 0.5);
                what = fmt::format("capacitor {}", circuit.capacitors[k].name);
                break;
            }
            [[fallthrough]];
        case 3:
            solver.set_source(0, 0.98 + 0.06 * draws.unit(), 0.0);
            what = "the source";
            break;
        default: {
            std::size_t const k = draws.below(circuit.loads.size());
            solver.set_load_power(k, circuit.loads[k].p_w * draws.unit(), 0.0);
            what = fmt::format("load {}", circuit.loads[k].name);
        }
        }
        SolveStatus const status = solver.solve();
        what = fmt::format("seed {} change {}, {}", seed, change, what);
        ASSERT_TRUE(status.converged) << what << " " << status.worst_bus;
        ASSERT_LT(std::abs(imbalance_va(solver)), 1e-9 * scale_va) << what;
        expect_same(solver, 1e-8, what);
    }
}

TEST(ChangesConservation, OfTheIeee13FeederLeaveWhatANewSolverFinds) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        go_through_changes(test::ieee13(), seed, 3.5e8); // the source's Norton current cancels
        if (HasFatalFailure()) {
            return;
        }
    }
}

TEST(ChangesConservation, OfGeneratedFeedersLeaveWhatANewSolverFinds) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        go_through_changes(test::generated_feeder(60 + 7 * seed), 1000 + seed, 3.5e8);
        if (HasFatalFailure()) {
            return;
        }
    }
}

/// Ties between random buses of equal phases make it meshed.
Circuit meshed(std::size_t buses, Draws& draws) {
    Circuit c = test::generated_feeder(buses);
    std::vector<Line> ties;
    for (std::size_t k = 0; k < buses / 6; ++k) {
        Line const& a = c.lines[draws.below(c.lines.size())];
        Line const& b = c.lines[draws.below(c.lines.size())];
        if (a.phases == b.phases && a.bus2.bus != b.bus2.bus && a.bus2.nodes == b.bus2.nodes) {
            Line tie = a;
            tie.name = fmt::format("tie{}", k);
            tie.bus1 = a.bus2;
            tie.bus2 = b.bus2;
            ties.push_back(tie);
        }
    }
    c.lines.insert(c.lines.end(), ties.begin(), ties.end());
    return c;
}

TEST(WholeMatrixConservation, AgreesWithBlocksOnMeshedFeeders) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Draws draws(5000 + seed);
        Circuit c = meshed(30 + 10 * seed, draws);
        // A load that jumps at its limits may have no solution when a tie opens: these do not.
        for (Load& l : c.loads) {
            constexpr int kContinuous[] = {1, 2, 5};
            l.model = kContinuous[draws.below(3)];
        }
        c.solution.tolerance_pu = 1e-11;
        FeederSolver blocks(c);
        FeederSolver whole(c);
        whole.use_whole_matrix();
        ASSERT_FALSE(blocks.uses_whole_matrix());
        ASSERT_TRUE(whole.uses_whole_matrix());
        for (int round = 0; round < 3; ++round) {
            ASSERT_TRUE(blocks.solve().converged) << seed;
            ASSERT_TRUE(whole.solve().converged) << seed;
            for (std::size_t node = 0; node < blocks.node_count(); ++node) {
                ASSERT_LT(std::abs(blocks.u_v()[node] - whole.u_v()[node]),
                          1e-9 * blocks.nodes()[node].base_v)
                    << seed << " at " << blocks.node_name(node);
            }
            ASSERT_LT(kirchhoff_residual_pu(blocks), 1e-8) << seed;
            std::size_t const line = draws.below(c.lines.size());
            bool const closed = blocks.circuit().lines[line].closed;
            blocks.set_switch(line, !closed);
            whole.set_switch(line, !closed);
        }
    }
}

TEST(WholeMatrixConservation, RenumberedBusesAndPhasesHaveTheSameVoltages) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Draws draws(7000 + seed);
        Circuit c = meshed(40 + 5 * seed, draws);
        add_every_model(c, draws);
        c.solution.tolerance_pu = 1e-11;
        Circuit renamed = c; // buses in reverse order of their names, phases turned by one
        auto const name = [](std::string const& bus) {
            return fmt::format("z{:06}", 900000 - std::stoi(bus.substr(1)));
        };
        auto const turn = [&](Terminal& t) {
            t.bus = name(t.bus);
            for (int& node : t.nodes) {
                node = node == 0 ? 0 : node % 3 + 1;
            }
        };
        for (Line& l : renamed.lines) {
            turn(l.bus1);
            turn(l.bus2);
        }
        for (Load& l : renamed.loads) {
            turn(l.bus);
        }
        for (Vsource& s : renamed.sources) {
            turn(s.bus1);
            turn(s.bus2);
        }
        renamed.buses.clear();
        for (auto const& [bus, info] : c.buses) {
            renamed.buses[name(bus)] = info;
        }
        std::reverse(renamed.loads.begin(), renamed.loads.end());
        std::reverse(renamed.lines.begin(), renamed.lines.end());
        FeederSolver a(c);
        FeederSolver b(renamed);
        ASSERT_TRUE(a.solve().converged);
        ASSERT_TRUE(b.solve().converged);
        for (std::size_t node = 0; node < a.node_count(); ++node) {
            NodeInfo const& info = a.nodes()[node];
            auto const same = b.find_node(name(a.bus_names()[info.bus]), info.phase % 3 + 1);
            ASSERT_TRUE(same.has_value());
            ASSERT_LT(std::abs(a.u_v()[node] - b.u_v()[*same]), 1e-9 * info.base_v) << seed;
        }
    }
}

} // namespace
} // namespace gridtwin::grid
