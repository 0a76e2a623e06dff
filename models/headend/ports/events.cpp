#include "models/headend/ports/events.hpp"

#include <array>

namespace gridtwin::headend {

std::string_view name(Reason reason) {
    static constexpr std::array<std::string_view, kReasons> kNames{
        "none",    "no_answer",  "incomplete",   "given_up",
        "refused", "superseded", "not_in_meter", "revised"};
    auto const i = static_cast<std::size_t>(reason);
    return i < kReasons ? kNames[i] : "?";
}

EventRecord to_event(JournalEntry const& entry) {
    bool const instant =
        entry.kind == EventKind::outage_inferred || entry.kind == EventKind::outage_cleared;
    return {.at = entry.at,
            .kind = entry.kind,
            .entity = entry.entity,
            .row = entry.row,
            .value = instant ? to_s(from_ns(entry.value)) : static_cast<double>(entry.value)};
}

} // namespace gridtwin::headend
