#pragma once
// Scalable vector graphics as text.
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace gridtwin::plot {

struct Point {
    double x = 0.0; ///< px, to the right
    double y = 0.0; ///< px, downwards
};

struct Box {
    double x = 0.0;
    double y = 0.0;
    double w = 0.0;
    double h = 0.0;

    [[nodiscard]] double right() const { return x + w; }
    [[nodiscard]] double bottom() const { return y + h; }
};

/// Attributes are given as they stand in SVG: `stroke="#333" stroke-width="2"`.
class Svg {
  public:
    Svg(double width, double height);

    void line(Point a, Point b, std::string_view attributes);
    void titled_line(Point a, Point b, std::string_view title);
    void polyline(std::span<Point const> points, std::string_view attributes);
    void polygon(std::span<Point const> points, std::string_view attributes);
    /// Many separate strokes as one path.
    void strokes(std::span<std::pair<Point, Point> const> strokes, std::string_view attributes);
    void circle(Point centre, double r, std::string_view attributes, std::string_view title = {});
    void rect(Box const& box, std::string_view attributes, std::string_view title = {});
    void text(Point at, std::string_view text, std::string_view attributes = {});
    /// With a white rim, to be read on top of lines.
    void label(Point at, std::string_view text, std::string_view attributes = {});
    void open_group(std::string_view attributes);
    void close_group();

    [[nodiscard]] std::string finish();

  private:
    std::string out_;
};

/// A text that begins as finish() writes it, as far as `begin` goes: at least 256 octets of it.
[[nodiscard]] bool begins_as_svg(std::string_view begin);
/// A coordinate with one decimal, without needless zeros.
[[nodiscard]] std::string px(double value);
/// Text with &, <, > and quotes escaped; control characters become blanks, and what is no UTF-8 or
/// has no place in XML becomes U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

} // namespace gridtwin::plot
