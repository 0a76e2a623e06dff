// Calls over the media of an area, who answers them, and to whom its meters belong.
#include "models/wire/sizes.hpp"
#include "sim/twin/access_area.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::twin {

/// As built, or nobody's.
void AccessArea::make_registrations() {
    discovery_.registrations = meter::make_registrations(row_.meters.size());
    for (std::size_t member = posts_.size(); member < owner_.size(); ++member) {
        discovery_.registrations.primary[member - posts_.size()] = way_of(member).primary;
    }
    if (scenario_.access.start == scenario::AccessStart::discover) {
        return;
    }
    discovery_.registered = row_.meters.size();
    for (std::size_t member = posts_.size(); member < owner_.size(); ++member) {
        for (Channel const channel : {Channel::plc, Channel::rf}) {
            if (way_of(member).has(channel)) {
                meter::commission(discovery_.registrations, member - posts_.size(), channel,
                                  posts_[owner_[member]].concentrator.id(), kStart);
            }
        }
    }
}

// --- a concentrator's ports ----------------------------------------------------------------------

void AccessArea::ToMeters::call(Message&& message, Channel channel) {
    message.octets =
        wire::encoded_octets(message, channel, area.scenario_.access.concentrator.sizes);
    area.wire_.seal(message, channel);
    area.with_medium(channel, [&](auto& m) {
        m.broadcast(static_cast<std::uint16_t>(place), std::move(message), area.now_, false);
    });
}

void AccessArea::ToMeters::drop_member(MeterId meter, Channel channel) {
    auto const member = area.member_of(meter);
    area.with_medium(channel, [&](auto& m) {
        std::uint16_t const station = m.station[member];
        if (m.medium.root(station) != place) {
            return; // it has moved on, or never came
        }
        // A registration of which the concentrator did not hear leaves the meter where it was.
        std::size_t before = area.posts_.size();
        for (std::size_t p = area.posts_.size(); p-- > 0;) {
            bool const has = p != place && area.posts_[p].concentrator.ways().registered(
                                               member - area.posts_.size(), channel);
            bool const own = before != area.posts_.size() && before == area.owner_[member];
            before = has && !own ? p : before;
        }
        m.medium.set_root(station, before < area.posts_.size() ? static_cast<std::uint16_t>(before)
                                                               : medium::kNoNode);
    });
}

// --- meters --------------------------------------------------------------------------------------

void AccessArea::hear_call(std::size_t member, Message const& call, Channel channel) {
    MeterId const meter = meter_of(member);
    if (meters_.energised[index(meter)] == 0) {
        return; // on its reserve it has other things to say
    }
    ++discovery_.calls_heard;
    auto const caller =
        call.meter == kNone<MeterId> ? place_of(call.concentrator) : member_of(call.meter);
    with_medium(channel, [&](auto& m) {
        double const etx = m.medium.link_etx(m.station[caller], m.station[member]);
        if (!std::isfinite(etx)) {
            return; // heard by chance: no link
        }
        auto const cost_milli = wire::to_cost_milli(etx);
        if (!meter::answers(discovery_.registrations, scenario_.access.registration,
                            member - posts_.size(), call, channel, cost_milli, now_)) {
            return;
        }
        ++discovery_.hellos;
        SimTime const at = now_ + meter::hello_delay(scenario_.access.concentrator.discovery.window,
                                                     meter, call, scenario_.seed);
        auto hello = meter::make_hello(call, meter, cost_milli, channel, at, meter_numbers_);
        wire_.seal(hello, channel);
        m.send(member, caller, std::move(hello), true, at, true);
    });
}

/// It has been asked by its concentrator, and knows by now what the way there costs.
void AccessArea::note_asked(std::size_t member, Message const& request, Channel channel) {
    std::size_t const row = member - posts_.size();
    auto& table = discovery_.registrations;
    meter::on_asked(table, row, request.concentrator, channel, now_);
    if (table.concentrator[row] != request.concentrator) {
        return;
    }
    with_medium(channel, [&](auto& m) {
        std::uint16_t const station = m.station[member];
        auto const& route = m.medium.routes()[station];
        bool const there = m.medium.root(station) == place_of(request.concentrator);
        if (there && route.parent != medium::kNoNode) { // else that is the way to another
            meter::set_cost(table, row, channel, wire::to_cost_milli(route.etx));
        }
    });
}

bool AccessArea::on_discovery_request(std::size_t member, Message const& request, Channel channel) {
    if (request.kind == MessageKind::hello) {
        auto const calling = discovery_.calling.find({member, channel});
        if (calling == discovery_.calling.end()) {
            ++discovery_.hellos_late;
            return true;
        }
        calling->second.found.push_back({request.meter, static_cast<std::uint32_t>(request.value)});
        return true;
    }
    bool const enroll = request.kind == MessageKind::enroll;
    if (!enroll && request.kind != MessageKind::ask_to_call) {
        return false;
    }
    if (meters_.energised[index(meter_of(member))] == 0) {
        ++unanswered_;
        return true;
    }
    asked_over_[member] = channel;
    if (!enroll) {
        note_asked(member, request, channel);
        make_call(member, request, channel);
        return true;
    }
    auto answer = meter::enroll(discovery_.registrations, scenario_.access.registration,
                                member - posts_.size(), request, channel, now_, meter_numbers_);
    if (answer.value > 0 && owner_[member] == kNoOwner) {
        ++discovery_.registered;
        discovery_.last_found = now_;
    }
    if (answer.value > 0) { // up to here it stayed where its former one reaches it
        auto const place = static_cast<std::uint16_t>(place_of(request.concentrator));
        owner_[member] = place;
        with_medium(channel, [&](auto& m) { m.medium.set_root(m.station[member], place); });
    }
    reply(member, std::move(answer), channel, now_);
    return true;
}

void AccessArea::make_call(std::size_t member, Message const& request, Channel channel) {
    auto call = meter::make_call(discovery_.registrations, member - posts_.size(), request, channel,
                                 now_, meter_numbers_);
    discovery_.calling[{member, channel}] = {.request = request, .call = call, .found = {}};
    wire_.seal(call, channel);
    with_medium(channel,
                [&](auto& m) { m.broadcast(m.station[member], std::move(call), now_, false); });
    Local local;
    local.kind = LocalKind::tell_found;
    local.member = static_cast<std::uint32_t>(member);
    local.channel = channel;
    local_.push(now_ + scenario_.access.concentrator.discovery.window, std::move(local));
}

void AccessArea::tell_found(std::size_t member, Channel channel) {
    auto const calling = discovery_.calling.find({member, channel});
    if (calling == discovery_.calling.end()) {
        return;
    }
    auto const& [request, call, found] = calling->second;
    if (meters_.energised[index(meter_of(member))] != 0) {
        reply(member, meter::make_found(request, call, found, channel, now_, meter_numbers_),
              channel, now_);
    }
    discovery_.calling.erase(calling);
}

} // namespace gridtwin::twin
