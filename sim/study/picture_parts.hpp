#pragma once
// The parts of a study's picture. Private to this folder.
#include "sim/plot/axes.hpp"
#include "sim/plot/card.hpp"
#include "sim/plot/svg.hpp"
#include "sim/study/bus_graph.hpp"
#include "sim/study/bus_places.hpp"
#include "sim/study/study.hpp"

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::study {

using plot::Box;
using plot::Point;
using plot::Svg;

/// What the panels share.
struct Scene {
    Study const& study;
    VoltageSummary const& voltage; ///< of the state that is drawn, as all that follows
    LoadingSummary const& loading;
    PowerSummary const& power;
    grid::FeederSolver const& solver;
    Limits const& limits;
    BusGraph graph;
    std::vector<double> u_pu; ///< [node]; 0 when dead, and of neutrals
};

/// Colours of voltages: red below the lower limit, orange at it, green in the middle, blue at the
/// upper limit, purple above it.
class VoltageColours {
  public:
    VoltageColours(Limits const& limits, double lowest_pu, double highest_pu);
    static constexpr int kLevels = 48;
    [[nodiscard]] int level(double u_pu) const; ///< 0..kLevels - 1
    [[nodiscard]] std::string colour(int level) const;
    [[nodiscard]] double lo() const { return lo_; }
    [[nodiscard]] double hi() const { return hi_; }
    /// With ticks at the limits and marks at the extremes.
    void draw_bar(Svg& svg, Box const& box, Limits const& limits) const;

  private:
    double lo_;
    double hi_;
    double v_min_;
    double v_max_;
    double lowest_;
    double highest_;
};

inline constexpr std::string_view kPhaseColours[] = {"#8a97a1", "#d55e00", "#009e73", "#0072b2"};
inline constexpr double kLowVoltage_v = 600.0; ///< line to neutral; below it, low voltage

void draw_one_line(Svg& svg, Box const& box, Scene const& scene);
void draw_profile(Svg& svg, Box const& box, Scene const& scene);
void draw_voltages_over_time(Svg& svg, Box const& box, Stage const& stage, Limits const& limits);
void draw_power_over_time(Svg& svg, Box const& box, Stage const& stage);

/// Strokes that fall on the same pixels are drawn once, those of no length not at all.
class StrokeSet {
  public:
    void add(Point a, Point b);
    [[nodiscard]] std::vector<std::pair<Point, Point>> const& strokes() const { return strokes_; }

  private:
    std::vector<std::pair<Point, Point>> strokes_;
    std::set<std::array<std::int32_t, 4>> seen_;
};

} // namespace gridtwin::study
