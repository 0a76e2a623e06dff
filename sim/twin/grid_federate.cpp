#include "sim/twin/grid_federate.hpp"

#include "models/grid/element_currents.hpp"
#include "models/load/bulk.hpp"
#include "models/load/residential.hpp"
#include "models/meter/credit_answers.hpp"
#include "models/meter/intervals.hpp"
#include "models/meter/respond.hpp"
#include "models/meter/step.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/twin/meters.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::twin {

void EnergyTerms::add(grid::PowerBalance const& power, SimDuration dt) {
    double const h = to_h(dt);
    source_wh += power.source_p_w * h;
    line_loss_wh += power.line_loss_w * h;
    transformer_loss_wh += power.transformer_loss_w * h;
    shunt_loss_wh += power.shunt_loss_w * h;
    service_transformer_loss_wh += power.service_transformer_loss_w * h;
    lv_line_loss_wh += power.lv_line_loss_w * h;
}

std::unique_ptr<grid::Distribution> make_distribution(scenario::Scenario const& scenario,
                                                      scenario::World const& world,
                                                      FeederId feeder) {
    auto transformer = scenario.grid.low_voltage.transformer;
    transformer.v_lv_ll_v = scenario.grid.low_voltage.voltage_v;
    auto const per_feeder = world.lv.size() / world.feeders;
    std::vector<grid::LvAttachment> attachments;
    for (std::size_t i = index(feeder) * per_feeder; i < (index(feeder) + 1) * per_feeder; ++i) {
        auto const& row = world.lv[i];
        attachments.push_back({.mv_bus = row.mv_bus,
                               .network = &row.network,
                               .services = row.services,
                               .transformer = transformer,
                               .where = scenario.grid.feeder_where});
    }
    return std::make_unique<grid::Distribution>(world.circuit, attachments,
                                                scenario.grid.low_voltage.lines);
}

GridFederate::GridFederate(scenario::Scenario const& scenario, scenario::World const& world,
                           meter::MeterTable& meters, ThreadPool& pool)
    : scenario_(scenario), world_(world), meters_(meters), pool_(pool), clock_(scenario.clock()),
      inputs_(world), adders_(make_town_adders(world, meters)), credits_(world) {
    std::size_t lv = 0;
    std::size_t m = 0;
    for (std::uint32_t f = 0; f < world.feeders; ++f) {
        auto const id = static_cast<FeederId>(f);
        first_lv_.push_back(lv);
        first_meter_.push_back(m);
        while (lv < world.lv.size() && world.lv[lv].feeder == id) {
            ++lv;
        }
        while (m < world.meters.size() && world.meters.feeder[m] == id) {
            ++m;
        }
        feeders_.push_back(make_distribution(scenario, world, id));
        rounding_w_ += grid::rounding_w(feeders_.back()->feeder());
    }
    first_lv_.push_back(lv);
    first_meter_.push_back(m);
    energy_.resize(world.feeders);
    power_.resize(world.feeders);
    dirty_.assign(world.feeders, 1);
    lv_load_w_.assign(world.lv.size(), 0.0F);
    lv_busbar_w_.assign(world.lv.size(), 0.0);
    lv_live_.assign(world.lv.size(), 1);
    lv_island_.resize(world.lv.size());
    for (std::size_t f = 0; f < feeders_.size(); ++f) {
        find_islands(f);
    }
    for (auto const& event : world.events) {
        if (event.kind == scenario::TimedEvent::Kind::open ||
            event.kind == scenario::TimedEvent::Kind::close) {
            switching_.push_back(event);
        }
    }
    std::stable_sort(switching_.begin(), switching_.end(),
                     [](auto const& a, auto const& b) { return a.at < b.at; });
}

SimTime GridFederate::next_event() const {
    SimTime next =
        std::min({next_step_, relays_.next(), limiters_.next(), credits_.next(), inputs_.next()});
    if (next_switching_ < switching_.size()) {
        next = std::min(next, switching_[next_switching_].at);
    }
    return next;
}

void GridFederate::accept(engine::Envelope&& envelope) {
    auto const& order = envelope.message;
    if (order.kind == MessageKind::set_clock) {
        meter::order_clock(meters_, {order.meter, order.occurred, from_ns(order.value)});
    } else if (order.kind == MessageKind::set_parameter) {
        auto const settings = wire::decode_parameters(order.payload);
        for (auto const& one : settings.blocks) {
            inputs_.order(envelope.at, *meter::from_wire(order.meter, one));
        }
    } else if (order.kind == MessageKind::set_credit) {
        for (auto const& one : wire::decode_credit_differences(order.payload).blocks) {
            credits_.order(envelope.at, order.meter, meter::from_wire(one));
        }
    } else {
        relays_.push(envelope.at, {order.meter, order.value != 0});
    }
}

