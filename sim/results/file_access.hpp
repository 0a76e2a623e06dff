#pragma once
// Opening a result file for reading, and errors that name it. Private to this folder.
#include "sim/core/diagnostics.hpp"
#include "sim/results/h5.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace gridtwin::results {

/// Throws InputError "<file>: <what>; expected <expected>".
[[noreturn]] void bad_file(std::filesystem::path const& file, std::string what,
                           std::string expected = {});

/// Opens for reading, without a lock: a run that is writing the file can be looked at.
/// @throws InputError: missing, not HDF5, not a GridTwin result, of another schema version
[[nodiscard]] h5::Handle open_results(std::filesystem::path const& file);

/// Runs `read`, turning what HDF5 complains of into an InputError that names the file.
template <typename Read>
auto reading(std::filesystem::path const& file, Read&& read) {
    try {
        return std::forward<Read>(read)();
    } catch (SimulationError const& error) {
        bad_file(file, error.what());
    }
}

} // namespace gridtwin::results
