#include "tests/models/headend/prepayment/prepayment_storm.hpp"

#include <fmt/format.h>

namespace gridtwin::headend {
namespace {

constexpr std::uint32_t kMeters = 6;

} // namespace

PrepaymentStorm::PrepaymentStorm(StormSpec const& spec)
    : spec_(spec), draws_(spec.seed), fleet_(some_fleet(kMeters)), ledger_(kMeters, 96 * 10),
      told_to_(kMeters, 0), paid_(kMeters, 0), newest_(kMeters, 0) {
    meter_spec_.profile_rows = 96 * 10;
    table_ = meter::make_meters(meter_spec_, Seed{spec.seed}, std::vector<double>(kMeters, 230.0));
    AccountClass kind = twenty_cents(true);
    kind.terms.standing_a_day = {upto(20)};
    kind.terms.debt_a_day = {upto(20)};
    kind.terms.debt_share_permille = static_cast<std::int32_t>(upto(600));
    kind.terms.week_at_start = std::chrono::hours(upto(167));
    kind.friendly = {{.from = std::chrono::hours(upto(23)), .to = std::chrono::hours(upto(23))}};
    kind.warn_at = {{100}};
    config_.classes = {kind, kind};
    config_.classes[1].in_meter = false;
    config_.ask_every = 6h;
    credit_.terms = kind.terms;
    for (auto& price : credit_.terms.price_milli) {
        price += spec.meter_price_off_milli;
    }
    credit_.friendly = kind.friendly;
    std::vector<meter::CreditOpening> openings;
    for (std::uint32_t m = 0; m < kMeters; ++m) {
        auto const id = static_cast<MeterId>(m);
        bool const has = has_balance(id);
        openings_.push_back({.meter = id,
                             .kind = has ? 0U : 1U,
                             .balance = {upto(300)},
                             .debt = {has ? upto(150) : 0}});
        if (has) {
            openings.push_back({id, openings_.back().balance, openings_.back().debt});
        }
    }
    meter::give_credit(table_, credit_, openings);
    begin();
    till_->start();
}

void PrepaymentStorm::begin() {
    till_ = std::make_unique<Prepayment>(config_, openings_, fleet_,
                                         Ports{clock_, *this, ledger_, *this, *this, suspicions_},
                                         *this, *this, numbers_, 0);
}

std::int64_t PrepaymentStorm::upto(std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(0, most)(draws_);
}

bool PrepaymentStorm::chance(double frac) {
    return std::uniform_real_distribution<double>(0.0, 1.0)(draws_) < frac;
}

void PrepaymentStorm::later(SimDuration after, std::function<void()> const& what) {
    queue_.emplace(clock_.now() + after, what);
}

void PrepaymentStorm::carry(std::function<void()> const& arrival) {
    int const copies =
        calm_ ? 1 : (chance(spec_.lost_frac) ? 0 : 1) + (chance(spec_.doubled_frac) ? 1 : 0);
    for (int n = 0; n < copies; ++n) {
        later(calm_ ? 2s : SimDuration{upto(spec_.most_delay.count())}, arrival);
    }
}

void PrepaymentStorm::pay(MeterId meter, Money amount) {
    paid_[index(meter)] += amount.cents;
    Payment const payment{.number = ++payment_, .meter = meter, .amount = amount};
    till_->on_payment(payment);
    if (chance(spec_.doubled_frac)) {
        later(SimDuration{upto(spec_.most_delay.count())},
              [this, payment] { till_->on_payment(payment); });
    }
}

void PrepaymentStorm::to(SimTime end, bool calm) {
    calm_ = calm;
    SimTime change = clock_.now();
    while (clock_.now() < end) {
        if (clock_.now() >= change) {
            for (std::size_t m = 0; m < meters(); ++m) {
                bool const closed = table_.relay_closed[m] != 0;
                table_.p_w[m] = closed ? static_cast<double>(upto(3000)) : 0.0;
                if (!calm && chance(0.03)) {
                    pay(static_cast<MeterId>(m), {1 + upto(150)});
                }
            }
            change = clock_.now() + 15min;
        }
        SimTime next = std::min({end, change, clock_.next(),
                                 meter::next_credit_event(table_, meter_spec_, clock_.now())});
        next = queue_.empty() ? next : std::min(next, queue_.begin()->first);
        for (auto const& order : orders_) {
            next = std::min(next, order.at);
        }
        step(std::max(next, clock_.now()));
    }
}

void PrepaymentStorm::step(SimTime next) {
    SimTime const from = table_.advanced_to;
    if (next > from) {
        meter::advance(table_, meter_spec_, from, next, events_);
        meter::advance_credits(table_, meter_spec_, from, next, events_, orders_);
    }
    clock_.stand_at(next);
    for (auto const& order : std::exchange(orders_, {})) {
        order.at <= next ? meter::switch_credit(table_, order, events_) : orders_.push_back(order);
    }
    read_meters();
    for (; events_seen_ < events_.size(); ++events_seen_) {
        auto const kind = events_[events_seen_].kind;
        if (kind == EventKind::credit_exhausted || kind == EventKind::credit_restored) {
            auto const meter = static_cast<MeterId>(events_[events_seen_].row);
            Alarm const alarm{.meter = meter,
                              .kind = kind == EventKind::credit_exhausted
                                          ? AlarmKind::credit_exhausted
                                          : AlarmKind::credit_restored,
                              .occurred = meter::shown_time(table_, meter, next)};
            carry([this, alarm] { till_->on_alarm(alarm); });
        }
    }
    while (!queue_.empty() && queue_.begin()->first <= next) {
        auto const what = queue_.begin()->second;
        queue_.erase(queue_.begin());
        what();
    }
    while (clock_.next() <= next) {
        till_->on_timer(clock_.take());
    }
    if (spec_.restores && next >= restored_at_ + 7h) {
        restored_at_ = next;
        std::vector<std::byte> state;
        StateWriter writer(state);
        till_->save(writer);
        clock_.forget();
        begin();
        StateReader reader(state);
        till_->restore(reader);
    }
}

/// Collection asks again for what was lost: readings are late and doubled, but come.
void PrepaymentStorm::read_meters() {
    for (std::uint32_t m = 0; m < meters(); ++m) {
        for (; told_to_[m] < table_.last_closed[m]; ++told_to_[m]) {
            auto const id = static_cast<MeterId>(m);
            Reading const reading{.meter = id,
                                  .interval = told_to_[m] + 1,
                                  .import_mwh =
                                      meter::find_row(table_, id, told_to_[m] + 1)->import_mwh};
            auto const arrival = [this, reading] {
                if (ledger_.store(reading)) {
                    till_->on_reading(reading);
                }
            };
            later(calm_ ? 1s : SimDuration{upto(spec_.most_delay.count())}, arrival);
            if (!calm_) {
                carry(arrival);
            }
        }
    }
}

void PrepaymentStorm::send(Command const& command) {
    commands_.push_back(command);
    carry([this, command] { execute(command); });
}

void PrepaymentStorm::execute(Command const& command) {
    if (command.kind == CommandKind::adjust_credit) {
        adjust(command);
    }
    report(command.meter, command.id);
}

void PrepaymentStorm::adjust(Command const& command) {
    auto const result = meter::adjust_credit(table_, meter_spec_, command.meter,
                                             {.number = command.first_interval,
                                              .difference = {command.value_milli / 1000},
                                              .payment = {command.count}},
                                             clock_.now(), events_, orders_);
    applied_ += result == meter::AdjustmentResult::applied ? 1 : 0;
    known_ += result == meter::AdjustmentResult::known ? 1 : 0;
}

void PrepaymentStorm::report(MeterId meter, CommandId command) {
    auto const told = *meter::report_credit(table_, meter, clock_.now());
    CreditReading const reading{.meter = meter,
                                .number = told.number,
                                .interval = told.interval,
                                .flags = told.exhausted ? std::uint32_t{kCreditExhausted} : 0U,
                                .balance = told.balance,
                                .debt = told.debt,
                                .command = command,
                                .read = told.read};
    carry([this, reading] { till_->on_credit(reading); });
}

CommandId PrepaymentStorm::open(MeterId meter, SimTime not_after) {
    Command const command{.id = static_cast<CommandId>(++relay_number_),
                          .kind = CommandKind::open_relay,
                          .meter = meter,
                          .effective = not_after};
    give(command);
    return command.id;
}

CommandId PrepaymentStorm::close(MeterId meter) {
    Command const command{.id = static_cast<CommandId>(++relay_number_),
                          .kind = CommandKind::close_relay,
                          .meter = meter};
    give(command);
    return command.id;
}

/// As orders do: tried again every hour, five times in all; a later order is not overtaken.
void PrepaymentStorm::give(Command const& command) {
    auto const arrival = [this, command] {
        std::size_t const m = index(command.meter);
        auto const number = static_cast<std::uint64_t>(command.id);
        bool const wanted = command.kind == CommandKind::close_relay;
        bool const late =
            !wanted && command.effective != kStart &&
            meter::shown_time(table_, command.meter, clock_.now()) >= command.effective;
        late_orders_ += late ? 1 : 0;
        if (number > newest_[m] && !late) {
            newest_[m] = number;
            meter::operate_relay(table_, command.meter, wanted, clock_.now(), events_);
        }
        bool const as_ordered = (table_.relay_closed[m] != 0) == wanted;
        carry([this, command, as_ordered] {
            if (!std::exchange(relay_done_[command.id], true)) {
                till_->on_relay(command.id, command.meter, as_ordered);
            }
        });
    };
    for (int n = 0; n < 5; ++n) {
        later(n * 1h, [this, command, arrival] {
            if (!relay_done_[command.id]) {
                carry(arrival);
            }
        });
    }
    later(5h, [this, command] {
        if (!std::exchange(relay_done_[command.id], true)) {
            till_->on_relay(command.id, command.meter, false);
        }
    });
}

bool PrepaymentStorm::friendly(MeterId meter, SimTime t) const {
    SimTime const clock = meter::shown(meter::clock_of(table_, meter), t);
    return find_window(credit_.friendly, time_of_week(credit_.terms.week_at_start, clock)).inside;
}

std::size_t PrepaymentStorm::unfriendly() const {
    return static_cast<std::size_t>(std::ranges::count_if(events_, [&](auto const& event) {
        return event.kind == EventKind::relay_opened &&
               friendly(static_cast<MeterId>(event.row), event.at);
    }));
}

std::size_t PrepaymentStorm::opened() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        events_, [](auto const& event) { return event.kind == EventKind::relay_opened; }));
}

