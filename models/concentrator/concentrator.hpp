#pragma once
// A data concentrator: finds the meters of its media, polls them, stores their profiles, uploads
// them, and hands commands and alarms through. Plain state: a copy is a snapshot.
#include "models/concentrator/announcements.hpp"
#include "models/concentrator/balance.hpp"
#include "models/concentrator/clock_broadcast.hpp"
#include "models/concentrator/clock_sync.hpp"
#include "models/concentrator/collections.hpp"
#include "models/concentrator/discovery.hpp"
#include "models/concentrator/firmware.hpp"
#include "models/concentrator/held_intervals.hpp"
#include "models/concentrator/meter_ways.hpp"
#include "models/concentrator/ports.hpp"
#include "models/concentrator/profile_store.hpp"
#include "models/concentrator/resting_meters.hpp"
#include "models/concentrator/uplink_queue.hpp"
#include "models/wire/sizes.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace gridtwin::concentrator {

/// Defaults are assumptions.
struct ConcentratorSpec {
    SimDuration interval = std::chrono::minutes(15); ///< of the meters' profiles
    SimDuration poll_every = std::chrono::hours(4);
    SimDuration poll_offset{}; ///< staggers concentrators
    SimDuration poll_start_delay =
        std::chrono::minutes(2); ///< after the interval's end: slow clocks
    SimDuration response_timeout = std::chrono::seconds(20);
    std::uint32_t rows_per_request = 16;
    int tries_per_round = 3; ///< requests a meter leaves unanswered in a round
    SimDuration make_up_every =
        std::chrono::hours(1); ///< later tries for what a round missed; 0 none
    int make_up_tries = 1;
    int command_tries = 3;
    SimDuration battery = std::chrono::hours(2);
    SimDuration battery_recharge = std::chrono::hours(10); ///< from empty to full
    bool poll_on_battery = false; ///< its own bus is dead, and so are the meters around it
    SimDuration restart_delay =
        std::chrono::minutes(1); ///< from mains' return to the first request
    std::uint32_t upload_batch_octets = 8192;
    SimDuration upload_max_wait = std::chrono::minutes(1);
    /// Of flash for profile blocks: about four days of a hundred meters. Assumption.
    std::uint32_t store_limit_octets = 256 * 1024;
    SwitchRule channels{};
    ClockSyncSpec clock{};
    ClockBroadcastSpec clock_broadcast{};
    AnnouncementSpec announcements{};
    FirmwareSpec firmware{};
    CollectionSpec collect{};
    BalanceSpec balance{};
    UplinkSpec uplink{};
    DiscoverySpec discovery{};
    double busbar_error_frac = 0.0; ///< of its transformer meters
    wire::SizeSpec sizes{};
};

struct ConcentratorCounts {
    std::uint64_t requests = 0;     ///< sent to meters
    std::uint64_t timeouts = 0;     ///< of them unanswered in time
    std::uint64_t unsent = 0;       ///< of them without a way to their meter
    std::uint64_t rounds = 0;       ///< begun, make-up rounds included
    std::uint64_t rows_stored = 0;  ///< each interval of each meter once
    std::uint64_t rows_doubled = 0; ///< came again, dropped
    std::uint64_t rows_gone = 0;    ///< overwritten in the meter before they were read
    std::uint64_t bad_answers = 0;  ///< undecodable, or not from a meter of this concentrator
    std::uint64_t batches = 0;      ///< uploads of stored rows
    std::uint64_t commands_given_up = 0;
    std::uint64_t jobs_dropped = 0;     ///< commands that waited when the battery was empty
    std::uint64_t on_backup = 0;        ///< requests that went over a meter's backup channel
    std::uint64_t channel_switches = 0; ///< meters that left a channel which did not answer
    std::uint64_t alarms_doubled = 0;   ///< came over both channels or again, handed up once
    std::uint64_t broadcasts = 0;       ///< of announcements to all meters of a channel, every copy
    std::uint64_t strangers = 0;        ///< commands for meters that are none of its own, refused
    std::uint64_t let_go = 0;           ///< meters that are another concentrator's by now
    std::uint64_t reads_unanswered = 0; ///< of profiles: no session, or rows on their way by then
};

