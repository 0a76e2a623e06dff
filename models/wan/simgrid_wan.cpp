// Messages as SimGrid flows, the servers' work as SimGrid computations, without an actor for
// either: timers start the flows at their instants, and the completion of an activity is a
// callback.
//
// An endpoint has one connection each way: its messages follow each other, and what shares a cell
// are connections, not messages. The connections of a cell's direction are one flow of SimGrid, of
// as many octets as bring the next of them through; who has got what of it is fair_share.hpp's.
// SimGrid's cost grows with the square of the flows that there are (docs/models/wan.md).
#include "models/wan/events.hpp"
#include "models/wan/fair_share.hpp"
#include "models/wan/network.hpp"
#include "models/wan/server_pool.hpp"
#include "models/wan/simgrid_engine.hpp"
#include "sim/core/diagnostics.hpp"

#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>

namespace gridtwin::wan {

namespace {

namespace s4u = simgrid::s4u;

/// SimGrid is not asked to advance by less; what happens in between is told a window later.
constexpr double kLeastStep_s = 20e-6;

/// SimGrid's clock is a double: a bound on what it will do keeps this much off.
constexpr SimDuration kBoundSlack{1000};

constexpr std::uint32_t kOnTheWay = ~std::uint32_t{0};

/// A message that is past its latencies.
struct Flight {
    WanMessage message;
    std::uint64_t sequence = 0;
    SimTime earliest{};        ///< it cannot be through before, whatever the others do
    s4u::ActivityPtr activity; ///< its computation, while there is one
    std::uint32_t server = kOnTheWay;
    double left_bits = 0.0; ///< not yet flowing
};

/// A message that is through, until its window is over.
struct Done {
    SimTime at{};
    std::uint64_t sequence = 0;
    WanMessage message;
    LossReason reason = LossReason::none;
};

/// One direction of a cell or line, with the connections that have something to carry.
struct Channel {
    bool up = true; ///< towards the head-end
    LinkIndex access = 0;
    LinkIndex backbone = 0;
    s4u::Host* from = nullptr;
    s4u::Host* to = nullptr;
    FairShare share;
    std::size_t most_flows = 1;
    std::vector<s4u::ActivityPtr> flows; ///< of one size, begun together
    std::size_t flowing = 0;             ///< of those
    std::uint64_t flow_units = 0;        ///< of each
    bool changed = false;                ///< its flows are to be of another size
};

/// What a server holds.
struct Desk {
    std::deque<Flight*> waiting;
    std::vector<Flight*> in_service; ///< at most one a core
};

/// A note of a flight's `earliest`.
struct Bound {
    SimTime earliest{};
    std::uint64_t sequence = 0;
    Flight const* flight = nullptr;

    friend bool operator>(Bound const& a, Bound const& b) {
        return a.earliest != b.earliest ? a.earliest > b.earliest : a.sequence > b.sequence;
    }
    /// The flight is still what it was when the bound was noted.
    [[nodiscard]] bool holds() const {
        return flight->sequence == sequence && flight->earliest == earliest;
    }
};

constexpr std::uint64_t kFree = ~std::uint64_t{0};

class SimgridWan final : public Wan {
  public:
    SimgridWan(WanSpec const& spec, SimTime horizon)
        : network_(spec), platform_(create_simgrid(network_, horizon)), horizon_(horizon),
          is_up_(network_.endpoint.size(), 1), to_head_end_(network_.endpoint.size()),
          from_head_end_(network_.endpoint.size()), channels_(network_.links.size()),
          pool_(network_), desks_(network_.servers.size()), link_up_(network_.links.size(), 1) {
        lay_channels();
        for (Network::Turn const& turn : network_.turns()) {
            Stage const stage = turn.of_server ? turn.up ? Stage::server_up : Stage::server_down
                                : turn.up      ? Stage::link_up
                                               : Stage::link_down;
            events_.push({turn.at, sequence_++, {}, stage, turn.row});
        }
        // The signal outlives this object: it is reached through a pointer that the destructor
        // clears.
        s4u::Activity::on_completion_cb([self = self_](s4u::Activity const& activity) {
            if (*self == nullptr || activity.get_data<void>() == nullptr) {
                return;
            }
            if (dynamic_cast<s4u::Comm const*>(&activity) != nullptr) {
                (*self)->flowed(*activity.get_data<Channel>());
            } else {
                (*self)->processed(*activity.get_data<Flight>());
            }
        });
    }

