// Fuses: a link in each conductor of a line.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/protective.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kMonitored = 1,
    kMonitoredTerm,
    kSwitched,
    kSwitchedTerm,
    kCurve,
    kRated,
    kDelay,
    kState,
    kNormal,
    kMultiplier,
};

constexpr PropertySpec kProperties[] = {
    {"MonitoredObj", Kind::text, Use::applied, kMonitored},
    {"MonitoredTerm", Kind::integer, Use::applied, kMonitoredTerm, Range::phases},
    {"SwitchedObj", Kind::text, Use::applied, kSwitched},
    {"SwitchedTerm", Kind::integer, Use::applied, kSwitchedTerm, Range::phases},
    {"FuseCurve", Kind::text, Use::applied, kCurve},
    {"RatedCurrent", Kind::number, Use::applied, kRated, Range::above_zero},
    {"Delay", Kind::number, Use::applied, kDelay, Range::not_negative},
    {"Action", Kind::choices, Use::applied, kState, Range::any, kStateChoices},
    {"Normal", Kind::choices, Use::applied, kNormal, Range::any, kStateChoices},
    {"State", Kind::choices, Use::applied, kState, Range::any, kStateChoices},
    {"CurveMultiplier", Kind::number, Use::applied, kMultiplier, Range::above_zero},
    {"InterruptingRating"},
    {"basefreq", Kind::number, Use::no_effect, 0, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

struct Stated {
    Fuse fuse;
    StatedPoint point;
    Assignment const* curve = nullptr;
    Assignment const* multiplier = nullptr;
    Assignment const* state = nullptr;
    Assignment const* first_state = nullptr;
    Assignment const* normal = nullptr;
};

void apply(Stated& s, Assignment const& stated) {
    switch (stated.property->tag) {
    case kMonitored:
        s.point.monitored = &stated;
        s.point.switched = nullptr; // follows, unless stated after
        break;
    case kMonitoredTerm:
        s.point.monitored_terminal = &stated;
        break;
    case kSwitched:
        s.point.switched = &stated;
        break;
    case kSwitchedTerm:
        s.point.switched_terminal = &stated;
        break;
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
    case kState:
        s.state = &stated;
        s.first_state = s.first_state == nullptr ? &stated : s.first_state;
        break;
    case kNormal:
        s.normal = &stated;
        break;
    default:
        break;
    }
}

void convert(Element const& element, Build& build) {
    Stated s;
    for (auto const& stated : element.assignments) {
        apply(s, stated);
    }
    auto const found = find_point(s.point, element, build);
    auto const curve = s.curve != nullptr ? find_curve(s.curve, element, build)
                                          : standard_curve_row("tlink", build);
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
    auto const* const normal = s.normal != nullptr ? s.normal : s.first_state;
    auto const open = s.state != nullptr ? open_phases(*s.state, line.phases, element, build) : 0U;
    auto normally = open;
    if (normal != s.state) {
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
