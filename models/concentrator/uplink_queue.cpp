#include "models/concentrator/uplink_queue.hpp"

#include <algorithm>

namespace gridtwin::concentrator {

UplinkQueue::UplinkQueue(UplinkSpec const& spec) : spec_(spec) {
    schedule();
}

void UplinkQueue::post(Message&& message) {
    ++counts_.posted;
    message.sequence = spec_.acknowledged ? ++last_number_ : 0;
    data_ += is_bulk(message.kind) ? 1 : 0;
    octets_ += message.payload.size();
    entries_.push_back({.message = std::move(message)});
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
        for (auto& entry : entries_) { // what is under way is held to be lost with the session
            entry.due = now;
            entry.copies = std::min<std::uint8_t>(entry.copies, 1);
        }
    }
    for (auto& entry : entries_) {
        bool const data = is_bulk(entry.message.kind);
        if (entry.due > now || (!up_ && (data || !spec_.sms_fallback))) {
            continue;
        }
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
    for (auto const& entry : entries_) {
        bool const waits = !up_ && (is_bulk(entry.message.kind) || !spec_.sms_fallback);
        next_ = waits ? next_ : std::min(next_, entry.due);
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
        for (auto& entry : entries_) {
            entry.due = now;
            entry.copies = std::min<std::uint8_t>(entry.copies, 1);
        }
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

bool UplinkQueue::take_change() {
    bool const changed = changed_;
    changed_ = false;
    return changed;
}

} // namespace gridtwin::concentrator
