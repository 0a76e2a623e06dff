#pragma once
// Places of buses on the sheet. Private to this folder.
#include "sim/plot/svg.hpp"
#include "sim/study/bus_places.hpp"

#include <algorithm>
#include <limits>

namespace gridtwin::study {

/// From the layout's units, up is north, to pixels of a box.
class Projection {
  public:
    Projection(plot::Box const& box, BusPlaces const& places) {
        constexpr double kInfinity = std::numeric_limits<double>::infinity();
        double x_hi = -kInfinity;
        double y_hi = -kInfinity;
        x_lo_ = y_lo_ = kInfinity;
        for (std::size_t bus = 0; bus < places.at.size(); ++bus) {
            if (places.kind[bus] != PlaceKind::none) {
                x_lo_ = std::min(x_lo_, places.at[bus].x);
                x_hi = std::max(x_hi, places.at[bus].x);
                y_lo_ = std::min(y_lo_, places.at[bus].y);
                y_hi = std::max(y_hi, places.at[bus].y);
            }
        }
        double const wide = x_hi - x_lo_;
        double const high = y_hi - y_lo_;
        px_x_ = wide > 0.0 ? box.w / wide : 1e300;
        px_y_ = high > 0.0 ? box.h / high : 1e300;
        if (!places.tree || wide <= 0.0 || high <= 0.0) {
            px_x_ = px_y_ = std::min(px_x_, px_y_); // a map keeps its proportions
        } else {
            px_x_ = std::min(px_x_, 90.0); // a small tree need not fill the sheet
            px_y_ = std::min(px_y_, 60.0);
        }
        if (px_x_ == 1e300) {
            px_x_ = px_y_ = 1.0;
        }
        origin_ = {box.x + (box.w - wide * px_x_) / 2.0,
                   box.bottom() - (box.h - high * px_y_) / 2.0};
    }
    [[nodiscard]] plot::Point operator()(plot::Point p) const {
        return {origin_.x + (p.x - x_lo_) * px_x_, origin_.y - (p.y - y_lo_) * px_y_};
    }

  private:
    double x_lo_ = 0.0;
    double y_lo_ = 0.0;
    double px_x_ = 1.0;
    double px_y_ = 1.0;
    plot::Point origin_;
};

} // namespace gridtwin::study
