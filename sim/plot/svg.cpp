#include "sim/plot/svg.hpp"

#include "sim/core/utf8.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gridtwin::plot {
namespace {

std::string path_of(std::span<Point const> points) {
    std::string out;
    for (auto const& p : points) {
        out += fmt::format("{}{},{}", out.empty() ? "" : " ", px(p.x), px(p.y));
    }
    return out;
}

std::string title_of(std::string_view title) {
    return title.empty() ? std::string{} : fmt::format("<title>{}</title>", escaped(title));
}

} // namespace

std::string px(double value) {
    auto const tenths = std::llround(value * 10.0);
    return tenths % 10 == 0 ? fmt::format("{}", tenths / 10)
                            : fmt::format("{}{}.{}", tenths < 0 ? "-" : "", std::abs(tenths) / 10,
                                          std::abs(tenths) % 10);
}

std::string escaped(std::string_view text) {
    std::string out;
    for (auto const c : as_utf8(text)) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    for (std::string_view const none : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) { // not in XML 1.0
        for (auto at = out.find(none); at != std::string::npos; at = out.find(none, at)) {
            out.replace(at, none.size(), "\xEF\xBF\xBD");
        }
    }
    return out;
}

namespace {

constexpr std::string_view kOpening = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "
                                      "xmlns=\"http://www.w3.org/2000/svg\" width=\"";
constexpr std::string_view kStyle =
    "\" font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\" font-size=\"11\" "
    "fill=\"#24323d\">\n";

} // namespace

Svg::Svg(double width, double height)
    : out_(fmt::format("{2}{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}{3}", px(width), px(height),
                       kOpening, kStyle)) {}

bool begins_as_svg(std::string_view begin) {
    if (!begin.starts_with(kOpening)) {
        return false;
    }
    auto const line = begin.substr(0, begin.find('\n', kOpening.size()) + 1);
    return line.ends_with(kStyle);
}

void Svg::line(Point a, Point b, std::string_view attributes) {
    out_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>\n", px(a.x), px(a.y),
                        px(b.x), px(b.y), attributes);
}

void Svg::titled_line(Point a, Point b, std::string_view title) {
    out_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\">{}</line>\n", px(a.x),
                        px(a.y), px(b.x), px(b.y), title_of(title));
}

void Svg::polyline(std::span<Point const> points, std::string_view attributes) {
    out_ +=
        fmt::format("<polyline points=\"{}\" fill=\"none\" {}/>\n", path_of(points), attributes);
}

void Svg::polygon(std::span<Point const> points, std::string_view attributes) {
    out_ += fmt::format("<polygon points=\"{}\" {}/>\n", path_of(points), attributes);
}

void Svg::strokes(std::span<std::pair<Point, Point> const> strokes, std::string_view attributes) {
    if (strokes.empty()) {
        return;
    }
    out_ += "<path d=\"";
    for (auto const& [a, b] : strokes) {
        out_ += fmt::format("M{},{}L{},{}", px(a.x), px(a.y), px(b.x), px(b.y));
    }
    out_ += fmt::format("\" fill=\"none\" {}/>\n", attributes);
}

void Svg::circle(Point centre, double r, std::string_view attributes, std::string_view title) {
    out_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" {}", px(centre.x), px(centre.y),
                        px(r), attributes);
    out_ += title.empty() ? "/>\n" : fmt::format(">{}</circle>\n", title_of(title));
}

void Svg::rect(Box const& box, std::string_view attributes, std::string_view title) {
    out_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {}", px(box.x),
                        px(box.y), px(box.w), px(box.h), attributes);
    out_ += title.empty() ? "/>\n" : fmt::format(">{}</rect>\n", title_of(title));
}

void Svg::text(Point at, std::string_view text, std::string_view attributes) {
    out_ += fmt::format("<text x=\"{}\" y=\"{}\" {}>{}</text>\n", px(at.x), px(at.y), attributes,
                        escaped(text));
}

void Svg::label(Point at, std::string_view text, std::string_view attributes) {
    this->text(
        at, text,
        fmt::format("{} stroke=\"#fff\" stroke-width=\"3\" stroke-linejoin=\"round\"", attributes));
    this->text(at, text, attributes);
}

void Svg::open_group(std::string_view attributes) {
    out_ += fmt::format("<g {}>\n", attributes);
}
void Svg::close_group() {
    out_ += "</g>\n";
}

std::string Svg::finish() {
    out_ += "</svg>\n";
    return std::move(out_);
}

} // namespace gridtwin::plot