void GridFederate::advance_to(SimTime t) {
    if (t == reached_) {
        return;
    }
    meter::advance(meters_, scenario_.meter, reached_, t, pool_, meter_events_);
    limiters_.advance(meters_, scenario_.meter, reached_, t, meter_events_);
    credits_.advance(meters_, scenario_.meter, reached_, t, meter_events_);
    meter::advance_adders(adders_, meters_, scenario_.meter, t, events_);
    for (std::size_t f = 0; f < feeders_.size(); ++f) {
        energy_[f].add(power_[f], t - reached_);
    }
    reached_ = t;
}

/// What a meter reports goes to the listeners, too.
void GridFederate::note(std::vector<EventRecord> const& of_relays) {
    for (auto const& event : of_relays) {
        if (meter::alarm_of(event.kind)) {
            meter_events_.push_back(event);
        } else {
            log(event);
            events_.push_back(event);
        }
    }
}

/// Into the meter's own log, if meters keep one.
void GridFederate::log(EventRecord const& event) {
    if (meters_.logs.kept() && event.entity == EventEntity::meter) {
        meter::log_event(meters_.logs, event,
                         meter::shown_time(meters_, static_cast<MeterId>(event.row), event.at));
    }
}

/// What has happened at the meters is told.
void GridFederate::pass_on() {
    std::for_each(meter_events_.begin(), meter_events_.end(), [this](auto const& e) { log(e); });
    events_.insert(events_.end(), meter_events_.begin(), meter_events_.end());
    meter_events_.clear();
}

void GridFederate::set_demand(std::size_t f) {
    auto& feeder = *feeders_[f];
    std::vector<MeterId> ids;
    for (std::size_t lv = first_lv_[f]; lv < first_lv_[f + 1]; ++lv) {
        auto const& services = world_.lv[lv].services;
        if (services.empty()) {
            continue;
        }
        ids.clear();
        for (auto const& service : services) {
            ids.push_back(service.meter);
        }
        auto const& group = scenario_.customers[world_.meters.group[index(ids.front())]];
        auto const p_w = feeder.service_p_w(lv - first_lv_[f]);
        auto const q_var = feeder.service_q_var(lv - first_lv_[f]);
        load::household_demand(group.household, scenario_.seed, ids, last_step_,
                               civil_.second_of_day, civil_.weekday, p_w, q_var);
        for (std::size_t s = 0; s < ids.size(); ++s) {
            double const factor = meters_.relay_closed[index(ids[s])] == 0
                                      ? 0.0
                                      : meter::demand_factor(meters_, ids[s]);
            p_w[s] *= factor;
            q_var[s] *= factor;
        }
    }
    double const bulk = load::bulk_day_factor(scenario_.grid.bulk, civil_.second_of_day);
    std::size_t const first_bulk = first_meter_[f + 1] - world_.circuit.loads.size();
    for (std::size_t i = 0; i < world_.circuit.loads.size(); ++i) {
        auto const meter = static_cast<MeterId>(first_bulk + i);
        double const factor = meters_.relay_closed[first_bulk + i] == 0
                                  ? 0.0
                                  : bulk * meter::demand_factor(meters_, meter);
        feeder.set_load_power(i, world_.bulk_p_w[i] * factor, world_.bulk_q_var[i] * factor);
    }
}

void GridFederate::solve(std::size_t f) {
    auto& feeder = *feeders_[f];
    set_demand(f);
    auto const status = feeder.solve();
    if (!status.converged) {
        auto const& where = scenario_.grid.feeder_where;
        throw grid::NotConverged(fmt::format(
            "{}:{}:{}: the power flow of feeder {} does not converge at {}: {} still moves by "
            "{:.3g} "
            "pu after {} iterations; try a lower load, or look at the impedances on the way there",
            where.file, where.line, where.column, f + 1, format_time(reached_), status.worst_bus,
            status.mismatch_pu, status.iterations));
    }
    power_[f] = feeder.balance();
    publish(f);
}

