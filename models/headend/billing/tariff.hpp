#pragma once
// What a customer agreed to pay, as plain data.
#include "models/headend/billing/amount.hpp"
#include "sim/core/money.hpp"
#include "sim/core/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::headend::billing {

using Date = std::chrono::year_month_day;

/// Price of energy at some times of day.
struct Rate {
    std::string name;
    Price price = 0;   ///< per kWh imported
    Price feed_in = 0; ///< per kWh exported, or of credit that is paid out
};

/// First and last day of the year, both included; may run over the new year.
struct Season {
    std::string name;
    std::chrono::month_day first{};
    std::chrono::month_day last{};
    [[nodiscard]] bool holds(std::chrono::month_day day) const {
        return first <= last ? first <= day && day <= last : first <= day || day <= last;
    }
};

struct DayType {
    std::string name;
    std::uint8_t weekdays = 0; ///< bit 0 Monday .. bit 6 Sunday
    bool holidays = false;     ///< holidays are such days, whatever their weekday
};

/// From and to, seconds that the town's clocks show since midnight; to is not included.
struct Period {
    std::int32_t from_s = 0;
    std::int32_t to_s = 86'400;
    std::string rate;
};

/// The day of a season and a day type. An empty name stands for all of them.
struct DayPlan {
    std::string season;
    std::string day_type;
    std::vector<Period> periods;
};

/// Energy of a billing period up to the limit, beyond the tier before; charged on top of the rate.
struct Tier {
    std::int64_t up_to_mwh = kNoLimit; ///< of a full period; the last tier has no limit
    Price price = 0;

    static constexpr std::int64_t kNoLimit = INT64_MAX;
};

/// An event that the utility has called.
struct PeakEvent {
    SimTime from{};
    SimTime to{};
    Price price = 0; ///< per kWh; critical peak: in place of the rate's; rebate: paid for a saving
    friend bool operator==(PeakEvent const&, PeakEvent const&) = default;
};

/// The baseline of an event's hours: mean of the `highest` of the `of_last` like days before it
/// (same season and day type, no events, read in full) within `look_back` days.
struct BaselineRule {
    std::uint32_t highest = 3;
    std::uint32_t of_last = 5;
    std::uint32_t look_back = 45; ///< assumption
};

enum class Export : std::uint8_t {
    unpaid,
    retail,  ///< at the price that holds
    feed_in, ///< at the rate's feed-in price
    netted,  ///< against import of the same rate in the period; the rest is carried over
};

struct DemandCharge {
    Price per_kw = 0;            ///< of a full period; a cut one pays its days' share
    std::uint32_t intervals = 1; ///< highest mean of so many in a row
};

struct PowerLimit {
    std::int64_t limit_w = 0; ///< 0: none
    Price per_kwh = 0;        ///< of the energy above
    Price per_interval = 0;   ///< whose mean power is above
};

struct Tax {
    std::string name;
    std::int64_t per_mille = 0;
};

struct Tariff {
    std::string name;
    SimTime valid_from = kStart;
    SimTime valid_to = kNever;
    std::vector<Rate> rates;
    std::vector<Season> seasons;    ///< none: one, all year
    std::vector<DayType> day_types; ///< none: all days alike
    std::vector<Date> holidays;
    std::vector<DayPlan> plans;
    std::vector<Tier> tiers;
    std::vector<PeakEvent> critical_peaks;
    std::vector<PeakEvent> rebates;
    BaselineRule baseline;
    Export exported = Export::unpaid;
    DemandCharge demand;
    PowerLimit limit;
    Price per_day = 0; ///< standing charge
    Money minimum;     ///< of a full period's charges before tax; a cut one's: its days' share
    std::vector<Tax> taxes;
};

/// A tariff of one rate at all times.
[[nodiscard]] Tariff flat_tariff(std::string name, Price price);

/// All mistakes, each a sentence that begins with the path of the item; empty when there are none.
/// @param interval of the meters' profiles: periods and events begin and end with one
[[nodiscard]] std::vector<std::string> problems(Tariff const& tariff, std::string_view path,
                                                SimDuration interval);
/// Mistakes of one more event of that tariff.
[[nodiscard]] std::vector<std::string> problems(PeakEvent const& event, Tariff const& tariff,
                                                std::string_view path, SimDuration interval);

} // namespace gridtwin::headend::billing
