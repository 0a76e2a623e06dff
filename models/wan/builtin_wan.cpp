// Links as first-in-first-out queues. A message is in exactly one event at a time, so the event
// queue is all there is to walk, and all there is to save.
#include "models/wan/events.hpp"
#include "models/wan/network.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::wan {

namespace {

class BuiltinWan final : public Wan {
  public:
    explicit BuiltinWan(WanSpec const& spec)
        : network_(spec), is_up_(network_.endpoint.size(), 1),
          link_free_(network_.links.size(), kStart), core_free_(network_.server.cores, kStart),
          service_(duration_from_s(network_.server.message_s)) {
        for (Link const& link : network_.links) {
            latency_.push_back(duration_from_s(link.latency_s));
        }
    }

    void send(WanMessage const& message, SimTime at) override {
        network_.check(message, at);
        check_date(at);
        ++traffic_.sent;
        events_.push({at, sequence_++, message, Stage::handed_over});
    }

    void set_endpoint_up(EndpointId endpoint, bool up, SimTime at) override {
        network_.check(endpoint, at);
        check_date(at);
        events_.push({at, sequence_++, WanMessage{.from = endpoint},
                      up ? Stage::endpoint_up : Stage::endpoint_down});
    }

    [[nodiscard]] SimTime next_event() const override { return events_.next(); }

    void run_until(SimTime end, std::vector<WanArrival>& out) override {
        check_date(end);
        while (events_.next() < end) {
            step(events_.pop(), out);
        }
        now_ = end;
    }

    [[nodiscard]] std::size_t in_flight() const override { return events_.messages(); }
    [[nodiscard]] TrafficCount const& traffic() const override { return traffic_; }
    [[nodiscard]] SimDuration least_latency() const override { return network_.least_latency; }

  private:
    void check_date(SimTime at) const {
        if (at < now_) {
            throw SimulationError(fmt::format("wide-area network: {} is in the past of {}",
                                              format_time(at), format_time(now_)));
        }
    }

    void step(WanEvent const& event, std::vector<WanArrival>& out) {
        WanMessage const& m = event.message;
        switch (event.stage) {
        case Stage::endpoint_down:
        case Stage::endpoint_up:
            is_up_[index(m.from)] = event.stage == Stage::endpoint_up;
            return;
        case Stage::handed_over:
            if (!is_up_[index(m.from)]) {
                return finish(event, Fate::lost, out);
            }
            return cross(event, network_.way(m)[0], Stage::second_link);
        case Stage::second_link:
            return cross(event, network_.way(m)[1], Stage::arrival);
        case Stage::arrival:
            if (!is_up_[index(m.to)]) {
                return finish(event, Fate::lost, out);
            }
            if (m.to == network_.head_end) {
                return serve(event);
            }
            return finish(event, Fate::delivered, out);
        case Stage::processed:
            return finish(event, is_up_[index(m.to)] ? Fate::delivered : Fate::lost, out);
        case Stage::shared_link:
            break; // SimGrid's
        }
    }

    /// Waits for the link, is put on it bit by bit, then travels.
    void cross(WanEvent event, LinkIndex link, Stage next) {
        double const bits = network_.bits(event.message);
        SimTime const start = std::max(event.at, link_free_[link]);
        link_free_[link] = start + duration_from_s(bits / network_.links[link].bit_rate_bps);
        event.at = link_free_[link] + latency_[link];
        event.stage = next;
        events_.push(event);
    }

    /// The core that is free first takes it: first come, first served, for equal service times.
    void serve(WanEvent event) {
        auto const core = std::min_element(core_free_.begin(), core_free_.end());
        *core = std::max(event.at, *core) + service_;
        event.at = *core;
        event.stage = Stage::processed;
        events_.push(event);
    }

    void finish(WanEvent const& event, Fate fate, std::vector<WanArrival>& out) {
        bool const lost = fate == Fate::lost;
        LossReason const reason = lost ? LossReason::link_down : LossReason::none;
        out.push_back({event.at, event.message, fate, reason});
        if (lost) {
            ++traffic_.lost[static_cast<std::size_t>(reason)];
        } else {
            ++traffic_.delivered;
        }
    }

    Network network_;
    std::vector<SimDuration> latency_; // [link]
    std::vector<std::uint8_t> is_up_;  // [endpoint]
    std::vector<SimTime> link_free_;   // [link] when the last bit of its queue is on the way
    std::vector<SimTime> core_free_;   // [core] when it has processed what it was given
    SimDuration service_;
    EventHeap events_;
    std::uint64_t sequence_ = 0;
    SimTime now_ = kStart;
    TrafficCount traffic_;
};

} // namespace

std::unique_ptr<Wan> make_builtin_wan(WanSpec const& spec) {
    return std::make_unique<BuiltinWan>(spec);
}

} // namespace gridtwin::wan
