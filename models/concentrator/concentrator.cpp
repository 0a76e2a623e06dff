#include "models/concentrator/concentrator.hpp"

#include "models/wire/meter_data.hpp"
#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace gridtwin::concentrator {
namespace {

void check(ConcentratorSpec const& spec, ConcentratorId id) {
    auto const positive = [](SimDuration d) { return d > SimDuration::zero(); };
    auto const some_tries = [](int tries) { return tries >= 1 && tries <= 255; };
    auto const sound = [](Schedule const& s) {
        return s.every >= SimDuration::zero() && s.offset >= SimDuration::zero();
    };
    bool const fine =
        positive(spec.interval) && positive(spec.poll_every) && positive(spec.response_timeout) &&
        positive(spec.battery_recharge) && spec.poll_offset >= SimDuration::zero() &&
        spec.poll_start_delay >= SimDuration::zero() && spec.make_up_every >= SimDuration::zero() &&
        spec.battery >= SimDuration::zero() && spec.restart_delay >= SimDuration::zero() &&
        spec.upload_max_wait >= SimDuration::zero() && some_tries(spec.tries_per_round) &&
        some_tries(spec.make_up_tries) && some_tries(spec.command_tries) &&
        spec.rows_per_request >= 1 && spec.rows_per_request <= wire::kMaxBlockRows &&
        spec.upload_batch_octets > 0 && spec.store_limit_octets > 0 &&
        some_tries(spec.channels.backup_after) && positive(spec.channels.primary_again) &&
        sound(spec.clock.schedule) && some_tries(spec.clock.tries) && positive(spec.clock.limit) &&
        positive(spec.clock.longest_round_trip) &&
        std::all_of(spec.collect.schedules.begin(), spec.collect.schedules.end(), sound) &&
        some_tries(spec.collect.tries) && spec.collect.events_per_request >= 1 &&
        spec.collect.events_per_request <= wire::kMaxLoggedEvents &&
        spec.collect.rows_per_request >= 1 &&
        spec.collect.rows_per_request <= wire::kMaxBlockRows && spec.balance.alarm_after >= 1 &&
        spec.balance.limit_frac >= 0.0 && positive(spec.balance.wait) &&
        positive(spec.uplink.timeout) && positive(spec.uplink.longest) && spec.uplink.window >= 1 &&
        positive(spec.uplink.session_lost_after) && positive(spec.uplink.probe_every) &&
        positive(spec.uplink.sms_timeout) && positive(spec.uplink.keep_alive) &&
        some_tries(spec.announcements.times) && positive(spec.announcements.gap) &&
        sound(spec.clock_broadcast.schedule) && positive(spec.clock_broadcast.uncertainty) &&
        spec.clock_broadcast.uncertainty <= std::chrono::hours(24) &&
        problem(spec.firmware).empty() && problem(spec.discovery).empty();
    if (!fine) {
        throw SimulationError(fmt::format(
            "concentrator {}: a duration, a number of tries or a size is out of range", index(id)));
    }
}

} // namespace

