#include "sim/twin/access_area.hpp"

#include "models/meter/respond.hpp"
#include "models/meter/step.hpp"
#include "models/wire/sizes.hpp"
#include "sim/twin/channel_view.hpp"
#include "sim/twin/meter_orders.hpp"
#include "sim/twin/module_changes.hpp"
#include "sim/twin/radio_view.hpp"
#include "sim/twin/sources.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::twin {
namespace {

concentrator::ConcentratorSpec concentrator_spec(scenario::Scenario const& scenario,
                                                 ConcentratorId id) {
    auto spec = scenario.access.concentrator;
    spec.interval = scenario.headend.profile;
    EntityKey const key(EntityKind::concentrator, index(id));
    spec.poll_offset += duration_from_s(to_s(scenario.access.poll_spread) *
                                        draw01(scenario.seed, key, Purpose::backoff, 0));
    double const accuracy_frac = spec.balance.accuracy_frac;
    spec.busbar_error_frac = std::clamp(
        accuracy_frac / 3.0 * draw_normal(scenario.seed, key, Purpose::transformer_meter, 0),
        -accuracy_frac, accuracy_frac);
    return spec;
}

std::vector<concentrator::MeterWay> ways(scenario::World const& world, ConcentratorId id) {
    std::vector<concentrator::MeterWay> out;
    for (MeterId const meter : world.concentrators[index(id)].meters) {
        out.push_back(world.meters.way[index(meter)]);
    }
    return out;
}

/// What others send in the band, dBm; -infinity for nothing.
double outside_noise_dbm(scenario::RfSection const& rf) {
    return rf::thermal_noise_dbm(rf.radio) +
           10.0 * std::log10(std::pow(10.0, rf.noise_rise_db / 10.0) - 1.0);
}

} // namespace

AccessArea::AccessArea(scenario::Scenario const& scenario, scenario::World const& world,
                       ConcentratorId id, meter::MeterTable& meters,
                       std::shared_ptr<plc::ModeTable const> plc_modes)
    : scenario_(scenario), world_(world), id_(id), row_(world.concentrators[index(id)]),
      meters_(meters), concentrator_(concentrator_spec(scenario, id), id, row_.meters,
                                     ways(world, id), MessageNumbers(concentrator_source(id))),
      meter_numbers_(plc_meters_source(id)), outage_(row_.meters.size() + 1, 0),
      restored_at_(row_.meters.size() + 1), silent_(row_.meters.size() + 1, 0),
      asked_over_(row_.meters.size() + 1) {
    for (std::size_t member = 1; member < asked_over_.size(); ++member) {
        asked_over_[member] = way_of(member).primary;
    }
    std::vector<SimDuration> interval;
    for (MeterId const meter : row_.meters) {
        auto const& profiles = meters.profiles;
        interval.push_back(profiles.kept_by(index(meter))
                               ? profiles.classes[profiles.of_meter[index(meter)]].interval
                               : SimDuration::zero());
    }
    concentrator_.expect_load(interval);
    make_media(std::move(plc_modes));
    for (auto const& change : module_changes(scenario, world, row_.meters)) {
        Local local;
        local.kind = change.broken ? LocalKind::module_failed : LocalKind::module_repaired;
        local.member = static_cast<std::uint32_t>(member_of(change.meter));
        local.channel = change.channel;
        local_.push(change.at, std::move(local));
    }
}

void AccessArea::make_media(std::shared_ptr<plc::ModeTable const> plc_modes) {
    auto const& access = scenario_.access;
    if (auto const on = row_.on(Channel::plc, world_.meters); !on.empty()) {
        auto const area = plc_area(world_, id_);
        plc_.emplace(plc::Medium(access.plc.modem, access.plc.channel, access.plc.mac,
                                 plc::Channel(access.plc.channel, access.plc.modem.carrier_hz,
                                              area.networks, area.modems, scenario_.seed, id_),
                                 scenario_.seed, id_, std::move(plc_modes)),
                     row_.meters, on);
        noise_ = AreaNoise(area, access.plc.channel.sources, scenario_.seed);
    }
    if (auto const on = row_.on(Channel::rf, world_.meters); !on.empty()) {
        auto const places = rf_places(world_, id_);
        rf_.emplace(rf::Medium(access.rf.radio, access.rf.csma,
                               rf::Links(access.rf.radio, access.rf.propagation, places,
                                         scenario_.seed, id_),
                               scenario_.seed, id_),
                    row_.meters, on);
        rf_->medium.set_noise_dbm(outside_noise_dbm(access.rf));
    }
}

