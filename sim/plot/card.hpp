#pragma once
// What the pictures share: cards, legends, names that do not cover each other.
#include "sim/plot/svg.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gridtwin::plot {

/// Width of a text of the picture's usual size, px; an estimate.
[[nodiscard]] double text_px(std::string_view text, double font_px = 11.0);

/// White card with a heading; returns what is left for the drawing.
Box draw_card(Svg& svg, Box const& box, std::string_view heading, std::string_view unit = {});
/// A sentence where a drawing would be.
void draw_note(Svg& svg, Box const& box, std::string_view text);

struct LegendEntry {
    std::string_view text;
    std::string_view colour;
    bool band = false;
};
/// In one line that ends at `right`.
void draw_legend(Svg& svg, Point right, std::span<LegendEntry const> entries);

/// A round length that ends at `right`.
void draw_scale_bar(Svg& svg, Point right, double px_per_m);

/// Finds places for names beside points, so that none covers another.
class LabelPlaces {
  public:
    /// @param bounds  no name reaches out of it
    explicit LabelPlaces(Box const& bounds = {-1e9, -1e9, 2e9, 2e9}) : bounds_(bounds) {}
    void take(Box const& box) { taken_.push_back(box); }
    /// A point that is found a name, too: no name's middle comes nearer to it than to its own.
    void keep_clear_of(Point p) { named_.push_back(p); }
    /// Where a text of this size starts (its baseline), above or below, right or left of `p`, among
    /// points with names straight above, below or beside it, too; the place is taken then. Nothing
    /// when all are taken.
    /// @param far  tries farther away, too, beside symbols first
    [[nodiscard]] std::optional<Point> find(Point p, double width, double height, bool far = false);

  private:
    [[nodiscard]] bool is_free(Point p, Box const& box) const;
    [[nodiscard]] std::optional<Point> take_first_free(Point p, std::span<Box const> places);

    Box bounds_;
    std::vector<Box> taken_;
    std::vector<Point> named_;
};

} // namespace gridtwin::plot
