#include "models/grid/dss/protective.hpp"

#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/text.hpp"
#include "models/grid/protection/standard_curves.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

constexpr Choice kElementClasses[] = {
    {"vsource", static_cast<int>(ElementKind::source)},
    {"line", static_cast<int>(ElementKind::line)},
    {"transformer", static_cast<int>(ElementKind::transformer)},
    {"load", static_cast<int>(ElementKind::load)},
    {"capacitor", static_cast<int>(ElementKind::capacitor)},
    {"reactor", static_cast<int>(ElementKind::reactor)},
    {"fault", static_cast<int>(ElementKind::fault)},
    {"generator", static_cast<int>(ElementKind::generator)},
    {"pvsystem", static_cast<int>(ElementKind::pv_system)},
    {"storage", static_cast<int>(ElementKind::storage)},
};

struct Found {
    ElementRef element;
    int phases = 0;
    std::size_t terminals = 0;
};

template <typename Table, typename Terminals>
std::optional<Found> find_row(ElementKind kind, Table const& table, std::string_view name,
                              Terminals terminals) {
    auto const at = std::find_if(table.begin(), table.end(),
                                 [name](auto const& row) { return row.name == name; });
    if (at == table.end()) {
        return std::nullopt;
    }
    return Found{{kind, static_cast<std::size_t>(at - table.begin())}, at->phases, terminals(*at)};
}

std::optional<Found> find_row(ElementKind kind, Circuit const& c, std::string_view name) {
    auto const one = [](auto const&) -> std::size_t { return 1; };
    auto const two = [](auto const&) -> std::size_t { return 2; };
    auto const shunt = [](auto const& row) -> std::size_t {
        return row.connection == Connection::wye ? 2 : 1;
    };
    switch (kind) {
    case ElementKind::source:
        return find_row(kind, c.sources, name, two);
    case ElementKind::line:
        return find_row(kind, c.lines, name, two);
    case ElementKind::transformer:
        return find_row(kind, c.transformers, name,
                        [](Transformer const& t) { return t.windings.size(); });
    case ElementKind::load:
        return find_row(kind, c.loads, name, one);
    case ElementKind::capacitor:
        return find_row(kind, c.capacitors, name, shunt);
    case ElementKind::reactor:
        return find_row(kind, c.reactors, name, shunt);
    case ElementKind::fault:
        return find_row(kind, c.faults, name, two);
    case ElementKind::generator:
        return find_row(kind, c.generators, name, one);
    case ElementKind::pv_system:
        return find_row(kind, c.pv_systems, name, one);
    case ElementKind::storage:
        return find_row(kind, c.storages, name, one);
    }
    return std::nullopt;
}

/// The circuit's row of "class.name"; nothing after reporting, or when it has none.
std::optional<Found> find_element(Assignment const& stated, Element const& element, Build& build) {
    auto const whole = lower(stated.text());
    auto const dot = std::min(whole.find('.'), whole.size());
    auto const class_name = std::string_view(whole).substr(0, dot);
    auto const name = std::string_view(whole).substr(std::min(dot + 1, whole.size()));
    auto const* const known =
        std::find_if(std::begin(kElementClasses), std::end(kElementClasses),
                     [class_name](Choice const& c) { return c.spellings == class_name; });
    if (known == std::end(kElementClasses) || find_class(class_name) == nullptr) {
        std::vector<std::string_view> names;
        for (auto const& choice : kElementClasses) {
            names.push_back(choice.spellings);
        }
        build.report.error(stated.at,
                           fmt::format("{} of {} is '{}', which is no element that carries "
                                       "current here",
                                       stated.property->name, element.label(), shown(whole)),
                           "<class>.<name> of a Line, Transformer, Load...",
                           nearest_name(class_name, names));
        return std::nullopt;
    }
    if (build.elements.find(class_name, name) == nullptr) {
        build.report.error(
            stated.at,
            fmt::format("{} '{}' of {} is not defined", class_name, shown(name), element.label()),
            fmt::format("the name of a {}", find_class(class_name)->name),
            nearest_name(name, build.elements.names(class_name)));
        return std::nullopt;
    }
    return find_row(static_cast<ElementKind>(known->value), build.circuit, name);
}

/// Terminal counted from 0; nothing after reporting one that is not there.
std::optional<std::size_t> find_terminal(Assignment const* stated, Found const& found,
                                         Element const& element, Build& build) {
    int const terminal = stated != nullptr ? stated->integer() : 1;
    if (static_cast<std::size_t>(terminal) > found.terminals) {
        build.report.error(
            stated->at,
            fmt::format("{} of {} is {}", stated->property->name, element.label(), terminal),
            fmt::format("1..{}, the terminals of the element", found.terminals));
        return std::nullopt;
    }
    return static_cast<std::size_t>(terminal) - 1;
}

} // namespace

std::optional<FoundPoint> find_point(StatedPoint const& stated, Element const& element,
                                     Build& build) {
    if (stated.monitored == nullptr) {
        if (!element.flawed) {
            build.report.error(element.where,
                               fmt::format("{} has no MonitoredObj", element.label()),
                               "MonitoredObj=<class>.<name>");
        }
        return std::nullopt;
    }
    auto const monitored = find_element(*stated.monitored, element, build);
    auto const switched =
        stated.switched != nullptr ? find_element(*stated.switched, element, build) : monitored;
    if (!monitored || !switched) {
        return std::nullopt;
    }
    if (switched->element.kind != ElementKind::line) {
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
    return FoundPoint{{monitored->element, *terminal, switched->element.row}, monitored->phases};
}

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

std::int32_t find_curve(Assignment const* stated, Element const& element, Build& build) {
    if (stated == nullptr) {
        return kNone;
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

GangedStates ganged_states(Assignment const* state, Assignment const* normal,
                           Assignment const* first_state, Element const& element, Build& build) {
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
    bool const now = closed(state);
    auto const* const back = normal != nullptr ? normal : first_state;
    return {now, back == state ? now : closed(back)};
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
