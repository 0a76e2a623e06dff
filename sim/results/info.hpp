#pragma once
#include "sim/results/reader.hpp"

#include <string>

namespace gridtwin::results {

/// What `gridtwin info FILE` prints: what the file is, whether the run was complete, its seed and
/// duration, the tables with their sizes, the KPIs. Lines end in a line feed.
[[nodiscard]] std::string info_text(Reader const& reader);

} // namespace gridtwin::results
