#pragma once
// Symbols of the one-line and their legend. Private to this folder.
#include "sim/plot/svg.hpp"

#include <cstdint>
#include <string>

namespace gridtwin::study {

enum class Symbol : std::uint8_t {
    source,
    transformer,
    small_transformer,
    regulator,
    capacitor,
    generation,
    closed_switch,
    open_switch,
};

/// @param angle  of the branch, rad, clockwise on the screen
void draw_symbol(plot::Svg& svg, Symbol symbol, plot::Point p, double angle, double scale,
                 std::string const& title);

/// Entries from left to right, in rows.
class SymbolLegend {
  public:
    SymbolLegend(plot::Svg& svg, plot::Box const& box) : svg_(svg), box_(box), at_{box.x, box.y} {}
    void add(Symbol symbol);
    void add_stroke(std::string const& text, std::string const& attributes);

  private:
    plot::Point place(std::string const& text);

    plot::Svg& svg_;
    plot::Box box_;
    plot::Point at_;
};

} // namespace gridtwin::study
