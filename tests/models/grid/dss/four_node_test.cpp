// The IEEE 4 node test feeder with every connection of its transformer, read from OpenDSS text:
// against a tableau of ideal transformers solved here, and against the working group's published
// voltages.
#include "models/grid/feeder_solver.hpp"
#include "tests/models/grid/dss/scripts.hpp"

#include <Eigen/Dense>
#include <fmt/format.h>

#include <numbers>

namespace gridtwin::grid {
namespace {

enum class Kind { yg_yg, yg_d, y_d, d_yg, d_d, open_leading, open_lagging };

bool delta_primary(Kind k) {
    return k == Kind::d_yg || k == Kind::d_d;
}
bool delta_secondary(Kind k) {
    return k != Kind::yg_yg && k != Kind::d_yg;
}
bool open_bank(Kind k) {
    return k == Kind::open_leading || k == Kind::open_lagging;
}

struct Case {
    Kind kind;
    bool step_up;
    bool balanced;
};

void PrintTo(Case const& c, std::ostream* out) {
    *out << "connection " << static_cast<int>(c.kind) << (c.step_up ? " step-up" : " step-down")
         << (c.balanced ? " balanced" : " unbalanced");
}

double secondary_kv(Case const& c) {
    return c.step_up ? 24.9 : 4.16;
}

// Published, ohm per mile: four wires (spacing 500) and three (spacing 505, no neutral).
constexpr double kFour[3][3][2] = {{{0.4576, 1.0780}, {0.1559, 0.5017}, {0.1535, 0.3849}},
                                   {{0.1559, 0.5017}, {0.4666, 1.0482}, {0.1580, 0.4236}},
                                   {{0.1535, 0.3849}, {0.1580, 0.4236}, {0.4615, 1.0651}}};
constexpr double kThree[3][3][2] = {{{0.4013, 1.4133}, {0.0953, 0.8515}, {0.0953, 0.7266}},
                                    {{0.0953, 0.8515}, {0.4013, 1.4133}, {0.0953, 0.7802}},
                                    {{0.0953, 0.7266}, {0.0953, 0.7802}, {0.4013, 1.4133}}};

struct LoadData {
    double kw;
    double pf;
};

std::array<LoadData, 3> loads_of(Case const& c) {
    if (open_bank(c.kind)) { // two units of 2 MVA carry 3.46 MVA
        return c.balanced ? std::array<LoadData, 3>{{{900, 0.9}, {900, 0.9}, {900, 0.9}}}
                          : std::array<LoadData, 3>{{{640, 0.85}, {900, 0.9}, {1190, 0.95}}};
    }
    if (c.balanced) {
        return {{{1800, 0.9}, {1800, 0.9}, {1800, 0.9}}};
    }
    return {{{1275, 0.85}, {1800, 0.9}, {2375, 0.95}}};
}

// --- the feeder as text ---

std::string line_code(std::string const& name, double const (&z)[3][3][2]) {
    return fmt::format("New LineCode.{} nphases=3 units=mi rmatrix=[{} | {} {} | {} {} {}] "
                       "xmatrix=[{} | {} {} | {} {} {}] cmatrix=[0 | 0 0 | 0 0 0]\n",
                       name, z[0][0][0], z[1][0][0], z[1][1][0], z[2][0][0], z[2][1][0], z[2][2][0],
                       z[0][0][1], z[1][0][1], z[1][1][1], z[2][0][1], z[2][1][1], z[2][2][1]);
}

std::string transformer(Case const& c) {
    double const kv = secondary_kv(c);
    if (open_bank(c.kind)) { // single-phase units from A and B, or from A and C
        bool const leading = c.kind == Kind::open_leading;
        std::string const unit = " phases=1 windings=2 kVAs=[2000 2000] %Rs=[0.5 0.5] XHL=6";
        double const v_ln = 12.47 / std::numbers::sqrt3;
        return fmt::format("New Transformer.t1{} buses=[n2.1 n3.1.2] conns=[wye delta] "
                           "kVs=[{:.15g} {}]\n"
                           "New Transformer.t2{} buses=[n2.{}.0 n3.{}] conns=[wye delta] "
                           "kVs=[{:.15g} {}]\n",
                           unit, v_ln, kv, unit, leading ? 2 : 3, leading ? "2.3" : "3.1", v_ln,
                           kv);
    }
    bool const floating = c.kind == Kind::y_d;
    return fmt::format("New Transformer.t phases=3 windings=2 kVAs=[6000 6000] %loadloss=1 XHL=6 "
                       "wdg=1 bus=n2{} conn={} kV=12.47 wdg=2 bus=n3 conn={} kV={}\n",
                       floating ? ".1.2.3.4" : "", delta_primary(c.kind) ? "delta" : "wye",
                       delta_secondary(c.kind) ? "delta" : "wye", kv);
}

std::string script(Case const& c) {
    std::string text = "New Circuit.fournode bus1=n1 basekV=12.47 Z1=[0 1e-6] Z0=[0 1e-6]\n";
    text += line_code("four", kFour) + line_code("three", kThree);
    text += fmt::format("New Line.one bus1=n1 bus2=n2 linecode={} length=2000 units=ft\n",
                        delta_primary(c.kind) ? "three" : "four");
    text += transformer(c);
    text += fmt::format("New Line.two bus1=n3 bus2=n4 linecode={} length=2500 units=ft\n",
                        delta_secondary(c.kind) ? "three" : "four");
    auto const loads = loads_of(c);
    for (std::size_t k = 0; k < 3; ++k) {
        std::string const bus = delta_secondary(c.kind)
                                    ? fmt::format("n4.{}.{} conn=delta", k + 1, (k + 1) % 3 + 1)
                                    : fmt::format("n4.{}", k + 1);
        double const kv =
            delta_secondary(c.kind) ? secondary_kv(c) : secondary_kv(c) / std::numbers::sqrt3;
        text += fmt::format("New Load.l{} phases=1 bus1={} kV={:.15g} kW={} pf={} Vminpu=0.6 "
                            "Vmaxpu=1.5\n",
                            k, bus, kv, loads[k].kw, loads[k].pf);
    }
    text += fmt::format("Set VoltageBases=[12.47 {}]\nCalcVoltageBases\n", secondary_kv(c));
    return text;
}

// --- the same on paper: Kirchhoff's laws and ideal transformers, no admittances ---

/// Nodes 1..3 of n2, n3, n4 and the neutral of n2; the source holds n1.
enum Node : int { kN2 = 0, kN3 = 3, kN4 = 6, kNeutral = 9, kNodes = 10 };
constexpr int kEarth = -1;

struct Coil {
    int from;
    int to;
};

/// Coils on one core: the primary's and the secondary's.
std::vector<std::pair<Coil, Coil>> cores(Case const& c) {
    std::vector<std::pair<Coil, Coil>> out;
    auto const wye = [](int bus, int phase, int neutral) { return Coil{bus + phase, neutral}; };
    auto const next = [](int bus, int phase) { return Coil{bus + phase, bus + (phase + 1) % 3}; };
    auto const before = [](int bus, int phase) { return Coil{bus + phase, bus + (phase + 2) % 3}; };
    for (int k = 0; k < 3; ++k) {
        switch (c.kind) {
        case Kind::yg_yg:
            out.emplace_back(wye(kN2, k, kEarth), wye(kN3, k, kEarth));
            break;
        case Kind::d_d:
            out.emplace_back(next(kN2, k), next(kN3, k));
            break;
        case Kind::yg_d: // the high side leads by 30 degrees in every standard connection:
        case Kind::y_d:  // A-N with a-b when it is the wye, with a-c when it is the delta
            out.emplace_back(wye(kN2, k, c.kind == Kind::y_d ? kNeutral : kEarth),
                             c.step_up ? before(kN3, k) : next(kN3, k));
            break;
        case Kind::d_yg:
            out.emplace_back(c.step_up ? next(kN2, k) : before(kN2, k), wye(kN3, k, kEarth));
            break;
        case Kind::open_leading: // A-N with a-b, B-N with b-c
            if (k < 2) {
                out.emplace_back(wye(kN2, k, kEarth), next(kN3, k));
            }
            break;
        case Kind::open_lagging: // A-N with a-b, C-N with c-a
            if (k != 1) {
                out.emplace_back(wye(kN2, k, kEarth), next(kN3, k));
            }
            break;
        }
    }
    return out;
}

class Tableau {
  public:
    explicit Tableau(Case const& c) : case_(c), cores_(cores(c)) {
        lines_ = 6;
        size_ = kNodes + lines_ + 2 * static_cast<int>(cores_.size());
    }

