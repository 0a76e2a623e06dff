#include "tests/models/plc/reference_simulator.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace gridtwin::plc::testing {

using std::chrono::seconds;

ReferenceSimulator::ReferenceSimulator(ModemSpec modem, ChannelSpec const& channel_spec,
                                       MacSpec const& mac, Channel channel, Seed seed,
                                       ConcentratorId id, std::uint16_t roots)
    : modem_(std::move(modem)), mac_(mac), channel_(std::move(channel)),
      modes_(modem_, channel_spec), impulse_factor_(channel_spec.impulse_quiet_share), seed_(seed),
      key_(EntityKind::medium, index(id)), turnaround_(duration_from_s(modem_.turnaround_s)),
      slot_(duration_from_s(mac.backoff_slot_s)), detect_(duration_from_s(mac.detect_s)),
      guard_(duration_from_s(mac.ack_guard_s)), nodes_(channel_.size()),
      noise_dbuv_(channel_.size(), static_cast<float>(channel_spec.noise_floor_dbuv +
                                                      band_db(modem_, channel_spec))),
      roots_(roots), root_of_(channel_.size(), 0) {
    for (std::uint16_t root = 0; root < roots; ++root) {
        root_of_[root] = root;
    }
    update_routes();
    routes_due_ = true;
}

Books ReferenceSimulator::books() const {
    Books books = books_;
    books.airtime_s = to_s(airtime_);
    return books;
}

// --- the agenda ---

ReferenceSimulator::When ReferenceSimulator::plan(SimTime at, Action action) {
    When const when{at, ++planned_};
    agenda_.emplace(when, std::move(action));
    return when;
}

void ReferenceSimulator::run_until(SimTime end, Sink& sink) {
    while (!agenda_.empty() && agenda_.begin()->first.first < end) {
        auto const next = agenda_.extract(agenda_.begin());
        now_ = next.key().first;
        next.mapped()(sink);
        tell_what_is_over(sink);
    }
}

void ReferenceSimulator::cancel_attempt(std::uint16_t m) {
    agenda_.erase(nodes_[m].attempt);
    nodes_[m].attempt = {kNever, 0};
}

void ReferenceSimulator::plan_attempt(std::uint16_t m, SimTime at) {
    cancel_attempt(m);
    nodes_[m].sending = false;
    nodes_[m].attempt = plan(at, [this, m](Sink& sink) { attempt(m, sink); });
}

// --- queues ---

void ReferenceSimulator::send(Datagram const& datagram, SimTime at) {
    ++books_.datagrams.sent;
    plan(at, [this, datagram](Sink& sink) { submit(datagram, sink); });
}

void ReferenceSimulator::submit(Datagram const& datagram, Sink& sink) {
    auto const item = std::make_shared<Item>();
    item->datagram = datagram;
    if (datagram.to == medium::kEverybody) {
        under_way_.insert(datagram.handle);
    }
    if (!nodes_[datagram.from].powered) {
        lose(*item, LossReason::no_power, sink);
        return;
    }
    if (datagram.to == medium::kEverybody) {
        nodes_[datagram.from].knows.insert(datagram.handle);
        item->tree = root_of_[datagram.from];
    }
    enqueue(datagram.from, item, sink);
}

void ReferenceSimulator::enqueue(std::uint16_t m, ItemPtr const& item, Sink& sink) {
    Node& node = nodes_[m];
    ItemPtr left_over; // of a full queue: the last in line, or whoever comes
    if (node.queue.size() == mac_.queue_limit) {
        ItemPtr const& last = node.queue.back();
        bool const gives_way = !last->begun && last->datagram.priority < item->datagram.priority;
        left_over = gives_way ? last : item;
        if (gives_way) {
            node.queue.pop_back();
        }
    }
    if (left_over != item) {
        take_in(m, item);
    }
    if (left_over && !left_over->repeats) {
        lose(*left_over, LossReason::queue_full, sink);
    }
}

void ReferenceSimulator::take_in(std::uint16_t m, ItemPtr const& item) {
    Node& node = nodes_[m];
    item->frames = 1;
    while (item->frames * segment_octets(modem_) < item->datagram.octets) {
        ++item->frames;
    }
    // the first that has not begun and is less urgent is overtaken
    auto const place =
        std::find_if(node.queue.begin(), node.queue.end(), [&](ItemPtr const& other) {
            return !other->begun && other->datagram.priority < item->datagram.priority;
        });
    bool const first = place == node.queue.begin();
    node.queue.insert(place, item);
    if (first && !node.sending) {
        begin_next(m, now_);
    }
}

