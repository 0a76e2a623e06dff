// Warnings, and the supply of customers whose meters keep no balance.
#include "models/headend/prepayment/prepayment.hpp"
#include "models/headend/prepayment/purposes.hpp"

#include <algorithm>

namespace gridtwin::headend {

using Relay = Account::Relay;

/// Credit is used up, or there again: so says the meter, or for those without a balance of their
/// own the head-end. The latest word counts.
void Prepayment::word(Account& account, bool exhausted, SimTime at) {
    if (at <= account.said) {
        return;
    }
    account.said = at;
    if ((account.exhausted != 0) == exhausted) {
        return;
    }
    account.exhausted = exhausted ? 1 : 0;
    if (exhausted) {
        account.paid_since = kNever;
    } else if (account.paid_since != kNever) {
        restorations_.push_back(std::max(at - account.paid_since, SimDuration::zero()));
        account.paid_since = kNever;
    }
    tell(account, exhausted ? CreditNoticeKind::exhausted : CreditNoticeKind::restored);
}

void Prepayment::on_alarm(Alarm const& alarm) {
    Account* const account = find(alarm.meter);
    if (account == nullptr || !accounts_.kind(*account).in_meter) {
        return;
    }
    if (alarm.kind == AlarmKind::credit_exhausted || alarm.kind == AlarmKind::credit_restored) {
        word(*account, alarm.kind == AlarmKind::credit_exhausted, alarm.occurred);
    }
}

void Prepayment::judge(Account& account) {
    AccountClass const& kind = accounts_.kind(account);
    NanoCents const balance = accounts_.balance_of(account);
    auto const below = static_cast<std::uint32_t>(std::ranges::count_if(
        kind.warn_at, [&](Money const& level) { return balance <= to_nano(level); }));
    bool const warns = below > account.warned;
    account.warned = below;
    if (warns) {
        tell(account, CreditNoticeKind::low);
    }
    if (kind.in_meter) {
        return;
    }
    NanoCents const available = balance + to_nano(kind.emergency);
    bool const exhausted =
        account.exhausted != 0 ? available <= to_nano(kind.reconnect_above) : available <= 0;
    word(account, exhausted, std::max(ports_.clock.now(), account.said + SimDuration{1}));
    judge_supply(account);
}

void Prepayment::judge_supply(Account& account) {
    if (accounts_.kind(account).in_meter) {
        return;
    }
    bool const waits = account.relay_wake != kNever && account.relay_wake > ports_.clock.now();
    if (account.exhausted != 0) {
        bool const off = account.relay == Relay::open || account.relay == Relay::opening;
        if (!off && !waits) {
            open_or_wait(account);
        }
        return;
    }
    bool const overtakes = account.relay == Relay::opening;
    bool const off = account.relay == Relay::open || account.relay == Relay::unknown;
    if (overtakes || (off && !waits)) {
        account.relay = Relay::closing;
        account.relay_command = CommandId{}; // what this takes the place of, ends unheard
        account.relay_command = relays_.close(account.meter);
    }
}

void Prepayment::look_again(Account& account, SimTime at) {
    account.relay_wake = at;
    arm(account, at, kRelayPurpose);
}

void Prepayment::open_or_wait(Account& account) {
    AccountClass const& kind = accounts_.kind(account);
    SimTime const now = ports_.clock.now();
    auto const of_week = [&](SimTime t) { return time_of_week(kind.terms.week_at_start, t); };
    auto const span = find_window(kind.friendly, of_week(now));
    if (span.inside && span.left == SimDuration::max()) {
        return;
    }
    if (span.inside) {
        look_again(account, now + span.left + config_.clock_margin);
        return;
    }
    auto const before = find_window(kind.friendly, of_week(now - config_.clock_margin));
    if (before.inside) { // a slow clock may still be in them
        look_again(account, now + before.left);
        return;
    }
    if (span.left != SimDuration::max() && span.left < config_.least_validity) {
        look_again(account, now + span.left);
        return;
    }
    account.relay = Relay::opening;
    account.relay_command = CommandId{};
    account.relay_command =
        relays_.open(account.meter, span.left == SimDuration::max() ? kStart : now + span.left);
}

void Prepayment::on_relay(CommandId command, MeterId meter, bool confirmed) {
    Account* const account = find(meter);
    if (account == nullptr || account->relay_command != command || command == CommandId{}) {
        return;
    }
    account->relay_command = CommandId{};
    bool const opening = account->relay == Relay::opening;
    if (confirmed) {
        account->relay = opening ? Relay::open : Relay::closed;
        ++(opening ? counts_.disconnections : counts_.reconnections);
        tell(*account, opening ? CreditNoticeKind::disconnected : CreditNoticeKind::reconnected);
        return;
    }
    ++counts_.relay_failures;
    account->relay = Relay::unknown;
    look_again(*account, ports_.clock.now() + config_.relay_retry);
}

} // namespace gridtwin::headend
