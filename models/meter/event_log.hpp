#pragma once
// The meters' own logs: the last events of each, by its own clock. Optional.
#include "models/wire/meter_data.hpp"
#include "sim/core/event.hpp"
#include "sim/core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gridtwin::meter {

struct EventLogs {
    std::uint32_t rows = 0;                ///< kept of each meter, the oldest overwritten; 0: none
    std::vector<std::uint32_t> count;      ///< [meter] events ever logged
    std::vector<wire::LoggedEvent> events; ///< [meter][(number - 1) % rows]

    [[nodiscard]] bool kept() const { return rows > 0; }
};

/// Empty logs. @param rows at most wire::kMaxLoggedEvents
/// @throws SimulationError for more
[[nodiscard]] EventLogs make_event_logs(std::uint32_t rows, std::size_t meters);

/// Logs an event of a meter. @param shown what its clock showed then
void log_event(EventLogs& logs, EventRecord const& event, SimTime shown);

/// Entries [first, first + count) as far as they are held: the block begins with the first held of
/// them or, when there is none, where the next would be.
[[nodiscard]] wire::EventBlock read_log(EventLogs const& logs, MeterId meter, std::int64_t first,
                                        std::uint32_t count);

/// Octets of all meters together.
[[nodiscard]] std::size_t bytes(EventLogs const& logs);

} // namespace gridtwin::meter
