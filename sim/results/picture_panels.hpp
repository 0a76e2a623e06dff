#pragma once
// The parts of the picture. Private to this folder.
#include "sim/core/civil_time.hpp"
#include "sim/plot/axes.hpp"
#include "sim/plot/card.hpp"
#include "sim/plot/svg.hpp"
#include "sim/results/reader.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::results {

using namespace plot; // Svg, axes and cards: what all panels are drawn with

/// A line that is open for a while.
struct Outage {
    double from_s = 0.0;
    double to_s = 0.0;
    std::uint32_t line = 0; ///< row of /entities/lines
};

/// What the panels share.
struct Picture {
    Reader const& reader;
    std::vector<EventRecord> events; ///< in order of time
    double end_s = 0.0;              ///< right end of the time axes, > 0
    std::vector<Outage> outages;     ///< from a switch's opening to its closing
    std::optional<CivilClock> clock; ///< none when the file's start or zone is no civil time
};

void draw_map(Svg& svg, Box const& box, Picture const& picture);
void draw_power(Svg& svg, Box const& box, Picture const& picture);
void draw_voltage(Svg& svg, Box const& box, Picture const& picture);
void draw_supply(Svg& svg, Box const& box, Picture const& picture);
/// @param messages not empty
void draw_messages(Svg& svg, Box const& box, Picture const& picture,
                   std::span<MessageRecord const> messages);

/// Where a panel's legend ends.
[[nodiscard]] inline Point legend_place(Box const& card) {
    return {card.right() - 22.0, card.y + 20.0};
}

/// How many of a channel's messages have been sent and are neither delivered nor lost, as the mean
/// over time of each bin.
/// @return [bin], the last of which may be shorter than bin_s
[[nodiscard]] std::vector<double> mean_under_way(std::span<MessageRecord const> messages,
                                                 Channel channel, double end_s, double bin_s);

/// Minutes without supply of each meter, from power_lost and power_restored.
[[nodiscard]] std::vector<double> minutes_without_supply(std::vector<EventRecord> const& events,
                                                         std::size_t meters, double end_s);

} // namespace gridtwin::results
