#include "sim/study/picture_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gridtwin::study {
namespace {

struct Rgb {
    double r, g, b;
};

// At: the bar's lower end, the lower limit, the middle, the upper limit, the bar's upper end.
constexpr std::array<Rgb, 5> kStops{
    {{158, 1, 40}, {240, 122, 30}, {62, 158, 96}, {38, 116, 190}, {104, 34, 139}}};

} // namespace

VoltageColours::VoltageColours(Limits const& limits, double lowest_pu, double highest_pu)
    : lo_(std::min(limits.v_min_pu - 0.02, std::max(lowest_pu, limits.v_min_pu - 0.25))),
      hi_(std::max(limits.v_max_pu + 0.02, std::min(highest_pu, limits.v_max_pu + 0.25))),
      v_min_(limits.v_min_pu), v_max_(limits.v_max_pu), lowest_(lowest_pu), highest_(highest_pu) {}

int VoltageColours::level(double u_pu) const {
    auto const part = (u_pu - lo_) / (hi_ - lo_);
    return std::clamp(static_cast<int>(part * kLevels), 0, kLevels - 1);
}

std::string VoltageColours::colour(int level) const {
    double const u_pu = lo_ + (hi_ - lo_) * (level + 0.5) / kLevels;
    std::array<double, 5> const at{lo_, v_min_, (v_min_ + v_max_) / 2.0, v_max_, hi_};
    std::size_t k = 0;
    while (k + 2 < at.size() && u_pu > at[k + 1]) {
        ++k;
    }
    double const part = std::clamp((u_pu - at[k]) / (at[k + 1] - at[k]), 0.0, 1.0);
    auto const mix = [part](double a, double b) {
        return static_cast<int>(std::lround(a + (b - a) * part));
    };
    return fmt::format("#{:02x}{:02x}{:02x}", mix(kStops[k].r, kStops[k + 1].r),
                       mix(kStops[k].g, kStops[k + 1].g), mix(kStops[k].b, kStops[k + 1].b));
}

void VoltageColours::draw_bar(Svg& svg, Box const& box, Limits const& limits) const {
    auto const x_of = [&](double u_pu) {
        return box.x + std::clamp((u_pu - lo_) / (hi_ - lo_), 0.0, 1.0) * box.w;
    };
    for (int k = 0; k < kLevels; ++k) {
        double const x = box.x + box.w * k / kLevels;
        svg.rect({x, box.y, box.w / kLevels + 0.4, box.h}, fmt::format("fill=\"{}\"", colour(k)));
    }
    auto const tick = [&](double u_pu, bool limit) {
        auto const x = x_of(u_pu);
        svg.line({x, box.y - (limit ? 3.0 : 0.0)}, {x, box.bottom() + 3.0}, "stroke=\"#24323d\"");
        svg.text({x, box.bottom() + 13.0}, fmt::format("{:.2f}", u_pu),
                 "text-anchor=\"middle\" font-size=\"9.5\" fill=\"#3c4a55\"");
    };
    tick(limits.v_min_pu, true);
    tick((limits.v_min_pu + limits.v_max_pu) / 2.0, false);
    tick(limits.v_max_pu, true);
    for (auto const u_pu : {lowest_, highest_}) {
        auto const x = x_of(u_pu);
        std::array<Point, 3> const mark{
            {{x, box.y - 0.5}, {x - 3.5, box.y - 6.5}, {x + 3.5, box.y - 6.5}}};
        svg.polygon(mark, "fill=\"#24323d\"");
    }
    svg.text({box.right() + 8.0, box.bottom() - 1.0}, "pu", "fill=\"#5b6b77\"");
}

void StrokeSet::add(Point a, Point b) {
    auto const half = [](double v) { return static_cast<std::int32_t>(std::lround(2.0 * v)); };
    std::array<std::int32_t, 4> key{half(a.x), half(a.y), half(b.x), half(b.y)};
    if (std::pair(key[2], key[3]) < std::pair(key[0], key[1])) {
        key = {key[2], key[3], key[0], key[1]};
    }
    if ((key[0] != key[2] || key[1] != key[3]) && seen_.insert(key).second) {
        strokes_.emplace_back(a, b);
    }
}

} // namespace gridtwin::study
