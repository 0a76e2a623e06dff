// Readers of controls, generation and storage.
#include "tests/models/grid/dss/mistake.hpp"
#include "tests/models/grid/dss/scripts.hpp"

namespace gridtwin::grid {
namespace {

using test::circuit_of;
using test::Mistake;
using test::mistakes_of;
using test::read_with_source;

std::string const kLineAndBank = "New Line.l bus1=a bus2=b.1.2.3 length=1\n"
                                 "New Capacitor.k bus1=b kvar=600 numsteps=3\n";

TEST(DssCapControl, ReadsEverySetting) {
    auto const read = read_with_source(
        kLineAndBank +
        "New CapControl.c element=Line.l terminal=2 capacitor=K type=volt ptratio=120 ctratio=40 "
        "onsetting=118 offsetting=124 delay=30 delayoff=20 deadtime=100 voltoverride=yes vmax=127 "
        "vmin=113 ctphase=avg ptphase=max vbus=B pctMinkvar=40\n");
    ASSERT_TRUE(read.diagnostics.ok()) << read.diagnostics.text();
    ASSERT_EQ(read.circuit.capacitor_controls.size(), 1U);
    CapControl const& c = read.circuit.capacitor_controls[0];
    EXPECT_EQ(c.type, CapControlType::voltage);
    EXPECT_TRUE(c.monitored == (ElementRef{ElementKind::line, 0}));
    EXPECT_EQ(c.terminal, 1U);
    EXPECT_EQ(c.capacitor, 0U);
    EXPECT_EQ(c.pt_ratio, 120.0);
    EXPECT_EQ(c.ct_ratio, 40.0);
    EXPECT_EQ(c.on, 118.0);
    EXPECT_EQ(c.off, 124.0);
    EXPECT_EQ(c.delay_s, 30.0);
    EXPECT_EQ(c.delay_off_s, 20.0);
    EXPECT_EQ(c.dead_time_s, 100.0);
    EXPECT_TRUE(c.voltage_override);
    EXPECT_EQ(c.v_max_v, 127.0);
    EXPECT_EQ(c.v_min_v, 113.0);
    EXPECT_EQ(c.ct_phase, kPhaseAverage);
    EXPECT_EQ(c.pt_phase, kPhaseMax);
    EXPECT_EQ(c.override_bus, "b");
    EXPECT_DOUBLE_EQ(c.min_kvar_frac, 0.4);
}

TEST(DssCapControl, PowerFactorsRunFromLaggingToLeading) {
    auto const read = read_with_source(
        kLineAndBank +
        "New CapControl.a element=Line.l capacitor=k type=pf\n"
        "New CapControl.b element=Line.l capacitor=k type=pf onsetting=0.9 offsetting=-0.98\n");
    ASSERT_TRUE(read.diagnostics.ok()) << read.diagnostics.text();
    EXPECT_EQ(read.circuit.capacitor_controls[0].on, 0.95);
    EXPECT_EQ(read.circuit.capacitor_controls[0].off, 1.05);
    EXPECT_EQ(read.circuit.capacitor_controls[1].on, 0.9);
    EXPECT_NEAR(read.circuit.capacitor_controls[1].off, 1.02, 1e-15);
}

TEST(DssSwtControl, OrdersForcesAndLocks) {
    auto const read = read_with_source("New Line.l bus1=a bus2=b length=1\n"
                                       "New Line.m bus1=a bus2=c length=1\n"
                                       "New SwtControl.s switchedobj=line.l action=open delay=30\n"
                                       "New SwtControl.t switchedobj=line.m state=open lock=y "
                                       "action=close\n");
    ASSERT_TRUE(read.diagnostics.ok()) << read.diagnostics.text();
    auto const& s = read.circuit.switch_controls;
    EXPECT_TRUE(read.circuit.lines[0].closed);
    EXPECT_FALSE(s[0].ordered_closed);
    EXPECT_EQ(s[0].delay_s, 30.0);
    EXPECT_FALSE(read.circuit.lines[1].closed);
    EXPECT_FALSE(s[1].ordered_closed); // locked before the order
    EXPECT_TRUE(s[1].locked);
}

TEST(DssRegControl, ReadsTheReverseSettingsAndTheRest) {
    auto const read = read_with_source(
        "New Transformer.t buses=[a b] kvs=[12.47 12.47]\n"
        "New RegControl.r transformer=t winding=2 tapwinding=1 ptratio=50 remoteptratio=55 bus=b.3 "
        "ldc_z=4 rev_z=5 ptphase=min vlimit=126 inversetime=y reversible=y revvreg=119 revband=4 "
        "revr=1 revx=2 revthreshold=50 revdelay=30 revneutral=y cogen=y tapnum=-4\n");
    ASSERT_TRUE(read.diagnostics.ok()) << read.diagnostics.text();
    RegControl const& r = read.circuit.regulators[0];
    EXPECT_EQ(r.winding, 1U);
    EXPECT_EQ(r.tapped(), 0U);
    EXPECT_EQ(r.remote_bus, "b");
    EXPECT_EQ(r.remote_node, 3);
    EXPECT_EQ(r.remote_pt_ratio, 55.0);
    EXPECT_EQ(r.z_v, 4.0);
    EXPECT_EQ(r.reverse_z_v, 5.0);
    EXPECT_EQ(r.pt_phase, kPhaseMin);
    EXPECT_EQ(r.v_limit_v, 126.0);
    EXPECT_TRUE(r.inverse_time && r.reversible && r.reverse_neutral && r.cogen);
    EXPECT_EQ(r.reverse_v_reg_v, 119.0);
    EXPECT_EQ(r.reverse_band_v, 4.0);
    EXPECT_EQ(r.reverse_r_v, 1.0);
    EXPECT_EQ(r.reverse_x_v, 2.0);
    EXPECT_EQ(r.reverse_threshold_w, 50e3);
    EXPECT_EQ(r.reverse_delay_s, 30.0);
    EXPECT_NEAR(read.circuit.transformers[0].windings[0].tap_pu, 1.0 - 4 * 0.00625, 1e-12);
}

TEST(DssGenerator, PowerAsKwAndPfOrKvarSetsItsLimitsAndRating) {
    auto const read = read_with_source(
        "New Generator.a bus1=a\n"
        "New Generator.b bus1=a kw=300 pf=-0.6\n"
        "New Generator.c bus1=a kw=300 kvar=40 model=3 vpu=1.02 maxkvar=90 minkvar=-10 kva=500\n"
        "New Generator.d bus1=a.2 phases=1 kv=7.2 kw=5 status=fixed model=7 mva=0.01\n");
    ASSERT_TRUE(read.diagnostics.ok()) << read.diagnostics.text();
    auto const& g = read.circuit.generators;
    EXPECT_EQ(g[0].p_w, 1000e3);
    EXPECT_EQ(g[0].q_var, 60e3);
    EXPECT_EQ(g[0].s_va, 1200e3);
    EXPECT_NEAR(g[1].q_var, -400e3, 1e-6);
    EXPECT_NEAR(g[1].q_max_var, 800e3, 1e-6);
    EXPECT_EQ(g[2].q_var, 40e3);
    EXPECT_EQ(g[2].v_pu, 1.02);
    EXPECT_EQ(g[2].q_max_var, 90e3);
    EXPECT_EQ(g[2].q_min_var, -10e3);
    EXPECT_EQ(g[2].s_va, 500e3);
    EXPECT_TRUE(g[3].fixed);
    EXPECT_EQ(g[3].s_va, 10e3);
    EXPECT_EQ(g[3].bus.nodes, (std::vector<int>{2, 0}));
}

TEST(DssPvSystem, ReadsArrayAndInverter) {
    auto const read = read_with_source(
        "New PVSystem.p bus1=a kva=120 pmpp=100 %pmpp=90 irradiance=0.9 temperature=30 pf=-0.95 "
        "%cutin=5 %cutout=2 wattpriority=y varfollowinverter=y kvarmax=50 limitcurrent=y "
        "%pminnovars=10\n");
    ASSERT_TRUE(read.diagnostics.ok()) << read.diagnostics.text();
    PvSystem const& p = read.circuit.pv_systems[0];
    EXPECT_EQ(p.p_mpp_w, 100e3);
    EXPECT_EQ(p.p_limit_frac, 0.9);
    EXPECT_EQ(p.irradiance_kw_m2, 0.9);
    EXPECT_EQ(p.temperature_c, 30.0);
    EXPECT_EQ(p.inverter.s_va, 120e3);
    EXPECT_EQ(p.inverter.power_factor, -0.95);
    EXPECT_EQ(p.inverter.cut_in_frac, 0.05);
    EXPECT_EQ(p.inverter.cut_out_frac, 0.02);
    EXPECT_EQ(p.inverter.q_max_var, 50e3);
    EXPECT_EQ(p.inverter.q_max_absorb_var, 50e3);
    EXPECT_TRUE(p.inverter.watt_priority && p.inverter.q_follows_inverter && p.limit_current);
    EXPECT_EQ(p.inverter.min_p_for_q_w, 10e3);
}

TEST(DssStorage, ReadsBatteryAndDispatch) {
    auto const read = read_with_source(
        "New Storage.s bus1=a kwrated=50 kva=60 kwhrated=200 %stored=40 %reserve=10 %effcharge=95 "
        "%effdischarge=92 %idlingkw=2 dispmode=follow\n"
        "New Storage.t bus1=a kwrated=50 kwhrated=200 kw=-25 dischargetrigger=0.8 "
        "chargetrigger=0.2 timechargetrig=3\n");
    ASSERT_TRUE(read.diagnostics.ok()) << read.diagnostics.text();
    auto const& s = read.circuit.storages;
    EXPECT_EQ(s[0].stored_wh, 80e3);
    EXPECT_EQ(s[0].reserve_frac, 0.1);
    EXPECT_EQ(s[0].charge_efficiency, 0.95);
    EXPECT_EQ(s[0].discharge_efficiency, 0.92);
    EXPECT_EQ(s[0].idling_frac, 0.02);
    EXPECT_EQ(s[0].dispatch, StorageDispatch::follow);
    EXPECT_EQ(s[1].stored_wh, 200e3);
    EXPECT_EQ(s[1].mode, StorageMode::charging);
    EXPECT_EQ(s[1].charge_frac, 0.5);
    EXPECT_EQ(s[1].discharge_trigger, 0.8);
    EXPECT_EQ(s[1].charge_hour, 3.0);
}

class DssControlMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(DssControlMistakes, AreNamedWithTheirPlace) {
    EXPECT_EQ(mistakes_of(GetParam().script), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    All, DssControlMistakes,
    ::testing::Values(
        Mistake{"CapControlFollow",
                kLineAndBank + "New CapControl.c element=line.l capacitor=k type=follow\n",
                "main.dss:4:50: type 'follow' of capcontrol 'c' is not modelled; expected one of "
                "current, voltage, kvar, time, powerfactor\n"},
        Mistake{"CapControlWithoutItsBank",
                kLineAndBank + "New CapControl.c element=line.l capacitor=kk\n",
                "main.dss:4:43: capacitor 'kk' of capcontrol 'c' is not defined; expected the name "
                "of a capacitor; did you mean 'k'?\n"},
        Mistake{"CapControlTerminal",
                kLineAndBank + "New CapControl.c element=line.l terminal=3 capacitor=k\n",
                "main.dss:4:42: terminal of capcontrol 'c' is 3; expected 1..2, the terminals of "
                "'line.l'\n"},
        Mistake{"SwtControlOfALoad",
                "New Load.x bus1=a\nNew SwtControl.s switchedobj=load.x action=open\n",
                "main.dss:3:30: SwitchedObj of swtcontrol 's' is a load; expected a line; the "
                "switching of others is not modelled\n"},
        Mistake{"GeneratorUserModel", "New Generator.g bus1=a model=6\n",
                "main.dss:2:30: model 6 (user-written) of generator 'g' is not modelled; expected "
                "one of 1, 2, 3, 4, 5, 7\n"},
        Mistake{"GeneratorDispatch", "New Generator.g bus1=a dispmode=price dispvalue=30\n",
                "main.dss:2:33: this dispmode of generator 'g' is not modelled; expected default, "
                "or forceon=yes\n"},
        Mistake{"StorageDispatch", "New Storage.s bus1=a dispmode=external\n",
                "main.dss:2:31: this DispMode of storage 's' is not modelled; expected default or "
                "follow\n"},
        Mistake{"InvControlHysteresis",
                "New InvControl.i mode=voltvar hysteresis_offset=-0.01 vvc_curve1=x\n",
                "main.dss:2:31: property 'hysteresis_offset' of invcontrol 'i' is not modelled\n"
                "main.dss:2:66: vvc_curve1 'x' of invcontrol 'i' is not defined; expected the name "
                "of a XYCurve\n"},
        Mistake{"InvControlMode", "New InvControl.i mode=avr\n",
                "main.dss:2:23: this Mode of invcontrol 'i' is not modelled; expected Mode=VOLTVAR "
                "or VOLTWATT, or CombiMode=VV_VW\n"}),
    test::name_of);

TEST(DssInvControl, KnowsTheEarlierNameOfItsReactiveReference) {
    auto const c =
        circuit_of("New XYCurve.v npts=2 xarray=(0.5 1.5) yarray=(1 -1)\n"
                   "New PVSystem.p bus1=a kv=12.47 kva=100 pmpp=90\n"
                   "New InvControl.i mode=VOLTVAR vvc_curve1=v VV_RefReactivePower=VARMAX_VARS");
    ASSERT_EQ(c.inverter_controls.size(), 1U);
    EXPECT_EQ(c.inverter_controls[0].q_reference, ReactiveReference::maximum);
}

} // namespace
} // namespace gridtwin::grid
