#pragma once
// Concentrators that hear each other (most often one alone), their power line and their radio mesh,
// and the meters below them: a logical process of its own.
#include "models/concentrator/concentrator.hpp"
#include "models/meter/alarm_push.hpp"
#include "models/meter/clock_broadcast.hpp"
#include "models/meter/table.hpp"
#include "models/plc/medium.hpp"
#include "models/rf/medium.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/federate.hpp"
#include "sim/results/records.hpp"
#include "sim/scenario/world.hpp"
#include "sim/twin/area_discovery.hpp"
#include "sim/twin/area_firmware.hpp"
#include "sim/twin/area_medium.hpp"
#include "sim/twin/area_noise.hpp"
#include "sim/twin/grid_view.hpp"
#include "sim/twin/real_wire.hpp"
#include "sim/twin/seen_messages.hpp"
#include "sim/twin/slots.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace gridtwin::twin {

/// Runs on any thread, between barriers, and touches nothing but its own state and its own meters.
class AccessArea final {
  public:
    /// @param plc_modes of its power line, shared by all areas of equal specs
    AccessArea(scenario::Scenario const& scenario, scenario::World const& world, AreaId id,
               meter::MeterTable& meters, std::shared_ptr<plc::ModeTable const> plc_modes);
    AccessArea(AccessArea const&) = delete;
    AccessArea& operator=(AccessArea const&) = delete;

    [[nodiscard]] SimTime next_event() const;
    /// Runs all events before `end`; what leaves the area waits in outbox().
    void run_until(SimTime end);

    /// From the head-end, at message.concentrator at `at`.
    void accept(SimTime at, Message message);
    void on_supply(MeterId meter, bool energised, SimTime at);
    void on_meter_event(EventRecord const& event, SimTime now);
    /// A fuse of one of its networks; nothing is heard across an open one.
    void on_fuse(FuseChange const& change);
    void on_grid(GridView const& view);
    /// @param lv_busbar_w [LV network]
    void on_busbar(std::span<double const> lv_busbar_w, SimTime at);
    /// Of the buses of its concentrators. @param lv_live [LV network]
    void on_mains(std::span<std::uint8_t const> lv_live, SimTime at);

    struct Outgoing {
        SimTime at{};
        engine::FederateId to{};
        std::uint32_t entity = 0;
        Message message;
    };
    [[nodiscard]] std::vector<Outgoing>& outbox() { return outbox_; }
    [[nodiscard]] std::vector<MessageRecord>& message_records() { return records_; }
    [[nodiscard]] std::vector<EventRecord>& events() { return events_; }
    /// A concentrator came alive or fell silent, in order; the network must know.
    struct Liveness {
        ConcentratorId concentrator{};
        SimTime at{};
        bool alive = false;
    };
    [[nodiscard]] std::vector<Liveness>& liveness() { return liveness_; }

    /// Requests that reached a meter on its reserve: it no longer answers.
    [[nodiscard]] std::uint64_t unanswered() const { return unanswered_; }
    /// Orders of the head-end that reached, or waited in, a concentrator that had fallen silent.
    [[nodiscard]] std::uint64_t unheard() const;
    /// Messages that their receiver could not open.
    [[nodiscard]] std::uint64_t refused() const { return wire_.refused(); }
    /// Short messages that the network brought its concentrators once more, and nothing came of.
    [[nodiscard]] std::uint64_t sms_repeated() const { return sms_repeated_; }
    /// nullptr: no meter of it is on that channel.
    [[nodiscard]] AreaMedium<plc::Medium> const* plc() const { return plc_ ? &*plc_ : nullptr; }
    [[nodiscard]] AreaMedium<rf::Medium> const* rf() const { return rf_ ? &*rf_ : nullptr; }
    [[nodiscard]] std::size_t concentrators() const { return posts_.size(); }
    [[nodiscard]] concentrator::Concentrator const& concentrator(std::size_t place) const {
        return posts_[place].concentrator;
    }
    [[nodiscard]] MeterId meter_of(std::size_t member) const {
        return row_.meters[member - posts_.size()];
    }
    [[nodiscard]] bool module_broken(std::size_t member, Channel channel) const {
        return (silent_[member] & broken(channel)) != 0;
    }
    [[nodiscard]] std::span<MeterId const> meters() const { return row_.meters; }
    [[nodiscard]] AreaDiscovery const& discovery() const { return discovery_; }
    /// An order to all meters of a concentrator.
    struct Announced {
        std::size_t meters = 0;          ///< that were to hear it
        std::vector<std::uint8_t> heard; ///< [member] 1: it has reached that meter
    };
    [[nodiscard]] std::map<CommandId, Announced> const& announced() const { return announced_; }
    /// Of its meters, but for last gasps.
    [[nodiscard]] meter::AlarmPush const& alarm_push() const { return alarm_push_; }
    /// nullptr: none has been on its way yet.
    [[nodiscard]] meter::FirmwareState const* firmware(MeterId meter) const {
        return firmware_.states().empty() ? nullptr : &firmware_.states()[member_of(meter)];
    }
    /// Messages handed to the media that have no record yet, by walking them: those whose fate is
    /// unknown, and those to all that somebody still has to repeat.
    void walk_in_flight(std::vector<MessageRecord>& out) const;
    [[nodiscard]] std::size_t bytes() const;

