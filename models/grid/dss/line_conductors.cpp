#include "models/grid/dss/line_conductors.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {

void LineConductors::wrong(Place at, std::string what, std::string expected) {
    build_.report.error(at, std::move(what), std::move(expected));
    lost_ = true;
}

void LineConductors::forget() {
    lost_ = false;
    at_ = nullptr;
    geometry_element_ = nullptr;
    geometry_ = nullptr;
    spacing_.reset();
    conductors_.clear();
}

void LineConductors::take_geometry(Assignment const& stated) {
    forget();
    at_ = &stated;
    geometry_element_ = named_element("linegeometry", stated.text(), stated, line_, build_);
    geometry_ = geometry_element_ != nullptr ? geometry_of(*geometry_element_, build_) : nullptr;
    lost_ = geometry_ == nullptr;
    if (!lost_) {
        phases_ = static_cast<int>(geometry_->keep);
        amps_ = geometry_->amps;
    }
}

void LineConductors::take_spacing(Assignment const& stated) {
    forget();
    at_ = &stated;
    auto const* element = named_element("linespacing", stated.text(), stated, line_, build_);
    spacing_ = element != nullptr ? spacing_of(*element, build_.report) : std::nullopt;
    lost_ = !spacing_;
    phases_ = lost_ ? phases_ : static_cast<int>(spacing_->phases);
    amps_ = 0.0;
}

void LineConductors::take_conductors(std::string_view class_name, Assignment const& stated) {
    if (lost_) {
        return;
    }
    if (!spacing_) {
        at_ = &stated;
        wrong(stated.at,
              fmt::format("{} of {} has no spacing", stated.property->name, line_.label()),
              "spacing=<linespacing> before it");
        return;
    }
    auto const named = named_conductors(class_name, stated, line_, build_);
    bool const wires = class_name == "wiredata";
    bool const neutrals =
        wires && conductors_.size() == spacing_->phases && conductors_[0].screen != Screen::none;
    if (!neutrals) {
        conductors_.clear();
        amps_ = named.empty() ? 0.0 : named[0].amps;
    }
    for (auto const& conductor : named) {
        conductors_.push_back(conductor.conductor);
    }
    lost_ = named.empty(); // reported
    bool const cables = !wires && conductors_.size() == spacing_->phases;
    if (!lost_ && conductors_.size() != spacing_->conductors && !cables) {
        wrong(stated.at,
              fmt::format("{} of {} makes {} conductors on a spacing of {}", stated.property->name,
                          line_.label(), conductors_.size(), spacing_->conductors),
              "wires for all, or cables for the phases and wires for the rest");
    }
}

std::shared_ptr<LineConstants const> LineConductors::constants(EarthModel model, double rho_ohm_m) {
    if (!stated() || lost_) {
        return nullptr;
    }
    if (geometry_ != nullptr) {
        auto& known = build_.geometry->constants[{geometry_element_, model, rho_ohm_m}];
        if (!known) {
            known = constants_of(*geometry_, model, rho_ohm_m, at_->at, line_, build_);
        }
        lost_ = known == nullptr;
        return known;
    }
    if (conductors_.size() != spacing_->conductors) {
        wrong(at_->at,
              fmt::format("{} has {} conductors on a spacing of {}", line_.label(),
                          conductors_.size(), spacing_->conductors),
              "wires, cncables or tscables for all of them");
        return nullptr;
    }
    Geometry placed{conductors_, spacing_->phases, 0.0};
    for (std::size_t i = 0; i < conductors_.size(); ++i) {
        placed.conductors[i].x_m = spacing_->x_m[i];
        placed.conductors[i].h_m = spacing_->h_m[i];
    }
    auto out = constants_of(placed, model, rho_ohm_m, at_->at, line_, build_);
    lost_ = out == nullptr;
    return out;
}

} // namespace gridtwin::grid::dss
