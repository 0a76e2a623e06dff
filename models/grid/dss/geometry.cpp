// Where conductors hang (LineSpacing), and conductors in place (LineGeometry).
#include "models/grid/dss/geometry.hpp"

#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/units.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

enum SpacingTag : int { kSpConductors = 1, kSpPhases, kSpX, kSpH, kSpUnits };

constexpr PropertySpec kSpacingProperties[] = {
    {"nconds", Kind::integer, Use::applied, kSpConductors, Range::phases},
    {"nphases", Kind::integer, Use::applied, kSpPhases, Range::phases},
    {"x", Kind::numbers, Use::applied, kSpX},
    {"h", Kind::numbers, Use::applied, kSpH},
    {"units", Kind::choice, Use::applied, kSpUnits, Range::any, kUnitChoices},
    {"like", Kind::text, Use::applied, kTagLike},
};

enum GeometryTag : int {
    kGeConductors = 1,
    kGePhases,
    kGeCond,
    kGeWire,
    kGeX,
    kGeH,
    kGeUnits,
    kGeAmps,
    kGeReduce,
    kGeSpacing,
    kGeWires,
    kGeCnCable,
    kGeTsCable,
    kGeCnCables,
    kGeTsCables,
};

constexpr PropertySpec kGeometryProperties[] = {
    {"nconds", Kind::integer, Use::applied, kGeConductors, Range::phases},
    {"nphases", Kind::integer, Use::applied, kGePhases, Range::phases},
    {"cond", Kind::integer, Use::applied, kGeCond, Range::phases},
    {"wire", Kind::text, Use::applied, kGeWire},
    {"x", Kind::number, Use::applied, kGeX},
    {"h", Kind::number, Use::applied, kGeH},
    {"units", Kind::choice, Use::applied, kGeUnits, Range::any, kUnitChoices},
    {"normamps", Kind::number, Use::applied, kGeAmps, Range::not_negative},
    {"emergamps"},
    {"reduce", Kind::yes_no, Use::applied, kGeReduce},
    {"spacing", Kind::text, Use::applied, kGeSpacing},
    {"wires", Kind::text, Use::applied, kGeWires},
    {"cncable", Kind::text, Use::applied, kGeCnCable},
    {"tscable", Kind::text, Use::applied, kGeTsCable},
    {"cncables", Kind::text, Use::applied, kGeCnCables},
    {"tscables", Kind::text, Use::applied, kGeTsCables},
    {"Seasons", Kind::integer},
    {"Ratings", Kind::numbers},
    {"LineType", Kind::text},
    {"Conductors", Kind::free, Use::not_modelled},
    {"like", Kind::text, Use::applied, kTagLike},
};

/// A LineGeometry as it is stated, conductor by conductor.
class GeometryReplay {
  public:
    GeometryReplay(Element const& element, Build& build) : element_(element), build_(build) {
        resize(3);
    }
    void apply(Assignment const& stated);
    std::shared_ptr<Geometry const> finish();

  private:
    struct Place {
        std::optional<LineConductor> conductor;
        double x = 0.0;
        double h = 0.0;
        LengthUnit unit = LengthUnit::none;
        bool unit_known = false;
    };

    void resize(std::size_t count);
    void take_cond(Assignment const& stated);
    void take_spacing(Assignment const& stated);
    void take_one(std::string_view class_name, Assignment const& stated);
    void take_list(std::string_view class_name, Assignment const& stated);
    void wrong(dss::Place at, std::string const& what, std::string expected);

    Element const& element_;
    Build& build_;
    std::vector<Place> places_;
    std::size_t active_ = 0;
    std::size_t phases_ = 3;
    LengthUnit last_unit_ = LengthUnit::ft;
    bool reduce_ = false;
    double amps_ = 0.0;
    double first_amps_ = 0.0; ///< of conductor 1
    bool good_ = true;
};

void GeometryReplay::wrong(dss::Place at, std::string const& what, std::string expected) {
    build_.report.error(at, fmt::format("{} {}", element_.label(), what), std::move(expected));
    good_ = false;
}

void GeometryReplay::resize(std::size_t count) {
    places_.assign(count, {});
    active_ = 0;
    last_unit_ = LengthUnit::ft;
}

