// How a concentrator comes to its meters, and how it loses them.
#include "models/concentrator/concentrator.hpp"
#include "models/wire/found_block.hpp"

#include <algorithm>

namespace gridtwin::concentrator {

void Concentrator::start_members(bool commissioned) {
    for (Channel const channel : {Channel::plc, Channel::rf}) {
        if (!ways_.any_has(channel)) {
            continue;
        }
        Discovery discovery(spec_.discovery, meters_.size(), commissioned);
        for (std::size_t m = 0; m < meters_.size(); ++m) {
            bool const own = own_.empty() || own_[m] != 0;
            if (commissioned && !(own && ways_.reaches(m, channel))) {
                discovery.let_go(m);
            }
        }
        discoveries_.push_back({channel, std::move(discovery)});
    }
    for (std::size_t m = 0; m < meters_.size(); ++m) {
        if (commissioned && (own_.empty() || own_[m] != 0)) {
            continue;
        }
        for (auto const& [channel, discovery] : discoveries_) {
            ways_.set_registered(m, channel, false);
        }
    }
}

std::size_t Concentrator::discovery_index(Channel channel) const {
    auto const found =
        std::find_if(discoveries_.begin(), discoveries_.end(),
                     [channel](ChannelDiscovery const& d) { return d.channel == channel; });
    return static_cast<std::size_t>(found - discoveries_.begin());
}

Discovery* Concentrator::discovery_on(Channel channel) {
    auto const at = discovery_index(channel);
    return at < discoveries_.size() ? &discoveries_[at].discovery : nullptr;
}

Discovery const* Concentrator::discovery(Channel channel) const {
    auto const at = discovery_index(channel);
    return at < discoveries_.size() ? &discoveries_[at].discovery : nullptr;
}

DiscoveryCounts Concentrator::discovery_counts() const {
    DiscoveryCounts sum;
    for (auto const& [channel, discovery] : discoveries_) {
        sum += discovery.counts();
    }
    return sum;
}

std::uint32_t Concentrator::asked_from(std::size_t meter_index) const {
    if (asked_from_.empty()) {
        return 1;
    }
    auto const found = asked_from_.find(static_cast<std::uint32_t>(meter_index));
    return found == asked_from_.end() ? 1 : found->second.first;
}

/// A round or a sweep is under way, and there is room for what it brings.
bool Concentrator::has_data_to_fetch() const {
    return (in_round_ || clock_.active() || collections_.active()) && !full();
}

/// Nothing else being under way.
SimTime Concentrator::next_discovery() const {
    SimTime next = kNever;
    if (outstanding_ || !jobs_.empty()) {
        return next;
    }
    bool const waits = has_data_to_fetch();
    for (auto const& [channel, discovery] : discoveries_) {
        if (!waits || discovery.listening()) {
            next = std::min(next, discovery.next_event());
        }
    }
    return next;
}

/// Whoever answers a call is not to be drowned by polls.
bool Concentrator::listening(SimTime now) {
    bool open = false;
    for (auto& [channel, discovery] : discoveries_) {
        discovery.close_window(now);
        open = open || discovery.listening();
    }
    return open;
}

/// There is somebody to be called, asked or registered yet.
bool Concentrator::searching() const {
    return std::any_of(discoveries_.begin(), discoveries_.end(), [](ChannelDiscovery const& d) {
        return d.discovery.listening() || !d.discovery.idle();
    });
}

void Concentrator::discover(SimTime now, MeterLink& link) {
    for (auto& [channel, discovery] : discoveries_) {
        if (outstanding_) {
            return;
        }
        auto const step = discovery.next(now);
        using Kind = Discovery::Step::Kind;
        if (step.kind == Kind::none) {
            continue;
        }
        Message message;
        if (step.kind == Kind::call) {
            message.kind = MessageKind::call;
            message.id = numbers_.next();
            message.concentrator = id_;
            message.created = now;
            message.octets = wire::encoded_octets(message, channel, spec_.sizes);
            link.call(std::move(message), channel);
            continue;
        }
        message.kind = MessageKind::ask_to_call;
        if (step.kind == Kind::enroll) {
            message.kind = MessageKind::enroll;
            message.value = step.cost_milli;
        }
        send_request(std::move(message),
                     {.task = Task::discovery, .meter_index = step.meter, .channel = channel}, now,
                     link);
    }
}

// --- what meters say -----------------------------------------------------------------------------

void Concentrator::on_discovery_message(Message const& message, std::size_t meter_index,
                                        Channel over, SimTime now, MeterLink& link,
                                        Uplink& uplink) {
    if (message.kind == MessageKind::hello) {
        auto const cost = std::clamp<std::int64_t>(message.value, 0, wire::kMostCostMilli);
        discovery_on(over)->on_hello({meter_index, static_cast<std::uint32_t>(cost)}, now);
        return;
    }
    bool const asked = outstanding_ && outstanding_->task == Task::discovery &&
                       outstanding_->command == message.command &&
                       outstanding_->meter_index == meter_index;
    Channel const channel = asked ? outstanding_->channel : over;
    if (asked) {
        outstanding_.reset();
    }
    if (message.kind == MessageKind::found) {
        on_found(message, meter_index, channel, asked, now);
    } else if (asked) {
        on_enrolled(message, meter_index, channel, now, link, uplink);
    } else if (message.value > 0) {
        greet(meter_index, channel); // too late: it takes itself for a member, and is none
    }
}

void Concentrator::on_found(Message const& message, std::size_t meter_index, Channel channel,
                            bool asked, SimTime now) {
    auto const decoded = wire::decode_found(message.payload);
    counts_.bad_answers += decoded.ok() ? 0U : 1U;
    std::vector<Discovery::Heard> found;
    for (auto const& one : decoded.blocks) {
        auto const who = find_meter(one.meter);
        if (!who || !ways_.reaches(*who, channel)) {
            ++counts_.bad_answers;
            continue;
        }
        auto const cost =
            std::clamp<std::int64_t>(message.value + one.cost_milli, 0, wire::kMostCostMilli);
        bool const known = message.value <= wire::kMostCostMilli; // what the caller's way costs
        found.push_back({*who, known ? static_cast<std::uint32_t>(cost) : wire::kUnknownCostMilli});
    }
    auto& discovery = *discovery_on(channel);
    if (asked) {
        discovery.on_called(meter_index, found, now);
        return;
    }
    for (auto const& one : found) {
        discovery.on_hello(one, kNever);
    }
}

void Concentrator::on_enrolled(Message const& message, std::size_t meter_index, Channel channel,
                               SimTime now, MeterLink& link, Uplink& uplink) {
    auto& discovery = *discovery_on(channel);
    if (message.value <= 0) {
        discovery.on_refused(meter_index, now);
        if (!discovery.registered(meter_index)) {
            link.drop_member(meters_[meter_index], channel);
        }
        return;
    }
    bool const anew = discovery.registered(meter_index);
    bool const member = ways_.member(meter_index);
    discovery.on_enrolled(meter_index, now);
    ways_.set_registered(meter_index, channel, true);
    registration_[meter_index] = static_cast<std::uint32_t>(message.value);
    if (!member) {
        note_member(meter_index, true, now);
        asked_from_[static_cast<std::uint32_t>(meter_index)] = {
            .first = static_cast<std::uint32_t>(now.time_since_epoch() / spec_.interval) + 1};
    }
    if (!member || anew) { // a second channel is no news to the head-end
        tell_registration(meter_index, true, now, uplink);
    }
}

/// A meter that is not known there has been heard.
void Concentrator::greet(std::size_t meter_index, Channel over) {
    if (!ways_.registered(meter_index, over)) {
        discovery_on(over)->on_hello({.meter = meter_index}, kNever);
    }
}

// --- how meters leave ----------------------------------------------------------------------------

void Concentrator::leave(std::size_t meter_index, Channel channel, MeterLink& link) {
    ways_.set_registered(meter_index, channel, false);
    link.drop_member(meters_[meter_index], channel);
}

void Concentrator::give_up(std::size_t meter_index, Channel channel, SimTime now, MeterLink& link,
                           Uplink& uplink) {
    leave(meter_index, channel, link);
    if (!ways_.member(meter_index)) {
        forget(meter_index, now);
        tell_registration(meter_index, false, now, uplink);
    }
}

void Concentrator::on_assign(Message const& message, SimTime now, MeterLink& link, Uplink& uplink) {
    auto const meter_index = find_meter(message.meter);
    if (!meter_index || !ways_.member(*meter_index)) {
        return;
    }
    if (message.count == 0) {
        if (message.value > registration_[*meter_index]) { // else it has come back since
            let_go(*meter_index, now, link, uplink);
        }
        return;
    }
    auto const waits = asked_from_.find(static_cast<std::uint32_t>(*meter_index));
    if (waits == asked_from_.end() || waits->second.said) {
        return; // doubled
    }
    if (message.count <= held_[*meter_index].next_wanted()) {
        asked_from_.erase(waits);
    } else {
        waits->second = {.first = message.count, .said = true};
    }
}

/// What is stored of it is handed up at once; what it is being asked for is its new concentrator's
/// business.
void Concentrator::let_go(std::size_t meter_index, SimTime now, MeterLink& link, Uplink& uplink) {
    for (auto& [channel, discovery] : discoveries_) {
        if (ways_.registered(meter_index, channel)) {
            discovery.let_go(meter_index);
            leave(meter_index, channel, link);
        }
    }
    if (outstanding_ && outstanding_->meter_index == meter_index &&
        !(outstanding_->task == Task::discovery &&
          discovery_on(outstanding_->channel)->waiting())) {
        outstanding_.reset();
    }
    forget(meter_index, now);
    ++counts_.let_go;
    upload(now, uplink);
}

void Concentrator::forget(std::size_t meter_index, SimTime now) {
    note_member(meter_index, false, now);
    asked_from_.erase(static_cast<std::uint32_t>(meter_index));
    std::erase_if(jobs_, [&](Job const& job) {
        if (job.meter_index != meter_index) {
            return false;
        }
        keep_fetched(job);
        ++counts_.commands_given_up;
        return true;
    });
}

void Concentrator::tell_registration(std::size_t meter_index, bool in, SimTime now,
                                     Uplink& uplink) {
    Message word;
    word.kind = MessageKind::registered;
    word.meter = meters_[meter_index];
    word.created = now;
    word.occurred = now;
    word.value = in ? 1 : 0;
    word.count = registration_[meter_index];
    forward(std::move(word), now, uplink);
}

} // namespace gridtwin::concentrator
