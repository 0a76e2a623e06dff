#pragma once
// The modems that a scenario can name; their sources and assumptions are in docs/models/plc.md.
#include "models/plc/spec.hpp"

#include <string_view>
#include <vector>

namespace gridtwin::plc {

/// `ce-nero`, `s-fsk`, `prime` and `g3`, each with all its modes.
[[nodiscard]] std::vector<ModemSpec> const& built_in_modems();
/// The built-in row of that name, or nullptr.
[[nodiscard]] ModemSpec const* find_modem(std::string_view name);

} // namespace gridtwin::plc
