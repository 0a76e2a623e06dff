// Switch controls, each on one line.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int { kSwitched = 1, kTerminal, kAction, kLock, kDelay, kNormal, kState };

constexpr Choice kActions[] = {{"close|closed", 1}, {"open", 0}, {"lock", 2}, {"unlock", 3}};

constexpr PropertySpec kProperties[] = {
    {"SwitchedObj", Kind::text, Use::applied, kSwitched},
    {"SwitchedTerm", Kind::integer, Use::applied, kTerminal, Range::phases},
    {"Action", Kind::choice, Use::applied, kAction, Range::any, kActions},
    {"Lock", Kind::yes_no, Use::applied, kLock},
    {"Delay", Kind::number, Use::applied, kDelay, Range::not_negative},
    {"Normal", Kind::choice, Use::applied, kNormal, Range::any, kActions},
    {"State", Kind::choice, Use::applied, kState, Range::any, kActions},
    {"Reset", Kind::yes_no, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"basefreq", Kind::number, Use::no_effect, 0, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

void convert(Element const& element, Build& build) {
    SwtControl control;
    Assignment const* switched = nullptr;
    std::optional<bool> ordered;
    std::optional<bool> forced;
    for (auto const& stated : element.assignments) {
        int const tag = stated.property->tag;
        bool const state = tag == kAction || tag == kNormal || tag == kState;
        if (state && stated.integer() > 1) {
            control.locked = stated.integer() == 2;
        } else if (state && !control.locked) { // a locked switch takes no orders
            ordered = stated.integer() == 1;
            forced = tag == kState ? ordered : forced;
        } else if (tag == kLock) {
            control.locked = stated.yes();
        } else if (tag == kDelay) {
            control.delay_s = stated.number();
        } else if (tag == kSwitched) {
            switched = &stated;
        }
    }
    if (switched == nullptr) {
        if (!element.is_stated(kSwitched)) {
            build.report.error(element.where, fmt::format("{} has no SwitchedObj", element.label()),
                               "SwitchedObj=line.<name>");
        }
        return;
    }
    if (!element.yes(kTagEnabled, true)) {
        return;
    }
    auto const found = build.element_ref(*switched, element, "line");
    if (!found) {
        return;
    }
    if (found->kind != ElementKind::line) {
        build.report.error(
            switched->at,
            fmt::format("SwitchedObj of {} is a {}", element.label(), kind_name(found->kind)),
            "a line; the switching of others is not modelled");
        return;
    }
    control.name = element.name;
    control.where = build.report.position(element.where);
    control.line = found->row;
    Line& line = build.circuit.lines[found->row];
    line.closed = forced.value_or(line.closed);
    control.ordered_closed = ordered.value_or(line.closed);
    build.circuit.switch_controls.push_back(std::move(control));
}

} // namespace

ClassSpec const kSwtControlClass{"SwtControl", kProperties, convert};

} // namespace gridtwin::grid::dss