void ReferenceSimulator::begin_next(std::uint16_t m, SimTime earliest) {
    Node& node = nodes_[m];
    node.sending = false;
    if (node.queue.empty()) {
        return;
    }
    node.exponent = mac_.min_backoff_exponent;
    SimTime at = std::max(earliest, node.own_end + turnaround_);
    auto const& first = *node.queue.front();
    if ((first.datagram.contend || first.repeats) && mac_.carrier_sense) {
        at += slot_ + backoff(m);
    }
    plan_attempt(m, at);
}

void ReferenceSimulator::lose(Item const& item, LossReason reason, Sink& sink) {
    ++books_.datagrams.lost[static_cast<std::size_t>(reason)];
    sink.on_lost(item.datagram, reason, now_, static_cast<std::uint8_t>(item.worst_tries),
                 item.hops());
}

// --- medium access ---

SimDuration ReferenceSimulator::backoff(std::uint16_t m) {
    double const u = draw01(seed_, key_, Purpose::backoff, backoffs_++);
    auto const slots = static_cast<std::int64_t>(std::floor(u * std::pow(2.0, nodes_[m].exponent)));
    return slots * slot_;
}

double ReferenceSimulator::level_dbuv(std::uint16_t from, std::uint16_t to) const {
    return modem_.tx_level_dbuv - channel_.attenuation_db(from, to);
}

bool ReferenceSimulator::hears(std::uint16_t who, Frame const& frame) const {
    return who != frame.from && level_dbuv(frame.from, who) >= hearing_dbuv(modem_);
}

void ReferenceSimulator::attempt(std::uint16_t m, Sink& sink) {
    Node& node = nodes_[m];
    node.attempt = {kNever, 0};
    ItemPtr const item = node.queue.front();
    if (item->path.empty() && !choose_path(*item)) {
        node.queue.erase(node.queue.begin());
        begin_next(m, now_);
        lose(*item, LossReason::no_route, sink);
        return;
    }
    if (std::uint32_t const by_cs = item->datagram.arrive_by_cs; by_cs != 0) {
        SimTime const end = now_ + frame_time(modem_, item->datagram.octets,
                                              mode_towards(m, medium::kEverybody, false));
        if (end > kStart + by_cs * std::chrono::milliseconds(10)) {
            node.queue.erase(node.queue.begin());
            begin_next(m, now_);
            if (!item->repeats) {
                lose(*item, LossReason::expired, sink);
            }
            return;
        }
    }
    bool const burst = item->goes_on && node.own_end + turnaround_ <= now_;
    if (burst || !wait_for_medium(m)) {
        transmit(m);
    }
}

bool ReferenceSimulator::wait_for_medium(std::uint16_t m) {
    Node& node = nodes_[m];
    SimTime free_at = node.own_end;
    bool others = false;
    if (mac_.carrier_sense) {
        for (auto const& frame : node.heard) {
            if (hears(m, *frame) && frame->start + detect_ <= now_ &&
                frame->holds_until > free_at) {
                free_at = frame->holds_until;
                others = true;
            }
        }
    }
    auto const& first = *node.queue.front();
    bool const contends = (first.datagram.contend || first.repeats) && mac_.carrier_sense;
    SimTime const clear = free_at + turnaround_ + (contends ? slot_ : SimDuration{0});
    if (now_ >= clear) {
        return false;
    }
    ++books_.deferrals;
    if (others || contends) {
        SimTime const at = free_at + turnaround_ + slot_ + backoff(m);
        node.exponent = std::min(node.exponent + 1, mac_.max_backoff_exponent);
        plan_attempt(m, at);
    } else {
        plan_attempt(m, clear);
    }
    return true;
}

void ReferenceSimulator::transmit(std::uint16_t m) {
    Item& item = *nodes_[m].queue.front();
    item.begun = true;
    item.goes_on = false;
    ++item.tries;
    item.worst_tries = std::max(item.worst_tries, item.tries);
    std::uint32_t const left = item.datagram.octets - item.frame * segment_octets(modem_);
    std::uint32_t const payload = std::min(left, segment_octets(modem_));
    auto const frame = std::make_shared<Frame>();
    frame->from = m;
    frame->to = item.path[item.hop + 1];
    frame->start = now_;
    frame->mode = mode_towards(m, frame->to, item.datagram.joining);
    frame->end = now_ + frame_time(modem_, payload, frame->mode);
    frame->holds_until = mac_.acknowledge && frame->to != medium::kEverybody
                             ? frame->end + turnaround_ + ack_time(modem_, frame->mode)
                             : frame->end;
    frame->bits = 8 * (modem_.overhead_octets + payload);
    frame->item = nodes_[m].queue.front();
    nodes_[m].sending = true;
    plan_frame(frame);
    start_frame(frame);
}

// --- the line ---

