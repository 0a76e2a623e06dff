#pragma once
// The scenario, and the files that it names.
#include "sim/scenario/section.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace gridtwin::scenario {

/// @return the octets of a file, or nothing where it is none or cannot be read
[[nodiscard]] std::optional<std::string> read_text_file(std::filesystem::path const& file);

/// @return where `file`, a value in the section, is: its name counts from the scenario's folder
[[nodiscard]] std::filesystem::path beside(Section const& s, std::string const& file);

/// read_text_file() of the value of `key`, which the section keep()s.
/// @param path beside() of that value
/// @param what of which kind the file is: "profile"
/// @return nothing when it cannot be read, which has been said at the value
[[nodiscard]] std::optional<std::string> read_beside(Section& s, std::string_view key,
                                                     std::filesystem::path const& path,
                                                     std::string_view what,
                                                     std::string_view expected);

} // namespace gridtwin::scenario
