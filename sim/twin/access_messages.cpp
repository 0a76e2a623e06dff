// What an area hands to its media, what comes of it, and what it hands on.
#include "models/meter/respond.hpp"
#include "models/wire/sizes.hpp"
#include "sim/twin/access_area.hpp"
#include "sim/twin/meter_orders.hpp"

#include <algorithm>

namespace gridtwin::twin {
namespace {

/// Of a message to all, as far as it has come.
MessageRecord record_of(AreaBroadcasts::OnAir const& broadcast, Channel channel) {
    auto record = in_flight_record(broadcast.message, broadcast.sent, channel);
    record.hearers = broadcast.hearers;
    if (broadcast.settled == broadcast.parts) {
        record.fate = broadcast.lost == LossReason::none ? Fate::delivered : Fate::lost;
        record.reason = broadcast.lost;
        record.done = broadcast.done;
        record.tries = broadcast.tries;
        record.hops = 1;
    }
    return record;
}

} // namespace

std::uint64_t AccessArea::send(std::size_t from, std::size_t to, Message&& message, Channel channel,
                               bool contend) {
    wire_.seal(message, channel);
    std::uint64_t handle = 0;
    with_medium(channel,
                [&](auto& m) { handle = m.send(from, to, std::move(message), contend, now_); });
    return handle;
}

bool AccessArea::open(Message& message, Channel channel, std::size_t member) {
    bool const post = member < posts_.size();
    if (wire_.open(message, channel, post ? kNone<MeterId> : meter_of(member))) {
        return true;
    }
    auto const row = post ? static_cast<std::uint32_t>(row_.concentrators[member])
                          : static_cast<std::uint32_t>(meter_of(member));
    events_.push_back(
        refusal_of(post ? EventEntity::concentrator : EventEntity::meter, row, channel, now_));
    return false;
}

void AccessArea::ToMeters::send(Message&& message, Channel channel) {
    message.octets =
        wire::encoded_octets(message, channel, area.scenario_.access.concentrator.sizes);
    auto const member = area.member_of(message.meter);
    area.send(place, member, std::move(message), channel, false);
}

void AccessArea::ToMeters::broadcast(Message&& message, Channel channel, SimTime arrive_by) {
    message.octets =
        wire::encoded_octets(message, channel, area.scenario_.access.concentrator.sizes);
    if (message.kind == MessageKind::set_parameter) {
        area.note_announced(message.command, place);
    }
    area.wire_.seal(message, channel);
    area.with_medium(channel, [&](auto& m) {
        m.broadcast(static_cast<std::uint16_t>(place), std::move(message), area.now_, true,
                    arrive_by);
    });
}

void AccessArea::note_announced(CommandId command, std::size_t place) {
    auto const first_meter = owner_.begin() + static_cast<std::ptrdiff_t>(posts_.size());
    if (auto [order, is_new] = announced_.try_emplace(command); is_new) {
        order->second.heard.resize(owner_.size());
        order->second.meters =
            static_cast<std::size_t>(std::count(first_meter, owner_.end(), place));
    }
}

void AccessArea::ToHeadEnd::send(Message&& message) {
    bool const sms = message.uplink == Channel::sms;
    message.octets = wire::encoded_octets(message, sms ? Channel::sms : Channel::wan,
                                          area.scenario_.access.concentrator.sizes);
    area.wire_.seal(message, channel_to_head_end(message));
    area.outbox_.push_back(
        {area.now_, sms ? engine::FederateId::sms_operator : engine::FederateId::wan,
         static_cast<std::uint32_t>(area.row_.concentrators[place]), std::move(message)});
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
        item = m.take(datagram.handle);
        member = m.member[datagram.to];
    });
    auto record = in_flight_record(item.message, item.sent, channel);
    record.fate = Fate::delivered;
    record.done = at;
    record.tries = tries;
    record.hops = hops;
    if (!area.open(item.message, channel, member)) {
        record.fate = Fate::lost;
        record.reason = LossReason::rejected;
        area.records_.push_back(record);
        area.with_medium(channel, [](auto& m) { ++m.refused; });
        return;
    }
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
    std::size_t sender = 0;
    area.with_medium(channel, [&](auto& m) {
        item = m.take(datagram.handle);
        sender = m.member[datagram.from];
    });
    auto record = in_flight_record(item.message, item.sent, channel);
    record.fate = Fate::lost;
    record.reason = reason;
    record.done = at;
    record.tries = tries;
    record.hops = hops;
    area.records_.push_back(record);
    // A concentrator's modem knows its own routes, and nothing of what is lost further out.
    if (reason == LossReason::no_route && sender < area.posts_.size()) {
        area.with_post(sender, [&](auto& concentrator, auto& link, auto& uplink) {
            concentrator.on_no_route(record.id, at, link, uplink);
        });
    }
}

void AccessArea::Heard::on_first_hop(medium::Datagram const& datagram, bool acknowledged,
                                     SimTime at) {
    if (auto const again =
            area.alarm_push_.on_first_hop({channel, datagram.handle}, acknowledged)) {
        area.now_ = at;
        area.plan_repetition(*again);
    }
}

