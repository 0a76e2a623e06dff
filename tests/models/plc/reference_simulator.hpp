#pragma once
// The rules of docs/models/plc.md played out event by event, as plainly as they can be written:
// every modem hears every frame begin and end. Slow, and for comparison only.
#include "models/plc/medium.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace gridtwin::plc::testing {

/// What both the medium and the reference can be asked; compared after every instant.
struct Books {
    TrafficCount frames;
    TrafficCount datagrams;
    double airtime_s = 0.0;
    std::uint64_t duplicates = 0;
    std::uint64_t deferrals = 0;
    std::uint64_t repeated = 0;
    std::uint64_t route_updates = 0;
    TrafficCount receptions; ///< of frames to everybody
};

/// Same calls as Medium, same contracts. Links (attenuation, error rates, routes) are asked of the
/// channel, the error table and find_routes, which have truth tests of their own.
class ReferenceSimulator {
  public:
    ReferenceSimulator(ModemSpec modem, ChannelSpec const& channel_spec, MacSpec const& mac,
                       Channel channel, Seed seed, ConcentratorId id, std::uint16_t roots = 1);

    void send(Datagram const& datagram, SimTime at);
    void run_until(SimTime end, Sink& sink);
    void set_powered(std::uint16_t modem, bool powered, SimTime now);
    void set_noise_dbuv(std::span<float const> level_dbuv);
    void set_channel(Channel channel);
    void set_root(std::uint16_t modem, std::uint16_t root);
    void set_impulse_factor(double factor) { impulse_factor_ = factor; }
    [[nodiscard]] Books books() const;

  private:
    /// A datagram at one modem of its way.
    struct Item {
        Datagram datagram;
        std::vector<std::uint16_t> path; ///< empty until chosen
        std::size_t hop = 0;             ///< it is at path[hop]
        std::uint32_t frame = 0;         ///< of its burst, the one to be sent
        std::uint32_t frames = 1;
        std::uint32_t tries = 0; ///< of that frame
        std::uint32_t worst_tries = 0;
        bool begun = false;
        bool goes_on = false;       ///< the next transmission continues a burst
        bool frame_arrived = false; ///< the next modem holds this frame
        bool all_arrived = false;   ///< the next modem holds the datagram
        bool repeats = false;       ///< a broadcast of another
        std::uint16_t tree = 0;     ///< of a broadcast: the root of its first sender

        [[nodiscard]] std::uint8_t hops() const {
            return static_cast<std::uint8_t>(path.empty() ? 0 : path.size() - 1);
        }
    };
    using ItemPtr = std::shared_ptr<Item>;

    struct Frame {
        std::uint64_t number = 0; ///< in the order in which they were planned
        std::uint16_t from = 0;
        std::uint16_t to = 0;
        SimTime start;
        SimTime end;
        SimTime holds_until; ///< the medium, for an acknowledgement
        std::uint32_t bits = 0;
        std::size_t mode = 0;
        bool is_ack = false;
        bool no_power = false;
        ItemPtr item;                            ///< what its data sender has in hand
        std::vector<std::shared_ptr<Frame>> met; ///< on the line at its receiver meanwhile
        std::vector<std::vector<std::shared_ptr<Frame>>> met_at; ///< to everybody: at each modem
        std::vector<std::uint8_t> blinked; ///< to everybody: [modem] its supply was not whole
    };
    using FramePtr = std::shared_ptr<Frame>;

    /// What the sender of a link's direction has seen of it.
    struct Experience {
        std::size_t mode = 0;
        std::uint32_t good_in_a_row = 0;
        std::uint32_t bad_in_a_row = 0;
        bool just_raised = false;
    };

    using When = std::pair<SimTime, std::uint64_t>; ///< time, then order of planning
    using Action = std::function<void(Sink&)>;

