#pragma once
#include <filesystem>

namespace gridtwin::twin {

/// What a run does with recordings of its head-end.
struct HeadEndFiles {
    std::filesystem::path record; ///< empty: none is made
    /// The head-end is told what this one says, at its times, and nothing of this run. Empty: not.
    std::filesystem::path told_by;
};

} // namespace gridtwin::twin
