#include "sim/scenario/text_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <system_error>

namespace gridtwin::scenario {

std::optional<std::string> read_text_file(std::filesystem::path const& file) {
    if (std::error_code error; !std::filesystem::is_regular_file(file, error)) {
        return std::nullopt;
    }
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return in ? std::optional(std::move(text).str()) : std::nullopt;
}

std::filesystem::path beside(Section const& s, std::string const& file) {
    return std::filesystem::path(s.where().file).parent_path() / file;
}

std::optional<std::string> read_beside(Section& s, std::string_view key,
                                       std::filesystem::path const& path, std::string_view what,
                                       std::string_view expected) {
    auto text = read_text_file(path);
    if (!text) {
        s.error(s.where(key), fmt::format("{} '{}' is not a file", what, path.string()),
                fmt::format("{}, relative to the scenario", expected));
    } else {
        s.keep(*text);
    }
    return text;
}

} // namespace gridtwin::scenario
