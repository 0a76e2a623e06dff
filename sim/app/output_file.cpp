#include "sim/app/output_file.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>

namespace gridtwin::app {
namespace {

namespace fs = std::filesystem;

/// What is wrong with it; empty: nothing.
struct Refusal {
    std::string what;
    std::string expected;
};

Refusal refusal_of(fs::path const& out, std::string const& is_no, std::string const& expected,
                   MayReplace const& may_replace) {
    std::error_code error;
    auto const folder = out.has_parent_path() ? out.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, error)) {
        return {fmt::format("folder '{}' does not exist", folder.string()),
                "FILE in a folder that does"};
    }
    auto const status = fs::status(out, error);
    bool const there = fs::exists(status);
    if (!there && fs::is_symlink(fs::symlink_status(out, error))) {
        return {"the link leads to no file", "FILE that can be written"};
    }
    if (there) {
        std::array<char, 512> begin{};
        std::ifstream in(out, std::ios::binary);
        in.read(begin.data(), begin.size());
        std::string_view const text(begin.data(), static_cast<std::size_t>(in.gcount()));
        if (!fs::is_regular_file(status) || (!text.empty() && !may_replace(text))) {
            return {is_no + ", and would be lost", expected};
        }
    }
    bool const writable = static_cast<bool>(std::ofstream(out, std::ios::app));
    if (!there) {
        fs::remove(out, error);
    }
    return writable ? Refusal{} : Refusal{"the file cannot be written", "FILE that can"};
}

} // namespace

void check_output(fs::path const& out, std::string const& option, std::string const& is_no,
                  std::string const& expected, MayReplace const& may_replace,
                  Diagnostics& mistakes) {
    auto refusal = refusal_of(out, is_no, expected, may_replace);
    if (!refusal.what.empty()) {
        mistakes.error({out.string(), 0, 0}, std::move(refusal.what),
                       option + " " + refusal.expected);
    }
}

bool same_file(fs::path const& a, fs::path const& b) {
    std::error_code error;
    if (fs::equivalent(a, b, error) && !error) {
        return true;
    }
    auto const path_of = [&error](fs::path const& path) {
        auto const whole = fs::weakly_canonical(fs::absolute(path, error), error);
        return error ? path.lexically_normal() : whole;
    };
    return path_of(a) == path_of(b);
}

void write_output(fs::path const& out, std::string const& option, std::string_view text) {
    std::ofstream file(out, std::ios::binary);
    file << text;
    file.close();
    if (!file) {
        Diagnostics mistakes;
        mistakes.error({out.string(), 0, 0}, "the file cannot be written",
                       option + " FILE that can");
        throw InputError(std::move(mistakes));
    }
}

} // namespace gridtwin::app
