#pragma once
// The one schema, in numbered steps, forward only.
#include "models/cis/connection.hpp"

#include <span>
#include <string_view>

namespace gridtwin::cis {

/// SQL of each step, step i leads from version i to i + 1, with the words of dialect.hpp. A step
/// that has been published is never changed.
[[nodiscard]] std::span<std::string_view const> migrations();

/// The version this program knows.
[[nodiscard]] int schema_version();
/// The database's; 0: empty.
/// @throws InputError when it holds tables and none of ours
[[nodiscard]] int schema_version(Connection& connection);

/// Brings an older database to `version`, each step in a transaction of its own: what fails leaves
/// the steps before it. A database of a later version is refused.
/// @throws InputError of what is refused
void migrate(Connection& connection, int version = schema_version());

} // namespace gridtwin::cis
