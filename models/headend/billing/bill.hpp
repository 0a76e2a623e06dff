#pragma once
// From usage to money: the lines of a bill, each rounded once, half to even; their sum is the
// total.
#include "models/headend/billing/usage.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::headend::billing {

/// The numbers are part of saved states: append only.
enum class LineKind : std::uint32_t {
    energy,          ///< item: rate; mWh
    critical_peak,   ///< item: event; mWh
    tier,            ///< item: tier; mWh
    export_credit,   ///< item: rate; mWh < 0
    peak_export,     ///< item: event; mWh < 0, at retail
    carry_payout,    ///< item: rate; mWh < 0: credit paid out as the agreement ends
    demand,          ///< mW, a full period's price
    excess_energy,   ///< above the power limit, mWh
    excess_interval, ///< intervals above it
    rebate,          ///< item: event; mWh < 0, rounded half to even for show
    standing,        ///< days
    minimum,         ///< cents up to the minimum charge, price 0
    tax,             ///< item: tax; cents taxed, price: per mille
};
inline constexpr std::size_t kLineKinds = 13;

struct Line {
    LineKind kind{};
    std::uint32_t item = 0;
    std::int64_t quantity = 0;
    Price price = 0; ///< per kWh, kW, interval, day
    Money amount;
    friend bool operator==(Line const&, Line const&) = default;
};
static_assert(sizeof(Line) == 32 && std::has_unique_object_representations_v<Line>);

/// What to print before it: "energy peak", "tier 2", "tax VAT".
[[nodiscard]] std::string describe(Line const& line, Tariff const& tariff);
[[nodiscard]] Money total_of(std::span<Line const> lines);

/// Days that a bill covers, of the days of its full period. Prices and limits of a full period
/// count by this share.
struct BillDays {
    std::uint32_t days = 0;
    std::uint32_t of = 1;
};

struct Bill {
    std::vector<Line> lines; ///< in order of kind and item; none of quantity 0
    Money total;
    std::vector<std::int64_t> carry_mwh; ///< [rate] credit for the next bill, Export::netted
    friend bool operator==(Bill const&, Bill const&) = default;
};

/// @param carry_mwh [rate] credit from the bill before; empty: none
/// @param final     the agreement ends: credit is paid out at the rates' feed-in prices
/// @param interval  of the usage: demand is energy per time
[[nodiscard]] Bill make_bill(Tariff const& tariff, Usage const& usage, BillDays days,
                             SimDuration interval, std::span<std::int64_t const> carry_mwh = {},
                             bool final = false);

/// Lines of `now` less lines of `before`, of the same tariff; none where nothing differs. Sums up
/// to the difference of the totals.
[[nodiscard]] std::vector<Line> difference(std::span<Line const> now, std::span<Line const> before);

} // namespace gridtwin::headend::billing