void ReferenceSimulator::plan_frame(FramePtr const& frame) {
    frame->number = ++frames_planned_;
    if (frame->to == medium::kEverybody) {
        frame->met_at.resize(nodes_.size());
        for (auto const& node : nodes_) {
            frame->blinked.push_back(node.powered ? 0 : 1);
        }
    } else {
        frame->no_power = !nodes_[frame->to].powered;
    }
    ++books_.frames.sent;
    airtime_ += frame->end - frame->start;
    nodes_[frame->from].own_end = std::max(nodes_[frame->from].own_end, frame->end);
    unsettled_.push_back(frame);
    plan(frame->end, [this, frame](Sink& sink) { end_frame(frame, sink); });
}

void ReferenceSimulator::start_frame(FramePtr const& frame) {
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
        auto const m = static_cast<std::uint16_t>(k);
        for (auto const& other : nodes_[m].heard) {
            if (other->end <= now_) {
                continue;
            }
            if (other->to == m) {
                other->met.push_back(frame);
            } else if (other->to == medium::kEverybody) {
                other->met_at[m].push_back(frame);
            }
            if (frame->to == m) {
                frame->met.push_back(other);
            } else if (frame->to == medium::kEverybody) {
                frame->met_at[m].push_back(other);
            }
        }
        nodes_[m].heard.push_back(frame);
    }
}

void ReferenceSimulator::end_broadcast(FramePtr const& frame, Sink& sink) {
    std::erase(unsettled_, frame);
    ItemPtr const item = frame->item;
    if (!item) {
        ++books_.frames.lost[static_cast<std::size_t>(LossReason::no_power)];
        return;
    }
    ++books_.frames.delivered;
    std::vector<std::uint16_t> reached;
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
        auto const m = static_cast<std::uint16_t>(k);
        if (m == frame->from ||
            level_dbuv(frame->from, m) < modem_.modes[frame->mode].sensitivity_dbuv) {
            continue;
        }
        LossReason fate = LossReason::no_power;
        if (frame->blinked[k] != 0) {
            ++judged_;
        } else {
            fate = judge_at(*frame, m, frame->met_at[k]);
        }
        ++books_.receptions.sent;
        books_.receptions.settle(fate);
        if (fate == LossReason::none && nodes_[k].knows.insert(item->datagram.handle).second) {
            reached.push_back(m);
        }
    }
    frame->met_at.clear();
    Node& sender = nodes_[frame->from];
    sender.queue.erase(sender.queue.begin());
    begin_next(frame->from, now_ + turnaround_ + slot_);
    if (!item->repeats) {
        ++books_.datagrams.delivered;
        sink.on_delivered(item->datagram, now_, static_cast<std::uint8_t>(item->worst_tries), 1);
    }
    for (auto const m : reached) {
        if (item->datagram.spread && spreads(*item, m)) {
            ++books_.repeated;
            auto const again = std::make_shared<Item>();
            again->datagram = item->datagram;
            again->path = {m, medium::kEverybody};
            again->repeats = true;
            again->tree = item->tree;
            enqueue(m, again, sink);
        }
        sink.on_broadcast(item->datagram, m, now_);
    }
}

// Broadcasts that are in nobody's queue.
void ReferenceSimulator::tell_what_is_over(Sink& sink) {
    std::erase_if(under_way_, [&](std::uint64_t handle) {
        for (auto const& node : nodes_) {
            for (auto const& item : node.queue) {
                if (item->datagram.handle == handle) {
                    return false;
                }
            }
        }
        sink.on_broadcast_over(handle, now_);
        return true;
    });
}

void ReferenceSimulator::end_frame(FramePtr const& frame, Sink& sink) {
    if (frame->to == medium::kEverybody) {
        end_broadcast(frame, sink);
        return;
    }
    LossReason const fate = judge(*frame);
    std::erase(unsettled_, frame);
    if (fate == LossReason::none) {
        ++books_.frames.delivered;
    } else {
        ++books_.frames.lost[static_cast<std::size_t>(fate)];
    }
    frame->met.clear();
    for (auto& node : nodes_) { // what is long gone holds nobody up
        std::erase_if(node.heard, [&](FramePtr const& old) {
            return old->holds_until + turnaround_ + slot_ + seconds(1) < now_;
        });
    }
    if (!frame->item) {
        return; // nobody waits for it: the data's sender lost power
    }
    std::uint16_t const data_sender = frame->is_ack ? frame->to : frame->from;
    if (frame->is_ack && fate == LossReason::none) {
        acknowledged(data_sender);
    } else if (frame->is_ack) {
        failed(data_sender, fate, now_ + guard_, sink);
    } else if (fate == LossReason::none) {
        data_arrived(frame, sink);
    } else {
        failed(data_sender, fate, now_ + turnaround_ + ack_time(modem_, frame->mode) + guard_,
               sink);
    }
}

LossReason ReferenceSimulator::judge(Frame const& frame) {
    if (frame.no_power) {
        ++judged_;
        return LossReason::no_power;
    }
    return judge_at(frame, frame.to, frame.met);
}

