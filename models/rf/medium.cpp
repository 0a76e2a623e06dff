#include "models/rf/medium.hpp"

#include "models/medium/power_cut.hpp"
#include "models/medium/spec_check.hpp"
#include "models/medium/way.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace gridtwin::rf {

using medium::EventKind;

namespace {

double sum_dbm(double a_dbm, double b_dbm) {
    return 10.0 * std::log10(std::pow(10.0, a_dbm / 10.0) + std::pow(10.0, b_dbm / 10.0));
}

RadioSpec sound(RadioSpec radio, CsmaSpec const& csma, ConcentratorId area) {
    medium::require_none(fmt::format("radio area {}", index(area)),
                         {problems(radio), problems(csma)});
    medium::require_none(fmt::format("radio area {}", index(area)), {problems(radio, csma)});
    return radio;
}

} // namespace

Medium::Medium(RadioSpec radio, CsmaSpec const& csma, Links links, Seed seed, ConcentratorId area,
               std::uint16_t roots)
    : radio_(sound(std::move(radio), csma, area)), csma_(csma), links_(std::move(links)),
      errors_(&medium::error_table(radio_.ber)), seed_(seed), area_(area),
      senses_first_(csma.access == Access::csma_ca || csma.access == Access::non_persistent),
      bit_gain_db_(snr_per_bit_db(radio_, 0.0, 0.0)), thermal_dbm_(thermal_noise_dbm(radio_)),
      turnaround_(duration_from_s(radio_.turnaround_s)),
      unit_(duration_from_s(radio_.backoff_unit_s)), detect_(duration_from_s(radio_.detect_s)),
      guard_(duration_from_s(csma_.ack_guard_s)), slot_(duration_from_s(csma_.slot_s)),
      trees_(roots) {
    if (links_.size() == 0) {
        fail("no node", kStart);
    }
    if (roots == 0 || roots > size()) {
        fail(fmt::format("{} concentrators among {} nodes", roots, size()), kStart);
    }
    ack_time_ = ack_time(radio_);
    full_time_ = frame_time(radio_, radio_.max_payload_octets);
    if (auto const burst_s = duty_burst_s(radio_, csma_)) {
        // burst + window / price = the window's budget, so that no window exceeds it
        duty_price_ = 1.0 / (radio_.duty_cycle_frac * (1.0 - csma_.duty_burst_frac));
        duty_credit_ = duration_from_s(*burst_s * duty_price_);
    }
    nodes_.resize(size());
    powered_.assign(size(), 1);
    noise_dbm_.assign(size(), static_cast<float>(thermal_dbm_));
    update_routes(kStart);
    counters_.parent_changes = 0;
    routes_not_before_ = kStart; // the first change counts at once
}

void Medium::fail(std::string_view what, SimTime at) const {
    throw SimulationError(
        fmt::format("radio area {} at {}: {}", index(area_), format_time(at), what));
}

void Medium::send(Datagram const& datagram, SimTime at) {
    if (!medium::fits(datagram, at, now_, size(), radio_.max_payload_octets)) {
        fail(medium::misuse(datagram, at, now_, size(), "node"), at);
    }
    ++datagrams_.sent;
    std::size_t row = to_come_.size();
    if (!free_to_come_.empty()) {
        row = free_to_come_.back();
        free_to_come_.pop_back();
        to_come_[row] = datagram;
    } else if (row <= medium::kMaxArgument) {
        to_come_.push_back(datagram);
    } else {
        fail("too many datagrams at once", at);
    }
    events_.push(at, EventKind::submit, static_cast<std::uint32_t>(row));
}

void Medium::run_until(SimTime end, Sink& sink) {
    counters_.events += events_.run_until(end, now_, *this, sink);
}

// --- power, noise, routes ---

void Medium::set_powered(std::uint16_t node, bool powered, SimTime now) {
    if (node >= size() || now < now_ || events_.next() < now) {
        fail(fmt::format("node {} changes power out of order", node), now);
    }
    if (this->powered(node) == powered) {
        return;
    }
    now_ = now;
    powered_[node] = powered ? 1 : 0;
    broadcasts_.power_changed(node);
    if (powered_[node] != routed_powered_[node]) {
        ++repowered_;
    } else {
        --repowered_;
    }
    if (powered) {
        return; // a frame already on the air to it was marked when it began
    }
    airtime_ -= medium::cut_power(air_, jobs_, nodes_, node, now);
    events_.push(now, EventKind::power_lost, node);
}

void Medium::set_noise_dbm(double level_dbm) {
    if (std::isnan(level_dbm)) {
        fail("noise is not a number", now_);
    }
    std::fill(noise_dbm_.begin(), noise_dbm_.end(),
              static_cast<float>(sum_dbm(thermal_dbm_, level_dbm)));
    note_noise_change();
}

