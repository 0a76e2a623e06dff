#include "models/grid/dss/units.hpp"

namespace gridtwin::grid::dss {
double metres(LengthUnit unit) {
    switch (unit) {
    case LengthUnit::none:
        return 0.0;
    case LengthUnit::mi:
        return 1609.344;
    case LengthUnit::kft:
        return 304.8;
    case LengthUnit::km:
        return 1000.0;
    case LengthUnit::m:
        return 1.0;
    case LengthUnit::ft:
        return 0.3048;
    case LengthUnit::in:
        return 0.0254;
    case LengthUnit::cm:
        return 0.01;
    case LengthUnit::mm:
        return 0.001;
    }
    return 0.0;
}

double unit_ratio(LengthUnit from, LengthUnit to) {
    if (from == LengthUnit::none || to == LengthUnit::none) {
        return 1.0;
    }
    return metres(from) / metres(to);
}

} // namespace gridtwin::grid::dss
