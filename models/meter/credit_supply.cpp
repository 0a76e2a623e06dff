#include "models/meter/credit_supply.hpp"

#include "models/meter/relay_holds.hpp"
#include "models/meter/step.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::meter {
namespace {

using Supply = CreditState::Supply;

constexpr double kMwhPerWns = kMwhPerWs * 1e-9;
/// How far next_credit_event looks ahead.
constexpr SimDuration kAhead = std::chrono::hours(1);

/// An account with what it stands on.
struct Account {
    MeterTable const& table;
    MeterSpec const& meter_spec;
    std::size_t slot;

    [[nodiscard]] MeterId meter() const { return table.credits.meter[slot]; }
    [[nodiscard]] std::size_t row() const { return index(meter()); }
    [[nodiscard]] CreditSpec const& spec() const { return table.credits.spec(slot); }
    [[nodiscard]] CreditState const& state() const { return table.credits.state[slot]; }

    /// That an interval is charged by.
    [[nodiscard]] std::size_t tariff(std::uint32_t interval) const {
        auto const& registers = table.registers;
        if (!registers.kept()) {
            return 0;
        }
        SimTime const begin = kStart + meter_spec.interval * std::int64_t{interval - 1};
        return registers.weeks[registers.calendar[row()]]
            .at(time_of_week(registers.week_at_start, begin))
            .tariff;
    }
    [[nodiscard]] std::int64_t price(std::uint32_t interval) const {
        return spec().terms.price_milli[tariff(interval)];
    }
    [[nodiscard]] std::int64_t days_ended_with(std::uint32_t interval) const {
        return days_ended(spec().terms, meter_spec.interval, interval) -
               days_ended(spec().terms, meter_spec.interval, interval - 1);
    }
    /// Energy of the open interval until now.
    [[nodiscard]] std::int64_t open_mwh() const {
        return table.import_mwh[row()] - table.opened_mwh[row()];
    }
    [[nodiscard]] std::uint32_t open_interval() const { return table.last_closed[row()] + 1; }
    [[nodiscard]] NanoCents now() const {
        auto const& terms = spec().terms;
        return balance(terms, state().totals) -
               energy_charge(terms, tariff(open_interval()), open_mwh());
    }
    /// What may be used, if `emergency` credit is.
    [[nodiscard]] NanoCents available(bool emergency) const {
        return now() + (emergency ? to_nano(spec().emergency) : 0);
    }
    [[nodiscard]] WindowSpan friendly(SimTime t) const {
        SimTime const clock = shown(clock_of(table, meter()), t);
        return find_window(spec().friendly, time_of_week(spec().terms.week_at_start, clock));
    }
};

/// Charges the intervals that have been closed.
void settle(MeterTable& table, Account const& account) {
    auto& state = table.credits.state[account.slot];
    for (std::uint32_t const last = table.last_closed[account.row()]; state.interval < last;) {
        ++state.interval;
        auto const row = find_row(table, account.meter(), state.interval);
        if (!row) {
            throw SimulationError(fmt::format("meter {}: interval {} is to be paid for, and no "
                                              "longer held",
                                              account.row(), state.interval));
        }
        auto const& terms = account.spec().terms;
        state.totals.charged +=
            energy_charge(terms, account.tariff(state.interval), row->import_mwh);
        state.totals.days += account.days_ended_with(state.interval);
    }
}

/// When the balance came to `level`, below which it is at t1 by steady use since t0 at the latest.
SimTime when_at(Account const& account, NanoCents level, SimTime t0, SimTime t1) {
    double const per_ns = static_cast<double>(account.price(account.open_interval())) *
                          std::max(measured_p_w(account.table, account.meter()), 0.0) * kMwhPerWns;
    double const over = static_cast<double>(level - account.now());
    if (!(per_ns > 0.0) || over / per_ns >= static_cast<double>((t1 - t0).count())) {
        return t0;
    }
    return t1 - SimDuration{static_cast<std::int64_t>(over / per_ns)};
}

/// Orders and events of accounts, while one of them is dealt with.
struct Desk {
    MeterTable& table;
    MeterSpec const& meter_spec;
    std::vector<EventRecord>& events;
    std::vector<CreditOrder>& orders;

    void tell(Account const& account, EventKind kind, SimTime at) const {
        events.push_back(
            {.at = at,
             .kind = kind,
             .entity = EventEntity::meter,
             .row = static_cast<std::uint32_t>(account.row()),
             .value = static_cast<double>(account.now()) / static_cast<double>(kNanoPerCent)});
    }

