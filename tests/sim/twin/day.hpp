#pragma once
// Runs a scenario inside the test, with changes to its text, and reads its file back.
#include "sim/results/digest.hpp"
#include "sim/results/reader.hpp"
#include "sim/twin/twin.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace gridtwin::twin::test {

namespace fs = std::filesystem;

/// A folder of its own, gone with the object.
class Scratch {
  public:
    Scratch() : path_(fs::path(testing::TempDir()) / fmt::format("gridtwin-{}", getpid())) {
        fs::remove_all(path_);
        fs::create_directories(path_);
        fs::create_directory_symlink(fs::path(GRIDTWIN_SOURCE_DIR) / "scenarios/feeders",
                                     path_ / "feeders");
    }
    ~Scratch() { fs::remove_all(path_); }
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;
    [[nodiscard]] fs::path const& path() const { return path_; }

  private:
    fs::path path_;
};

using Changes = std::vector<std::pair<std::string, std::string>>;

inline std::string changed(std::string text, Changes const& changes) {
    for (auto const& [from, to] : changes) {
        auto const at = text.find(from);
        if (at == std::string::npos) {
            throw std::runtime_error("the scenario does not hold: " + from);
        }
        text.replace(at, from.size(), to);
    }
    return text;
}

/// First light on the built-in network: any number of runs fit into one process.
inline std::string first_light(Changes const& changes = {}) {
    std::ifstream in(fs::path(GRIDTWIN_SOURCE_DIR) / "scenarios/first-light.yaml");
    std::ostringstream text;
    text << in.rdbuf();
    Changes all{{"model: simgrid", "model: builtin"}};
    all.insert(all.end(), changes.begin(), changes.end());
    return changed(text.str(), all);
}

struct Day {
    RunReport report;
    fs::path file;

    [[nodiscard]] double kpi(std::string_view name) const {
        for (auto const& k : report.kpis) {
            if (k.name == name) {
                return k.value;
            }
        }
        throw std::runtime_error("no KPI " + std::string(name));
    }
};

inline Day run_day(Scratch const& scratch, std::string const& text, std::string const& name = "day",
                   unsigned threads = 1, HeadEndFiles const& head_end = {}) {
    auto const scenario = scratch.path() / (name + ".yaml");
    std::ofstream(scenario) << text;
    auto const out = scratch.path() / (name + ".h5");
    auto const loaded = load(scenario);
    return {run(loaded, {.out = out,
                         .threads = threads,
                         .stop_requested = {},
                         .on_progress = {},
                         .profile = false,
                         .head_end = head_end}),
            out};
}

/// Makes a town of at most 9 feeders, of five hours or so, lose part of its last one at 2:00.
inline std::string with_an_outage(std::string text) {
    auto const begin = text.find("events:");
    text.replace(begin, text.find("record:") - begin,
                 "events:\n  - { at: 2:00, open: line.671692, feeder: 9 }\n\n");
    text.erase(text.find("expect:"));
    return text;
}

inline void expect_same_bits_on_any_threads(std::string const& text) {
    Scratch scratch;
    auto const once = results::digest(run_day(scratch, text, "a", 1).file);
    EXPECT_EQ(results::digest(run_day(scratch, text, "b", 2).file), once);
    EXPECT_EQ(results::digest(run_day(scratch, text, "c", 7).file), once);
}

} // namespace gridtwin::twin::test
