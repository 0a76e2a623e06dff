#include "models/headend/collection.hpp"

#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::headend {

namespace {

/// A try that brought something new starts the count again.
constexpr std::uint16_t tries_after(bool progress, std::uint16_t tries) {
    return progress ? std::uint16_t{0} : static_cast<std::uint16_t>(tries + 1);
}

} // namespace

std::string problem(CollectionConfig const& config, SimDuration interval) {
    if (config.every < interval || config.every % interval != SimDuration::zero()) {
        return "collection: a round must be a multiple of the profile's interval";
    }
    if (config.grace < SimDuration::zero() || config.plc_spacing < SimDuration::zero() ||
        config.sms_delay < SimDuration::zero() || config.sms_spread < SimDuration::zero() ||
        config.keep_asking < SimDuration::zero()) {
        return "collection: a duration is negative";
    }
    if (config.plc_most == 0 || config.sms_most == 0) {
        return "collection: a command must ask for at least one interval";
    }
    for (RetryPolicy const& policy : {config.plc, config.sms}) {
        if (auto const text = problem(policy); !text.empty()) {
            return "collection: " + text;
        }
    }
    return {};
}

Collection::Collection(CollectionConfig const& config, Fleet const& fleet, Ports const& ports,
                       CommandNumbers& numbers, std::uint64_t timer_base)
    : config_(config), fleet_(fleet), ports_(ports), numbers_(numbers), timer_base_(timer_base),
      jobs_(fleet.meters()), links_(fleet.concentrators),
      probed_(fleet.concentrators, kNone<MeterId>), gaps_below_(fleet.concentrators, 0) {
    if (auto const text = problem(config, fleet.interval); !text.empty()) {
        throw SimulationError(text);
    }
    for (std::size_t m = 0; m < fleet.meters(); ++m) {
        if (fleet.channel[m] == Channel::sms) {
            sms_.push_back(static_cast<MeterId>(m));
        }
    }
}

void Collection::start() {
    SimTime const now = ports_.clock.now();
    auto const next = [&](SimDuration delay) {
        std::int64_t const past = std::max<std::int64_t>((now - kStart - delay) / config_.every, 0);
        SimTime const last = kStart + past * config_.every + delay;
        return past > 0 && last == now ? last : last + config_.every;
    };
    next_round_ = next({});
    next_check_ = next(config_.grace);
    ports_.clock.set_timer(next_round_, timer_base_ | (kRound << kWhatBit));
    ports_.clock.set_timer(next_check_, timer_base_ | (kCheck << kWhatBit));
}

std::uint32_t Collection::intervals_until(SimTime t) const {
    return t < kStart ? 0 : static_cast<std::uint32_t>((t - kStart) / fleet_.interval);
}

std::uint32_t Collection::due(SimTime now) const {
    SimDuration const ago = now - kStart - config_.grace;
    if (ago < config_.every) {
        return 0;
    }
    return intervals_until(kStart + (ago / config_.every) * config_.every);
}

bool Collection::sms(MeterId meter) const {
    return fleet_.channel[index(meter)] == Channel::sms;
}

RetryPolicy const& Collection::policy(MeterId meter) const {
    return sms(meter) ? config_.sms : config_.plc;
}

void Collection::on_timer(std::uint64_t payload) {
    SimTime const now = ports_.clock.now();
    std::uint64_t const what = payload >> kWhatBit;
    if (what == kRound && now >= next_round_) {
        round();
    } else if (what == kCheck && now >= next_check_) {
        check();
    } else if (what == kProbe) {
        auto const concentrator = static_cast<ConcentratorId>(static_cast<std::uint32_t>(payload));
        if (index(concentrator) < links_.size() && links_[index(concentrator)].probe <= now) {
            probe(concentrator);
        }
    } else if (what == kJob) {
        auto const meter = static_cast<MeterId>(payload);
        if (!fleet_.knows(meter) || jobs_[index(meter)].wake > now) {
            return; // set for something that has been settled since
        }
        if (jobs_[index(meter)].stage == Stage::waiting) {
            ask(meter);
        } else if (jobs_[index(meter)].stage == Stage::asked) {
            timed_out(meter);
        }
    }
}

void Collection::round() {
    SimTime const boundary =
        next_round_ + (ports_.clock.now() - next_round_) / config_.every * config_.every;
    std::uint32_t const target = intervals_until(boundary);
    auto const count = static_cast<std::int64_t>(sms_.size());
    for (std::int64_t i = 0; i < count; ++i) {
        begin(sms_[static_cast<std::size_t>(i)], target,
              boundary + config_.sms_delay + config_.sms_spread / count * i);
    }
    next_round_ = boundary + config_.every;
    ports_.clock.set_timer(next_round_, timer_base_ | (kRound << kWhatBit));
}

