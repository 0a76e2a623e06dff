#include "sim/twin/access_area.hpp"

#include "models/meter/respond.hpp"
#include "models/meter/step.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/diagnostics.hpp"
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
    spec.discovery.search_offset += duration_from_s(
        to_s(scenario.access.search_spread) * draw01(scenario.seed, key, Purpose::backoff, 1));
    double const accuracy_frac = spec.balance.accuracy_frac;
    spec.busbar_error_frac = std::clamp(
        accuracy_frac / 3.0 * draw_normal(scenario.seed, key, Purpose::transformer_meter, 0),
        -accuracy_frac, accuracy_frac);
    return spec;
}

/// [meter] Interval of its second profile; 0: it has none.
std::vector<SimDuration> second_profiles(meter::MeterTable const& table,
                                         std::span<MeterId const> meters) {
    auto const& profiles = table.profiles;
    std::vector<SimDuration> interval;
    for (MeterId const meter : meters) {
        interval.push_back(profiles.kept_by(index(meter))
                               ? profiles.classes[profiles.of_meter[index(meter)]].interval
                               : SimDuration::zero());
    }
    return interval;
}

/// What others send in the band, dBm; -infinity for nothing.
double outside_noise_dbm(scenario::RfSection const& rf) {
    return rf::thermal_noise_dbm(rf.radio) +
           10.0 * std::log10(std::pow(10.0, rf.noise_rise_db / 10.0) - 1.0);
}

} // namespace

AccessArea::AccessArea(scenario::Scenario const& scenario, scenario::World const& world, AreaId id,
                       meter::MeterTable& meters, std::shared_ptr<plc::ModeTable const> plc_modes)
    : scenario_(scenario), world_(world), id_(id), row_(world.areas[index(id)]), meters_(meters),
      meter_numbers_(plc_meters_source(row_.concentrators.front())) {
    std::size_t const members = row_.concentrators.size() + row_.meters.size();
    outage_.resize(members);
    restored_at_.resize(members);
    silent_.resize(members);
    asked_over_.resize(members);
    owner_.resize(members);
    make_posts();
    make_media(std::move(plc_modes));
    make_registrations();
    for (auto const& change : module_changes(scenario, world, row_.meters)) {
        Local local;
        local.kind = change.broken ? LocalKind::module_failed : LocalKind::module_repaired;
        local.member = static_cast<std::uint32_t>(member_of(change.meter));
        local.channel = change.channel;
        local_.push(change.at, std::move(local));
    }
}

void AccessArea::make_posts() {
    auto const& access = scenario_.access;
    bool const discover = access.start == scenario::AccessStart::discover;
    // Where nobody ever searches, nobody needs to know of the neighbours' meters.
    bool const searching =
        discover || access.concentrator.discovery.search_every > SimDuration::zero();
    for (ConcentratorId const c : row_.concentrators) {
        auto const& mine = world_.concentrators[index(c)];
        bool const alone = row_.concentrators.size() == 1 || !searching;
        auto const& heard = alone ? mine.meters : row_.meters;
        std::vector<concentrator::MeterWay> ways;
        std::vector<std::uint8_t> own;
        for (MeterId const meter : heard) {
            ways.push_back(world_.meters.way[index(meter)]);
            own.push_back(world_.meters.concentrator[index(meter)] == c ? 1 : 0);
        }
        if (alone) {
            own.clear();
        }
        posts_.push_back({.concentrator = concentrator::Concentrator(
                              concentrator_spec(scenario_, c), c, heard, ways,
                              MessageNumbers(concentrator_source(c)), own, !discover)});
        posts_.back().concentrator.expect_load(second_profiles(meters_, heard));
    }
    for (std::size_t member = posts_.size(); member < owner_.size(); ++member) {
        auto const planned = world_.meters.concentrator[index(meter_of(member))];
        asked_over_[member] = way_of(member).primary;
        owner_[member] = discover ? kNoOwner : world_.concentrators[index(planned)].place;
    }
}

