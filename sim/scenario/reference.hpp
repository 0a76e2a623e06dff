#pragma once
// The scenario's keys for people and for editors, from the same bindings that read the file.
#include <string>

namespace gridtwin::scenario {

/// Markdown tables of every key with type, unit, default, range and meaning; docs/scenario.md holds
/// this text, and a test compares the two.
[[nodiscard]] std::string key_reference();

/// JSON Schema (draft 2020-12) for completion in editors; docs/scenario.schema.json holds it.
[[nodiscard]] std::string json_schema();

} // namespace gridtwin::scenario
