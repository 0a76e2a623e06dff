#include "models/grid/dss/files.hpp"

#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace gridtwin::grid::dss {
namespace {

namespace fs = std::filesystem;

constexpr std::streamoff kMostBytes = std::streamoff{1} << 30;

/// What is wrong with a path before it is opened.
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
    return fs::is_regular_file(status) ? FileProblem::none : FileProblem::not_regular;
}

/// Opens the file once, and reads it if it is not too large.
FoundFile read_disk(fs::path path) {
    auto problem = problem_of(path);
    if (problem != FileProblem::none) {
        return {std::move(path), std::nullopt, {}, problem};
    }
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    auto const size = in ? static_cast<std::streamoff>(in.tellg()) : -1;
    if (size < 0 || size > kMostBytes) {
        problem = size < 0 ? FileProblem::forbidden : FileProblem::too_large;
        return {std::move(path), std::nullopt, {}, problem};
    }
    std::string text(static_cast<std::size_t>(size), '\0');
    in.seekg(0);
    in.read(text.data(), size);
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

/// The path with every name in the letter case that it has on disk, as far as it is there.
fs::path in_its_case(fs::path const& path) {
    fs::path found = path.root_path();
    for (auto const& part : path.relative_path()) {
        std::error_code error;
        auto name = part;
        if (!fs::exists(found / part, error)) {
            for (auto const& other : names_in(found)) {
                if (same(other, part.string())) {
                    name = other;
                    break;
                }
            }
        }
        found /= name;
    }
    return found;
}

/// The nearest name in the path's folder that can be meant: a script, or a file of the extension
/// asked for; where no script is looked for, anything else.
std::string hint_for(fs::path const& path, std::string_view extension) {
    auto names = names_in(path.parent_path());
    std::erase_if(names, [&](std::string const& name) {
        auto const other = fs::path(name).extension().string();
        bool const script = same(other, ".dss");
        return extension.empty() ? script : !script && !same(other, path.extension().string());
    });
    return nearest_name(path.filename().string(), names);
}

FoundFile find_on_disk(fs::path path, std::string_view extension) {
    auto found = read_disk(path);
    if (found.problem != FileProblem::missing) {
        return found;
    }
    auto other = in_its_case(path);
    if (other != path) {
        found = read_disk(std::move(other));
    }
    if (found.problem == FileProblem::missing) {
        found.hint = hint_for(found.path, extension);
    }
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

FoundFile Files::find(fs::path const& folder, std::string_view name,
                      std::string_view extension) const {
    std::string slashes(name);
    std::replace(slashes.begin(), slashes.end(), '\\', '/');
    auto found = look((folder / fs::path(slashes)).lexically_normal(), extension);
    if (found.text && on_read_) {
        on_read_(found.path, *found.text);
    }
    return found;
}

FoundFile Files::look(fs::path path, std::string_view extension) const {
    if (!source_) {
        return find_on_disk(std::move(path), extension);
    }
    auto text = source_(path);
    auto const problem = text ? FileProblem::none : FileProblem::missing;
    return {std::move(path), std::move(text), {}, problem};
}

std::optional<FoundFile> Files::open(fs::path const& folder, Word const& name, Report& report,
                                     std::string_view extension) const {
    auto found = find(folder, name.text, extension);
    if (found.problem == FileProblem::missing && !extension.empty() &&
        found.path.extension().empty()) {
        auto extended = find(folder, fmt::format("{}{}", name.text, extension), extension);
        if (extended.problem != FileProblem::missing) {
            found = std::move(extended);
        } else if (found.hint.empty()) {
            found.hint = std::move(extended.hint);
        }
    }
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
