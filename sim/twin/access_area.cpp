#include "sim/twin/access_area.hpp"

#include "models/meter/respond.hpp"
#include "models/meter/step.hpp"
#include "models/wire/sizes.hpp"
#include "sim/twin/channel_view.hpp"
#include "sim/twin/sources.hpp"

#include <algorithm>

namespace gridtwin::twin {
namespace {

plc::Channel make_channel(scenario::Scenario const& scenario, scenario::World const& world,
                          ConcentratorId id) {
    auto const area = plc_area(world, id);
    return plc::Channel(scenario.plc.channel, area.networks, area.modems, scenario.seed, id);
}

concentrator::ConcentratorSpec concentrator_spec(scenario::Scenario const& scenario,
                                                 ConcentratorId id) {
    auto spec = scenario.plc.concentrator;
    spec.interval = scenario.headend.profile;
    EntityKey const key(EntityKind::concentrator, index(id));
    spec.poll_offset += duration_from_s(to_s(scenario.plc.poll_spread) *
                                        draw01(scenario.seed, key, Purpose::backoff, 0));
    return spec;
}

bool to_meter(MessageKind kind) {
    return kind == MessageKind::read_profile || kind == MessageKind::set_relay;
}

} // namespace

AccessArea::AccessArea(scenario::Scenario const& scenario, scenario::World const& world,
                       ConcentratorId id, meter::MeterTable& meters)
    : scenario_(scenario), world_(world), id_(id), row_(world.concentrators[index(id)]),
      meters_(meters), medium_(scenario.plc.modem, scenario.plc.channel, scenario.plc.mac,
                               make_channel(scenario, world, id), scenario.seed, id),
      concentrator_(concentrator_spec(scenario, id), id, row_.meters,
                    MessageNumbers(concentrator_source(id))),
      meter_numbers_(plc_meters_source(id)), network_of_modem_{0},
      noise_dbuv_(row_.meters.size() + 1), outage_(row_.meters.size() + 1, 0),
      restored_at_(row_.meters.size() + 1) {
    for (std::size_t n = 0; n < row_.networks.size(); ++n) {
        network_of_modem_.insert(network_of_modem_.end(),
                                 world.lv[index(row_.networks[n])].services.size(),
                                 static_cast<std::uint16_t>(n));
    }
}

SimTime AccessArea::next_event() const {
    return std::min({local_.next(), concentrator_.next_event(), medium_.next_event()});
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
        } else {
            medium_.run_until(next + SimDuration{1}, *this);
        }
        note_liveness();
    }
}

std::uint16_t AccessArea::modem_of(MeterId meter) const {
    auto const found = std::lower_bound(row_.meters.begin(), row_.meters.end(), meter);
    return static_cast<std::uint16_t>(found - row_.meters.begin() + 1);
}

void AccessArea::accept(SimTime at, Message message) {
    local_.push(
        at,
        {.kind = LocalKind::from_head_end, .modem = 0, .outage = 0, .message = std::move(message)});
}

void AccessArea::on_supply(MeterId meter, bool energised, SimTime at) {
    now_ = at;
    auto const modem = modem_of(meter);
    std::uint32_t const outage = ++outage_[modem];
    EntityKey const key(EntityKind::meter, index(meter));
    double const part = draw01(scenario_.seed, key, Purpose::last_gasp, outage);
    if (energised) {
        restored_at_[modem] = at;
        medium_.set_powered(modem, true, at);
        local_.push(at + duration_from_s(part * to_s(scenario_.plc.restore_spread)),
                    {.kind = LocalKind::restored, .modem = modem, .outage = outage, .message = {}});
    } else {
        local_.push(
            at + scenario_.meter.last_gasp_delay +
                duration_from_s(part * to_s(scenario_.plc.last_gasp_spread)),
            {.kind = LocalKind::last_gasp, .modem = modem, .outage = outage, .message = {}});
        local_.push(
            at + scenario_.meter.hold_up,
            {.kind = LocalKind::modem_off, .modem = modem, .outage = outage, .message = {}});
    }
}

void AccessArea::on_meter_event(EventRecord const& event, SimTime now) {
    now_ = now;
    auto const meter = static_cast<MeterId>(event.row);
    if (auto const kind = meter::alarm_of(event.kind); kind && meters_.energised[event.row] != 0) {
        send_plc(modem_of(meter), 0,
                 meter::make_alarm(meter, id_, *kind, meter::shown_time(meters_, meter, event.at),
                                   Channel::plc, now, meter_numbers_),
                 true);
    }
}

