#include "models/meter/event_log.hpp"

#include "models/wire/told_time.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::meter {

EventLogs make_event_logs(std::uint32_t rows, std::size_t meters) {
    if (rows > wire::kMaxLoggedEvents) {
        throw SimulationError(
            fmt::format("meters log at most {} events, not {}", wire::kMaxLoggedEvents, rows));
    }
    return {.rows = rows,
            .count = std::vector<std::uint32_t>(rows == 0 ? 0 : meters, 0),
            .events = std::vector<wire::LoggedEvent>(rows * meters)};
}

void log_event(EventLogs& logs, EventRecord const& event, SimTime shown) {
    std::size_t const i = event.row;
    std::uint32_t const at = logs.count[i]++ % logs.rows;
    logs.events[i * logs.rows + at] = {.kind = static_cast<std::uint8_t>(event.kind),
                                       .occurred = shown,
                                       .value = static_cast<float>(event.value)};
}

wire::EventBlock read_log(EventLogs const& logs, MeterId meter, std::int64_t first,
                          std::uint32_t count) {
    wire::EventBlock block{.meter = meter, .first = 1, .events = {}};
    if (!logs.kept()) {
        return block;
    }
    std::size_t const i = index(meter);
    std::int64_t const logged = logs.count[i];
    std::int64_t const oldest = std::max<std::int64_t>(1, logged - logs.rows + 1);
    first = std::clamp<std::int64_t>(first, 0, logged + 1);
    std::int64_t const from = std::clamp(first, oldest, logged + 1);
    std::int64_t const end = std::clamp(first + std::int64_t{count}, from, logged + 1);
    block.first = static_cast<std::uint32_t>(from);
    for (std::int64_t number = from; number < end; ++number) {
        auto const at = static_cast<std::size_t>(number - 1) % logs.rows;
        block.events.push_back(logs.events[i * logs.rows + at]);
        block.events.back().occurred = wire::told(block.events.back().occurred);
    }
    return block;
}

std::size_t bytes(EventLogs const& logs) {
    return logs.count.size() * sizeof(std::uint32_t) +
           logs.events.size() * sizeof(wire::LoggedEvent);
}

} // namespace gridtwin::meter
