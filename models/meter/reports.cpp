#include "models/meter/reports.hpp"

#include "models/wire/told_time.hpp"

#include <algorithm>
#include <limits>

namespace gridtwin::meter {

wire::RegisterBlock report_registers(MeterTable const& table, MeterId meter) {
    std::size_t const i = index(meter);
    wire::RegisterBlock block{.meter = meter,
                              .read = wire::told(shown_time(table, meter, table.advanced_to)),
                              .sets = {}};
    auto const& registers = table.registers;
    if (!registers.kept()) {
        block.sets.push_back({table.import_mwh[i], 0, table.import_mvarh[i], 0, 0, 0});
        return block;
    }
    block.sets.push_back(registers.total[i]);
    for (std::size_t t = 0; t < registers.tariffs; ++t) {
        block.sets.push_back(registers.of(meter, t));
    }
    return block;
}

wire::LoadBlock report_load(MeterTable const& table, MeterId meter, std::int64_t first,
                            std::uint32_t count) {
    auto const& profiles = table.profiles;
    std::size_t const i = index(meter);
    wire::LoadBlock block{.meter = meter, .first_interval = 1, .channels = 0, .rows = {}};
    if (!profiles.kept_by(i)) {
        return block;
    }
    auto const& spec = profiles.classes[profiles.of_meter[i]];
    std::int64_t const closed = profiles.last_closed[profiles.slot[i]];
    std::int64_t const oldest = std::max<std::int64_t>(1, closed - spec.rows + 1);
    constexpr std::int64_t kEnd = std::numeric_limits<std::uint32_t>::max();
    std::int64_t const asked = std::clamp<std::int64_t>(first, 1, kEnd);
    std::int64_t const asked_end =
        std::clamp(std::clamp<std::int64_t>(first, 0, kEnd) + count, asked, kEnd);
    std::int64_t const from = std::min(std::max(asked, oldest), asked_end);
    std::int64_t const end = std::min(asked_end, closed + 1);
    block.first_interval = static_cast<std::uint32_t>(from);
    block.channels = spec.channels;
    for (std::int64_t k = from; k < end; ++k) {
        block.rows.push_back(*find_row(profiles, meter, static_cast<std::uint32_t>(k)));
    }
    return block;
}

} // namespace gridtwin::meter
