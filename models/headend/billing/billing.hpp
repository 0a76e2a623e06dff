#pragma once
// Accounts, their bills at the end of each period, and corrections when readings come late.
#include "models/headend/billing/cycle.hpp"
#include "models/headend/billing/invoice.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/ports/state_io.hpp"
#include "sim/core/thread_pool.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::headend::billing {

/// All defaults are assumptions.
struct BillingConfig {
    std::vector<Tariff> tariffs;
    std::vector<Cycle> cycles{Cycle{}};
    /// After a period's end, for readings that are on their way.
    SimDuration wait = std::chrono::hours(24);
    /// Late readings are collected for so long before corrections are made.
    SimDuration correct_after = std::chrono::hours(24);
    SimDuration register_slack = std::chrono::hours(1); ///< see count_registers
    bool issue = true;                                  ///< at once; else bills stay drafts
    std::array<std::string, 2> series{"A", "C"};        ///< bills, corrections
};
/// All mistakes, each with its path.
[[nodiscard]] std::vector<std::string> problems(BillingConfig const& config, SimDuration interval);

/// An agreement as it begins.
struct Agreement {
    CustomerId customer{};
    MeterId meter{};
    std::uint32_t tariff = 0;         ///< row of the tariffs
    std::uint32_t cycle = 0;          ///< row of the cycles
    std::int64_t assumed_mwh_day = 0; ///< "methodical" consumption where nothing is read
};

struct BillingCounts {
    std::uint64_t bills = 0; ///< issued, corrections not included
    std::uint64_t off_cycle = 0;
    std::uint64_t corrections = 0; ///< issued
    std::uint64_t unchanged = 0;   ///< looked at again, nothing to correct
    std::uint64_t cancelled = 0;
    std::uint64_t unbillable = 0;   ///< times that a period was left: its tariff is not valid in it
    Money billed;                   ///< all that is issued and not cancelled
    Money corrected;                ///< of it, by corrections
    std::int64_t energy_mwh = 0;    ///< import and export added up of first bills when made
    std::int64_t estimated_mwh = 0; ///< of it
    friend bool operator==(BillingCounts const&, BillingCounts const&) = default;
};

/// What it does follows from its calls, its clock and what its source answers. Moves count from the
/// midnight that begins their day; an exchange of meters from its instant. What is refused throws
/// SimulationError with a sentence and changes nothing.
class Billing final {
  public:
    /// @param pool works on customers side by side; none: one after the other
    /// @throws SimulationError with all problems of the config
    Billing(BillingConfig const& config, CivilClock const& civil, SimDuration interval,
            Clock& clock, EnergySource const& source, std::uint64_t timer_base,
            ThreadPool* pool = nullptr);

    void start(); ///< once, unless restore() is called in its place
    void on_timer(std::uint64_t payload);
    /// Intervals [first, end) of the meter, or its registers (all), are not what they were.
    void on_energy_changed(MeterId meter, IntervalRange range);

    AccountId move_in(Agreement const& agreement, SimTime at);
    /// A last, short bill up to `at`; credit is paid out.
    void move_out(AccountId account, SimTime at);
    /// The old tariff is billed up to `at`.
    void change_tariff(AccountId account, std::uint32_t tariff, SimTime at);
    void exchange_meter(AccountId account, MeterId meter, SimTime at);
    void bill_off_cycle(AccountId account, SimTime to);
    /// An event of a tariff; bills that it falls into are corrected.
    void call_critical_peak(std::uint32_t tariff, PeakEvent const& event);
    void call_rebate(std::uint32_t tariff, PeakEvent const& event);

    void issue(InvoiceId invoice);
    void pay(InvoiceId invoice);
    void cancel(InvoiceId invoice);
    /// Bills the invoice's period again: in full when all of its invoices are cancelled.
    void rebill(InvoiceId invoice);
    /// Makes all corrections that wait now.
    void correct();

    [[nodiscard]] std::span<Invoice const> invoices() const { return invoices_; }
    [[nodiscard]] Tariff const& tariff(std::uint32_t row) const { return tariffs_.at(row); }
    [[nodiscard]] std::size_t accounts() const { return accounts_.size(); }
    /// "A-000017"; empty for a draft.
    [[nodiscard]] std::string number_text(Invoice const& invoice) const;
    /// Issued and not cancelled, of one account; of it not paid.
    [[nodiscard]] Money billed(AccountId account) const;
    [[nodiscard]] Money owed(AccountId account) const;
    /// What bills of all accounts would come to for the time since their last ones up to `at`.
    [[nodiscard]] Money unbilled(SimTime at);
    [[nodiscard]] BillingCounts const& counts() const { return counts_; }
    [[nodiscard]] std::size_t waiting_corrections() const { return changed_.size(); }

    void save(StateWriter& out) const;
    void restore(StateReader& in);

