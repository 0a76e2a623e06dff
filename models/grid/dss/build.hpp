#pragma once
// What the converters share while a circuit is built.
#include "models/grid/circuit.hpp"
#include "models/grid/dss/element.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace gridtwin::grid::dss {

struct LineCodeData;
struct GeometryCache;

class Build {
  public:
    Build(ElementTable const& table, Report& messages, Circuit& result);

    ElementTable const& elements;
    Report& report;
    Circuit& circuit;
    double load_factor = 1.0; ///< Set LoadMult

    /// Circuit::buses by name, for looking up; the names are the map's.
    std::unordered_map<std::string_view, BusInfo*> buses;
    /// Line codes already worked out, by element and number of its assignments.
    std::map<std::pair<Element const*, std::size_t>, std::shared_ptr<LineCodeData const>> codes;
    std::shared_ptr<GeometryCache> geometry;

    // References between elements. What is referred to must be of a class that is converted before
    // (see classes.cpp). Each reports a dangling name, with the nearest one, and gives nothing also
    // when the other element is disabled or was wrong itself, which needs no second message.
    // References by name are properties of Kind::text, Use::applied.

    /// Converts every element of a class.
    void convert_class(ClassSpec const& spec);
    /// Row of a converted element in the table of its class; kNone: it made none.
    [[nodiscard]] std::int32_t row_of(Element const& element) const;
    /// Row of the element of class `class_name` that a text property names; "none" is kNone.
    /// For example named_row("TShape", stated, owner): Circuit::temperature_shapes,
    /// named_row("XYCurve", ...): curves, named_row("TCC_Curve", ...): tcc_curves.
    std::int32_t named_row(std::string_view class_name, Assignment const& stated,
                           Element const& owner);
    /// Row of Circuit::load_shapes; the reference's shape `default` is always there.
    std::int32_t shape_row(Assignment const& stated, Element const& owner);
    /// Row of Circuit::growth_shapes; `default` is always there.
    std::int32_t growth_row(Assignment const& stated, Element const& owner);
    /// What a property like `element=Line.l1` names: lines, transformers, capacitors, reactors,
    /// loads, generators... A name alone is one of `usual_class`.
    std::optional<ElementRef> element_ref(Assignment const& stated, Element const& owner,
                                          std::string_view usual_class = {});

    /// The terminal of an element with `conductors` conductors, of which the first `phases` default
    /// to nodes 1, 2, 3...; the others to ground. Reports nodes that cannot be meant.
    Terminal terminal(BusName const& bus, int phases, int conductors, Element const& owner);
    /// The second end of an element between two buses: `bus2`, or ground at bus1 when null.
    Terminal second_end(BusName const* bus2, BusName const& bus1, int phases, Element const& owner);
    /// Reports that a bus was never stated, unless it was stated wrongly.
    void missing(Element const& owner, int tag, std::string_view property);
    /// Reports a stated base frequency other than the circuit's; true when the element is enabled.
    bool common(Element const& owner);
    /// Reports, once, any number that is not finite; true when all are.
    bool finite(Element const& owner, std::initializer_list<double> values);
    template <typename Range>
    bool all_finite(Element const& owner, Range const& values) {
        for (auto const& value : values) {
            if (!finite(owner, {std::abs(value)})) {
                return false;
            }
        }
        return true;
    }

  private:
    void weigh(Element const& element);

    static constexpr std::size_t kUsualConductors = 24;
    static constexpr std::size_t kMostDense = 16'000'000; // admittances, 256 MB

    std::vector<std::int32_t> rows_; // by Element::index
    std::size_t conductors_ = 0;     // of the element that is being converted
    std::size_t dense_ = 0;          // admittances of elements with unusually many conductors
};

/// How a kind is called: "line".
[[nodiscard]] std::string_view kind_name(ElementKind kind);

/// Row of the thing of that name; kNone when there is none.
template <typename Table>
[[nodiscard]] std::int32_t find_row(Table const& table, std::string_view name) {
    for (std::size_t row = 0; row < table.size(); ++row) {
        if (table[row].name == name) {
            return static_cast<std::int32_t>(row);
        }
    }
    return kNone;
}

/// What a wye, or a delta, of so many phases has.
[[nodiscard]] int conductors_of(Connection connection, int phases);

} // namespace gridtwin::grid::dss
