#pragma once
// A mobile operator's short message service, seen from its two ends: the gateway on the short
// number and the meters.
#include "models/sms/spec.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace gridtwin::sms {

struct SmsMessage {
    std::uint64_t handle = 0; ///< the caller's, unique among messages whose life is not over
    MeterId subscriber = kNone<MeterId>;
    bool to_meter = true;     ///< false: from the meter to the short number
    std::uint32_t octets = 0; ///< more than 140 go as several short messages, delivered as one
    SimDuration validity{};   ///< at most the operator's; 0: the operator's
};

/// Told what happened, in order of time, from within Operator::run_until.
class SmsSink {
  public:
    virtual ~SmsSink() = default;
    /// At the meter (to_meter) or at the gateway. @param tries attempts at the subscriber, >= 1
    virtual void on_delivered(SmsMessage const& message, std::uint8_t tries, SimTime at) = 0;
    /// The end of a message that will never be delivered. Nobody but the books hears of `dropped`.
    virtual void on_lost(SmsMessage const& message, LossReason reason, std::uint8_t tries,
                         SimTime at) = 0;
    /// A state as the gateway comes to know it: 0:0 -> 0:1 -> 1:0 -> 1:1 in this order, each once,
    /// none skipped; a lost message stops where it is. 1:0 follows the delivery to a meter after
    /// the receipt's delay, and is the last state of a message from a meter, at its delivery.
    virtual void on_state(std::uint64_t handle, DeliveryState state, SimTime at) = 0;
};

/// Way of a message: the queue of its direction (first in, first out, 1/rate_hz a short message),
/// then the operator's delay, then attempts at the subscriber until it is reachable or the validity
/// is over. Times are absolute; what happens in [run so far, end) is known after run_until(end),
/// and does not depend on how the time is cut into windows. At one instant set_reachable comes
/// first, then submit (in order of call), then mark_processed.
class Operator {
  public:
    /// @throws SimulationError with problems(spec)
    Operator(OperatorSpec const& spec, Seed seed);
    ~Operator();
    Operator(Operator&&) noexcept;
    Operator& operator=(Operator&&) noexcept;

    /// Hands a message over at `at` >= the time run so far. A full queue refuses it (queue_full), a
    /// meter that is not reachable cannot send (no_power).
    void submit(SmsMessage const& message, SimTime at);
    /// The meter has no power (absent) or has it again, from `at`. All are reachable at first.
    void set_reachable(MeterId meter, bool reachable, SimTime at);
    /// The meter's answer has reached the gateway: 1:1, reported not before 1:0. A second answer,
    /// or one to a message that is no longer followed (two validities old), changes nothing.
    /// run_until @throws SimulationError when it comes to it and the meter has not got the message.
    void mark_processed(std::uint64_t handle, SimTime at);

    /// Earliest instant at which anything may happen; kNever when nothing is under way.
    [[nodiscard]] SimTime next_event() const;
    /// Everything with time < end. The sink may call submit, set_reachable and mark_processed with
    /// dates not before the instant it is told of.
    void run_until(SimTime end, SmsSink& sink);

    /// Messages submitted and neither delivered nor lost, found by walking the queues.
    [[nodiscard]] std::size_t in_flight() const;
    /// The books: sent counts at the call, the rest as run_until comes to it.
    [[nodiscard]] TrafficCount const& traffic() const;
    /// Messages of one direction waiting for their turn on the short number.
    [[nodiscard]] std::size_t queued(bool to_meter) const;
    /// Least time from submit to on_delivered: the lookahead.
    [[nodiscard]] SimDuration least_latency() const;
    [[nodiscard]] OperatorSpec const& spec() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gridtwin::sms
