#pragma once
// One radio area: all nodes that hear each other below its concentrators, as one logical process
// with its own small event queue. docs/models/rf.md tells a datagram's life.
#include "models/medium/air.hpp"
#include "models/medium/broadcast.hpp"
#include "models/medium/datagram.hpp"
#include "models/medium/event_heap.hpp"
#include "models/medium/job_queue.hpp"
#include "models/medium/trees.hpp"
#include "models/rf/links.hpp"
#include "models/rf/routes.hpp"
#include "models/rf/spec.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace gridtwin::rf {

using medium::Datagram;
using medium::Sink;

/// One frame on the air and what became of it, as `Medium::trace` tells it.
struct FrameRecord {
    SimTime start;
    SimTime end; ///< of its sound
    std::uint16_t from = 0;
    std::uint16_t to = 0; ///< or medium::kEverybody
    bool is_ack = false;
    LossReason fate = LossReason::none; ///< none: received; to everybody: sent in whole

    friend bool operator==(FrameRecord const&, FrameRecord const&) = default;
};

struct RadioCounters {
    std::uint64_t events = 0;          ///< taken from the queue
    std::uint64_t duplicates = 0;      ///< frames received again after a lost acknowledgement
    std::uint64_t deferrals = 0;       ///< found the medium busy
    std::uint64_t access_failures = 0; ///< found it busy max_backoffs times and once more
    std::uint64_t duty_waits = 0;      ///< waited for airtime to be allowed
    std::uint64_t forwarded = 0;       ///< datagrams another node took over, broadcasts repeated
    std::uint64_t route_updates = 0;
    std::uint64_t parent_changes = 0;
};

class Medium {
  public:
    /// All nodes powered, thermal noise, routes known.
    /// @param roots nodes below are concentrators
    /// @throws SimulationError when a spec has problems(), there is no node, or roots is not 1 to
    /// all of them
    Medium(RadioSpec radio, CsmaSpec const& csma, Links links, Seed seed, ConcentratorId area,
           std::uint16_t roots = 1);

    /// Hands a datagram to its sender's radio at `at`, which no event already run may exceed.
    /// @throws SimulationError for a time in the past, an unknown node, from == to, or one to
    /// everybody that needs more than a frame
    void send(Datagram const& datagram, SimTime at);

    /// The most that one to everybody may have.
    [[nodiscard]] std::uint32_t broadcast_octets() const { return radio_.max_payload_octets; }
    /// kNever when nothing is to come.
    [[nodiscard]] SimTime next_event() const { return events_.next(); }
    /// Runs all events before `end`.
    void run_until(SimTime end, Sink& sink);

    /// An unpowered node neither sends, forwards nor hears. What it was sending breaks off; what it
    /// had queued is reported lost with no_power by the next run_until (an event at `now`).
    /// @throws SimulationError when events before `now` have not been run
    void set_powered(std::uint16_t node, bool powered, SimTime now);
    [[nodiscard]] bool powered(std::uint16_t node) const { return powered_[node] != 0; }

    /// Noise from outside in the receiver's bandwidth, from now on, added to the thermal one: at
    /// all nodes, or one level each (other areas' traffic, other systems); -infinity for none.
    /// @throws SimulationError for another number of levels, or one that is not a number
    void set_noise_dbm(double level_dbm);
    void set_noise_dbm(std::span<float const> level_dbm);

