// Writes sample result files for the Python tests: `results_sample file FILE` a whole one,
// `results_sample killed FILE` one that is flushed, said so on the standard output, and then
// written to until somebody kills the process. `results_sample picture FILE SVG` draws
// one, `results_sample digest FILE` prints its digest.
#include "sim/results/digest.hpp"
#include "sim/results/picture.hpp"
#include "tests/sim/results/sample_town.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <string_view>

namespace {

using namespace gridtwin;
using namespace gridtwin::results;

int write_until_killed(char const* file) {
    Writer out(file, sample_meta({}));
    auto const series = out.add_series("nodes", "node", {"a", "b"}, {{"u_pu", "pu", "voltage"}});
    for (std::int64_t t = 0;; ++t) {
        auto const value = static_cast<float>(t);
        std::array<float, 2> const values{value, value + 0.5F};
        std::array<std::span<float const>, 1> const row{values};
        auto const at = kStart + std::chrono::seconds(t);
        out.append(series, at, row);
        std::array<EventRecord, 1> const event{
            EventRecord{at, EventKind::read_retry, EventEntity::meter, 7, 1.0}};
        out.append_events(event);
        if (t == 999) { // inside a chunk, which is rewritten later
            out.flush();
            std::puts("flushed 1000");
            std::fflush(stdout);
        }
        if (t == 2000000) {
            return 1; // nobody came
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    std::string_view const mode = argc > 2 ? argv[1] : "";
    if (mode == "file") {
        write_sample(argv[2], {});
        return 0;
    }
    if (mode == "killed") {
        return write_until_killed(argv[2]);
    }
    if (mode == "digest") {
        std::puts(digest(argv[2]).c_str());
        return 0;
    }
    if (mode == "picture" && argc > 3) {
        std::ofstream(argv[3]) << draw_picture(Reader(argv[2]));
        return 0;
    }
    std::fputs("usage: results_sample file|killed|digest FILE | picture FILE SVG\n", stderr);
    return 2;
}
