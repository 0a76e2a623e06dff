#include "sim/app/commands.hpp"
#include "sim/app/output_file.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/plot/svg.hpp"
#include "sim/results/digest.hpp"
#include "sim/results/info.hpp"
#include "sim/results/picture.hpp"
#include "sim/results/reader.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>

namespace gridtwin::app {
namespace {

struct Options {
    std::string file;
    std::string picture;
    bool digest = false;
    bool quiet = false;
};

int execute(Options const& o) {
    if (std::error_code error; !std::filesystem::is_regular_file(o.file, error)) {
        Diagnostics diagnostics;
        diagnostics.error({o.file, 0, 0}, "this is no file", "a result of gridtwin run");
        throw InputError(std::move(diagnostics));
    }
    results::Reader const reader(o.file);
    if (o.digest) {
        fmt::print("{}\n", results::digest(o.file));
    }
    if (!o.picture.empty()) {
        Diagnostics mistakes;
        check_output(o.picture, "--picture", "this is no picture of GridTwin's",
                     "FILE that is new or an older picture", plot::begins_as_svg, mistakes);
        if (!mistakes.ok()) {
            throw InputError(std::move(mistakes));
        }
        write_output(o.picture, "--picture", results::draw_picture(reader));
    }
    if (!o.quiet && !o.digest) {
        fmt::print("{}", results::info_text(reader));
    }
    return kDone;
}

} // namespace

std::function<int()> add_info(CLI::App& app) {
    auto* command = app.add_subcommand("info", "Say what a result file holds; draw it");
    auto o = std::make_shared<Options>();
    command->add_option("file", o->file, "result file (HDF5)")->required();
    command->add_flag("--digest", o->digest,
                      "print the SHA-256 over all results; equal digests are equal results");
    command->add_option("--picture", o->picture, "draw the town and its day to FILE (SVG)");
    command->add_flag("-q,--quiet", o->quiet, "no text");
    command->footer("Example: gridtwin info day.h5 --picture day.svg");
    return [o] { return execute(*o); };
}

} // namespace gridtwin::app
