#include "sim/twin/access_area.hpp"

#include "sim/twin/channel_view.hpp"
#include "sim/twin/module_changes.hpp"
#include "sim/twin/radio_view.hpp"
#include "sim/twin/sources.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

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
      meter_numbers_(plc_meters_source(row_.concentrators.front())), wire_(scenario, &meters),
      alarm_push_(scenario.access.alarm_push, scenario.seed) {
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

std::uint64_t AccessArea::unheard() const {
    std::uint64_t sum = unheard_;
    for (auto const& post : posts_) {
        sum += post.concentrator.counts().jobs_dropped;
    }
    return sum;
}

/// A concentrator says things again until it hears that they have come, so that a message of the
/// network's doing needs no answer.
bool AccessArea::repeated_by_sms(std::size_t place, Message const& message) {
    if (message.uplink != Channel::sms) {
        return false;
    }
    auto& had = posts_[place].by_sms;
    if (had.has(message.id)) {
        ++sms_repeated_;
        return true;
    }
    had.add(message.id);
    return false;
}

void AccessArea::run_local(Local local) {
    switch (local.kind) {
    case LocalKind::from_head_end:
        with_post(local.member, [&](auto& concentrator, auto& link, auto& uplink) {
            if (!concentrator.alive()) {
                ++unheard_;
                return;
            }
            if (repeated_by_sms(local.member, local.message)) {
                return;
            }
            if (!open(local.message, channel_to_head_end(local.message), local.member)) {
                return;
            }
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
    case LocalKind::activation:
        activate_firmware(local.member);
        return;
    case LocalKind::rebooted:
        end_reboot(local.member);
        return;
    case LocalKind::last_gasp:
    case LocalKind::restored:
    case LocalKind::alarm:
    case LocalKind::repetition:
        if ((silent_[local.member] & rebooting) != 0) {
            put_off(std::move(local));
        } else if (local.kind == LocalKind::repetition) {
            repeat_alarm(local);
        } else if (local.kind != LocalKind::alarm) {
            report_supply(local);
        } else if (meters_.energised[index(meter_of(local.member))] != 0) {
            send_alarm(local.member, static_cast<AlarmKind>(local.message.value),
                       local.message.occurred);
        }
        return;
    }
}

std::size_t AccessArea::bytes() const {
    return sizeof(*this) + (plc_ ? plc_->bytes() : 0) + (rf_ ? rf_->bytes() : 0) + noise_.bytes() +
           wire_.bytes() + firmware_.bytes() + alarm_push_.bytes() +
           clock_heard_.capacity() * sizeof(meter::ClockHearing) + discovery_.bytes() +
           put_off_.capacity() * sizeof(PutOff) + posts_.capacity() * sizeof(Post) +
           island_.capacity() * sizeof(std::uint32_t) +
           outage_.capacity() * (sizeof(std::uint32_t) + sizeof(SimTime) + sizeof(Channel) +
                                 sizeof(std::uint8_t) + sizeof(std::uint16_t));
}

} // namespace gridtwin::twin