void AccessArea::make_media(std::shared_ptr<plc::ModeTable const> plc_modes) {
    auto const& access = scenario_.access;
    auto const id = medium_of(world_, id_);
    auto const roots = static_cast<std::uint16_t>(posts_.size());
    auto const settle = [&](auto& on) {
        for (std::size_t member = roots; member < owner_.size(); ++member) {
            bool const moves = owner_[member] != 0;
            if (moves && on.has(member)) {
                on.medium.set_root(on.station[member],
                                   owner_[member] == kNoOwner ? medium::kNoNode : owner_[member]);
            }
        }
    };
    if (auto const on = row_.on(Channel::plc, world_.meters); !on.empty()) {
        auto const area = plc_area(world_, id_);
        plc_.emplace(plc::Medium(access.plc.modem, access.plc.channel, access.plc.mac,
                                 plc::Channel(area.channel_input(scenario_, id)), scenario_.seed,
                                 id, std::move(plc_modes), roots),
                     row_.meters, on);
        settle(*plc_);
        noise_ = AreaNoise(area, access.plc.channel.sources, scenario_.seed);
    }
    if (auto const on = row_.on(Channel::rf, world_.meters); !on.empty()) {
        rf_.emplace(rf::Medium(access.rf.radio, access.rf.csma,
                               rf::Links(access.rf.radio, access.rf.propagation,
                                         rf_places(world_, id_), scenario_.seed, id),
                               scenario_.seed, id, roots),
                    row_.meters, on);
        settle(*rf_);
        rf_->medium.set_noise_dbm(outside_noise_dbm(access.rf));
    }
}

std::size_t AccessArea::earliest_post() const {
    std::size_t best = 0;
    for (std::size_t p = 1; p < posts_.size(); ++p) {
        if (posts_[p].concentrator.next_event() < posts_[best].concentrator.next_event()) {
            best = p;
        }
    }
    return best;
}

