#pragma once
// What `gridtwin channel` prints of a medium: a meter's way, why it has none, all meters.
#include "sim/app/budget_text.hpp"
#include "sim/twin/channel_view.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gridtwin::app {

/// What the figures hold for, in the reader's words.
struct ChannelSetting {
    std::string at;             ///< "20:00, the loudest hour"
    std::string load_source;    ///< where load_w comes from
    std::vector<double> load_w; ///< [network of the concentrator]
};

/// A modem's way to its concentrator; nothing without a route.
[[nodiscard]] std::optional<WholeWay> line_way(twin::ChannelView const& view, std::size_t modem);

/// Every hop's budget, then the totals. The modem must have a route.
[[nodiscard]] std::string route_text(scenario::Scenario const& scenario,
                                     twin::ChannelView const& view, ChannelSetting const& setting,
                                     std::size_t modem);

/// The neighbours that are nearest to hearing a modem without a route, and what each lacks.
[[nodiscard]] std::string no_route_text(scenario::Scenario const& scenario,
                                        twin::ChannelView const& view,
                                        ChannelSetting const& setting, std::size_t modem);

/// All meters of a concentrator, those without a path first, then by expected transmissions.
[[nodiscard]] std::string meters_text(twin::ChannelView const& view, std::uint16_t root,
                                      ChannelSetting const& setting);

} // namespace gridtwin::app
