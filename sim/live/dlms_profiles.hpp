#pragma once
// Profiles of a simulated meter as objects of class 7: what their buffers hold, and which part of
// it a client asks for.
#include "models/wire/dlms/data_writer.hpp"
#include "models/wire/dlms/date_time.hpp"
#include "models/wire/dlms/selective_access.hpp"
#include "sim/live/dlms_objects.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace gridtwin::live {

/// A meter's profile at an instant, row by row; rows have numbers.
struct Profile {
    std::uint32_t first = 1; ///< of those held; none when above last
    std::uint32_t last = 0;
    std::uint32_t most = 0;                                        ///< rows that it can hold
    std::uint32_t period_s = 0;                                    ///< 0: rows come as they come
    std::vector<wire::dlms::CaptureObject> columns;                ///< the clock first
    std::function<SimTime(std::uint32_t)> shown;                   ///< by the meter's clock
    std::function<void(std::uint32_t, wire::dlms::Writer&)> write; ///< the columns but the clock
    [[nodiscard]] std::uint32_t count() const { return last + 1 - first; }
};

/// Billing profile, second profile, event log; none for other names, or where the meter has none.
/// Points into the view's table.
[[nodiscard]] std::optional<Profile> find_profile(MeterView const& view,
                                                  wire::dlms::Obis const& name);

/// Attributes 2 (by range of the clock or by entry, all columns), 3, 4, 7 and 8.
[[nodiscard]] Attribute read_profile(MeterView const& view, Profile const& profile,
                                     wire::dlms::SelectedAttribute const& selected);

/// A time of the meter's clock as COSEM tells it.
[[nodiscard]] wire::dlms::DateTime shown_as(MeterView const& view, SimTime shown);

} // namespace gridtwin::live