class Concentrator final {
  public:
    /// @param meters that it may ever hear, each once
    /// @param ways [meter] how each is reached; empty: all by power line
    /// @param numbers of its own: everything it sends gets a new number
    /// @param own [meter] 1: of its own networks; empty: all are
    /// @param commissioned its own meters are registered from the start; else nobody is
    /// @throws SimulationError for a spec that could never work (durations, tries or sizes not > 0)
    Concentrator(ConcentratorSpec const& spec, ConcentratorId id, std::span<MeterId const> meters,
                 std::span<MeterWay const> ways, MessageNumbers numbers,
                 std::span<std::uint8_t const> own = {}, bool commissioned = true);

    /// When on_timer wants to be called; kNever for nothing. May change by every call below.
    [[nodiscard]] SimTime next_event() const;
    /// Does what is due at `now` (nothing, if nothing is).
    void on_timer(SimTime now, MeterLink& link, Uplink& uplink);

    /// From a meter: a profile is stored, acknowledgements and alarms are handed up at once. Late,
    /// doubled and unasked messages do no harm. An alarm of a meter that it does not know shows
    /// that it is there, as the answer to a call would. Ignored when not alive.
    /// @param over the channel on which it came
    void on_meter_message(Message&& message, Channel over, SimTime now, MeterLink& link,
                          Uplink& uplink);

    /// From the head-end: commands, then reads on demand, go before all else, in the order they
    /// came. Reads of the profile, by which the head-end fills its gaps, take turns with the
    /// schedule's polls and sweeps, request by request, so that neither starves the other, however
    /// many meters are silent. They are answered by one profile message with the command's number:
    /// out of the store where the rows are there, else read from the meter. One begins when the
    /// uplink's window has room; without a session there is none: it is dropped, as what waits
    /// goes up by itself. Rows of which some are on their way up come likewise, without an answer:
    /// no row waits for the head-end twice. A command a meter
    /// leaves unanswered command_tries times is dropped in silence: the head-end's own timer tells.
    /// The same command waiting already is not taken twice. Commands for a meter that is not
    /// registered are refused. An order to all meters is acknowledged once it has been broadcast,
    /// and whenever it comes again. A firmware above the one before begins a campaign, which takes
    /// the other's place and goes on when nothing else is to be done; every order of a firmware is
    /// answered by a report, with the version before it (0: none) if its time is up before a block
    /// has been sent. Ignored when not alive.
    void on_uplink_message(Message&& message, SimTime now, MeterLink& link, Uplink& uplink);

    /// Its own modem had no way to whom the request with that number was for, so nothing was sent:
    /// that try is over at once. The meter gets its next one response_timeout later, as if its
    /// answer had been waited for: a route does not come back from one moment to the next. Others
    /// are asked meanwhile. What is lost further out nobody tells a concentrator. Whom it searches
    /// for or registers is waited for all the same. Not to be called from within MeterLink::send.
    void on_no_route(MessageId id, SimTime now, MeterLink& link, Uplink& uplink);

    /// What it broadcast on one channel has been sent, or never will be: the next block of a
    /// firmware waits for that.
    void on_broadcast_settled(MessageId id, SimTime now, MeterLink& link, Uplink& uplink);

    /// With a balance: the power at the busbars of its networks from `now` on.
    void on_busbar(double p_w, SimTime now) { balance_.on_busbar(p_w, now); }

    /// The voltage of its bus went or came at `now`. Without, it lives on its battery; then it is
    /// silent. With voltage again it catches up after restart_delay. The store and a firmware
    /// campaign survive, commands under way do not.
    void set_mains(bool on, SimTime now);

