#pragma once
// Properties that power conversion elements have alike: loads, generators, PV systems and storage
// state a terminal, a rated voltage, a model, its voltage limits and shapes over time.
#include "models/grid/dss/build.hpp"

namespace gridtwin::grid::dss {

/// Tags of the shared properties; a class's own start at 1.
enum PowerConversionTag : int {
    kPcPhases = 201,
    kPcBus1,
    kPcKv,
    kPcConn,
    kPcModel,
    kPcVminPu,
    kPcVmaxPu,
    kPcYearly,
    kPcDaily,
    kPcDuty,
};

/// What is stated of the element beside the numbers it keeps.
struct StatedConversion {
    BusName const* bus = nullptr;
    Assignment const* model = nullptr;
};

/// Takes one property; true when it is a shared one.
template <typename Element_>
bool apply_conversion(Element_& e, StatedConversion& s, Assignment const& stated,
                      Element const& owner, Build& build) {
    switch (stated.property->tag) {
    case kPcPhases:
        e.phases = stated.integer();
        return true;
    case kPcBus1:
        s.bus = &stated.bus();
        return true;
    case kPcKv:
        e.v_v = stated.number() * 1e3;
        return true;
    case kPcConn:
        e.connection = static_cast<Connection>(stated.integer());
        return true;
    case kPcModel:
        s.model = &stated;
        e.model = stated.integer();
        return true;
    case kPcVminPu:
        e.vmin_pu = stated.number();
        return true;
    case kPcVmaxPu:
        e.vmax_pu = stated.number();
        return true;
    case kPcYearly:
        e.shapes.yearly = build.shape_row(stated, owner);
        return true;
    case kPcDaily:
        e.shapes.daily = build.shape_row(stated, owner);
        return true;
    case kPcDuty:
        e.shapes.duty = build.shape_row(stated, owner);
        return true;
    default:
        return false;
    }
}

/// Greatest P of a shape of actual values, with its Q, in W and var: what a load or generator that
/// follows it draws in a snapshot. Nothing for other shapes.
[[nodiscard]] std::optional<Complex> actual_peak(Build const& build, std::int32_t shape_row);

/// Gives the element its name, its place in the script and its terminal at `bus`.
template <typename Element_>
void place_conversion(Element_& e, BusName const& bus, Element const& owner, Build& build) {
    e.name = owner.name;
    e.where = build.report.position(owner.where);
    e.bus = build.terminal(bus, e.phases, conductors_of(e.connection, e.phases), owner);
}

/// Reports voltage limits that cross.
void check_voltage_limits(double vmin_pu, double vmax_pu, Element const& owner, Build& build);

} // namespace gridtwin::grid::dss
