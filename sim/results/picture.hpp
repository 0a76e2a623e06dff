#pragma once
#include "sim/results/reader.hpp"

#include <string>

namespace gridtwin::results {

/// The run on one page, as a self-contained SVG of 1280 px width: the town map with minutes without
/// supply (or, when nobody was without, lowest voltages), feeder power, voltage band, supply as it
/// was and as the head-end believed it, and tiles of KPIs. A panel whose data the file does not
/// hold says so in its place. The same file gives the same text.
/// @throws InputError when the file cannot be read
[[nodiscard]] std::string draw_picture(Reader const& reader);

} // namespace gridtwin::results