SimTime AccessArea::next_event() const {
    return std::min({local_.next(), concentrator_.next_event(),
                     plc_ ? plc_->medium.next_event() : kNever,
                     rf_ ? rf_->medium.next_event() : kNever});
}

void AccessArea::run_until(SimTime end) {
    for (;;) {
        SimTime const next = next_event();
        if (next >= end) {
            return;
        }
        now_ = std::max(now_, next);
        if (local_.next() == next) {
            run_local(local_.pop().second);
        } else if (concentrator_.next_event() == next) {
            concentrator_.on_timer(now_, to_meters_, to_head_end_);
        } else if (plc_ && plc_->medium.next_event() == next) {
            plc_->medium.run_until(next + SimDuration{1}, on_line_);
        } else {
            rf_->medium.run_until(next + SimDuration{1}, on_air_);
        }
        note_liveness();
    }
}

std::size_t AccessArea::member_of(MeterId meter) const {
    auto const found = std::lower_bound(row_.meters.begin(), row_.meters.end(), meter);
    return static_cast<std::size_t>(found - row_.meters.begin()) + 1;
}

void AccessArea::accept(SimTime at, Message message) {
    Local local;
    local.kind = LocalKind::from_head_end;
    local.message = std::move(message);
    local_.push(at, std::move(local));
}

void AccessArea::on_fuse(FuseChange const& change) {
    if (!plc_) {
        return;
    }
    auto const found = std::find(row_.networks.begin(), row_.networks.end(), change.network);
    auto const network = static_cast<std::uint32_t>(found - row_.networks.begin());
    open_.resize(row_.networks.size());
    std::erase(open_[network], change.node);
    if (!change.closed) {
        open_[network].push_back(change.node);
    }
    auto const area = plc_area(world_, id_);
    auto const& spec = scenario_.access.plc;
    auto channel = plc_->medium.channel();
    channel.update({.spec = spec.channel,
                    .carrier_hz = spec.modem.carrier_hz,
                    .networks = area.networks,
                    .modems = area.modems,
                    .seed = scenario_.seed,
                    .medium = id_,
                    .open = open_},
                   network);
    plc_->medium.set_channel(std::move(channel));
    noise_.channel_changed();
}

void AccessArea::on_grid(GridView const& view) {
    if (!plc_) {
        return;
    }
    noise_.apply(view, meters_, scenario_.access.plc.channel, row_.networks, scenario_.seed,
                 plc_->medium);
}

void AccessArea::on_busbar(std::span<double const> lv_busbar_w, SimTime at) {
    if (!concentrator_.balance().on()) {
        return;
    }
    double p_w = 0.0;
    for (auto const network : row_.networks) {
        p_w += lv_busbar_w[index(network)];
    }
    concentrator_.on_busbar(p_w, at);
}

void AccessArea::set_mains(bool on, SimTime at) {
    if (on == concentrator_.on_mains()) {
        return;
    }
    now_ = at;
    concentrator_.set_mains(on, at);
    note_liveness();
}

void AccessArea::note_liveness() {
    if (concentrator_.alive() == was_alive_) {
        return;
    }
    was_alive_ = concentrator_.alive();
    set_silent(0, no_supply, !was_alive_);
    liveness_.push_back({now_, was_alive_});
    events_.push_back(
        {.at = now_,
         .kind = was_alive_ ? EventKind::concentrator_up : EventKind::concentrator_down,
         .entity = EventEntity::concentrator,
         .row = static_cast<std::uint32_t>(id_),
         .value = 0.0});
}

void AccessArea::run_local(Local local) {
    switch (local.kind) {
    case LocalKind::from_head_end:
        unheard_ += concentrator_.alive() ? 0U : 1U;
        concentrator_.on_uplink_message(std::move(local.message), now_, to_meters_, to_head_end_);
        return;
    case LocalKind::reply:
        send(local.member, 0, std::move(local.message), local.channel, false);
        return;
    case LocalKind::modem_off:
        if (local.outage == outage_[local.member]) {
            set_silent(local.member, no_supply, true);
        }
        return;
    case LocalKind::module_failed:
    case LocalKind::module_repaired:
        set_module(local.member, local.channel, local.kind == LocalKind::module_failed);
        return;
    case LocalKind::activation:
        activate_firmware(local.member);
        return;
    case LocalKind::rebooted:
        set_silent(local.member, rebooting, false);
        return;
    case LocalKind::last_gasp:
    case LocalKind::restored: {
        MeterId const meter = meter_of(local.member);
        if (local.outage != outage_[local.member] ||
            !meter::can_talk(meters_, scenario_.meter, meter, now_)) {
            return;
        }
        bool const lost = local.kind == LocalKind::last_gasp;
        // A restored meter reports when power came back, not when it got to speak.
        bool const sent =
            send_alarm(local.member, lost ? AlarmKind::power_lost : AlarmKind::power_restored,
                       lost ? meters_.lost_at[index(meter)] : restored_at_[local.member]);
        if (lost && sent) {
            events_.push_back({.at = now_,
                               .kind = EventKind::last_gasp_sent,
                               .entity = EventEntity::meter,
                               .row = static_cast<std::uint32_t>(meter),
                               .value = 0.0});
        }
        return;
    }
    }
}

