#pragma once
// Firmware events: what cannot be, and what cannot be in time.
#include "sim/scenario/world.hpp"

#include <vector>

namespace gridtwin::scenario {

/// Mistakes of one firmware event go to `diagnostics`. @param planned with its target found;
/// `world` has all concentrators
void check_firmware(Scenario const& scenario, World const& world, TimedEvent const& event,
                    PlannedEvent const& planned, Diagnostics& diagnostics);

/// A firmware whose blocks, sent once to everybody and nothing else, take longer than there is
/// until it is to be activated: single meters may get it, by themselves; hardly all do.
struct HurriedFirmware {
    SourcePos where;
    std::uint32_t blocks = 0;
    SimDuration takes{};
    SimDuration left{};
};
[[nodiscard]] std::vector<HurriedFirmware> hurried_firmware(Scenario const& scenario);

} // namespace gridtwin::scenario
