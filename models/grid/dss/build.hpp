#pragma once
// What the converters share while a circuit is built.
#include "models/grid/carson.hpp"
#include "models/grid/circuit.hpp"
#include "models/grid/dss/element.hpp"

#include <map>
#include <memory>
#include <string>
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
    double load_factor = 1.0;                  ///< Set LoadMult
    EarthModel earth_model = EarthModel::deri; ///< of lines that state none: Set EarthModel

    /// Rows of Circuit::transformers by name.
    std::map<std::string, std::size_t, std::less<>> transformer_rows;
    /// Line codes already worked out, by element and number of its assignments.
    std::map<std::pair<Element const*, std::size_t>, std::shared_ptr<LineCodeData const>> codes;
    std::shared_ptr<GeometryCache> geometry;

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
};

/// What a wye, or a delta, of so many phases has.
[[nodiscard]] int conductors_of(Connection connection, int phases);

} // namespace gridtwin::grid::dss
