#include "sim/scenario/crm_files.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <system_error>

namespace gridtwin::scenario {

std::filesystem::path crm_document_file(std::filesystem::path const& file, std::size_t number) {
    auto path = file;
    if (number > 1) {
        path.replace_filename(
            fmt::format("{}-{}{}", file.stem().string(), number, file.extension().string()));
    }
    return path;
}

bool may_be_crm_document(std::filesystem::path const& file, std::filesystem::path const& other) {
    std::size_t number = 1;
    auto const name = other.stem().string();
    auto const stem = file.stem().string() + '-';
    if (name.starts_with(stem)) {
        (void)std::from_chars(name.data() + stem.size(), name.data() + name.size(), number);
    }
    std::error_code error;
    auto const folder = [&error](std::filesystem::path const& path) {
        return std::filesystem::weakly_canonical(
            std::filesystem::absolute(path, error).parent_path(), error);
    };
    return other.filename() == crm_document_file(file, number).filename() &&
           folder(other) == folder(file);
}

} // namespace gridtwin::scenario
