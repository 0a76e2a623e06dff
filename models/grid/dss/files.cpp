#include "models/grid/dss/files.hpp"

#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace gridtwin::grid::dss {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 30;

FileProblem problem_of(fs::path const& path) {
    std::error_code error;
    auto const status = fs::status(path, error);
    if (error == std::errc::permission_denied) {
        return FileProblem::forbidden;
    }
    if (!fs::exists(status)) {
        return FileProblem::missing;
    }
    if (fs::is_directory(status)) {
        return FileProblem::directory;
    }
    if (!fs::is_regular_file(status)) {
        return FileProblem::not_regular;
    }
    auto const size = fs::file_size(path, error);
    if (!error && size > kMostBytes) {
        return FileProblem::too_large;
    }
    return error || !std::ifstream(path, std::ios::binary) ? FileProblem::forbidden
                                                           : FileProblem::none;
}

FoundFile read_disk(fs::path path) {
    auto const problem = problem_of(path);
    if (problem != FileProblem::none) {
        return {std::move(path), std::nullopt, {}, problem};
    }
    std::error_code error;
    std::ifstream in(path, std::ios::binary);
    std::string text(static_cast<std::size_t>(fs::file_size(path, error)), '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return {std::move(path), std::move(text), {}, FileProblem::none};
}

/// Names in a folder, sorted: their order on disk must not matter.
std::vector<std::string> names_in(fs::path const& folder) {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator at(folder.empty() ? fs::path(".") : folder, error);
    for (; !error && at != fs::directory_iterator{}; at.increment(error)) {
        names.push_back(at->path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

FoundFile find_on_disk(fs::path path) {
    auto found = read_disk(path);
    if (found.problem != FileProblem::missing) {
        return found;
    }
    auto const names = names_in(path.parent_path());
    auto const wanted = path.filename().string();
    for (auto const& name : names) {
        if (same(name, wanted)) {
            return read_disk(path.replace_filename(name));
        }
    }
    found.hint = nearest_name(wanted, names);
    return found;
}

} // namespace

std::string_view text_of(FileProblem problem) {
    switch (problem) {
    case FileProblem::none:
        break;
    case FileProblem::missing:
        return "does not exist";
    case FileProblem::directory:
        return "is a directory";
    case FileProblem::forbidden:
        return "may not be read (permission)";
    case FileProblem::not_regular:
        return "is no regular file";
    case FileProblem::too_large:
        return "is too large";
    }
    return {};
}

FoundFile Files::find(fs::path const& folder, std::string_view name) const {
    std::string slashes(name);
    std::replace(slashes.begin(), slashes.end(), '\\', '/');
    auto path = (folder / fs::path(slashes)).lexically_normal();
    if (!source_) {
        return find_on_disk(std::move(path));
    }
    auto text = source_(path);
    auto const problem = text ? FileProblem::none : FileProblem::missing;
    return {std::move(path), std::move(text), {}, problem};
}

std::optional<FoundFile> Files::open(fs::path const& folder, Word const& name,
                                     Report& report) const {
    auto found = find(folder, name.text);
    if (!found.text && found.problem != FileProblem::missing) {
        report.error(name.at, fmt::format("file '{}' {}", shown(name.text), text_of(found.problem)),
                     found.problem == FileProblem::too_large ? "at most 1 GiB"
                                                             : "a file that can be read");
        return std::nullopt;
    }
    if (!found.text) {
        auto const looked_in = found.path.parent_path().string();
        report.error(name.at, fmt::format("file '{}' does not exist", shown(name.text)),
                     fmt::format("a file in folder '{}'", looked_in.empty() ? "." : looked_in),
                     found.hint);
        return std::nullopt;
    }
    return found;
}

} // namespace gridtwin::grid::dss
