#include "models/headend/billing/billing.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::headend::billing {

namespace {

[[noreturn]] void refuse(std::string const& sentence) {
    throw SimulationError("billing: " + sentence);
}

BillingConfig const& checked(BillingConfig const& config, SimDuration interval) {
    if (auto const found = problems(config, interval); !found.empty()) {
        refuse(fmt::format("{}", fmt::join(found, "\n")));
    }
    return config;
}

} // namespace

Billing::Billing(BillingConfig const& config, CivilClock const& civil, SimDuration interval,
                 Clock& clock, EnergySource const& source, std::uint64_t timer_base,
                 ThreadPool* pool)
    : config_(checked(config, interval)), tariffs_(config.tariffs), clock_(clock), source_(source),
      timer_base_(timer_base), pool_(pool), days_(civil, interval),
      next_run_(config.cycles.size(), kNever) {
    SimTime last = clock.now();
    for (Tariff const& tariff : tariffs_) { // so that all events are checked against their days
        for (PeakEvent const& event : tariff.rebates) {
            last = std::max(last, event.to);
        }
    }
    lay_out(last);
}

void Billing::start() {
    lay_out(clock_.now());
    for (std::uint32_t c = 0; c < config_.cycles.size(); ++c) {
        set_cycle_timer(c);
    }
}

void Billing::lay_out(SimTime to) {
    std::uint32_t longest = 31;
    for (Cycle const& cycle : config_.cycles) {
        longest = std::max(longest, cycle.length_days);
    }
    SimTime const needed = to + std::chrono::hours(24) * (longest + 2);
    if (calendars_.empty() || days_.interval_from(needed) >= days_.end()) {
        days_.extend(needed + std::chrono::hours(24) * 62); // not again tomorrow
        calendars_.clear();
        for (Tariff const& tariff : tariffs_) {
            calendars_.emplace_back(tariff, days_);
        }
    }
}

void Billing::set_cycle_timer(std::uint32_t cycle) {
    SimTime const ended = std::max(kStart, clock_.now() - config_.wait);
    auto const today = days_.days()[days_.day_of(days_.interval_from(ended))].date;
    DatedPeriod const period = period_of(config_.cycles[cycle], today, days_.days()[0].date);
    next_run_[cycle] = days_.start_of(days_.first_of(period.to)) + config_.wait;
    clock_.set_timer(next_run_[cycle], timer_base_ | cycle);
}

void Billing::on_timer(std::uint64_t payload) {
    SimTime const now = clock_.now();
    if (payload == kCorrections) {
        if (correct_at_ <= now) {
            correct();
        }
    } else if (payload < next_run_.size() && next_run_[payload] <= now) {
        lay_out(now);
        run_cycle(static_cast<std::uint32_t>(payload));
        set_cycle_timer(static_cast<std::uint32_t>(payload));
    }
}

void Billing::run_cycle(std::uint32_t cycle) {
    SimTime const ended = std::max(kStart, clock_.now() - config_.wait);
    auto const today = days_.days()[days_.day_of(days_.interval_from(ended))].date;
    DatedPeriod const period = period_of(config_.cycles[cycle], today, days_.days()[0].date);
    std::vector<AccountId> of_cycle;
    for (std::size_t a = 0; a < accounts_.size(); ++a) {
        if (accounts_[a].state.cycle == cycle) {
            of_cycle.push_back(static_cast<AccountId>(a));
        }
    }
    bill_all(of_cycle, days_.first_of(period.from));
}

void Billing::on_energy_changed(MeterId meter, IntervalRange range) {
    if (range.first >= billed_end_) {
        return;
    }
    auto const accounts = of_meter_.find(meter);
    if (accounts == of_meter_.end()) {
        return;
    }
    for (AccountId const account : accounts->second) {
        for (std::uint32_t const p : accounts_[index(account)].periods) {
            PeriodState const& period = periods_[p].state;
            if (range.first < period.range.end &&
                range.end > history_from(counting(period.tariff), period.range)) {
                later(p);
            }
        }
    }
}

void Billing::later(std::uint32_t period) {
    changed_.insert(period);
    if (correct_at_ == kNever) {
        correct_at_ = clock_.now() + config_.correct_after;
        clock_.set_timer(correct_at_, timer_base_ | kCorrections);
    }
}

void Billing::check_tariff(std::uint32_t tariff) const {
    if (tariff >= tariffs_.size()) {
        refuse(fmt::format("there is no tariff {} of {}", tariff, tariffs_.size()));
    }
}

void Billing::check_free(MeterId meter, std::uint32_t first) const {
    auto const accounts = of_meter_.find(meter);
    if (accounts == of_meter_.end()) {
        return;
    }
    for (AccountId const other : accounts->second) {
        for (MeterSpan const& span : accounts_[index(other)].meters) {
            if (span.meter == meter && span.end > first) {
                refuse(fmt::format("meter {} is account {}'s still", index(meter), index(other)));
            }
        }
    }
}

