#pragma once
// Meters and a head-end around one concentrator, on a channel that loses, delays and doubles.
#include "models/concentrator/concentrator.hpp"
#include "models/meter/clock_broadcast.hpp"
#include "models/meter/firmware.hpp"
#include "models/wire/clock_validity.hpp"
#include "models/wire/meter_data.hpp"
#include "sim/core/random.hpp"

#include <map>
#include <set>

namespace gridtwin::concentrator {

struct Line {
    double loss = 0.0;                           ///< of each message, either way
    double doubled = 0.0;                        ///< of each answer
    SimDuration delay = std::chrono::seconds(1); ///< each way, if not late
    double late = 0.0; ///< share of answers that come up to a minute later
    std::uint64_t draws_row = 1;
    double no_route = 0.0; ///< share of requests that the concentrator's modem has no way for
};

/// Polls alone: no schedule beside them.
inline ConcentratorSpec polling(ConcentratorSpec spec = {}) {
    spec.clock.schedule = {};
    spec.discovery.search_every = {};
    spec.uplink.acknowledged = false;
    return spec;
}

inline wire::ProfileRow row_of(MeterId meter, std::uint32_t interval) {
    return {.import_mwh = static_cast<std::int32_t>(1000 * index(meter) + interval),
            .import_mvarh = 5,
            .voltage_dv = 2300};
}

class FakeField final : public MeterLink, public Uplink {
  public:
    FakeField(ConcentratorSpec const& spec, std::uint32_t meters, Line const& line,
              std::vector<MeterWay> const& ways = {}, std::vector<std::uint8_t> const& own = {},
              bool commissioned = true)
        : spec_(spec), line_(line), ways_(ways), who_(EntityKind::world, line.draws_row) {
        for (std::uint32_t i = 0; i < meters; ++i) {
            ids.push_back(static_cast<MeterId>(10 + 3 * i));
        }
        concentrator.emplace(spec, ConcentratorId{4}, ids, ways, MessageNumbers(1000), own,
                             commissioned);
    }

    // What the test looks at.
    std::vector<MeterId> ids;
    std::optional<Concentrator> concentrator;
    SimTime now = kStart;
    std::vector<Message> requests; ///< every one the concentrator sent to a meter
    std::vector<Channel> channels; ///< [request] over which
    std::vector<Message> uplinked; ///< every one it sent up
    std::map<std::pair<MeterId, std::uint32_t>, int> uploaded; ///< rows at the head-end, how often
    std::map<CommandId, int> executed; ///< parameters that reached their meter, how often
    std::uint32_t oldest_held = 1;     ///< of all meters: earlier intervals are overwritten
    std::map<MeterId, bool> silent;
    std::map<MeterId, bool> no_route; ///< to them the concentrator's modem has no way
    std::map<MeterId, std::vector<wire::LoggedEvent>> logs;
    SimDuration load_interval = std::chrono::minutes(5);
    std::map<MeterId, SimDuration> clock_error;      ///< what a meter shows more than the time
    std::map<std::pair<MeterId, Channel>, bool> cut; ///< nothing passes there
    struct Announced {
        SimTime at;
        Channel channel;
        Message message;
        SimTime arrive_by = kNever;
    };
    std::vector<Announced> broadcasts;
    std::map<MeterId, meter::FirmwareState> firmware;
    std::map<MeterId, meter::ClockHearing> clock_heard;
    SimDuration late_to_all{};    ///< of a time told to everybody
    SimDuration wait_to_all{};    ///< until a firmware's block to everybody has been sent
    double loss_to_all = 0.0;     ///< of a firmware's block to everybody, at each meter
    std::vector<Announced> calls; ///< that nobody answers
    std::vector<std::pair<MeterId, Channel>> dropped; ///< from the medium's tree, in order
    std::map<MeterId, std::int64_t> registrations;    ///< how many there have been
    int most_outstanding = 0;
    std::uint64_t refusals = 0;  ///< requests without a way, but for those of searches
    bool session_broken = false; ///< nothing passes over the data session
    double sms_loss = 0.0;
    double word_loss = 0.0; ///< of the head-end's answers
    int by_data = 0;        ///< copies sent up
    int by_sms = 0;

