#pragma once
// What a file on the command line is: every command decides it alike.
#include <filesystem>

namespace gridtwin::app {

enum class InputKind { scenario, script, directory };

/// By the extension, .yaml, .yml, .json or .dss; of others a scenario is what states its version,
/// the key `gridtwin`, which every scenario has. A file that is not there is a script unless its
/// name says otherwise.
[[nodiscard]] InputKind kind_of_input(std::filesystem::path const& file);

} // namespace gridtwin::app
