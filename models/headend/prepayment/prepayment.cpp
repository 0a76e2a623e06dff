#include "models/headend/prepayment/prepayment.hpp"

#include "models/headend/prepayment/purposes.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <cstdlib>

namespace gridtwin::headend {

std::string problem(PrepaymentConfig const& config) {
    std::string text;
    for (RetryPolicy const& policy : {config.plc, config.sms}) {
        if (auto const sentence = problem(policy); !sentence.empty()) {
            text += "prepayment: " + sentence + "\n";
        }
    }
    if (config.tolerance.cents < 1) {
        text += "prepayment: the tolerance must be a cent at least\n";
    }
    if (config.ask_every < SimDuration::zero() || config.ask_spread < SimDuration::zero() ||
        config.clock_margin < SimDuration::zero() || config.least_validity < SimDuration::zero() ||
        config.relay_retry <= SimDuration::zero()) {
        text += "prepayment: durations must not be negative, relay_retry above zero\n";
    }
    return text;
}

Prepayment::Prepayment(PrepaymentConfig const& config, std::span<AccountOpening const> openings,
                       Fleet const& fleet, Ports const& ports, RelayPort& relays,
                       CreditNotifyPort& notices, CommandNumbers& numbers, std::uint64_t timer_base)
    : config_(config), fleet_(fleet), ports_(ports), relays_(relays), notices_(notices),
      numbers_(numbers), timer_base_(timer_base),
      accounts_(config.classes, openings, fleet, ports.ledger) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
}

void Prepayment::start() {
    auto& rows = accounts_.rows();
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Account& account = rows[row];
        if (accounts_.kind(account).in_meter && config_.ask_every > SimDuration::zero()) {
            auto const part = static_cast<std::int64_t>(row);
            auto const all = static_cast<std::int64_t>(rows.size());
            account.ask = ports_.clock.now() + config_.ask_every + config_.ask_spread / all * part;
            arm(account, account.ask, kAskPurpose);
        }
        judge(account);
    }
}

Account* Prepayment::find(MeterId meter) {
    auto const row = accounts_.row(meter);
    return row == Accounts::kNoRow ? nullptr : &accounts_.rows()[row];
}

std::uint64_t Prepayment::row_of(Account const& account) const {
    return accounts_.row(account.meter);
}

RetryPolicy const& Prepayment::policy(Account const& account) const {
    return fleet_.channel[index(account.meter)] == Channel::sms ? config_.sms : config_.plc;
}

Money Prepayment::shown(Account const& account) const {
    return whole_cents(accounts_.balance_of(account));
}

void Prepayment::arm(Account const& account, SimTime at, std::uint64_t purpose) {
    ports_.clock.set_timer(at, timer_base_ | row_of(account) << kPurposeBits | purpose);
}

void Prepayment::tell(Account& account, CreditNoticeKind kind) {
    ++counts_.notices;
    notices_.notify({.meter = account.meter,
                     .kind = kind,
                     .balance = shown(account),
                     .at = ports_.clock.now()});
}

PaymentResult Prepayment::on_payment(Payment const& payment) {
    if (auto const booked = payments_.find(payment.number); booked != payments_.end()) {
        bool const same = booked->second == std::pair{payment.meter, payment.amount};
        ++(same ? counts_.payments_known : counts_.payments_refused);
        return same ? PaymentResult::known : PaymentResult::refused;
    }
    Account* const account = find(payment.meter);
    bool const possible =
        account != nullptr && payment.amount.cents > 0 && payment.amount.cents <= kMostCents &&
        whole_cents(account->totals.applied).cents <= kMostCents - payment.amount.cents;
    if (!possible) {
        ++counts_.payments_refused;
        return PaymentResult::refused;
    }
    payments_.emplace(payment.number, std::pair{payment.meter, payment.amount});
    ++counts_.payments;
    auto const& terms = accounts_.kind(*account).terms;
    account->totals.applied += to_nano(payment.amount);
    account->totals.shared += debt_share(terms, payment.amount);
    account->waiting.payment += payment.amount;
    if (account->exhausted != 0 && account->paid_since == kNever) {
        account->paid_since = ports_.clock.now();
    }
    account->relay_wake = kNever; // what was waited for, is judged anew
    judge(*account);
    next_difference(*account);
    return PaymentResult::booked;
}

void Prepayment::on_reading(Reading const& reading) {
    Account* const account = find(reading.meter);
    if (account == nullptr || reading.interval != account->charged_to + 1) {
        return; // another one's, or one that an earlier one has to come before
    }
    accounts_.charge(*account);
    reconcile_waiting(*account);
    judge(*account);
    next_difference(*account);
}

// ------------------------------------------------------------------------------- differences

void Prepayment::next_difference(Account& account) {
    if (!accounts_.kind(account).in_meter || account.is_under_way() || account.waiting.empty()) {
        return;
    }
    account.under_way = account.waiting;
    account.waiting = {};
    ++account.number;
    account.command = numbers_.next();
    account.sent = ports_.clock.now();
    account.tries = 0;
    ++counts_.updates;
    ports_.journal.write(
        command_entry(account.sent, EventKind::command_issued, account.command, account.meter));
    send(account);
}

void Prepayment::send(Account& account) {
    account.wake = ports_.clock.now() + wait_after(policy(account), account.tries);
    ++account.tries;
    arm(account, account.wake, kUpdatePurpose);
    hand_over(account);
}

void Prepayment::hand_over(Account const& account) {
    ++counts_.sent;
    Difference const& difference = account.under_way;
    Money const sum = difference.payment + difference.correction;
    ports_.commands.send({.id = account.command,
                          .kind = CommandKind::adjust_credit,
                          .meter = account.meter,
                          .first_interval = account.number,
                          .count = static_cast<std::uint32_t>(difference.payment.cents),
                          .value_milli = sum.cents * 1000});
}

