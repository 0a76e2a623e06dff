#include "models/concentrator/meter_ways.hpp"

#include <algorithm>

namespace gridtwin::concentrator {

MeterWays::MeterWays(SwitchRule const& rule, std::span<MeterWay const> ways)
    : rule_(rule), ways_(ways.begin(), ways.end()) {
    if (std::any_of(ways.begin(), ways.end(), [](MeterWay w) { return w.has_backup(); })) {
        states_.resize(ways.size());
    }
}

Channel MeterWays::choose(std::size_t meter, SimTime now) {
    MeterWay const way = ways_[meter];
    if (!way.has_backup()) {
        return way.primary;
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
    if (!ways_[meter].has_backup()) {
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
