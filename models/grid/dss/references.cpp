// Names that point from one element to another: rows of the circuit's tables.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/odd_impedance.hpp"
#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

/// The table that elements of a class go to.
struct Table {
    std::string_view class_name;
    std::size_t (*rows)(Circuit const&);
    std::optional<ElementKind> kind;
};

template <auto Member>
std::size_t rows_of(Circuit const& circuit) {
    return (circuit.*Member).size();
}

constexpr Table kTables[] = {
    {"line", rows_of<&Circuit::lines>, ElementKind::line},
    {"load", rows_of<&Circuit::loads>, ElementKind::load},
    {"transformer", rows_of<&Circuit::transformers>, ElementKind::transformer},
    {"autotrans", rows_of<&Circuit::transformers>, ElementKind::transformer},
    {"capacitor", rows_of<&Circuit::capacitors>, ElementKind::capacitor},
    {"reactor", rows_of<&Circuit::reactors>, ElementKind::reactor},
    {"fault", rows_of<&Circuit::faults>, ElementKind::fault},
    {"vsource", rows_of<&Circuit::sources>, ElementKind::source},
    {"generator", rows_of<&Circuit::generators>, ElementKind::generator},
    {"pvsystem", rows_of<&Circuit::pv_systems>, ElementKind::pv_system},
    {"storage", rows_of<&Circuit::storages>, ElementKind::storage},
    {"regcontrol", rows_of<&Circuit::regulators>, {}},
    {"capcontrol", rows_of<&Circuit::capacitor_controls>, {}},
    {"swtcontrol", rows_of<&Circuit::switch_controls>, {}},
    {"invcontrol", rows_of<&Circuit::inverter_controls>, {}},
    {"tcc_curve", rows_of<&Circuit::tcc_curves>, {}},
    {"fuse", rows_of<&Circuit::fuses>, {}},
    {"recloser", rows_of<&Circuit::reclosers>, {}},
    {"relay", rows_of<&Circuit::relays>, {}},
    {"loadshape", rows_of<&Circuit::load_shapes>, {}},
    {"tshape", rows_of<&Circuit::temperature_shapes>, {}},
    {"growthshape", rows_of<&Circuit::growth_shapes>, {}},
    {"xycurve", rows_of<&Circuit::curves>, {}},
};

Table const* table_of(std::string_view class_name) {
    for (auto const& table : kTables) {
        if (same(table.class_name, class_name)) {
            return &table;
        }
    }
    return nullptr;
}

std::string nearest_element_class(std::string_view name) {
    std::vector<std::string_view> names;
    for (auto const& table : kTables) {
        if (table.kind) {
            names.push_back(table.class_name);
        }
    }
    return nearest_name(name, names);
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(),
                       [name](std::string_view other) { return same(name, other); });
}

/// The reference's own shape `default`: a day of 24 hours.
LoadShape default_load_shape() {
    LoadShape shape;
    shape.name = "default";
    shape.p_mult = {.677, .6256, .6087, .5833, .58028, .6025, .657, .7477, .832, .88,  .94,  .989,
                    .985, .98,   .9898, .999,  1,      .958,  .936, .913,  .876, .876, .828, .756};
    return shape;
}

} // namespace

/// Elements of a usual size are not counted; the others take the square of their conductors.
void Build::weigh(Element const& element) {
    if (conductors_ > kUsualConductors) {
        dense_ += conductors_ * conductors_;
    }
    if (dense_ > kMostDense) {
        report.error(
            element.where,
            fmt::format("{} with its {} conductors is too much beside the others of more "
                        "than {}: the rest is not converted",
                        element.label(), conductors_, kUsualConductors),
            fmt::format("the squares of their conductors to sum to {} at most", kMostDense));
    }
}

