#include "tests/models/headend/storm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::headend {

namespace {
constexpr SimTime kEnd = at(30h);
}

Fleet Storm::fleet() {
    return make_fleet(kNetworks, kEach, 4);
}

HeadEndConfig Storm::config() {
    HeadEndConfig config;
    config.collection.sms_most = 10;
    return config;
}

Storm::Storm(StormSpec const& spec)
    : spec_(spec), dark_(kMeters), network_dark_(kNetworks), closed_(kMeters, true),
      head_(std::make_unique<HeadEnd>(
          config(), fleet(), Ports{clock, commands, ledger, journal, beliefs, suspicions})) {
    for (std::uint32_t m = 0; m < kMeters; ++m) {
        offset_.push_back(duration_from_s(10.0 * draw() - 5.0));
    }
    commands.on_send = [this](Command const& command) { on_command(command); };
    plan_outages();
    plan_orders();
    plan_polls();
    head_->start();
}

double Storm::draw() {
    return draw01(Seed{spec_.seed}, EntityKey(EntityKind::world, 0), Purpose::test, draws_++);
}

SimTime Storm::draw_time(SimTime from, SimTime to) {
    return from + duration_from_s(draw() * to_s(to - from));
}

void Storm::schedule(SimTime at, std::function<void()> what) {
    queue_.emplace(std::pair{at, events_++}, std::move(what));
}

void Storm::run_to(SimTime to) {
    for (;;) {
        SimTime const event = queue_.empty() ? kNever : queue_.begin()->first.first;
        SimTime const next = std::min(event, clock.next_timer());
        if (next > to) {
            break;
        }
        clock.advance(*head_, next);
        if (event == next) { // else the timer may have put something before it
            auto const what = std::move(queue_.begin()->second);
            queue_.erase(queue_.begin());
            what();
        }
    }
    clock.advance(*head_, to);
}

void Storm::plan_outages() {
    for (std::uint32_t n = 0; n < kNetworks; ++n) {
        auto& own = network_dark_[n];
        SimTime const first = draw_time(at(1h), at(5h));
        own.push_back({first, draw_time(first + 10min, first + 3h)});
        SimTime const second = draw_time(at(9h), at(12h));
        bool const stays = spec_.ends_dark && draw() < 0.5;
        own.push_back({second, stays ? kEnd : draw_time(second + 10min, second + 3h)});
        for (std::uint32_t i = 0; i < kEach; ++i) {
            auto& meter_dark = dark_[n * kEach + i];
            meter_dark = own;
            if (i == n) { // one customer with an outage of its own, which may meet the other ones
                SimTime const from = draw_time(at(30min), at(14h));
                bool const for_good = spec_.ends_dark && draw() < 0.5;
                Darkness merged{from, for_good ? kEnd : draw_time(from + 10min, from + 4h)};
                std::vector<Darkness> result;
                for (Darkness const& d : own) {
                    if (d.from <= merged.to && d.to >= merged.from) {
                        merged = {std::min(d.from, merged.from), std::max(d.to, merged.to)};
                    } else {
                        result.push_back(d);
                    }
                }
                result.push_back(merged);
                meter_dark = result;
            }
            MeterId const m = meter(n * kEach + i);
            for (Darkness const& d : meter_dark) {
                for (auto const& [t, kind] : {std::pair{d.from, AlarmKind::power_lost},
                                              std::pair{d.to, AlarmKind::power_restored}}) {
                    schedule(t, [this, m, t = t, kind = kind] {
                        carry(spec_.alarm_loss_frac, [this, m, t, kind] {
                            tell(Alarm{.meter = m,
                                       .kind = kind,
                                       .channel = fleet().channel[index(m)],
                                       .occurred = t + offset_[index(m)],
                                       .received = clock.now()});
                        });
                    });
                }
            }
        }
    }
}

void Storm::plan_orders() {
    for (int i = 0; i < 40; ++i) {
        auto const m = meter(static_cast<std::uint32_t>(draw() * kMeters));
        bool const close = draw() < 0.5;
        SimTime const t = draw_time(at(0h), at(20h));
        SimTime const when = t + duration_from_s(draw() * 600.0);
        schedule(t, [this, m, close, when] { tell(Order{m, close, when}); });
    }
}

void Storm::plan_polls() {
    for (SimTime t = at(4h); t < kEnd; t += 4h) {
        schedule(t + 2min, [this, t] {
            auto const last = static_cast<std::uint32_t>((t - kStart) / 15min);
            for (std::uint32_t m = 0; m < kMeters; ++m) {
                if (fleet().channel[m] != Channel::plc || dark(meter(m), clock.now())) {
                    continue;
                }
                for (std::uint32_t k = last - 15; k <= last; ++k) {
                    if (holds(meter(m), k, clock.now())) {
                        carry(spec_.loss_frac, [this, m, k] { tell(row(meter(m), k)); });
                    }
                }
            }
        });
    }
}

void Storm::carry(double loss_frac, std::function<void()> const& arrives) {
    int const copies = draw() < spec_.doubled_frac ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
        bool const lost = draw() < loss_frac && clock.now() < at(spec_.calm_from);
        SimDuration const delay = duration_from_s(-to_s(spec_.mean_delay) * std::log1p(-draw()));
        if (!lost) {
            schedule(clock.now() + delay, arrives);
        }
    }
}