    void send(Message&& message, Channel channel) override {
        requests.push_back(message);
        channels.push_back(channel);
        answer(message, channel);
    }
    void broadcast(Message&& message, Channel channel, SimTime arrive_by) override {
        for (std::size_t i = 0; i < ids.size(); ++i) {
            bool const on = ways_.empty() ? channel == Channel::plc : ways_[i].has(channel);
            if (!on || silent[ids[i]] || cut[{ids[i], channel}]) {
                continue;
            }
            if (message.kind == MessageKind::set_clock) {
                hear_clock(ids[i], message, now + line_.delay + late_to_all);
            } else if (message.kind == MessageKind::firmware_block && draw() >= loss_to_all) {
                meter::hear_firmware(firmware[ids[i]], message, now + line_.delay);
            }
        }
        if (message.kind == MessageKind::firmware_block) {
            unsettled_.emplace(now + wait_to_all, message.id);
        }
        broadcasts.push_back({now, channel, std::move(message), arrive_by});
    }
    void call(Message&& message, Channel channel) override {
        calls.push_back({now, channel, std::move(message)});
    }
    void drop_member(MeterId meter, Channel channel) override {
        dropped.emplace_back(meter, channel);
    }
    void send(Message&& message) override { carry_up(std::move(message)); }

    /// Runs until `end`: all timers and deliveries up to it.
    void run_to(SimTime end) {
        while (true) {
            SimTime const timer = concentrator->next_event();
            ASSERT_GE(timer, now) << "a timer in the past";
            SimTime const delivery = air_.empty() ? kNever : air_.begin()->first.first;
            SimTime const settled = unsettled_.empty() ? kNever : unsettled_.begin()->first;
            SimTime const refused = refused_.empty() ? kNever : refused_.begin()->first;
            SimTime const next = std::min({timer, delivery, settled, refused});
            if (next > end) {
                break;
            }
            now = next;
            if (refused == next) {
                MessageId const id = refused_.begin()->second;
                refused_.erase(refused_.begin());
                concentrator->on_no_route(id, now, *this, *this);
            } else if (settled == next) {
                MessageId const id = unsettled_.begin()->second;
                unsettled_.erase(unsettled_.begin());
                concentrator->on_broadcast_settled(id, now, *this, *this);
            } else if (delivery <= timer) {
                auto [message, over] = std::move(air_.begin()->second);
                air_.erase(air_.begin());
                if (goes_down(message.kind)) {
                    concentrator->on_uplink_message(std::move(message), now, *this, *this);
                } else {
                    concentrator->on_meter_message(std::move(message), over, now, *this, *this);
                }
            } else {
                concentrator->on_timer(now, *this, *this);
            }
            ASSERT_LT(++steps_, 2'000'000U) << "does not come to rest";
        }
        now = end;
    }

    void order(MessageKind kind, MeterId meter, std::uint64_t command, std::int64_t value,
               std::uint32_t count = 0) {
        Message message;
        message.kind = kind;
        message.meter = meter;
        message.command = CommandId{command};
        message.value = value;
        message.count = count;
        message.uplink = session_broken ? Channel::sms : Channel::wan;
        concentrator->on_uplink_message(std::move(message), now, *this, *this);
    }
    void from_meter(Message message, Channel over = Channel::plc) {
        concentrator->on_meter_message(std::move(message), over, now, *this, *this);
    }
    void from_head_end(Message message) {
        concentrator->on_uplink_message(std::move(message), now, *this, *this);
    }