void GeometryReplay::take_cond(Assignment const& stated) {
    auto const number = static_cast<std::size_t>(stated.integer());
    if (number > places_.size()) {
        wrong(stated.at, fmt::format("has cond={}", number),
              fmt::format("1..{}, as nconds says", places_.size()));
        return;
    }
    active_ = number - 1;
    auto& place = places_[active_];
    if (!place.unit_known) { // the unit last stated holds on
        place.unit = last_unit_;
        place.unit_known = true;
    }
}

void GeometryReplay::take_spacing(Assignment const& stated) {
    auto const* element = named_element("linespacing", stated.text(), stated, element_, build_);
    auto const spacing = element != nullptr ? spacing_of(*element, build_.report) : std::nullopt;
    if (!spacing) {
        good_ = false;
        return;
    }
    if (spacing->conductors != places_.size()) {
        wrong(stated.at,
              fmt::format("has {} conductors and a spacing of {}", places_.size(),
                          spacing->conductors),
              "as many, with nconds before spacing");
        return;
    }
    for (std::size_t i = 0; i < places_.size(); ++i) {
        places_[i].x = spacing->x_m[i];
        places_[i].h = spacing->h_m[i];
        places_[i].unit = LengthUnit::m;
        places_[i].unit_known = true;
    }
}

void GeometryReplay::take_one(std::string_view class_name, Assignment const& stated) {
    auto const* element = named_element(class_name, stated.text(), stated, element_, build_);
    auto const data =
        element != nullptr ? conductor_data(*element, stated, element_, build_) : std::nullopt;
    if (!data) {
        good_ = false;
        return;
    }
    places_[active_].conductor = data->conductor;
    first_amps_ = active_ == 0 ? data->amps : first_amps_;
}

/// The wires of a geometry with cables are its bare neutrals, after the cables.
void GeometryReplay::take_list(std::string_view class_name, Assignment const& stated) {
    auto const conductors = named_conductors(class_name, stated, element_, build_);
    bool const cables_before = stated.property->tag == kGeWires && !places_.empty() &&
                               places_[0].conductor && places_[0].conductor->screen != Screen::none;
    std::size_t const first = cables_before ? phases_ : 0;
    bool const cables = stated.property->tag != kGeWires;
    bool const fits = conductors.size() + first == places_.size() ||
                      (cables && conductors.size() == phases_ && phases_ <= places_.size());
    if (conductors.empty()) {
        good_ = false; // reported
        return;
    }
    if (!fits || first > places_.size()) {
        wrong(stated.at,
              fmt::format("has {} {} for {} conductors and {} phases", conductors.size(),
                          stated.property->name, places_.size(), phases_),
              "wires for all conductors, cables for the phases and wires for the rest");
        return;
    }
    for (std::size_t i = 0; i < conductors.size(); ++i) {
        places_[first + i].conductor = conductors[i].conductor;
    }
    first_amps_ = first == 0 ? conductors[0].amps : first_amps_;
}

void GeometryReplay::apply(Assignment const& stated) {
    switch (stated.property->tag) {
    case kGeConductors:
        resize(static_cast<std::size_t>(stated.integer()));
        break;
    case kGePhases:
        phases_ = static_cast<std::size_t>(stated.integer());
        break;
    case kGeCond:
        take_cond(stated);
        break;
    case kGeWire:
        take_one("wiredata", stated);
        break;
    case kGeCnCable:
        take_one("cndata", stated);
        break;
    case kGeTsCable:
        take_one("tsdata", stated);
        break;
    case kGeX:
        places_[active_].x = stated.number();
        break;
    case kGeH:
        places_[active_].h = stated.number();
        break;
    case kGeUnits:
        last_unit_ = static_cast<LengthUnit>(stated.integer());
        places_[active_].unit = last_unit_;
        places_[active_].unit_known = true;
        break;
    case kGeAmps:
        amps_ = stated.number();
        break;
    case kGeReduce:
        reduce_ = stated.yes();
        break;
    case kGeSpacing:
        take_spacing(stated);
        break;
    case kGeWires:
        take_list("wiredata", stated);
        break;
    case kGeCnCables:
        take_list("cndata", stated);
        break;
    case kGeTsCables:
        take_list("tsdata", stated);
        break;
    default:
        break;
    }
}