    /// The routes in force, [node]. At the next use they are mended where a node's power is not
    /// what it was, and worked out anew once noise moved by route_noise_step_db somewhere, at most
    /// every route_refresh_s.
    [[nodiscard]] std::span<RouteEntry const> routes() const { return routes_; }
    /// Works all of them out anew, at once.
    void update_routes(SimTime now);
    /// Nodes below are concentrators, each the root of a tree of its own.
    [[nodiscard]] std::uint16_t roots() const { return trees_.roots(); }
    /// Moves a node to the tree of that root; at first all are in that of root 0. With kNoNode it
    /// is in none: on no route and without one, but it hears, and may speak directly. It is hung
    /// onto the tree as that stands, which is worked out anew after route_refresh_s; at the next
    /// use where ways of others lead over it.
    /// @throws SimulationError when the node is a root or unknown, or the root is none
    void set_root(std::uint16_t node, std::uint16_t root);
    /// The root of its tree, a root's being itself; kNoNode: in none.
    [[nodiscard]] std::uint16_t root(std::uint16_t node) const { return trees_.root(node); }
    /// What a full frame between the two costs now, in expected transmissions, rf::link_etx;
    /// infinite when it is no link. Whoever hears another measures it.
    /// @throws SimulationError when one is unknown, or both are one
    [[nodiscard]] double link_etx(std::uint16_t a, std::uint16_t b) const;

    /// Books: sent = delivered + lost by reason + in flight, exactly. A frame is one transmission,
    /// repeats and acknowledgements included; delivered when the node it was for received it.
    [[nodiscard]] TrafficCount const& frames() const { return frames_; }
    [[nodiscard]] TrafficCount const& datagrams() const { return datagrams_; }
    /// What became of broadcast frames at the nodes within hearing (at the sensitivity or above),
    /// one for each frame and node: sent = delivered + lost by reason.
    [[nodiscard]] TrafficCount const& receptions() const { return receptions_; }
    /// Counted by walking: transmissions begun (or about to) without a fate.
    [[nodiscard]] std::size_t frames_in_flight() const { return air_.in_flight(); }
    /// Counted by walking the senders' queues and the datagrams not yet handed to them.
    [[nodiscard]] std::size_t datagrams_in_flight() const;

    /// Sum of all transmissions' durations; more than the clock where they overlapped.
    [[nodiscard]] double airtime_s() const { return to_s(airtime_); }
    [[nodiscard]] RadioCounters const& counters() const { return counters_; }
    [[nodiscard]] Links const& links() const { return links_; }
    [[nodiscard]] std::size_t size() const { return links_.size(); }
    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const;

    /// From now on every frame's fate is appended there, in the order of their ends; nullptr ends
    /// it. A copy of the medium writes to the same place.
    void trace(std::vector<FrameRecord>* into) { trace_ = into; }

  private:
    friend medium::EventHeap;

    using Job = medium::Job<kMaxHops>;
    using Transmission = medium::Transmission;

    struct NodeState {
        std::uint64_t attempt = 0;            ///< order of the attempt event in force
        SimTime own_until = medium::kLongAgo; ///< end of what it sent or will acknowledge
        SimTime duty_paid = medium::kLongAgo; ///< when all its airtime is paid for
        medium::Queue queue;
        std::uint32_t draws = 0;
        std::uint8_t backoff_exponent = 0;
        std::uint8_t backoffs = 0;
        medium::Activity activity = medium::Activity::idle;
    };

    [[nodiscard]] RouteInput route_input() const {
        return {radio_,     csma_,    links_,         *errors_,
                noise_dbm_, powered_, trees_.roots(), trees_.root_of()};
    }
    void note_noise_change();
    void mend_routes(SimTime now);
    /// @return as of medium::hang
    [[nodiscard]] bool hang(std::uint16_t node);
    void note_route_update(SimTime now);
    void on_submit(std::uint32_t row, Sink& sink);
    void on_attempt(std::uint16_t node, std::uint64_t order, Sink& sink);
    void on_frame_end(std::uint32_t id, Sink& sink);
    void on_power_lost(std::uint16_t node, Sink& sink);

