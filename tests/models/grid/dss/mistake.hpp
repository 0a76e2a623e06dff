#pragma once
// Rows of tables of mistakes: what a script states wrongly, and all that is said of it.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace gridtwin::grid::test {

struct Mistake {
    std::string name;
    std::string script; ///< after the lines that the test puts before it
    std::string text;   ///< every diagnostic, in full
};

inline void PrintTo(Mistake const& mistake, std::ostream* out) {
    *out << mistake.name;
}

/// Names the tests of INSTANTIATE_TEST_SUITE_P.
inline std::string name_of(testing::TestParamInfo<Mistake> const& row) {
    return row.param.name;
}

} // namespace gridtwin::grid::test