void AccessArea::send(std::size_t from, std::size_t to, Message&& message, Channel channel,
                      bool contend) {
    with_medium(channel, [&](auto& m) { m.send(from, to, std::move(message), contend, now_); });
}

void AccessArea::ToMeters::send(Message&& message, Channel channel) {
    message.octets =
        wire::encoded_octets(message, channel, area.scenario_.access.concentrator.sizes);
    auto const member = area.member_of(message.meter);
    area.send(0, member, std::move(message), channel, false);
}

void AccessArea::ToMeters::broadcast(Message&& message, Channel channel) {
    message.octets =
        wire::encoded_octets(message, channel, area.scenario_.access.concentrator.sizes);
    if (message.kind == MessageKind::set_parameter) {
        area.announced_.try_emplace(message.command,
                                    std::vector<std::uint8_t>(area.row_.meters.size() + 1, 0));
    }
    area.with_medium(channel, [&](auto& m) { m.broadcast(std::move(message), area.now_); });
}

void AccessArea::ToHeadEnd::send(Message&& message) {
    bool const sms = message.uplink == Channel::sms;
    message.octets = wire::encoded_octets(message, sms ? Channel::sms : Channel::wan,
                                          area.scenario_.access.concentrator.sizes);
    area.outbox_.push_back({area.now_,
                            sms ? engine::FederateId::sms_operator : engine::FederateId::wan,
                            static_cast<std::uint32_t>(area.id_), std::move(message)});
}

MessageRecord AccessArea::record_of(InTransit const& item, Channel channel, ConcentratorId area) {
    return {.id = item.message.id,
            .channel = channel,
            .kind = item.message.kind,
            .fate = Fate::in_flight,
            .reason = LossReason::none,
            .state = {},
            .tries = 0,
            .hops = 0,
            .meter = item.message.meter,
            .concentrator = area,
            .command = item.message.command,
            .octets = item.message.octets,
            .sent = item.sent,
            .done = kNever};
}

void AccessArea::Heard::on_delivered(medium::Datagram const& datagram, SimTime at,
                                     std::uint8_t tries, std::uint8_t hops) {
    area.now_ = at;
    if (datagram.to == medium::kEverybody) {
        settle_part(datagram, LossReason::none, at, tries);
        return;
    }
    InTransit item;
    std::size_t member = 0;
    area.with_medium(channel, [&](auto& m) {
        item = m.in_transit.take(datagram.handle);
        member = m.member[datagram.to];
    });
    auto record = record_of(item, channel, area.id_);
    record.fate = Fate::delivered;
    record.done = at;
    record.tries = tries;
    record.hops = hops;
    area.records_.push_back(record);
    if (member == 0) {
        area.concentrator_.on_meter_message(std::move(item.message), at, area.to_meters_,
                                            area.to_head_end_);
    } else {
        area.on_request(member, std::move(item.message), channel);
    }
}

void AccessArea::Heard::on_lost(medium::Datagram const& datagram, LossReason reason, SimTime at,
                                std::uint8_t tries, std::uint8_t hops) {
    area.now_ = at;
    if (datagram.to == medium::kEverybody) {
        settle_part(datagram, reason, at, tries);
        return;
    }
    InTransit item;
    area.with_medium(channel, [&](auto& m) { item = m.in_transit.take(datagram.handle); });
    auto record = record_of(item, channel, area.id_);
    record.fate = Fate::lost;
    record.reason = reason;
    record.done = at;
    record.tries = tries;
    record.hops = hops;
    area.records_.push_back(record);
}