void Build::convert_class(ClassSpec const& spec) {
    auto const* table = table_of(spec.name);
    for (auto const& element : elements.all()) {
        if (element.spec != &spec || element.discarded) {
            continue;
        }
        if (dense_ > kMostDense) {
            return;
        }
        auto const before = table != nullptr ? table->rows(circuit) : 0;
        if (element.opened &&
            is_one_of(spec.name, {"load", "generator", "pvsystem", "storage", "fault"})) {
            continue; // by the command Open
        }
        conductors_ = 0;
        note_asymmetric_matrices(element, *this);
        spec.convert(element, *this);
        weigh(element);
        if (table != nullptr && table->rows(circuit) > before) {
            rows_[element.index] = static_cast<std::int32_t>(before);
            if (element.opened && same(spec.name, "capacitor")) {
                auto& closed = circuit.capacitors.back().closed;
                std::fill(closed.begin(), closed.end(), false);
            }
        }
    }
}

std::int32_t Build::row_of(Element const& element) const {
    return rows_[element.index];
}

std::int32_t Build::named_row(std::string_view class_name, Assignment const& stated,
                              Element const& owner) {
    auto const& name = stated.text();
    if (name.empty() || same(name, "none")) {
        return kNone;
    }
    auto const* found = elements.find(class_name, name);
    if (found == nullptr) {
        report.error(stated.at,
                     fmt::format("{} '{}' of {} is not defined", stated.property->name, shown(name),
                                 owner.label()),
                     fmt::format("the name of a {}", class_name),
                     report.full() ? "" : nearest_name(name, elements.names(class_name)));
        return kNone;
    }
    return row_of(*found);
}

std::int32_t Build::shape_row(Assignment const& stated, Element const& owner) {
    if (!same(stated.text(), "default") || elements.find("LoadShape", "default") != nullptr) {
        return named_row("LoadShape", stated, owner);
    }
    auto const row = find_row(circuit.load_shapes, "default");
    if (row != kNone) {
        return row;
    }
    circuit.load_shapes.push_back(default_load_shape());
    return static_cast<std::int32_t>(circuit.load_shapes.size() - 1);
}

std::int32_t Build::growth_row(Assignment const& stated, Element const& owner) {
    if (!same(stated.text(), "default") || elements.find("GrowthShape", "default") != nullptr) {
        return named_row("GrowthShape", stated, owner);
    }
    auto const row = find_row(circuit.growth_shapes, "default");
    if (row != kNone) {
        return row;
    }
    circuit.growth_shapes.push_back({"default", {1.0, 20.0}, {1.025, 1.025}});
    return static_cast<std::int32_t>(circuit.growth_shapes.size() - 1);
}

std::optional<ElementRef> Build::element_ref(Assignment const& stated, Element const& owner,
                                             std::string_view usual_class) {
    std::string_view const whole = stated.text();
    auto const dot = whole.find('.');
    bool const bare = dot == std::string_view::npos;
    auto const class_name = bare ? usual_class : whole.substr(0, dot);
    auto const name = bare ? whole : whole.substr(dot + 1);
    auto const* found = elements.find(class_name, name);
    if (found == nullptr) {
        report.error(stated.at,
                     fmt::format("{} '{}' of {} is not defined", stated.property->name,
                                 shown(whole), owner.label()),
                     bare && !usual_class.empty() ? fmt::format("the name of a {}", usual_class)
                                                  : std::string("<class>.<name> of an element"),
                     report.full() ? ""
                     : bare || find_class(class_name) != nullptr
                         ? nearest_name(name, elements.names(class_name))
                         : nearest_element_class(class_name));
        return std::nullopt;
    }
    auto const* table = table_of(class_name);
    if (table == nullptr || !table->kind) {
        report.error(stated.at,
                     fmt::format("{} '{}' of {} carries no current", stated.property->name,
                                 shown(whole), owner.label()),
                     "a line, transformer, load or other element with terminals");
        return std::nullopt;
    }
    auto const row = row_of(*found);
    return row == kNone ? std::nullopt
                        : std::optional(ElementRef{*table->kind, static_cast<std::size_t>(row)});
}

std::string_view kind_name(ElementKind kind) {
    return std::find_if(std::begin(kTables), std::end(kTables),
                        [kind](Table const& table) { return table.kind == kind; })
        ->class_name;
}

} // namespace gridtwin::grid::dss