Concentrator::Concentrator(ConcentratorSpec const& spec, ConcentratorId id,
                           std::span<MeterId const> meters, std::span<MeterWay const> ways,
                           MessageNumbers numbers, std::span<std::uint8_t const> own,
                           bool commissioned)
    : spec_(spec), id_(id), meters_(meters.begin(), meters.end()), by_meter_(meters.size()),
      own_(own.begin(), own.end()),
      ways_(spec.channels, ways.empty() ? std::vector<MeterWay>(meters.size())
                                        : std::vector<MeterWay>(ways.begin(), ways.end())),
      registration_(meters.size(), 0), numbers_(numbers), held_(meters.size()),
      store_(spec.store_limit_octets), failures_(meters.size(), 0),
      announcements_(spec.announcements), clock_(spec.clock),
      clock_broadcast_(spec.clock_broadcast), collections_(spec.collect, meters.size()),
      balance_(spec.balance, spec.interval,
               own.empty() ? meters.size()
                           : static_cast<std::size_t>(std::count(own.begin(), own.end(), 1)),
               spec.busbar_error_frac),
      uplink_(spec.uplink), battery_left_(spec.battery), battery_since_(kStart) {
    check(spec, id);
    std::iota(by_meter_.begin(), by_meter_.end(), 0U);
    std::sort(by_meter_.begin(), by_meter_.end(),
              [&](std::uint32_t a, std::uint32_t b) { return meters_[a] < meters_[b]; });
    auto const twice = std::adjacent_find(
        by_meter_.begin(), by_meter_.end(),
        [&](std::uint32_t a, std::uint32_t b) { return meters_[a] == meters_[b]; });
    if (twice != by_meter_.end()) {
        throw SimulationError(fmt::format("concentrator {}: meter {} stands below it twice",
                                          index(id), index(meters_[*twice])));
    }
    if (std::any_of(ways.begin(), ways.end(), [](MeterWay w) { return w.has_backup(); })) {
        seen_alarms_.resize(meters.size());
    }
    start_members(commissioned);
    next_round_ = slot_after(kStart);
}

std::optional<std::size_t> Concentrator::find_meter(MeterId meter) const {
    auto const at =
        std::lower_bound(by_meter_.begin(), by_meter_.end(), meter,
                         [&](std::uint32_t i, MeterId wanted) { return meters_[i] < wanted; });
    if (at == by_meter_.end() || meters_[*at] != meter) {
        return std::nullopt;
    }
    return *at;
}

// --- time ----------------------------------------------------------------------------------------

SimTime Concentrator::next_event() const {
    if (!alive_) {
        return kNever;
    }
    SimTime next = std::min({battery_empty_at(), resume_at_, upload_at_});
    if (outstanding_) {
        next = std::min(next, outstanding_->deadline);
    } else if (may_send()) {
        next = std::min(next, resting_.next());
    }
    if (may_send()) {
        next = std::min({next, uplink_.next(), announcements_.next()});
    }
    if (may_poll()) {
        next =
            std::min({next, next_round_, make_up_at_, next_discovery(), clock_broadcast_.next()});
    }
    if (free_for_firmware()) {
        next = std::min(next, firmware_->campaign.next_event());
    }
    return next;
}

void Concentrator::on_timer(SimTime now, MeterLink& link, Uplink& uplink) {
    if (now >= battery_empty_at()) {
        fall_silent();
    }
    if (!alive_) {
        return;
    }
    if (now >= resume_at_) {
        resume_at_ = kNever;
    }
    if (outstanding_ && now >= outstanding_->deadline) {
        on_timeout(now, link, uplink);
    }
    if (may_poll() && now >= next_round_) {
        begin_round(due_interval(now), spec_.tries_per_round);
        next_round_ = slot_after(now);
    } else if (may_poll() && now >= make_up_at_) {
        begin_round(due_, spec_.make_up_tries);
    }
    if (now >= upload_at_) {
        upload(now, uplink);
    }
    if (may_send() && now >= uplink_.next()) {
        tend_uplink(now, uplink);
    }
    announce(now, link, uplink);
    broadcast_clock(now, link);
    work(now, link, uplink);
}

void Concentrator::on_timeout(SimTime now, MeterLink& link, Uplink& uplink) {
    Request const lost = *outstanding_;
    outstanding_.reset();
    ++counts_.timeouts;
    if (lost.task == Task::discovery) {
        if (discovery_on(lost.channel)->on_silence(now)) {
            link.drop_member(meters_[lost.meter_index], lost.channel);
        }
        return;
    }
    on_unanswered(lost, now, link, uplink);
}

