#pragma once
// Accounts of customers who pay in advance: what they owe and own by the head-end's readings, what
// their meter was told of it, and what it has confirmed.
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ports.hpp"
#include "sim/core/credit.hpp"
#include "sim/core/week_windows.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// From this time of these days on, energy costs what the terms' row says.
struct TariffFrom {
    std::uint8_t days = 0b111'1111; ///< bit 0 Monday .. bit 6 Sunday
    SimDuration at{};               ///< since midnight, below 24 h; at the end of an interval
    std::uint8_t row = 0;           ///< of CreditTerms::price_milli
};

/// A kind of customer. All defaults are assumptions.
struct AccountClass {
    CreditTerms terms;
    std::vector<TariffFrom> week; ///< that repeats; empty: the first row always
    /// The balance is in the meter, too, which disconnects and reconnects by itself. Else the
    /// head-end orders it to.
    bool in_meter = true;
    Money emergency{0};       ///< what may be used beyond nothing
    Money reconnect_above{0}; ///< what must be there, emergency credit included
    /// By the local time of the meter's clock; nobody is disconnected in them.
    std::vector<DailyWindow> friendly;
    std::vector<Money> warn_at{{1000}, {500}}; ///< balances that the customer hears of, falling
};

/// Sentences, one a line; empty when nothing is wrong.
/// @param interval of the meters' profiles, which tariffs must not divide
[[nodiscard]] std::string problem(AccountClass const& kind, SimDuration interval);

/// Row of prices that holds at this time of the week.
[[nodiscard]] std::size_t price_row(AccountClass const& kind, SimDuration of_week);

struct AccountOpening {
    MeterId meter = kNone<MeterId>;
    std::uint32_t kind = 0;     ///< row of the classes
    Money balance{};            ///< as in the meter
    Money debt{};               ///< likewise, >= 0
    std::uint32_t interval = 0; ///< charged from the next one on
};

/// Sums up to some difference that a meter was told.
struct ToldSums {
    NanoCents applied = 0;        ///< opening balance and payments
    NanoCents shared = 0;         ///< the debt's shares of them, needed or not
    std::int64_t corrections = 0; ///< cents
};

/// What has been told under one number, or is to be under the next.
struct Difference {
    Money payment{};
    Money correction{};
    [[nodiscard]] bool empty() const { return payment.cents == 0 && correction.cents == 0; }
};

/// One customer's. No padding, so that states are plain octets.
struct Account {
    /// unknown: an order to it came to nothing, and may have been executed all the same.
    enum class Relay : std::uint32_t { closed, opening, open, closing, unknown };

    CreditTotals totals;          ///< all payments booked, energy and days up to `charged_to`
    std::int64_t corrections = 0; ///< cents, all, those that wait included
    ToldSums confirmed;           ///< by the meter
    Difference waiting;           ///< for the next number
    Difference under_way;         ///< under `number`, if that is not confirmed
    CommandId command{};          ///< that carries it
    SimTime sent{};               ///< first
    SimTime wake{};               ///< next try, or kNever
    SimTime ask{};                ///< next request for a report, or kNever
    /// A report that waits for readings: as of report_interval (0: none), told so far.
    NanoCents report_balance = 0;
    ToldSums report_told;
    CommandId relay_command{}; ///< outstanding; none
    SimTime relay_wake{};      ///< to look again, or kNever
    SimTime said{};            ///< when the meter last spoke of its credit, by its clock
    SimTime paid_since{};      ///< first payment since it was used up, or kNever
    MeterId meter = kNone<MeterId>;
    std::uint32_t kind = 0;
    std::uint32_t charged_to = 0; ///< all readings up to this interval have come
    std::uint32_t number = 0;     ///< of the last difference told
    std::uint32_t confirmed_number = 0;
    std::uint32_t report_interval = 0;
    std::uint32_t reconciled_to = 0;
    std::uint32_t tries = 0;
    std::uint32_t warned = 0; ///< of the class's warnings, how many the balance is below
    std::uint32_t exhausted = 0;
    Relay relay = Relay::closed;
    std::uint32_t flags = 0; ///< as the meter reported last

    [[nodiscard]] bool is_under_way() const { return number != confirmed_number; }
};

/// The accounts and what all of them are charged by.
class Accounts {
  public:
    /// @throws SimulationError for a class, an opening or a meter that cannot be: all at once
    Accounts(std::vector<AccountClass> classes, std::span<AccountOpening const> openings,
             Fleet const& fleet, Ledger const& ledger);

    static constexpr std::uint32_t kNoRow = ~0U;
    [[nodiscard]] std::uint32_t row(MeterId meter) const {
        return index(meter) < row_of_.size() ? row_of_[index(meter)] : kNoRow;
    }
    [[nodiscard]] std::vector<Account>& rows() { return rows_; }
    [[nodiscard]] std::vector<Account> const& rows() const { return rows_; }
    [[nodiscard]] AccountClass const& kind(Account const& account) const {
        return classes_[account.kind];
    }
    /// Charges the intervals that follow on those charged and are in the ledger.
    void charge(Account& account) const;
    /// By the head-end's readings: of all payments booked, up to charged_to.
    [[nodiscard]] NanoCents balance_of(Account const& account) const {
        return balance(kind(account).terms, account.totals);
    }
    /// What a meter should show at the end of an interval up to charged_to, having been told so
    /// much, and with no correction.
    [[nodiscard]] NanoCents balance_at(Account const& account, std::uint32_t interval,
                                       ToldSums const& told) const;
    /// What a meter that has confirmed so much should show at charged_to, corrections included.
    [[nodiscard]] NanoCents in_meter(Account const& account) const {
        return balance_at(account, account.charged_to, account.confirmed) +
               account.confirmed.corrections * kNanoPerCent;
    }
    /// Told or to be told, and not confirmed: what the balance in the meter is short of.
    [[nodiscard]] NanoCents in_flight(Account const& account) const;

  private:
    [[nodiscard]] NanoCents charge_of(Account const& account, std::uint32_t interval) const;
    [[nodiscard]] std::int64_t days(Account const& account, std::uint32_t interval) const;

    std::vector<AccountClass> classes_;
    Fleet const& fleet_;
    Ledger const& ledger_;
    std::vector<Account> rows_;
    std::vector<std::uint32_t> row_of_;  ///< [meter] kNoRow without an account
    std::vector<std::uint32_t> started_; ///< [row] interval of the opening
};

} // namespace gridtwin::headend
