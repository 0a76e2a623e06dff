#include "models/headend/recording/setup.hpp"

#include "models/headend/recording/octets.hpp"
#include "sim/core/diagnostics.hpp"

namespace gridtwin::headend::recording {

std::vector<std::byte> to_octets(Setup const& setup) {
    std::vector<std::byte> octets;
    OctetWriter(octets).put(setup);
    return octets;
}

Setup to_setup(std::span<std::byte const> octets) {
    OctetReader reader(octets);
    Setup setup;
    reader.get(setup);
    if (!reader.at_end()) {
        throw SimulationError("the recording's setup holds more than this version knows");
    }
    return setup;
}

} // namespace gridtwin::headend::recording