/// Whether the concentrator sent it; who heard it is another matter.
void AccessArea::Heard::settle_part(medium::Datagram const& datagram, LossReason reason, SimTime at,
                                    std::uint8_t tries) {
    area.with_medium(channel, [&](auto& m) {
        auto& broadcast = *m.broadcasts.find(datagram.handle); // kept until all parts are settled
        broadcast.tries = std::max(broadcast.tries, tries);
        broadcast.lost = reason == LossReason::none ? broadcast.lost : reason;
        if (++broadcast.settled < broadcast.parts) {
            return;
        }
        auto record = record_of({broadcast.message, broadcast.sent}, channel, area.id_);
        record.fate = broadcast.lost == LossReason::none ? Fate::delivered : Fate::lost;
        record.reason = broadcast.lost;
        record.done = at;
        record.tries = broadcast.tries;
        record.hops = 1;
        area.records_.push_back(record);
    });
}

void AccessArea::Heard::on_broadcast(medium::Datagram const& datagram, std::uint16_t node,
                                     SimTime at) {
    area.now_ = at;
    area.with_medium(channel, [&](auto& m) {
        auto* const broadcast = m.broadcasts.find(datagram.handle);
        if (node == 0 || broadcast == nullptr ||
            !AreaBroadcasts::hears(*broadcast, datagram.handle, node)) {
            return;
        }
        std::size_t const member = m.member[node];
        if (broadcast->message.kind == MessageKind::firmware_block) {
            area.hear_firmware(member, broadcast->message);
            return;
        }
        Message order = broadcast->message;
        order.meter = area.meter_of(member);
        if (order.kind == MessageKind::set_parameter) {
            area.announced_[order.command][member] = 1;
        } else if (!area.believes_clock(member, order)) {
            return;
        }
        auto const response = meter::respond(area.meters_, area.scenario_.meter, order, channel, at,
                                             area.meter_numbers_);
        for (auto& [when, change] : orders_of(response)) { // and nobody answers
            area.outbox_.push_back({when, engine::FederateId::grid,
                                    static_cast<std::uint32_t>(area.id_), std::move(change)});
        }
    });
}

bool AccessArea::believes_clock(std::size_t member, Message const& broadcast) {
    clock_heard_.resize(outage_.size());
    return meter::believe_clock(clock_heard_[member], broadcast,
                                meter::shown_time(meters_, meter_of(member), now_));
}

void AccessArea::on_request(std::size_t member, Message&& request, Channel channel) {
    asked_over_[member] = channel;
    if (request.kind == MessageKind::firmware_block || request.kind == MessageKind::read_gaps) {
        on_firmware_request(member, request, channel);
        return;
    }
    auto response =
        meter::respond(meters_, scenario_.meter, request, channel, now_, meter_numbers_);
    for (auto& [at, order] : orders_of(response)) {
        outbox_.push_back(
            {at, engine::FederateId::grid, static_cast<std::uint32_t>(id_), std::move(order)});
    }
    if (!response.message) {
        ++unanswered_;
        return;
    }
    reply(member, std::move(*response.message), channel, response.ready);
}

void AccessArea::reply(std::size_t member, Message&& message, Channel channel, SimTime ready) {
    Local reply;
    reply.kind = LocalKind::reply;
    reply.member = static_cast<std::uint32_t>(member);
    reply.channel = channel;
    reply.message = std::move(message);
    local_.push(std::max(now_, ready), std::move(reply));
}

void AccessArea::walk_in_flight(std::vector<MessageRecord>& out) const {
    auto const walk = [&](Slots<InTransit> const& items, Channel channel) {
        items.for_each(
            [&](InTransit const& item) { out.push_back(record_of(item, channel, id_)); });
    };
    auto const walk_broadcasts = [&](AreaBroadcasts const& items, Channel channel) {
        items.for_each_in_flight([&](AreaBroadcasts::OnAir const& item) {
            out.push_back(record_of({item.message, item.sent}, channel, id_));
        });
    };
    if (plc_) {
        walk(plc_->in_transit, Channel::plc);
        walk_broadcasts(plc_->broadcasts, Channel::plc);
    }
    if (rf_) {
        walk(rf_->in_transit, Channel::rf);
        walk_broadcasts(rf_->broadcasts, Channel::rf);
    }
}

std::size_t AccessArea::bytes() const {
    return sizeof(*this) + (plc_ ? plc_->bytes() : 0) + (rf_ ? rf_->bytes() : 0) + noise_.bytes() +
           firmware_.bytes() + clock_heard_.capacity() * sizeof(meter::ClockHearing) +
           outage_.capacity() *
               (sizeof(std::uint32_t) + sizeof(SimTime) + sizeof(Channel) + sizeof(std::uint8_t));
}

} // namespace gridtwin::twin