std::size_t PrepaymentStorm::closed_now() const {
    return static_cast<std::size_t>(std::ranges::count(table_.relay_closed, std::uint8_t{1}));
}

/// Head-end's ledger less the meter's less what is in flight, by the meter's own state: what it has
/// applied counts, confirmed or not. As of the last interval of which all readings have come.
NanoCents PrepaymentStorm::gap(Account const& account) const {
    auto const& accounts = till_->accounts();
    auto const& state = table_.credits.state[table_.credits.slot(account.meter)];
    auto const& terms = credit_.terms;
    auto totals = state.totals;
    for (std::uint32_t k = account.charged_to + 1; k <= state.interval; ++k) {
        totals.charged -=
            energy_charge(terms, 0, meter::find_row(table_, account.meter, k)->import_mwh);
    }
    totals.days = days_ended(terms, meter_spec_.interval, account.charged_to);
    ToldSums told = account.confirmed;
    if (state.number == account.confirmed_number + 1) {
        told.applied += to_nano(account.under_way.payment);
        told.shared += debt_share(terms, account.under_way.payment);
        told.corrections += account.under_way.correction.cents;
    }
    NanoCents const booked = accounts.balance_of(account);
    NanoCents const in_flight = booked - accounts.balance_at(account, account.charged_to, told) +
                                (account.corrections - told.corrections) * kNanoPerCent;
    return booked - balance(terms, totals) - in_flight;
}

NanoCents PrepaymentStorm::largest_gap() const {
    NanoCents largest = 0;
    for (auto const& account : till_->accounts().rows()) {
        largest = has_balance(account.meter) ? std::max(largest, std::abs(gap(account))) : largest;
    }
    return largest;
}

std::string PrepaymentStorm::audit() const {
    std::string wrong;
    for (auto const& account : till_->accounts().rows()) {
        std::size_t const m = index(account.meter);
        std::int64_t const booked = openings_[m].balance.cents + paid_[m];
        if (account.totals.applied != to_nano({booked})) {
            wrong += fmt::format("meter {}: {} booked of {}\n", m, account.totals.applied, booked);
        }
        if (!has_balance(account.meter)) {
            continue;
        }
        auto const number = table_.credits.state[table_.credits.slot(account.meter)].number;
        if (number < account.confirmed_number || number > account.number) {
            wrong += fmt::format("meter {}: {} applied, {} confirmed\n", m, number,
                                 account.confirmed_number);
        }
        if (NanoCents const off = gap(account); off != 0) {
            wrong += fmt::format("meter {}: head-end = meter + in flight is off by {}\n", m, off);
        }
    }
    return wrong;
}

} // namespace gridtwin::headend
