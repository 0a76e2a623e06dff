#pragma once
// The files that a run writes, refused before it rather than behind it: none at the cost of
// another.
#include "sim/app/run_parts.hpp"

#include <filesystem>

namespace gridtwin::app {

/// Where the result goes.
[[nodiscard]] std::filesystem::path result_file(twin::Loaded const& loaded,
                                                RunOptions const& options);

/// Of the result, the recordings and what the customer database is told.
/// @throws InputError with all that cannot be written, or would be lost
void check_run_outputs(twin::Loaded const& loaded, RunOptions const& options);

} // namespace gridtwin::app