LossReason ReferenceSimulator::judge_at(Frame const& frame, std::uint16_t at,
                                        std::vector<FramePtr> met) {
    std::uint64_t const judged = judged_++;
    std::erase_if(met, [&](FramePtr const& other) { // broken off before the two had time in common
        return std::max(other->start, frame.start) >= std::min(other->end, frame.end);
    });
    std::sort(met.begin(), met.end(),
              [](FramePtr const& a, FramePtr const& b) { return a->number < b->number; });
    double disturbance_uv2 = 0.0;
    for (auto const& other : met) {
        if (other->from == at) {
            return LossReason::collision;
        }
        if (hears(at, *other)) {
            disturbance_uv2 += std::pow(10.0, level_dbuv(other->from, at) / 10.0);
        }
    }
    if (level_dbuv(frame.from, at) < modem_.modes[frame.mode].sensitivity_dbuv) {
        return LossReason::noise;
    }
    double const level = level_dbuv(frame.from, at);
    if (disturbance_uv2 > 0.0 && level < 10.0 * std::log10(disturbance_uv2) + modem_.capture_db) {
        return LossReason::collision;
    }
    double const snr = snr_db(modem_, frame.mode, channel_.attenuation_db(frame.from, at),
                              static_cast<double>(noise_dbuv_[at]));
    double const u = draw01(seed_, key_, Purpose::frame_error, judged);
    double const right =
        modes_[frame.mode].errors.success(snr, static_cast<double>(frame.bits), impulse_factor_);
    return u < right ? LossReason::none : LossReason::noise;
}

// --- what follows from a frame ---

void ReferenceSimulator::data_arrived(FramePtr const& frame, Sink& sink) {
    Item& item = *frame->item;
    bool const again = item.frame_arrived;
    books_.duplicates += again ? 1 : 0;
    item.frame_arrived = true;
    bool const complete = !again && item.frame + 1 == item.frames;
    item.all_arrived = item.all_arrived || complete;
    Item const arrived = item;
    if (!mac_.acknowledge) {
        acknowledged(frame->from);
    } else if (nodes_[frame->to].own_end > now_) {
        failed(frame->from, LossReason::collision,
               now_ + turnaround_ + ack_time(modem_, frame->mode) + guard_, sink);
    } else {
        auto const ack = std::make_shared<Frame>();
        ack->from = frame->to;
        ack->to = frame->from;
        ack->start = now_ + turnaround_;
        ack->mode = frame->mode;
        ack->end = ack->start + ack_time(modem_, ack->mode);
        ack->holds_until = ack->end;
        ack->bits = 8 * modem_.ack_octets;
        ack->is_ack = true;
        ack->item = frame->item;
        plan_frame(ack);
        plan(ack->start, [this, ack](Sink&) {
            if (ack->end > ack->start) { // its sender still has power
                start_frame(ack);
            }
        });
    }
    if (!complete) {
        return;
    }
    if (arrived.hop + 2 == arrived.path.size()) {
        ++books_.datagrams.delivered;
        sink.on_delivered(arrived.datagram, now_, static_cast<std::uint8_t>(arrived.worst_tries),
                          arrived.hops());
        return;
    }
    ++books_.repeated;
    auto const next = std::make_shared<Item>();
    next->datagram = arrived.datagram;
    next->path = arrived.path;
    next->hop = arrived.hop + 1;
    next->worst_tries = arrived.worst_tries;
    enqueue(next->path[next->hop], next, sink);
}

void ReferenceSimulator::acknowledged(std::uint16_t m) {
    Node& node = nodes_[m];
    Item& item = *node.queue.front();
    learn(m, true);
    if (item.frame + 1 == item.frames) {
        node.queue.erase(node.queue.begin());
        begin_next(m, now_ + turnaround_ + slot_);
        return;
    }
    ++item.frame;
    item.tries = 0;
    item.frame_arrived = false;
    item.goes_on = true;
    plan_attempt(m, now_ + turnaround_);
}

void ReferenceSimulator::failed(std::uint16_t m, LossReason reason, SimTime timeout, Sink& sink) {
    Node& node = nodes_[m];
    ItemPtr const item = node.queue.front();
    learn(m, false);
    if (mac_.acknowledge && item->tries <= mac_.hop_retries) {
        SimTime const at = timeout + backoff(m);
        node.exponent = std::min(node.exponent + 1, mac_.max_backoff_exponent);
        plan_attempt(m, at);
        return;
    }
    node.queue.erase(node.queue.begin());
    begin_next(m, mac_.acknowledge ? timeout : now_);
    if (!item->all_arrived) {
        lose(*item, reason, sink);
    }
}

} // namespace gridtwin::plc::testing