    [[nodiscard]] Message profile(MeterId meter, std::uint32_t first, std::uint32_t count,
                                  CommandId command = {}) const {
        Message answer;
        answer.kind = MessageKind::profile;
        answer.meter = meter;
        answer.command = command;
        wire::ProfileBlock block{.meter = meter, .first_interval = first, .rows = {}};
        for (std::uint32_t k = first; k < first + count; ++k) {
            block.rows.push_back(row_of(meter, k));
        }
        wire::encode(block, answer.payload);
        return answer;
    }
    void hear_clock(MeterId meter, Message const& broadcast, SimTime heard) {
        if (meter::believe_clock(clock_heard[meter], broadcast, heard + clock_error[meter])) {
            clock_error[meter] = from_ns(broadcast.value) - heard;
        }
    }
    void order_firmware(wire::FirmwareImage const& image, std::uint64_t command = 1) {
        Message message;
        message.kind = MessageKind::firmware_order;
        message.command = CommandId{command};
        wire::encode(image, message.payload);
        concentrator->on_uplink_message(std::move(message), now, *this, *this);
    }
    [[nodiscard]] std::vector<wire::FirmwareReport> reports() const {
        std::vector<wire::FirmwareReport> out;
        for (auto const& message : uplinked_of(MessageKind::firmware_report)) {
            out.push_back(wire::decode_report(message.payload).blocks.at(0));
        }
        return out;
    }
    [[nodiscard]] std::vector<Message> uplinked_of(MessageKind kind) const {
        std::vector<Message> out;
        std::copy_if(uplinked.begin(), uplinked.end(), std::back_inserter(out),
                     [&](Message const& m) { return m.kind == kind; });
        return out;
    }

  private:
    double draw() { return draw01(Seed{31}, who_, Purpose::test, draws_++); }

    /// The way to the head-end, which answers every copy and takes the first.
    void carry_up(Message&& message) {
        ++(message.uplink == Channel::sms ? by_sms : by_data);
        bool const gone = message.uplink == Channel::sms ? draw() < sms_loss : session_broken;
        if (message.sequence == 0 && message.kind != MessageKind::keep_alive) {
            take_up(std::move(message));
            return;
        }
        if (gone) {
            return;
        }
        Message word;
        word.kind = MessageKind::received;
        word.sequence = message.sequence;
        word.uplink = message.uplink;
        SimDuration const way = message.uplink == Channel::sms
                                    ? duration_from_s(5.0 + 120.0 * draw())
                                    : duration_from_s(0.2 + draw());
        bool const answered = draw() >= word_loss;
        if (message.kind != MessageKind::keep_alive && heard_.insert(message.sequence).second) {
            take_up(std::move(message));
        }
        if (answered) {
            air_.emplace(std::pair(now + way, sequence_++), std::pair(word, word.uplink));
        }
    }

    void take_up(Message&& message) {
        if (message.kind == MessageKind::profile) {
            auto const decoded = wire::decode(message.payload);
            ASSERT_TRUE(decoded.ok());
            for (auto const& block : decoded.blocks) {
                for (std::uint32_t i = 0; i < block.rows.size(); ++i) {
                    std::uint32_t const interval = block.first_interval + i;
                    ASSERT_EQ(block.rows[i], row_of(block.meter, interval));
                    ++uploaded[{block.meter, interval}];
                }
            }
        }
        uplinked.push_back(std::move(message));
    }

