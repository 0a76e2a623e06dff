#pragma once
// Meter reading: which intervals are due, which are missing, and getting them.
#include "models/headend/ports/commands.hpp"
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/ports/state_io.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gridtwin::headend {

/// All defaults are assumptions.
struct CollectionConfig {
    /// A round: at every multiple of it (the first at `every`) concentrators poll their PLC meters
    /// on their own, and the head-end asks its SMS meters. A multiple of the profile's interval.
    SimDuration every = std::chrono::hours(4);
    SimDuration grace = std::chrono::minutes(30); ///< after a round's time its intervals are due
    SimDuration plc_spacing =
        std::chrono::seconds(10);                    ///< between gap reads below one concentrator
    SimDuration sms_delay = std::chrono::minutes(1); ///< first SMS after the round's time
    SimDuration sms_spread =
        std::chrono::minutes(20); ///< a round's SMS reads spread evenly over it
    RetryPolicy plc{.timeout = std::chrono::minutes(5)};
    RetryPolicy sms{.timeout = std::chrono::minutes(15)};
    /// Reads below one concentrator that bring nothing, while nothing else is heard of it either:
    /// then it is held to be out of reach. 0: never.
    std::uint32_t silent_after = 10;
    std::uint32_t plc_most = 96; ///< intervals one command asks for at most
    std::uint32_t sms_most = 96;
    /// Intervals that a meter says it does not hold are asked for again in later rounds until their
    /// end is this long ago.
    SimDuration keep_asking = std::chrono::hours(12);
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(CollectionConfig const& config, SimDuration interval);

struct CollectionCounts {
    std::uint64_t stored = 0;    ///< readings that were new
    std::uint64_t repeated = 0;  ///< readings already held
    std::uint64_t issued = 0;    ///< read commands; every one ends in exactly one of the next two
    std::uint64_t confirmed = 0; ///< or is pending
    std::uint64_t failed = 0;
    std::uint64_t gaps = 0;        ///< commands that asked again for something missing
    std::uint64_t given_up = 0;    ///< meters given up until their next round
    std::uint64_t written_off = 0; ///< intervals that are not asked for any more
};

struct ReadSuccess {
    std::uint64_t due = 0;  ///< intervals of all meters whose round's deadline has passed
    std::uint64_t held = 0; ///< of those
    [[nodiscard]] double frac() const {
        return due == 0 ? 1.0 : static_cast<double>(held) / static_cast<double>(due);
    }
};

/// PLC meters: `grace` after each round the missing intervals are asked for, exactly them, the
/// oldest run first, staggered by concentrator. SMS meters: asked for what is new and what is
/// missing, spread over the start of each round. One command outstanding per meter; no answer: try
/// again with back-off, then leave it until the next round. Reads below a concentrator whose
/// session is lost wait until it is heard by data again, and count no tries. Below one that is out
/// of reach a single one goes, with back-off, to see. Heard again, it gets `plc.timeout` to bring
/// by itself what it has; then what is left is asked for.
class Collection final {
  public:
    /// `timer_base` has the low 48 bits free. @throws SimulationError for a config with a problem
    Collection(CollectionConfig const& config, Fleet const& fleet, Ports const& ports,
               CommandNumbers& numbers, std::uint64_t timer_base);

    void start();
    /// @return true if the reading was new. The meter must be known and the interval have ended.
    bool on_reading(Reading const& reading);
    /// @return false if the command is none that this application waits for
    bool on_acknowledgement(Acknowledgement const& acknowledgement);
    void on_timer(std::uint64_t payload);
    /// The meter has another concentrator: what it was asked for goes there, the same command.
    void send_again(MeterId meter);
    /// The latest word of that concentrator came this way.
    void on_heard(ConcentratorId concentrator, Channel over);
    /// The first interval that is neither held nor written off; the open one, if there is none.
    [[nodiscard]] std::uint32_t first_lacking(MeterId meter) const;
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    /// Highest interval whose round's deadline has passed; 0 before the first.
    [[nodiscard]] std::uint32_t due(SimTime now) const;
    /// Held of due, over all meters, as the ledger has it.
    [[nodiscard]] ReadSuccess success(SimTime now) const;
    [[nodiscard]] CollectionCounts const& counts() const { return counts_; }
    /// Read commands that are neither confirmed nor failed.
    [[nodiscard]] std::uint64_t pending() const;

  private:
    // payload of a timer: what in bits 32.., which meter or concentrator below
    static constexpr std::uint64_t kRound = 1;
    static constexpr std::uint64_t kCheck = 2;
    static constexpr std::uint64_t kJob = 3;
    static constexpr std::uint64_t kProbe = 4;
    static constexpr int kWhatBit = 32;

    enum class Stage : std::uint16_t { idle, waiting, asked, held };
    /// A meter's reading in progress. `wake` is when to send (waiting) or to stop waiting (asked);
    /// held: until its concentrator is heard.
    struct Job {
        SimTime wake{};
        SimTime sent{};
        CommandId command{};
        std::uint32_t first = 0; ///< asked for: [first, first + count)
        std::uint32_t count = 0;
        std::uint32_t left = 0;     ///< of those still missing
        std::uint32_t floor = 0;    ///< nothing up to here is asked for again: held or written off
        std::uint32_t from = 1;     ///< this round's search begins here
        std::uint32_t target = 0;   ///< and ends here
        std::uint32_t asked_to = 0; ///< highest interval ever asked for
        Stage stage = Stage::idle;
        std::uint16_t tries = 0; ///< in a row without a new reading
    };

    /// What is known of the way to a concentrator.
    struct Link {
        SimTime probe = kNever;       ///< when one of the reads held goes to see
        std::uint32_t unanswered = 0; ///< reads below it since it was heard
        std::uint16_t probes = 0;     ///< planned since then
        std::uint8_t lost = 0;        ///< 1: its last word came by SMS
        std::uint8_t spare = 0;       ///< no padding, so that states are plain octets
    };

    void round();
    void check();
    [[nodiscard]] bool within_reach(Link const& link) const;
    void hold(MeterId meter);
    void plan_probe(ConcentratorId concentrator);
    void probe(ConcentratorId concentrator);
    void on_answer_from(MeterId meter);
    void release(ConcentratorId concentrator);
    [[nodiscard]] bool find_gap(MeterId meter);
    void issue(MeterId meter);
    void begin(MeterId meter, std::uint32_t target, SimTime at);
    void wake_at(MeterId meter, SimTime at);
    void ask(MeterId meter);
    void send(MeterId meter);
    void timed_out(MeterId meter);
    void confirm(MeterId meter, Reason reason, SimTime received);
    void skip_what_is_not_held(MeterId meter);
    void give_up(MeterId meter);
    [[nodiscard]] bool sms(MeterId meter) const;
    [[nodiscard]] RetryPolicy const& policy(MeterId meter) const;
    [[nodiscard]] std::uint32_t intervals_until(SimTime t) const;

    CollectionConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    CommandNumbers& numbers_;
    std::uint64_t timer_base_;
    std::vector<MeterId> sms_;
    SimTime next_round_{};
    SimTime next_check_{};
    std::vector<Job> jobs_;                             ///< [meter]
    std::vector<Link> links_;                           ///< [concentrator]
    std::set<std::pair<ConcentratorId, MeterId>> held_; ///< and some that have moved since
    std::vector<MeterId> probed_;                       ///< [concentrator] the last one
    std::vector<std::uint32_t> gaps_below_;             ///< [concentrator] scratch of check()
    CollectionCounts counts_;
};

} // namespace gridtwin::headend