    ~SimgridWan() override {
        *self_ = nullptr;
        for (Flight& f : flights_) {
            f.activity.detach(); // stays with the engine: SimGrid complains when one ends early
        }
        for (Channel& channel : channels_) {
            for (auto& flow : channel.flows) {
                flow.detach();
            }
        }
    }
    SimgridWan(SimgridWan const&) = delete;
    SimgridWan& operator=(SimgridWan const&) = delete;

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

    [[nodiscard]] SimTime next_event() const override {
        SimTime next = events_.next();
        if (!bounds_.empty()) {
            next = std::min(next, bounds_.front().earliest);
        }
        for (Done const& d : done_) {
            next = std::min(next, d.at);
        }
        return std::max(next, now_);
    }

    void run_until(SimTime end, std::vector<WanArrival>& out) override {
        check_date(end);
        if (end > horizon_) {
            throw SimulationError(fmt::format("wide-area network: {} is beyond the horizon {}",
                                              format_time(end), format_time(horizon_)));
        }
        if (to_s(end) - s4u::Engine::get_clock() >= kLeastStep_s) {
            advance(end);
        }
        emit(end, out);
        now_ = end;
    }

    [[nodiscard]] std::size_t in_flight() const override {
        std::size_t count = events_.messages() + done_.size();
        for (Desk const& desk : desks_) {
            count += desk.waiting.size() + desk.in_service.size();
        }
        for (auto const* connections : {&to_head_end_, &from_head_end_}) {
            for (auto const& connection : *connections) {
                count += connection.size();
            }
        }
        return count;
    }

    [[nodiscard]] TrafficCount const& traffic() const override { return traffic_; }
    [[nodiscard]] SimDuration least_latency() const override { return network_.least_latency; }

  private:
    void check_date(SimTime at) const {
        if (at < now_) {
            throw SimulationError(fmt::format("wide-area network: {} is in the past of {}",
                                              format_time(at), format_time(now_)));
        }
    }

    static SimTime clock() { return from_ns(std::llround(s4u::Engine::get_clock() * 1e9)); }

    void advance(SimTime end) {
        end_ = end;
        arm();
        platform_.engine->run_until(to_s(end));
        finished_.clear();
        act(end); // what a rounding of SimGrid's clock may have left; it hears next time what ended
        while (!bounds_.empty() && !bounds_.front().holds()) {
            std::pop_heap(bounds_.begin(), bounds_.end(), std::greater{});
            bounds_.pop_back();
        }
    }

    /// One timer at a time, at the next event of this window.
    void arm() {
        SimTime const at = events_.next();
        if (at < end_) {
            double const at_s = std::max(to_s(at), s4u::Engine::get_clock());
            simgrid::kernel::timer::Timer::set(at_s, [this, at] {
                act(at + SimDuration{1});
                arm();
            });
        }
    }

    /// Works off the events before `end`.
    void act(SimTime end) {
        while (events_.next() < end) {
            WanEvent event = events_.pop();
            WanMessage const& m = event.message;
            if (event.stage == Stage::server_up || event.stage == Stage::server_down) {
                switch_server(event);
            } else if (event.stage == Stage::link_up || event.stage == Stage::link_down) {
                switch_link(event);
            } else if (!carries_message(event.stage)) {
                is_up_[index(m.from)] = event.stage == Stage::endpoint_up;
            } else if (event.stage == Stage::shared_link) {
                enter(event);
            } else if (!is_up_[index(m.from)] || !way_up(m)) {
                done_.push_back({event.at, event.sequence, m, LossReason::link_down});
            } else {
                event.at += network_.latency(m);
                event.stage = Stage::shared_link;
                events_.push(event);
            }
        }
        for (Channel* const channel : changed_) {
            channel->changed = false;
            resume(*channel);
        }
        changed_.clear();
    }

