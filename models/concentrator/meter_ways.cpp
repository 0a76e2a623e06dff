#include "models/concentrator/meter_ways.hpp"

#include <algorithm>
#include <utility>

namespace gridtwin::concentrator {

MeterWays::MeterWays(SwitchRule const& rule, std::span<MeterWay const> ways)
    : rule_(rule), ways_(ways.begin(), ways.end()) {
    if (std::any_of(ways.begin(), ways.end(), [](MeterWay w) { return w.has_backup(); })) {
        states_.resize(ways.size());
    }
}

void MeterWays::set_registered(std::size_t meter, Channel channel, bool registered) {
    if (registered_.empty()) {
        std::vector<std::uint8_t> all(ways_.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i] = bits(i);
        }
        registered_ = std::move(all);
    }
    auto const of = bit(ways_[meter], channel);
    auto& has = registered_[meter];
    has = static_cast<std::uint8_t>(registered ? has | of : has & ~of);
    if (!states_.empty()) {
        states_[meter] = {};
    }
}

std::size_t MeterWays::members() const {
    return registered_.empty()
               ? ways_.size()
               : registered_.size() - static_cast<std::size_t>(
                                          std::count(registered_.begin(), registered_.end(), 0));
}

bool MeterWays::any_has(Channel channel) const {
    for (std::size_t meter = 0; meter < ways_.size(); ++meter) {
        if (registered(meter, channel)) {
            return true;
        }
    }
    return false;
}

Channel MeterWays::choose(std::size_t meter, SimTime now) {
    MeterWay const way = ways_[meter];
    if (!both(meter)) {
        return bits(meter) == kBackup ? way.backup : way.primary;
    }
    State& state = states_[meter];
    if (state.on_backup && now >= state.since + rule_.primary_again) {
        state.on_backup = false;
        state.unanswered = static_cast<std::uint8_t>(rule_.backup_after - 1);
    }
    return state.on_backup ? way.backup : way.primary;
}

void MeterWays::on_answer(std::size_t meter) {
    if (!states_.empty()) {
        states_[meter].unanswered = 0;
    }
}

bool MeterWays::on_timeout(std::size_t meter, SimTime now) {
    if (!both(meter)) {
        return false;
    }
    State& state = states_[meter];
    if (++state.unanswered < rule_.backup_after) {
        return false;
    }
    state.unanswered = 0;
    state.on_backup = !state.on_backup;
    state.since = now;
    return true;
}

} // namespace gridtwin::concentrator
