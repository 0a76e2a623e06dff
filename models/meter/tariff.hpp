#pragma once
// Time-of-day tariffs: which of up to eight holds at what time of the week.
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::meter {

inline constexpr std::size_t kMaxTariffs = 8;

/// From this time of these days on, this tariff holds.
struct TariffSwitch {
    std::uint8_t days = 0b111'1111; ///< bit 0 Monday .. bit 6 Sunday
    SimDuration at{};               ///< since midnight, below 24 h
    std::uint8_t tariff = 0;        ///< from 0; people count from 1

    friend bool operator==(TariffSwitch const&, TariffSwitch const&) = default;
};

/// A week that repeats; no switches: tariff 0 always. Its times are those of the meter's own clock,
/// which keeps the offset from UTC that the scenario starts with.
struct TariffCalendar {
    std::vector<TariffSwitch> switches; ///< in any order

    friend bool operator==(TariffCalendar const&, TariffCalendar const&) = default;
};

/// One sentence, empty when nothing is wrong: times, tariffs and days in range, no two switches at
/// the same instant.
[[nodiscard]] std::string problem(TariffCalendar const& calendar);

/// A calendar laid out for looking up: instants of the week in order.
struct TariffWeek {
    struct Entry {
        SimDuration at{}; ///< since Monday 00:00
        std::uint8_t tariff = 0;
    };
    std::vector<Entry> entries; ///< ascending

    /// The tariff that holds at this time of the week, and how long from then until the next entry.
    struct Span {
        std::uint8_t tariff = 0;
        SimDuration left = SimDuration::max(); ///< > 0; max: for ever
    };
    [[nodiscard]] Span at(SimDuration of_week) const;
};

/// @throws SimulationError for a calendar with a problem
[[nodiscard]] TariffWeek lay_out(TariffCalendar const& calendar);

} // namespace gridtwin::meter
