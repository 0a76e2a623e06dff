#include "models/concentrator/collections.hpp"

#include "models/wire/meter_data.hpp"

#include <algorithm>
#include <utility>

namespace gridtwin::concentrator {
namespace {

constexpr SimDuration kSlowClocks = std::chrono::seconds(30); ///< before an interval is asked for

constexpr std::size_t at(Collected kind) {
    return static_cast<std::size_t>(kind);
}

} // namespace

MessageKind answer_kind(Collected kind) {
    constexpr std::array kKinds{MessageKind::registers, MessageKind::events, MessageKind::load};
    return kKinds[at(kind)];
}

MessageKind request_kind(Collected kind) {
    constexpr std::array kKinds{MessageKind::read_registers, MessageKind::read_events,
                                MessageKind::read_load};
    return kKinds[at(kind)];
}

Collections::Collections(CollectionSpec const& spec, std::size_t meters)
    : spec_(spec), meters_(meters) {
    for (std::size_t k = 0; k < kCollected; ++k) {
        due_[k] = slot_from(spec.schedules[k], kStart);
    }
    if (spec.schedules[at(Collected::events)].on()) {
        next_event_.assign(meters, 1);
    }
}

void Collections::expect_load(std::span<SimDuration const> interval) {
    if (spec_.schedules[at(Collected::load)].on()) {
        load_interval_.assign(interval.begin(), interval.end());
        held_load_.resize(meters_);
    }
}

void Collections::begin(SimTime now) {
    for (std::size_t k = 0; k < kCollected; ++k) {
        if (now >= due_[k]) {
            due_[k] = slot_from(spec_.schedules[k], now + SimDuration{1});
            sweeps_[k].begin(meters_, spec_.tries);
        }
    }
    skip_without_load(now);
}

bool Collections::active() const {
    return std::any_of(sweeps_.begin(), sweeps_.end(), [](auto const& s) { return s.active(); });
}

Collected Collections::kind() const {
    auto const first =
        std::find_if(sweeps_.begin(), sweeps_.end(), [](auto const& s) { return s.active(); });
    return static_cast<Collected>(first - sweeps_.begin());
}

IntervalSpan Collections::wanted_load(std::size_t meter, SimTime now) const {
    if (load_interval_.empty() || load_interval_[meter] == SimDuration::zero()) {
        return {.first = 1, .last = 0};
    }
    SimDuration const ended = now - kSlowClocks - kStart;
    auto const due =
        static_cast<std::uint32_t>(std::max(ended, SimDuration{}) / load_interval_[meter]);
    return held_load_[meter].first_missing(due, spec_.rows_per_request);
}

void Collections::skip_without_load(SimTime now) {
    auto& load = sweeps_[at(Collected::load)];
    while (load.active()) {
        auto const wanted = wanted_load(load.meter(), now);
        if (wanted.first <= wanted.last) {
            return;
        }
        load.done();
    }
}

Message Collections::request(SimTime now) const {
    Collected const what = kind();
    Message request;
    request.kind = request_kind(what);
    if (what == Collected::events) {
        request.value = next_event_[meter()];
        request.count = spec_.events_per_request;
    } else if (what == Collected::load) {
        auto const wanted = wanted_load(meter(), now);
        request.value = wanted.first;
        request.count = wanted.last - wanted.first + 1;
    }
    return request;
}

void Collections::keep(Collected kind, Message const& answer) {
    auto& waiting = waiting_[at(kind)];
    waiting.payload.insert(waiting.payload.end(), answer.payload.begin(), answer.payload.end());
    ++waiting.blocks;
}

bool Collections::on_answer(Message const& answer, MeterId asked, SimTime now) {
    ++counts_.answers;
    switch (kind()) {
    case Collected::registers: {
        auto const decoded = wire::decode_registers(answer.payload);
        if (!decoded.ok() || decoded.blocks.size() != 1 || decoded.blocks[0].meter != asked) {
            on_timeout();
            return false;
        }
        keep(Collected::registers, answer);
        sweep().done();
        break;
    }
    case Collected::events:
        if (!on_events(answer, asked)) {
            on_timeout();
            return false;
        }
        break;
    case Collected::load:
        if (!on_load(answer, asked, now)) {
            on_timeout();
            return false;
        }
        break;
    }
    skip_without_load(now);
    return true;
}

bool Collections::on_events(Message const& answer, MeterId asked) {
    auto const decoded = wire::decode_events(answer.payload);
    std::uint32_t& next = next_event_[meter()];
    if (!decoded.ok() || decoded.blocks.size() != 1 || decoded.blocks[0].meter != asked ||
        decoded.blocks[0].first < next) {
        return false;
    }
    auto const& block = decoded.blocks[0];
    counts_.events_gone += block.first - next;
    next = block.first + static_cast<std::uint32_t>(block.events.size());
    if (!block.events.empty()) {
        keep(Collected::events, answer);
    }
    if (block.events.size() < spec_.events_per_request) {
        sweep().done(); // else there may be more
    }
    return true;
}

bool Collections::on_load(Message const& answer, MeterId asked, SimTime now) {
    auto const decoded = wire::decode_load(answer.payload);
    std::size_t const m = meter();
    auto const wanted = wanted_load(m, now);
    if (!decoded.ok() || decoded.blocks.size() != 1 || decoded.blocks[0].meter != asked ||
        decoded.blocks[0].first_interval < wanted.first ||
        decoded.blocks[0].rows.size() > spec_.rows_per_request) {
        return false;
    }
    auto const& block = decoded.blocks[0];
    std::uint32_t const gone = held_load_[m].give_up_before(block.first_interval);
    counts_.rows_gone += gone;
    for (std::size_t i = 0; i < block.rows.size(); ++i) {
        held_load_[m].add(block.first_interval + static_cast<std::uint32_t>(i));
    }
    if (!block.rows.empty()) {
        keep(Collected::load, answer);
    } else if (gone == 0) {
        sweep().done(); // a slow clock: it has nothing yet
    }
    return true;
}

void Collections::on_timeout() {
    if (!sweep().failed()) {
        ++counts_.failed;
    }
}

Collections::Waiting Collections::take(Collected kind) {
    return std::exchange(waiting_[at(kind)], {});
}

std::size_t Collections::waiting_octets() const {
    std::size_t octets = 0;
    for (auto const& waiting : waiting_) {
        octets += waiting.payload.size();
    }
    return octets;
}

} // namespace gridtwin::concentrator
