#pragma once
// Which meters were not read, and why.
#include "sim/results/reader.hpp"

#include <string>

namespace gridtwin::results {

/// How many meters lack intervals that were due, and the worst of them with their reason, for the
/// terminal; empty for a file without the table /meters.
[[nodiscard]] std::string unread_meters_text(Reader const& reader);

} // namespace gridtwin::results
