#pragma once
// Civil time: where a simulated instant falls on the town's clocks, with daylight saving.
#include "sim/core/time.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gridtwin {

/// The civil date and time of an instant in the scenario's time zone.
struct CivilTime {
    int year = 1970;
    int month = 1;              ///< 1..12
    int day = 1;                ///< 1..31
    int weekday = 0;            ///< 0 Monday .. 6 Sunday
    double second_of_day = 0.0; ///< as wall clocks show it, 0..86400
};

/// Maps simulated to civil time (IANA time zones, from Debian's tzdata).
class CivilClock {
  public:
    /// @param start local date and time, "2026-01-15T00:00:00" (a blank may stand for the T)
    /// @param zone IANA name, "Asia/Baku"
    /// @throws std::invalid_argument with one sentence: which of the two is wrong and why; a local
    ///         time that daylight saving skips is wrong, one that happens twice means the first.
    CivilClock(std::string_view start, std::string_view zone);
    ~CivilClock();
    CivilClock(CivilClock&&) noexcept;
    CivilClock& operator=(CivilClock&&) noexcept;
    CivilClock(CivilClock const&);
    CivilClock& operator=(CivilClock const&);

    [[nodiscard]] CivilTime at(SimTime t) const;
    /// ISO 8601 with offset: "2026-01-15T14:00:00+04:00".
    [[nodiscard]] std::string iso(SimTime t) const;
    /// Seconds since 1970-01-01T00:00:00Z of the scenario's start.
    [[nodiscard]] std::int64_t start_unix_s() const;
    /// The first instant not before `after` at which clocks show `second_of_day` (0..86399).
    [[nodiscard]] SimTime next(SimTime after, int second_of_day) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Seconds of "14:00" or "14:00:30"; nothing when malformed or not below 24:00:00.
[[nodiscard]] std::optional<int> parse_time_of_day(std::string_view text);

} // namespace gridtwin