void Storm::tell(Input input) {
    if (auto* reading = std::get_if<Reading>(&input)) {
        reading->received = clock.now();
        delivered.insert({reading->meter, reading->interval});
    } else if (auto* answer = std::get_if<Acknowledgement>(&input)) {
        answer->received = clock.now();
    }
    inputs.emplace_back(clock.now(), input);
    apply(*head_, input);
}

void Storm::apply(HeadEnd& head, Input const& input) {
    if (auto const* reading = std::get_if<Reading>(&input)) {
        head.on_reading(*reading);
    } else if (auto const* alarm = std::get_if<Alarm>(&input)) {
        head.on_alarm(*alarm);
    } else if (auto const* answer = std::get_if<Acknowledgement>(&input)) {
        head.on_acknowledgement(*answer);
    } else {
        auto const& order = std::get<Order>(input);
        head.orders().switch_relay(order.meter, order.close, order.at);
    }
}

void Storm::on_command(Command const& command) {
    watch(command);
    carry(spec_.loss_frac, [this, command] {
        if (dark(command.meter, clock.now())) {
            return;
        }
        if (command.kind == CommandKind::read_profile) {
            answer_read(command);
        } else {
            operate_relay(command);
        }
    });
}

void Storm::watch(Command const& command) {
    if (command.kind != CommandKind::read_profile) {
        return;
    }
    for (std::uint32_t k = command.first_interval; k < command.first_interval + command.count;
         ++k) {
        if (ledger.has(command.meter, k) || kStart + k * 15min > clock.now()) {
            broken.push_back(fmt::format("{}: asks meter {} for interval {}",
                                         format_time(clock.now()), index(command.meter), k));
        }
    }
    if (command.count == 0) {
        broken.push_back(fmt::format("{}: asks for nothing", format_time(clock.now())));
    }
    std::set<std::int64_t> open;
    for (auto const& entry : journal.entries) {
        if (entry.row != index(command.meter) || entry.entity != EventEntity::meter) {
            continue;
        }
        if (entry.kind == EventKind::command_issued) {
            open.insert(entry.value);
        } else if (entry.kind == EventKind::command_confirmed ||
                   entry.kind == EventKind::command_failed) {
            open.erase(entry.value);
        }
    }
    for (auto const& order : head_->orders().orders()) {
        open.erase(static_cast<std::int64_t>(order.command));
    }
    if (open != std::set{static_cast<std::int64_t>(command.id)}) {
        broken.push_back(fmt::format("{}: {} reads of meter {} outstanding",
                                     format_time(clock.now()), open.size(), index(command.meter)));
    }
}

void Storm::answer_read(Command const& command) {
    std::int64_t rows = 0;
    for (std::uint32_t k = command.first_interval; k < command.first_interval + command.count;
         ++k) {
        if (holds(command.meter, k, clock.now())) {
            ++rows;
            carry(spec_.loss_frac, [this, m = command.meter, k] { tell(row(m, k)); });
        }
    }
    carry(spec_.loss_frac, [this, command, rows, t = clock.now()] {
        tell(Acknowledgement{.command = command.id,
                             .meter = command.meter,
                             .value = rows,
                             .executed = t + offset_[index(command.meter)]});
    });
}

void Storm::operate_relay(Command const& command) {
    bool const close = command.kind == CommandKind::close_relay;
    auto const [execution, is_new] = executed_.try_emplace(
        command.id, Execution{clock.now() + offset_[index(command.meter)], close ? 1 : 0});
    if (is_new) {
        closed_[index(command.meter)] = close;
    }
    carry(spec_.loss_frac, [this, command, done = execution->second] {
        tell(Acknowledgement{.command = command.id,
                             .meter = command.meter,
                             .value = done.value,
                             .executed = done.at});
    });
}

bool Storm::dark(MeterId meter, SimTime t) const {
    return std::any_of(dark_[index(meter)].begin(), dark_[index(meter)].end(),
                       [t](Darkness const& d) { return d.from <= t && t < d.to; });
}

bool Storm::network_dark(LvNetworkId network, SimTime t) const {
    auto const& all = network_dark_[index(network)];
    return std::any_of(all.begin(), all.end(),
                       [t](Darkness const& d) { return d.from <= t && t < d.to; });
}

bool Storm::holds(MeterId meter, std::uint32_t interval, SimTime t) const {
    SimTime const end = kStart + interval * 15min - offset_[index(meter)];
    SimTime const begin = end - 15min;
    return end <= t &&
           std::none_of(dark_[index(meter)].begin(), dark_[index(meter)].end(),
                        [&](Darkness const& d) { return d.from <= begin && end <= d.to; });
}

Reading Storm::row(MeterId meter, std::uint32_t interval) const {
    return {.meter = meter,
            .interval = interval,
            .import_mwh = static_cast<std::int32_t>(1000 * index(meter) + interval),
            .voltage_dv = 2300};
}

void Storm::replace_head_end(bool clock_forgets_timers) {
    std::vector<std::byte> state;
    head_->save(state);
    if (clock_forgets_timers) {
        clock.forget_timers();
    }
    head_ = std::make_unique<HeadEnd>(config(), fleet(),
                                      Ports{clock, commands, ledger, journal, beliefs, suspicions});
    head_->restore(state);
    std::vector<std::byte> again;
    head_->save(again);
    if (again != state) {
        broken.push_back("restored and saved again, the state differs");
    }
}

} // namespace gridtwin::headend
