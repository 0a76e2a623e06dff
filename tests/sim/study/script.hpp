#pragma once
// Studies of scripts written by the tests.
#include "sim/study/study.hpp"
#include "tests/sim/results/scratch.hpp"

#include <fstream>
#include <string>

namespace gridtwin::study {

class ScriptTest : public results::ScratchTest {
  protected:
    [[nodiscard]] std::filesystem::path write(std::string const& name,
                                              std::string const& text) const {
        std::ofstream(file(name)) << text;
        return file(name);
    }
    [[nodiscard]] Study solve(std::string const& script, StudyOptions const& options = {}) const {
        return run_study(write("a.dss", script), options);
    }
    static std::filesystem::path own_feeder(std::string const& name) {
        return std::filesystem::path(GRIDTWIN_SOURCE_DIR) / "scenarios/feeders" / name /
               (name + ".dss");
    }
};

/// A script as a string. Not inlined: GCC 12 takes sums of literals for writes out of bounds.
[[gnu::noinline]] inline std::string text(char const* script) {
    return script;
}

/// A stiff 4.16 kV source at bus a and a line of 1 ohm per phase to bus b.
inline constexpr char const* kTwoBuses = R"(
New Circuit.two bus1=a basekv=4.16 pu=1.0 R1=0 X1=1e-4 R0=0 X0=1e-4
New Line.ab bus1=a bus2=b phases=3 r1=1 x1=0 r0=1 x0=0 C1=0 C0=0 length=1 units=km normamps=100
Set VoltageBases=[4.16]
CalcVoltageBases
)";

} // namespace gridtwin::study
