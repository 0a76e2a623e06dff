// Links as first-in-first-out queues. A message is in exactly one event at a time, so the event
// queue is all there is to walk, and all there is to save.
#include "models/wan/events.hpp"
#include "models/wan/network.hpp"
#include "models/wan/server_pool.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>

namespace gridtwin::wan {

namespace {

class BuiltinWan final : public Wan {
  public:
    explicit BuiltinWan(WanSpec const& spec)
        : network_(spec), is_up_(network_.endpoint.size(), 1),
          link_free_(network_.links.size(), kStart), link_up_(network_.links.size(), 1),
          pool_(network_) {
        for (ServerSpec const& server : network_.servers) {
            core_free_.emplace_back(server.cores, kStart);
        }
        for (Network::Turn const& turn : network_.turns()) {
            Stage const stage = turn.of_server ? turn.up ? Stage::server_up : Stage::server_down
                                : turn.up      ? Stage::link_up
                                               : Stage::link_down;
            events_.push({turn.at, sequence_++, {}, stage, turn.row});
        }
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

    void set_server_up(std::uint32_t server, bool up, SimTime at) override {
        network_.check_server(server, at);
        check_date(at);
        events_.push({at, sequence_++, {}, up ? Stage::server_up : Stage::server_down, server});
    }

    [[nodiscard]] std::span<ServerCount const> servers() const override { return pool_.counts(); }

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

    void step(WanEvent event, std::vector<WanArrival>& out) {
        WanMessage const& m = event.message;
        switch (event.stage) {
        case Stage::endpoint_down:
        case Stage::endpoint_up:
            is_up_[index(m.from)] = event.stage == Stage::endpoint_up;
            return;
        case Stage::server_down:
        case Stage::server_up:
            return switch_server(event, out);
        case Stage::link_down:
        case Stage::link_up:
            return switch_link(event, out);
        case Stage::handed_over:
            if (!is_up_[index(m.from)] || !way_up(m)) {
                return finish(event, LossReason::link_down, out);
            }
            event.left_bits = network_.bits(m);
            [[fallthrough]];
        case Stage::first_link:
            return cross(event, network_.way(m)[0], Stage::first_link, Stage::second_link);
        case Stage::second_link:
            return cross(event, network_.way(m)[1], Stage::second_link, Stage::arrival);
        case Stage::arrival:
            if (!is_up_[index(m.to)]) {
                return finish(event, LossReason::link_down, out);
            }
            if (m.to == network_.head_end) {
                return serve(event, out);
            }
            return finish(event, LossReason::none, out);
        case Stage::processed:
            pool_.processed(event.row, m);
            return finish(event, is_up_[index(m.to)] ? LossReason::none : LossReason::link_down,
                          out);
        case Stage::shared_link:
            break; // SimGrid's
        }
    }

    /// Waits for the link and is put on it bit by bit, piece by piece; when all of it is, travels.
    void cross(WanEvent event, LinkIndex link, Stage again, Stage next) {
        Link const& l = network_.links[link];
        double const piece = std::min(event.left_bits, kPieceBits);
        link_free_[link] =
            l.profile.finish(std::max(event.at, link_free_[link]), piece / l.bit_rate_bps);
        event.left_bits -= piece;
        event.at = link_free_[link];
        event.stage = again;
        if (event.left_bits <= 0.0) {
            event.left_bits = network_.bits(event.message);
            event.at += latency_[link];
            event.stage = next;
        }
        events_.push(event);
    }

    /// The core that is free first takes it: first come, first served.
    void serve(WanEvent event, std::vector<WanArrival>& out) {
        auto const place = pool_.take(event.message, event.at);
        if (!place.server) {
            return finish(event, place.reason, out);
        }
        event.row = *place.server;
        auto& cores = core_free_[event.row];
        auto const core = std::min_element(cores.begin(), cores.end());
        *core = network_.server_profile[event.row].finish(
            std::max(event.at, *core), network_.processing_s(event.row, event.message));
        event.at = *core;
        event.stage = Stage::processed;
        events_.push(event);
    }

    void switch_server(WanEvent const& event, std::vector<WanArrival>& out) {
        bool const up = event.stage == Stage::server_up;
        if (!pool_.set_up(event.row, up, event.at) || up) {
            return;
        }
        auto& cores = core_free_[event.row];
        std::fill(cores.begin(), cores.end(), event.at);
        for (WanEvent held : events_.take_out([&](WanEvent const& e) {
                 return e.stage == Stage::processed && e.row == event.row;
             })) {
            pool_.lost(held.row);
            held.at = event.at;
            finish(held, LossReason::link_down, out);
        }
    }

    [[nodiscard]] bool way_up(WanMessage const& m) const {
        auto const way = network_.way(m);
        return link_up_[way[0]] != 0 && link_up_[way[1]] != 0;
    }

    /// What is under way over a link that goes down is lost, wherever on its way it is.
    void switch_link(WanEvent const& event, std::vector<WanArrival>& out) {
        bool const up = event.stage == Stage::link_up;
        link_up_[event.row] = up ? 1 : 0;
        if (up) {
            return;
        }
        link_free_[event.row] = std::min(link_free_[event.row], event.at);
        for (WanEvent held : events_.take_out([&](WanEvent const& e) {
                 return (e.stage == Stage::first_link || e.stage == Stage::second_link ||
                         e.stage == Stage::arrival) &&
                        !way_up(e.message);
             })) {
            held.at = event.at;
            finish(held, LossReason::link_down, out);
        }
    }

    void finish(WanEvent const& event, LossReason reason, std::vector<WanArrival>& out) {
        bool const lost = reason != LossReason::none;
        out.push_back({event.at, event.message, lost ? Fate::lost : Fate::delivered, reason});
        traffic_.settle(reason);
    }

    Network network_;
    std::vector<SimDuration> latency_;  // [link]
    std::vector<std::uint8_t> is_up_;   // [endpoint]
    std::vector<SimTime> link_free_;    // [link] when the last bit of its queue is on the way
    std::vector<std::uint8_t> link_up_; // [link]
    ServerPool pool_;
    std::vector<std::vector<SimTime>>
        core_free_; // [server][core] when it has processed what it was given
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
