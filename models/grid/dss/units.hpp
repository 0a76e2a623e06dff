#pragma once
// Length units of lines and line codes.
#include "models/grid/dss/property.hpp"

namespace gridtwin::grid::dss {

enum class LengthUnit : int { none, mi, kft, km, m, ft, in, cm, mm };

/// 0 for none.
[[nodiscard]] double metres(LengthUnit unit);
/// How many `to` one `from` is; 1 when either is none: then the numbers already match.
[[nodiscard]] double unit_ratio(LengthUnit from, LengthUnit to);

inline constexpr Choice kUnitChoices[] = {
    {"mi|miles", static_cast<int>(LengthUnit::mi)},
    {"kft", static_cast<int>(LengthUnit::kft)},
    {"km", static_cast<int>(LengthUnit::km)},
    {"m|meters|metres", static_cast<int>(LengthUnit::m)},
    {"ft|feet", static_cast<int>(LengthUnit::ft)},
    {"in|inches", static_cast<int>(LengthUnit::in)},
    {"cm", static_cast<int>(LengthUnit::cm)},
    {"mm", static_cast<int>(LengthUnit::mm)},
    {"none", static_cast<int>(LengthUnit::none)},
};

} // namespace gridtwin::grid::dss
