#pragma once
// One power-line medium: everything that hears each other below its concentrators, as one logical
// process with its own small event queue. docs/models/plc.md tells a datagram's life.
#include "models/medium/air.hpp"
#include "models/medium/broadcast.hpp"
#include "models/medium/datagram.hpp"
#include "models/medium/event_heap.hpp"
#include "models/medium/job_queue.hpp"
#include "models/medium/trees.hpp"
#include "models/plc/channel.hpp"
#include "models/plc/mode_table.hpp"
#include "models/plc/rate_adaptation.hpp"
#include "models/plc/routes.hpp"
#include "models/plc/spec.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace gridtwin::plc {

using medium::Datagram;
using medium::Sink;

struct MediumCounters {
    std::uint64_t events = 0;     ///< taken from the queue
    std::uint64_t duplicates = 0; ///< frames received again because their acknowledgement was lost
    std::uint64_t deferrals = 0;  ///< found the medium busy
    std::uint64_t repeated = 0;   ///< datagrams a repeater took over, broadcasts repeated
    std::uint64_t route_updates = 0;
};

class Medium {
  public:
    /// All modems powered, noise and impulses as at the quietest hour without load, routes known.
    /// @param modes mode_table() of the two specs, shared; null: one of its own is made
    /// @param roots modems below are concentrators
    /// @throws SimulationError when a spec has problems(), the channel has no modem, or roots is
    /// not 1 to all of them
    Medium(ModemSpec const& modem, ChannelSpec const& channel_spec, MacSpec mac, Channel channel,
           Seed seed, ConcentratorId id, std::shared_ptr<ModeTable const> modes = nullptr,
           std::uint16_t roots = 1);

    /// Hands a datagram to its sender's modem at `at`, which no event already run may exceed.
    /// @throws SimulationError for a time in the past, an unknown modem, from == to, or one to
    /// everybody that needs more than a frame
    void send(Datagram const& datagram, SimTime at);

    /// The most that one to everybody may have.
    [[nodiscard]] std::uint32_t broadcast_octets() const { return modes_->segment_octets(); }
    /// kNever when nothing is to come.
    [[nodiscard]] SimTime next_event() const { return events_.next(); }
    /// Runs all events before `end`.
    void run_until(SimTime end, Sink& sink);

    /// An unpowered modem neither sends, repeats nor hears. What it was sending breaks off; what it
    /// had queued is reported lost with no_power by the next run_until (an event at `now`).
    /// @throws SimulationError when events before `now` have not been run
    void set_powered(std::uint16_t modem, bool powered, SimTime now);
    [[nodiscard]] bool powered(std::uint16_t modem) const { return powered_[modem] != 0; }

    /// Noise in the receive band from now on: at all modems, or one level each.
    /// @throws SimulationError for another number of levels, or one that is not a number
    void set_noise_dbuv(double level_dbuv);
    void set_noise_dbuv(std::span<float const> level_dbuv);
    /// Rate of impulses over that of the loudest hour, from now on. Routes take what holds when
    /// they are renewed.
    /// @throws SimulationError when it is negative or not a number
    void set_impulse_factor(double factor);

    /// The lines' attenuation from now on, of as many modems: lines have opened or closed. Routes
    /// are stale then.
    /// @throws SimulationError for another number of modems
    void set_channel(Channel channel);

    /// The routes in force, [modem]. They are renewed at the next use once a modem's power
    /// or the channel changed or its noise moved by route_noise_step_db, at most every
    /// route_refresh_s.
    [[nodiscard]] std::span<RouteEntry const> routes() const { return routes_; }
    /// Renews them at once, and with them the modes of all links.
    void update_routes(SimTime now);
    /// Modems below are concentrators, each the root of a tree of its own.
    [[nodiscard]] std::uint16_t roots() const { return trees_.roots(); }
    /// Moves a modem to the tree of that root; at first all are in that of root 0. With kNoNode it
    /// is in none: on no route and without one, but it hears, and may speak directly. It is hung
    /// onto the tree as that stands, which is worked out anew after route_refresh_s; at the next
    /// use where ways of others lead over it.
    /// @throws SimulationError when the modem is a root or unknown, or the root is none
    void set_root(std::uint16_t modem, std::uint16_t root);
    /// The root of its tree, a root's being itself; kNoNode: in none.
    [[nodiscard]] std::uint16_t root(std::uint16_t modem) const { return trees_.root(modem); }
    /// What a full frame between the two costs now, in expected transmission time, plc::link_etx;
    /// infinite when it is no link. Whoever hears another measures it.
    /// @throws SimulationError when one is unknown, or both are one
    [[nodiscard]] double link_etx(std::uint16_t a, std::uint16_t b) const;
    /// The mode in which a frame from one modem to another would go now.
    [[nodiscard]] std::uint8_t mode(std::uint16_t from, std::uint16_t to) const;

    /// Books: sent = delivered + lost by reason + in flight, exactly. A frame is one transmission,
    /// repeats and acknowledgements included; delivered when the modem it was for received it.
    [[nodiscard]] TrafficCount const& frames() const { return frames_; }
    [[nodiscard]] TrafficCount const& datagrams() const { return datagrams_; }
    /// What became of broadcast frames at the modems within hearing (at the sensitivity or above),
    /// one for each frame and modem: sent = delivered + lost by reason.
    [[nodiscard]] TrafficCount const& receptions() const { return receptions_; }
    /// Counted by walking: transmissions begun (or an acknowledgement about to begin) without a
    /// fate.
    [[nodiscard]] std::size_t frames_in_flight() const { return air_.in_flight(); }
    /// Counted by walking the senders' queues and the datagrams not yet handed to them.
    [[nodiscard]] std::size_t datagrams_in_flight() const;

