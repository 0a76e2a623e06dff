// Mutations of a real script: whatever the bytes, the reader returns, with mistakes or with a
// circuit of finite numbers.
#include "tests/draws.hpp"
#include "tests/models/grid/dss/scripts.hpp"

#include <ctime>
#include <fstream>
#include <iterator>

namespace gridtwin::grid {
namespace {

constexpr Seed kSeed{20240613};

using gridtwin::test::Draws;

std::string read_file(std::string const& name) {
    std::ifstream in(fmt::format("{}/scenarios/feeders/ieee13/{}", GRIDTWIN_SOURCE_DIR, name));
    return {std::istreambuf_iterator<char>(in), {}};
}

void mutate_bytes(std::string& text, Draws& draws) {
    auto const at = draws.below(text.size());
    auto const length = 1 + draws.below(12);
    switch (draws.below(4)) {
    case 0:
        text.erase(at, length);
        break;
    case 1:
        text.insert(at, text.substr(draws.below(text.size()), length));
        break;
    case 2:
        if (!text.empty()) {
            text[at] = static_cast<char>(text[at] ^ (1 << draws.below(8)));
        }
        break;
    default:
        text.insert(at, 1, static_cast<char>(draws.below(256)));
        break;
    }
}

/// Words of the language where they hurt, among them numbers at the edge.
void mutate_tokens(std::string& text, Draws& draws) {
    constexpr std::string_view kTokens[] = {"(",
                                            ")",
                                            "[",
                                            "]",
                                            "|",
                                            "\"",
                                            "~",
                                            "=",
                                            ".",
                                            "0",
                                            "-1",
                                            "1e308",
                                            "-1e-320",
                                            "nan",
                                            "inf",
                                            "1e15",
                                            "99999999999",
                                            "New ",
                                            "like=",
                                            "wdg=",
                                            "phases=",
                                            "windings=",
                                            "Redirect main.dss",
                                            "Clear\n",
                                            "/*",
                                            "*/",
                                            "//",
                                            "enabled=no",
                                            "units=",
                                            "kV=(1 0 /)",
                                            "sqr",
                                            "switch=yes",
                                            "numsteps=",
                                            "nphases="};
    auto const begin = text.find_first_of(" =\n", draws.below(text.size()));
    if (begin == std::string::npos) {
        return;
    }
    auto const end = std::min(text.find_first_of(" =\n", begin + 1), text.size());
    std::string const token(kTokens[draws.below(std::size(kTokens))]);
    switch (draws.below(3)) {
    case 0:
        text.erase(begin, end - begin);
        break;
    case 1:
        text.insert(begin, text.substr(begin, end - begin));
        break;
    default:
        text.replace(begin + 1, end - begin - 1, token);
        break;
    }
}

void mutate_lines(std::string& text, Draws& draws) {
    auto const begin = text.find('\n', draws.below(text.size()));
    if (begin == std::string::npos) {
        return;
    }
    auto const end = std::min(text.find('\n', begin + 1), text.size());
    auto const line = text.substr(begin, end - begin);
    if (draws.below(2) == 0) {
        text.erase(begin, end - begin);
    } else {
        text.insert(std::min(text.find('\n', draws.below(text.size())), text.size()), line);
    }
}

std::string mutated(std::string text, Draws& draws) {
    auto const times = 1 + draws.below(4);
    for (std::size_t i = 0; i < times; ++i) {
        switch (draws.below(3)) {
        case 0:
            mutate_bytes(text, draws);
            break;
        case 1:
            mutate_tokens(text, draws);
            break;
        default:
            mutate_lines(text, draws);
            break;
        }
    }
    return text;
}

void collect(std::vector<double>& out, std::vector<Complex> const& values) {
    for (auto const& z : values) {
        out.push_back(z.real());
        out.push_back(z.imag());
    }
}

bool all_finite(Circuit const& c) {
    std::vector<double> numbers{c.f_hz, c.solution.tolerance_pu};
    auto const add = [&numbers](std::initializer_list<double> values) {
        numbers.insert(numbers.end(), values);
    };
    for (auto const& s : c.sources) {
        collect(numbers, s.z_ohm);
        add({s.v_ll_v, s.v_pu, s.angle_deg, s.f_hz});
    }
    for (auto const& l : c.lines) {
        collect(numbers, l.z_ohm);
        numbers.insert(numbers.end(), l.c_f.begin(), l.c_f.end());
        add({l.length_m, l.rating_a});
    }
    for (auto const& t : c.transformers) {
        numbers.insert(numbers.end(), t.x_pu.begin(), t.x_pu.end());
        add({t.no_load_loss_frac, t.magnetising_frac, t.ppm_antifloat, t.rating_va});
        for (auto const& w : t.windings) {
            add({w.v_v, w.s_va, w.r_pu, w.tap_pu, w.tap_min_pu, w.tap_max_pu, w.r_neutral_ohm});
        }
    }
    for (auto const& l : c.loads) {
        numbers.insert(numbers.end(), l.zipv.begin(), l.zipv.end());
        add({l.v_v, l.p_w, l.q_var, l.vmin_pu, l.vmax_pu, l.vlow_pu, l.cvr_watts, l.cvr_vars,
             l.r_neutral_ohm, l.x_neutral_ohm});
    }
    for (auto const& k : c.capacitors) {
        for (auto const* values : {&k.q_var, &k.r_ohm, &k.x_ohm, &k.b_s}) {
            numbers.insert(numbers.end(), values->begin(), values->end());
        }
        add({k.v_v});
    }
    for (auto const& r : c.reactors) {
        collect(numbers, r.y_s);
        add({r.rating_a});
    }
    for (auto const& f : c.faults) {
        numbers.insert(numbers.end(), f.g_s.begin(), f.g_s.end());
        add({f.on_s, f.min_a});
    }
    for (auto const& r : c.regulators) {
        add({r.v_reg_v, r.band_v, r.pt_ratio, r.ct_primary_a, r.r_v, r.x_v, r.delay_s});
    }
    for (auto const& [name, bus] : c.buses) {
        add({bus.v_ln_v, bus.x, bus.y});
    }
    return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

bool references_hold(Circuit const& c) {
    return std::all_of(c.regulators.begin(), c.regulators.end(), [&c](RegControl const& r) {
        return r.transformer < c.transformers.size() &&
               r.winding < c.transformers[r.transformer].windings.size();
    });
}

void expect_mistakes_or_finite(test::Scripts const& originals, std::uint64_t mutations) {
    ASSERT_EQ(test::read_scripts(originals).diagnostics.text(), "");
    std::vector<std::string> names;
    for (auto const& [name, text] : originals) {
        names.push_back(name);
    }
    std::size_t with_mistakes = 0;
    std::clock_t slowest = 0; // processor time: others may use the machine too
    for (std::uint64_t i = 0; i < mutations; ++i) {
        Draws draws(kSeed, i);
        auto scripts = originals;
        auto& text = scripts[names[draws.below(names.size())]];
        text = mutated(text, draws);
        auto const begin = std::clock();
        auto const read = test::read_scripts(scripts);
        slowest = std::max(slowest, std::clock() - begin);
        with_mistakes += read.diagnostics.ok() ? 0 : 1;
        ASSERT_TRUE(all_finite(read.circuit)) << "mutation " << i << "\n" << text;
        ASSERT_TRUE(references_hold(read.circuit)) << "mutation " << i << "\n" << text;
        for (auto const& mistake : read.diagnostics.errors()) {
            ASSERT_FALSE(mistake.what.empty()) << "mutation " << i;
            ASSERT_FALSE(mistake.where.file.empty()) << "mutation " << i;
        }
    }
    EXPECT_GT(with_mistakes, mutations / 4) << "mutations that hurt";
    EXPECT_LT(with_mistakes, mutations) << "and some that do not";
    EXPECT_LT(slowest, 2 * CLOCKS_PER_SEC) << "no input hangs";
}

TEST(DssFuzz, MutatedScriptsGiveMistakesOrACircuitOfFiniteNumbers) {
    expect_mistakes_or_finite({{"main.dss", read_file("ieee13.dss")},
                               {"linecodes.dss", read_file("linecodes.dss")},
                               {"loads.dss", read_file("loads.dss")},
                               {"positions.csv", read_file("positions.csv")}},
                              6000);
}

TEST(DssFuzz, MutatedConductorsReactorsFaultsAndFiltersToo) {
    std::string const script =
        "New Circuit.c bus1=a basekv=12.47 Z1=[0.1 1] Z2=[0.1 0.9] Z0=[0.2 3]\n"
        "New WireData.w GMRac=0.0244 GMRunits=ft Rac=0.306 Runits=mi diam=0.721 radunits=in\n"
        "New CNData.n k=13 DiaStrand=0.0641 Rstrand=14.87 InsLayer=0.22 DiaIns=1.06 DiaCable=1.29 "
        "Rac=0.41 Runits=mi GMRac=0.0171 GMRunits=ft diam=0.567 radunits=in\n"
        "New TSData.t DiaShield=0.88 TapeLayer=0.005 InsLayer=0.22 DiaIns=0.82 DiaCable=1.06 "
        "Rdc=0.97 Runits=mi diam=0.368 radunits=in\n"
        "New LineSpacing.s nconds=4 nphases=3 units=ft x=[0 2.5 7 4] h=[28 28 28 24]\n"
        "New LineSpacing.u nconds=2 nphases=1 units=in x=[0 3] h=[-48 -48]\n"
        "New LineGeometry.g nconds=4 nphases=3 reduce=yes\n~ cond=1 wire=w x=0 h=28 units=ft\n"
        "~ cond=2 wire=w x=2.5 h=28\n~ cond=3 wire=w x=7 h=28\n~ cond=4 wire=w x=4 h=24\n"
        "New LineCode.k nphases=3 rmatrix=[1|.1 1|.1 .1 1] xmatrix=[2|.1 2|.1 .1 2] neutral=2 "
        "Kron=yes\n"
        "New Line.a bus1=a bus2=b geometry=g length=1 units=mi EarthModel=FullCarson\n"
        "New Line.b bus1=b bus2=c spacing=s wires=[w w w w] length=300 units=m rho=50\n"
        "New Line.c phases=1 bus1=c.1 bus2=d.1 spacing=u cncables=[n] wires=[w] EarthModel=Carson\n"
        "New Line.d phases=1 bus1=c.2 bus2=d.2 spacing=u tscables=(t) wires=(w) length=2\n"
        "New Line.e phases=2 bus1=c bus2=e linecode=k length=2\n"
        "New Reactor.a bus1=b bus2=f R=1 X=2 Rp=500\nNew Reactor.b bus1=b kvar=300 kv=12.47\n"
        "New Reactor.c bus1=f bus2=h Z1=[1 2] Z2=[1 3] Z0=[4 5]\n"
        "New Reactor.d phases=2 bus1=h bus2=i Rmatrix=[1|.2 1] Xmatrix=[2|.3 2] parallel=yes\n"
        "New Fault.f bus1=b.1 r=2 ONtime=1\nNew Fault.g phases=2 bus1=b Gmatrix=[3|-1 3]\n"
        "New Capacitor.a bus1=b kvar=[100 200] R=[1 2] Harm=4.7 states=[1 0]\n"
        "New Capacitor.b bus1=b cuf=[10 20] XL=3 conn=delta numsteps=2\n"
        "New Capacitor.c phases=2 bus1=b bus2=j cmatrix=[10|-2 9]\n"
        "New Load.a bus1=b.1.2.3.4 Rneut=2 Xneut=1 kwh=1000 kwhdays=20 Cfactor=3\n"
        "New Transformer.t windings=3 XHL=5 XHT=6 XLT=7 kVA=500 buses=[b x y] normhkVA=600 "
        "conns=[delta wye wye] kVs=[12.47 4.16 .48] LeadLag=Euro\n";
    expect_mistakes_or_finite({{"main.dss", script}}, 8000);
}

TEST(DssFuzz, PureNoiseIsOnlyMistakes) {
    for (std::uint64_t i = 0; i < 500; ++i) {
        Draws draws(kSeed, 1'000'000 + i);
        std::string noise;
        auto const size = draws.below(2000);
        for (std::size_t k = 0; k < size; ++k) {
            noise.push_back(static_cast<char>(draws.below(256)));
        }
        auto const read = test::read_scripts({{"main.dss", noise}});
        ASSERT_FALSE(read.diagnostics.ok()) << "no circuit in it";
        ASSERT_TRUE(all_finite(read.circuit));
    }
}

TEST(DssFuzz, CopiesAndRedirectsThatDoubleAreStopped) {
    std::string likes = "New Circuit.c bus1=a\nNew Load.l0 bus1=a\n";
    for (int i = 1; i < 40; ++i) {
        likes += fmt::format("New Load.l{0} like=l{1} like=l{1}\n", i, i - 1);
    }
    EXPECT_FALSE(test::read_scripts({{"main.dss", likes}}).diagnostics.ok());

    test::Scripts scripts{{"main.dss", "New Circuit.c bus1=a\nRedirect f0\n"}};
    for (int i = 0; i < 30; ++i) {
        scripts[fmt::format("f{}", i)] = fmt::format("Redirect f{0}\nRedirect f{0}\n", i + 1);
    }
    scripts["f30"] = "";
    EXPECT_EQ(test::read_scripts(scripts).diagnostics.errors().size(), 1U);
}

} // namespace
} // namespace gridtwin::grid