    /// Node voltages; loads iterate until they no longer move.
    Eigen::VectorXcd solve() {
        Eigen::VectorXcd x = Eigen::VectorXcd::Zero(size_);
        std::array<Complex, 3> load_a{};
        for (int k = 0; k < 2000; ++k) {
            Eigen::VectorXcd const next = linear(load_a);
            double const moved = (next - x).head(kNodes).cwiseAbs().maxCoeff();
            x = next;
            if (k > 0 && moved < 1e-10) {
                return x;
            }
            for (int phase = 0; phase < 3; ++phase) {
                auto const data = loads_of(case_)[static_cast<std::size_t>(phase)];
                double const p = data.kw * 1e3;
                Complex const s_va(p, p * std::sqrt(1.0 / (data.pf * data.pf) - 1.0));
                int const to = load_to(phase);
                Complex const v = x[kN4 + phase] - (to == kEarth ? Complex{} : x[to]);
                load_a[static_cast<std::size_t>(phase)] = std::conj(s_va / v);
            }
        }
        ADD_FAILURE() << "the tableau's loads do not come to rest";
        return x;
    }

  private:
    [[nodiscard]] int load_to(int phase) const {
        return delta_secondary(case_.kind) ? kN4 + (phase + 1) % 3 : kEarth;
    }

