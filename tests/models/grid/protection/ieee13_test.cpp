// Faults everywhere on the IEEE 13-node feeder, with its loads: what the devices leave behind.
#include "models/grid/element_currents.hpp"
#include "models/grid/protection/simulate.hpp"
#include "models/grid/protection/standard_curves.hpp"
#include "tests/models/grid/ieee13.hpp"

#include <algorithm>

namespace gridtwin::grid::protection {
namespace {

std::size_t line_row(Circuit const& c, std::string_view name) {
    for (std::size_t k = 0; k < c.lines.size(); ++k) {
        if (c.lines[k].name == name) {
            return k;
        }
    }
    throw std::out_of_range(std::string(name));
}

/// A recloser at the head, fuses at the start of every lateral, and a fault on each phase of each
/// bus behind the regulator, one row each.
struct Protected {
    Circuit circuit = grid::test::ieee13();
    std::vector<std::string> fault_bus;

    Protected() {
        Circuit& c = circuit;
        auto const curves = standard_curves();
        c.tcc_curves.assign(curves.begin(), curves.end());
        auto const row = [&c](std::string_view name) {
            for (std::size_t k = 0; k < c.tcc_curves.size(); ++k) {
                if (c.tcc_curves[k].name == name) {
                    return static_cast<std::int32_t>(k);
                }
            }
            throw std::out_of_range(std::string(name));
        };
        Recloser r;
        r.name = "head";
        r.point = {{ElementKind::line, line_row(c, "650632")}, 0, line_row(c, "650632")};
        r.phase_fast = {row("a"), 1000.0, 1.0, 0.0};
        r.phase_delayed = {row("iec_ext_inv"), 1000.0, 1.0, 0.0};
        r.ground_delayed = {row("iec_ext_inv"), 500.0, 1.0, 0.0};
        c.reclosers.push_back(r);
        for (char const* const lateral : {"632645", "671684", "632633"}) {
            Fuse f;
            f.name = lateral;
            f.point = {{ElementKind::line, line_row(c, lateral)}, 0, line_row(c, lateral)};
            f.curve = row("tlink");
            f.rated_a = 200.0;
            f.delay_s = 0.02;
            c.fuses.push_back(f);
        }
        FeederSolver const solver(c);
        for (NodeInfo const& node : solver.nodes()) {
            std::string const& bus = solver.bus_names()[node.bus];
            if (bus == "650" || bus == "rg60" || bus == "634" || node.phase > 3) {
                continue;
            }
            Fault f;
            f.name = bus + "." + std::to_string(node.phase);
            f.bus1 = {bus, {node.phase}};
            f.bus2 = {bus, {0}};
            f.g_s = {100.0};
            f.on = false;
            c.faults.push_back(f);
            fault_bus.push_back(bus);
        }
    }
};

bool lies_behind_a_fuse(std::string const& bus) {
    return bus == "645" || bus == "646" || bus == "684" || bus == "611" || bus == "652" ||
           bus == "633";
}

TEST(Ieee13Protection, IsolatesEveryPermanentEarthFaultByTheRightDevice) {
    Protected const p;
    ASSERT_GT(p.fault_bus.size(), 25U);
    for (std::size_t row = 0; row < p.fault_bus.size(); ++row) {
        SCOPED_TRACE(p.circuit.faults[row].name);
        FeederSolver solver(p.circuit);
        Devices devices = make_devices(solver.circuit());
        ProtectionRun run;
        run.until = kStart + duration_from_s(120.0);
        run.faults = {{kStart + duration_from_s(1.0), row, true}};
        auto const log = simulate_protection(solver, devices, run);

        std::vector<Complex> i_a(2);
        solver.terminal_currents(ElementKind::fault, row, i_a);
        if (p.fault_bus[row] == "645" || p.fault_bus[row] == "646") {
            // the delta load between phases 2 and 3 feeds the fault from the phase that is left
            int const other = p.circuit.faults[row].bus1.nodes[0] == 2 ? 3 : 2;
            double const load_s = std::abs(Complex(230e3, 132e3)) / (4160.0 * 4160.0);
            double const u_v = std::abs(solver.u_v()[*solver.find_node("646", other)]);
            EXPECT_NEAR(std::abs(i_a[0]), load_s * u_v, 0.03 * load_s * u_v);
        } else {
            EXPECT_EQ(std::abs(i_a[0]), 0.0);
        }
        bool const locked = devices.switches[0].state.contact == Contact::locked_out;
        EXPECT_EQ(locked, !lies_behind_a_fuse(p.fault_bus[row]));
        std::size_t open = 0;
        for (FuseDevice const& f : devices.fuses) {
            for (LinkState const& link : f.links) {
                open += link.link == Link::open ? 1U : 0U;
            }
        }
        EXPECT_EQ(open, lies_behind_a_fuse(p.fault_bus[row]) ? 1U : 0U);
        EXPECT_LT(kirchhoff_residual_pu(solver), 1e-8);
    }
}

TEST(Ieee13Protection, LeavesEveryTemporaryFaultWithoutAnOutage) {
    Protected p;
    for (std::size_t row = 0; row < p.fault_bus.size(); ++row) {
        SCOPED_TRACE(p.circuit.faults[row].name);
        p.circuit.faults[row].temporary = true;
        FeederSolver solver(p.circuit);
        ASSERT_TRUE(solver.solve().converged);
        std::vector<Complex> const before(solver.u_v().begin(), solver.u_v().end());
        Devices devices = make_devices(solver.circuit());
        ProtectionRun run;
        run.until = kStart + duration_from_s(120.0);
        run.faults = {{kStart + duration_from_s(1.0), row, true}};
        auto const log = simulate_protection(solver, devices, run);
        EXPECT_TRUE(std::any_of(log.begin(), log.end(),
                                [](LogEntry const& e) { return e.what == "clears by itself"; }));
        // the recloser's fast operation: everything is as it was
        for (std::size_t n = 0; n < before.size(); ++n) {
            EXPECT_NEAR(std::abs(solver.u_v()[n] - before[n]), 0.0, 1e-3);
        }
    }
}

TEST(Ieee13Protection, LeavesTheRegulatorsWhereTheyStand) {
    grid::test::Ieee13Options options;
    options.regulator_controls = true;
    Circuit c = grid::test::ieee13(options);
    for (std::size_t k = 0; k < 3; ++k) {
        c.transformers[k].windings[1].tap_pu = 1.0; // far out of their bands
    }
    FeederSolver solver(c);
    Devices devices = make_devices(solver.circuit());
    ProtectionRun const run{kStart, kStart + duration_from_s(1.0), {}, {}};
    static_cast<void>(simulate_protection(solver, devices, run));
    EXPECT_EQ(solver.circuit().transformers[0].windings[1].tap_pu, 1.0);
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_GT(solver.circuit().transformers[0].windings[1].tap_pu, 1.0);
}

TEST(Ieee13Protection, NeverTripsOnItsOwnLoad) {
    Protected const p;
    FeederSolver solver(p.circuit);
    Devices devices = make_devices(solver.circuit());
    EXPECT_TRUE(
        simulate_protection(solver, devices, {kStart, kStart + duration_from_s(86400.0), {}, {}})
            .empty());
}

} // namespace
} // namespace gridtwin::grid::protection
