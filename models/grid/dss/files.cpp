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

bool too_large(fs::path const& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && fs::file_size(path, error) > kMostBytes && !error;
}

std::optional<std::string> read_disk(fs::path const& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
        return std::nullopt;
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return std::nullopt;
    }
    auto const size = fs::file_size(path, error);
    if (error || size > kMostBytes) {
        return std::nullopt;
    }
    std::string text(static_cast<std::size_t>(size), '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
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
    auto text = read_disk(path);
    if (text) {
        return {std::move(path), std::move(text), {}, false};
    }
    if (too_large(path)) {
        return {std::move(path), std::nullopt, {}, true};
    }
    auto const names = names_in(path.parent_path());
    auto const wanted = path.filename().string();
    for (auto const& name : names) {
        if (same(name, wanted)) {
            auto other = path;
            other.replace_filename(name);
            text = read_disk(other);
            bool const large = too_large(other);
            return {std::move(other), std::move(text), {}, large};
        }
    }
    return {std::move(path), std::nullopt, nearest_name(wanted, names), false};
}

} // namespace

FoundFile Files::find(fs::path const& folder, std::string_view name) const {
    std::string slashes(name);
    std::replace(slashes.begin(), slashes.end(), '\\', '/');
    auto path = (folder / fs::path(slashes)).lexically_normal();
    if (!source_) {
        return find_on_disk(std::move(path));
    }
    auto text = source_(path);
    return {std::move(path), std::move(text), {}, false};
}

std::optional<FoundFile> Files::open(fs::path const& folder, Word const& name,
                                     Report& report) const {
    auto found = find(folder, name.text);
    if (found.too_large) {
        report.error(name.at, fmt::format("file '{}' is too large", shown(name.text)),
                     "at most 1 GiB");
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