std::shared_ptr<Geometry const> GeometryReplay::finish() {
    if (phases_ > places_.size() && good_) {
        wrong(element_.where,
              fmt::format("has {} phases and {} conductors", phases_, places_.size()),
              "nconds of at least nphases");
    }
    auto out = std::make_shared<Geometry>();
    for (std::size_t i = 0; good_ && i < places_.size(); ++i) {
        auto& place = places_[i];
        if (!place.conductor || !place.unit_known) {
            wrong(element_.where,
                  fmt::format("has no {} for conductor {}", place.conductor ? "units" : "wire",
                              i + 1),
                  fmt::format("cond={} wire=<wiredata> x=.. h=.. units=..", i + 1));
            break;
        }
        double const unit_m = place.unit == LengthUnit::none ? 1.0 : metres(place.unit);
        place.conductor->x_m = place.x * unit_m;
        place.conductor->h_m = place.h * unit_m;
        out->conductors.push_back(*place.conductor);
    }
    out->keep = reduce_ ? phases_ : places_.size();
    out->amps = amps_ > 0.0 ? amps_ : first_amps_;
    auto const mistake = good_ ? conductor_mistake(out->conductors) : std::string();
    if (!mistake.empty()) {
        wrong(element_.where, fmt::format("cannot be: {}", mistake), "conductors apart, above 0");
    }
    return good_ && !element_.flawed ? out : nullptr;
}

void check_geometry(Element const& element, Build& build) {
    static_cast<void>(geometry_of(element, build));
}

} // namespace

ClassSpec const kLineSpacingClass{"LineSpacing", kSpacingProperties, nullptr};
ClassSpec const kLineGeometryClass{"LineGeometry", kGeometryProperties, check_geometry};

std::optional<Spacing> spacing_of(Element const& element, Report& report) {
    Spacing out;
    auto unit = LengthUnit::ft;
    for (auto const& stated : element.assignments) {
        switch (stated.property->tag) {
        case kSpConductors:
            out.conductors = static_cast<std::size_t>(stated.integer());
            unit = LengthUnit::ft;
            break;
        case kSpPhases:
            out.phases = static_cast<std::size_t>(stated.integer());
            break;
        case kSpX:
            out.x_m = stated.numbers();
            break;
        case kSpH:
            out.h_m = stated.numbers();
            break;
        case kSpUnits:
            unit = static_cast<LengthUnit>(stated.integer());
            break;
        default:
            break;
        }
    }
    bool const fits = out.x_m.size() == out.conductors && out.h_m.size() == out.conductors;
    if (!fits || out.phases > out.conductors) {
        if (!element.flawed) {
            report.error(element.where,
                         fmt::format("{} of {} conductors and {} phases has {} x and {} h",
                                     element.label(), out.conductors, out.phases, out.x_m.size(),
                                     out.h_m.size()),
                         "x and h for each conductor, no more phases than conductors");
        }
        return std::nullopt;
    }
    double const unit_m = unit == LengthUnit::none ? 1.0 : metres(unit);
    for (std::size_t i = 0; i < out.conductors; ++i) {
        out.x_m[i] *= unit_m;
        out.h_m[i] *= unit_m;
    }
    return out;
}

std::shared_ptr<Geometry const> geometry_of(Element const& element, Build& build) {
    auto const [at, added] = build.geometry->geometries.try_emplace(&element);
    if (added) {
        GeometryReplay replay(element, build);
        for (auto const& stated : element.assignments) {
            replay.apply(stated);
        }
        at->second = replay.finish();
    }
    return at->second;
}

std::shared_ptr<LineConstants const> constants_of(Geometry const& geometry, EarthModel model,
                                                  double rho_ohm_m, Place use, Element const& owner,
                                                  Build& build) {
    auto mistake = conductor_mistake(geometry.conductors);
    std::optional<LineConstants> out;
    if (mistake.empty()) {
        out = reduced(line_constants(geometry.conductors, model, build.circuit.f_hz, rho_ohm_m),
                      geometry.keep);
        mistake = out ? "" : "its grounded conductors have no impedance";
    }
    if (!out) {
        build.report.error(
            use, fmt::format("the conductors of {} cannot be: {}", owner.label(), mistake),
            "conductors apart, above 0");
        return nullptr;
    }
    return std::make_shared<LineConstants>(std::move(*out));
}

} // namespace gridtwin::grid::dss
