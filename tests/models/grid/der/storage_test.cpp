#include "models/grid/der/storage.hpp"
#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"
#include "models/grid/time_step.hpp"
#include "tests/models/grid/two_bus.hpp"

#include <random>

namespace gridtwin::grid {
namespace {

Storage battery() {
    Storage s;
    s.p_rated_w = 100e3;
    s.p_limit_w = 100e3;
    s.capacity_wh = 400e3;
    s.stored_wh = 200e3;
    s.charge_efficiency = 0.9;
    s.discharge_efficiency = 0.8;
    s.idling_frac = 0.01;
    s.inverter.s_va = 120e3;
    return s;
}

TEST(Storage, ChargingStoresWhatIsLeftOfServiceTimesItsEfficiency) {
    Storage const s = battery();
    StorageState state{StorageMode::charging, 200e3};
    double const p_w = storage_power_w(s, {}, state, 1.0, 3600.0);
    EXPECT_DOUBLE_EQ(p_w, -100e3);
    StorageAccount const a = store(s, state, dc_power_w(s.inverter, {}, p_w), 3600.0);
    EXPECT_NEAR(state.stored_wh, 200e3 + 99e3 * 0.9, 1e-6);
    EXPECT_NEAR(a.losses_wh, 9.9e3, 1e-6);
}

TEST(Storage, DischargingTakesPowerAndServiceOverItsEfficiency) {
    Storage const s = battery();
    StorageState state{StorageMode::discharging, 350e3};
    double const p_w = storage_power_w(s, {}, state, 1.0, 3600.0);
    EXPECT_DOUBLE_EQ(p_w, 100e3);
    store(s, state, p_w, 3600.0);
    EXPECT_NEAR(state.stored_wh, 350e3 - 101e3 / 0.8, 1e-6);
}

TEST(Storage, WhileIdlingTheCircuitFeedsItsService) {
    Storage const s = battery();
    StorageState state{StorageMode::idling, 200e3};
    double const p_w = storage_power_w(s, {}, state, 1.0, 3600.0);
    EXPECT_DOUBLE_EQ(p_w, -1e3);
    store(s, state, dc_power_w(s.inverter, {}, p_w), 3600.0);
    EXPECT_DOUBLE_EQ(state.stored_wh, 200e3);
}

TEST(Storage, StopsAtItsReserveAndAtItsCapacityWithinTheStep) {
    Storage const s = battery();
    StorageState low{StorageMode::discharging, 100e3}; // the reserve is 80 kWh
    double const p_w = storage_power_w(s, {}, low, 1.0, 3600.0);
    EXPECT_NEAR(p_w, 20e3 * 0.8 - 1e3, 1e-6);
    store(s, low, p_w, 3600.0);
    EXPECT_NEAR(low.stored_wh, 80e3, 1e-6);
    StorageState high{StorageMode::charging, 390e3};
    double const in_w = storage_power_w(s, {}, high, 1.0, 3600.0);
    store(s, high, in_w, 3600.0);
    EXPECT_NEAR(high.stored_wh, 400e3, 1e-6);
}

TEST(Storage, TheInvertersEfficiencyLiesBetweenItsTwoSides) {
    std::vector<XyCurve> const curves{{"eff", {0.1, 1.0}, {0.90, 0.96}}};
    Storage s = battery();
    s.inverter.efficiency_curve = 0;
    auto const efficiency = [&](double dc_w) { return 0.90 + (dc_w / 120e3 - 0.1) * 0.06 / 0.9; };
    double const out_w = dc_power_w(s.inverter, curves, 60e3);
    EXPECT_NEAR(out_w * efficiency(out_w), 60e3, 1e-6);
    double const in_w = -dc_power_w(s.inverter, curves, -60e3);
    EXPECT_NEAR(in_w, 60e3 * efficiency(in_w), 1e-6);
}

TEST(StorageDispatch, FollowsTheSignOfItsShape) {
    Storage s = battery();
    s.dispatch = StorageDispatch::follow;
    StorageState state{StorageMode::idling, 200e3};
    for (double const level : {0.4, -0.7, 0.0}) {
        state.mode = next_mode(s, state, level, 12.0, 3600.0);
        EXPECT_EQ(static_cast<double>(state.mode), level == 0.0 ? 0.0 : std::copysign(1.0, level));
        double const p_w = storage_power_w(s, {}, state, level, 3600.0);
        EXPECT_DOUBLE_EQ(p_w, level == 0.0 ? -1e3 : 100e3 * level);
    }
    state.stored_wh = 80e3;
    EXPECT_EQ(next_mode(s, state, 0.5, 12.0, 3600.0), StorageMode::idling);
}

TEST(StorageDispatch, TriggersStartAndStopIt) {
    Storage s = battery();
    s.discharge_trigger = 0.8;
    s.charge_trigger = 0.3;
    s.charge_hour = -1.0;
    StorageState state{StorageMode::idling, 200e3};
    std::vector<int> modes;
    for (double const level : {0.5, 0.9, 0.81, 0.7, 0.2, 0.29, 0.31, 0.5}) {
        state.mode = next_mode(s, state, level, 12.0, 3600.0);
        modes.push_back(static_cast<int>(state.mode));
    }
    EXPECT_EQ(modes, (std::vector<int>{0, 1, 1, 0, -1, -1, 0, 0}));
}

TEST(StorageDispatch, AFullBatteryStopsToChargeAndAnEmptyOneToDischarge) {
    Storage s = battery();
    for (double const trigger : {0.0, 0.8}) { // without triggers, too
        s.discharge_trigger = trigger;
        s.charge_hour = -1.0;
        EXPECT_EQ(next_mode(s, {StorageMode::charging, s.capacity_wh}, 0.5, 12.0, 3600.0),
                  StorageMode::idling);
        EXPECT_EQ(next_mode(s, {StorageMode::charging, 0.9 * s.capacity_wh}, 0.5, 12.0, 3600.0),
                  StorageMode::charging);
        EXPECT_EQ(next_mode(s, {StorageMode::discharging, 80e3}, 0.9, 12.0, 3600.0),
                  StorageMode::idling);
        EXPECT_EQ(next_mode(s, {StorageMode::discharging, 90e3}, 0.9, 12.0, 3600.0),
                  StorageMode::discharging);
    }
    s.charge_hour = 2.0;
    EXPECT_EQ(next_mode(s, {StorageMode::idling, s.capacity_wh}, 0.5, 2.0, 3600.0),
              StorageMode::idling)
        << "there is nothing to charge";
}

TEST(StorageDispatch, WhatTheLastStepFillsOrEmptiesIsFullOrEmptyButForRounding) {
    Storage const s = battery();
    for (auto const mode : {StorageMode::charging, StorageMode::discharging}) {
        StorageState state{mode, 234567.89};
        for (int step = 0; step < 40 && mode_left(s, state, 3600.0) == mode; ++step) {
            store(s, state, storage_power_w(s, {}, state, 1.0, 3600.0), 3600.0);
        }
        EXPECT_EQ(mode_left(s, state, 3600.0), StorageMode::idling);
        EXPECT_NEAR(state.stored_wh, mode == StorageMode::charging ? 400e3 : 80e3, 1e-3);
    }
}

TEST(StorageDispatch, WhatDoesNotFeedTheOwnServiceIsNothing) {
    // the service takes 1 kWh an hour, 1.25 kWh from the cells
    EXPECT_EQ(mode_left(battery(), {StorageMode::discharging, 81.24e3}, 3600.0),
              StorageMode::idling);
    EXPECT_EQ(mode_left(battery(), {StorageMode::discharging, 81.26e3}, 3600.0),
              StorageMode::discharging);
    EXPECT_EQ(mode_left(battery(), {StorageMode::discharging, 80.03e3}, 60.0),
              StorageMode::discharging);
}

TEST(StorageDispatch, StartsToChargeAtItsHour) {
    Storage s = battery();
    s.discharge_trigger = 0.8;
    s.charge_hour = 2.0;
    StorageState const state{StorageMode::idling, 200e3};
    EXPECT_EQ(next_mode(s, state, 0.5, 1.0, 900.0), StorageMode::idling);
    EXPECT_EQ(next_mode(s, state, 0.5, 2.0, 900.0), StorageMode::charging);
}

TEST(StorageConservation, InIsOutPlusLossesPlusServicePlusWhatIsStored) {
    std::mt19937_64 random(77);
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    std::vector<XyCurve> const curves{{"eff", {0.1, 1.0}, {0.90, 0.96}}};
    for (int battery_number = 0; battery_number < 200; ++battery_number) {
        Storage s = battery();
        s.charge_efficiency = 0.5 + 0.5 * unit(random);
        s.discharge_efficiency = 0.5 + 0.5 * unit(random);
        s.idling_frac = 0.05 * unit(random);
        s.reserve_frac = 0.5 * unit(random);
        s.capacity_wh = 50e3 + 500e3 * unit(random);
        s.inverter.efficiency_curve = battery_number % 2 == 0 ? kNone : 0;
        StorageState state{StorageMode::idling,
                           s.capacity_wh *
                               (s.reserve_frac + (1.0 - s.reserve_frac) * unit(random))};
        double const begin_wh = state.stored_wh;
        double in_wh = 0.0;
        double out_wh = 0.0;
        double lost_wh = 0.0;
        for (int step = 0; step < 500; ++step) {
            double const step_s = 60.0 + 3600.0 * unit(random);
            state.mode = static_cast<StorageMode>(static_cast<int>(unit(random) * 3.0) - 1);
            double const p_w = storage_power_w(s, curves, state, 1.0, step_s);
            StorageAccount const a = store(s, state, dc_power_w(s.inverter, curves, p_w), step_s);
            EXPECT_GE(a.losses_wh, -1e-9);
            in_wh += a.in_wh;
            out_wh += a.out_wh;
            lost_wh += a.losses_wh + a.idling_wh;
            ASSERT_GE(state.stored_wh, s.reserve_frac * s.capacity_wh * (1.0 - 1e-12));
            ASSERT_LE(state.stored_wh, s.capacity_wh * (1.0 + 1e-12));
        }
        double const change_wh = state.stored_wh - begin_wh;
        EXPECT_NEAR(in_wh - out_wh - lost_wh, change_wh, 1e-12 * (in_wh + out_wh + lost_wh));
    }
}

TEST(StorageInACircuit, ADayOfStepsKeepsItsAccountWithTheSolvedPowers) {
    Circuit c = test::two_bus(2400.0, {0.9, 1.7}, 50e3, 10e3);
    c.sources[0].z_ohm = {Complex(0.01, 0.05)}; // an ordinary one: rounding does not show
    Storage s = battery();
    s.phases = 1;
    s.bus = {"b", {1, 0}};
    s.v_v = 2400.0;
    s.dispatch = StorageDispatch::follow;
    s.shapes.daily = 0;
    c.storages.push_back(s);
    LoadShape shape;
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> unit(-1.0, 1.0);
    for (int k = 0; k < 96; ++k) {
        shape.p_mult.push_back(unit(random));
    }
    shape.interval_s = 900.0;
    c.load_shapes.push_back(shape);
    c.solution.mode = SolutionMode::daily;
    c.solution.step_s = 900.0;
    FeederSolver solver(c);
    double from_circuit_wh = 0.0;
    double idling_wh = 0.0;
    double losses_wh = 0.0;
    int charged = 0;
    int discharged = 0;
    for (int step = 1; step <= 96; ++step) {
        Moment const moment = moment_of(c.solution, step);
        begin_step(solver, c, moment);
        ASSERT_TRUE(solver.solve().converged);
        EXPECT_LT(kirchhoff_residual_pu(solver), 1e-8);
        double const before_wh = solver.controls().der.storages[0].stored_wh;
        double const p_w = solver.produced({ElementKind::storage, 0}).real();
        end_step(solver, moment);
        double const change_wh = solver.controls().der.storages[0].stored_wh - before_wh;
        from_circuit_wh -= p_w * 0.25;
        idling_wh += 1e3 * 0.25;
        double const net_wh = (-p_w - 1e3) * 0.25;
        charged += net_wh > 1.0 ? 1 : 0;
        discharged += net_wh < -1.0 ? 1 : 0;
        losses_wh += net_wh - change_wh;
        EXPECT_NEAR(change_wh, net_wh > 0.0 ? net_wh * 0.9 : net_wh / 0.8, 1e-6);
    }
    EXPECT_GT(charged, 20);
    EXPECT_GT(discharged, 20);
    double const change_wh = solver.controls().der.storages[0].stored_wh - s.stored_wh;
    EXPECT_NEAR(from_circuit_wh, change_wh + idling_wh + losses_wh, 1e-6);
}

} // namespace
} // namespace gridtwin::grid