    [[nodiscard]] bool alive() const { return alive_; }
    [[nodiscard]] bool on_mains() const { return mains_; }
    [[nodiscard]] bool in_round() const { return in_round_; }
    [[nodiscard]] MeterWays const& ways() const { return ways_; }
    /// The one request to a meter that is waited for.
    [[nodiscard]] std::optional<MessageId> outstanding() const;
    [[nodiscard]] ConcentratorId id() const { return id_; }
    /// All that it may ever hear.
    [[nodiscard]] std::span<MeterId const> meters() const { return meters_; }
    /// How many of them are registered.
    [[nodiscard]] std::size_t members() const { return ways_.members(); }
    [[nodiscard]] bool has(MeterId meter) const {
        auto const row = find_meter(meter);
        return row && ways_.member(*row);
    }
    /// Over all channels.
    [[nodiscard]] DiscoveryCounts discovery_counts() const;
    /// Its search on that channel; nullptr where no meter has it.
    [[nodiscard]] Discovery const* discovery(Channel channel) const;
    [[nodiscard]] ConcentratorCounts const& counts() const { return counts_; }
    [[nodiscard]] ClockSync const& clock_sync() const { return clock_; }
    [[nodiscard]] ClockBroadcast const& clock_broadcast() const { return clock_broadcast_; }
    [[nodiscard]] Collections const& collections() const { return collections_; }
    [[nodiscard]] UplinkQueue const& uplink() const { return uplink_; }
    [[nodiscard]] Balance const& balance() const { return balance_; }
    /// The latest campaign; nullptr none yet.
    [[nodiscard]] FirmwareCampaign const* firmware() const {
        return firmware_ ? &firmware_->campaign : nullptr;
    }
    /// Of all campaigns.
    [[nodiscard]] FirmwareCounts firmware_counts() const;
    /// Tells which meters have a second profile. @param interval [meter] 0: none
    void expect_load(std::span<SimDuration const> interval) { collections_.expect_load(interval); }
    [[nodiscard]] HeldIntervals const& held(std::size_t meter_index) const {
        return held_[meter_index];
    }
    /// Whether an interval of a meter has been stored here, be it handed up long since.
    [[nodiscard]] bool stored(std::size_t meter_index, std::uint32_t interval) const;
    /// Rows of registered meters, of intervals ended by `now` (and poll_start_delay ago), that are
    /// not stored though they are to be asked for.
    [[nodiscard]] std::uint64_t missing_rows(SimTime now) const;

  private:
    enum class Task : std::uint8_t { poll, command, read, clock, collection, firmware, discovery };
    struct Request {
        Task task{};
        std::size_t meter_index = 0;
        CommandId command{};
        IntervalSpan asked{}; ///< of polls and reads
        MessageId id{};
        SimTime sent{};
        SimTime deadline{};
        std::uint32_t octets = 0;
        Channel channel = Channel::plc;
    };
    struct ChannelDiscovery {
        Channel channel{};
        Discovery discovery;
    };
    /// A command of the head-end; for a read also what has come of its rows.
    struct Job {
        Message order;
        std::size_t meter_index = 0;
        int tries = 0;
        std::uint32_t first = 0; ///< of rows
        std::vector<wire::ProfileRow> rows{};
        std::vector<std::uint8_t> have{}; ///< [row] one of
        static constexpr std::uint8_t kLacking = 0;
        static constexpr std::uint8_t kStored = 1;  ///< taken out of the store
        static constexpr std::uint8_t kFetched = 2; ///< from the meter, for this read
        static constexpr std::uint8_t kOnWay = 3;   ///< sent up, without the head-end's word yet
        [[nodiscard]] bool lacks_rows() const {
            return std::find(have.begin(), have.end(), kLacking) != have.end();
        }
    };

    struct Firmware {
        FirmwareCampaign campaign;
        CommandId command{};         ///< of its order
        FirmwareCounts before{};     ///< of campaigns before
        std::uint64_t told_done = 0; ///< in the last report
        SimTime told_at{};
        bool told_over = false;
        std::uint32_t version_before = 0; ///< of the campaign before; 0: there was none
    };