void AccessArea::on_load(double second_of_day, std::span<float const> lv_load_w) {
    std::vector<float> level_dbuv;
    for (auto network : row_.networks) {
        level_dbuv.push_back(static_cast<float>(plc::noise_level_dbuv(
            scenario_.plc.channel, second_of_day, lv_load_w[index(network)])));
    }
    for (std::size_t modem = 0; modem < noise_dbuv_.size(); ++modem) {
        noise_dbuv_[modem] = level_dbuv[network_of_modem_[modem]];
    }
    medium_.set_noise_dbuv(noise_dbuv_);
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
    medium_.set_powered(0, was_alive_, now_);
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
        send_plc(static_cast<std::uint16_t>(local.modem), 0, std::move(local.message), false);
        return;
    case LocalKind::modem_off:
        if (local.outage == outage_[local.modem]) {
            medium_.set_powered(static_cast<std::uint16_t>(local.modem), false, now_);
        }
        return;
    case LocalKind::last_gasp:
    case LocalKind::restored: {
        MeterId const meter = meter_of(local.modem);
        if (local.outage != outage_[local.modem] ||
            !meter::can_talk(meters_, scenario_.meter, meter, now_)) {
            return;
        }
        bool const lost = local.kind == LocalKind::last_gasp;
        if (lost) {
            events_.push_back({.at = now_,
                               .kind = EventKind::last_gasp_sent,
                               .entity = EventEntity::meter,
                               .row = static_cast<std::uint32_t>(meter),
                               .value = 0.0});
        }
        // A restored meter reports when power came back, not when it got to speak.
        SimTime const occurred = lost ? meters_.lost_at[index(meter)] : restored_at_[local.modem];
        send_plc(static_cast<std::uint16_t>(local.modem), 0,
                 meter::make_alarm(meter, id_,
                                   lost ? AlarmKind::power_lost : AlarmKind::power_restored,
                                   meter::shown_time(meters_, meter, occurred), Channel::plc, now_,
                                   meter_numbers_),
                 true);
        return;
    }
    }
}

void AccessArea::send_plc(std::uint16_t from, std::uint16_t to, Message&& message, bool contend) {
    std::uint32_t const octets = message.octets;
    std::uint8_t const priority =
        message.kind == MessageKind::profile || message.kind == MessageKind::read_profile ? 0 : 1;
    auto const handle = in_transit_.put({std::move(message), now_});
    medium_.send({.handle = handle,
                  .from = from,
                  .to = to,
                  .octets = octets,
                  .priority = priority,
                  .contend = contend},
                 now_);
}

void AccessArea::ToMeters::send(Message&& message) {
    message.octets =
        wire::encoded_octets(message, Channel::plc, area.scenario_.plc.concentrator.sizes);
    auto const modem = area.modem_of(message.meter);
    area.send_plc(0, modem, std::move(message), false);
}

void AccessArea::ToHeadEnd::send(Message&& message) {
    message.octets =
        wire::encoded_octets(message, Channel::wan, area.scenario_.plc.concentrator.sizes);
    area.outbox_.push_back({area.now_, engine::FederateId::wan,
                            static_cast<std::uint32_t>(area.id_), std::move(message)});
}

void AccessArea::record(InTransit&& item, Fate fate, LossReason reason, SimTime at,
                        std::uint8_t tries, std::uint8_t hops) {
    records_.push_back({.id = item.message.id,
                        .channel = Channel::plc,
                        .kind = item.message.kind,
                        .fate = fate,
                        .reason = reason,
                        .state = {},
                        .tries = tries,
                        .hops = hops,
                        .meter = item.message.meter,
                        .concentrator = id_,
                        .command = item.message.command,
                        .octets = item.message.octets,
                        .sent = item.sent,
                        .done = at});
}

void AccessArea::on_delivered(plc::Datagram const& datagram, SimTime at, std::uint8_t tries,
                              std::uint8_t hops) {
    now_ = at;
    auto item = in_transit_.take(datagram.handle);
    Message message = item.message;
    record(std::move(item), Fate::delivered, LossReason::none, at, tries, hops);
    if (!to_meter(message.kind)) {
        concentrator_.on_meter_message(std::move(message), at, to_meters_, to_head_end_);
        return;
    }
    auto response =
        meter::respond(meters_, scenario_.meter, message, Channel::plc, at, meter_numbers_);
    if (response.order) {
        Message order;
        order.kind = MessageKind::set_relay;
        order.meter = response.order->meter;
        order.command = response.order->command;
        order.value = response.order->close ? 1 : 0;
        outbox_.push_back({response.order->at, engine::FederateId::grid,
                           static_cast<std::uint32_t>(id_), std::move(order)});
    }
    if (response.message) {
        local_.push(std::max(at, response.ready), {.kind = LocalKind::reply,
                                                   .modem = datagram.to,
                                                   .outage = 0,
                                                   .message = std::move(*response.message)});
    } else {
        ++unanswered_;
    }
}

void AccessArea::on_lost(plc::Datagram const& datagram, LossReason reason, SimTime at,
                         std::uint8_t tries, std::uint8_t hops) {
    now_ = at;
    record(in_transit_.take(datagram.handle), Fate::lost, reason, at, tries, hops);
}

void AccessArea::walk_in_flight(std::vector<MessageRecord>& out) const {
    in_transit_.for_each([&](InTransit const& item) {
        out.push_back({.id = item.message.id,
                       .channel = Channel::plc,
                       .kind = item.message.kind,
                       .fate = Fate::in_flight,
                       .reason = LossReason::none,
                       .state = {},
                       .tries = 0,
                       .hops = 0,
                       .meter = item.message.meter,
                       .concentrator = id_,
                       .command = item.message.command,
                       .octets = item.message.octets,
                       .sent = item.sent,
                       .done = kNever});
    });
}

std::size_t AccessArea::bytes() const {
    return sizeof(*this) + medium_.bytes() + noise_dbuv_.capacity() * sizeof(float) +
           outage_.capacity() * (sizeof(std::uint32_t) + sizeof(SimTime)) +
           network_of_modem_.capacity();
}

} // namespace gridtwin::twin
