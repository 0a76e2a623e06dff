#pragma once
// A line that states its conductors instead of impedances: geometry=, or spacing= with wires=,
// cncables= or tscables=. The last of these words, or of those for impedances, counts.
#include "models/grid/dss/geometry.hpp"

namespace gridtwin::grid::dss {

class LineConductors {
  public:
    LineConductors(Element const& line, Build& build) : line_(line), build_(build) {}

    /// The line has the geometry's conductors.
    void take_geometry(Assignment const& stated);
    /// The line has the spacing's phases; other conductors are grounded along it.
    void take_spacing(Assignment const& stated);
    /// Conductors for the spacing, in its order; wires after cables are the bare neutrals.
    void take_conductors(std::string_view class_name, Assignment const& stated);
    /// Impedances count again.
    void forget();

    [[nodiscard]] bool stated() const { return at_ != nullptr; }
    /// What the line is made of has a mistake, reported.
    [[nodiscard]] bool lost() const { return lost_; }
    [[nodiscard]] int phases() const { return phases_; }
    /// Rating of the geometry or of the first conductor; 0 unknown.
    [[nodiscard]] double amps() const { return amps_; }
    /// Constants per metre; null when lost.
    [[nodiscard]] std::shared_ptr<LineConstants const> constants(EarthModel model,
                                                                 double rho_ohm_m);

  private:
    void wrong(Place at, std::string what, std::string expected);

    Element const& line_;
    Build& build_;
    Assignment const* at_ = nullptr; // geometry= or spacing=
    Element const* geometry_element_ = nullptr;
    std::shared_ptr<Geometry const> geometry_;
    std::optional<Spacing> spacing_;
    std::vector<LineConductor> conductors_; // on the spacing
    int phases_ = 0;
    double amps_ = 0.0;
    bool lost_ = false;
};

} // namespace gridtwin::grid::dss
