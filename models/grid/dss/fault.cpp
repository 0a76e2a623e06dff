// Faults: a resistance in each phase, or a nodal conductance matrix, between two buses or to
// ground.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/matrix.hpp"
#include "models/grid/dss/two_ends.hpp"

namespace gridtwin::grid::dss {
namespace {

enum Tag : int { kR = 1, kGmatrix, kOnTime, kTemporary, kMinAmps };

constexpr double kBoltedFault_s = 1e4; // what the element reference takes R=0 for

constexpr PropertySpec kProperties[] = {
    {"bus1", Kind::bus, Use::applied, kEndBus1},
    {"bus2", Kind::bus, Use::applied, kEndBus2},
    {"phases", Kind::integer, Use::applied, kEndPhases, Range::phases},
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
    StatedEnds ends;
    double g_s = kBoltedFault_s;
    Assignment const* matrix = nullptr;
    for (auto const& stated : element.assignments) {
        switch (stated.property->tag) {
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
            apply_ends(ends, fault.phases, stated);
            break;
        }
    }
    build.missing(element, kEndBus1, "bus1");
    if (!element.yes(kTagEnabled, true) || ends.bus1 == nullptr) {
        return;
    }
    place_ends(fault, ends, element, build);
    fault.on = fault.on_s <= 0.0;
    auto const n = static_cast<std::size_t>(fault.phases);
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
