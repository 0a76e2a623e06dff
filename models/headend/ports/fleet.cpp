#include "models/headend/ports/fleet.hpp"

#include <fmt/format.h>

namespace gridtwin::headend {

std::string problem(Fleet const& fleet) {
    std::size_t const meters = fleet.meters();
    if (fleet.interval <= SimDuration::zero()) {
        return "the profile's interval is not positive";
    }
    if (fleet.lv_network.size() != meters || fleet.concentrator.size() != meters) {
        return fmt::format("columns of {} (channel), {} (lv_network) and {} (concentrator) meters",
                           meters, fleet.lv_network.size(), fleet.concentrator.size());
    }
    for (std::size_t m = 0; m < meters; ++m) {
        if (index(fleet.lv_network[m]) >= fleet.lv_networks()) {
            return fmt::format("meter {} hangs on LV network {}, which does not exist", m,
                               index(fleet.lv_network[m]));
        }
        bool const read_below = // by a concentrator
            fleet.channel[m] == Channel::plc || fleet.channel[m] == Channel::rf;
        if (!read_below && fleet.channel[m] != Channel::sms) {
            return fmt::format("meter {} is on channel {}", m, name(fleet.channel[m]));
        }
        bool const below = fleet.concentrator[m] != kNone<ConcentratorId>;
        if (below != read_below || (below && index(fleet.concentrator[m]) >= fleet.concentrators)) {
            return fmt::format("meter {} is on channel {} with concentrator {} of {}", m,
                               name(fleet.channel[m]), index(fleet.concentrator[m]),
                               fleet.concentrators);
        }
    }
    if (!fleet.busbar.empty() && fleet.busbar.size() != fleet.lv_networks()) {
        return fmt::format("columns of {} (feeder) and {} (busbar) LV networks",
                           fleet.lv_networks(), fleet.busbar.size());
    }
    for (std::size_t n = 0; n < fleet.busbar.size(); ++n) {
        bool const metered = fleet.busbar[n] != kNone<ConcentratorId>;
        if (metered && index(fleet.busbar[n]) >= fleet.concentrators) {
            return fmt::format("the busbar of LV network {} is metered by concentrator {} of {}", n,
                               index(fleet.busbar[n]), fleet.concentrators);
        }
    }
    if (!fleet.most_w.empty() && fleet.most_w.size() != meters) {
        return fmt::format("connections of {} meters of {}", fleet.most_w.size(), meters);
    }
    if (!fleet.lines.empty() && fleet.lines.size() != fleet.concentrators) {
        return fmt::format("line losses of {} concentrators of {}", fleet.lines.size(),
                           fleet.concentrators);
    }
    for (std::size_t n = 0; n < fleet.lv_networks(); ++n) {
        if (index(fleet.feeder[n]) >= fleet.feeders) {
            return fmt::format("LV network {} hangs on feeder {}, which does not exist", n,
                               index(fleet.feeder[n]));
        }
    }
    return {};
}

NetworkMembers::NetworkMembers(Fleet const& fleet)
    : begin_(fleet.lv_networks() + 1, 0), meters_(fleet.meters()) {
    for (LvNetworkId const network : fleet.lv_network) {
        ++begin_[index(network) + 1];
    }
    for (std::size_t n = 1; n < begin_.size(); ++n) {
        begin_[n] += begin_[n - 1];
    }
    std::vector<std::uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (std::size_t m = 0; m < fleet.meters(); ++m) {
        meters_[next[index(fleet.lv_network[m])]++] = static_cast<MeterId>(m);
    }
}

} // namespace gridtwin::headend
