#pragma once
// What disturbs one area's power line, followed from step to step of the grid.
#include "models/meter/table.hpp"
#include "models/plc/medium.hpp"
#include "models/plc/noise_source.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/twin/channel_view.hpp"
#include "sim/twin/grid_view.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::twin {

class AreaNoise {
  public:
    AreaNoise() = default;
    AreaNoise(PlcArea const& area, plc::NoiseSourceSpec const& spec, Seed seed);

    /// Tells the medium its noise and impulses. A source is silent while its customer has no
    /// supply.
    /// @param networks of the area, in order
    void apply(GridView const& view, meter::MeterTable const& meters, plc::ChannelSpec const& spec,
               std::span<LvNetworkId const> networks, Seed seed, plc::Medium& medium);

    /// Sources reach other modems from the next apply on.
    void channel_changed() { stale_ = true; }
    [[nodiscard]] std::size_t bytes() const;

  private:
    struct Source {
        plc::NoiseSource what;
        plc::SourceState state;
        bool heard = false;
    };
    /// @return whether any starts or stops
    bool switch_sources(GridView const& view, meter::MeterTable const& meters,
                        plc::ChannelSpec const& spec, Seed seed);

    std::vector<std::uint16_t> network_of_modem_; ///< [modem] row of the area's networks
    std::vector<Source> sources_;
    std::vector<float> source_uv2_; ///< [modem] of all that run; empty while none does
    std::vector<float> noise_dbuv_; ///< [modem]
    bool stale_ = false;
};

} // namespace gridtwin::twin