  private:
    static constexpr std::uint32_t kOpen = UINT32_MAX;
    static constexpr std::uint64_t kCorrections = std::uint64_t{1} << 32; ///< below: rows of cycles
    static constexpr std::size_t kShare = 256; ///< accounts that a thread takes at once

    struct MeterSpan {
        MeterId meter{};
        std::uint32_t first = 1; ///< the interval it was exchanged in belongs to both
        std::uint32_t end = kOpen;
    };
    struct AccountState {
        std::int64_t assumed_mwh_day = 0;
        CustomerId customer{};
        std::uint32_t tariff = 0;
        std::uint32_t cycle = 0;
        std::uint32_t first = 1;
        std::uint32_t end = kOpen;
        std::uint32_t billed_to = 1;
    };
    struct Account {
        AccountState state;
        std::vector<MeterSpan> meters;
        std::vector<std::int64_t> carry_mwh;
        std::vector<std::uint32_t> periods; ///< rows of periods_
    };
    struct PeriodState {
        AccountId account{};
        std::uint32_t tariff = 0;
        IntervalRange range;
        std::uint32_t days = 0;
        std::uint32_t of_days = 1;
        std::uint32_t final = 0;
        std::uint32_t estimated_per_mille = 0;
    };
    struct BilledPeriod {
        PeriodState state;
        std::vector<std::int64_t> carry_in_mwh;
        std::vector<std::int64_t> carry_out_mwh;
        std::vector<InvoiceId> invoices;
    };
    struct Made {
        Bill bill;
        std::int64_t gross_mwh = 0;
        std::int64_t estimated_mwh = 0;
    };

    void lay_out(SimTime to);
    void call(std::uint32_t tariff, PeakEvent const& event, std::vector<PeakEvent> Tariff::*list);
    void set_cycle_timer(std::uint32_t cycle);
    void run_cycle(std::uint32_t cycle);
    void later(std::uint32_t period);
    /// `work(i)` for all i, on the pool if there is one.
    void for_each(std::size_t count, std::function<void(std::size_t)> const& work) const;

    [[nodiscard]] Account& account_of(AccountId account);
    [[nodiscard]] Invoice& invoice_of(InvoiceId invoice);
    void check_tariff(std::uint32_t tariff) const;
    void check_free(MeterId meter, std::uint32_t first) const;
    /// The midnight that begins the day of `at`, which is not in the future nor billed.
    [[nodiscard]] std::uint32_t cut(Account const& account, SimTime at);
    [[nodiscard]] Counting counting(std::uint32_t tariff) const;
    [[nodiscard]] std::uint32_t midnight(SimTime at);
    /// The next period of an account from an interval on, at most up to another.
    [[nodiscard]] BilledPeriod next_period(AccountId account, std::uint32_t from,
                                           std::uint32_t to) const;
    [[nodiscard]] bool billable(PeriodState const& period) const;
    [[nodiscard]] Usage usage_of(Account const& account, std::uint32_t tariff,
                                 IntervalRange range) const;
    [[nodiscard]] Usage merged_usage(Account const& account, Counting const& by,
                                     IntervalRange range, std::uint32_t history) const;
    [[nodiscard]] Made make(BilledPeriod const& period) const;

    struct MadePeriod {
        BilledPeriod period;
        Made made;
    };
    /// Bills of an account up to an interval, not booked.
    [[nodiscard]] std::vector<MadePeriod> make_up_to(AccountId account, std::uint32_t to,
                                                     bool final) const;
    void bill_all(std::vector<AccountId> const& accounts, std::uint32_t to);
    void bill_up_to(AccountId account, std::uint32_t to, bool final);
    void book(MadePeriod made);
    void correct(std::uint32_t period);
    [[nodiscard]] std::vector<Line> lines_issued(BilledPeriod const& period) const;
    InvoiceId add_invoice(std::uint32_t period, std::vector<Line> lines, InvoiceId original);
    void turn(Invoice& invoice, InvoiceState to);

    BillingConfig config_;
    std::vector<Tariff> tariffs_; ///< with the events called since
    Clock& clock_;
    EnergySource const& source_;
    std::uint64_t timer_base_;
    ThreadPool* pool_;
    CivilDays days_;
    std::vector<RateCalendar> calendars_;
    std::vector<SimTime> next_run_; ///< [cycle]
    std::vector<Account> accounts_;
    std::map<MeterId, std::vector<AccountId>> of_meter_;
    std::vector<BilledPeriod> periods_;
    std::uint32_t billed_end_ = 1; ///< of the latest one: nobody has billed what comes after
    std::vector<Invoice> invoices_;
    std::array<std::uint32_t, 2> last_number_{};
    std::set<std::uint32_t> changed_; ///< periods to be looked at again
    SimTime correct_at_ = kNever;
    BillingCounts counts_;
};

} // namespace gridtwin::headend::billing
