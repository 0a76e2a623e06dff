#include "sim/app/input_file.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string>

namespace gridtwin::app {

InputKind kind_of_input(std::filesystem::path const& file) {
    if (std::error_code error; std::filesystem::is_directory(file, error)) {
        return InputKind::directory;
    }
    auto extension = file.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (extension == ".dss") {
        return InputKind::script;
    }
    if (extension == ".yaml" || extension == ".yml" || extension == ".json") {
        return InputKind::scenario;
    }
    if (std::error_code error; !std::filesystem::is_regular_file(file, error)) {
        return InputKind::script; // a pipe must not be read twice
    }
    std::ifstream in(file, std::ios::binary);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("gridtwin:")) {
            return InputKind::scenario;
        }
    }
    return InputKind::script;
}

} // namespace gridtwin::app