void Collection::check() {
    SimTime const now = ports_.clock.now();
    std::uint32_t const target = due(now);
    std::fill(gaps_below_.begin(), gaps_below_.end(), 0);
    for (std::size_t m = 0; m < jobs_.size(); ++m) {
        auto const meter = static_cast<MeterId>(m);
        Job& job = jobs_[m];
        if (sms(meter)) {
            continue;
        }
        if (ports_.ledger.first_gap(meter, job.floor + 1, target).count == 0) {
            job.floor = std::max(job.floor, target);
            continue;
        }
        std::uint32_t const before = gaps_below_[index(fleet_.concentrator[m])]++;
        begin(meter, target, now + before * config_.plc_spacing);
    }
    next_check_ += ((now - next_check_) / config_.every + 1) * config_.every;
    ports_.clock.set_timer(next_check_, timer_base_ | (kCheck << kWhatBit));
}

void Collection::begin(MeterId meter, std::uint32_t target, SimTime at) {
    Job& job = jobs_[index(meter)];
    job.target = std::max(job.target, target);
    job.from = job.floor + 1;
    job.tries = 0;
    if (job.stage == Stage::idle) {
        job.stage = Stage::waiting;
        wake_at(meter, std::max(at, ports_.clock.now()));
    }
}

void Collection::wake_at(MeterId meter, SimTime at) {
    jobs_[index(meter)].wake = at;
    ports_.clock.set_timer(at, timer_base_ | (kJob << kWhatBit) | index(meter));
}

void Collection::ask(MeterId meter) {
    if (!find_gap(meter)) {
        return;
    }
    if (sms(meter) || within_reach(links_[index(fleet_.concentrator[index(meter)])])) {
        issue(meter);
    } else {
        hold(meter);
    }
}

/// What the meter is to be asked for next; false: nothing, it is idle.
bool Collection::find_gap(MeterId meter) {
    Job& job = jobs_[index(meter)];
    IntervalSpan const gap = ports_.ledger.first_gap(meter, job.from, job.target);
    if (job.from == job.floor + 1) { // nothing was skipped: all before the gap is held
        job.floor = gap.count == 0 ? std::max(job.floor, job.target) : gap.first - 1;
        job.from = job.floor + 1;
    }
    if (gap.count == 0) {
        job.stage = Stage::idle;
        return false;
    }
    job.first = gap.first;
    job.count = std::min(gap.count, sms(meter) ? config_.sms_most : config_.plc_most);
    job.left = job.count;
    return true;
}

void Collection::issue(MeterId meter) {
    SimTime const now = ports_.clock.now();
    Job& job = jobs_[index(meter)];
    job.command = numbers_.next();
    job.sent = now;
    job.stage = Stage::asked;
    wake_at(meter, now + wait_after(policy(meter), job.tries));
    ++counts_.issued;
    ports_.journal.write(command_entry(now, EventKind::command_issued, job.command, meter));
    bool const again = !sms(meter) || job.first <= job.asked_to;
    job.asked_to = std::max(job.asked_to, job.first + job.count - 1);
    if (again) {
        ++counts_.gaps;
        ports_.journal.write({.at = now,
                              .kind = EventKind::read_retry,
                              .entity = EventEntity::meter,
                              .row = static_cast<std::uint32_t>(index(meter)),
                              .value = job.first});
    }
    send(meter);
}

void Collection::send(MeterId meter) {
    Job const& job = jobs_[index(meter)];
    ports_.commands.send({.id = job.command,
                          .kind = CommandKind::read_profile,
                          .meter = meter,
                          .first_interval = job.first,
                          .count = job.count});
}

void Collection::send_again(MeterId meter) {
    if (jobs_[index(meter)].stage == Stage::asked) {
        send(meter);
    } else if (jobs_[index(meter)].stage == Stage::held) {
        ask(meter);
    }
}

std::uint32_t Collection::first_lacking(MeterId meter) const {
    std::uint32_t const ended = intervals_until(ports_.clock.now());
    IntervalSpan const gap = ports_.ledger.first_gap(meter, jobs_[index(meter)].floor + 1, ended);
    return gap.count == 0 ? ended + 1 : gap.first;
}

bool Collection::on_reading(Reading const& reading) {
    on_answer_from(reading.meter);
    if (!ports_.ledger.store(reading)) {
        ++counts_.repeated;
        return false;
    }
    ++counts_.stored;
    Job& job = jobs_[index(reading.meter)];
    if (job.stage == Stage::asked && reading.interval - job.first < job.count && --job.left == 0) {
        confirm(reading.meter, Reason::none, reading.received);
        job.tries = 0;
        ask(reading.meter);
    }
    return true;
}