    Eigen::VectorXcd linear(std::array<Complex, 3> const& load_a) const {
        Eigen::MatrixXcd m = Eigen::MatrixXcd::Zero(size_, size_);
        Eigen::VectorXcd rhs = Eigen::VectorXcd::Zero(size_);
        int equation = kNodes;
        // lines: V_from - V_to = sum of Z I; currents leave `from`
        for (int line = 0; line < 2; ++line) {
            bool const three = line == 0 ? delta_primary(case_.kind) : delta_secondary(case_.kind);
            double const miles = (line == 0 ? 2000.0 : 2500.0) / 5280.0;
            for (int i = 0; i < 3; ++i, ++equation) {
                int const current = kNodes + 3 * line + i;
                int const to = (line == 0 ? kN2 : kN4) + i;
                m(equation, to) = -1.0;
                if (line == 0) {
                    rhs[equation] = -std::polar(12470.0 / std::numbers::sqrt3,
                                                -2.0 * std::numbers::pi / 3.0 * i);
                } else {
                    m(equation, kN3 + i) = 1.0;
                    m(kN3 + i, current) = 1.0;
                }
                m(to, current) = -1.0;
                for (int j = 0; j < 3; ++j) {
                    auto const& z = three ? kThree[i][j] : kFour[i][j];
                    m(equation, kNodes + 3 * line + j) = -Complex(z[0], z[1]) * miles;
                }
            }
        }
        // transformers: u_p - u_s = z i_p in per unit of the coil, i_p + i_s = 0 likewise
        double const coil_va = 2e6;
        bool const wye2 = !delta_secondary(case_.kind);
        double const v_p = delta_primary(case_.kind) ? 12470.0 : 12470.0 / std::numbers::sqrt3;
        double const v_s = secondary_kv(case_) * 1e3 / (wye2 ? std::numbers::sqrt3 : 1.0);
        for (std::size_t k = 0; k < cores_.size(); ++k) {
            int const i_p = kNodes + lines_ + 2 * static_cast<int>(k);
            int const i_s = i_p + 1;
            auto const across = [&](Coil coil, double v, double sign, int current) {
                for (auto const& [node, s] :
                     {std::pair(coil.from, 1.0), std::pair(coil.to, -1.0)}) {
                    if (node != kEarth) {
                        m(equation, node) += sign * s / v;
                        m(node, current) += s;
                    }
                }
            };
            across(cores_[k].first, v_p, 1.0, i_p);
            across(cores_[k].second, v_s, -1.0, i_s);
            m(equation, i_p) -= Complex(0.01, 0.06) * v_p / coil_va;
            ++equation;
            m(equation, i_p) = v_p;
            m(equation, i_s) = v_s;
            ++equation;
        }
        for (int phase = 0; phase < 3; ++phase) {
            Complex const i_a = load_a[static_cast<std::size_t>(phase)];
            rhs[kN4 + phase] -= i_a;
            if (load_to(phase) != kEarth) {
                rhs[load_to(phase)] += i_a;
            }
        }
        if (case_.kind != Kind::y_d) { // no neutral node
            m.row(kNeutral).setZero();
            m(kNeutral, kNeutral) = 1.0;
        }
        if (delta_secondary(case_.kind)) { // nothing holds it: let its voltages sum to zero
            m.row(kN3).setZero();
            m(kN3, kN3) = m(kN3, kN3 + 1) = m(kN3, kN3 + 2) = 1.0;
            rhs[kN3] = 0.0;
        }
        return m.fullPivLu().solve(rhs);
    }