void Medium::set_noise_dbm(std::span<float const> level_dbm) {
    if (level_dbm.size() != size()) {
        fail(fmt::format("{} noise levels for {} nodes", level_dbm.size(), size()), now_);
    }
    for (std::size_t node = 0; node < size(); ++node) {
        if (std::isnan(level_dbm[node])) {
            fail(fmt::format("noise at node {} is not a number", node), now_);
        }
    }
    for (std::size_t node = 0; node < size(); ++node) {
        noise_dbm_[node] =
            static_cast<float>(sum_dbm(thermal_dbm_, static_cast<double>(level_dbm[node])));
    }
    note_noise_change();
}

void Medium::note_noise_change() {
    for (std::size_t node = 0; node < size() && !routes_stale_; ++node) {
        routes_stale_ = static_cast<double>(std::abs(noise_dbm_[node] - routed_noise_dbm_[node])) >=
                        csma_.route_noise_step_db;
    }
}

void Medium::update_routes(SimTime now) {
    std::vector<RouteEntry> const old = routes_;
    find_routes(route_input(), routes_);
    for (std::size_t node = 0; node < old.size(); ++node) {
        counters_.parent_changes += old[node].parent != routes_[node].parent ? 1 : 0;
    }
    routed_noise_dbm_ = noise_dbm_;
    routed_powered_ = powered_;
    routes_stale_ = false;
    note_route_update(now);
}

void Medium::set_root(std::uint16_t node, std::uint16_t root) {
    if (auto const what = trees_.misuse(node, root, size(), "node"); !what.empty()) {
        fail(what, now_);
    }
    if (!trees_.set(node, root, size())) {
        return;
    }
    if (routes_not_before_ == kStart || !hang(node)) {
        routes_stale_ = true;
        routes_not_before_ = kStart;
    } else {
        routes_stale_ = routes_stale_ || root != kNoNode; // others may gain by it
    }
}

bool Medium::hang(std::uint16_t node) {
    RouteInput const in = route_input();
    std::uint16_t const before = routes_[node].parent;
    bool const hung = medium::hang(
        in, node, csma_.max_hops,
        [&](std::uint16_t via) { return via < trees_.roots() || powered(via); },
        [&](std::uint16_t a, std::uint16_t b) { return rf::link_etx(in, a, b); }, routes_);
    counters_.parent_changes += routes_[node].parent != before ? 1 : 0;
    return hung;
}

double Medium::link_etx(std::uint16_t a, std::uint16_t b) const {
    if (a == b || std::max(a, b) >= size()) {
        fail(fmt::format("nodes {} and {} of {} are no two", a, b, size()), now_);
    }
    return rf::link_etx(route_input(), a, b);
}

void Medium::mend_routes(SimTime now) {
    std::vector<std::uint16_t> changed;
    for (std::size_t node = 0; node < size(); ++node) {
        if (powered_[node] != routed_powered_[node]) {
            changed.push_back(static_cast<std::uint16_t>(node));
        }
    }
    counters_.parent_changes += rf::mend_routes(route_input(), changed, routes_);
    routed_powered_ = powered_;
    note_route_update(now);
}

void Medium::note_route_update(SimTime now) {
    repowered_ = 0;
    routes_not_before_ = now + duration_from_s(csma_.route_refresh_s);
    ++counters_.route_updates;
}

bool Medium::choose_path(Job& job) {
    if (now_ >= routes_not_before_) {
        if (routes_stale_) {
            update_routes(now_);
        } else if (repowered_ > 0) {
            mend_routes(now_);
        }
    }
    return medium::choose_way(
        job, routes_, trees_.roots(), csma_.max_hops,
        [&](std::uint16_t via) { return via < trees_.roots() || powered(via); },
        [&](std::uint16_t a, std::uint16_t b) { return link_etx(a, b); });
}

// --- books ---

std::size_t Medium::datagrams_in_flight() const {
    std::size_t count = events_.count(EventKind::submit);
    for (auto const& state : nodes_) {
        count += jobs_.unsettled(state.queue);
    }
    return count;
}

std::size_t Medium::bytes() const {
    return sizeof *this + links_.bytes() + air_.bytes() +
           overlapping_.capacity() * sizeof(std::size_t) + jobs_.bytes() + broadcasts_.bytes() +
           to_come_.capacity() * sizeof(Datagram) + free_to_come_.capacity() * 4 +
           nodes_.capacity() * sizeof(NodeState) + powered_.capacity() + trees_.bytes() +
           (noise_dbm_.capacity() + routed_noise_dbm_.capacity()) * sizeof(float) +
           routes_.capacity() * sizeof(RouteEntry) + routed_powered_.capacity() + events_.bytes();
}

} // namespace gridtwin::rf
