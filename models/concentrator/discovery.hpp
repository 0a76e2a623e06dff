#pragma once
// How a concentrator finds the meters of one of its media without any settings: it calls, whoever
// hears the call and belongs to nobody answers, is registered, and from then on calls for it.
#include "models/wire/found_block.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::concentrator {

/// Defaults are assumptions.
struct DiscoverySpec {
    SimDuration window = std::chrono::seconds(10); ///< after a call, for the answers to contend
    /// Calls in a row that bring nobody new, until it is enough: answers of meters that do not hear
    /// each other may all collide.
    int quiet_calls = 2;
    SimDuration search_every = std::chrono::hours(24); ///< all over again; 0: never
    /// When the first of those is, after the start; where all was known at the start, one later.
    SimDuration search_offset = std::chrono::hours(1);
    int tries = 3; ///< of a meter's registration, or of asking it to call
    /// A meter that could not be registered is tried again then: well before its profile, a day
    /// long, has overwritten what was not read. 0: in the next search alone.
    SimDuration retry_after = std::chrono::hours(1);
    /// Unanswered requests in a row: the meter is given up, where a search may find it again. Three
    /// days of rounds every 4 h and of later tries.
    std::uint32_t drop_after = 100;
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(DiscoverySpec const& spec);

struct DiscoveryCounts {
    std::uint64_t calls = 0;      ///< by the concentrator
    std::uint64_t asked = 0;      ///< meters, to call for it
    std::uint64_t found = 0;      ///< answers of meters not yet registered
    std::uint64_t registered = 0; ///< registrations that were confirmed
    std::uint64_t failed = 0;     ///< registrations left without an answer
    std::uint64_t refused = 0;    ///< registrations of meters that hear another one better
    std::uint64_t dropped = 0;    ///< meters given up

    DiscoveryCounts& operator+=(DiscoveryCounts const& other);
};

/// Breadth first: the concentrator calls until quiet_calls in a row bring nobody new; then each
/// meter that was registered, in that order, is asked to call, again until that brings nobody new.
/// As a meter is registered before it calls, ways grow hop by hop. A meter that cannot be
/// registered is tried again whenever it answers, but nobody calls again for its sake; and after a
/// while unasked, by one request, up to drop_after in all, for it may be that its answer alone was
/// lost: then it holds itself for registered and answers no more.
class Discovery {
  public:
    /// @param meters that may ever be heard; rows, as they are found
    /// @param commissioned all of them are registered already, but for those that are let go
    /// @throws SimulationError for a spec with a problem()
    Discovery(DiscoverySpec const& spec, std::size_t meters, bool commissioned);

    struct Step {
        /// to_meters: a request, to be told on_answered or on_silence. call: nobody acknowledges.
        enum class Kind : std::uint8_t { none, call, ask_to_call, enroll };
        Kind kind = Kind::none;
        std::size_t meter = 0;        ///< of the latter two
        std::uint32_t cost_milli = 0; ///< of enroll: what the way to it costs
    };
    /// When there is something to do, the medium being free; kNever while an answer is waited for.
    [[nodiscard]] SimTime next_event() const;
    [[nodiscard]] Step next(SimTime now);

    /// Somebody who may be heard, and what the way to it costs.
    struct Heard {
        std::size_t meter = 0;
        std::uint32_t cost_milli = wire::kUnknownCostMilli;
    };
    /// Somebody answered the concentrator's call, or has said something that shows that it is
    /// there and not known: a member that answers a call is registered anew. One that comes soon
    /// after the window, and is new, is worth another call.
    void on_hello(Heard const& one, SimTime now);
    /// That meter has called; these answered it.
    void on_called(std::size_t meter, std::span<Heard const> found, SimTime now);
    void on_enrolled(std::size_t meter, SimTime now);
    /// It belongs to another concentrator.
    void on_refused(std::size_t meter, SimTime now);
    /// The request under way was not answered.
    /// @return true: a meter that is no member could not be registered
    bool on_silence(SimTime now);
    /// Of any other request to a registered meter. @return true: it has been given up just now
    bool on_request(std::size_t meter, bool answered);
    /// It is another concentrator's now.
    void let_go(std::size_t meter);
    /// What was under way is lost: the concentrator had no supply.
    void restart();

    [[nodiscard]] bool registered(std::size_t meter) const {
        return state_[meter] == in || state_[meter] == again;
    }
    /// A call's window is open: whoever wants to answer needs the medium.
    [[nodiscard]] bool listening() const { return calling_; }
    /// Closes it, if it is over by now.
    void close_window(SimTime now);
    /// The request to a meter was not yet answered.
    [[nodiscard]] bool waiting() const { return waiting_; }
    [[nodiscard]] std::size_t members() const { return members_; }
    /// Nobody is left to call, or to enroll, until the next search or retry.
    [[nodiscard]] bool idle() const { return enroll_.empty() && callers_.empty() && !call_; }
    [[nodiscard]] DiscoveryCounts const& counts() const { return counts_; }

  private:
    /// Not known, though it has been tried; to be registered, though it was not heard; to be
    /// registered; known; to be registered anew.
    enum State : std::uint8_t { out, failed, untold, heard, in, again };

    bool note(Heard const& one);
    bool take_enroll_answer(std::size_t meter, SimTime now);
    void leave(std::size_t meter);
    void begin_search(SimTime now);
    void retry_failed();

    DiscoverySpec spec_;
    std::vector<std::uint8_t> state_;      ///< [meter]
    std::vector<std::uint8_t> unanswered_; ///< [meter] in a row, registered or to be
    std::vector<Heard> enroll_;            ///< in order; deques would take memory when empty
    std::vector<std::uint32_t> callers_;   ///< registered, to be asked to call, in order
    std::size_t members_ = 0;
    bool call_ = false;           ///< the concentrator has to call, perhaps again
    bool calling_ = false;        ///< its window is open
    bool waiting_ = false;        ///< for a meter's answer
    bool new_ = false;            ///< the open window has brought somebody new
    int quiet_ = 0;               ///< calls in a row that brought nobody new
    SimTime late_until_ = kStart; ///< answers still belong to the call before
    int tries_ = 0;               ///< of the request, unanswered
    Step request_{};
    SimTime at_ = kStart;
    SimTime search_at_ = kNever;
    SimTime retry_at_ = kNever; ///< of all that failed
    bool retrying_ = false;     ///< who is untold is asked once, not tries times
    DiscoveryCounts counts_;
};

} // namespace gridtwin::concentrator
