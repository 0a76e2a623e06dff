#pragma once
// The rows of the logs as HDF5 compound types. Private.
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
[[nodiscard]] RecordType profile_type();
[[nodiscard]] RecordType balance_type();

} // namespace gridtwin::results
