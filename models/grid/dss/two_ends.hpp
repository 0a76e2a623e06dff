#pragma once
// Properties that elements between two buses have alike: sources, reactors, capacitors and faults.
// Without bus2 they stand between bus1 and ground.
#include "models/grid/dss/build.hpp"

#include <algorithm>

namespace gridtwin::grid::dss {

/// Tags of the shared properties; a class's own start at 1.
enum EndTag : int { kEndBus1 = 301, kEndBus2, kEndPhases };

struct StatedEnds {
    BusName const* bus1 = nullptr;
    BusName const* bus2 = nullptr;
};

/// Takes one property; true when it is a shared one.
bool apply_ends(StatedEnds& ends, int& phases, Assignment const& stated);

/// Gives the element its name, its place in the script and its two terminals.
template <typename Element_>
void place_ends(Element_& e, StatedEnds const& ends, Element const& owner, Build& build) {
    e.name = owner.name;
    e.where = build.report.position(owner.where);
    e.bus1 = build.terminal(*ends.bus1, e.phases, e.phases, owner);
    e.bus2 = build.second_end(ends.bus2, *ends.bus1, e.phases, owner);
}

/// The same for branches in wye or delta; a delta has its one terminal at bus1.
template <typename Element_>
void place_branches(Element_& e, StatedEnds const& ends, Element const& owner, Build& build) {
    if (e.connection == Connection::wye) {
        place_ends(e, ends, owner, build);
        return;
    }
    e.name = owner.name;
    e.where = build.report.position(owner.where);
    e.bus1 = build.terminal(*ends.bus1, e.phases, std::max(e.phases, 2), owner);
}

} // namespace gridtwin::grid::dss
