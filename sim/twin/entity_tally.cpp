#include "sim/twin/entity_tally.hpp"

#include <algorithm>

namespace gridtwin::twin {

void EntityTally::note(EventRecord const& event, scenario::World const& world) {
    if (event.kind == EventKind::meter_registered) {
        if (reader_.empty()) {
            reader_ = world.meters.concentrator;
            adoptions_.resize(reader_.size());
        }
        auto const by = static_cast<ConcentratorId>(static_cast<std::uint32_t>(event.value));
        adoptions_[event.row] += reader_[event.row] != by ? 1U : 0U;
        reader_[event.row] = by;
        return;
    }
    auto const found = std::find(kAdderEvents.begin(), kAdderEvents.end(), event.kind);
    if (found != kAdderEvents.end()) {
        adders_.resize(world.adders.size());
        ++adders_[event.row][static_cast<std::size_t>(found - kAdderEvents.begin())];
    }
}

} // namespace gridtwin::twin
