#pragma once
// The utility's end of the short message service: two gateways, each with a short number and a
// session at the operator, and what they know of every message.
#include "models/sms/operator.hpp"

#include <string>
#include <vector>

namespace gridtwin::sms {

/// Both gateways are alike. Defaults as one well-known gateway behaves where a source is named.
struct GatewaySpec {
    std::string second_number = "7789"; ///< of the second gateway; empty: there is none
    double pace_hz = 0.0;       ///< short messages a second that a gateway submits; 0: as they come
    std::uint32_t window = 100; ///< submissions without an answer; assumption
    double throttle_wait_s = 60.0; ///< after 0x58; then the message is the first. A source's 60 s
    double full_wait_s = 10.0;     ///< after 0x14; the message is the last. assumption
    std::uint32_t full_tries = 5;  ///< after that it is rejected; a source's 3 to 5
    double rebind_s = 30.0;        ///< from one try to have a session to the next; assumption
    double grace_s = 3600.0; ///< behind the validity, for a word of a message; then it has expired
};
[[nodiscard]] std::vector<std::string> problems(GatewaySpec const& spec);

/// Beside the books.
struct GatewayCounts {
    std::uint64_t submitted = 0;   ///< to the operator; a message may be submitted again
    std::uint64_t by_second = 0;   ///< of them over the second gateway
    std::uint64_t throttled = 0;   ///< answered 0x58
    std::uint64_t full = 0;        ///< answered 0x14
    std::uint64_t resubmitted = 0; ///< as the session was lost before the answer came
    std::uint64_t peak = 0;        ///< messages to meters that waited for a turn at one time
    SimTime peak_at = kStart;
};

/// Messages to meters wait in one queue, from which the first gateway that has a session submits;
/// the second does while the first has none. Throttled (0x58), a gateway waits and the message goes
/// first; at a full queue (0x14) the message goes last, some times, and then is rejected. A session
/// ends with its gateway or with the operator. What was submitted over it and not answered is not
/// known to be lost, so it is submitted again, at once where the other gateway has a session: the
/// operator may then deliver it twice, and the meter, which knows its number, executes it once.
///
/// As Operator in all else: a message is one message here, however many times it is submitted; its
/// states are what the gateways know of it. A message from a meter goes to the gateway that it
/// names. At one instant changes come first, then submissions.
class Gateways final : SmsSink {
  public:
    /// @throws SimulationError with the problems of the specs
    Gateways(OperatorSpec const& operator_spec, GatewaySpec const& spec, Seed seed,
             std::vector<std::uint32_t> cell_of = {});
    ~Gateways() override;
    Gateways(Gateways&&) = delete;
    Gateways& operator=(Gateways&&) = delete;

    /// Of a message to a meter its gateway says nothing; its handle is not used twice in a run.
    void submit(SmsMessage const& message, SimTime at);
    /// A message to a meter from a client of the operator's own (live mode): past the gateways. It
    /// is told of as Operator tells its clients: refused submissions are lost at once.
    void submit_outside(SmsMessage const& message, SimTime at);
    /// A gateway (0, 1) works, or does not.
    void set_gateway(std::uint8_t gateway, bool works, SimTime at);
    void set_working(bool works, SimTime at); ///< the operator, and with it both sessions
    void set_reachable(MeterId meter, bool reachable, SimTime at);
    void set_covered(MeterId meter, bool covered, SimTime at);
    void set_cell(std::uint32_t cell, bool works, SimTime at);
    /// The meter's answer has come: 1:1, done. A second one, or one to a message that is no longer
    /// followed, changes nothing.
    void mark_processed(std::uint64_t handle, SimTime at);
    /// Likewise, and it was that the meter would not obey: 1:1, refused.
    void mark_refused(std::uint64_t handle, SimTime at);

    [[nodiscard]] SimTime next_event() const;
    /// Everything with time < end; the sink hears of fates, too: pending is not told, then one of
    /// the others, and after expired perhaps done, when it turns out that it was.
    void run_until(SimTime end, SmsSink& sink);

    /// Found by walking the queues of both ends.
    [[nodiscard]] std::size_t in_flight() const;
    [[nodiscard]] TrafficCount const& traffic() const;
    [[nodiscard]] GatewayCounts const& counts() const;
    [[nodiscard]] Operator const& network() const;
    /// Whether a gateway has a session.
    [[nodiscard]] bool bound(std::uint8_t gateway) const;
    /// Messages to meters that wait here or for the operator's answer.
    [[nodiscard]] std::size_t backlog() const;
    [[nodiscard]] SimDuration least_latency() const;

  private:
    struct Impl;
    void on_delivered(SmsMessage const& message, std::uint8_t tries, SimTime at) override;
    void on_duplicate(SmsMessage const& message, SimTime at) override;
    void on_lost(SmsMessage const& message, LossReason reason, std::uint8_t tries,
                 SimTime at) override;
    void on_state(std::uint64_t handle, DeliveryState state, SimTime at) override;
    void on_expired(std::uint64_t handle, SimTime at) override;

    std::unique_ptr<Impl> impl_;
};

} // namespace gridtwin::sms