Billing::Account& Billing::account_of(AccountId account) {
    if (index(account) >= accounts_.size()) {
        refuse(fmt::format("there is no account {} of {}", index(account), accounts_.size()));
    }
    return accounts_[index(account)];
}

Counting Billing::counting(std::uint32_t tariff) const {
    return {tariffs_[tariff], days_, calendars_[tariff]};
}

std::uint32_t Billing::midnight(SimTime at) {
    lay_out(at);
    std::uint32_t const next = days_.interval_from(at);
    bool const within = at > kStart && days_.start_of(next) != at;
    return days_.of_day(days_.day_of(within ? next - 1 : next)).first;
}

std::uint32_t Billing::cut(Account const& account, SimTime at) {
    std::uint32_t const to = midnight(at);
    if (at > clock_.now()) {
        refuse(fmt::format("{} is in the future", format_time(at)));
    }
    if (to < account.state.billed_to) {
        refuse(fmt::format("{} is billed already", format_time(at)));
    }
    if (to > account.state.end) {
        refuse(fmt::format("the agreement has ended before {}", format_time(at)));
    }
    return to;
}

AccountId Billing::move_in(Agreement const& agreement, SimTime at) {
    check_tariff(agreement.tariff);
    if (agreement.cycle >= config_.cycles.size()) {
        refuse(fmt::format("there is no cycle {} of {}", agreement.cycle, config_.cycles.size()));
    }
    if (agreement.assumed_mwh_day < 0) {
        refuse("the assumed consumption is negative");
    }
    std::uint32_t const first = midnight(at);
    check_free(agreement.meter, first);
    auto const id = static_cast<AccountId>(accounts_.size());
    accounts_.push_back({.state = {.assumed_mwh_day = agreement.assumed_mwh_day,
                                   .customer = agreement.customer,
                                   .tariff = agreement.tariff,
                                   .cycle = agreement.cycle,
                                   .first = first,
                                   .billed_to = first},
                         .meters = {{.meter = agreement.meter, .first = first}},
                         .carry_mwh = {},
                         .periods = {}});
    of_meter_[agreement.meter].push_back(id);
    return id;
}

void Billing::move_out(AccountId id, SimTime at) {
    Account& account = account_of(id);
    std::uint32_t const to = cut(account, at);
    if (account.meters.back().first >= to && to > account.state.first) {
        refuse("a meter was installed after that");
    }
    bill_up_to(id, to, true);
    account.state.end = to;
    account.meters.back().end = to;
}

void Billing::change_tariff(AccountId id, std::uint32_t tariff, SimTime at) {
    check_tariff(tariff);
    Account& account = account_of(id);
    std::uint32_t const to = cut(account, at);
    bill_up_to(id, to, true);
    account.state.tariff = tariff;
}

void Billing::exchange_meter(AccountId id, MeterId meter, SimTime at) {
    Account& account = account_of(id);
    lay_out(at);
    std::uint32_t const next = days_.interval_from(at);
    std::uint32_t const first = at > kStart && days_.start_of(next) != at ? next - 1 : next;
    if (first < account.meters.back().first || first >= account.state.end) {
        refuse(
            fmt::format("{} is not in the time of the meter that is exchanged", format_time(at)));
    }
    check_free(meter, first);
    account.meters.back().end = next;
    account.meters.push_back({.meter = meter, .first = first, .end = account.state.end});
    of_meter_[meter].push_back(id);
    for (std::uint32_t const p : account.periods) {
        if (first < periods_[p].state.range.end) {
            later(p);
        }
    }
}

void Billing::bill_off_cycle(AccountId id, SimTime to) {
    std::uint32_t const end = cut(account_of(id), to);
    std::size_t const before = invoices_.size();
    bill_up_to(id, end, false);
    counts_.off_cycle += invoices_.size() - before;
}

void Billing::call_critical_peak(std::uint32_t tariff, PeakEvent const& event) {
    call(tariff, event, &Tariff::critical_peaks);
}

void Billing::call_rebate(std::uint32_t tariff, PeakEvent const& event) {
    call(tariff, event, &Tariff::rebates);
}

void Billing::call(std::uint32_t row, PeakEvent const& event,
                   std::vector<PeakEvent> Tariff::*list) {
    check_tariff(row);
    lay_out(std::max(event.to, clock_.now()));
    Tariff changed = tariffs_[row];
    (changed.*list).push_back(event);
    RateCalendar calendar(changed, days_); // refuses what is wrong with it
    tariffs_[row] = std::move(changed);
    calendars_[row] = std::move(calendar);
    std::uint32_t const first = days_.interval_from(event.from);
    for (std::uint32_t p = 0; p < periods_.size(); ++p) {
        // Baselines of later rebates leave days with events out, so later periods change as well.
        bool const after = !tariffs_[row].rebates.empty() || first >= periods_[p].state.range.first;
        if (periods_[p].state.tariff == row && first < periods_[p].state.range.end && after) {
            later(p);
        }
    }
}

} // namespace gridtwin::headend::billing