bool Collection::on_acknowledgement(Acknowledgement const& acknowledgement) {
    MeterId const meter = acknowledgement.meter;
    Job& job = jobs_[index(meter)];
    if (job.stage != Stage::asked || job.command != acknowledgement.command) {
        return false;
    }
    on_answer_from(meter);
    std::uint32_t const arrived = job.count - job.left;
    if (acknowledgement.value <= static_cast<std::int64_t>(arrived)) {
        confirm(meter, Reason::not_in_meter, acknowledgement.received);
        job.tries = 0;
        skip_what_is_not_held(meter);
        ask(meter);
        return true;
    }
    // Answered, but some of its readings are still on their way, or lost.
    confirm(meter, Reason::incomplete, acknowledgement.received);
    job.tries = tries_after(arrived > 0, job.tries);
    if (job.tries >= policy(meter).tries) {
        give_up(meter);
    } else {
        job.stage = Stage::waiting;
        wake_at(meter, ports_.clock.now() + policy(meter).timeout);
    }
    return true;
}

void Collection::skip_what_is_not_held(MeterId meter) {
    Job& job = jobs_[index(meter)];
    std::uint32_t const end = job.first + job.count - 1;
    if (kStart + end * fleet_.interval + config_.keep_asking <= ports_.clock.now()) {
        counts_.written_off += end - job.floor - ports_.ledger.held(meter, job.floor + 1, end);
        job.floor = end;
    }
    job.from = end + 1;
}

void Collection::confirm(MeterId meter, Reason reason, SimTime received) {
    Job const& job = jobs_[index(meter)];
    ++counts_.confirmed;
    ports_.journal.write(command_entry(ports_.clock.now(), EventKind::command_confirmed,
                                       job.command, meter, reason, received - job.sent));
}

void Collection::timed_out(MeterId meter) {
    Job& job = jobs_[index(meter)];
    bool const progress = job.left < job.count;
    Link* const link = sms(meter) ? nullptr : &links_[index(fleet_.concentrator[index(meter)])];
    bool const lost = link != nullptr && link->lost != 0;
    job.tries = lost ? job.tries : tries_after(progress, job.tries);
    bool const over = job.tries >= policy(meter).tries;
    if (link != nullptr && !progress) {
        ++link->unanswered;
    }
    ++counts_.failed;
    ports_.journal.write(command_entry(ports_.clock.now(), EventKind::command_failed, job.command,
                                       meter,
                                       over       ? Reason::given_up
                                       : progress ? Reason::incomplete
                                                  : Reason::no_answer));
    if (over) {
        give_up(meter);
    } else {
        ask(meter);
    }
    if (link != nullptr && !within_reach(*link)) {
        plan_probe(fleet_.concentrator[index(meter)]);
    }
}

void Collection::give_up(MeterId meter) {
    jobs_[index(meter)].stage = Stage::idle;
    ++counts_.given_up;
}

ReadSuccess Collection::success(SimTime now) const {
    std::uint32_t const last = due(now);
    ReadSuccess result{.due = std::uint64_t{last} * fleet_.meters()};
    for (std::size_t m = 0; m < fleet_.meters(); ++m) {
        result.held += ports_.ledger.held(static_cast<MeterId>(m), 1, last);
    }
    return result;
}

std::uint64_t Collection::pending() const {
    return static_cast<std::uint64_t>(std::count_if(
        jobs_.begin(), jobs_.end(), [](Job const& job) { return job.stage == Stage::asked; }));
}

void Collection::save(StateWriter& out) const {
    out.value(counts_);
    out.value(next_round_);
    out.value(next_check_);
    out.column(jobs_);
    out.column(links_);
    out.column(probed_);
}

void Collection::restore(StateReader& in) {
    counts_ = in.value<CollectionCounts>();
    next_round_ = in.value<SimTime>();
    next_check_ = in.value<SimTime>();
    in.column(jobs_);
    in.column(links_);
    in.column(probed_);
    ports_.clock.set_timer(next_round_, timer_base_ | (kRound << kWhatBit));
    ports_.clock.set_timer(next_check_, timer_base_ | (kCheck << kWhatBit));
    held_.clear();
    for (std::size_t m = 0; m < jobs_.size(); ++m) {
        if (jobs_[m].stage == Stage::held) {
            held_.emplace(fleet_.concentrator[m], static_cast<MeterId>(m));
        } else if (jobs_[m].stage != Stage::idle) {
            wake_at(static_cast<MeterId>(m), jobs_[m].wake);
        }
    }
    for (std::size_t c = 0; c < links_.size(); ++c) {
        if (links_[c].probe != kNever) {
            ports_.clock.set_timer(links_[c].probe, timer_base_ | (kProbe << kWhatBit) | c);
        }
    }
}

} // namespace gridtwin::headend