    void lay_channels() {
        for (std::size_t e = 0; e < network_.endpoint.size(); ++e) {
            if (static_cast<EndpointId>(e) != network_.head_end) {
                auto* const host = platform_.host[e];
                lay(network_.up[e], Network::kBackboneIn, true, host, platform_.head_end);
                lay(network_.down[e], Network::kBackboneOut, false, platform_.head_end, host);
            }
        }
    }

    /// The backbone bounds each connection. That is more than the whole cell has, but for odd
    /// networks and hours: then it takes several flows to fill the cell.
    void lay(LinkIndex access, LinkIndex backbone, bool up, s4u::Host* from, s4u::Host* to) {
        Link const& bound = network_.links[backbone];
        double least_frac = 1.0;
        for (auto const& rate : bound.profile.rates()) {
            least_frac = std::min(least_frac, rate.rate_frac);
        }
        double const flows =
            std::ceil(network_.links[access].bit_rate_bps / (bound.bit_rate_bps * least_frac));
        Channel& channel = channels_[access];
        channel.up = up;
        channel.access = access;
        channel.backbone = backbone;
        channel.from = from;
        channel.to = to;
        channel.most_flows = static_cast<std::size_t>(
            std::clamp(flows, 1.0, static_cast<double>(network_.endpoint.size())));
    }

    /// @param user the end of it that is not the head-end
    std::deque<Flight*>& connection(Channel const& of, std::uint32_t user) {
        return (of.up ? to_head_end_ : from_head_end_)[user];
    }

    void enter(WanEvent const& event) {
        Flight& f = claim();
        f.message = event.message;
        f.sequence = event.sequence;
        f.server = kOnTheWay;
        f.left_bits = network_.bits(f.message);
        note(f, event.at + network_.least_transfer(f.message) - kBoundSlack);
        bool const up = f.message.to == network_.head_end;
        auto const user = static_cast<std::uint32_t>(index(up ? f.message.from : f.message.to));
        Channel& of = channels_[up ? network_.up[user] : network_.down[user]];
        auto& queue = connection(of, user);
        queue.push_back(&f);
        if (queue.size() > 1) {
            return;
        }
        if (!of.changed) {
            of.changed = true;
            changed_.push_back(&of);
            pause(of);
        }
        join(of, user, f);
    }

    static void join(Channel& of, std::uint32_t user, Flight& f) {
        double const piece = std::min(f.left_bits, kPieceBits);
        f.left_bits -= piece;
        of.share.join(user, static_cast<std::uint64_t>(piece / 8.0 * kOctetUnits));
    }

    /// Ends its flows, and gives the connections what these have brought.
    void pause(Channel& of) {
        double left_units = 0.0;
        for (auto const& flow : of.flows) {
            left_units += flow->get_remaining();
            abandon(flow);
        }
        of.share.carry(static_cast<double>(of.flow_units * of.flows.size()) - left_units);
        of.flows.clear();
        of.flowing = 0;
    }

    /// Lets those that are through go on, and starts flows for the rest.
    void resume(Channel& of) {
        through_.clear();
        of.share.take_through(through_);
        for (std::uint32_t const user : through_) {
            next_piece(of, user);
        }
        std::size_t const users = of.share.users();
        if (users == 0) {
            return;
        }
        of.flowing = std::min(users, of.most_flows);
        of.flow_units = (of.share.units_to_next() + of.flowing - 1) / of.flowing;
        for (std::size_t k = 0; k < of.flowing; ++k) {
            auto const comm = s4u::Comm::sendto_init(of.from, of.to);
            comm->set_payload_size(of.flow_units);
            comm->set_data(&of);
            of.flows.emplace_back(comm);
            comm->start();
        }
    }