    [[nodiscard]] std::optional<std::size_t> find_meter(MeterId meter) const;
    [[nodiscard]] std::uint32_t due_interval(SimTime now) const;
    [[nodiscard]] SimTime slot_after(SimTime now) const;
    [[nodiscard]] bool may_send() const;
    [[nodiscard]] bool may_poll() const;
    [[nodiscard]] SimTime battery_empty_at() const;
    void fall_silent();

    void start_members(bool commissioned);
    void begin_round(std::uint32_t due, int tries);
    void end_round(SimTime now);
    void next_meter();
    [[nodiscard]] bool doubled(Message const& alarm);
    void on_profile(Message const& message, SimTime now, Uplink& uplink);
    void on_poll_answer(wire::ProfileBlock const& block, bool news);
    std::uint32_t give_up_before(std::uint32_t interval, std::size_t meter_index);
    void on_read_answer(wire::ProfileBlock const& block, SimTime now, Uplink& uplink);
    void on_acknowledgement(Message const& message);
    void on_clock_answer(Message const& message, SimTime now);
    void on_collected(Message&& message, SimTime now, Uplink& uplink);
    void end_job(std::deque<Job>::iterator job);
    void upload_collected(SimTime now, Uplink& uplink);
    void upload_balance(SimTime now, Uplink& uplink);
    bool store_rows(std::size_t meter_index, wire::ProfileBlock const& block, bool uploaded,
                    SimTime now);
    void take_read(Message&& order, std::size_t meter_index, SimTime now, Uplink& uplink);
    [[nodiscard]] bool may_be_stored(Job const& job) const;
    bool answer_from_store(Job& read, SimTime now, Uplink& uplink);
    void end_read(Job const& job, SimTime now, Uplink& uplink);
    void drop_reads();
    void answer_read(Job const& job, SimTime now, Uplink& uplink);
    void on_timeout(SimTime now, MeterLink& link, Uplink& uplink);
    void on_unanswered(Request const& lost, SimTime now, MeterLink& link, Uplink& uplink);
    void count_unanswered(Request const& lost, SimTime now, Uplink& uplink);
    Request take_answered();
    void keep_fetched(Job const& job);

    void work(SimTime now, MeterLink& link, Uplink& uplink);
    enum class Urgency : std::uint8_t { command, demand, bulk };
    [[nodiscard]] static Urgency urgency(MessageKind kind);
    void send_job(Urgency urgency, SimTime now, MeterLink& link, Uplink& uplink);
    void send_schedule(SimTime now, MeterLink& link, Uplink& uplink);
    void announce(SimTime now, MeterLink& link, Uplink& uplink);
    void acknowledge_announced(CommandId order, SimTime now, Uplink& uplink);
    void broadcast_clock(SimTime now, MeterLink& link);
    void send_poll(SimTime now, MeterLink& link);
    void begin_sweeps(SimTime now);
    void send_sweep(SimTime now, MeterLink& link);
    void on_firmware_order(Message const& message, SimTime now, Uplink& uplink);
    [[nodiscard]] bool free_for_firmware() const;
    void send_firmware(SimTime now, MeterLink& link, Uplink& uplink);
    void on_gaps(Message const& message, SimTime now);
    void report_firmware(CommandId order, SimTime now, Uplink& uplink);
    void send_report(wire::FirmwareReport const& what, CommandId order, SimTime now,
                     Uplink& uplink);
    std::vector<MessageId> to_all(Message const& message, SimTime now, MeterLink& link,
                                  SimTime arrive_by = kNever);
    void send_request(Message&& message, Request request, SimTime now, MeterLink& link);

