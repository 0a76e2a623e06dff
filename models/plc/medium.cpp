#include "models/plc/medium.hpp"

#include "models/medium/power_cut.hpp"
#include "models/medium/spec_check.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace gridtwin::plc {

using medium::EventKind;

namespace {

ModemSpec sound(ModemSpec modem, ChannelSpec const& channel, MacSpec const& mac,
                ConcentratorId id) {
    medium::require_none(fmt::format("power-line medium {}", index(id)),
                         {problems(modem), problems(channel), problems(mac)});
    return modem;
}

} // namespace

Medium::Medium(ModemSpec modem, ChannelSpec const& channel_spec, MacSpec mac, Channel channel,
               Seed seed, ConcentratorId id, std::shared_ptr<medium::ErrorTable const> errors)
    : modem_(sound(std::move(modem), channel_spec, mac, id)), mac_(mac),
      channel_(std::move(channel)),
      errors_(errors ? std::move(errors) : error_table(modem_, channel_spec)),
      impulse_factor_(channel_spec.impulse_quiet_share), seed_(seed), id_(id),
      turnaround_(duration_from_s(modem_.turnaround_s)),
      slot_(duration_from_s(mac_.backoff_slot_s)), detect_(duration_from_s(mac_.detect_s)),
      guard_(duration_from_s(mac_.ack_guard_s)) {
    if (channel_.size() == 0) {
        fail("no modem", kStart);
    }
    ack_time_ = ack_time(modem_);
    constexpr std::uint32_t kMostKept = 255;
    data_time_.reserve(std::min(modem_.max_payload_octets, kMostKept) + 1);
    for (std::uint32_t octets = 0; octets <= std::min(modem_.max_payload_octets, kMostKept);
         ++octets) {
        data_time_.push_back(frame_time(modem_, octets));
    }
    modems_.resize(size());
    powered_.assign(size(), 1);
    noise_dbuv_.assign(
        size(), static_cast<float>(channel_spec.noise_floor_dbuv + band_db(modem_, channel_spec)));
    update_routes(kStart);
    routes_not_before_ = kStart; // the first change counts at once
}

void Medium::fail(std::string_view what, SimTime at) const {
    throw SimulationError(
        fmt::format("power-line medium {} at {}: {}", index(id_), format_time(at), what));
}

void Medium::send(Datagram const& datagram, SimTime at) {
    if (!medium::fits(datagram, at, now_, size())) {
        fail(medium::misuse(datagram, at, now_, size(), "modem"), at);
    }
    ++datagrams_.sent;
    events_.push(at, EventKind::submit, new_job(datagram));
}

void Medium::run_until(SimTime end, Sink& sink) {
    counters_.events += events_.run_until(end, now_, *this, sink);
}

// --- power, noise, routes ---

void Medium::set_powered(std::uint16_t modem, bool powered, SimTime now) {
    if (modem >= size() || now < now_ || events_.next() < now) {
        fail(fmt::format("modem {} changes power out of order", modem), now);
    }
    if (this->powered(modem) == powered) {
        return;
    }
    now_ = now;
    powered_[modem] = powered ? 1 : 0;
    routes_stale_ = true;
    if (powered) {
        return; // a frame already on the line to it was marked when it began
    }
    airtime_ -= medium::cut_power(air_, jobs_, modems_, modem, now);
    events_.push(now, EventKind::power_lost, modem);
}

void Medium::set_noise_dbuv(double level_dbuv) {
    if (std::isnan(level_dbuv)) {
        fail("noise is not a number", now_);
    }
    std::fill(noise_dbuv_.begin(), noise_dbuv_.end(), static_cast<float>(level_dbuv));
    note_noise_change();
}

void Medium::set_noise_dbuv(std::span<float const> level_dbuv) {
    if (level_dbuv.size() != size()) {
        fail(fmt::format("{} noise levels for {} modems", level_dbuv.size(), size()), now_);
    }
    for (std::size_t m = 0; m < size(); ++m) {
        if (std::isnan(level_dbuv[m])) {
            fail(fmt::format("noise at modem {} is not a number", m), now_);
        }
    }
    std::copy(level_dbuv.begin(), level_dbuv.end(), noise_dbuv_.begin());
    note_noise_change();
}

void Medium::set_impulse_factor(double factor) {
    if (!(factor >= 0.0)) {
        fail(fmt::format("the rate of impulses is to be {} times that of the loudest hour", factor),
             now_);
    }
    impulse_factor_ = factor;
}

void Medium::set_channel(Channel channel) {
    if (channel.size() != size()) {
        fail(fmt::format("a channel of {} modems for {}", channel.size(), size()), now_);
    }
    channel_ = std::move(channel);
    routes_stale_ = true;
}

void Medium::note_noise_change() {
    if (routes_stale_) {
        return;
    }
    float moved_db = 0.0F;
    for (std::size_t m = 0; m < noise_dbuv_.size(); ++m) {
        moved_db = std::max(moved_db, std::abs(noise_dbuv_[m] - routed_noise_dbuv_[m]));
    }
    routes_stale_ = static_cast<double>(moved_db) >= mac_.route_noise_step_db;
}

void Medium::update_routes(SimTime now) {
    find_routes({modem_, mac_, channel_, *errors_, noise_dbuv_, powered_, impulse_factor_},
                routes_);
    routed_noise_dbuv_ = noise_dbuv_;
    routes_stale_ = false;
    routes_not_before_ = now + duration_from_s(mac_.route_refresh_s);
    ++counters_.route_updates;
}

bool Medium::choose_path(Job& job) {
    if (routes_stale_ && now_ >= routes_not_before_) {
        update_routes(now_);
    }
    job.hops = static_cast<std::uint8_t>(
        medium::path_between(routes_, job.datagram.from, job.datagram.to, mac_.max_hops, job.path));
    return job.hops != 0;
}

// --- books ---

std::size_t Medium::datagrams_in_flight() const {
    std::size_t count = events_.count(EventKind::submit);
    for (auto const& state : modems_) {
        count += jobs_.unsettled(state.queue);
    }
    return count;
}

std::size_t Medium::bytes() const {
    return sizeof *this + channel_.bytes() + data_time_.capacity() * sizeof(SimDuration) +
           air_.bytes() + jobs_.bytes() + modems_.capacity() * sizeof(ModemState) +
           powered_.capacity() + (noise_dbuv_.capacity() + routed_noise_dbuv_.capacity()) * 4 +
           routes_.capacity() * sizeof(RouteEntry) + events_.bytes();
}

} // namespace gridtwin::plc
