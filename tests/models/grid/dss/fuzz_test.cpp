// Mutations of a real script: whatever the bytes, the reader returns, with mistakes or with a
// circuit of finite numbers.
#include "sim/core/random.hpp"
#include "tests/models/grid/dss/scripts.hpp"

#include <ctime>
#include <fstream>
#include <iterator>

namespace gridtwin::grid {
namespace {

constexpr Seed kSeed{20240613};

/// Draws for one mutation, in order.
class Draws {
  public:
    explicit Draws(std::uint64_t mutation) : who_(EntityKind::world, mutation) {}
    std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>(draw_bits(kSeed, who_, Purpose::test, n_++) %
                                        std::max<std::size_t>(1, bound));
    }

  private:
    EntityKey who_;
    std::uint64_t n_ = 0;
};

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
        add({t.no_load_loss_frac, t.magnetising_frac, t.ppm_antifloat});
        for (auto const& w : t.windings) {
            add({w.v_v, w.s_va, w.r_pu, w.tap_pu, w.tap_min_pu, w.tap_max_pu, w.r_neutral_ohm});
        }
    }
    for (auto const& l : c.loads) {
        numbers.insert(numbers.end(), l.zipv.begin(), l.zipv.end());
        add({l.v_v, l.p_w, l.q_var, l.vmin_pu, l.vmax_pu, l.vlow_pu, l.cvr_watts, l.cvr_vars});
    }
    for (auto const& k : c.capacitors) {
        numbers.insert(numbers.end(), k.q_var.begin(), k.q_var.end());
        add({k.v_v});
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

TEST(DssFuzz, MutatedScriptsGiveMistakesOrACircuitOfFiniteNumbers) {
    constexpr std::uint64_t kMutations = 6000;
    test::Scripts const originals{{"main.dss", read_file("ieee13.dss")},
                                  {"linecodes.dss", read_file("linecodes.dss")},
                                  {"loads.dss", read_file("loads.dss")},
                                  {"positions.csv", read_file("positions.csv")}};
    ASSERT_EQ(test::read_scripts(originals).diagnostics.text(), "");
    std::vector<std::string> names;
    for (auto const& [name, text] : originals) {
        names.push_back(name);
    }
    std::size_t with_mistakes = 0;
    std::clock_t slowest = 0; // processor time: others may use the machine too
    for (std::uint64_t i = 0; i < kMutations; ++i) {
        Draws draws(i);
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
    EXPECT_GT(with_mistakes, kMutations / 4) << "mutations that hurt";
    EXPECT_LT(with_mistakes, kMutations) << "and some that do not";
    EXPECT_LT(slowest, 2 * CLOCKS_PER_SEC) << "no input hangs";
}

TEST(DssFuzz, PureNoiseIsOnlyMistakes) {
    for (std::uint64_t i = 0; i < 500; ++i) {
        Draws draws(1'000'000 + i);
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