    std::uint32_t new_job(Datagram const& datagram);
    void enqueue(std::uint16_t node, std::uint32_t job, Sink& sink);
    void begin_head(std::uint16_t node, SimTime earliest);
    void begin_access(std::uint16_t node, std::uint32_t exponent, bool back_off, SimTime earliest);
    void schedule_attempt(std::uint16_t node, SimTime at);
    bool choose_path(Job& job);
    [[nodiscard]] bool senses(std::uint16_t node) const;
    void back_off_again(std::uint16_t node, std::uint32_t job, Sink& sink);
    bool expire_head(std::uint16_t node, SimTime start, Sink& sink);
    void transmit(std::uint16_t node, std::uint32_t job);
    bool acknowledge(std::uint32_t job, std::uint16_t receiver, std::uint16_t sender);
    [[nodiscard]] LossReason fate_of(Transmission const& tx);
    [[nodiscard]] LossReason fate_at(Transmission const& tx, std::uint16_t listener);
    [[nodiscard]] bool drowned(Transmission const& tx, std::uint16_t listener, double heard_dbm);
    void after_broadcast(Transmission const& tx, Sink& sink);
    void after_data(Transmission const& tx, LossReason fate, Sink& sink);
    void segment_done(std::uint32_t job, Sink& sink);
    void segment_failed(std::uint32_t job, LossReason reason, SimTime timeout, Sink& sink);
    void lose(Job const& job, LossReason reason, Sink& sink);
    Transmission& put_on_air(std::uint16_t from, std::uint16_t to, SimTime start, SimTime end);
    [[nodiscard]] SimDuration airtime_of(Job const& job) const;
    [[nodiscard]] SimDuration price_of(SimDuration airtime) const;
    [[nodiscard]] SimTime affordable_at(std::uint16_t node, SimDuration airtime) const;
    SimDuration backoff(std::uint16_t node);
    [[nodiscard]] double draw(std::uint16_t node, Purpose why);
    [[nodiscard]] double level_dbm(std::uint16_t from, std::uint16_t to) const {
        return radio_.tx_power_dbm + links_.offset_db(from) - links_.attenuation_db(from, to);
    }
    [[noreturn]] void fail(std::string_view what, SimTime at) const;

    RadioSpec radio_;
    CsmaSpec csma_;
    Links links_;
    medium::ErrorTable const* errors_; ///< one for all media of that curve
    Seed seed_;
    ConcentratorId area_;
    bool senses_first_;
    double bit_gain_db_; ///< bandwidth over bit rate
    double thermal_dbm_;
    SimDuration turnaround_;
    SimDuration unit_;
    SimDuration detect_;
    SimDuration guard_;
    SimDuration slot_;
    SimDuration ack_time_;
    SimDuration full_time_;      ///< of a frame with max_payload_octets
    double duty_price_ = 0.0;    ///< clock time a piece of airtime is paid for in; 0: free
    SimDuration duty_credit_{0}; ///< clock time that may be owed

    SimTime now_ = kStart;
    medium::EventHeap events_;
    medium::Air air_;
    std::vector<std::size_t> overlapping_; ///< scratch of fate_of: rows of air_
    std::vector<Datagram> to_come_;        ///< not yet handed to their radios
    std::vector<std::uint32_t> free_to_come_;
    medium::Jobs<kMaxHops> jobs_;
    medium::Broadcasts broadcasts_;
    std::vector<NodeState> nodes_;
    std::vector<std::uint8_t> powered_;
    medium::Trees trees_;
    std::vector<float> noise_dbm_;
    std::vector<float> routed_noise_dbm_; ///< that the routes were worked out for
    std::vector<RouteEntry> routes_;
    std::vector<std::uint8_t> routed_powered_; ///< likewise
    std::size_t repowered_ = 0;                ///< nodes whose power is not that one
    bool routes_stale_ = false;                ///< noise moved
    SimTime routes_not_before_ = kStart;       ///< that itself: at the next use
    std::vector<FrameRecord>* trace_ = nullptr;

    TrafficCount frames_;
    TrafficCount datagrams_;
    TrafficCount receptions_;
    RadioCounters counters_;
    SimDuration airtime_{0};
};

} // namespace gridtwin::rf
