#pragma once
// Files that commands write: refused before the work rather than after it, and never at the cost of
// a file that is not an older result of the same kind.
#include "sim/core/diagnostics.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace gridtwin::app {

/// What may be lost: a file that begins so. The text is as much of its beginning as there is, at
/// most 512 octets.
using MayReplace = std::function<bool(std::string_view begin)>;

/// Reports when `out` cannot be written, or is there and must not be lost.
/// @param option    as the user wrote it, "--out"
/// @param is_no     "this is no result file", for the message
/// @param expected  "FILE that is new or an older result"
void check_output(std::filesystem::path const& out, std::string const& option,
                  std::string const& is_no, std::string const& expected,
                  MayReplace const& may_replace, Diagnostics& mistakes);

/// Whether two paths lead to one file, be they spelt differently or through links; also of files
/// that are not there yet.
[[nodiscard]] bool same_file(std::filesystem::path const& a, std::filesystem::path const& b);

/// Throws InputError when it fails.
void write_output(std::filesystem::path const& out, std::string const& option,
                  std::string_view text);

} // namespace gridtwin::app
