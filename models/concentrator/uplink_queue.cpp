#include "models/concentrator/uplink_queue.hpp"

#include "models/wire/profile_block.hpp"

#include <algorithm>

namespace gridtwin::concentrator {
namespace {

/// Answers to what the head-end asks of one meter now and then, beside its profile.
bool answers_on_demand(Message const& message) {
    return message.command != CommandId{} &&
           (message.kind == MessageKind::registers || message.kind == MessageKind::events ||
            message.kind == MessageKind::load);
}

} // namespace

UplinkQueue::UplinkQueue(UplinkSpec const& spec) : spec_(spec) {
    schedule();
}

bool UplinkQueue::goes_by_sms(Message const& message, wire::SizeSpec const& sizes) const {
    if (!spec_.sms_fallback || !is_bulk(message.kind)) {
        return spec_.sms_fallback;
    }
    return answers_on_demand(message) &&
           wire::sms_parts(wire::encoded_octets(message, Channel::sms, sizes)) <=
               spec_.sms_answer_parts;
}

void UplinkQueue::post(Message&& message, wire::SizeSpec const& sizes) {
    ++counts_.posted;
    bool const by_sms = goes_by_sms(message, sizes);
    message.sequence = spec_.acknowledged ? ++last_number_ : 0;
    data_ += is_bulk(message.kind) ? 1 : 0;
    octets_ += message.payload.size();
    entries_.push_back({.message = std::move(message), .by_sms = by_sms});
    next_ = kStart;
}

SimTime UplinkQueue::next() const {
    return next_;
}

SimDuration UplinkQueue::wait_after(Entry const& entry, SimDuration first) const {
    SimDuration wait = first;
    for (int k = 1; k < entry.copies && wait < spec_.longest; ++k) {
        wait *= 2;
    }
    return std::min(wait, std::max(first, spec_.longest));
}

void UplinkQueue::send(Message&& copy, Channel over, SimTime now, MessageNumbers& numbers,
                       ConcentratorId id, wire::SizeSpec const& sizes, Uplink& uplink) {
    copy.id = numbers.next();
    copy.concentrator = id;
    copy.uplink = over;
    copy.octets = wire::encoded_octets(copy, Channel::wan, sizes);
    if (over == Channel::sms) {
        std::uint32_t const octets = wire::encoded_octets(copy, Channel::sms, sizes);
        ++counts_.by_sms;
        counts_.sms_octets += octets;
        counts_.sms_parts += wire::sms_parts(octets);
    } else {
        ++counts_.sent;
        idle_since_ = now;
        if (spec_.acknowledged && unheard_since_ == kNever) {
            unheard_since_ = now;
        }
    }
    uplink.send(std::move(copy));
}

void UplinkQueue::pump(SimTime now, MessageNumbers& numbers, ConcentratorId id,
                       wire::SizeSpec const& sizes, Uplink& uplink) {
    if (now < next_) {
        return;
    }
    auto const out = [&](Message copy, Channel over) {
        send(std::move(copy), over, now, numbers, id, sizes, uplink);
    };
    if (!spec_.acknowledged) {
        for (auto& entry : entries_) {
            out(std::move(entry.message), Channel::wan);
        }
        entries_.clear();
        data_ = 0;
        octets_ = 0;
        schedule();
        return;
    }
    if (up_ && unheard_since_ != kNever && now >= unheard_since_ + spec_.session_lost_after) {
        up_ = false;
        changed_ = true;
        ++counts_.sessions_lost;
        probe_at_ = now + spec_.probe_every;
        begin_anew(now); // what is under way is held to be lost with the session
    }
    std::size_t under_way = data_under_way();
    for (auto& entry : entries_) {
        if (entry.due > now || !may_go(entry, under_way)) {
            continue;
        }
        under_way += up_ && !entry.under_way && is_bulk(entry.message.kind) ? 1U : 0U;
        entry.under_way = up_;
        counts_.resent += entry.copies > 0 ? 1U : 0U;
        entry.copies = static_cast<std::uint8_t>(std::min(entry.copies + 1, 255));
        entry.due = now + wait_after(entry, up_ ? spec_.timeout : spec_.sms_timeout);
        out(entry.message, up_ ? Channel::wan : Channel::sms);
    }
    bool const probe = !up_ && now >= probe_at_;
    bool const idle = up_ && spec_.sms_fallback && now >= idle_since_ + spec_.keep_alive;
    if (probe || idle) {
        Message word;
        word.kind = MessageKind::keep_alive;
        word.created = now;
        word.occurred = now;
        ++counts_.keep_alives;
        probe_at_ = now + spec_.probe_every;
        out(std::move(word), Channel::wan);
    }
    schedule();
}

void UplinkQueue::schedule() {
    next_ = up_ ? kNever : probe_at_;
    if (up_ && spec_.acknowledged) {
        next_ = unheard_since_ == kNever ? kNever : unheard_since_ + spec_.session_lost_after;
        if (spec_.sms_fallback) {
            next_ = std::min(next_, idle_since_ + spec_.keep_alive);
        }
    }
    std::size_t const under_way = data_under_way();
    for (auto const& entry : entries_) {
        next_ = may_go(entry, under_way) ? std::min(next_, entry.due) : next_;
    }
}

std::size_t UplinkQueue::data_under_way() const {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(), [](Entry const& entry) {
            return entry.under_way && is_bulk(entry.message.kind);
        }));
}

bool UplinkQueue::may_go(Entry const& entry, std::size_t under_way) const {
    if (!up_) {
        return entry.by_sms;
    }
    return entry.under_way || under_way < spec_.window || !is_bulk(entry.message.kind);
}

void UplinkQueue::begin_anew(SimTime now) {
    for (auto& entry : entries_) {
        entry.due = now;
        entry.copies = std::min<std::uint8_t>(entry.copies, 1);
        entry.under_way = false;
    }
}

void UplinkQueue::on_heard(Channel over, SimTime now) {
    if (over != Channel::wan) {
        return;
    }
    unheard_since_ = kNever;
    idle_since_ = now;
    if (!up_) {
        up_ = true;
        changed_ = true;
        begin_anew(now);
    }
    schedule();
}

void UplinkQueue::on_received(std::uint32_t number, Channel over, SimTime now) {
    auto const found = std::lower_bound(
        entries_.begin(), entries_.end(), number,
        [](Entry const& entry, std::uint32_t n) { return entry.message.sequence < n; });
    if (found != entries_.end() && found->message.sequence == number) {
        data_ -= is_bulk(found->message.kind) ? 1 : 0;
        octets_ -= found->message.payload.size();
        entries_.erase(found);
    }
    on_heard(over, now);
    schedule();
}

bool UplinkQueue::has_room() const {
    return !spec_.acknowledged || (up_ && data_ < spec_.window);
}

bool UplinkQueue::answers(CommandId order) const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [order](Entry const& entry) { return entry.message.command == order; });
}

void UplinkQueue::find_rows(MeterId meter, std::uint32_t first,
                            std::span<std::uint8_t> waits) const {
    for (auto const& entry : entries_) {
        if (entry.message.kind != MessageKind::profile) {
            continue;
        }
        for (auto const& block : wire::decode(entry.message.payload).blocks) {
            for (std::size_t i = 0; block.meter == meter && i < block.rows.size(); ++i) {
                std::size_t const k = std::size_t{block.first_interval} + i - first;
                if (k < waits.size()) { // also when it is before the first
                    waits[k] = 1;
                }
            }
        }
    }
}

bool UplinkQueue::take_change() {
    bool const changed = changed_;
    changed_ = false;
    return changed;
}

} // namespace gridtwin::concentrator
