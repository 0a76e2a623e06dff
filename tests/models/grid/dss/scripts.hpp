#pragma once
// Scripts given as text, so that a test shows what it reads.
#include "models/grid/dss/reader.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace gridtwin::grid::test {

using Scripts = std::map<std::string, std::string>;

struct ReadResult {
    Circuit circuit;
    Diagnostics diagnostics;
};

/// Reads "main.dss" of these files; there are no others.
inline ReadResult read_scripts(Scripts const& scripts, std::vector<std::string> allow = {}) {
    ReadResult result;
    DssReadOptions options;
    options.allow_ignored = std::move(allow);
    options.files = [&scripts](std::filesystem::path const& path) -> std::optional<std::string> {
        auto const found = scripts.find(path.string());
        return found == scripts.end() ? std::nullopt : std::optional(found->second);
    };
    result.circuit = read_dss("main.dss", result.diagnostics, options);
    return result;
}

/// `text` after a circuit whose source stands at bus "a", 12.47 kV.
inline ReadResult read_with_source(std::string const& text) {
    return read_scripts({{"main.dss", "New Circuit.test bus1=a basekv=12.47\n" + text}});
}

/// What is wrong with it; lines count from 2.
inline std::string mistakes_of(std::string const& text) {
    return read_with_source(text).diagnostics.text();
}

/// Its circuit, without mistakes.
inline Circuit circuit_of(std::string const& text) {
    auto read = read_with_source(text);
    EXPECT_EQ(read.diagnostics.text(), "");
    return std::move(read.circuit);
}

} // namespace gridtwin::grid::test
