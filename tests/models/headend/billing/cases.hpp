#pragma once
// A customer at a desk: quarter hours of a year in Berlin, which has daylight saving.
#include "models/headend/billing/bill.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gridtwin::headend::billing {

using namespace std::chrono_literals;

inline constexpr SimDuration kQuarter = 15min;
inline constexpr std::int64_t kKwh = kMwhPerKwh;

/// Intervals of one customer; nothing read at first.
struct Profile {
    std::vector<std::int32_t> energy_mwh;
    std::vector<std::uint8_t> quality;

    explicit Profile(std::uint32_t intervals, std::int32_t energy = 0, std::uint8_t q = kActual)
        : energy_mwh(intervals, energy), quality(intervals, q) {}
    void set(std::uint32_t interval, std::int32_t energy, std::uint8_t q = kActual) {
        energy_mwh[interval - 1] = energy;
        quality[interval - 1] = q;
    }
    void set(IntervalRange range, std::int32_t energy, std::uint8_t q = kActual) {
        for (std::uint32_t k = range.first; k < range.end; ++k) {
            set(k, energy, q);
        }
    }
    [[nodiscard]] Series series() const { return {1, energy_mwh, quality}; }
};

/// One tariff from a date on.
struct Desk {
    explicit Desk(Tariff the_tariff, std::string const& start = "2026-01-01",
                  SimDuration span = 31 * 24h, SimDuration interval = kQuarter)
        : tariff(std::move(the_tariff)),
          days(CivilClock(start + "T00:00:00", "Europe/Berlin"), interval) {
        days.extend(kStart + span);
    }
    /// The first `count` days.
    [[nodiscard]] IntervalRange first_days(std::size_t count) const {
        return {1, days.of_day(count - 1).end};
    }
    [[nodiscard]] Usage usage(Profile const& profile, IntervalRange range,
                              std::int64_t assumed = 0) const {
        RateCalendar const calendar(tariff, days);
        return count_usage({tariff, days, calendar}, profile.series(), range, assumed);
    }
    [[nodiscard]] Bill bill(Profile const& profile, IntervalRange range, std::uint32_t of_days,
                            std::vector<std::int64_t> const& carry = {}, bool final = false) const {
        return make_bill(tariff, usage(profile, range), {days.days_in(range), of_days},
                         days.interval(), carry, final);
    }
    Tariff tariff;
    CivilDays days;
};

inline Line line(LineKind kind, std::uint32_t item, std::int64_t quantity, Price price,
                 std::int64_t cents) {
    return {kind, item, quantity, price, {cents}};
}

inline std::ostream& operator<<(std::ostream& out, Line const& l) {
    return out << "{kind " << static_cast<std::uint32_t>(l.kind) << ", item " << l.item << ", "
               << l.quantity << " at " << l.price << " = " << l.amount.cents << "}";
}

/// 07:00 to 22:00 of working days at the day rate, all else at the night rate.
inline Tariff day_night(Price day, Price night) {
    Tariff t;
    t.name = "home";
    t.rates = {{"day", day, 0}, {"night", night, 0}};
    t.day_types = {{"working", 0b001'1111, false}, {"free", 0b110'0000, true}};
    t.plans = {
        {"",
         "working",
         {{0, 7 * 3600, "night"}, {7 * 3600, 22 * 3600, "day"}, {22 * 3600, 86'400, "night"}}},
        {"", "free", {{0, 86'400, "night"}}}};
    return t;
}

} // namespace gridtwin::headend::billing
