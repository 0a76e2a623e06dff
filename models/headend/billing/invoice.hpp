#pragma once
// Invoices: what was billed to whom, in which state, under which number.
#include "models/headend/billing/bill.hpp"
#include "sim/core/ids.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace gridtwin::headend::billing {

enum class CustomerId : std::uint32_t {}; ///< a subscriber of the utility's customer system
enum class AccountId : std::uint32_t {};  ///< one customer's agreement at one place
enum class InvoiceId : std::uint32_t {};  ///< row of Billing::invoices()

/// The numbers are part of saved states: append only.
enum class InvoiceState : std::uint32_t {
    draft, ///< has no number yet
    issued,
    corrected, ///< a correction has been issued; this one stands as it was, the sum is owed
    cancelled, ///< not owed
    paid,
};
[[nodiscard]] std::string_view name(InvoiceState state);

/// Draft: issued or cancelled. Issued: paid, corrected or cancelled. Paid: corrected. Corrected:
/// paid. Cancelled: nothing any more.
[[nodiscard]] bool may_become(InvoiceState from, InvoiceState to);

/// Each series counts from 1 without gaps, in the order of issue; 0: none yet.
struct InvoiceNumber {
    std::uint32_t series = 0; ///< row of BillingConfig::series
    std::uint32_t number = 0;
    friend bool operator==(InvoiceNumber const&, InvoiceNumber const&) = default;
};
inline constexpr std::uint32_t kBillSeries = 0;
inline constexpr std::uint32_t kCorrectionSeries = 1;

struct InvoiceHead {
    SimTime made{};
    SimTime issued = kNever;
    SimTime paid = kNever;
    Money total;
    AccountId account{};
    CustomerId customer{};
    std::uint32_t tariff = 0; ///< row of the tariffs
    std::uint32_t period = 0; ///< row of the billed periods
    IntervalRange range;      ///< intervals billed
    InvoiceNumber number;
    InvoiceId original = kNone<InvoiceId>; ///< of a correction: what it corrects
    InvoiceState state = InvoiceState::draft;
    std::uint32_t days = 0;                ///< billed
    std::uint32_t estimated_per_mille = 0; ///< of the energy, import and export added up
    friend bool operator==(InvoiceHead const&, InvoiceHead const&) = default;
};

/// A correction's lines are differences to what was billed for the period before.
struct Invoice {
    InvoiceHead head;
    std::vector<Line> lines;
    std::vector<MeterId> meters; ///< in the order in which they were installed
    friend bool operator==(Invoice const&, Invoice const&) = default;
};

} // namespace gridtwin::headend::billing