    void order(Account const& account, bool close, SimTime t) const {
        table.credits.state[account.slot].supply = close ? Supply::closing : Supply::opening;
        orders.push_back(
            {.meter = account.meter(), .close = close, .at = t + meter_spec.relay_operating_delay});
    }

    /// Judges the balance at t; what it came to since t0 by use is dated.
    void judge(std::size_t slot, SimTime t0, SimTime t) const {
        Account const account{table, meter_spec, slot};
        CreditSpec const& spec = account.spec();
        CreditState& state = table.credits.state[slot];
        CreditState const before = state;
        judge_balance(state, spec, account.now());
        if (state.low && !before.low) {
            tell(account, EventKind::credit_low, when_at(account, to_nano(spec.low), t0, t));
        }
        if (state.exhausted != before.exhausted) {
            tell(account,
                 state.exhausted ? EventKind::credit_exhausted : EventKind::credit_restored, t);
        }
        supply(account, state, t);
    }

    void supply(Account const& account, CreditState& state, SimTime t) const {
        if (!state.exhausted) {
            if (state.supply == Supply::opening) {
                state.supply = Supply::on;
            } else if (state.supply == Supply::off) {
                order(account, true, t);
            }
        } else if (state.supply == Supply::closing) {
            state.supply = Supply::off;
        } else if (state.supply == Supply::on && account.spec().disconnects &&
                   !account.friendly(t + meter_spec.relay_operating_delay).inside &&
                   !account.friendly(t).inside) {
            order(account, false, t);
        }
    }
};

/// When a balance above nothing may be used up, at the earliest.
SimTime next_exhaustion(Account const& account, SimTime t) {
    auto const& [table, meter_spec, slot] = account;
    auto const& spec = account.spec();
    std::size_t const i = account.row();
    double const rate = std::max(measured_p_w(table, account.meter()), 0.0) * kMwhPerWns;
    NanoCents const a_day = to_nano(spec.terms.standing_a_day) + to_nano(spec.terms.debt_a_day);
    // One unit more than flows, as registers round.
    auto const flow = [rate](SimDuration d) {
        return static_cast<std::int64_t>(rate * static_cast<double>(d.count())) + 2;
    };
    NanoCents left = account.available(account.state().emergency || spec.emergency_by_itself);
    SimTime const horizon = t + kAhead;
    auto const dearest = *std::ranges::max_element(spec.terms.price_milli);
    if (left > dearest * flow(kAhead) + 2 * a_day) {
        return horizon;
    }
    std::uint32_t interval = account.open_interval();
    SimTime end = table.closes_at[i];
    std::int64_t const price = account.price(interval);
    std::int64_t const open = account.open_mwh();
    std::int64_t const charged = std::max<std::int64_t>(open, 0);
    if (rate > 0.0 && price > 0) {
        std::int64_t const needed = charged + (left + price - 1) / price - open;
        double const rest = table.registers.kept() ? table.registers.rest[i][0] : table.rest_mwh[i];
        double const wait_ns = std::ceil((static_cast<double>(needed) - rest) / rate);
        if (wait_ns <= static_cast<double>((end - t).count())) {
            return t + SimDuration{std::max<std::int64_t>(1, static_cast<std::int64_t>(wait_ns))};
        }
    }
    left -= price * (std::max<std::int64_t>(open + flow(end - t), 0) - charged);
    while (end < horizon) {
        left -= account.days_ended_with(interval) != 0 ? a_day : 0;
        ++interval;
        left -= account.price(interval) * flow(meter_spec.interval);
        if (left <= 0) {
            return std::max(end, t + SimDuration{1}); // to be seen there
        }
        Clock const clock = clock_of(table, account.meter());
        end = interval_end(meter_spec.interval, interval, clock.offset_ns, clock.drift_ppm);
    }
    return horizon;
}

SimTime next_of(Account const& account, SimTime t) {
    auto const& state = account.state();
    if (!account.spec().disconnects || state.supply != Supply::on) {
        return kNever;
    }
    if (!state.exhausted) {
        return next_exhaustion(account, t);
    }
    SimTime const at = t + account.meter_spec.relay_operating_delay;
    auto const span = account.friendly(account.friendly(t).inside ? t : at);
    if (!span.inside || span.left == SimDuration::max()) {
        return span.inside ? kNever : t + SimDuration{1};
    }
    Clock const clock = clock_of(account.table, account.meter());
    SimTime const from = account.friendly(t).inside ? t : at;
    return std::max(when_shown(clock, shown(clock, from) + span.left), t + SimDuration{1});
}

std::uint32_t slot_of(MeterTable const& table, MeterId meter) {
    auto const slot = index(meter) < table.size() ? table.credits.slot(meter) : Credits::kNoSlot;
    if (slot == Credits::kNoSlot) {
        throw SimulationError(fmt::format("meter {} has no credit", index(meter)));
    }
    return slot;
}

} // namespace

