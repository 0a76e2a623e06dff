#pragma once
// The wide-area network behind one small interface: send, next event, run until, drain.
// Two implementations: first-in-first-out links (the cross-check), and SimGrid (flows that share
// cells fairly). docs/models/wan.md compares them.
#include "models/wan/spec.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace gridtwin::wan {

struct WanMessage {
    std::uint64_t handle = 0; ///< the caller's; comes back with the arrival
    EndpointId from{};
    EndpointId to{};
    std::uint32_t octets = 0; ///< without WanSpec::overhead_octets
    MessageKind kind{};       ///< what a server's work depends on
};

/// The end of one message's way.
struct WanArrival {
    SimTime at{}; ///< at the head-end: after the server has processed it
    WanMessage message;
    Fate fate = Fate::delivered;
    LossReason reason = LossReason::none;
};

/// What a server has done. taken == processed + lost + what it holds.
struct ServerCount {
    std::uint64_t taken = 0;     ///< waited or were processed
    std::uint64_t processed = 0; ///< to the end
    std::uint64_t lost = 0;      ///< that it held when it went down
    std::uint64_t refused = 0;   ///< its queue was full
    std::uint64_t took_over = 0; ///< of those taken, in another's place
    std::uint32_t most_waiting = 0;
    double busy_s = 0.0; ///< of its cores, by what has been processed, at full speed
};

/// Contract of both implementations. Times are absolute; what happens in [run so far, end) is known
/// after run_until(end). Results do not depend on how the time is cut into windows nor on the order
/// of calls within one, but for messages of one sender at one instant, which keep their order.
/// At one instant set_endpoint_up comes first, then sends.
class Wan {
  public:
    virtual ~Wan() = default;
    Wan() = default;
    Wan(Wan const&) = delete;
    Wan& operator=(Wan const&) = delete;

    /// Hands a message over at `at` >= the time run so far. One of the ends is the head-end.
    /// A sender that is down then loses it at once (link_down).
    /// @throws SimulationError on a date in the past, an unknown endpoint or a way that bypasses
    ///         the head-end
    virtual void send(WanMessage const& message, SimTime at) = 0;

    /// Earliest instant at which anything may happen; may be too early, never too late. kNever when
    /// nothing is under way.
    [[nodiscard]] virtual SimTime next_event() const = 0;

    /// Everything with time < end; arrivals are appended in the order (at, from, order of sending).
    /// `end` is at least the time run so far.
    virtual void run_until(SimTime end, std::vector<WanArrival>& out) = 0;

    /// Messages handed over whose end is not known yet, found by walking the queues.
    [[nodiscard]] virtual std::size_t in_flight() const = 0;

    /// From `at` >= the time run so far: messages sent by a down endpoint, arriving at it, or
    /// processed by it (the head-end's server) are lost with link_down. All are up at first.
    virtual void set_endpoint_up(EndpointId endpoint, bool up, SimTime at) = 0;

    /// Likewise a server of the head-end: when it goes down it loses what it holds (link_down).
    /// What arrives for it is lost until WanSpec::failover_s later, then taken by the next that is
    /// up.
    virtual void set_server_up(std::uint32_t server, bool up, SimTime at) = 0;

    /// [server] as run_until has come to it.
    [[nodiscard]] virtual std::span<ServerCount const> servers() const = 0;

    /// The books: sent counts at the call, the rest as run_until comes to it.
    [[nodiscard]] virtual TrafficCount const& traffic() const = 0;

    /// Least time from a hand-over by the head-end or a gateway to the arrival: the lookahead.
    [[nodiscard]] virtual SimDuration least_latency() const = 0;
};

/// Store-and-forward links, each a first-in-first-out queue: octets * 8 / bit rate, then latency.
/// @throws SimulationError with problems(spec)
[[nodiscard]] std::unique_ptr<Wan> make_builtin_wan(WanSpec const& spec);

/// SimGrid's fluid model: a message takes the latencies of its way plus octets * 8 / the rate it
/// gets; messages in a cell share it fairly, the backbone bounds each message but is never shared.
/// One a process, ever, created and driven by one thread; windows of 20 us or more.
/// @param horizon end of the run; run_until beyond it is an error
/// @throws SimulationError with problems(spec), or when this process has had one before
[[nodiscard]] std::unique_ptr<Wan> make_simgrid_wan(WanSpec const& spec, SimTime horizon);

} // namespace gridtwin::wan
