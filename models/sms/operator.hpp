#pragma once
// A mobile operator's short message service, seen from its two ends: the gateways on the short
// numbers and the meters.
#include "models/sms/spec.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace gridtwin::sms {

inline constexpr std::size_t kGateways = 2; ///< the utility's
inline constexpr std::uint8_t kOutside = 2; ///< in place of a gateway: clients from outside
inline constexpr std::size_t kSenders = kGateways + 1; ///< with a queue and a limit of their own

struct SmsMessage {
    std::uint64_t handle = 0; ///< the caller's, unique among messages whose life is not over
    MeterId subscriber = kNone<MeterId>;
    bool to_meter = true;        ///< false: from the meter to the short number
    std::uint32_t octets = 0;    ///< more than 140 go as several short messages, delivered as one
    std::uint8_t gateway = 0;    ///< by whose short number it goes: 0, 1 or kOutside
    bool asks = true;            ///< to a meter that will answer it
    std::uint64_t reference = 0; ///< of the caller, carried along
    SimTime expires = kNever;    ///< if that is before the validity's end
};

/// Told what happened, in order of time, from within Operator::run_until.
class SmsSink {
  public:
    virtual ~SmsSink() = default;
    /// At the meter (to_meter) or at the gateway. @param tries attempts at the subscriber, >= 1
    virtual void on_delivered(SmsMessage const& message, std::uint8_t tries, SimTime at) = 0;
    /// The network has delivered once more what was delivered.
    virtual void on_duplicate(SmsMessage const& /*message*/, SimTime /*at*/) {}
    /// The end of a message that will never be delivered. Nobody but the books hears of `dropped`.
    /// What a gateway submits is answered at once (tries 0) when it is refused: rejected, for there
    /// is a limit (SMPP 0x58); queue_full (0x14); link_down, for there is no operator.
    virtual void on_lost(SmsMessage const& message, LossReason reason, std::uint8_t tries,
                         SimTime at) = 0;
    /// A state as the gateway comes to know it: 0:0 -> 0:1 -> 1:0 -> 1:1 in this order, each once,
    /// none skipped; a lost message stops where it is. 1:0 follows the delivery to a meter after
    /// the receipt's delay, or comes with the answer if that is first; it is the last state of a
    /// message from a meter, at its delivery.
    virtual void on_state(std::uint64_t handle, DeliveryState state, SimTime at) = 0;
    /// A receipt says that the message to a meter has expired.
    virtual void on_expired(std::uint64_t /*handle*/, SimTime /*at*/) {}
    /// From Gateways alone: what the sender knows of the end.
    virtual void on_fate(std::uint64_t /*handle*/, DeliveryFate /*fate*/, SimTime /*at*/) {}
};

/// Beside the books.
struct OperatorCounts {
    std::uint64_t throttled = 0; ///< submissions refused for the limit
    std::uint64_t full = 0;      ///< for the queue
    std::uint64_t duplicates = 0;
    std::uint64_t receipts_lost = 0;
    std::uint64_t modem_retries = 0; ///< of meters that had no network
    std::uint64_t cell_waits = 0;    ///< attempts that a busy cell put off
};

/// Way of a message: the queue of its short number and direction (first in, first out, 1/rate_hz a
/// short message), then the operator's delay, then attempts at the subscriber until it is reachable
/// and its cell is free, or the validity is over. Times are absolute; what happens in [run so far,
/// end) is known after run_until(end), and does not depend on how the time is cut into windows. At
/// one instant the set_ come first, then submit (in order of call), then mark_processed.
class Operator {
  public:
    /// @param cell_of [subscriber] row of spec.cells; those beyond it: their number modulo the
    /// cells
    /// @throws SimulationError with problems(spec)
    Operator(OperatorSpec const& spec, Seed seed, std::vector<std::uint32_t> cell_of = {});
    ~Operator();
    Operator(Operator&&) noexcept;
    Operator& operator=(Operator&&) noexcept;

    /// Hands a message over at `at` >= the time run so far. A full queue refuses it (queue_full), a
    /// meter that is not reachable cannot send (no_power); a meter that has no network tries again.
    void submit(SmsMessage const& message, SimTime at);
    /// The meter has no power (absent) or has it again, from `at`. All are reachable at first.
    void set_reachable(MeterId meter, bool reachable, SimTime at);
    /// The subscriber is where the network is, or not; at first as drawn.
    void set_covered(MeterId meter, bool covered, SimTime at);
    /// A cell and all its subscribers.
    void set_cell(std::uint32_t cell, bool works, SimTime at);
    /// The whole operator: what it holds waits, gateways' submissions are refused (link_down),
    /// meters' modems try again.
    void set_working(bool works, SimTime at);
    /// A gateway's session: receipts and meters' messages for it wait until it has one.
    void set_bound(std::uint8_t gateway, bool bound, SimTime at);
    /// The meter's answer has reached the gateway: 1:1. A second answer, or one to a message that
    /// is no longer followed (two validities old), changes nothing.
    /// run_until @throws SimulationError when it comes to it and the meter has not got the message.
    void mark_processed(std::uint64_t handle, SimTime at);

    /// Earliest instant at which anything may happen; kNever when nothing is under way.
    [[nodiscard]] SimTime next_event() const;
    /// Everything with time < end. The sink may call submit, set_reachable and mark_processed with
    /// dates not before the instant it is told of.
    void run_until(SimTime end, SmsSink& sink);

    /// Messages submitted and neither delivered nor lost, found by walking the queues.
    [[nodiscard]] std::size_t in_flight() const;
    void for_each_in_flight(std::function<void(SmsMessage const&)> const& visit) const;
    /// The books: sent counts at the call, the rest as run_until comes to it.
    [[nodiscard]] TrafficCount const& traffic() const;
    [[nodiscard]] OperatorCounts const& counts() const;
    /// Messages of one direction waiting for their turn on the short numbers.
    [[nodiscard]] std::size_t queued(bool to_meter) const;
    /// Whether a subscriber has power, a network and a cell that works.
    [[nodiscard]] bool reachable(MeterId subscriber) const;
    /// Least time from submit to on_delivered: the lookahead.
    [[nodiscard]] SimDuration least_latency() const;
    [[nodiscard]] OperatorSpec const& spec() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gridtwin::sms