void Concentrator::on_unanswered(Request const& lost, SimTime now, MeterLink& link,
                                 Uplink& uplink) {
    counts_.channel_switches += ways_.on_timeout(lost.meter_index, now) ? 1U : 0U;
    count_unanswered(lost, now, uplink);
    if (discovery_on(lost.channel)->on_request(lost.meter_index, false)) {
        give_up(lost.meter_index, lost.channel, now, link, uplink);
    }
}

void Concentrator::count_unanswered(Request const& lost, SimTime now, Uplink& uplink) {
    if (lost.task == Task::clock) {
        clock_.on_timeout();
        return;
    }
    if (lost.task == Task::collection) {
        collections_.on_timeout();
        return;
    }
    if (lost.task == Task::firmware) {
        firmware_->campaign.on_silence(lost.meter_index, now);
        return;
    }
    if (lost.task == Task::poll) {
        if (in_round_) {
            ++failures_[lost.meter_index];
            next_meter();
        }
        return;
    }
    Job& job = jobs_.front();
    if (++job.tries < spec_.command_tries) {
        return;
    }
    bool const some = std::any_of(job.have.begin(), job.have.end(),
                                  [](std::uint8_t have_it) { return have_it != 0; });
    if (some) {
        end_read(job, now, uplink);
    } else {
        ++counts_.commands_given_up;
    }
    jobs_.pop_front();
}

/// The request that is out has been answered.
Concentrator::Request Concentrator::take_answered() {
    Request const request = *outstanding_;
    outstanding_.reset();
    ways_.on_answer(request.meter_index);
    (void)discovery_on(request.channel)->on_request(request.meter_index, true);
    return request;
}

// --- towards the meters --------------------------------------------------------------------------

/// Over each channel that any meter has; between requests and answers as the medium lets it.
/// @return their numbers
std::vector<MessageId> Concentrator::to_all(Message const& message, SimTime now, MeterLink& link,
                                            SimTime arrive_by) {
    std::vector<MessageId> sent;
    for (Channel const channel : {Channel::plc, Channel::rf}) {
        if (!ways_.any_has(channel)) {
            continue;
        }
        Message copy = message;
        copy.id = numbers_.next();
        copy.concentrator = id_;
        copy.created = now;
        sent.push_back(copy.id);
        link.broadcast(std::move(copy), channel, arrive_by);
    }
    return sent;
}

void Concentrator::send_request(Message&& message, Request request, SimTime now, MeterLink& link) {
    message.id = numbers_.next();
    message.meter = meters_[request.meter_index];
    message.concentrator = id_;
    message.created = now;
    bool const ordered = request.task == Task::command || request.task == Task::read;
    bool const discovery = request.task == Task::discovery;
    if (!discovery) { // which goes where it looks for meters
        request.channel = ways_.choose(request.meter_index, now);
        counts_.on_backup += ways_.on_backup(request.meter_index) ? 1U : 0U;
    }
    if (!ordered && request.task != Task::poll) { // nobody else's order has such a number
        request.command = message.command = CommandId{static_cast<std::uint64_t>(message.id)};
    }
    message.octets = wire::encoded_octets(message, request.channel, spec_.sizes);
    request.id = message.id;
    request.octets = message.octets;
    request.sent = now;
    request.deadline = now + spec_.response_timeout;
    if (message.kind == MessageKind::ask_to_call) {
        request.deadline += spec_.discovery.window;
    }
    outstanding_ = request;
    ++counts_.requests;
    link.send(std::move(message), request.channel);
}

std::optional<MessageId> Concentrator::outstanding() const {
    return outstanding_ ? std::optional(outstanding_->id) : std::nullopt;
}

std::uint64_t Concentrator::missing_rows(SimTime now) const {
    std::uint32_t const due = due_interval(now);
    std::uint64_t missing = 0;
    for (std::size_t m = 0; m < meters_.size(); ++m) {
        missing += ways_.member(m) ? held_[m].missing(due, asked_from(m)) : 0;
    }
    return missing;
}

} // namespace gridtwin::concentrator
