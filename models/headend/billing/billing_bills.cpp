// Billing: from accounts to bills, and from bills to corrections.
#include "models/headend/billing/billing.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::headend::billing {

Billing::BilledPeriod Billing::next_period(AccountId id, std::uint32_t from,
                                           std::uint32_t to) const {
    AccountState const& account = accounts_[index(id)].state;
    auto const full = period_of(config_.cycles[account.cycle],
                                days_.days()[days_.day_of(from)].date, days_.days()[0].date);
    IntervalRange const range{from, std::min({to, account.end, days_.first_of(full.to)})};
    return {.state = {.account = id,
                      .tariff = account.tariff,
                      .range = range,
                      .days = days_.days_in(range),
                      .of_days = static_cast<std::uint32_t>((full.to - full.from).count())},
            .carry_in_mwh = {},
            .carry_out_mwh = {},
            .invoices = {}};
}

bool Billing::billable(PeriodState const& period) const {
    Tariff const& tariff = tariffs_[period.tariff];
    return days_.start_of(period.range.first) >= tariff.valid_from &&
           days_.start_of(period.range.end) <= tariff.valid_to;
}

Billing::Made Billing::make(BilledPeriod const& period) const {
    PeriodState const& p = period.state;
    Usage const usage = usage_of(accounts_[index(p.account)], p.tariff, p.range);
    return {.bill = make_bill(tariffs_[p.tariff], usage, {p.days, p.of_days}, days_.interval(),
                              period.carry_in_mwh, p.final != 0),
            .gross_mwh = usage.gross_mwh,
            .estimated_mwh = usage.estimated_mwh};
}

namespace {

std::uint32_t per_mille(std::int64_t part, std::int64_t of) {
    return of == 0 ? 0 : static_cast<std::uint32_t>(round_half_even(Int128{part} * 1000, of));
}

} // namespace

std::vector<Billing::MadePeriod> Billing::make_up_to(AccountId id, std::uint32_t to,
                                                     bool final) const {
    Account const& account = accounts_[index(id)];
    std::vector<MadePeriod> made;
    std::uint32_t from = account.state.billed_to;
    std::vector<std::int64_t> carry = account.carry_mwh;
    to = std::min(to, account.state.end);
    // Credit is paid out even when there is nothing else to bill.
    bool const pays_out = final && tariffs_[account.state.tariff].exported == Export::netted;
    while (from < to || (pays_out && from == to && made.empty())) {
        BilledPeriod period = next_period(id, from, to);
        if (!billable(period.state)) {
            break;
        }
        period.state.final = final && period.state.range.end == to ? 1 : 0;
        period.carry_in_mwh = std::move(carry);
        Made one = make(period);
        period.carry_out_mwh = one.bill.carry_mwh;
        period.state.estimated_per_mille = per_mille(one.estimated_mwh, one.gross_mwh);
        carry = period.carry_out_mwh;
        from = period.state.range.end;
        bool const last = period.state.final != 0;
        made.push_back({std::move(period), std::move(one)});
        if (last) {
            break;
        }
    }
    return made;
}

void Billing::for_each(std::size_t count, std::function<void(std::size_t)> const& work) const {
    auto const share = [&](std::size_t s) {
        for (std::size_t i = s * kShare; i < std::min(count, (s + 1) * kShare); ++i) {
            work(i);
        }
    };
    std::size_t const shares = (count + kShare - 1) / kShare;
    if (pool_ != nullptr) {
        pool_->for_each(shares, share);
    } else {
        for (std::size_t s = 0; s < shares; ++s) {
            share(s);
        }
    }
}

void Billing::bill_all(std::vector<AccountId> const& accounts, std::uint32_t to) {
    std::vector<std::vector<MadePeriod>> made(accounts.size());
    for_each(accounts.size(), [&](std::size_t i) { made[i] = make_up_to(accounts[i], to, false); });
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        for (MadePeriod& one : made[i]) {
            book(std::move(one));
        }
        AccountState const& state = accounts_[index(accounts[i])].state;
        counts_.unbillable += state.billed_to < std::min(to, state.end) ? 1 : 0;
    }
}

void Billing::bill_up_to(AccountId account, std::uint32_t to, bool final) {
    auto made = make_up_to(account, to, final);
    std::uint32_t const reached = made.empty() ? accounts_[index(account)].state.billed_to
                                               : made.back().period.state.range.end;
    if (reached < to) {
        throw SimulationError(fmt::format("billing: tariff '{}' is not valid until then",
                                          tariffs_[accounts_[index(account)].state.tariff].name));
    }
    for (MadePeriod& one : made) {
        book(std::move(one));
    }
}

