#pragma once
// The arithmetic of a prepaid account, which the meter and the head-end share: exact, and
// independent of the order in which energy, days and payments come.
#include "sim/core/money.hpp"
#include "sim/core/time.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace gridtwin {

/// 1e-9 cent: what 1 mWh costs at 1e-3 cent a kWh.
using NanoCents = std::int64_t;
inline constexpr NanoCents kNanoPerCent = 1'000'000'000;
/// What an account may hold or owe: a quarter of what the type takes.
inline constexpr std::int64_t kMostCents = 2'000'000'000;

[[nodiscard]] constexpr NanoCents to_nano(Money money) {
    return money.cents * kNanoPerCent;
}
/// Whole cents, towards zero.
[[nodiscard]] constexpr Money whole_cents(NanoCents nano) {
    return {nano / kNanoPerCent};
}

inline constexpr std::size_t kCreditTariffs = 8;

// What a meter tells of its account beside numbers: bits.
inline constexpr std::uint8_t kCreditExhausted = 1;
inline constexpr std::uint8_t kEmergencyInUse = 2;
inline constexpr std::uint8_t kOffForCredit = 4;
inline constexpr std::uint8_t kCreditFlags = 7; ///< all of them

/// What an account is charged. All defaults: nothing.
struct CreditTerms {
    /// Of a kWh, 1e-3 cent, by row of the tariff registers.
    std::array<std::int64_t, kCreditTariffs> price_milli{};
    Money standing_a_day{};              ///< at the end of each local day
    Money debt_a_day{};                  ///< likewise, recovered until there is no debt left
    std::int32_t debt_share_permille{0}; ///< of each payment, likewise
    SimDuration week_at_start{};         ///< local time when clocks show kStart, since Monday 00:00
};

/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(CreditTerms const& terms);

/// What an account has come to: sums since its beginning. None but `applied` falls.
struct CreditTotals {
    NanoCents applied = 0; ///< opening balance and all differences applied
    NanoCents charged = 0; ///< energy of closed intervals
    NanoCents shared = 0;  ///< the debt's shares of all payments, needed or not
    NanoCents debt = 0;    ///< as it was at first
    std::int64_t days = 0; ///< that ended

    friend bool operator==(CreditTotals const&, CreditTotals const&) = default;
};

/// Of one interval. Energy that an interval gave back as a whole is not paid for.
[[nodiscard]] constexpr NanoCents energy_charge(CreditTerms const& terms, std::size_t tariff,
                                                std::int64_t import_mwh) {
    return terms.price_milli[tariff] * std::max<std::int64_t>(import_mwh, 0);
}
/// The debt's share of a payment.
[[nodiscard]] constexpr NanoCents debt_share(CreditTerms const& terms, Money payment) {
    return payment.cents * terms.debt_share_permille * (kNanoPerCent / 1000);
}
/// Local days that have ended with interval k (from 1), of this length, by the meter's clock.
[[nodiscard]] std::int64_t days_ended(CreditTerms const& terms, SimDuration interval,
                                      std::uint32_t k);

[[nodiscard]] constexpr NanoCents debt_recovered(CreditTerms const& terms,
                                                 CreditTotals const& totals) {
    return std::min(totals.debt, totals.days * to_nano(terms.debt_a_day) + totals.shared);
}
[[nodiscard]] constexpr NanoCents debt_left(CreditTerms const& terms, CreditTotals const& totals) {
    return totals.debt - debt_recovered(terms, totals);
}
[[nodiscard]] constexpr NanoCents balance(CreditTerms const& terms, CreditTotals const& totals) {
    return totals.applied - totals.charged - totals.days * to_nano(terms.standing_a_day) -
           debt_recovered(terms, totals);
}

} // namespace gridtwin
