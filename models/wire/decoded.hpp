#pragma once
// What came of decoding blocks that follow each other.
#include <string>
#include <vector>

namespace gridtwin::wire {

template <typename Block>
struct Decoded {
    std::vector<Block> blocks; ///< those before the first fault
    std::string problem;       ///< empty when all of the octets were understood
    [[nodiscard]] bool ok() const { return problem.empty(); }
};

} // namespace gridtwin::wire
