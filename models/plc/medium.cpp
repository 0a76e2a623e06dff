#include "models/plc/medium.hpp"

#include "models/medium/power_cut.hpp"
#include "models/medium/spec_check.hpp"
#include "models/medium/way.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace gridtwin::plc {

using medium::EventKind;

namespace {

std::shared_ptr<ModeTable const> sound(std::shared_ptr<ModeTable const> modes,
                                       ModemSpec const& modem, ChannelSpec const& channel,
                                       MacSpec const& mac, ConcentratorId id) {
    medium::require_none(fmt::format("power-line medium {}", index(id)),
                         {problems(modem), problems(channel), problems(mac)});
    return modes ? std::move(modes) : mode_table(modem, channel);
}

} // namespace

Medium::Medium(ModemSpec const& modem, ChannelSpec const& channel_spec, MacSpec mac,
               Channel channel, Seed seed, ConcentratorId id,
               std::shared_ptr<ModeTable const> modes, std::uint16_t roots)
    : modes_(sound(std::move(modes), modem, channel_spec, mac, id)), mac_(mac),
      channel_(std::move(channel)), impulse_factor_(channel_spec.impulse_quiet_share), seed_(seed),
      id_(id), tx_level_dbuv_(modem.tx_level_dbuv),
      turnaround_(duration_from_s(modem.turnaround_s)), slot_(duration_from_s(mac_.backoff_slot_s)),
      detect_(duration_from_s(mac_.detect_s)), guard_(duration_from_s(mac_.ack_guard_s)),
      trees_(roots) {
    if (channel_.size() == 0) {
        fail("no modem", kStart);
    }
    if (roots == 0 || roots > size()) {
        fail(fmt::format("{} concentrators among {} modems", roots, size()), kStart);
    }
    modems_.resize(size());
    powered_.assign(size(), 1);
    noise_dbuv_.assign(
        size(), static_cast<float>(channel_spec.noise_floor_dbuv + band_db(modem, channel_spec)));
    update_routes(kStart);
    routes_not_before_ = kStart; // the first change counts at once
}

void Medium::fail(std::string_view what, SimTime at) const {
    throw SimulationError(
        fmt::format("power-line medium {} at {}: {}", index(id_), format_time(at), what));
}

void Medium::send(Datagram const& datagram, SimTime at) {
    if (!medium::fits(datagram, at, now_, size(), modes_->segment_octets())) {
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
    broadcasts_.power_changed(modem);
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

void Medium::set_root(std::uint16_t modem, std::uint16_t root) {
    if (auto const what = trees_.misuse(modem, root, size(), "modem"); !what.empty()) {
        fail(what, now_);
    }
    if (!trees_.set(modem, root, size())) {
        return;
    }
    if (routes_not_before_ == kStart || !hang(modem)) {
        routes_stale_ = true;
        routes_not_before_ = kStart;
    } else {
        routes_stale_ = routes_stale_ || root != kNoModem; // others may gain by it
    }
}

bool Medium::hang(std::uint16_t modem) {
    RouteInput const in = route_input();
    bool const hung = medium::hang(
        in, modem, mac_.max_hops,
        [&](std::uint16_t via) { return via < trees_.roots() || powered(via); },
        [&](std::uint16_t a, std::uint16_t b) { return plc::link_etx(in, a, b); }, routes_);
    if (hung && !rates_.empty()) {
        start_rates(in, modem);
    }
    return hung;
}

double Medium::link_etx(std::uint16_t a, std::uint16_t b) const {
    if (a == b || std::max(a, b) >= size()) {
        fail(fmt::format("modems {} and {} of {} are no two", a, b, size()), now_);
    }
    return plc::link_etx(route_input(), a, b);
}

void Medium::update_routes(SimTime now) {
    find_routes(route_input(), routes_);
    start_rates();
    routed_noise_dbuv_ = noise_dbuv_;
    routes_stale_ = false;
    routes_not_before_ = now + duration_from_s(mac_.route_refresh_s);
    ++counters_.route_updates;
}

// Who works out the routes has just measured the links.
void Medium::start_rates() {
    if (modes_->size() == 1) {
        return;
    }
    RouteInput const in = route_input();
    rates_.assign(2 * size(), {});
    for (std::size_t m = 0; m < size(); ++m) {
        start_rates(in, m);
    }
}

void Medium::start_rates(RouteInput const& in, std::size_t modem) {
    if (std::uint16_t const parent = routes_[modem].parent; parent != kNoModem) {
        rates_[2 * modem] = {.mode = best_mode(in, modem, parent).mode};
        rates_[2 * modem + 1] = {.mode = best_mode(in, parent, modem).mode};
    }
}

// Row of rates_; beyond them when the two are not neighbours in the routes.
std::size_t Medium::link_row(std::uint16_t from, std::uint16_t to) const {
    if (routes_[from].parent == to) {
        return 2U * from;
    }
    return routes_[to].parent == from ? 2U * to + 1U : rates_.size();
}

// A datagram keeps its way when routes are renewed: of a link that was left nothing is known.
std::uint8_t Medium::mode(std::uint16_t from, std::uint16_t to) const {
    if (rates_.empty()) {
        return 0;
    }
    if (to == medium::kEverybody) {
        return modes_->slowest(); // for all to understand
    }
    std::size_t const row = link_row(from, to);
    return row < rates_.size() ? rates_[row].mode : modes_->slowest();
}

// Whoever is asked to join has just been heard: its link was measured.
std::uint8_t Medium::mode_of(Job const& job) const {
    std::uint16_t const from = job.sender();
    std::uint16_t const to = job.receiver();
    bool const measured = job.datagram.joining && link_row(from, to) >= rates_.size();
    return measured ? best_mode(route_input(), from, to).mode : mode(from, to);
}

// What contends meets others more often than noise: a crowd would only make itself slower.
void Medium::learn(Job const& job, bool acknowledged) {
    if (!mac_.acknowledge || job.datagram.contend) {
        return;
    }
    std::size_t const row = link_row(job.sender(), job.receiver());
    if (row >= rates_.size()) {
        return;
    }
    if (acknowledged) {
        note_success(rates_[row], mac_);
    } else {
        note_failure(rates_[row], mac_, modes_->slowest());
    }
}

bool Medium::choose_path(Job& job) {
    if (routes_stale_ && now_ >= routes_not_before_) {
        update_routes(now_);
    }
    return medium::choose_way(
        job, routes_, trees_.roots(), mac_.max_hops,
        [&](std::uint16_t via) { return via < trees_.roots() || powered(via); },
        [&](std::uint16_t a, std::uint16_t b) { return link_etx(a, b); });
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
    return sizeof *this + channel_.bytes() + rates_.capacity() * sizeof(LinkRate) + air_.bytes() +
           jobs_.bytes() + broadcasts_.bytes() + modems_.capacity() * sizeof(ModemState) +
           powered_.capacity() + trees_.bytes() +
           (noise_dbuv_.capacity() + routed_noise_dbuv_.capacity()) * 4 +
           routes_.capacity() * sizeof(RouteEntry) + events_.bytes();
}

} // namespace gridtwin::plc
