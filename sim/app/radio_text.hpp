#pragma once
// What `gridtwin channel --over rf` prints of a radio mesh: a meter's way, why it has none, all
// meters.
#include "sim/app/budget_text.hpp"
#include "sim/twin/radio_view.hpp"

#include <optional>
#include <string>

namespace gridtwin::app {

/// A node's way to its concentrator; nothing without a route.
[[nodiscard]] std::optional<WholeWay> radio_way(scenario::Scenario const& scenario,
                                                twin::RadioView const& view, std::size_t node);

/// Every hop's budget, then the totals. The node must have a route.
[[nodiscard]] std::string radio_route_text(scenario::Scenario const& scenario,
                                           twin::RadioView const& view, std::size_t node);

/// The neighbours that are nearest to hearing a node without a route, and what each lacks.
[[nodiscard]] std::string no_radio_route_text(scenario::Scenario const& scenario,
                                              twin::RadioView const& view, std::size_t node);

/// All meters of a concentrator's mesh, those without a path first, then by expected transmissions.
[[nodiscard]] std::string mesh_text(scenario::Scenario const& scenario, twin::RadioView const& view,
                                    std::uint16_t root);

} // namespace gridtwin::app
