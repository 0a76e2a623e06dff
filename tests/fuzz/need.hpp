#pragma once
// What a fuzz target holds true; otherwise it aborts, which is what finds are.
#include <cstdio>
#include <cstdlib>

namespace gridtwin::test {

inline void need(bool holds, char const* what) {
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::abort();
    }
}

} // namespace gridtwin::test
