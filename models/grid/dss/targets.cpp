#include "models/grid/dss/targets.hpp"

#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

template <typename Table>
std::optional<std::size_t> row_of(Table const& table, std::string_view name) {
    auto const found = std::find_if(table.begin(), table.end(),
                                    [name](auto const& element) { return element.name == name; });
    return found == table.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - table.begin()));
}

/// Calls `visit` with the table of a kind.
template <typename Visit>
auto with_table(Circuit const& c, ElementKind kind, Visit visit) {
    switch (kind) {
    case ElementKind::source:
        return visit(c.sources);
    case ElementKind::transformer:
        return visit(c.transformers);
    case ElementKind::load:
        return visit(c.loads);
    case ElementKind::capacitor:
        return visit(c.capacitors);
    case ElementKind::reactor:
        return visit(c.reactors);
    case ElementKind::fault:
        return visit(c.faults);
    case ElementKind::generator:
        return visit(c.generators);
    case ElementKind::pv_system:
        return visit(c.pv_systems);
    case ElementKind::storage:
        return visit(c.storages);
    default:
        return visit(c.lines);
    }
}

constexpr struct {
    std::string_view class_name;
    ElementKind kind;
} kKinds[] = {
    {"vsource", ElementKind::source},
    {"line", ElementKind::line},
    {"transformer", ElementKind::transformer},
    {"autotrans", ElementKind::transformer},
    {"load", ElementKind::load},
    {"capacitor", ElementKind::capacitor},
    {"reactor", ElementKind::reactor},
    {"fault", ElementKind::fault},
    {"generator", ElementKind::generator},
    {"pvsystem", ElementKind::pv_system},
    {"storage", ElementKind::storage},
};

template <typename Table>
std::int32_t named_row(Table const& table, std::string_view class_name, Assignment const& stated,
                       Element const& owner, Build& build) {
    std::string const name = lower(stated.text());
    if (name.empty() || name == "none") {
        return kNone;
    }
    if (auto const row = row_of(table, name)) {
        return static_cast<std::int32_t>(*row);
    }
    if (build.elements.find(class_name, name) == nullptr) { // else it was wrong itself
        build.report.error(stated.at,
                           fmt::format("{} '{}' of {} is not defined", stated.property->name,
                                       shown(stated.text()), owner.label()),
                           fmt::format("the name of a {}", class_name),
                           nearest_name(name, build.elements.names(class_name)));
    }
    return kNone;
}

} // namespace

std::int32_t shape_row(Assignment const& stated, Element const& owner, Build& build) {
    return named_row(build.circuit.load_shapes, "LoadShape", stated, owner, build);
}

std::int32_t temperature_row(Assignment const& stated, Element const& owner, Build& build) {
    return named_row(build.circuit.temperature_shapes, "TShape", stated, owner, build);
}

std::int32_t curve_row(Assignment const& stated, Element const& owner, Build& build) {
    return named_row(build.circuit.curves, "XYCurve", stated, owner, build);
}

std::optional<ElementRef> find_element(Assignment const& stated, std::string_view usual_class,
                                       Element const& owner, Build& build) {
    std::string const whole = lower(stated.text());
    auto const dot = whole.find('.');
    std::string const class_name =
        dot == std::string::npos ? std::string(usual_class) : whole.substr(0, dot);
    std::string const name = dot == std::string::npos ? whole : whole.substr(dot + 1);
    auto const kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](auto const& k) { return k.class_name == class_name; });
    if (kind == std::end(kKinds) || build.elements.find(class_name, name) == nullptr) {
        build.report.error(stated.at,
                           fmt::format("{} '{}' of {} is not defined", lower(stated.property->name),
                                       shown(stated.text()), owner.label()),
                           dot == std::string::npos && !usual_class.empty()
                               ? fmt::format("the name of a {}", usual_class)
                               : std::string("<class>.<name> of an element"),
                           nearest_name(name, build.elements.names(class_name)));
        return std::nullopt;
    }
    auto const row =
        with_table(build.circuit, kind->kind, [&](auto const& t) { return row_of(t, name); });
    return row ? std::optional(ElementRef{kind->kind, *row}) : std::nullopt;
}

std::string_view kind_name(ElementKind kind) {
    return std::find_if(std::begin(kKinds), std::end(kKinds),
                        [kind](auto const& k) { return k.kind == kind; })
        ->class_name;
}

std::size_t ends_of(Circuit const& circuit, ElementRef element) {
    switch (element.kind) {
    case ElementKind::transformer:
        return circuit.transformers[element.row].windings.size();
    case ElementKind::source:
    case ElementKind::line:
    case ElementKind::fault:
        return 2;
    case ElementKind::capacitor:
        return circuit.capacitors[element.row].connection == Connection::wye ? 2 : 1;
    case ElementKind::reactor:
        return circuit.reactors[element.row].connection == Connection::wye ? 2 : 1;
    default:
        return 1;
    }
}

int phases_of(Circuit const& circuit, ElementRef element) {
    return with_table(circuit, element.kind,
                      [&element](auto const& table) { return table[element.row].phases; });
}

} // namespace gridtwin::grid::dss