/// Writes what the meters of a feeder see.
void GridFederate::publish(std::size_t f) {
    auto const& feeder = *feeders_[f];
    for (std::size_t lv = first_lv_[f]; lv < first_lv_[f + 1]; ++lv) {
        std::size_t const block = lv - first_lv_[f];
        auto const& services = world_.lv[lv].services;
        auto const u_v = feeder.service_u_v(block);
        auto const p_w = feeder.service_delivered_p_w(block);
        auto const q_var = feeder.service_delivered_q_var(block);
        std::array<std::uint8_t, 3> live{};
        for (std::size_t phase = 0; phase < 3; ++phase) {
            live[phase] = feeder.lv_energised(block, phase) ? 1 : 0;
        }
        for (std::size_t s = 0; s < services.size(); ++s) {
            auto const m = index(services[s].meter);
            meters_.energised[m] = feeder.service_energised(block, s, services[s].phase) ? 1 : 0;
            meters_.u_v[m] = u_v[s];
            meters_.p_w[m] = p_w[s];
            meters_.q_var[m] = q_var[s];
        }
        lv_load_w_[lv] = static_cast<float>(feeder.lv_input_p_w(block));
        lv_busbar_w_[lv] = feeder.lv_input_p_w(block) - feeder.lv(block).transformer_loss_w();
        lv_live_[lv] = live[0] | live[1] | live[2];
    }
    std::size_t const first_bulk = first_meter_[f + 1] - world_.circuit.loads.size();
    for (std::size_t i = 0; i < world_.circuit.loads.size(); ++i) {
        std::size_t const m = first_bulk + i;
        auto const s = feeder.load_delivered(i);
        meters_.energised[m] = feeder.load_energised(i) ? 1 : 0;
        meters_.u_v[m] =
            meters_.energised[m] == 0 ? 0.0 : feeder.load_u_pu(i) * meters_.nominal_u_v[m];
        meters_.p_w[m] = s.real();
        meters_.q_var[m] = s.imag();
    }
}

void GridFederate::find_islands(std::size_t f) {
    auto const islands = feeders_[f]->lv_islands();
    std::copy(islands.begin(), islands.end(),
              lv_island_.begin() + static_cast<std::ptrdiff_t>(first_lv_[f]));
}

/// A line of the feeder, or the fuse of a low-voltage street, opens or closes now.
void GridFederate::operate(scenario::PlannedEvent const& event) {
    bool const closed = event.kind == scenario::TimedEvent::Kind::close;
    auto const f = index(event.feeder);
    EventRecord record{.at = event.at,
                       .kind = closed ? EventKind::switch_closed : EventKind::switch_opened,
                       .entity = EventEntity::line,
                       .row =
                           static_cast<std::uint32_t>(f * world_.circuit.lines.size() + event.line),
                       .value = 0.0};
    if (event.fuse_of != kNone<LvNetworkId>) {
        auto const lv = index(event.fuse_of);
        auto const node = topology::fuse_nodes(world_.lv[lv].network)[event.fuse];
        feeders_[f]->set_lv_line(lv - first_lv_[f], node, closed);
        fuses_.push_back({.network = event.fuse_of, .node = node, .closed = closed});
        record.entity = EventEntity::lv_network;
        record.row = static_cast<std::uint32_t>(lv);
        record.value = event.fuse + 1.0;
    } else {
        feeders_[f]->set_switch(event.line, closed);
        find_islands(f);
    }
    events_.push_back(record);
    dirty_[f] = 1;
}

