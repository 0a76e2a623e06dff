#pragma once
// Columns of entity tables in the file, both ways. Private.
#include "sim/results/column.hpp"
#include "sim/results/h5.hpp"

#include <string>
#include <vector>

namespace gridtwin::results {

/// "entities/x" and "/entities/x/" become "/entities/x".
[[nodiscard]] std::string absolute_path(std::string_view path);

/// Creates the group `path` with one dataset a column.
/// @throws SimulationError: columns of different lengths, without or with the same name, strings
///         with a NUL, anything that HDF5 refuses
void write_columns(hid_t file, std::string const& path, std::vector<Column> const& columns);

/// Adds a column to the group `path`, which it creates with its first.
/// @throws SimulationError: one of another length than those that are there, or of a name that is
void add_column(hid_t file, std::string const& path, Column const& column);

/// @throws SimulationError when it is not a 1-D dataset of one of the types of ColumnValues
[[nodiscard]] Column read_column(hid_t file, std::string const& path);

} // namespace gridtwin::results
