#pragma once
#include <filesystem>
#include <string>

namespace gridtwin::results {

/// SHA-256, 64 hexadecimal digits, of what a run found: path, type, shape and values of every
/// dataset in order of path, values little-endian and without padding. Chunks, compression,
/// attributes and the order of writing do not enter it, nor do /meta, /checkpoint, and datasets and
/// KPIs with a part of their name (between slashes or dots) that begins with "wall_".
/// @throws InputError naming the file when it cannot be read
[[nodiscard]] std::string digest(std::filesystem::path const& file);

} // namespace gridtwin::results
