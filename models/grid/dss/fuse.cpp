// Fuses: a link in each conductor of a line.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/protective.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kCurve = 1,
    kRated,
    kDelay,
    kMultiplier,
};

constexpr auto kProperties =
    joined(kPointProperties,
           {
               {"FuseCurve", Kind::text, Use::applied, kCurve},
               {"RatedCurrent", Kind::number, Use::applied, kRated, Range::above_zero},
               {"Delay", Kind::number, Use::applied, kDelay, Range::not_negative},
               {"Action", Kind::choices, Use::applied, kPrState, Range::any, kStateChoices},
               {"Normal", Kind::choices, Use::applied, kPrNormal, Range::any, kStateChoices},
               {"State", Kind::choices, Use::applied, kPrState, Range::any, kStateChoices},
               {"CurveMultiplier", Kind::number, Use::applied, kMultiplier, Range::above_zero},
               {"InterruptingRating"},
           },
           kDeviceEndProperties);

struct Stated {
    Fuse fuse;
    StatedDevice device;
    Assignment const* curve = nullptr;
    Assignment const* multiplier = nullptr;
};

void apply(Stated& s, Assignment const& stated) {
    switch (stated.property->tag) {
    case kCurve:
        s.curve = &stated;
        break;
    case kRated:
        s.fuse.rated_a = stated.number();
        break;
    case kMultiplier:
        s.multiplier = &stated;
        break;
    case kDelay:
        s.fuse.delay_s = stated.number();
        break;
    default:
        break;
    }
}

void convert(Element const& element, Build& build) {
    Stated s;
    for (auto const& stated : element.assignments) {
        if (!apply_device(s.device, stated)) {
            apply(s, stated);
        }
    }
    auto const found = find_point(s.device, element, build);
    auto const curve = find_curve(s.curve, element, build, "tlink");
    if (!found || !element.yes(kTagEnabled, true)) {
        return;
    }
    auto& line = build.circuit.lines[found->point.line];
    if (line.phases != found->phases) {
        build.report.error(element.where,
                           fmt::format("{} watches {} phases and opens a line of {}",
                                       element.label(), found->phases, line.phases),
                           "as many");
        return;
    }
    auto& fuse = s.fuse;
    fuse.name = element.name;
    fuse.where = build.report.position(element.where);
    fuse.point = found->point;
    fuse.curve = curve;
    fuse.rated_a = s.multiplier != nullptr ? s.multiplier->number() : fuse.rated_a;
    auto const* const state = s.device.state;
    auto const* const normal = s.device.normal_state();
    auto const open = state != nullptr ? open_phases(*state, line.phases, element, build) : 0U;
    auto normally = open;
    if (normal != state) {
        normally = normal != nullptr ? open_phases(*normal, line.phases, element, build) : 0U;
    }
    if (open && normally) {
        fuse.open_phases = *open;
        fuse.normal_open_phases = *normally;
        line.open_conductors |= *open;
        build.circuit.fuses.push_back(std::move(fuse));
    }
}

} // namespace

ClassSpec const kFuseClass{"Fuse", kProperties, convert};

} // namespace gridtwin::grid::dss
