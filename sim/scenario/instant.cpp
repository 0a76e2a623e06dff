#include "sim/scenario/instant.hpp"

#include "sim/core/quantity.hpp"

#include <fmt/format.h>

namespace gridtwin::scenario {

std::optional<double> parse_instant(std::string_view text, CivilClock const* clock) {
    if (auto const second = parse_time_of_day(text)) {
        return clock == nullptr ? std::nullopt
                                : std::optional(to_s(clock->next(kStart, *second) - kStart));
    }
    auto const offset = parse_quantity(text, Dimension::time);
    return offset.ok() && offset.value >= 0.0 ? std::optional(offset.value) : std::nullopt;
}

std::optional<SimTime> read_instant(Section& s, std::string_view key, std::string const& text,
                                    CivilClock const* clock, SimDuration duration) {
    if (clock == nullptr && parse_time_of_day(text)) {
        return std::nullopt; // the clock's own mistake is known
    }
    auto const instant = parse_instant(text, clock);
    if (!instant) {
        s.error(s.where(key), fmt::format("'{}' is '{}'", key, text),
                std::string(kInstantExpected));
        return std::nullopt;
    }
    if (*instant >= to_s(duration)) {
        s.error(s.where(key), fmt::format("the event at {} comes after the end", text),
                fmt::format("before {}", format_time(kStart + duration)));
        return std::nullopt;
    }
    return kStart + duration_from_s(*instant);
}

} // namespace gridtwin::scenario