    /// Called by SimGrid, from within run_until.
    void flowed(Channel& of) {
        if (--of.flowing > 0) {
            return;
        }
        of.share.carry(static_cast<double>(of.flow_units * of.flows.size()));
        // An activity must not be destroyed within its own completion.
        finished_.insert(finished_.end(), of.flows.begin(), of.flows.end());
        of.flows.clear();
        resume(of);
    }

    /// A piece of the connection's first message has come through.
    void next_piece(Channel& of, std::uint32_t user) {
        auto& queue = connection(of, user);
        Flight& f = *queue.front();
        queue.pop_front();
        bool const more = f.left_bits > 0.0;
        if (more) {
            queue.push_back(&f); // by turns with what else wants the connection
        }
        if (!queue.empty()) {
            join(of, user, *queue.front());
        }
        if (more) {
            return;
        }
        bool const is_up = is_up_[index(f.message.to)];
        if (f.message.to != network_.head_end || !is_up) {
            finish(f, is_up ? LossReason::none : LossReason::link_down);
        } else {
            serve(f);
        }
    }

    /// Called by SimGrid, from within run_until.
    void processed(Flight& f) {
        finished_.push_back(std::move(f.activity));
        f.activity = nullptr;
        Desk& desk = desks_[f.server];
        desk.in_service.erase(std::find(desk.in_service.begin(), desk.in_service.end(), &f));
        pool_.processed(f.server, f.message);
        finish(f, is_up_[index(f.message.to)] ? LossReason::none : LossReason::link_down);
        if (!desk.waiting.empty()) {
            Flight& next = *desk.waiting.front();
            desk.waiting.pop_front();
            start_processing(next);
        }
    }

    void serve(Flight& f) {
        auto const place = pool_.take(f.message, clock());
        if (!place.server) {
            finish(f, place.reason);
            return;
        }
        f.server = *place.server;
        note(f,
             clock() + duration_from_s(network_.processing_s(f.server, f.message)) - kBoundSlack);
        Desk& desk = desks_[f.server];
        if (desk.in_service.size() < network_.servers[f.server].cores) {
            start_processing(f);
        } else {
            desk.waiting.push_back(&f);
        }
    }

    void switch_server(WanEvent const& event) {
        bool const up = event.stage == Stage::server_up;
        if (!pool_.set_up(event.row, up, event.at) || up) {
            return;
        }
        Desk desk;
        std::swap(desk, desks_[event.row]);
        for (Flight* const f : desk.in_service) {
            abandon(std::move(f->activity));
            f->activity = nullptr;
        }
        desk.in_service.insert(desk.in_service.end(), desk.waiting.begin(), desk.waiting.end());
        for (Flight* const f : desk.in_service) {
            pool_.lost(event.row);
            finish(*f, LossReason::link_down);
        }
    }

    [[nodiscard]] bool way_up(WanMessage const& m) const {
        auto const way = network_.way(m);
        return link_up_[way[0]] != 0 && link_up_[way[1]] != 0;
    }

    /// What is under way over a link that goes down is lost, wherever on its way it is. Its flows
    /// are ended here: a link that SimGrid itself turns off fails them with exceptions.
    void switch_link(WanEvent const& event) {
        bool const up = event.stage == Stage::link_up;
        link_up_[event.row] = up ? 1 : 0;
        if (up) {
            return;
        }
        for (WanEvent const& e : events_.take_out([&](WanEvent const& e) {
                 return e.stage == Stage::shared_link && !way_up(e.message);
             })) {
            done_.push_back({event.at, e.sequence, e.message, LossReason::link_down});
        }
        for (Channel& channel : channels_) {
            if (link_up_[channel.access] != 0 && link_up_[channel.backbone] != 0) {
                continue;
            }
            pause(channel);
            through_.clear();
            channel.share.take_all(through_);
            for (std::uint32_t const user : through_) {
                auto& queue = connection(channel, user);
                for (Flight* const f : queue) {
                    finish(*f, LossReason::link_down);
                }
                queue.clear();
            }
        }
    }