    struct Node {
        bool powered = true;
        bool sending = false; ///< from a data frame's start to the end of its exchange
        std::uint32_t exponent = 0;
        SimTime own_end = from_ns(-1'000'000'000'000);
        When attempt{kNever, 0};
        std::vector<ItemPtr> queue;
        std::vector<FramePtr> heard;   ///< on the line or lately gone
        std::set<std::uint64_t> knows; ///< broadcasts
    };

    When plan(SimTime at, Action action);
    void plan_attempt(std::uint16_t m, SimTime at);
    void cancel_attempt(std::uint16_t m);

    void submit(Datagram const& datagram, Sink& sink);
    void enqueue(std::uint16_t m, ItemPtr const& item, Sink& sink);
    void take_in(std::uint16_t m, ItemPtr const& item);
    void begin_next(std::uint16_t m, SimTime earliest);
    void attempt(std::uint16_t m, Sink& sink);
    bool wait_for_medium(std::uint16_t m);
    void transmit(std::uint16_t m);
    void plan_frame(FramePtr const& frame);
    void start_frame(FramePtr const& frame);
    void end_frame(FramePtr const& frame, Sink& sink);
    LossReason judge(Frame const& frame);
    LossReason judge_at(Frame const& frame, std::uint16_t at, std::vector<FramePtr> met);
    void end_broadcast(FramePtr const& frame, Sink& sink);
    void tell_what_is_over(Sink& sink);
    void data_arrived(FramePtr const& frame, Sink& sink);
    void acknowledged(std::uint16_t m);
    void failed(std::uint16_t m, LossReason reason, SimTime timeout, Sink& sink);
    void lose(Item const& item, LossReason reason, Sink& sink);
    bool choose_path(Item& item);
    [[nodiscard]] bool spreads(Item const& item, std::uint16_t m) const;
    /// As everything is now; valid until it is asked for again.
    [[nodiscard]] RouteInput route_input();
    /// nullopt: others' ways change with that of the modem, which has changed its tree.
    std::optional<std::vector<RouteEntry>> routes_with(std::uint16_t modem);
    /// The modes of its link in the routes.
    void learn_modes(std::uint16_t m);
    void update_routes();
    [[nodiscard]] std::size_t mode_towards(std::uint16_t from, std::uint16_t to, bool joining);
    void learn(std::uint16_t m, bool good);
    SimDuration backoff(std::uint16_t m);
    [[nodiscard]] double level_dbuv(std::uint16_t from, std::uint16_t to) const;
    [[nodiscard]] bool hears(std::uint16_t who, Frame const& frame) const;

    ModemSpec modem_;
    MacSpec mac_;
    Channel channel_;
    ModeTable modes_;
    double impulse_factor_;
    Seed seed_;
    EntityKey key_;
    SimDuration turnaround_;
    SimDuration slot_;
    SimDuration detect_;
    SimDuration guard_;

    SimTime now_ = kStart;
    std::uint64_t planned_ = 0;
    std::map<When, Action> agenda_;
    std::vector<Node> nodes_;
    std::vector<FramePtr> unsettled_;
    std::set<std::uint64_t> under_way_; ///< broadcasts
    std::uint64_t frames_planned_ = 0;
    std::uint64_t backoffs_ = 0;
    std::uint64_t judged_ = 0;

    std::vector<float> noise_dbuv_;
    std::vector<float> routed_noise_dbuv_;
    std::vector<std::uint8_t> powered_; ///< of route_input()
    std::vector<RouteEntry> routes_;
    std::uint16_t roots_;
    std::vector<std::uint16_t> root_of_;
    std::map<std::pair<std::uint16_t, std::uint16_t>, Experience> links_; ///< of the routes
    bool routes_stale_ = false;
    bool routes_due_ = true; ///< at the next use, if they are stale; else not before
    SimTime routes_not_before_ = kStart;

    Books books_;
    SimDuration airtime_{0};
};

} // namespace gridtwin::plc::testing
