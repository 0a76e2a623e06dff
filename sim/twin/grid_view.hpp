#pragma once
// What the grid shows the other federates at a barrier.
#include "sim/core/event.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

#include <span>

namespace gridtwin::twin {

/// A fuse at an LV network's busbar has changed.
struct FuseChange {
    LvNetworkId network{};
    std::uint32_t node = 0; ///< below it
    bool closed = false;
};

struct GridView {
    SimTime at{};
    double second_of_day = 0.0;
    std::span<EventRecord const>
        meter_events;                 ///< supply and voltage events of meters since the last view
    std::span<float const> lv_load_w; ///< [LV network] at its transformer's MV terminals
    std::span<double const> lv_busbar_w;   ///< [LV network] at its busbar: customers and LV lines
    std::span<std::uint8_t const> lv_live; ///< [LV network] any phase energised
    /// [LV network] its island of the feeder: a number that all have who hang together at medium
    /// voltage, with or without supply.
    std::span<std::uint32_t const> lv_island;
    std::span<FuseChange const> fuses; ///< that changed since the last view, in order of time
};

/// Told at each barrier, before anything else happens at that instant.
class GridListener {
  public:
    virtual ~GridListener() = default;
    virtual void on_grid(GridView const& view) = 0;
};

} // namespace gridtwin::twin