  private:
    enum class LocalKind : std::uint8_t {
        from_head_end,
        reply,
        last_gasp,
        modem_off,
        restored,
        module_failed,
        module_repaired,
        activation,
        rebooted,
        tell_found,
        alarm,
        repetition
    };
    struct Local {
        LocalKind kind{};
        std::uint32_t member = 0; ///< for what comes from the head-end, too: the concentrator
        std::uint32_t outage =
            0; ///< of the meter: an event of an older outage has lost its meaning
        Channel channel = Channel::plc; ///< of a reply, of a module, of a call
        Message message;                ///< of alarms what and when alone: value, occurred
    };

    /// What one medium tells of its datagrams.
    struct Heard final : medium::Sink {
        Heard(AccessArea& owner, Channel over) : area(owner), channel(over) {}
        void on_delivered(medium::Datagram const& datagram, SimTime at, std::uint8_t tries,
                          std::uint8_t hops) override;
        void on_lost(medium::Datagram const& datagram, LossReason reason, SimTime at,
                     std::uint8_t tries, std::uint8_t hops) override;
        void on_first_hop(medium::Datagram const& datagram, bool acknowledged, SimTime at) override;
        void on_broadcast(medium::Datagram const& datagram, std::uint16_t node,
                          SimTime at) override;
        void on_broadcast_over(std::uint64_t handle, SimTime at) override;
        void settle_part(medium::Datagram const& datagram, LossReason reason, SimTime at,
                         std::uint8_t tries);
        AccessArea& area;
        Channel channel;
    };
    friend struct Heard;

    void make_posts();
    /// Lines have changed that concern those networks of the area.
    void update_channel(std::vector<std::uint32_t> const& networks);
    void note_islands(std::span<std::uint32_t const> lv_island);
    void make_media(std::shared_ptr<plc::ModeTable const> plc_modes);
    void make_registrations();
    void run_local(Local local);
    void note_liveness();

    /// A concentrator's ports.
    struct ToMeters final : concentrator::MeterLink {
        ToMeters(AccessArea& owner, std::size_t at) : area(owner), place(at) {}
        void send(Message&& message, Channel channel) override;
        void broadcast(Message&& message, Channel channel, SimTime arrive_by) override;
        void call(Message&& message, Channel channel) override;
        void drop_member(MeterId meter, Channel channel) override;
        AccessArea& area;
        std::size_t place;
    };
    struct ToHeadEnd final : concentrator::Uplink {
        ToHeadEnd(AccessArea& owner, std::size_t at) : area(owner), place(at) {}
        void send(Message&& message) override;
        AccessArea& area;
        std::size_t place;
    };
    friend struct ToMeters;
    friend struct ToHeadEnd;