    /// Ends a flow or computation; nobody hears of it.
    void abandon(s4u::ActivityPtr activity) {
        activity->set_data(nullptr);
        activity->cancel();
        finished_.push_back(std::move(activity));
    }

    void start_processing(Flight& f) {
        desks_[f.server].in_service.push_back(&f);
        auto const exec = s4u::Exec::init();
        exec->set_flops_amount(network_.processing_s(f.server, f.message) * kServerFlops);
        exec->set_host(platform_.server[f.server]);
        exec->set_data(&f);
        f.activity = exec;
        exec->start();
    }

    void finish(Flight& f, LossReason reason) {
        done_.push_back({clock(), f.sequence, f.message, reason});
        f.sequence = kFree;
        free_.push_back(&f);
    }

    void note(Flight& f, SimTime earliest) {
        f.earliest = earliest;
        bounds_.push_back({earliest, f.sequence, &f});
        std::push_heap(bounds_.begin(), bounds_.end(), std::greater{});
    }

    Flight& claim() {
        if (free_.empty()) {
            return flights_.emplace_back();
        }
        Flight& f = *free_.back();
        free_.pop_back();
        return f;
    }

    /// Hands out what is through before `end`, never dated before this window.
    void emit(SimTime end, std::vector<WanArrival>& out) {
        for (Done& d : done_) {
            d.at = std::max(d.at, now_);
        }
        std::sort(done_.begin(), done_.end(), [](Done const& a, Done const& b) {
            if (a.at != b.at) {
                return a.at < b.at;
            }
            return a.message.from != b.message.from ? a.message.from < b.message.from
                                                    : a.sequence < b.sequence;
        });
        std::size_t told = 0;
        for (; told < done_.size() && done_[told].at < end; ++told) {
            Done const& d = done_[told];
            bool const lost = d.reason != LossReason::none;
            out.push_back({d.at, d.message, lost ? Fate::lost : Fate::delivered, d.reason});
            traffic_.settle(d.reason);
        }
        done_.erase(done_.begin(), done_.begin() + static_cast<std::ptrdiff_t>(told));
    }

    Network network_;
    SimgridPlatform platform_;
    SimTime horizon_;
    SimTime now_ = kStart; // may be ahead of SimGrid's clock by less than kLeastStep_s
    SimTime end_ = kStart;
    std::shared_ptr<SimgridWan*> self_ = std::make_shared<SimgridWan*>(this);
    std::vector<std::uint8_t> is_up_; // [endpoint]
    EventHeap events_;
    std::uint64_t sequence_ = 0;
    std::vector<std::deque<Flight*>> to_head_end_;   // [endpoint] connection; its first has a share
    std::vector<std::deque<Flight*>> from_head_end_; // [endpoint]
    std::vector<Channel> channels_;                  // [link] but for the backbone's
    std::vector<Channel*> changed_;
    std::vector<std::uint32_t> through_; // scratch
    ServerPool pool_;
    std::vector<Desk> desks_;           // [server]
    std::vector<std::uint8_t> link_up_; // [link]
    std::vector<Done> done_;
    std::deque<Flight> flights_; // in place for good: SimGrid's activities point at them
    std::vector<Flight*> free_;
    std::vector<Bound> bounds_; // a heap; entries that no longer hold are dropped when they come up
    std::vector<s4u::ActivityPtr> finished_; // kept until SimGrid is out of its callbacks
    TrafficCount traffic_;
};

} // namespace

std::unique_ptr<Wan> make_simgrid_wan(WanSpec const& spec, SimTime horizon) {
    return std::make_unique<SimgridWan>(spec, horizon);
}

} // namespace gridtwin::wan
