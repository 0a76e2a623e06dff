// Bills of a day of 100,000 customers within a monthly tariff of seasons and times of day.
#include "models/headend/billing/bill.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

namespace gridtwin::headend::billing {
namespace {

constexpr std::uint32_t kCustomers = 100'000;
constexpr std::uint32_t kIntervals = 96;

Tariff time_of_use() {
    using std::chrono::day;
    using std::chrono::month;
    constexpr std::int32_t kHour = 3600;
    Tariff t;
    t.name = "time of use";
    t.rates = {{"peak", 42'125, 9'000}, {"day", 31'250, 8'000}, {"night", 18'990, 7'000}};
    t.seasons = {{"summer", month{4} / day{1}, month{9} / day{30}},
                 {"winter", month{10} / day{1}, month{3} / day{31}}};
    t.day_types = {{"working", 0b001'1111, false}, {"free", 0b110'0000, true}};
    t.plans = {{"winter",
                "working",
                {{0, 6 * kHour, "night"},
                 {6 * kHour, 17 * kHour, "day"},
                 {17 * kHour, 21 * kHour, "peak"},
                 {21 * kHour, 24 * kHour, "night"}}},
               {"summer", "working", {{0, 7 * kHour, "night"}, {7 * kHour, 24 * kHour, "day"}}},
               {"", "free", {{0, 24 * kHour, "night"}}}};
    t.tiers = {{300 * kMwhPerKwh, 1'000}, {Tier::kNoLimit, 2'500}};
    t.exported = Export::feed_in;
    t.per_day = 12'345;
    t.taxes = {{"VAT", 190}};
    return t;
}

/// Usage and lines of each customer, one after the other; the calendar is laid out before, as it is
/// for a whole month. One interval in a hundred is estimated.
void bill(benchmark::State& state) {
    Tariff const tariff = time_of_use();
    CivilDays days(CivilClock("2026-01-01T00:00:00", "Europe/Berlin"), std::chrono::minutes(15));
    days.extend(kStart + std::chrono::hours(24) * 31);
    RateCalendar const calendar(tariff, days);
    Counting const by{tariff, days, calendar};
    IntervalRange const friday = days.of_day(1);
    std::vector<std::int32_t> energy(std::size_t{kCustomers} * kIntervals);
    std::vector<std::uint8_t> quality(energy.size(), kActual);
    for (std::size_t i = 0; i < energy.size(); ++i) {
        energy[i] = static_cast<std::int32_t>(i * 2'654'435'761U % 900'000U) - 150'000;
        quality[i] = i * 40'503U % 100U == 0 ? kEstimated : kActual;
    }
    std::int64_t cents = 0;
    for (auto _ : state) {
        for (std::size_t c = 0; c < kCustomers; ++c) {
            std::size_t const at = c * kIntervals;
            Series const series{friday.first, std::span(energy).subspan(at, kIntervals),
                                std::span(quality).subspan(at, kIntervals)};
            Usage const usage = count_usage(by, series, friday, 5 * kMwhPerKwh);
            Bill const made = make_bill(tariff, usage, {1, 31}, days.interval());
            cents += made.total.cents;
        }
        benchmark::DoNotOptimize(cents);
    }
    state.counters["per_item_s"] = benchmark::Counter(
        kCustomers, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(bill)->Name("headend/bill/100000")->Unit(benchmark::kMillisecond);

} // namespace
} // namespace gridtwin::headend::billing
