#pragma once
// All that a head-end is made of besides its ports, as data.
#include "models/headend/head_end.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::headend::recording {

struct Setup {
    HeadEndConfig config;
    Fleet fleet;
    NetworkTree tree;  ///< as UtilityRecords have it, and the next ones
    std::string start; ///< of the run, local; CivilClock's
    std::string zone;
    std::uint32_t intervals = 0;
    std::vector<AccountOpening> accounts;
    std::vector<billing::Agreement> agreements;
};

/// Equal setups give equal octets.
[[nodiscard]] std::vector<std::byte> to_octets(Setup const& setup);
/// @throws SimulationError when they are no setup of this version
[[nodiscard]] Setup to_setup(std::span<std::byte const> octets);

} // namespace gridtwin::headend::recording