    /// Their number, where there is none on that channel.
    [[nodiscard]] std::size_t discovery_index(Channel channel) const;
    [[nodiscard]] Discovery* discovery_on(Channel channel);
    [[nodiscard]] std::uint32_t asked_from(std::size_t meter_index) const;
    [[nodiscard]] bool has_data_to_fetch() const;
    [[nodiscard]] SimTime next_discovery() const;
    [[nodiscard]] bool listening(SimTime now);
    [[nodiscard]] bool searching() const;
    void discover(SimTime now, MeterLink& link);
    void on_discovery_message(Message const& message, std::size_t meter_index, Channel over,
                              SimTime now, MeterLink& link, Uplink& uplink);
    void on_enrolled(Message const& message, std::size_t meter_index, Channel channel, SimTime now,
                     MeterLink& link, Uplink& uplink);
    void on_found(Message const& message, std::size_t meter_index, Channel channel, bool asked,
                  SimTime now);
    void greet(std::size_t meter_index, Channel over);
    void leave(std::size_t meter_index, Channel channel, MeterLink& link);
    void give_up(std::size_t meter_index, Channel channel, SimTime now, MeterLink& link,
                 Uplink& uplink);
    void on_assign(Message const& message, SimTime now, MeterLink& link, Uplink& uplink);
    void let_go(std::size_t meter_index, SimTime now, MeterLink& link, Uplink& uplink);
    void forget(std::size_t meter_index, SimTime now);
    void note_member(std::size_t meter_index, bool member, SimTime now);
    void tell_registration(std::size_t meter_index, bool in, SimTime now, Uplink& uplink);

    void upload(SimTime now, Uplink& uplink);
    void forward(Message&& message, SimTime now, Uplink& uplink);
    void tend_uplink(SimTime now, Uplink& uplink);
    [[nodiscard]] bool full() const;

    ConcentratorSpec spec_;
    ConcentratorId id_;
    std::vector<MeterId> meters_;
    std::vector<std::uint32_t> by_meter_; ///< indices of meters_ ascending by MeterId
    std::vector<std::uint8_t> own_;       ///< [meter] of its networks; empty: all
    MeterWays ways_;
    std::vector<ChannelDiscovery> discoveries_;
    std::vector<std::uint32_t> registration_; ///< [meter] number of its last one here
    /// Meters that are not asked for all they have, and from which interval on they are: from
    /// their registration, until the head-end says what it lacks.
    struct From {
        std::uint32_t first = 1;
        bool said = false;
    };
    std::map<std::uint32_t, From> asked_from_;
    std::map<std::uint32_t, HeldIntervals> gone_; ///< intervals counted in rows_gone, by meter
    MessageNumbers numbers_;
    ConcentratorCounts counts_;

    std::vector<HeldIntervals> held_;
    ProfileStore store_;
    SimTime upload_at_ = kNever;

    bool in_round_ = false;
    std::uint32_t due_ = 0;
    int round_tries_ = 0;
    std::size_t cursor_ = 0;             ///< next meter of this pass
    std::size_t visited_ = 0;            ///< meters looked at in this pass
    bool pass_sent_ = false;             ///< this pass has sent a request
    std::vector<std::uint8_t> failures_; ///< [meter] unanswered requests of this round
    SimTime next_round_ = kNever;
    SimTime make_up_at_ = kNever;

    struct SeenAlarm {
        SimTime occurred = kNever;
        std::int64_t kind = 0;
    };
    /// [meter] alarms of a meter with two channels, newest first; empty when all have one channel.
    std::vector<std::array<SeenAlarm, 4>> seen_alarms_;

    std::optional<Request> outstanding_;
    RestingMeters resting_;
    std::deque<Job> jobs_;
    bool reads_turn_ = true; ///< of the head-end's reads of profiles; else the schedule's
    Announcements announcements_;
    ClockSync clock_;
    ClockBroadcast clock_broadcast_;
    Collections collections_;
    Balance balance_;
    UplinkQueue uplink_;
    std::optional<Firmware> firmware_;
    std::vector<MessageId> blocks_under_way_; ///< of a firmware to all, not yet settled

    bool mains_ = true;
    bool alive_ = true;
    SimDuration battery_left_{}; ///< at battery_since_
    SimTime battery_since_{};
    SimTime resume_at_ = kNever;
};

} // namespace gridtwin::concentrator
