#include "models/wire/found_block.hpp"

#include "models/wire/varint.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::wire {

std::uint32_t to_cost_milli(double etx) {
    return static_cast<std::uint32_t>(
        std::lround(std::clamp(1e3 * etx, 0.0, static_cast<double>(kMostCostMilli))));
}

void encode(FoundMeter const& found, std::vector<std::byte>& out) {
    if (found.cost_milli > kMostCostMilli) {
        throw SimulationError(fmt::format("meter {}: a way that costs {} thousandths of "
                                          "transmissions cannot be encoded",
                                          index(found.meter), found.cost_milli));
    }
    put_varint(index(found.meter), out);
    put_varint(found.cost_milli, out);
}

Decoded<FoundMeter> decode_found(std::span<std::byte const> octets) {
    Decoded<FoundMeter> decoded;
    Reader reader(octets);
    while (!reader.at_end()) {
        FoundMeter found;
        found.meter = static_cast<MeterId>(reader.uint32("the meter"));
        found.cost_milli = reader.uint32("the cost");
        if (found.cost_milli > kMostCostMilli) {
            reader.fail(
                fmt::format("a cost of {}, at most {} can be", found.cost_milli, kMostCostMilli));
        }
        if (!reader.ok()) {
            decoded.problem = reader.problem();
            break;
        }
        decoded.blocks.push_back(found);
    }
    return decoded;
}

} // namespace gridtwin::wire
