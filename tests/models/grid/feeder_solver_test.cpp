#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"
#include "tests/models/grid/ieee13.hpp"
#include "tests/models/grid/two_bus.hpp"

namespace gridtwin::grid {
namespace {

Complex const kZ_ohm(0.9, 1.7);

std::size_t line_row(FeederSolver const& solver, std::string_view name) {
    auto const& lines = solver.circuit().lines;
    for (std::size_t k = 0; k < lines.size(); ++k) {
        if (lines[k].name == name) {
            return k;
        }
    }
    throw std::out_of_range(std::string(name));
}

TEST(FeederSolver, SaysWhereItDoesNotConverge) {
    // given a constant-power load far beyond what the line can carry, down to almost no voltage
    Circuit c = test::two_bus(2400.0, kZ_ohm, 5e6, 2e6);
    c.loads[0].vlow_pu = 0.001;
    c.loads[0].vmin_pu = 0.002;
    FeederSolver solver(c);
    SolveStatus const status = solver.solve();
    EXPECT_FALSE(status.converged);
    EXPECT_EQ(status.worst_bus, "b.1");
    EXPECT_GT(status.mismatch_pu, 1e-3);
}

TEST(FeederSolver, RecoversAfterALoadThatCouldNotBeSolved) {
    Circuit c = test::two_bus(2400.0, kZ_ohm, 5e6, 2e6);
    c.loads[0].vlow_pu = 0.001;
    c.loads[0].vmin_pu = 0.002;
    FeederSolver solver(c);
    ASSERT_FALSE(solver.solve().converged);
    solver.set_load_power(0, 200e3, 50e3);
    SolveStatus const status = solver.solve();
    EXPECT_TRUE(status.converged);
    EXPECT_NEAR(std::abs(solver.u_v()[1]), test::two_bus_voltage_v(2400.0, kZ_ohm, 200e3, 50e3),
                1e-5);
}

TEST(FeederSolver, FindsTheVoltageOfALoadSoHeavyThatItHasBecomeAnImpedance) {
    Circuit c = test::two_bus(2400.0, kZ_ohm, 5e6, 2e6);
    c.loads[0].vlow_pu = 0.5;
    c.loads[0].vmin_pu = 0.95;
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    Complex const z_load = 2400.0 * 2400.0 / Complex(5e6, -2e6);
    EXPECT_NEAR(std::abs(solver.u_v()[1]), std::abs(2400.0 * z_load / (z_load + kZ_ohm)), 1e-4);
}

TEST(FeederSolver, AWarmSolveOfTheSameStateIsOneIteration) {
    FeederSolver solver(test::ieee13());
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_EQ(solver.solve().iterations, 1);
}

TEST(FeederSolver, AnOpenLineKillsWhatLiesBehindIt) {
    FeederSolver solver(test::ieee13());
    solver.set_switch(line_row(solver, "671692"), false);
    ASSERT_TRUE(solver.solve().converged);
    for (int const phase : {1, 2, 3}) {
        EXPECT_FALSE(solver.energised(*solver.find_node("675", phase)));
        EXPECT_EQ(solver.u_pu(*solver.find_node("675", phase)), 0.0);
        EXPECT_TRUE(solver.energised(*solver.find_node("671", phase)));
    }
    // and closing it brings everything back
    solver.set_switch(line_row(solver, "671692"), true);
    ASSERT_TRUE(solver.solve().converged);
    FeederSolver fresh(test::ieee13());
    ASSERT_TRUE(fresh.solve().converged);
    for (std::size_t node = 0; node < solver.node_count(); ++node) {
        EXPECT_NEAR(solver.u_pu(node), fresh.u_pu(node), 1e-8);
    }
}

TEST(FeederSolver, OneOpenConductorKillsItsPhaseAloneBehindIt) {
    FeederSolver solver(test::ieee13());
    std::size_t const line = line_row(solver, "671692");
    solver.set_switch_phases(line, 0b101U);
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_TRUE(solver.energised(*solver.find_node("675", 1)));
    EXPECT_FALSE(solver.energised(*solver.find_node("675", 2)));
    EXPECT_TRUE(solver.energised(*solver.find_node("675", 3)));
    std::vector<Complex> i_a(6);
    solver.terminal_currents(ElementKind::line, line, i_a);
    EXPECT_GT(std::abs(i_a[0]), 1.0);
    EXPECT_EQ(std::abs(i_a[1]), 0.0);
    EXPECT_EQ(std::abs(i_a[4]), 0.0);
    EXPECT_LT(kirchhoff_residual_pu(solver), 1e-8);
    // and the mask outlives the line's opening and closing
    solver.set_switch(line, false);
    ASSERT_TRUE(solver.solve().converged);
    solver.set_switch(line, true);
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_FALSE(solver.energised(*solver.find_node("675", 2)));
    solver.set_switch_phases(line, 0b111U);
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_TRUE(solver.energised(*solver.find_node("675", 2)));
}

TEST(FeederSolver, WithItsFirstLineOpenTheFeederIsDeadAndThatIsNoError) {
    FeederSolver solver(test::ieee13());
    solver.set_switch(line_row(solver, "650632"), false);
    SolveStatus const status = solver.solve();
    EXPECT_TRUE(status.converged);
    for (std::size_t k = 0; k < solver.circuit().loads.size(); ++k) {
        EXPECT_FALSE(solver.load_energised(k));
    }
    EXPECT_LT(std::abs(solver.source_power(0)), 10.0); // three regulators' 1 ppm reactances
}

TEST(FeederSolver, ALoadAcrossALivePhaseAndAnOpenOneSeesAlmostNothing) {
    // 632 feeds phase b of a delta load; phase c's line is open, so the load floats to b's voltage
    Circuit c = test::two_bus(2400.0, kZ_ohm, 0.0, 0.0);
    Line other = c.lines[0];
    other.name = "second";
    other.bus1.nodes = {2};
    other.bus2.nodes = {2};
    other.closed = false;
    c.lines.push_back(other);
    Vsource second = c.sources[0];
    second.name = "second";
    second.bus1.nodes = {2};
    second.angle_deg = -120.0;
    c.sources.push_back(second);
    Load across = c.loads[0];
    across.connection = Connection::delta;
    across.bus.nodes = {1, 2};
    across.v_v = 4160.0;
    across.p_w = 50e3;
    c.loads.push_back(across);
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_FALSE(solver.load_energised(1));
    EXPECT_FALSE(solver.energised(*solver.find_node("b", 2)));
    EXPECT_NEAR(std::abs(solver.load_delivered(1)), 0.0, 1e-3);
    EXPECT_NEAR(
        std::abs(solver.u_v()[*solver.find_node("b", 1)] - solver.u_v()[*solver.find_node("b", 2)]),
        0.0, 1e-6);
}

TEST(FeederSolver, AConductorWithoutPotentialIsOpenNotGrounded) {
    // Two coupled conductors; the second is fed by nothing. Its mutual impedance must not matter.
    Circuit c = test::two_bus(2400.0, kZ_ohm, 200e3, 50e3);
    Circuit coupled = c;
    coupled.lines[0].phases = 2;
    coupled.lines[0].bus1 = {"m", {1, 2}};
    coupled.lines[0].bus2 = {"b", {1, 2}};
    coupled.lines[0].z_ohm = {kZ_ohm, 0.4 * kZ_ohm, 0.4 * kZ_ohm, kZ_ohm};
    Line joint = c.lines[0];
    joint.name = "joint";
    joint.bus2 = {"m", {1}};
    joint.z_ohm = {Complex(1e-6)};
    coupled.lines.push_back(joint);
    FeederSolver solver(coupled);
    ASSERT_TRUE(solver.solve().converged);
    double const truth_v = test::two_bus_voltage_v(2400.0, kZ_ohm + 1e-6, 200e3, 50e3);
    EXPECT_NEAR(std::abs(solver.u_v()[*solver.find_node("b", 1)]), truth_v, 1e-5);
    EXPECT_EQ(solver.u_v()[*solver.find_node("b", 2)], Complex{});
}

TEST(FeederSolver, RegulatorsComeToRestInsideTheirBandsOrAtTheirLimits) {
    FeederSolver solver(test::ieee13({.regulator_controls = true}));
    for (std::size_t t = 0; t < 3; ++t) {
        solver.set_tap(t, 1, 1.0);
    }
    SolveStatus const status = solver.solve();
    EXPECT_TRUE(status.converged);
    EXPECT_TRUE(status.controls_settled);
    EXPECT_GT(status.control_rounds, 0);
    EXPECT_FALSE(solver.controls_pending());
    for (std::size_t t = 0; t < 3; ++t) {
        EXPECT_GT(solver.circuit().transformers[t].windings[1].tap_pu, 1.01);
    }
}

TEST(FeederSolver, TheRegulatorWithTheLeastDelayMovesFirst) {
    Circuit c = test::ieee13({.regulator_controls = true});
    c.regulators[1].delay_s = 5.0;
    for (std::size_t t = 0; t < 3; ++t) {
        c.transformers[t].windings[1].tap_pu = 1.0;
    }
    c.solution.max_control_iterations = 0;
    FeederSolver solver(c);
    SolveStatus const status = solver.solve();
    EXPECT_TRUE(status.converged);
    EXPECT_FALSE(status.controls_settled);
    ASSERT_TRUE(solver.adjust_controls());
    for (std::size_t t = 0; t < 3; ++t) {
        EXPECT_EQ(solver.circuit().transformers[t].windings[1].tap_pu > 1.0, t == 1) << t;
    }
}

TEST(FeederSolver, ASwitchedOffCapacitorLowersTheVoltage) {
    FeederSolver solver(test::ieee13());
    ASSERT_TRUE(solver.solve().converged);
    double const before_pu = solver.u_pu(*solver.find_node("675", 1));
    double const before_var = solver.source_power(0).imag();
    solver.set_capacitor_step(0, 0, false);
    ASSERT_TRUE(solver.solve().converged);
    EXPECT_LT(solver.u_pu(*solver.find_node("675", 1)), before_pu - 0.005);
    EXPECT_GT(solver.source_power(0).imag(), before_var + 500e3);
}

TEST(FeederSolver, TakesANodesBaseFromItsNoLoadVoltageWhenTheCircuitHasNone) {
    Circuit c = test::two_bus(2400.0, kZ_ohm, 100e3, 0.0);
    c.buses.clear();
    FeederSolver solver(c);
    EXPECT_NEAR(solver.nodes()[1].base_v, 2400.0, 1e-6);
}

std::string message_of(Circuit const& c) {
    try {
        FeederSolver const solver(c);
    } catch (InputError const& e) {
        return e.diagnostics().text();
    }
    return {};
}

TEST(FeederSolver, NamesEveryMistakeOfACircuit) {
    Circuit c = test::two_bus(2400.0, kZ_ohm, 1e3, 0.0);
    c.sources.clear();
    c.loads[0].v_v = 0.0;
    c.loads[0].where = {"f.dss", 7, 1};
    std::string const text = message_of(c);
    EXPECT_NE(text.find("circuit 'two-bus' has no source"), std::string::npos) << text;
    EXPECT_NE(text.find("f.dss:7:1: load 'load' has 1 phases and 0 V"), std::string::npos) << text;
}

TEST(FeederSolver, NamesEveryRowThatAControlOrAShapeLacks) {
    Circuit c = test::two_bus(2400.0, kZ_ohm, 1e3, 0.0);
    auto const refused = [](Circuit const& wrong, std::string const& message) {
        std::string const text = message_of(wrong);
        EXPECT_NE(text.find("f.dss:9:1: " + message), std::string::npos) << text;
    };
    SourcePos const where{"f.dss", 9, 1};
    Capacitor bank;
    bank.name = "bank";
    bank.phases = 1;
    bank.bus1 = {"b", {1}};
    bank.bus2 = {"b", {0}};
    bank.v_v = 2400.0;
    bank.q_var = {1e3};
    bank.closed = {true};
    c.capacitors.push_back(bank);
    CapControl k;
    k.name = "k";
    k.where = where;
    k.monitored = {ElementKind::line, 0};
    Circuit with_control = c;
    with_control.capacitor_controls.push_back(k);
    EXPECT_EQ(message_of(with_control), "");
    with_control.capacitor_controls[0].capacitor = 1;
    refused(with_control, "capacitor control 'k' names no capacitor of the circuit");
    with_control.capacitor_controls[0] = k;
    with_control.capacitor_controls[0].monitored.row = 1;
    refused(with_control, "capacitor control 'k' watches no terminal of an element of the circuit");
    with_control.capacitor_controls[0] = k;
    with_control.capacitor_controls[0].terminal = 2;
    refused(with_control, "capacitor control 'k' watches no terminal of an element of the circuit");
    with_control.capacitor_controls[0] = k;
    with_control.capacitor_controls[0].ct_ratio = 0.0;
    refused(with_control, "capacitor control 'k' has a ratio that is not positive");

    Circuit with_switch = c;
    SwtControl s;
    s.name = "s";
    s.where = where;
    s.line = 1;
    with_switch.switch_controls.push_back(s);
    refused(with_switch, "switch control 's' names no line of the circuit");
    with_switch.switch_controls[0].line = 0;
    EXPECT_EQ(message_of(with_switch), "");

    Circuit with_inverter = c;
    InvControl v;
    v.name = "v";
    v.where = where;
    v.controlled = {{ElementKind::line, 0}};
    with_inverter.inverter_controls.push_back(v);
    refused(with_inverter, "inverter control 'v' names no inverter of the circuit; expected rows "
                           "of PV systems and storages");
    refused(with_inverter, "inverter control 'v' names no volt-var curve of the circuit");
    with_inverter.inverter_controls[0].controlled = {{ElementKind::storage, 0}};
    refused(with_inverter, "inverter control 'v' names no inverter of the circuit");

    c.loads[0].where = where;
    c.loads[0].shapes.daily = 0;
    refused(c, "load 'load' names no load shape of the circuit");
    c.load_shapes.push_back({"s", 3600.0, {}, {1.0}, {}, false});
    EXPECT_EQ(message_of(c), "");
    c.loads[0].growth = -2;
    refused(c, "load 'load' names no growth shape of the circuit");
}

TEST(FeederSolver, RefusesImpedancesOfTheWrongSizeOrWithoutInverse) {
    Circuit c = test::two_bus(2400.0, kZ_ohm, 1e3, 0.0);
    c.lines[0].where = {"f.dss", 3, 1};
    c.lines[0].z_ohm = {};
    EXPECT_NE(message_of(c).find("f.dss:3:1: line 'ab' has 0 impedances; expected 1 x 1"),
              std::string::npos)
        << message_of(c);
    c.lines[0].z_ohm = {Complex{}};
    EXPECT_NE(message_of(c).find("f.dss:3:1: the impedance matrix of line 'ab' has no inverse"),
              std::string::npos)
        << message_of(c);
}

TEST(FeederSolver, RefusesATransformerWithTooFewReactances) {
    Circuit c = test::ieee13();
    c.transformers[0].x_pu.clear();
    EXPECT_NE(message_of(c).find("transformer 'reg1' has 0 reactances; expected 1 for 2 windings"),
              std::string::npos)
        << message_of(c);
}

TEST(FeederSolver, RefusesALoadModelThatItDoesNotKnow) {
    Circuit c = test::two_bus(2400.0, kZ_ohm, 1e3, 0.0);
    c.loads[0].model = 9;
    EXPECT_NE(message_of(c).find("load 'load' has model 9"), std::string::npos);
    c.loads[0].model = 8;
    EXPECT_NE(message_of(c).find("model 8 with 0 coefficients"), std::string::npos);
}

/// A source, a delta-delta transformer without antifloat and a load behind it.
Circuit delta_network(Connection load) {
    Circuit c;
    Vsource s;
    s.bus1 = {"hv", {1, 2, 3}};
    s.bus2 = {"hv", {0, 0, 0}};
    s.v_ll_v = 20e3;
    s.z_ohm.assign(9, Complex{});
    for (std::size_t i = 0; i < 3; ++i) {
        s.z_ohm[4 * i] = {0.1, 1.0};
    }
    c.sources.push_back(s);
    Transformer t;
    t.windings.resize(2);
    t.windings[0] = {.bus = {"hv", {1, 2, 3}}, .connection = Connection::delta, .v_v = 20e3};
    t.windings[1] = {.bus = {"lv", {1, 2, 3}}, .connection = Connection::delta, .v_v = 400.0};
    t.windings[0].s_va = t.windings[1].s_va = 1e6;
    t.x_pu = {0.05};
    t.ppm_antifloat = 0.0;
    c.transformers.push_back(t);
    Load l;
    l.bus = {"lv", {1, 2, 3}};
    l.connection = load;
    if (load == Connection::wye) {
        l.bus.nodes.push_back(0);
    }
    l.v_v = 400.0;
    l.p_w = 100e3;
    c.loads.push_back(l);
    return c;
}

TEST(FeederSolver, APartThatNothingTiesToGroundIsAMistakeThatNamesABus) {
    try {
        FeederSolver const solver(delta_network(Connection::delta));
        FAIL() << "solved what has no solution";
    } catch (InputError const& error) {
        EXPECT_NE(std::string(error.what()).find("bus 'lv.1'"), std::string::npos) << error.what();
    }
}

TEST(FeederSolver, ALoadToGroundHoldsAPartThatNothingElseTies) {
    FeederSolver solver(delta_network(Connection::wye));
    ASSERT_TRUE(solver.solve().converged);
    for (int const phase : {1, 2, 3}) {
        EXPECT_NEAR(solver.u_pu(*solver.find_node("lv", phase)), 1.0, 0.02);
    }
    EXPECT_NEAR(solver.load_delivered(0).real(), 100e3, 1e-3);
    EXPECT_LT(kirchhoff_residual_pu(solver), 1e-8);
}

TEST(FeederSolver, APartThatItsOnlyShuntLeavesFloatingIsNamedWithItsPlace) {
    // given a delta winding that nothing but a capacitor to ground ties, one that can be opened
    Circuit c = test::two_bus(2400.0, kZ_ohm, 1e3, 0.0);
    Transformer t;
    t.name = "t";
    t.where = {"f.dss", 7, 1};
    t.phases = 1;
    t.windings.resize(2);
    t.windings[0].bus = {"b", {1, 0}};
    t.windings[1].bus = {"d", {1, 2}};
    for (Winding& w : t.windings) {
        w.v_v = 2400.0;
        w.s_va = 100e3;
    }
    t.x_pu = {0.02};
    t.ppm_antifloat = 0.0;
    c.transformers.push_back(t);
    Capacitor k;
    k.name = "k";
    k.phases = 1;
    k.bus1 = {"d", {1}};
    k.bus2 = {"d", {0}};
    k.v_v = 2400.0;
    k.q_var = {1e3};
    k.closed = {true};
    c.capacitors.push_back(k);
    FeederSolver solver(c);
    ASSERT_TRUE(solver.solve().converged);
    // when it opens, then the next solve says which part has no potential, and where it is stated
    solver.set_capacitor_step(0, 0, false);
    try {
        static_cast<void>(solver.solve());
        FAIL() << "nothing was thrown";
    } catch (InputError const& e) {
        std::string const text = e.what();
        EXPECT_NE(text.find("f.dss:7:1: nothing ties bus 'd.1'"), std::string::npos) << text;
    }
}

} // namespace
} // namespace gridtwin::grid
