// Faults: a resistance in each phase, or a nodal conductance matrix, between two buses or to
// ground.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/matrix.hpp"

namespace gridtwin::grid::dss {
namespace {

enum Tag : int { kBus1 = 1, kBus2, kPhases, kR, kGmatrix, kOnTime, kTemporary, kMinAmps };

constexpr double kBoltedFault_s = 1e4; // what the element reference takes R=0 for

constexpr PropertySpec kProperties[] = {
    {"bus1", Kind::bus, Use::applied, kBus1},
    {"bus2", Kind::bus, Use::applied, kBus2},
    {"phases", Kind::integer, Use::applied, kPhases, Range::phases},
    {"r", Kind::number, Use::applied, kR, Range::not_negative},
    {"%stddev"},
    {"Gmatrix", Kind::matrix, Use::applied, kGmatrix},
    {"ONtime", Kind::number, Use::applied, kOnTime, Range::not_negative},
    {"temporary", Kind::yes_no, Use::applied, kTemporary},
    {"MinAmps", Kind::number, Use::applied, kMinAmps, Range::not_negative},
    {"normamps"},
    {"emergamps"},
    {"faultrate"},
    {"pctperm"},
    {"repair"},
    {"basefreq", Kind::number, Use::no_effect, 0, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

void convert(Element const& element, Build& build) {
    Fault fault;
    BusName const* bus1 = nullptr;
    BusName const* bus2 = nullptr;
    double g_s = kBoltedFault_s;
    Assignment const* matrix = nullptr;
    for (auto const& stated : element.assignments) {
        switch (stated.property->tag) {
        case kBus1:
            bus1 = &stated.bus();
            break;
        case kBus2:
            bus2 = &stated.bus();
            break;
        case kPhases:
            fault.phases = stated.integer();
            break;
        case kR:
            g_s = stated.number() > 0.0 ? 1.0 / stated.number() : kBoltedFault_s;
            matrix = nullptr;
            break;
        case kGmatrix:
            matrix = &stated;
            break;
        case kOnTime:
            fault.on_s = stated.number();
            break;
        case kTemporary:
            fault.temporary = stated.yes();
            break;
        case kMinAmps:
            fault.min_a = stated.number();
            break;
        default:
            break;
        }
    }
    build.missing(element, kBus1, "bus1");
    if (!element.yes(kTagEnabled, true) || bus1 == nullptr) {
        return;
    }
    fault.name = element.name;
    fault.where = build.report.position(element.where);
    fault.on = fault.on_s <= 0.0;
    auto const n = static_cast<std::size_t>(fault.phases);
    fault.bus1 = build.terminal(*bus1, fault.phases, fault.phases, element);
    fault.bus2 = build.second_end(bus2, *bus1, fault.phases, element);
    if (matrix != nullptr) {
        auto values = stated_matrix(*matrix, fault.phases, element, &build.report);
        if (!values) {
            return;
        }
        fault.g_s = std::move(*values);
    } else {
        fault.g_s.assign(n * n, 0.0);
        for (std::size_t i = 0; i < n; ++i) {
            fault.g_s[i * n + i] = g_s;
        }
    }
    if (build.all_finite(element, fault.g_s)) {
        build.circuit.faults.push_back(std::move(fault));
    }
}

} // namespace

ClassSpec const kFaultClass{"Fault", kProperties, convert};

} // namespace gridtwin::grid::dss
