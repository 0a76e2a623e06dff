// The published IEEE feeders: the reference scripts read without a mistake and to numbers checked
// by hand, and the project's own IEEE 13 script is the same circuit as the reference's.
#include "tests/models/grid/dss/reference_files.hpp"

namespace gridtwin::grid {
namespace {

using test::read_feeder;
using test::reference;

std::filesystem::path own_ieee13() {
    return std::filesystem::path(GRIDTWIN_SOURCE_DIR) / "scenarios/feeders/ieee13/ieee13.dss";
}

template <typename T>
T const& named(std::vector<T> const& table, std::string const& name) {
    for (auto const& entry : table) {
        if (entry.name == name) {
            return entry;
        }
    }
    throw std::out_of_range(name);
}

void expect_same(double a, double b, std::string const& what) {
    EXPECT_NEAR(a, b, 1e-9 * std::max(std::abs(a), std::abs(b))) << what;
}

void expect_same(Complex a, Complex b, std::string const& what) {
    EXPECT_LE(std::abs(a - b), 1e-9 * std::max(std::abs(a), std::abs(b)))
        << what << ": " << a << " against " << b;
}

template <typename T>
void expect_same(std::vector<T> const& a, std::vector<T> const& b, std::string const& what) {
    ASSERT_EQ(a.size(), b.size()) << what;
    for (std::size_t i = 0; i < a.size(); ++i) {
        expect_same(a[i], b[i], what);
    }
}

void expect_same(Terminal const& a, Terminal const& b, std::string const& what) {
    EXPECT_EQ(a.bus, b.bus) << what;
    EXPECT_EQ(a.nodes, b.nodes) << what;
}

void expect_same(Line const& a, Line const& b) {
    EXPECT_EQ(a.phases, b.phases) << a.name;
    expect_same(a.bus1, b.bus1, a.name);
    expect_same(a.bus2, b.bus2, a.name);
    expect_same(a.z_ohm, b.z_ohm, a.name);
    expect_same(a.c_f, b.c_f, a.name);
    expect_same(a.length_m, b.length_m, a.name);
    expect_same(a.rating_a, b.rating_a, a.name);
    EXPECT_EQ(a.is_switch, b.is_switch) << a.name;
    EXPECT_EQ(a.closed, b.closed) << a.name;
}

void expect_same(Transformer const& a, Transformer const& b) {
    EXPECT_EQ(a.bank, b.bank) << a.name;
    EXPECT_EQ(a.phases, b.phases) << a.name;
    EXPECT_EQ(a.lead_lag_euro, b.lead_lag_euro) << a.name;
    EXPECT_EQ(a.enabled, b.enabled) << a.name;
    expect_same(a.x_pu, b.x_pu, a.name);
    expect_same(a.no_load_loss_frac, b.no_load_loss_frac, a.name);
    expect_same(a.magnetising_frac, b.magnetising_frac, a.name);
    expect_same(a.ppm_antifloat, b.ppm_antifloat, a.name);
    ASSERT_EQ(a.windings.size(), b.windings.size()) << a.name;
    for (std::size_t i = 0; i < a.windings.size(); ++i) {
        auto const& v = a.windings[i];
        auto const& w = b.windings[i];
        expect_same(v.bus, w.bus, a.name);
        EXPECT_EQ(v.connection, w.connection) << a.name;
        EXPECT_EQ(v.taps, w.taps) << a.name;
        expect_same(std::vector{v.v_v, v.s_va, v.r_pu, v.tap_pu, v.tap_min_pu, v.tap_max_pu,
                                v.r_neutral_ohm, v.x_neutral_ohm},
                    std::vector{w.v_v, w.s_va, w.r_pu, w.tap_pu, w.tap_min_pu, w.tap_max_pu,
                                w.r_neutral_ohm, w.x_neutral_ohm},
                    a.name);
    }
}

void expect_same(Load const& a, Load const& b) {
    EXPECT_EQ(a.phases, b.phases) << a.name;
    EXPECT_EQ(a.connection, b.connection) << a.name;
    EXPECT_EQ(a.model, b.model) << a.name;
    expect_same(a.bus, b.bus, a.name);
    expect_same(std::vector{a.v_v, a.p_w, a.q_var, a.vmin_pu, a.vmax_pu, a.vlow_pu, a.cvr_watts,
                            a.cvr_vars},
                std::vector{b.v_v, b.p_w, b.q_var, b.vmin_pu, b.vmax_pu, b.vlow_pu, b.cvr_watts,
                            b.cvr_vars},
                a.name);
    expect_same(a.zipv, b.zipv, a.name);
}

void expect_same(Capacitor const& a, Capacitor const& b) {
    EXPECT_EQ(a.phases, b.phases) << a.name;
    EXPECT_EQ(a.connection, b.connection) << a.name;
    EXPECT_EQ(a.closed, b.closed) << a.name;
    expect_same(a.bus1, b.bus1, a.name);
    expect_same(a.bus2, b.bus2, a.name);
    expect_same(a.v_v, b.v_v, a.name);
    expect_same(a.q_var, b.q_var, a.name);
}

void expect_same(Vsource const& a, Vsource const& b) {
    EXPECT_EQ(a.phases, b.phases);
    expect_same(a.bus1, b.bus1, a.name);
    expect_same(a.bus2, b.bus2, a.name);
    expect_same(std::vector{a.v_ll_v, a.v_pu, a.angle_deg, a.f_hz},
                std::vector{b.v_ll_v, b.v_pu, b.angle_deg, b.f_hz}, a.name);
    expect_same(a.z_ohm, b.z_ohm, a.name);
}

template <typename T>
void expect_same_table(std::vector<T> const& own, std::vector<T> const& other) {
    ASSERT_EQ(own.size(), other.size());
    for (auto const& entry : other) {
        expect_same(named(own, entry.name), entry);
    }
}

TEST(Ieee13, ReadsTheReferenceScriptToTheKnownNumberOfElements) {
    auto const file = reference("ieee13/IEEE13Nodeckt.dss");
    SKIP_WITHOUT(file);
    auto const c = read_feeder(file);
    EXPECT_EQ(c.name, "ieee13nodeckt");
    EXPECT_EQ(c.buses.size(), 16U);
    EXPECT_EQ(c.lines.size(), 12U);
    EXPECT_EQ(c.transformers.size(), 5U);
    EXPECT_EQ(c.loads.size(), 15U);
    EXPECT_EQ(c.capacitors.size(), 2U);
    EXPECT_EQ(c.regulators.size(), 3U);
    EXPECT_EQ(c.sources.size(), 1U);
}

TEST(Ieee13, ReadsImpedancesThatAreRightByHand) {
    auto const file = reference("ieee13/IEEE13Nodeckt.dss");
    SKIP_WITHOUT(file);
    auto const c = read_feeder(file);

    // 2000 ft of code mtx601, ohm per mile; shunt capacitance 2.8 nF per mile by default
    auto const& main = named(c.lines, "650632");
    double const miles = 2000.0 / 5280.0;
    expect_same(main.z_ohm[0], Complex(0.3465, 1.0179) * miles, "aa");
    expect_same(main.z_ohm[1], Complex(0.1560, 0.5017) * miles, "ab");
    expect_same(main.z_ohm[5], Complex(0.1535, 0.3849) * miles, "bc");
    expect_same(main.c_f[0], 2.8e-9 * miles, "to ground");
    expect_same(main.c_f[1], -0.6e-9 * miles, "between phases");
    expect_same(main.length_m, 609.6, "length");

    // 800 ft of cable 607
    auto const& cable = named(c.lines, "684652");
    expect_same(cable.z_ohm[0], Complex(1.3425, 0.5124) * (800.0 / 5280.0), "cable");
    expect_same(cable.c_f[0], 236e-9 * (800.0 / 5280.0), "cable");

    // the switch: 1e-4 ohm per unit over 0.001 units
    expect_same(named(c.lines, "671692").z_ohm[0], Complex(1e-7, 0.0), "switch");

    // 115 kV, 20 GVA three-phase, X1/R1 = 4
    auto const& source = c.sources[0];
    Complex const z1 = source.z_ohm[0] - source.z_ohm[1];
    double const x1 = 115.0 * 115.0 / 20000.0 / std::sqrt(1.0 + 1.0 / 16.0);
    expect_same(z1, Complex(x1 / 4.0, x1), "source");

    auto const& substation = named(c.transformers, "sub");
    expect_same(substation.x_pu[0], 8e-5, "8 % over 1000");
    expect_same(substation.windings[0].r_pu, 5e-6, "0.5 % over 1000");
    expect_same(named(c.transformers, "reg1").windings[1].r_pu, 5e-5, "half of 0.01 %");
}

TEST(Ieee13, GivesEveryBusTheReferencesVoltageBaseAndPosition) {
    auto const file = reference("ieee13/IEEE13Nodeckt.dss");
    SKIP_WITHOUT(file);
    auto const c = read_feeder(file);
    auto const buses = test::reference_buses("ieee13/buses.csv");
    for (auto const& bus : buses) {
        auto const& info = c.buses.at(bus.name);
        EXPECT_NEAR(info.v_ln_v, bus.v_ln_v, 1e-3) << bus.name;
        EXPECT_EQ(info.x, bus.x) << bus.name;
        EXPECT_EQ(info.y, bus.y) << bus.name;
    }
    EXPECT_EQ(buses.size(), c.buses.size());
}

TEST(Ieee13, FixedTapsCaseSetsTapsAndStopsTheControls) {
    auto const file = reference("ieee13/case_fixed_taps.dss");
    SKIP_WITHOUT(file);
    auto const c = read_feeder(file);
    EXPECT_EQ(named(c.transformers, "reg1").windings[1].tap_pu, 1.0625);
    EXPECT_EQ(named(c.transformers, "reg2").windings[1].tap_pu, 1.05);
    EXPECT_EQ(named(c.transformers, "reg3").windings[1].tap_pu, 1.06875);
    EXPECT_EQ(named(c.transformers, "reg3").windings[0].tap_pu, 1.0);
    EXPECT_FALSE(c.solution.controls);
}

TEST(Ieee13, OwnScriptIsTheReferencesCircuitElementByElement) {
    auto const file = reference("ieee13/case_controls.dss");
    SKIP_WITHOUT(file);
    auto const own = read_feeder(own_ieee13());
    auto const other = read_feeder(file);
    EXPECT_EQ(own.f_hz, other.f_hz);
    expect_same_table(own.sources, other.sources);
    expect_same_table(own.lines, other.lines);
    expect_same_table(own.transformers, other.transformers);
    expect_same_table(own.loads, other.loads);
    expect_same_table(own.capacitors, other.capacitors);
    ASSERT_EQ(own.regulators.size(), other.regulators.size());
    for (auto const& b : other.regulators) {
        auto const& a = named(own.regulators, b.name);
        EXPECT_EQ(own.transformers[a.transformer].name, other.transformers[b.transformer].name);
        EXPECT_EQ(a.winding, b.winding);
        EXPECT_EQ(a.max_tap_change, b.max_tap_change);
        expect_same(std::vector{a.v_reg_v, a.band_v, a.pt_ratio, a.ct_primary_a, a.r_v, a.x_v,
                                a.delay_s, a.tap_delay_s},
                    std::vector{b.v_reg_v, b.band_v, b.pt_ratio, b.ct_primary_a, b.r_v, b.x_v,
                                b.delay_s, b.tap_delay_s},
                    b.name);
    }
    ASSERT_EQ(own.buses.size(), other.buses.size());
    for (auto const& [name, bus] : other.buses) {
        ASSERT_TRUE(own.buses.contains(name)) << name;
        expect_same(own.buses.at(name).v_ln_v, bus.v_ln_v, name);
    }
    EXPECT_EQ(own.solution.controls, other.solution.controls);
    EXPECT_EQ(own.solution.max_control_iterations, other.solution.max_control_iterations);
    EXPECT_EQ(own.solution.tolerance_pu, other.solution.tolerance_pu);
}

bool has_three_phases(Circuit const& c, std::string const& bus) {
    return std::any_of(c.lines.begin(), c.lines.end(), [&bus](Line const& line) {
        return line.phases == 3 && (line.bus1.bus == bus || line.bus2.bus == bus);
    });
}

// Homes hang on three-phase service transformers, so single-phase laterals have none.
TEST(Ieee13, OwnScriptHasThePublishedLoadAndMarksTheHomes) {
    auto const c = read_feeder(own_ieee13());
    double p_kw = 0.0;
    double q_kvar = 0.0;
    for (auto const& load : c.loads) {
        p_kw += load.p_w * 1e-3;
        q_kvar += load.q_var * 1e-3;
        bool const home = load.connection == Connection::wye &&
                          c.buses.at(load.bus.bus).v_ln_v > 1000.0 &&
                          has_three_phases(c, load.bus.bus);
        EXPECT_EQ(load.load_class, home ? 1 : 2) << load.name;
    }
    EXPECT_NEAR(p_kw, 3466.0, 1e-9) << "published: 3266 kW of spot loads and 200 kW distributed";
    EXPECT_NEAR(q_kvar, 2102.0, 1e-9) << "1986 and 116 kvar";
}

TEST(Ieee13, OwnScriptDrawsItsLinesToScale) {
    auto const c = read_feeder(own_ieee13());
    for (auto const& [name, bus] : c.buses) {
        EXPECT_TRUE(bus.has_position) << name;
    }
    for (auto const& line : c.lines) {
        if (!line.is_switch) {
            auto const& a = c.buses.at(line.bus1.bus);
            auto const& b = c.buses.at(line.bus2.bus);
            EXPECT_NEAR(std::hypot(a.x - b.x, a.y - b.y), line.length_m, 1.5) << line.name;
        }
    }
}

TEST(Ieee123, ReadsTheReferenceScriptToTheKnownNumberOfElements) {
    auto const file = reference("ieee123/IEEE123Master.dss");
    SKIP_WITHOUT(file);
    auto const c = read_feeder(file);
    EXPECT_EQ(c.buses.size(), 132U);
    EXPECT_EQ(c.lines.size(), 126U);
    EXPECT_EQ(c.transformers.size(), 8U);
    EXPECT_EQ(c.loads.size(), 91U);
    EXPECT_EQ(c.capacitors.size(), 4U);
    EXPECT_EQ(c.regulators.size(), 7U);
}

TEST(Ieee123, ReadsImpedancesThatAreRightByHand) {
    auto const file = reference("ieee123/case_controls.dss");
    SKIP_WITHOUT(file);
    auto const c = read_feeder(file);
    // 825 ft of code 2 (ohm per kft)
    auto const& line = named(c.lines, "l13");
    expect_same(line.z_ohm[0], Complex(0.088371212, 0.198522727) * 0.825, "l13 aa");
    expect_same(line.z_ohm[3], Complex(0.02992424, 0.080227273) * 0.825, "l13 ba");
    expect_same(line.c_f[4], 2.71134756e-9 * 0.825, "l13 bb");
    expect_same(line.length_m, 825.0 * 0.3048, "l13");
    // a switch: 1e-3 ohm per unit over 0.001 units
    expect_same(named(c.lines, "sw2").z_ohm[0], Complex(1e-6, 0.0), "sw2");
    // the source states ohms
    expect_same(c.sources[0].z_ohm[0], Complex(0.0, 1e-4), "source");
    EXPECT_EQ(c.sources[0].z_ohm[1], Complex{});
    // like= carries a control to another unit
    auto const& creg4c = named(c.regulators, "creg4c");
    EXPECT_EQ(c.transformers[creg4c.transformer].name, "reg4c");
    EXPECT_EQ(creg4c.v_reg_v, 124.0);
    EXPECT_EQ(creg4c.r_v, 0.2);
    EXPECT_EQ(creg4c.x_v, 1.4);
    EXPECT_EQ(creg4c.max_tap_change, 1);
    EXPECT_EQ(creg4c.delay_s, 30.0);
    EXPECT_EQ(named(c.transformers, "reg4c").ppm_antifloat, 0.0);
    expect_same(c.buses.at("610").v_ln_v, 480.0 / std::sqrt(3.0), "610");
    double p_kw = 0.0;
    for (auto const& load : c.loads) {
        p_kw += load.p_w * 1e-3;
    }
    EXPECT_NEAR(p_kw, 3490.0, 1e-9) << "the published total";
}

} // namespace
} // namespace gridtwin::grid