void give_credit(MeterTable& table, CreditSpec const& spec,
                 std::span<CreditOpening const> openings) {
    if (table.advanced_to != kStart) {
        throw SimulationError("meters get their credit before time begins");
    }
    std::size_t const first = table.credits.meter.size();
    add_credit(table.credits, spec, table.size(), openings);
    for (std::size_t slot = first; slot < table.credits.meter.size(); ++slot) {
        table.credits.state[slot].interval = table.last_closed[index(table.credits.meter[slot])];
    }
}

NanoCents balance_now(MeterTable const& table, MeterSpec const& spec, MeterId meter) {
    return Account{table, spec, slot_of(table, meter)}.now();
}

void advance_credits(MeterTable& table, MeterSpec const& spec, SimTime t0, SimTime t1,
                     std::vector<EventRecord>& events, std::vector<CreditOrder>& orders) {
    Desk const desk{table, spec, events, orders};
    for (std::size_t slot = 0; slot < table.credits.meter.size(); ++slot) {
        settle(table, {table, spec, slot});
        desk.judge(slot, t0, t1);
    }
}

SimTime next_credit_event(MeterTable const& table, MeterSpec const& spec, SimTime t) {
    SimTime next = kNever;
    for (std::size_t slot = 0; slot < table.credits.meter.size(); ++slot) {
        next = std::min(next, next_of({table, spec, slot}, t));
    }
    return next;
}

void switch_credit(MeterTable& table, CreditOrder const& order, std::vector<EventRecord>& events) {
    auto const slot = slot_of(table, order.meter);
    auto& state = table.credits.state[slot];
    if (state.supply != (order.close ? Supply::closing : Supply::opening)) {
        return;
    }
    if (order.close) {
        state.supply = Supply::on;
        if (!state.command_open && !limiter_holds(table, order.meter)) {
            move_contact(table, order.meter, true, order.at, events);
        }
        return;
    }
    SimTime const clock = shown(clock_of(table, order.meter), order.at);
    auto const& spec = table.credits.spec(slot);
    bool const friendly =
        find_window(spec.friendly, time_of_week(spec.terms.week_at_start, clock)).inside;
    state.supply = friendly ? Supply::on : Supply::off; // its clock may have been set
    if (!friendly) {
        move_contact(table, order.meter, false, order.at, events);
    }
}

AdjustmentResult adjust_credit(MeterTable& table, MeterSpec const& spec, MeterId meter,
                               CreditAdjustment const& adjustment, SimTime t,
                               std::vector<EventRecord>& events, std::vector<CreditOrder>& orders) {
    auto const slot = slot_of(table, meter);
    auto const result =
        adjust(table.credits.state[slot], table.credits.spec(slot).terms, adjustment);
    if (result == AdjustmentResult::applied) {
        Desk{table, spec, events, orders}.judge(slot, t, t);
    }
    return result;
}

bool take_emergency(MeterTable& table, MeterSpec const& spec, MeterId meter, SimTime t,
                    std::vector<EventRecord>& events, std::vector<CreditOrder>& orders) {
    auto const slot = slot_of(table, meter);
    Account const account{table, spec, slot};
    auto& state = table.credits.state[slot];
    if (state.emergency || account.spec().emergency.cents == 0 ||
        account.now() > to_nano(account.spec().emergency_from)) {
        return false;
    }
    state.emergency = true;
    Desk{table, spec, events, orders}.judge(slot, t, t);
    return true;
}

std::optional<CreditReport> report_credit(MeterTable const& table, MeterId meter, SimTime t) {
    auto const slot = table.credits.slot(meter);
    if (slot == Credits::kNoSlot) {
        return std::nullopt;
    }
    auto const& state = table.credits.state[slot];
    auto const& terms = table.credits.spec(slot).terms;
    return CreditReport{.number = state.number,
                        .interval = state.interval,
                        .exhausted = state.exhausted,
                        .emergency = state.emergency,
                        .off = holds_open(state),
                        .balance = balance(terms, state.totals),
                        .debt = debt_left(terms, state.totals),
                        .read = shown_time(table, meter, t)};
}

} // namespace gridtwin::meter
