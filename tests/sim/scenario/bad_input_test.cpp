// Every mistake in a scenario is found in one pass, with its place and what to do.
#include "sim/twin/twin.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace gridtwin::scenario {
namespace {

namespace fs = std::filesystem;

std::string town() {
    std::ifstream in(fs::path(GRIDTWIN_SOURCE_DIR) / "tests/sim/scenario/town.yaml");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Loads a scenario text from beside the real one and returns the messages, without the folder.
std::string mistakes(std::string const& text) {
    auto const folder = fs::path(testing::TempDir()) / fs::path(fmt::format("bad-{}", getpid()));
    fs::create_directories(folder);
    fs::create_directory_symlink(fs::path(GRIDTWIN_SOURCE_DIR) / "scenarios/feeders",
                                 folder / "feeders");
    auto const file = folder / "s.yaml";
    std::ofstream(file) << text;
    std::string out;
    try {
        (void)twin::load(file);
    } catch (InputError const& e) {
        out = e.what();
    }
    fs::remove_all(folder);
    std::string const prefix = folder.string() + "/";
    for (auto at = out.find(prefix); at != std::string::npos; at = out.find(prefix)) {
        out.erase(at, prefix.size());
    }
    return out;
}

struct Case {
    std::string_view name;
    std::string_view from; ///< in town.yaml, once
    std::string_view to;
    std::string_view expected;
};

void PrintTo(Case const& c, std::ostream* out) {
    *out << c.name;
}

class BadInput : public testing::TestWithParam<Case> {};

TEST_P(BadInput, IsNamedWithItsPlaceAndTheRemedy) {
    auto const& c = GetParam();
    std::string text = town();
    auto const at = text.find(c.from);
    ASSERT_NE(at, std::string::npos) << "the case no longer fits town.yaml";
    text.replace(at, c.from.size(), c.to);
    EXPECT_EQ(mistakes(text), c.expected);
}

// clang-format off
Case const kCases[] = {
#include "tests/sim/scenario/bad_input_cases.inc"
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Scenario, BadInput, testing::ValuesIn(kCases),
                         [](testing::TestParamInfo<Case> const& param) {
                             return std::string(param.param.name);
                         });

TEST(BadInputTest, AllMistakesOfAFileComeInOnePass) {
    std::string text = town();
    for (auto const& [from, to] :
         {std::pair{"duration: 24 h", "duration: 24 kW"}, std::pair{"step: 60 s", "stepp: 60 s"},
          std::pair{"bus 680", "bus 6800"}}) {
        text.replace(text.find(from), std::string(from).size(), to);
    }
    auto const all = mistakes(text);
    EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 3) << all;
    EXPECT_THAT(all, testing::HasSubstr("'24 kW' has the wrong unit"));
    EXPECT_THAT(all, testing::HasSubstr("did you mean 'step'?"));
    EXPECT_THAT(all, testing::HasSubstr("did you mean '680'?"));
}

TEST(BadInputTest, RulesOfConcentratorsAreAskedOfTheirMetersAlone) {
    std::string text = town();
    auto const replace = [&text](std::string_view from, std::string_view to) {
        text.replace(text.find(from), from.size(), to);
    };
    replace("every: 4 h", "every: 24 h");
    auto const orphans = "meters would belong to nobody between two polls; expected "
                         "access.registration.orphan_after "
                         "above 1 d, from poll to poll";
    EXPECT_THAT(mistakes(text), testing::HasSubstr(orphans));
    replace("meter: plc", "meter: rf");
    EXPECT_THAT(mistakes(text), testing::HasSubstr(orphans));
    replace("meter: rf", "meter: sms");
    EXPECT_EQ(mistakes(text), "");
}

TEST(BadInputTest, AMistakeMakesNoOthersOfWhatIsFine) {
    std::string sound = town();
    for (auto const& [from, to] :
         {std::pair{"operator: {",
                    "meter: { limiters: [{ customers: homes, limit: 9 kW }] }\n"
                    "crm: { letters: [{ at: 9:00, from: anna, text: hello }] }\noperator: {"},
          std::pair{"cell: gprs", "cell: gprs, cells: [{ name: hill, concentrators: [dc-1] }], "
                                  "servers: [{ name: front, concentrators: [dc-2] }], "
                                  "sessions: { unknown: [dc-3] }, "
                                  "availability: [{ of: cell-1, at: 3:00, rate: 50 % }]"},
          std::pair{"expect:\n", "expect:\n"
                                 "  - { kpi: crm.done, equals: 0 }\n"
                                 "  - { kpi: limiter.warned, at_least: 0 }\n"},
          std::pair{"events:\n", "events:\n"
                                 "  - { at: 1:00, set: homes/3, limit: 5 kW }\n"
                                 "  - { at: 2:00, announce: all, limit: 5 kW }\n"
                                 "  - { at: 3:00, wan_down: dc-2 }\n"
                                 "  - { at: 4:00, firmware: dc-3, version: 2, octets: 1000, "
                                 "activate_at: 9:00 }\n"}}) {
        sound.replace(sound.find(from), std::string(from).size(), to);
    }
    EXPECT_EQ(mistakes(sound), "");
    for (auto const& [from, to] :
         {std::pair{"concentrators: 4", "concentrators: 10000"},
          std::pair{"modem: ce-nero", "modem: mine, modems: [{ name: mine, modes: [] }]"},
          std::pair{"modem: ce-nero", "mac: { max_backoff_exponent: 2 }"},
          std::pair{"limit: 9 kW", "limit: 9 kWh"}, std::pair{"version: 2", "version: two"},
          std::pair{"octets: 1000", "octets: 1 kB"}, std::pair{"from: anna", "from: a b"},
          std::pair{"crm: {", "crmm: {"}, std::pair{"crm: {", "crm: soon #"},
          std::pair{"bus 680", "bus 6800"}}) {
        auto text = sound;
        text.replace(text.find(from), std::string(from).size(), to);
        auto const all = mistakes(text);
        EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 1) << all;
    }
    auto text = sound;
    text.replace(text.find("from: anna"), 10, "from: a b");
    text.replace(text.find("crm.done"), 8, "crm.dome");
    EXPECT_THAT(mistakes(text), testing::HasSubstr("no KPI 'crm.dome'")) << "which never is";
}

TEST(BadInputTest, AMissingFileIsAMistakeToo) {
    try {
        (void)twin::load("no/such/town.yaml");
        FAIL() << "no error";
    } catch (InputError const& e) {
        EXPECT_STREQ(e.what(),
                     "no/such/town.yaml: the scenario cannot be read; expected a YAML file\n");
    }
}

TEST(BadInputTest, TheTownItselfHasNone) {
    EXPECT_EQ(mistakes(town()), "");
}

} // namespace
} // namespace gridtwin::scenario
