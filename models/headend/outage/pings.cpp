#include "models/headend/outage/pings.hpp"

#include <algorithm>

namespace gridtwin::headend {

std::string problem(PingsConfig const& config) {
    if (config.most == 0) {
        return "outage pings: most must be at least 1";
    }
    if (config.spacing < SimDuration::zero() || config.timeout <= SimDuration::zero() ||
        config.sms_timeout <= SimDuration::zero()) {
        return "outage pings: spacing must not be negative, timeouts must be positive";
    }
    return {};
}

Pings::Pings(PingsConfig const& config, Fleet const& fleet, Ports const& ports,
             CommandNumbers& numbers, std::uint64_t timer)
    : config_(config), fleet_(fleet), ports_(ports), numbers_(numbers), timer_(timer) {}

bool Pings::ask(std::uint64_t outage, MeterId meter) {
    auto const same = [meter](auto const& other) { return other.meter == meter; };
    if (std::any_of(waiting_.begin(), waiting_.end(), same) ||
        std::any_of(outstanding_.begin(), outstanding_.end(), same)) {
        return false;
    }
    waiting_.push_back({.outage = outage, .meter = meter});
    pump();
    return true;
}

void Pings::drop(std::uint64_t outage) {
    std::erase_if(waiting_, [outage](Waiting const& w) { return w.outage == outage; });
}

void Pings::pump() {
    SimTime const now = ports_.clock.now();
    while (!waiting_.empty() && outstanding_.size() < config_.most) {
        if (now < next_) {
            ports_.clock.set_timer(next_, timer_);
            return;
        }
        MeterId const meter = waiting_.front().meter;
        waiting_.pop_front();
        CommandId const id = numbers_.next();
        bool const sms = fleet_.channel[index(meter)] == Channel::sms;
        SimTime const until = now + (sms ? config_.sms_timeout : config_.timeout);
        outstanding_.push_back({.command = id, .sent = now, .until = until, .meter = meter});
        ++counts_.sent;
        next_ = now + config_.spacing;
        ports_.clock.set_timer(until, timer_);
        ports_.journal.write(command_entry(now, EventKind::command_issued, id, meter));
        ports_.commands.send({.id = id, .kind = CommandKind::read_registers, .meter = meter});
    }
}

bool Pings::on_acknowledgement(Acknowledgement const& acknowledgement) {
    auto const it = std::find_if(outstanding_.begin(), outstanding_.end(), [&](auto const& o) {
        return o.command == acknowledgement.command && o.meter == acknowledgement.meter;
    });
    if (it == outstanding_.end()) {
        return false;
    }
    SimTime const now = ports_.clock.now();
    // 0 is a concentrator's word that the answer is too long for the way that is left
    bool const answered = acknowledgement.value != 0;
    ++(answered ? counts_.answered : counts_.unanswered);
    ports_.journal.write(
        command_entry(now, answered ? EventKind::command_confirmed : EventKind::command_failed,
                      it->command, it->meter, answered ? Reason::none : Reason::refused,
                      answered ? now - it->sent : SimDuration{}));
    outstanding_.erase(it);
    pump();
    return true;
}

std::vector<Pings::Lapsed> Pings::on_timer() {
    SimTime const now = ports_.clock.now();
    std::vector<Lapsed> lapsed;
    std::erase_if(outstanding_, [&](Outstanding const& o) {
        if (o.until > now) {
            return false;
        }
        lapsed.push_back({o.meter, o.sent});
        ++counts_.unanswered;
        ports_.journal.write(
            command_entry(now, EventKind::command_failed, o.command, o.meter, Reason::given_up));
        return true;
    });
    pump();
    return lapsed;
}

void Pings::save(StateWriter& out) const {
    out.column(std::vector<Waiting>(waiting_.begin(), waiting_.end()));
    out.column(outstanding_);
    out.value(next_);
    out.value(counts_);
}

void Pings::restore(StateReader& in) {
    std::vector<Waiting> waiting;
    in.list(waiting);
    waiting_.assign(waiting.begin(), waiting.end());
    in.list(outstanding_);
    next_ = in.value<SimTime>();
    counts_ = in.value<PingCounts>();
    for (Outstanding const& o : outstanding_) {
        ports_.clock.set_timer(o.until, timer_);
    }
    if (!waiting_.empty() && outstanding_.size() < config_.most) {
        ports_.clock.set_timer(next_, timer_);
    }
}

} // namespace gridtwin::headend
