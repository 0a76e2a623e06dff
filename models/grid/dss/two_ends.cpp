#include "models/grid/dss/two_ends.hpp"

namespace gridtwin::grid::dss {

bool apply_ends(StatedEnds& ends, int& phases, Assignment const& stated) {
    switch (stated.property->tag) {
    case kEndBus1:
        ends.bus1 = &stated.bus();
        return true;
    case kEndBus2:
        ends.bus2 = &stated.bus();
        return true;
    case kEndPhases:
        phases = stated.integer();
        return true;
    default:
        return false;
    }
}

} // namespace gridtwin::grid::dss