SimTime AccessArea::next_event() const {
    return std::min({local_.next(), posts_[earliest_post()].concentrator.next_event(),
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
        } else if (auto const post = earliest_post();
                   posts_[post].concentrator.next_event() == next) {
            with_post(post, [&](auto& concentrator, auto& link, auto& uplink) {
                concentrator.on_timer(now_, link, uplink);
            });
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
    return static_cast<std::size_t>(found - row_.meters.begin()) + row_.concentrators.size();
}

void AccessArea::accept(SimTime at, Message message) {
    Local local;
    local.kind = LocalKind::from_head_end;
    local.member = static_cast<std::uint32_t>(place_of(message.concentrator));
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
    auto channel = plc_->medium.channel();
    auto in = area.channel_input(scenario_, medium_of(world_, id_));
    in.open = open_;
    channel.update(in, network);
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
    for (std::size_t p = 0; p < posts_.size(); ++p) {
        auto& concentrator = posts_[p].concentrator;
        if (!concentrator.balance().on()) {
            continue;
        }
        double p_w = 0.0;
        for (auto const network : world_.concentrators[index(concentrator.id())].networks) {
            p_w += lv_busbar_w[index(network)];
        }
        concentrator.on_busbar(p_w, at);
    }
}

void AccessArea::on_mains(std::span<std::uint8_t const> lv_live, SimTime at) {
    for (std::size_t p = 0; p < posts_.size(); ++p) {
        bool const on = lv_live[index(row_.networks[row_.busbars[p]])] != 0;
        if (on != posts_[p].concentrator.on_mains()) {
            now_ = at;
            posts_[p].concentrator.set_mains(on, at);
        }
    }
    note_liveness();
}

void AccessArea::note_liveness() {
    for (std::size_t p = 0; p < posts_.size(); ++p) {
        auto& [concentrator, was_alive] = posts_[p];
        if (concentrator.alive() == was_alive) {
            continue;
        }
        was_alive = concentrator.alive();
        set_silent(p, no_supply, !was_alive);
        liveness_.push_back({concentrator.id(), now_, was_alive});
        events_.push_back(
            {.at = now_,
             .kind = was_alive ? EventKind::concentrator_up : EventKind::concentrator_down,
             .entity = EventEntity::concentrator,
             .row = static_cast<std::uint32_t>(concentrator.id()),
             .value = 0.0});
    }
}

std::uint64_t AccessArea::unheard() const {
    std::uint64_t sum = unheard_;
    for (auto const& post : posts_) {
        sum += post.concentrator.counts().jobs_dropped;
    }
    return sum;
}

void AccessArea::run_local(Local local) {
    switch (local.kind) {
    case LocalKind::from_head_end:
        with_post(local.member, [&](auto& concentrator, auto& link, auto& uplink) {
            unheard_ += concentrator.alive() ? 0U : 1U;
            concentrator.on_uplink_message(std::move(local.message), now_, link, uplink);
        });
        return;
    case LocalKind::reply: {
        auto const place = place_of(local.message.concentrator);
        send(local.member, place, std::move(local.message), local.channel, false);
        return;
    }
    case LocalKind::tell_found:
        tell_found(local.member, local.channel);
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
    area.send(place, member, std::move(message), channel, false);
}

void AccessArea::ToMeters::broadcast(Message&& message, Channel channel) {
    message.octets =
        wire::encoded_octets(message, channel, area.scenario_.access.concentrator.sizes);
    auto const first_meter = area.owner_.begin() + static_cast<std::ptrdiff_t>(area.posts_.size());
    if (auto [order, is_new] = area.announced_.try_emplace(message.command); is_new) {
        order->second.heard.resize(area.owner_.size());
        order->second.meters =
            static_cast<std::size_t>(std::count(first_meter, area.owner_.end(), place));
    }
    area.with_medium(channel, [&](auto& m) {
        m.broadcast(static_cast<std::uint16_t>(place), std::move(message), area.now_, true);
    });
}

void AccessArea::ToHeadEnd::send(Message&& message) {
    bool const sms = message.uplink == Channel::sms;
    message.octets = wire::encoded_octets(message, sms ? Channel::sms : Channel::wan,
                                          area.scenario_.access.concentrator.sizes);
    area.outbox_.push_back(
        {area.now_, sms ? engine::FederateId::sms_operator : engine::FederateId::wan,
         static_cast<std::uint32_t>(area.row_.concentrators[place]), std::move(message)});
}

MessageRecord AccessArea::record_of(InTransit const& item, Channel channel) {
    return {.id = item.message.id,
            .channel = channel,
            .kind = item.message.kind,
            .fate = Fate::in_flight,
            .reason = LossReason::none,
            .state = {},
            .tries = 0,
            .hops = 0,
            .meter = item.message.meter,
            .concentrator = item.message.concentrator,
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
    auto record = record_of(item, channel);
    record.fate = Fate::delivered;
    record.done = at;
    record.tries = tries;
    record.hops = hops;
    area.records_.push_back(record);
    if (member < area.posts_.size()) {
        area.with_post(member, [&](auto& concentrator, auto& link, auto& uplink) {
            concentrator.on_meter_message(std::move(item.message), channel, at, link, uplink);
        });
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
    auto record = record_of(item, channel);
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
        auto record = record_of({broadcast.message, broadcast.sent}, channel);
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
        if (m.member[node] < area.posts_.size() || broadcast == nullptr ||
            !AreaBroadcasts::hears(*broadcast, datagram.handle, node)) {
            return;
        }
        std::size_t const member = m.member[node];
        if (broadcast->message.kind == MessageKind::call) {
            area.hear_call(member, broadcast->message, channel);
            return;
        }
        if (area.owner_[member] != area.place_of(broadcast->message.concentrator)) {
            return; // a neighbour's
        }
        Message order = broadcast->message;
        order.meter = area.meter_of(member);
        area.announced_[order.command].heard[member] = 1;
        auto const response = meter::respond(area.meters_, area.scenario_.meter, order, channel, at,
                                             area.meter_numbers_);
        for (auto& [when, change] : orders_of(response)) { // and nobody answers
            area.outbox_.push_back({when, engine::FederateId::grid,
                                    static_cast<std::uint32_t>(area.id_), std::move(change)});
        }
    });
}

void AccessArea::on_request(std::size_t member, Message&& request, Channel channel) {
    if (on_discovery_request(member, request, channel)) {
        return;
    }
    note_asked(member, request, channel);
    asked_over_[member] = channel;
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
    reply(member, std::move(*response.message), std::max(now_, response.ready), channel);
}

void AccessArea::reply(std::size_t member, Message&& answer, SimTime at, Channel channel) {
    Local local;
    local.kind = LocalKind::reply;
    local.member = static_cast<std::uint32_t>(member);
    local.channel = channel;
    local.message = std::move(answer);
    local_.push(at, std::move(local));
}

void AccessArea::walk_in_flight(std::vector<MessageRecord>& out) const {
    auto const walk = [&](Slots<InTransit> const& items, Channel channel) {
        items.for_each([&](InTransit const& item) { out.push_back(record_of(item, channel)); });
    };
    auto const walk_broadcasts = [&](AreaBroadcasts const& items, Channel channel) {
        items.for_each_in_flight([&](AreaBroadcasts::OnAir const& item) {
            out.push_back(record_of({item.message, item.sent}, channel));
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
           discovery_.bytes() +
           outage_.capacity() *
               (sizeof(std::uint32_t) + sizeof(SimTime) + sizeof(Channel) + sizeof(std::uint8_t));
}

} // namespace gridtwin::twin
