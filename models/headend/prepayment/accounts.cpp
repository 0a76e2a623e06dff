#include "models/headend/prepayment/accounts.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gridtwin::headend {
namespace {

bool in_range(Money money) {
    return money.cents >= 0 && money.cents <= kMostCents;
}

std::string tariff_problem(AccountClass const& kind, SimDuration interval) {
    std::vector<SimDuration> begins;
    for (auto const& one : kind.week) {
        if ((one.days & 0b111'1111) == 0 || one.days > 0b111'1111 || one.row >= kCreditTariffs ||
            one.at < SimDuration::zero() || one.at >= kDay) {
            return "a tariff needs days, a time below 24:00 and a row of prices below 8\n";
        }
        if ((one.at - kind.terms.week_at_start) % interval != SimDuration::zero()) {
            return "a tariff begins within an interval of the profile\n";
        }
        for (int day = 0; day < 7; ++day) {
            if ((one.days >> day & 1) != 0) {
                begins.push_back(day * kDay + one.at);
            }
        }
    }
    std::ranges::sort(begins);
    return std::ranges::adjacent_find(begins) != begins.end()
               ? "two tariffs begin at the same instant\n"
               : "";
}

} // namespace

std::string problem(AccountClass const& kind, SimDuration interval) {
    std::string text;
    auto const add = [&text](std::string const& sentence) {
        text += sentence.empty() ? "" : sentence + "\n";
    };
    add(gridtwin::problem(kind.terms));
    add(gridtwin::problem(kind.friendly));
    text += tariff_problem(kind, interval);
    if (!in_range(kind.emergency) || !in_range(kind.reconnect_above)) {
        add("emergency credit and what reconnects must be from 0 to 2e9 cents");
    }
    if (!std::ranges::is_sorted(kind.warn_at, std::ranges::greater_equal{}) ||
        std::ranges::adjacent_find(kind.warn_at) != kind.warn_at.end()) {
        add("warnings must be told from the highest balance down, each once");
    }
    return text;
}

std::size_t price_row(AccountClass const& kind, SimDuration of_week) {
    SimDuration latest = kWeek;
    std::size_t row = 0;
    for (auto const& one : kind.week) {
        for (int day = 0; day < 7; ++day) {
            if ((one.days >> day & 1) == 0) {
                continue;
            }
            SimDuration const since = (of_week - day * kDay - one.at + kWeek) % kWeek;
            if (since < latest) {
                latest = since;
                row = one.row;
            }
        }
    }
    return row;
}

Accounts::Accounts(std::vector<AccountClass> classes, std::span<AccountOpening const> openings,
                   Fleet const& fleet, Ledger const& ledger)
    : classes_(std::move(classes)), fleet_(fleet), ledger_(ledger),
      row_of_(fleet.meters(), kNoRow) {
    std::string wrong;
    for (std::size_t k = 0; k < classes_.size(); ++k) {
        if (auto const text = problem(classes_[k], fleet.interval); !text.empty()) {
            wrong += fmt::format("class {}: {}", k, text);
        }
    }
    for (auto const& one : openings) {
        if (!fleet.knows(one.meter) || row(one.meter) != kNoRow || one.kind >= classes_.size()) {
            wrong += fmt::format("account of meter {}: the meter is unknown or has one, or there "
                                 "is no class {}\n",
                                 index(one.meter), one.kind);
            continue;
        }
        if (!in_range(one.debt) || one.balance.cents < -kMostCents ||
            one.balance.cents > kMostCents) {
            wrong += fmt::format("account of meter {}: balance and debt must be within 2e9 cents, "
                                 "and the debt not negative\n",
                                 index(one.meter));
        }
        row_of_[index(one.meter)] = static_cast<std::uint32_t>(rows_.size());
        started_.push_back(one.interval);
        Account account;
        account.meter = one.meter;
        account.kind = one.kind;
        account.totals.applied = to_nano(one.balance);
        account.totals.debt = to_nano(one.debt);
        account.confirmed.applied = to_nano(one.balance);
        account.charged_to = one.interval;
        account.wake = account.ask = account.relay_wake = account.paid_since = kNever;
        account.said = SimTime::min();
        rows_.push_back(account);
    }
    if (!wrong.empty()) {
        wrong.pop_back();
        throw SimulationError("prepayment: " + wrong);
    }
}

NanoCents Accounts::charge_of(Account const& account, std::uint32_t interval) const {
    AccountClass const& of = kind(account);
    SimTime const begin = kStart + fleet_.interval * std::int64_t{interval - 1};
    auto const row = price_row(of, time_of_week(of.terms.week_at_start, begin));
    return energy_charge(of.terms, row, ledger_.import_mwh(account.meter, interval, interval));
}

std::int64_t Accounts::days(Account const& account, std::uint32_t interval) const {
    auto const& terms = kind(account).terms;
    std::uint32_t const started = started_[row(account.meter)];
    return days_ended(terms, fleet_.interval, interval) -
           days_ended(terms, fleet_.interval, started);
}

void Accounts::charge(Account& account) const {
    while (ledger_.has(account.meter, account.charged_to + 1)) {
        ++account.charged_to;
        account.totals.charged += charge_of(account, account.charged_to);
    }
    account.totals.days = days(account, account.charged_to);
}

NanoCents Accounts::balance_at(Account const& account, std::uint32_t interval,
                               ToldSums const& told) const {
    CreditTotals totals = account.totals;
    for (std::uint32_t k = interval + 1; k <= account.charged_to; ++k) {
        totals.charged -= charge_of(account, k);
    }
    totals.days = days(account, interval);
    totals.applied = told.applied;
    totals.shared = told.shared;
    return balance(kind(account).terms, totals);
}

NanoCents Accounts::in_flight(Account const& account) const {
    // Payments less what debt will take of them, and corrections.
    return balance_of(account) - balance_at(account, account.charged_to, account.confirmed) +
           (account.corrections - account.confirmed.corrections) * kNanoPerCent;
}

} // namespace gridtwin::headend
