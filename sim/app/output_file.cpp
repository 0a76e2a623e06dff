#include "sim/app/output_file.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>

namespace gridtwin::app {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(fs::path const& out, std::string what, std::string expected) {
    Diagnostics diagnostics;
    diagnostics.error({out.string(), 0, 0}, std::move(what), std::move(expected));
    throw InputError(std::move(diagnostics));
}

} // namespace

void check_output(fs::path const& out, std::string const& option, std::string const& is_no,
                  std::string const& expected, MayReplace const& may_replace) {
    std::error_code error;
    auto const folder = out.has_parent_path() ? out.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, error)) {
        refuse(out, fmt::format("folder '{}' does not exist", folder.string()),
               option + " FILE in a folder that does");
    }
    auto const status = fs::status(out, error);
    bool const there = fs::exists(status);
    if (there) {
        std::array<char, 64> begin{};
        std::ifstream in(out, std::ios::binary);
        in.read(begin.data(), begin.size());
        std::string_view const text(begin.data(), static_cast<std::size_t>(in.gcount()));
        if (!fs::is_regular_file(status) || (!text.empty() && !may_replace(text))) {
            refuse(out, is_no + ", and would be lost", option + " " + expected);
        }
    }
    bool const writable = static_cast<bool>(std::ofstream(out, std::ios::app));
    if (!there) {
        fs::remove(out, error);
    }
    if (!writable) {
        refuse(out, "the file cannot be written", option + " FILE that can");
    }
}

void write_output(fs::path const& out, std::string const& option, std::string_view text) {
    std::ofstream file(out, std::ios::binary);
    file << text;
    file.close();
    if (!file) {
        refuse(out, "the file cannot be written", option + " FILE that can");
    }
}

} // namespace gridtwin::app
