#pragma once
// Axes of a run: civil times below, outages shaded. Private to this folder.
#include "sim/results/picture_panels.hpp"

namespace gridtwin::results {

/// Grid, shaded outages, ticks with civil times below and values at the left.
[[nodiscard]] Plot draw_axes(Svg& svg, Box const& box, Picture const& picture, Scale const& y);

} // namespace gridtwin::results
