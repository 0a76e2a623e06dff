// Billing: what becomes of an invoice, and the state as octets.
#include "models/headend/billing/billing.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::headend::billing {

Invoice& Billing::invoice_of(InvoiceId invoice) {
    if (index(invoice) >= invoices_.size()) {
        throw SimulationError(
            fmt::format("billing: there is no invoice {} of {}", index(invoice), invoices_.size()));
    }
    return invoices_[index(invoice)];
}

void Billing::turn(Invoice& invoice, InvoiceState to) {
    InvoiceHead& head = invoice.head;
    if (!may_become(head.state, to)) {
        throw SimulationError(fmt::format("billing: an invoice that is {} cannot become {}",
                                          name(head.state), name(to)));
    }
    bool const correction = head.original != kNone<InvoiceId>;
    if (to == InvoiceState::issued) {
        head.issued = clock_.now();
        head.number.number = ++last_number_[head.number.series];
        counts_.billed += head.total;
        counts_.corrected += correction ? head.total : Money{};
        ++(correction ? counts_.corrections : counts_.bills);
    } else if (to == InvoiceState::cancelled) {
        ++counts_.cancelled;
        if (head.state == InvoiceState::issued) {
            counts_.billed -= head.total;
            counts_.corrected -= correction ? head.total : Money{};
        }
    } else if (to == InvoiceState::paid) {
        head.paid = clock_.now();
    }
    head.state = to;
}

void Billing::issue(InvoiceId id) {
    Invoice& invoice = invoice_of(id);
    turn(invoice, InvoiceState::issued);
    if (invoice.head.original == kNone<InvoiceId>) {
        return;
    }
    for (InvoiceId const other : periods_[invoice.head.period].invoices) {
        Invoice& before = invoices_[index(other)];
        if (other != id && may_become(before.head.state, InvoiceState::corrected)) {
            turn(before, InvoiceState::corrected);
        }
    }
}

void Billing::pay(InvoiceId id) {
    turn(invoice_of(id), InvoiceState::paid);
}

void Billing::cancel(InvoiceId id) {
    turn(invoice_of(id), InvoiceState::cancelled);
}

void Billing::rebill(InvoiceId id) {
    std::uint32_t const period = invoice_of(id).head.period;
    lay_out(clock_.now());
    changed_.insert(period);
    correct();
}

std::string Billing::number_text(Invoice const& invoice) const {
    InvoiceNumber const number = invoice.head.number;
    return number.number == 0
               ? std::string{}
               : fmt::format("{}-{:06}", config_.series.at(number.series), number.number);
}

Money Billing::billed(AccountId account) const {
    Money sum;
    for (std::uint32_t const p : accounts_.at(index(account)).periods) {
        sum += total_of(lines_issued(periods_[p]));
    }
    return sum;
}

Money Billing::owed(AccountId account) const {
    Money sum = billed(account);
    for (std::uint32_t const p : accounts_.at(index(account)).periods) {
        for (InvoiceId const id : periods_[p].invoices) {
            InvoiceHead const& head = invoices_[index(id)].head;
            sum.cents -= head.paid != kNever ? head.total.cents : 0;
        }
    }
    return sum;
}

void Billing::save(StateWriter& out) const {
    for (Tariff const& tariff : tariffs_) {
        for (auto const list : {&Tariff::critical_peaks, &Tariff::rebates}) {
            out.column(tariff.*list);
        }
    }
    out.column(next_run_);
    out.value(static_cast<std::uint64_t>(accounts_.size()));
    for (Account const& account : accounts_) {
        out.value(account.state);
        out.column(account.meters);
        out.column(account.carry_mwh);
        out.column(account.periods);
    }
    out.value(static_cast<std::uint64_t>(periods_.size()));
    for (BilledPeriod const& period : periods_) {
        out.value(period.state);
        out.column(period.carry_in_mwh);
        out.column(period.carry_out_mwh);
        out.column(period.invoices);
    }
    out.value(static_cast<std::uint64_t>(invoices_.size()));
    for (Invoice const& invoice : invoices_) {
        out.value(invoice.head);
        out.column(invoice.lines);
        out.column(invoice.meters);
    }
    out.value(last_number_);
    out.column(std::vector<std::uint32_t>(changed_.begin(), changed_.end()));
    out.value(correct_at_);
    out.value(counts_);
}

void Billing::restore(StateReader& in) {
    for (Tariff& tariff : tariffs_) {
        for (auto const list : {&Tariff::critical_peaks, &Tariff::rebates}) {
            in.list(tariff.*list);
        }
    }
    calendars_.clear();
    lay_out(clock_.now());
    in.column(next_run_);
    accounts_.clear();
    for (auto left = in.value<std::uint64_t>(); left > 0; --left) {
        Account& account = accounts_.emplace_back();
        account.state = in.value<AccountState>();
        in.list(account.meters);
        in.list(account.carry_mwh);
        in.list(account.periods);
        in.check(account.state.tariff < tariffs_.size() && account.state.cycle < next_run_.size() &&
                 !account.meters.empty());
    }
    periods_.clear();
    billed_end_ = 1;
    for (auto left = in.value<std::uint64_t>(); left > 0; --left) {
        BilledPeriod& period = periods_.emplace_back();
        period.state = in.value<PeriodState>();
        in.list(period.carry_in_mwh);
        in.list(period.carry_out_mwh);
        in.list(period.invoices);
        billed_end_ = std::max(billed_end_, period.state.range.end);
        in.check(index(period.state.account) < accounts_.size() &&
                 period.state.tariff < tariffs_.size());
    }
    invoices_.clear();
    for (auto left = in.value<std::uint64_t>(); left > 0; --left) {
        Invoice& invoice = invoices_.emplace_back();
        invoice.head = in.value<InvoiceHead>();
        in.list(invoice.lines);
        in.list(invoice.meters);
        in.check(invoice.head.period < periods_.size() &&
                 invoice.head.number.series < last_number_.size());
    }
    auto const rows_exist = [&](auto const& rows, std::size_t size) {
        return std::all_of(rows.begin(), rows.end(),
                           [&](auto row) { return static_cast<std::size_t>(row) < size; });
    };
    of_meter_.clear();
    for (std::size_t a = 0; a < accounts_.size(); ++a) {
        in.check(rows_exist(accounts_[a].periods, periods_.size()));
        for (MeterSpan const& span : accounts_[a].meters) {
            of_meter_[span.meter].push_back(static_cast<AccountId>(a));
        }
    }
    for (BilledPeriod const& period : periods_) {
        in.check(rows_exist(period.invoices, invoices_.size()));
    }
    last_number_ = in.value<std::array<std::uint32_t, 2>>();
    std::vector<std::uint32_t> changed;
    in.list(changed);
    in.check(rows_exist(changed, periods_.size()));
    changed_ = {changed.begin(), changed.end()};
    correct_at_ = in.value<SimTime>();
    counts_ = in.value<BillingCounts>();
    for (std::uint32_t c = 0; c < next_run_.size(); ++c) {
        if (next_run_[c] != kNever) {
            clock_.set_timer(next_run_[c], timer_base_ | c);
        }
    }
    if (correct_at_ != kNever) {
        clock_.set_timer(correct_at_, timer_base_ | kCorrections);
    }
}

} // namespace gridtwin::headend::billing
