#include "models/grid/dss/protective.hpp"

#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/text.hpp"
#include "models/grid/element_tables.hpp"
#include "models/grid/protection/standard_curves.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

/// Terminal counted from 0; nothing after reporting one that is not there.
std::optional<std::size_t> find_terminal(Assignment const* stated, ElementRef found,
                                         Element const& element, Build& build) {
    auto const terminals = terminals_of(build.circuit, found);
    int const terminal = stated != nullptr ? stated->integer() : 1;
    if (static_cast<std::size_t>(terminal) > terminals) {
        build.report.error(
            stated->at,
            fmt::format("{} of {} is {}", stated->property->name, element.label(), terminal),
            fmt::format("1..{}, the terminals of the element", terminals));
        return std::nullopt;
    }
    return static_cast<std::size_t>(terminal) - 1;
}

/// kNone: there is no such standard curve.
std::int32_t standard_curve_row(std::string_view name, Build& build) {
    auto& curves = build.circuit.tcc_curves;
    auto const found = std::find_if(curves.begin(), curves.end(),
                                    [name](TccCurve const& c) { return c.name == name; });
    auto const row = static_cast<std::int32_t>(found - curves.begin());
    if (found == curves.end()) {
        auto const* const standard = protection::standard_curve(name);
        if (standard == nullptr) {
            return kNone;
        }
        curves.push_back(*standard);
    }
    return row;
}

} // namespace

bool apply_device(StatedDevice& s, Assignment const& stated) {
    switch (stated.property->tag) {
    case kPrMonitored:
        s.monitored = &stated;
        s.switched = nullptr; // follows, unless stated after
        return true;
    case kPrMonitoredTerm:
        s.monitored_terminal = &stated;
        return true;
    case kPrSwitched:
        s.switched = &stated;
        return true;
    case kPrSwitchedTerm:
        s.switched_terminal = &stated;
        return true;
    case kPrState:
        s.state = &stated;
        s.first_state = s.first_state == nullptr ? &stated : s.first_state;
        return true;
    case kPrNormal:
        s.normal = &stated;
        return true;
    default:
        return false;
    }
}

std::optional<FoundPoint> find_point(StatedDevice const& stated, Element const& element,
                                     Build& build) {
    if (stated.monitored == nullptr) {
        if (!element.flawed) {
            build.report.error(element.where,
                               fmt::format("{} has no MonitoredObj", element.label()),
                               "MonitoredObj=<class>.<name>");
        }
        return std::nullopt;
    }
    auto const monitored = build.element_ref(*stated.monitored, element);
    auto const switched =
        stated.switched != nullptr ? build.element_ref(*stated.switched, element) : monitored;
    if (!monitored || !switched) {
        return std::nullopt;
    }
    if (switched->kind != ElementKind::line) {
        auto const& at = stated.switched != nullptr ? *stated.switched : *stated.monitored;
        build.report.error(at.at,
                           fmt::format("{} switches '{}'", element.label(), shown(at.text())),
                           "SwitchedObj=Line.<name>; switching others is not modelled");
        return std::nullopt;
    }
    auto const terminal = find_terminal(stated.monitored_terminal, *monitored, element, build);
    if (!terminal || !find_terminal(stated.switched_terminal, *switched, element, build)) {
        return std::nullopt;
    }
    return FoundPoint{{*monitored, *terminal, switched->row}, phases_of(build.circuit, *monitored)};
}

std::int32_t find_curve(Assignment const* stated, Element const& element, Build& build,
                        std::string_view otherwise) {
    if (stated == nullptr) {
        return otherwise.empty() ? kNone : standard_curve_row(otherwise, build);
    }
    auto const name = lower(stated->text());
    if (name.empty() || name == "none") {
        return kNone;
    }
    bool const defined = build.elements.find("tcc_curve", name) != nullptr;
    auto const row = standard_curve_row(name, build);
    if (row == kNone && !defined) { // a defined one was reported itself
        auto names = build.elements.names("tcc_curve");
        for (TccCurve const& curve : protection::standard_curves()) {
            names.push_back(curve.name);
        }
        build.report.error(
            stated->at,
            fmt::format("curve '{}' of {} is not defined", shown(name), element.label()),
            "a TCC_Curve, a standard curve, or none", nearest_name(name, names));
    }
    return row;
}

std::optional<std::uint32_t> open_phases(Assignment const& stated, int phases,
                                         Element const& element, Build& build) {
    auto const& states = stated.numbers();
    if (states.size() != 1 && states.size() != static_cast<std::size_t>(phases)) {
        build.report.error(stated.at,
                           fmt::format("{} of {} has {} entries", stated.property->name,
                                       element.label(), states.size()),
                           fmt::format("one, or one for each of {} phases", phases));
        return std::nullopt;
    }
    std::uint32_t open = 0;
    for (int i = 0; i < std::min(phases, 32); ++i) {
        double const state = states.size() == 1 ? states[0] : states[static_cast<std::size_t>(i)];
        open |= state == 0.0 ? 1U << i : 0U;
    }
    return open;
}

GangedStates ganged_states(StatedDevice const& s, Element const& element, Build& build) {
    auto const closed = [&](Assignment const* stated) {
        if (stated == nullptr) {
            return true;
        }
        auto const& all = stated->numbers();
        if (all.empty() || std::any_of(all.begin(), all.end(),
                                       [&all](double one) { return one != all.front(); })) {
            build.report.error(stated->at,
                               fmt::format("{} of {} differs between phases",
                                           stated->property->name, element.label()),
                               "open or closed; single poles are not modelled");
            return true;
        }
        return all.front() != 0.0;
    };
    bool const now = closed(s.state);
    auto const* const back = s.normal_state();
    return {now, back == s.state ? now : closed(back)};
}

bool enough_intervals(int shots, std::vector<double> const& reclose_s, Element const& element,
                      Build& build) {
    if (reclose_s.size() + 1 >= static_cast<std::size_t>(shots)) {
        return true;
    }
    build.report.error(element.where,
                       fmt::format("{} has {} shots and {} reclose intervals", element.label(),
                                   shots, reclose_s.size()),
                       "an interval for each shot but the last");
    return false;
}

} // namespace gridtwin::grid::dss
