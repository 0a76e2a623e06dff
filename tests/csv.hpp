#pragma once
// Tables that tests are held against: files of comma-separated cells under a heading.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace gridtwin::test {

inline std::vector<std::string> split_csv(std::string const& line) {
    std::stringstream in(line);
    std::vector<std::string> cells;
    for (std::string cell; std::getline(in, cell, ',');) {
        cells.push_back(cell);
    }
    return cells;
}

/// The cells of every row below the heading.
inline std::vector<std::vector<std::string>> read_csv(std::filesystem::path const& file) {
    std::ifstream in(file);
    EXPECT_TRUE(in) << file;
    std::vector<std::vector<std::string>> rows;
    std::string line;
    std::getline(in, line); // heading
    while (std::getline(in, line)) {
        rows.push_back(split_csv(line));
    }
    return rows;
}

inline std::vector<std::string> read_csv_heading(std::filesystem::path const& file) {
    std::ifstream in(file);
    EXPECT_TRUE(in) << file;
    std::string line;
    std::getline(in, line);
    return split_csv(line);
}

} // namespace gridtwin::test