    Case case_;
    std::vector<std::pair<Coil, Coil>> cores_;
    int lines_ = 0;
    int size_ = 0;
};

/// Phase voltages at a bus, or those between lines.
std::array<Complex, 3> between(std::array<Complex, 3> const& v) {
    return {v[0] - v[1], v[1] - v[2], v[2] - v[0]};
}

class Solved {
  public:
    explicit Solved(std::string const& text) {
        auto read = test::read_scripts({{"main.dss", text}});
        EXPECT_EQ(read.diagnostics.text(), "");
        read.circuit.solution.tolerance_pu =
            1e-9; // zero sequence of a floating delta is noise below
        solver_.emplace(read.circuit);
        SolveStatus const status = solver_->solve();
        EXPECT_TRUE(status.converged) << status.worst_bus;
    }
    [[nodiscard]] std::array<Complex, 3> at(std::string_view bus) const {
        std::array<Complex, 3> v;
        for (int k = 0; k < 3; ++k) {
            v[static_cast<std::size_t>(k)] = solver_->u_v()[*solver_->find_node(bus, k + 1)];
        }
        return v;
    }

  private:
    std::optional<FeederSolver> solver_;
};

class FourNode : public testing::TestWithParam<Case> {};

TEST_P(FourNode, IsAsKirchhoffAndIdealTransformersSay) {
    Case const c = GetParam();
    Solved const solved(script(c));
    Eigen::VectorXcd const truth = Tableau(c).solve();
    for (auto const& [bus, first] : {std::pair("n2", kN2), {"n3", kN3}, {"n4", kN4}}) {
        auto got = solved.at(bus);
        std::array<Complex, 3> expected{truth[first], truth[first + 1], truth[first + 2]};
        // a delta floats: only what is between its lines is its own
        if ((first == kN2 && c.kind == Kind::d_d) || (first != kN2 && delta_secondary(c.kind))) {
            got = between(got);
            expected = between(expected);
        }
        for (std::size_t k = 0; k < 3; ++k) {
            // 1 ppm of reactance at each coil
            EXPECT_LT(std::abs(got[k] - expected[k]), 1e-6 * std::abs(expected[k]))
                << bus << " " << k << ": " << got[k] << " for " << expected[k];
        }
    }
}

std::vector<Case> all_cases() {
    std::vector<Case> out;
    for (Kind const kind : {Kind::yg_yg, Kind::yg_d, Kind::y_d, Kind::d_yg, Kind::d_d,
                            Kind::open_leading, Kind::open_lagging}) {
        for (bool const up : {false, true}) {
            for (bool const balanced : {false, true}) {
                out.push_back({kind, up, balanced});
            }
        }
    }
    return out;
}

INSTANTIATE_TEST_SUITE_P(EveryConnection, FourNode, testing::ValuesIn(all_cases()));

// --- the working group's results: magnitude in whole volts, angle in tenths of a degree ---

struct Polar {
    double v;
    double deg;
};

struct Published {
    Case c;
    std::array<Polar, 3> n2;
    std::array<Polar, 3> n3;
    std::array<Polar, 3> n4;
};

void PrintTo(Published const& p, std::ostream* out) {
    PrintTo(p.c, out);
}

class FourNodePublished : public testing::TestWithParam<Published> {};

TEST_P(FourNodePublished, IsAsPrinted) {
    // Half of the last digit and what the working group's sweeps left: 0.1 V. The primary side of
    // its ungrounded wye is 2 V (0.03 %) from Kirchhoff, which the tableau above is not.
    constexpr double kPrint_v = 0.6;
    Published const& p = GetParam();
    Solved const solved(script(p.c));
    auto const expect = [](std::string_view bus, std::array<Polar, 3> const& printed,
                           std::array<Complex, 3> const& v, double slack_v) {
        for (std::size_t k = 0; k < 3; ++k) {
            double deg = std::arg(v[k]) * 180.0 / std::numbers::pi - printed[k].deg;
            deg = std::remainder(deg, 360.0);
            EXPECT_NEAR(std::abs(v[k]), printed[k].v, slack_v) << bus << " " << k;
            EXPECT_NEAR(deg, 0.0, 0.055) << bus << " " << k;
        }
    };
    auto const shown = [&solved](std::string_view bus, bool delta) {
        return delta ? between(solved.at(bus)) : solved.at(bus);
    };
    expect("n2", p.n2, shown("n2", delta_primary(p.c.kind)),
           p.c.kind == Kind::y_d ? 2.0 : kPrint_v);
    expect("n3", p.n3, shown("n3", delta_secondary(p.c.kind)), kPrint_v);
    expect("n4", p.n4, shown("n4", delta_secondary(p.c.kind)), kPrint_v);
}

INSTANTIATE_TEST_SUITE_P(
    Table, FourNodePublished,
    testing::Values(Published{{Kind::yg_yg, false, true},
                              {{{7107, -0.3}, {7140, -120.3}, {7121, 119.6}}},
                              {{{2247, -3.7}, {2269, -123.5}, {2256, 116.4}}},
                              {{{1918, -9.1}, {2061, -128.3}, {1981, 110.9}}}},
                    Published{{Kind::d_yg, false, true},
                              {{{12340, 29.7}, {12349, -90.4}, {12318, 149.6}}},
                              {{{2249, -33.7}, {2263, -153.4}, {2259, 86.4}}},
                              {{{1920, -39.1}, {2054, -158.3}, {1986, 80.9}}}},
                    Published{{Kind::y_d, false, true},
                              {{{7113, -0.3}, {7132, -120.3}, {7123, 119.6}}},
                              {{{3906, -3.5}, {3915, -123.6}, {3909, 116.3}}},
                              {{{3437, -7.8}, {3497, -129.3}, {3388, 110.6}}}},
                    Published{{Kind::d_d, false, true},
                              {{{12339, 29.7}, {12349, -90.4}, {12321, 149.6}}},
                              {{{3911, 26.5}, {3914, -93.6}, {3905, 146.4}}},
                              {{{3442, 22.3}, {3497, -99.4}, {3384, 140.7}}}},
                    Published{{Kind::yg_yg, false, false},
                              {{{7164, -0.1}, {7110, -120.2}, {7082, 119.3}}},
                              {{{2305, -2.3}, {2255, -123.6}, {2203, 114.8}}},
                              {{{2175, -4.1}, {1930, -126.8}, {1833, 102.8}}}},
                    Published{{Kind::d_yg, false, false},
                              {{{12350, 29.6}, {12314, -90.4}, {12333, 149.8}}},
                              {{{2290, -32.4}, {2261, -153.8}, {2214, 85.2}}},
                              {{{2157, -34.2}, {1936, -157.0}, {1849, 73.4}}}},
                    Published{{Kind::y_d, false, false},
                              {{{7113, -0.2}, {7144, -120.4}, {7111, 119.5}}},
                              {{{3896, -2.8}, {3972, -123.8}, {3875, 115.7}}},
                              {{{3425, -5.8}, {3646, -130.3}, {3298, 108.6}}}},
                    Published{{Kind::d_d, false, false},
                              {{{12341, 29.8}, {12370, -90.5}, {12302, 149.5}}},
                              {{{3902, 27.2}, {3972, -93.9}, {3871, 145.7}}},
                              {{{3431, 24.3}, {3647, -100.4}, {3294, 138.6}}}},
                    Published{{Kind::yg_yg, true, false},
                              {{{7161, -0.1}, {7120, -120.3}, {7128, 119.3}}},
                              {{{13839, -2.1}, {13663, -123.3}, {13655, 115.1}}},
                              {{{13815, -2.2}, {13614, -123.4}, {13615, 114.9}}}},
                    Published{{Kind::d_yg, true, false},
                              {{{12364, 29.8}, {12391, -90.5}, {12333, 149.6}}},
                              {{{13792, 27.7}, {13733, -93.5}, {13641, 145.4}}},
                              {{{13768, 27.7}, {13684, -93.6}, {13600, 145.2}}}},
                    Published{{Kind::y_d, true, false},
                              {{{7121, -0.4}, {7147, -120.3}, {7150, 119.5}}},
                              {{{23703, 57.2}, {24040, -63.6}, {23576, 176.1}}},
                              {{{23637, 57.1}, {23995, -63.8}, {23496, 175.9}}}},
                    Published{{Kind::d_d, true, false},
                              {{{12362, 29.8}, {12392, -90.4}, {12334, 149.5}}},
                              {{{23675, 27.2}, {24060, -93.6}, {23573, 146.0}}},
                              {{{23610, 27.2}, {24015, -93.7}, {23492, 145.9}}}}));

TEST(FourNodeGeometry, ConductorsOnPolesGiveTheVoltagesOfThePublishedMatrix) {
    Case const c{Kind::yg_yg, false, false};
    std::string text = script(c);
    std::string const wires =
        "New WireData.phase GMRac=0.0244 GMRunits=ft Rac=0.306 Runits=mi diam=0.721 radunits=in\n"
        "New WireData.neutral GMRac=0.00814 GMRunits=ft Rac=0.592 Runits=mi diam=0.563 "
        "radunits=in\n"
        "New LineSpacing.s500 nconds=4 nphases=3 units=ft x=[0 2.5 7 4] h=[28 28 28 24]\n";
    Solved const published(text);
    auto const replace = [&text](std::string const& what, std::string const& by) {
        auto const at = text.find(what);
        ASSERT_NE(at, std::string::npos);
        text.replace(at, what.size(), by);
    };
    std::string const conductors =
        "spacing=s500 wires=[phase phase phase neutral] EarthModel=Carson";
    replace("New Line.one", wires + "New Line.one");
    replace("linecode=four length=2000", conductors + " length=2000");
    replace("linecode=four length=2500", conductors + " length=2500");
    Solved const built(text);
    auto const a = published.at("n4");
    auto const b = built.at("n4");
    for (std::size_t k = 0; k < 3; ++k) { // the matrix is printed to four digits
        EXPECT_LT(std::abs(a[k] - b[k]), 3e-4 * std::abs(a[k])) << k;
        EXPECT_GT(std::abs(a[k] - b[k]), 0.0);
    }
}

/// An open delta as one transformer of two phases is the bank of two single-phase units.
TEST(FourNodeOpenDelta, TwoPhasesAreTheTwoUnits) {
    Case const c{Kind::open_leading, false, false};
    std::string text = script(c);
    auto const from = text.find("New Transformer.t1");
    auto const to = text.find("New Line.two");
    Solved const units(text);
    text.replace(from, to - from,
                 "New Transformer.t phases=2 windings=2 kVAs=[4000 4000] %Rs=[0.5 0.5] XHL=6 "
                 "buses=[n2.1.2.0 n3.1.2.3] conns=[wye delta] kVs=[12.47 4.16]\n");
    Solved const one(text);
    auto const a = between(units.at("n4"));
    auto const b = between(one.at("n4"));
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_LT(std::abs(a[k] - b[k]), 1e-9 * std::abs(a[k])) << k;
    }
}

} // namespace
} // namespace gridtwin::grid