void Billing::book(MadePeriod made) {
    auto const row = static_cast<std::uint32_t>(periods_.size());
    Account& account = accounts_[index(made.period.state.account)];
    account.state.billed_to = made.period.state.range.end;
    billed_end_ = std::max(billed_end_, account.state.billed_to);
    account.carry_mwh = made.period.carry_out_mwh;
    account.periods.push_back(row);
    counts_.energy_mwh += made.made.gross_mwh;
    counts_.estimated_mwh += made.made.estimated_mwh;
    periods_.push_back(std::move(made.period));
    add_invoice(row, std::move(made.made.bill.lines), kNone<InvoiceId>);
}

InvoiceId Billing::add_invoice(std::uint32_t row, std::vector<Line> lines, InvoiceId original) {
    auto const id = static_cast<InvoiceId>(invoices_.size());
    BilledPeriod& period = periods_[row];
    Account const& account = accounts_[index(period.state.account)];
    Invoice invoice;
    invoice.head = {.made = clock_.now(),
                    .total = total_of(lines),
                    .account = period.state.account,
                    .customer = account.state.customer,
                    .tariff = period.state.tariff,
                    .period = row,
                    .range = period.state.range,
                    .number = {original == kNone<InvoiceId> ? kBillSeries : kCorrectionSeries, 0},
                    .original = original,
                    .days = period.state.days,
                    .estimated_per_mille = period.state.estimated_per_mille};
    invoice.lines = std::move(lines);
    for (MeterSpan const& span : account.meters) {
        if (span.first < period.state.range.end && span.end > period.state.range.first) {
            invoice.meters.push_back(span.meter);
        }
    }
    period.invoices.push_back(id);
    invoices_.push_back(std::move(invoice));
    if (config_.issue) {
        issue(id);
    }
    return id;
}

std::vector<Line> Billing::lines_issued(BilledPeriod const& period) const {
    std::vector<Line> sum;
    for (InvoiceId const id : period.invoices) {
        Invoice const& invoice = invoices_[index(id)];
        if (invoice.head.state != InvoiceState::draft &&
            invoice.head.state != InvoiceState::cancelled) {
            std::vector<Line> none_less;
            for (Line line : invoice.lines) {
                line.quantity = -line.quantity;
                line.amount.cents = -line.amount.cents;
                none_less.push_back(line);
            }
            sum = difference(sum, none_less);
        }
    }
    return sum;
}

void Billing::correct(std::uint32_t row) {
    Made made = make(periods_[row]);
    BilledPeriod& period = periods_[row];
    period.state.estimated_per_mille = per_mille(made.estimated_mwh, made.gross_mwh);
    if (made.bill.carry_mwh != period.carry_out_mwh) {
        period.carry_out_mwh = made.bill.carry_mwh;
        Account& account = accounts_[index(period.state.account)];
        auto const next = std::upper_bound(account.periods.begin(), account.periods.end(), row);
        if (next == account.periods.end()) {
            account.carry_mwh = period.carry_out_mwh;
        } else if (period.state.final == 0) {
            periods_[*next].carry_in_mwh = period.carry_out_mwh;
            changed_.insert(*next);
        }
    }
    auto change = difference(made.bill.lines, lines_issued(period));
    InvoiceId original = kNone<InvoiceId>;
    for (InvoiceId const id : period.invoices) {
        InvoiceHead const& head = invoices_[index(id)].head;
        if (head.state == InvoiceState::draft) { // takes the new lines, or has lost its reason
            Invoice& draft = invoices_[index(id)];
            if (change.empty() && head.original != kNone<InvoiceId>) {
                turn(draft, InvoiceState::cancelled);
            }
            draft.head.total = total_of(change);
            draft.head.estimated_per_mille = period.state.estimated_per_mille;
            draft.lines = std::move(change);
            return;
        }
        if (head.state != InvoiceState::cancelled && original == kNone<InvoiceId>) {
            original = id;
        }
    }
    if (change.empty() && original != kNone<InvoiceId>) {
        ++counts_.unchanged;
        return;
    }
    add_invoice(row, std::move(change), original);
}

void Billing::correct() {
    lay_out(clock_.now());
    correct_at_ = kNever;
    while (!changed_.empty()) { // a period changes at most those after it
        std::uint32_t const row = *changed_.begin();
        changed_.erase(changed_.begin());
        correct(row);
    }
}

Money Billing::unbilled(SimTime at) {
    lay_out(at);
    std::uint32_t const to = days_.interval_from(at);
    std::vector<Money> sum(accounts_.size());
    for_each(accounts_.size(), [&](std::size_t i) {
        for (MadePeriod const& one : make_up_to(static_cast<AccountId>(i), to, false)) {
            sum[i] += one.made.bill.total;
        }
    });
    Money all;
    for (Money const one : sum) {
        all += one;
    }
    return all;
}

} // namespace gridtwin::headend::billing
