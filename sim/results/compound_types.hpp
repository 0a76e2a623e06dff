#pragma once
// The rows of /events, /messages, /routes and /belief as HDF5 compound types. Private.
#include "sim/core/event.hpp"
#include "sim/core/message.hpp"
#include "sim/results/h5.hpp"
#include "sim/results/records.hpp"

#include <string_view>

namespace gridtwin::results {

/// How a record lies in memory and, packed and little-endian, in the file.
struct RecordType {
    std::string_view path; ///< of its log: "/events"
    std::size_t size = 0;  ///< in memory
    h5::Handle memory;
    h5::Handle file;
};

[[nodiscard]] RecordType event_type();
[[nodiscard]] RecordType message_type();
[[nodiscard]] RecordType route_type();
[[nodiscard]] RecordType belief_type();

} // namespace gridtwin::results
