#pragma once
// The alarms of an operations centre: what stands, what is acknowledged, and what a flood hides.
#include "models/headend/alarms/signal.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/ports/state_io.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// What an alarm is about, or where it is: a meter, its transformer, a concentrator.
struct AlarmPlace {
    EventEntity entity;
    std::array<std::uint8_t, 3> spare{}; ///< no padding, so that states are plain octets
    std::uint32_t row;
    constexpr AlarmPlace(EventEntity the_entity = EventEntity::world, std::uint32_t the_row = 0)
        : entity(the_entity), row(the_row) {}
    friend auto operator<=>(AlarmPlace const&, AlarmPlace const&) = default;
};

/// The states of ANSI/ISA-18.2.
enum class AlarmState : std::uint8_t {
    unacknowledged, ///< stands, nobody has seen it
    acknowledged,   ///< stands
    returned,       ///< is over, and nobody has seen it
    normal,         ///< is over
};

struct StandingAlarm {
    std::uint64_t id = 0; ///< from 1, in the order they began
    SimTime began{};      ///< as its first word dates it
    SimTime raised{};     ///< by the head-end's clock, as the next ones
    SimTime acknowledged = kNever;
    SimTime over = kNever;
    std::uint64_t under = 0; ///< id of the flood that stands for it; 0: it is shown itself
    std::int64_t value = 0;  ///< of its latest word
    AlarmPlace about{};
    AlarmPlace group{};
    std::uint32_t count = 1; ///< words that told of it
    Signal signal{};
    Priority priority{};
    AlarmState state{};
    std::uint8_t escalated = 0;
    friend bool operator==(StandingAlarm const&, StandingAlarm const&) = default;
};

/// All defaults are assumptions but those of the flood.
struct AlarmDeskConfig {
    std::array<Priority, kSignals> priority{
        Priority::high,   // power_loss
        Priority::medium, // deviation
        Priority::low,    // overload
        Priority::high,   // coincident_peak
        Priority::medium, // imbalance
        Priority::medium, // theft
        Priority::medium, // tamper
        Priority::low,    // wrong_connection
        Priority::high,   // password_guessing
        Priority::medium, // message_refused
        Priority::medium, // relay_failed
        Priority::low,    // clock_error
        Priority::medium, // low_collection
        Priority::high,   // session_lost
        Priority::high,   // flood
        Priority::low,    // credit
    };
    /// More than that many of one signal in one group within the window are a flood (EEMUA 191: ten
    /// alarms in ten minutes are as many as an operator can deal with).
    std::uint32_t flood_limit = 10;
    SimDuration flood_window = std::chrono::minutes(10);
    /// Nobody has acknowledged it for so long: one priority more urgent, once.
    SimDuration escalate_after = std::chrono::hours(1);
    /// The operators' time to acknowledge what is shown, one alarm after the other, the most urgent
    /// first; zero: nobody does but by call.
    SimDuration acknowledge_each = SimDuration::zero();
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(AlarmDeskConfig const& config);

struct AlarmDeskCounts {
    std::array<std::uint64_t, kSignals> raised{}; ///< alarms that began
    std::uint64_t words = 0;                      ///< that told of one, repetitions included
    std::uint64_t shown = 0;                      ///< to operators: not under a flood
    std::uint64_t suppressed = 0;                 ///< under one
    std::uint64_t acknowledged = 0;               ///< of the shown
    std::uint64_t escalated = 0;
    std::uint64_t stray_ends = 0; ///< of what did not stand
    std::uint64_t most_shown = 0; ///< in one flood_window
    SimDuration to_acknowledge{}; ///< of all acknowledged, together
    friend bool operator==(AlarmDeskCounts const&, AlarmDeskCounts const&) = default;
};

class AlarmDesk final {
  public:
    /// @throws SimulationError for a config with a problem
    AlarmDesk(AlarmDeskConfig const& config, Clock& clock, std::uint64_t timer_base);

    /// A word that something stands. While it does, and until it is acknowledged after its end,
    /// further words count to the same alarm. @param group where floods of it are looked for
    /// @return its id
    std::uint64_t raise(Signal signal, AlarmPlace about, AlarmPlace group, SimTime began,
                        std::int64_t value = 0);
    /// It is over. @return false when it did not stand
    bool end(Signal signal, AlarmPlace about);
    /// By an operator. A flood's goes for all under it, those to come included. @return false for
    /// what is acknowledged already, or was never raised
    bool acknowledge(std::uint64_t id);
    void on_timer(std::uint64_t payload);
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    /// All that ever stood, by id.
    [[nodiscard]] std::vector<StandingAlarm> const& alarms() const { return alarms_; }
    /// What an operator has before him: shown, and not normal; the most urgent first, the oldest of
    /// those.
    [[nodiscard]] std::vector<std::uint64_t> list() const;
    [[nodiscard]] AlarmDeskCounts const& counts() const { return counts_; }

  private:
    using Key = std::pair<Signal, AlarmPlace>;
    /// The latest words of one signal in one group.
    struct Group {
        std::deque<SimTime> raised; ///< within the window
        std::uint64_t flood = 0;    ///< id of its flood, while it lasts
    };
    struct Queued { ///< for an operator
        Priority priority{};
        std::uint64_t id = 0;
        friend auto operator<=>(Queued const&, Queued const&) = default;
    };

    static constexpr std::uint64_t kEscalate = 1; ///< in bits 40..; the alarm's id below
    static constexpr std::uint64_t kFloodEnds = 2;
    static constexpr std::uint64_t kOperator = 3;
    static constexpr int kWhatBit = 40;

    StandingAlarm& begin(Signal signal, AlarmPlace about, AlarmPlace group, SimTime began,
                         std::int64_t value, std::uint64_t under);
    void show(StandingAlarm& alarm);
    void close(StandingAlarm& alarm);
    void seen(StandingAlarm& alarm);
    void escalate(std::uint64_t id);
    void end_flood(std::uint64_t id);
    void operate();
    void timer(std::uint64_t what, std::uint64_t id, SimTime at);
    [[nodiscard]] StandingAlarm& at(std::uint64_t id) { return alarms_[id - 1]; }

    AlarmDeskConfig config_;
    Clock& clock_;
    std::uint64_t timer_base_;
    std::vector<StandingAlarm> alarms_;
    std::map<Key, std::uint64_t> open_; ///< not normal, by what it is about
    std::map<Key, Group> groups_;
    std::map<std::uint64_t, std::uint64_t>
        standing_;               ///< alarms under a flood that stand, by its id
    std::set<Queued> queue_;     ///< shown, not acknowledged
    std::deque<SimTime> recent_; ///< shown within the window
    SimTime operator_free_ = kStart;
    SimTime operator_next_ = kNever; ///< a timer that is set
    AlarmDeskCounts counts_;
};

} // namespace gridtwin::headend
