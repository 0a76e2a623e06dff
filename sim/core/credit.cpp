#include "sim/core/credit.hpp"

#include "sim/core/week_windows.hpp"

namespace gridtwin {

std::string problem(CreditTerms const& terms) {
    constexpr std::int64_t kMostPrice = 1'000'000'000; // 10,000 currency units a kWh
    for (std::int64_t const price : terms.price_milli) {
        if (price < 0 || price > kMostPrice) {
            return "a price must be from 0 to 1e9 thousandths of a cent a kWh";
        }
    }
    constexpr std::int64_t kMostADay = 100'000;
    for (Money const sum : {terms.standing_a_day, terms.debt_a_day}) {
        if (sum.cents < 0 || sum.cents > kMostADay) {
            return "standing charge and daily debt recovery must be from 0 to 100000 cents";
        }
    }
    if (terms.debt_share_permille < 0 || terms.debt_share_permille > 1000) {
        return "a debt's share of payments must be from 0 to 1000 thousandths";
    }
    if (terms.week_at_start < SimDuration::zero() || terms.week_at_start >= kWeek) {
        return "the time of the week at the start must be from 0 to below a week";
    }
    return {};
}

std::int64_t days_ended(CreditTerms const& terms, SimDuration interval, std::uint32_t k) {
    return (terms.week_at_start + interval * std::int64_t{k}) / kDay - terms.week_at_start / kDay;
}

} // namespace gridtwin