    /// Calls `visit` with the area's medium of a channel.
    template <typename Visit>
    void with_medium(Channel channel, Visit visit) {
        channel == Channel::plc ? visit(*plc_) : visit(*rf_);
    }
    /// @return its datagram's handle
    std::uint64_t send(std::size_t from, std::size_t to, Message&& message, Channel channel,
                       bool contend);
    /// The concentrator to which a member, that belongs to one, has its way over that channel.
    [[nodiscard]] std::uint16_t alarms_go_to(std::size_t member, Channel channel);
    /// Of what has reached a member. @return whether it could be opened; if not, that is an event
    [[nodiscard]] bool open(Message& message, Channel channel, std::size_t member);
    [[nodiscard]] bool repeated_by_sms(std::size_t place, Message const& message);
    /// @return whether a module of the meter worked and sent it
    bool send_alarm(std::size_t member, AlarmKind kind, SimTime occurred);
    /// @param dated by the meter's clock
    bool try_alarm(std::size_t member, AlarmKind kind, SimTime dated);
    void plan_repetition(meter::AlarmRepetition const& again);
    void repeat_alarm(Local const& local);
    /// Of power lost or restored.
    void report_supply(Local const& local);
    /// An alarm that is due while its meter starts anew waits until it has.
    void put_off(Local&& alarm);
    void end_reboot(std::size_t member);
    /// Why a member's modules are silent: bits of silent_.
    enum Silence : std::uint8_t { no_supply = 1, plc_broken = 2, rf_broken = 4, rebooting = 8 };
    [[nodiscard]] static Silence broken(Channel channel) {
        return channel == Channel::plc ? plc_broken : rf_broken;
    }
    /// The one place that turns modules off and on.
    /// @return whether the reason is new, or gone
    bool set_silent(std::size_t member, Silence why, bool silent);
    void set_module(std::size_t member, Channel channel, bool fails);
    void on_request(std::size_t member, Message&& request, Channel channel);
    void reply(std::size_t member, Message&& message, Channel channel, SimTime ready);
    void note_announced(CommandId command, std::size_t place);
    [[nodiscard]] bool believes_clock(std::size_t member, Message const& broadcast);
    // area_firmware.cpp
    void hear_firmware(std::size_t member, Message const& message);
    void on_firmware_request(std::size_t member, Message const& request, Channel channel);
    void plan_activation(std::size_t member);
    void activate_firmware(std::size_t member);
    // area_discovery.cpp
    void hear_call(std::size_t member, Message const& call, Channel channel);
    /// A request that has to do with discovery. @return whether it is one
    bool on_discovery_request(std::size_t member, Message const& request, Channel channel);
    void note_asked(std::size_t member, Message const& request, Channel channel);
    void make_call(std::size_t member, Message const& request, Channel channel);
    void tell_found(std::size_t member, Channel channel);
    /// Calls `visit` with a concentrator and its ports.
    template <typename Visit>
    void with_post(std::size_t place, Visit visit) {
        ToMeters link(*this, place);
        ToHeadEnd uplink(*this, place);
        visit(posts_[place].concentrator, link, uplink);
    }
    /// Row of the concentrator at which nothing is earlier.
    [[nodiscard]] std::size_t earliest_post() const;
    [[nodiscard]] std::size_t place_of(ConcentratorId id) const {
        return world_.concentrators[index(id)].place;
    }
    [[nodiscard]] std::size_t member_of(MeterId meter) const;
    [[nodiscard]] concentrator::MeterWay way_of(std::size_t member) const {
        return world_.meters.way[index(meter_of(member))];
    }

    scenario::Scenario const& scenario_;
    /// A concentrator at its place in the area.
    struct Post {
        concentrator::Concentrator concentrator;
        bool was_alive = true;
        SeenMessages by_sms{wire::sms::kMostWindow}; ///< short messages that it has had
    };

    scenario::World const& world_;
    AreaId id_;
    scenario::AreaRow const& row_;
    meter::MeterTable& meters_;
    std::optional<AreaMedium<plc::Medium>> plc_;
    std::optional<AreaMedium<rf::Medium>> rf_;
    std::vector<Post> posts_; ///< [concentrator of the area]
    MessageNumbers meter_numbers_;
    engine::EventQueue<Local> local_;
    Heard on_line_{*this, Channel::plc};
    Heard on_air_{*this, Channel::rf};
    RealWire wire_;
    AreaNoise noise_;
    std::vector<topology::OpenLines> open_; ///< [network] empty before the first
    std::vector<std::uint32_t> island_;     ///< [network] empty before the first view
    std::vector<std::uint32_t> outage_;     ///< [member] counts supply changes
    std::vector<SimTime> restored_at_;      ///< [member] last return of supply
    std::vector<std::uint8_t> silent_;      ///< [member] bits of Silence; 0: it is heard
    std::vector<Channel> asked_over_;       ///< [member] the last request came, at first its
                                            ///< primary channel: alarms go that way
    std::vector<std::uint16_t> owner_;      ///< [member] the concentrator it belongs to, as it
                                            ///< knows; kNoOwner: it never did
    static constexpr std::uint16_t kNoOwner = 0xffff;
    AreaDiscovery discovery_;
    std::map<CommandId, Announced> announced_;
    AreaFirmware firmware_;
    struct PutOff {
        Local alarm;
        SimDuration after{}; ///< the restart
    };
    std::vector<PutOff> put_off_; ///< alarms of meters that start anew, in order
    meter::AlarmPush alarm_push_;
    std::vector<meter::ClockHearing> clock_heard_; ///< [member]; empty before the first broadcast
    SimTime now_ = kStart;
    std::uint64_t unanswered_ = 0;
    std::uint64_t unheard_ = 0;
    std::uint64_t sms_repeated_ = 0;

    std::vector<Outgoing> outbox_;
    std::vector<MessageRecord> records_;
    std::vector<EventRecord> events_;
    std::vector<Liveness> liveness_;
};

} // namespace gridtwin::twin