void Prepayment::send_again(MeterId meter) {
    if (Account const* const account = find(meter); account != nullptr && account->is_under_way()) {
        hand_over(*account);
    }
}

void Prepayment::confirm(Account& account, CreditReading const& reading) {
    auto const& terms = accounts_.kind(account).terms;
    account.confirmed.applied += to_nano(account.under_way.payment);
    account.confirmed.shared += debt_share(terms, account.under_way.payment);
    account.confirmed.corrections += account.under_way.correction.cents;
    account.confirmed_number = account.number;
    account.under_way = {};
    account.wake = kNever;
    ++counts_.confirmed;
    ports_.journal.write(command_entry(ports_.clock.now(), EventKind::command_confirmed,
                                       account.command, account.meter, Reason::none,
                                       reading.received - account.sent));
}

void Prepayment::on_credit(CreditReading const& reading) {
    Account* const account = find(reading.meter);
    if (account == nullptr || !accounts_.kind(*account).in_meter) {
        ++counts_.foreign;
        return;
    }
    ++counts_.reports;
    if (reading.number > account->number) {
        ++counts_.foreign;
        return;
    }
    if (reading.number < account->confirmed_number || reading.interval < account->reconciled_to) {
        ++counts_.stale;
        return;
    }
    if (reading.number > account->confirmed_number) {
        confirm(*account, reading);
    }
    account->flags = reading.flags;
    word(*account, (reading.flags & kCreditExhausted) != 0, reading.read);
    if (reading.interval <= account->charged_to) {
        reconcile(*account, reading.interval, reading.balance, account->confirmed);
    } else if (account->report_interval == 0) {
        account->report_interval = reading.interval;
        account->report_balance = reading.balance;
        account->report_told = account->confirmed;
    }
    next_difference(*account);
}

void Prepayment::reconcile_waiting(Account& account) {
    if (account.report_interval == 0 || account.report_interval > account.charged_to) {
        return;
    }
    std::uint32_t const interval = account.report_interval;
    account.report_interval = 0;
    if (interval >= account.reconciled_to) {
        reconcile(account, interval, account.report_balance, account.report_told);
    }
}

/// A meter that reads as much, having been told as much, is `difference` short of what the readings
/// say and of the corrections it has yet to get.
void Prepayment::reconcile(Account& account, std::uint32_t interval, NanoCents balance,
                           ToldSums const& told) {
    account.reconciled_to = interval;
    NanoCents const difference = accounts_.balance_at(account, interval, told) - balance -
                                 (account.corrections - told.corrections) * kNanoPerCent;
    ++counts_.reconciled;
    counts_.exact += difference == 0 ? 1 : 0;
    counts_.largest_difference = std::max(counts_.largest_difference, std::abs(difference));
    if (std::abs(difference) >= to_nano(config_.tolerance)) {
        NanoCents const half = difference < 0 ? -kNanoPerCent / 2 : kNanoPerCent / 2;
        Money const cents = whole_cents(difference + half);
        account.waiting.correction += cents;
        account.corrections += cents.cents;
        ++counts_.corrections;
    }
}

void Prepayment::ask(Account& account) {
    account.ask += config_.ask_every;
    arm(account, account.ask, kAskPurpose);
    if (!account.is_under_way()) { // its answer is a report, too
        ports_.commands.send(
            {.id = numbers_.next(), .kind = CommandKind::read_credit, .meter = account.meter});
    }
}

void Prepayment::on_timer(std::uint64_t payload) {
    std::uint64_t const row = payload >> kPurposeBits;
    if (row >= accounts_.rows().size()) {
        return;
    }
    Account& account = accounts_.rows()[row];
    SimTime const now = ports_.clock.now();
    switch (payload & ((1U << kPurposeBits) - 1)) {
    case kUpdatePurpose:
        if (account.is_under_way() && account.wake <= now) {
            send(account);
        }
        break;
    case kAskPurpose:
        if (account.ask <= now) {
            ask(account);
        }
        break;
    case kRelayPurpose:
        if (account.relay_wake <= now) {
            account.relay_wake = kNever;
            judge_supply(account);
        }
        break;
    default:
        break;
    }
}

void Prepayment::save(StateWriter& out) const {
    out.value(counts_);
    out.column(accounts_.rows());
    out.value(static_cast<std::uint64_t>(payments_.size()));
    for (auto const& [number, booked] : payments_) {
        out.value(number);
        out.value(booked.first);
        out.value(booked.second.cents);
    }
    out.column(restorations_);
}

void Prepayment::restore(StateReader& in) {
    counts_ = in.value<PrepaymentCounts>();
    auto const meters = accounts_.rows();
    in.column(accounts_.rows());
    for (std::size_t row = 0; row < meters.size(); ++row) {
        auto const& account = accounts_.rows()[row];
        in.check(account.meter == meters[row].meter && account.kind == meters[row].kind);
    }
    payments_.clear();
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        auto const number = in.value<std::uint64_t>();
        auto const meter = in.value<MeterId>();
        payments_.emplace_hint(payments_.end(), number,
                               std::pair{meter, Money{in.value<std::int64_t>()}});
    }
    in.list(restorations_);
    for (auto const& account : accounts_.rows()) {
        auto const again = [&](SimTime at, std::uint64_t purpose) {
            if (at != kNever) {
                arm(account, at, purpose);
            }
        };
        again(account.wake, kUpdatePurpose);
        again(account.ask, kAskPurpose);
        again(account.relay_wake, kRelayPurpose);
    }
}

} // namespace gridtwin::headend