void GridFederate::run_until(SimTime end, engine::Outbox&) {
    while (next_event() < end) {
        SimTime const t = next_event();
        advance_to(t);
        bool supply_changed = t == kStart;
        while (next_switching_ < switching_.size() && switching_[next_switching_].at == t) {
            auto const& event = switching_[next_switching_++];
            operate(event);
            supply_changed = true;
        }
        while (relays_.next() == t) {
            auto const operation = relays_.pop().second;
            std::vector<EventRecord> seen;
            meter::operate_relay(meters_, operation.meter, operation.close, t, seen);
            note(seen);
            dirty_[index(world_.meters.feeder[index(operation.meter)])] = 1;
        }
        while (auto const order = limiters_.take(t)) {
            std::vector<EventRecord> seen;
            meter::curtail(meters_, *order, seen);
            note(seen);
            dirty_[index(world_.meters.feeder[index(order->meter)])] = 1;
        }
        credits_.apply(meters_, scenario_.meter, t, meter_events_);
        while (auto const order = credits_.take(t)) {
            std::vector<EventRecord> seen;
            meter::switch_credit(meters_, *order, seen);
            note(seen);
            dirty_[index(world_.meters.feeder[index(order->meter)])] = 1;
        }
        if (next_step_ == t) {
            last_step_ = t;
            next_step_ = t + scenario_.grid.step;
            civil_ = clock_.at(t);
            std::fill(dirty_.begin(), dirty_.end(), std::uint8_t{1});
        }
        pool_.for_each(feeders_.size(), [&](std::size_t f) {
            if (dirty_[f] != 0) {
                solve(f);
            }
        });
        solves_ +=
            static_cast<std::uint64_t>(std::count(dirty_.begin(), dirty_.end(), std::uint8_t{1}));
        std::fill(dirty_.begin(), dirty_.end(), std::uint8_t{0});
        if (supply_changed) {
            meter::note_supply(meters_, t, meter_events_);
        }
        inputs_.apply(meters_, t, meter_events_);
        limiters_.judge(meters_, scenario_.meter, t, meter_events_);
        credits_.look_ahead(meters_, scenario_.meter, t);
        track_extremes();
        GridView const view{.at = t,
                            .second_of_day = clock_.at(t).second_of_day,
                            .meter_events = meter_events_,
                            .lv_load_w = lv_load_w_,
                            .lv_busbar_w = lv_busbar_w_,
                            .lv_live = lv_live_,
                            .lv_island = lv_island_,
                            .fuses = fuses_};
        for (auto* listener : listeners_) {
            listener->on_grid(view);
        }
        fuses_.clear();
        pass_on();
    }
}

void GridFederate::track_extremes() {
    auto const note = [this](double u_pu, bool is_meter, std::size_t row) {
        if (u_pu < lowest_.u_pu) {
            lowest_ = {u_pu, reached_, is_meter, static_cast<std::uint32_t>(row)};
        }
        if (u_pu > highest_.u_pu) {
            highest_ = {u_pu, reached_, is_meter, static_cast<std::uint32_t>(row)};
        }
    };
    double source_w = 0.0;
    for (std::size_t f = 0; f < feeders_.size(); ++f) {
        auto const& solver = feeders_[f]->feeder();
        for (std::size_t n = 0; n < solver.node_count(); ++n) {
            if (solver.energised(n) && solver.nodes()[n].phase <= 3) {
                note(solver.u_pu(n), false, f * solver.node_count() + n);
            }
        }
        source_w += power_[f].source_p_w;
    }
    for (std::size_t m = 0; m < meters_.size(); ++m) {
        if (meters_.energised[m] != 0) {
            note(meters_.u_v[m] / meters_.nominal_u_v[m], true, m);
        }
    }
    if (source_w > peak_source_w_) {
        peak_source_w_ = source_w;
        peak_at_ = reached_;
    }
}

void GridFederate::finish(SimTime end) {
    advance_to(end);
    pass_on();
}

grid::PowerBalance GridFederate::power() const {
    grid::PowerBalance sum;
    for (auto const& p : power_) {
        sum.source_p_w += p.source_p_w;
        sum.source_q_var += p.source_q_var;
        sum.bulk_load_p_w += p.bulk_load_p_w;
        sum.service_p_w += p.service_p_w;
        sum.line_loss_w += p.line_loss_w;
        sum.transformer_loss_w += p.transformer_loss_w;
        sum.shunt_loss_w += p.shunt_loss_w;
        sum.service_transformer_loss_w += p.service_transformer_loss_w;
        sum.lv_line_loss_w += p.lv_line_loss_w;
    }
    return sum;
}

EnergyTerms GridFederate::energy() const {
    EnergyTerms sum;
    for (auto const& e : energy_) {
        sum.source_wh += e.source_wh;
        sum.line_loss_wh += e.line_loss_wh;
        sum.transformer_loss_wh += e.transformer_loss_wh;
        sum.shunt_loss_wh += e.shunt_loss_wh;
        sum.service_transformer_loss_wh += e.service_transformer_loss_wh;
        sum.lv_line_loss_wh += e.lv_line_loss_wh;
    }
    return sum;
}

double GridFederate::rounding_wh() const {
    return rounding_w_ * to_h(reached_ - kStart);
}

std::vector<EventRecord> GridFederate::take_events() {
    return std::exchange(events_, {});
}

} // namespace gridtwin::twin