void AccessArea::Heard::settle_part(medium::Datagram const& datagram, LossReason reason, SimTime at,
                                    std::uint8_t tries) {
    Message const* block = nullptr; // of a firmware, all of which has been sent
    area.with_medium(channel, [&](auto& m) {
        bool const settled = m.broadcasts.settle(datagram.handle, reason, at, tries);
        auto const& message = m.broadcasts.at(datagram.handle).message;
        block = settled && message.kind == MessageKind::firmware_block ? &message : nullptr;
    });
    if (block != nullptr) {
        area.with_post(area.place_of(block->concentrator),
                       [&, id = block->id](auto& concentrator, auto& link, auto& uplink) {
                           concentrator.on_broadcast_settled(id, at, link, uplink);
                       });
    }
}

void AccessArea::Heard::on_broadcast(medium::Datagram const& datagram, std::uint16_t node,
                                     SimTime at) {
    area.now_ = at;
    area.with_medium(channel, [&](auto& m) {
        auto& broadcast = m.broadcasts.at(datagram.handle);
        if (m.member[node] < area.posts_.size() || !AreaBroadcasts::hears(broadcast, node)) {
            return;
        }
        ++broadcast.hearers;
        std::size_t const member = m.member[node];
        bool const call = broadcast.message.kind == MessageKind::call;
        if (!call && area.owner_[member] != area.place_of(broadcast.message.concentrator)) {
            return; // a neighbour's
        }
        std::optional<Message> opened;
        if (broadcast.message.sealed) {
            opened = broadcast.message;
            if (!area.open(*opened, channel, member)) {
                return;
            }
        }
        Message const& heard = opened ? *opened : broadcast.message;
        if (call) {
            area.hear_call(member, heard, channel);
            return;
        }
        if (heard.kind == MessageKind::firmware_block) {
            area.hear_firmware(member, heard);
            return;
        }
        Message order = heard;
        order.meter = area.meter_of(member);
        bool copy = false;
        if (order.kind == MessageKind::set_parameter) {
            copy = std::exchange(area.announced_[order.command].heard[member], 1) != 0;
        } else if (!area.believes_clock(member, order)) {
            return;
        }
        order.count = 0; // its uncertainty, which has been heeded
        auto const response = meter::respond(area.meters_, area.scenario_.meter, order, channel, at,
                                             area.meter_numbers_);
        for (auto& [when, change] : orders_of(response)) { // and nobody answers
            area.outbox_.push_back({when, engine::FederateId::grid,
                                    static_cast<std::uint32_t>(area.id_), std::move(change)});
        }
        if (response.refused && !copy) {
            area.events_.push_back(*response.refused);
        }
    });
}

void AccessArea::Heard::on_broadcast_over(std::uint64_t handle, SimTime /*at*/) {
    area.with_medium(channel, [&](auto& m) {
        if (auto const over = m.broadcasts.end_part(handle)) {
            area.records_.push_back(record_of(*over, channel));
        }
    });
}

bool AccessArea::believes_clock(std::size_t member, Message const& broadcast) {
    clock_heard_.resize(outage_.size());
    return meter::believe_clock(clock_heard_[member], broadcast,
                                meter::shown_time(meters_, meter_of(member), now_));
}

void AccessArea::on_request(std::size_t member, Message&& request, Channel channel) {
    if (on_discovery_request(member, request, channel)) {
        return;
    }
    note_asked(member, request, channel);
    asked_over_[member] = channel;
    if (request.kind == MessageKind::firmware_block || request.kind == MessageKind::read_gaps) {
        on_firmware_request(member, request, channel);
        return;
    }
    auto response =
        meter::respond(meters_, scenario_.meter, request, channel, now_, meter_numbers_);
    for (auto& [at, order] : orders_of(response)) {
        outbox_.push_back(
            {at, engine::FederateId::grid, static_cast<std::uint32_t>(id_), std::move(order)});
    }
    if (response.refused) {
        events_.push_back(*response.refused);
    }
    if (!response.message) {
        ++unanswered_;
        return;
    }
    reply(member, std::move(*response.message), channel, response.ready);
}

void AccessArea::reply(std::size_t member, Message&& message, Channel channel, SimTime ready) {
    Local reply;
    reply.kind = LocalKind::reply;
    reply.member = static_cast<std::uint32_t>(member);
    reply.channel = channel;
    reply.message = std::move(message);
    local_.push(std::max(now_, ready), std::move(reply));
}

void AccessArea::walk_in_flight(std::vector<MessageRecord>& out) const {
    auto const walk = [&](Slots<InTransit> const& items, Channel channel) {
        items.for_each([&](InTransit const& item) {
            out.push_back(in_flight_record(item.message, item.sent, channel));
        });
    };
    auto const walk_broadcasts = [&](AreaBroadcasts const& items, Channel channel) {
        items.for_each(
            [&](AreaBroadcasts::OnAir const& item) { out.push_back(record_of(item, channel)); });
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

} // namespace gridtwin::twin
