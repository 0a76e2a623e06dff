// How many messages are under way: the queue of an operator that was down, a busy line.
#include "sim/results/plot_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace gridtwin::results {
namespace {

struct Line {
    Channel channel;
    LegendEntry entry;
};
constexpr std::array<Line, 4> kLines{{{Channel::plc, {"PLC", "#0072b2"}},
                                      {Channel::rf, {"radio", "#009e73"}},
                                      {Channel::sms, {"SMS", "#e69f00"}},
                                      {Channel::wan, {"WAN", "#24323d"}}}};
constexpr double kBins = 150.0; // at least

} // namespace

std::vector<double> mean_under_way(std::span<MessageRecord const> messages, Channel channel,
                                   double end_s, double bin_s) {
    auto const bins = static_cast<std::size_t>(std::ceil(end_s / bin_s));
    std::vector<double> part_s(bins, 0.0); // of messages that begin or end in the bin
    std::vector<double> whole(bins + 1);   // how many more there are all through it
    for (auto const& m : messages) {
        double const from_s = std::max(to_s(m.sent), 0.0);
        double const to_time_s = m.done == kNever ? end_s : std::min(to_s(m.done), end_s);
        if (m.channel != channel || from_s >= to_time_s) {
            continue;
        }
        auto const first = static_cast<std::size_t>(from_s / bin_s);
        auto const last = std::min(static_cast<std::size_t>(to_time_s / bin_s), bins - 1);
        if (first == last) {
            part_s[first] += to_time_s - from_s;
            continue;
        }
        part_s[first] += static_cast<double>(first + 1) * bin_s - from_s;
        part_s[last] += to_time_s - static_cast<double>(last) * bin_s;
        whole[first + 1] += 1.0;
        whole[last] -= 1.0;
    }
    std::partial_sum(whole.begin(), whole.end(), whole.begin());
    std::vector<double> mean(bins);
    for (std::size_t i = 0; i < bins; ++i) {
        double const width_s = std::min(bin_s, end_s - static_cast<double>(i) * bin_s);
        mean[i] = whole[i] + part_s[i] / width_s;
    }
    return mean;
}

void draw_messages(Svg& svg, Box const& box, Picture const& picture,
                   std::span<MessageRecord const> messages) {
    double const bin_s = round_below(picture.end_s / kBins);
    auto const inner =
        draw_card(svg, box, "Messages under way", fmt::format("mean of {:g} s", bin_s));
    std::vector<Line> lines;
    std::vector<std::vector<double>> curves;
    double most = 0.0;
    for (auto const& line : kLines) {
        if (std::ranges::any_of(messages,
                                [&](auto const& m) { return m.channel == line.channel; })) {
            lines.push_back(line);
            curves.push_back(mean_under_way(messages, line.channel, picture.end_s, bin_s));
            most = std::max(most, *std::ranges::max_element(curves.back()));
        }
    }
    std::vector<double> t_s;
    for (std::size_t i = 0; i < curves.front().size(); ++i) {
        t_s.push_back(static_cast<double>(i) * bin_s);
    }
    t_s.push_back(picture.end_s);
    auto const plot = draw_axes(svg, inner, picture, nice_scale(0.0, most, 4));
    std::vector<LegendEntry> legend;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        curves[i].push_back(curves[i].back());
        draw_curve(svg, plot, t_s, curves[i], lines[i].entry.colour, CurveKind::steps);
        legend.push_back(lines[i].entry);
    }
    draw_legend(svg, legend_place(box), legend);
}

} // namespace gridtwin::results