    void answer(Message const& request, Channel channel) {
        // The request is known as outstanding when it is handed to the link.
        most_outstanding = std::max(most_outstanding, concentrator->outstanding() ? 1 : 0);
        ASSERT_EQ(concentrator->outstanding(), request.id);
        if (no_route[request.meter] || (line_.no_route > 0.0 && draw() < line_.no_route)) {
            refused_.emplace(now, request.id);
            bool const searches =
                request.kind == MessageKind::enroll || request.kind == MessageKind::ask_to_call;
            refusals += searches ? 0 : 1;
            return;
        }
        if (silent[request.meter] || cut[{request.meter, channel}] || draw() < line_.loss) {
            return;
        }
        SimTime const heard = now + line_.delay;
        Message reply;
        if (request.kind == MessageKind::set_relay) {
            reply.kind = MessageKind::acknowledgement;
            reply.meter = request.meter;
            reply.command = request.command;
            reply.value = request.value;
            reply.occurred = heard;
        } else if (request.kind == MessageKind::read_clock) {
            reply.kind = MessageKind::clock;
            reply.meter = request.meter;
            reply.command = request.command;
            reply.value = to_ns(heard + clock_error[request.meter]);
        } else if (request.kind == MessageKind::set_clock) {
            bool const valid = wire::valid_at(request, heard + clock_error[request.meter]);
            if (valid) {
                clock_error[request.meter] = from_ns(request.value) - heard;
            }
            reply.kind = MessageKind::set_result;
            reply.meter = request.meter;
            reply.command = request.command;
            reply.value = valid ? 1 : 0;
        } else if (request.kind == MessageKind::set_parameter) {
            ++executed[request.command];
            reply.kind = MessageKind::set_result;
            reply.meter = request.meter;
            reply.command = request.command;
            reply.value = 1;
        } else if (request.kind == MessageKind::enroll ||
                   request.kind == MessageKind::ask_to_call) {
            bool const enroll = request.kind == MessageKind::enroll;
            reply.kind = enroll ? MessageKind::enrolled : MessageKind::found;
            reply.meter = request.meter;
            reply.command = request.command;
            reply.value = enroll ? ++registrations[request.meter] : 0;
        } else if (request.kind == MessageKind::read_registers) {
            reply.kind = MessageKind::registers;
            reply.meter = request.meter;
            reply.command = request.command;
            wire::encode(wire::RegisterBlock{.meter = request.meter,
                                             .read = heard,
                                             .sets = {{to_ns(heard), 0, 0, 0, 0, 0}}},
                         reply.payload);
        } else if (request.kind == MessageKind::read_events) {
            reply.kind = MessageKind::events;
            reply.meter = request.meter;
            reply.command = request.command;
            auto const& log = logs[request.meter];
            auto const first = static_cast<std::size_t>(request.value);
            wire::EventBlock block{
                .meter = request.meter, .first = static_cast<std::uint32_t>(first), .events = {}};
            for (std::size_t k = first; k < first + request.count && k <= log.size(); ++k) {
                block.events.push_back(log[k - 1]);
            }
            wire::encode(block, reply.payload);
        } else if (request.kind == MessageKind::read_load) {
            reply.kind = MessageKind::load;
            reply.meter = request.meter;
            reply.command = request.command;
            auto const closed = (heard - kStart) / load_interval;
            wire::LoadBlock block{.meter = request.meter,
                                  .first_interval = static_cast<std::uint32_t>(request.value),
                                  .channels = 2,
                                  .rows = {}};
            for (std::int64_t k = request.value; k < request.value + request.count && k <= closed;
                 ++k) {
                block.rows.push_back({.value = {0, static_cast<std::int32_t>(k)}});
            }
            wire::encode(block, reply.payload);
        } else if (request.kind == MessageKind::firmware_block ||
                   request.kind == MessageKind::read_gaps) {
            auto& state = firmware[request.meter];
            meter::hear_firmware(state, request, heard);
            reply = *meter::answer_firmware(state, request, channel, heard, meter_numbers_);
        } else {
            auto const closed =
                static_cast<std::uint32_t>(heard.time_since_epoch() / spec_.interval);
            auto const asked = static_cast<std::uint32_t>(request.value);
            std::uint32_t const end = asked + request.count;
            std::uint32_t const first = std::min(std::max(asked, oldest_held), end);
            std::uint32_t const last = std::min(end - 1, closed);
            reply = profile(request.meter, first, last + 1 > first ? last + 1 - first : 0,
                            request.command);
        }
        for (int copy = draw() < line_.doubled ? 2 : 1; copy > 0; --copy) {
            if (draw() < line_.loss) {
                continue;
            }
            SimDuration extra{};
            if (draw() < line_.late) {
                extra = duration_from_s(60.0 * draw());
            }
            air_.emplace(std::pair(heard + line_.delay + extra, sequence_++),
                         std::pair(reply, channel));
        }
    }

    ConcentratorSpec spec_;
    Line line_;
    std::vector<MeterWay> ways_;
    MessageNumbers meter_numbers_{2000};
    EntityKey who_;
    std::uint64_t draws_ = 0;
    std::uint64_t sequence_ = 0;
    std::uint64_t steps_ = 0;
    std::set<std::uint32_t> heard_; ///< numbers that have reached the head-end
    std::map<std::pair<SimTime, std::uint64_t>, std::pair<Message, Channel>> air_;
    std::multimap<SimTime, MessageId> unsettled_; ///< broadcasts, and when they will have been sent
    std::multimap<SimTime, MessageId> refused_;   ///< requests without a way
};

} // namespace gridtwin::concentrator
