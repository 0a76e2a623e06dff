#pragma once
// Tables that tests are held against: files of comma-separated cells under a heading.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace gridtwin::test {

/// The cells of every row below the heading.
inline std::vector<std::vector<std::string>> read_csv(std::filesystem::path const& file) {
    std::ifstream in(file);
    EXPECT_TRUE(in) << file;
    std::vector<std::vector<std::string>> rows;
    std::string line;
    std::getline(in, line); // heading
    while (std::getline(in, line)) {
        std::stringstream cells(line);
        rows.emplace_back();
        for (std::string cell; std::getline(cells, cell, ',');) {
            rows.back().push_back(cell);
        }
    }
    return rows;
}

} // namespace gridtwin::test