    /// Sum of all transmissions' durations; more than the clock where they overlapped.
    [[nodiscard]] double airtime_s() const { return to_s(airtime_); }
    [[nodiscard]] MediumCounters const& counters() const { return counters_; }
    [[nodiscard]] ModemSpec const& modem() const { return modes_->modem(); }
    [[nodiscard]] Channel const& channel() const { return channel_; }
    [[nodiscard]] std::size_t size() const { return channel_.size(); }
    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const;

  private:
    friend medium::EventHeap;

    using Job = medium::Job<kMaxHops>;
    using Transmission = medium::Transmission;

    struct ModemState {
        std::uint64_t attempt = 0;            ///< order of the attempt event in force
        SimTime own_until = medium::kLongAgo; ///< end of what it sent or will acknowledge
        medium::Queue queue;
        std::uint8_t backoff_exponent = 0;
        medium::Activity activity = medium::Activity::idle;
    };

    [[nodiscard]] RouteInput route_input() const {
        return {*modes_,         mac_,           channel_,        noise_dbuv_, powered_,
                impulse_factor_, trees_.roots(), trees_.root_of()};
    }
    void note_noise_change();
    void start_rates();
    void start_rates(RouteInput const& in, std::size_t modem);
    /// @return as of medium::hang
    [[nodiscard]] bool hang(std::uint16_t modem);
    [[nodiscard]] std::size_t link_row(std::uint16_t from, std::uint16_t to) const;
    [[nodiscard]] std::uint8_t mode_of(Job const& job) const;
    void learn(Job const& job, bool acknowledged);
    void on_submit(std::uint32_t job, Sink& sink);
    void on_attempt(std::uint16_t modem, std::uint64_t order, Sink& sink);
    void on_frame_end(std::uint32_t id, Sink& sink);
    void on_power_lost(std::uint16_t modem, Sink& sink);

    std::uint32_t new_job(Datagram const& datagram);
    void enqueue(std::uint16_t modem, std::uint32_t job, Sink& sink);
    void begin_head(std::uint16_t modem, SimTime earliest);
    void schedule_attempt(std::uint16_t modem, SimTime at);
    bool choose_path(Job& job);
    bool defer(std::uint16_t modem, Job const& job);
    bool expire_head(std::uint16_t modem, Sink& sink);
    void transmit(std::uint16_t modem, std::uint32_t job);
    bool acknowledge(std::uint32_t job, std::uint16_t receiver, std::uint16_t sender,
                     std::uint8_t mode);
    LossReason fate_of(Transmission const& tx);
    LossReason fate_at(Transmission const& tx, std::uint16_t listener, std::uint64_t count) const;
    void after_broadcast(Transmission const& tx, Sink& sink);
    void data_arrived(std::uint32_t job, std::uint8_t mode, Sink& sink);
    void segment_done(std::uint32_t job, Sink& sink);
    void segment_failed(std::uint32_t job, LossReason reason, SimTime timeout, Sink& sink);
    void lose(Job const& job, LossReason reason, Sink& sink);
    Transmission& put_on_air(std::uint16_t from, std::uint16_t to, SimTime start, SimTime end);
    SimDuration backoff(std::uint16_t modem);
    void raise_backoff(std::uint16_t modem);
    [[nodiscard]] double level_dbuv(std::uint16_t from, std::uint16_t to) const {
        return tx_level_dbuv_ - channel_.attenuation_db(from, to);
    }
    [[noreturn]] void fail(std::string_view what, SimTime at) const;

    std::shared_ptr<ModeTable const> modes_; ///< of all media with the same modem
    MacSpec mac_;
    Channel channel_;
    double impulse_factor_;
    Seed seed_;
    ConcentratorId id_;
    double tx_level_dbuv_;
    SimDuration turnaround_;
    SimDuration slot_;
    SimDuration detect_;
    SimDuration guard_;

    SimTime now_ = kStart;
    medium::EventHeap events_;
    medium::Air air_;
    medium::Jobs<kMaxHops> jobs_;
    medium::Broadcasts broadcasts_;
    std::vector<ModemState> modems_;
    std::vector<std::uint8_t> powered_;
    medium::Trees trees_;
    std::vector<float> noise_dbuv_;
    std::vector<float> routed_noise_dbuv_; ///< that the routes were worked out for
    std::vector<RouteEntry> routes_;
    std::vector<LinkRate> rates_; ///< [modem][up, down]; empty when there is but one mode
    bool routes_stale_ = false;
    SimTime routes_not_before_ = kStart; ///< that itself: at the next use

    TrafficCount frames_;
    TrafficCount datagrams_;
    TrafficCount receptions_;
    MediumCounters counters_;
    SimDuration airtime_{0};
    std::uint64_t backoffs_ = 0;
    std::uint64_t judged_ = 0; ///< fates of frames at a modem
};

} // namespace gridtwin::plc
