// What an area sees of the grid: who has supply, what carries its signals, what disturbs them.
#include "sim/twin/access_area.hpp"
#include "sim/twin/channel_view.hpp"

#include <algorithm>
#include <utility>

namespace gridtwin::twin {

void AccessArea::on_fuse(FuseChange const& change) {
    if (!plc_) {
        return;
    }
    auto const found = std::find(row_.networks.begin(), row_.networks.end(), change.network);
    auto const network = static_cast<std::uint32_t>(found - row_.networks.begin());
    open_.resize(row_.networks.size());
    std::erase(open_[network], change.node);
    if (!change.closed) {
        open_[network].push_back(change.node);
    }
    update_channel({network});
}

void AccessArea::update_channel(std::vector<std::uint32_t> const& networks) {
    auto const area = plc_area(world_, id_);
    auto in = area.channel_input(scenario_, medium_of(world_, id_));
    in.open = open_;
    in.island = island_;
    auto channel = plc_->medium.channel();
    for (auto const network : networks) {
        channel.update(in, network);
    }
    plc_->medium.set_channel(std::move(channel));
    noise_.channel_changed();
}

/// What is open at medium voltage parts networks that hear each other over it.
void AccessArea::note_islands(std::span<std::uint32_t const> lv_island) {
    std::size_t const n = row_.networks.size();
    if (n < 2 || lv_island.empty()) {
        return;
    }
    if (island_.empty()) { // the channel was made as if all hung together
        island_.assign(n, lv_island[index(row_.networks.front())]);
    }
    std::vector<std::uint32_t> changed;
    for (std::uint32_t k = 0; k < n; ++k) {
        auto const now = lv_island[index(row_.networks[k])];
        if (std::exchange(island_[k], now) != now) {
            changed.push_back(k);
        }
    }
    if (!changed.empty()) {
        update_channel(changed);
    }
}

void AccessArea::on_grid(GridView const& view) {
    if (!plc_) {
        return;
    }
    note_islands(view.lv_island);
    noise_.apply(view, meters_, scenario_.access.plc.channel, row_.networks, scenario_.seed,
                 plc_->medium);
}

void AccessArea::on_busbar(std::span<double const> lv_busbar_w, SimTime at) {
    for (std::size_t p = 0; p < posts_.size(); ++p) {
        auto& concentrator = posts_[p].concentrator;
        if (!concentrator.balance().on()) {
            continue;
        }
        double p_w = 0.0;
        for (auto const network : world_.concentrators[index(concentrator.id())].networks) {
            p_w += lv_busbar_w[index(network)];
        }
        concentrator.on_busbar(p_w, at);
    }
}

void AccessArea::on_mains(std::span<std::uint8_t const> lv_live, SimTime at) {
    for (std::size_t p = 0; p < posts_.size(); ++p) {
        bool const on = lv_live[index(row_.networks[row_.busbars[p]])] != 0;
        if (on != posts_[p].concentrator.on_mains()) {
            now_ = at;
            posts_[p].concentrator.set_mains(on, at);
        }
    }
    note_liveness();
}

void AccessArea::note_liveness() {
    for (std::size_t p = 0; p < posts_.size(); ++p) {
        auto const& concentrator = posts_[p].concentrator;
        auto& was_alive = posts_[p].was_alive;
        if (concentrator.alive() == was_alive) {
            continue;
        }
        was_alive = concentrator.alive();
        set_silent(p, no_supply, !was_alive);
        liveness_.push_back({concentrator.id(), now_, was_alive});
        events_.push_back(
            {.at = now_,
             .kind = was_alive ? EventKind::concentrator_up : EventKind::concentrator_down,
             .entity = EventEntity::concentrator,
             .row = static_cast<std::uint32_t>(concentrator.id()),
             .value = 0.0});
    }
}

} // namespace gridtwin::twin
