#pragma once
// The published feeders as the reference keeps them, where there is a copy of them.
#include "models/grid/dss/reader.hpp"
#include "tests/csv.hpp"

#include <optional>

namespace gridtwin::grid::test {

inline std::filesystem::path reference(std::string const& file) {
    return std::filesystem::path(GRIDTWIN_REFERENCE_FEEDERS) / file;
}

/// A feeder that is there is there as a whole: a file that it lacks is a mistake of the test.
#define SKIP_WITHOUT(file)                                                                         \
    if (!std::filesystem::exists((file).parent_path())) {                                          \
        GTEST_SKIP() << "NO REFERENCE FEEDERS: " << (file).string()                                \
                     << " is absent; set GRIDTWIN_REFERENCE_FEEDERS";                              \
    }                                                                                              \
    ASSERT_TRUE(std::filesystem::exists(file)) << file

/// The circuit of a script without mistakes.
inline Circuit read_feeder(std::filesystem::path const& file) {
    Diagnostics diagnostics;
    auto circuit = read_dss(file, diagnostics);
    EXPECT_EQ(diagnostics.text(), "");
    return circuit;
}

/// A row of a feeder's buses.csv: bus,kvbase_ln,x,y.
struct ReferenceBus {
    std::string name;
    double v_ln_v = 0.0;
    std::optional<double> x; ///< nothing: it has no position
    std::optional<double> y;
};

inline std::vector<ReferenceBus> reference_buses(std::string const& file) {
    std::vector<ReferenceBus> buses;
    for (auto const& row : gridtwin::test::read_csv(reference(file))) {
        auto const place = [&row](std::size_t cell) {
            return cell < row.size() && !row[cell].empty() ? std::optional(std::stod(row[cell]))
                                                           : std::nullopt;
        };
        buses.push_back({row.at(0), std::stod(row.at(1)) * 1e3, place(2), place(3)});
    }
    return buses;
}

} // namespace gridtwin::grid::test
