#pragma once
// What the gateways keep of their messages. Private.
#include "models/sms/agenda.hpp"
#include "models/sms/gateway.hpp"
#include "models/sms/handle_map.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

namespace gridtwin::sms {

/// At one instant in this order.
enum class Task : std::uint8_t {
    gateway, ///< works or does not
    network, ///< likewise the operator
    bind,    ///< a try to have a session
    submit,  ///< a message comes
    pump,    ///< a gateway may submit again
    processed,
    refused,
    give_up, ///< nobody has told of a message's end
    outside, ///< likewise of a client's from outside
};
inline constexpr std::size_t kTasks = 9;

struct GatewayEvent {
    SimTime at{};
    std::uint64_t order = 0;
    std::uint64_t handle = 0; ///< processed, refused
    std::uint32_t row = 0;    ///< message; gateway
    Task kind{};
    bool on = false;
};
static_assert(sizeof(GatewayEvent) <= 40);

/// What is known of a message from outside to a meter, until its fate is told or its time is up.
struct Passing {
    bool received = false;
    DeliveryFate answer = DeliveryFate::pending; ///< its meter's: done, refused; pending: none yet
};

/// A message to a meter, until nothing can become of it any more.
struct Tracked {
    std::uint64_t handle = 0;
    std::uint64_t first = 0;   ///< serial of its first submission; 0 before
    std::uint64_t latest = 0;  ///< serial of the latest one
    std::uint64_t place = 0;   ///< in the order of the queue
    std::uint64_t arrived = 0; ///< serial of the submission that was delivered; 0: none
    SimTime expires = kNever;
    MeterId subscriber{};
    std::uint32_t octets = 0;
    std::uint32_t open_at = 0; ///< where its outlet has it, while it is unanswered
    std::uint16_t live = 0;    ///< submissions that are neither delivered nor lost
    std::uint16_t full = 0;    ///< answers 0x14
    std::uint8_t gateway = 0;  ///< of the latest submission
    DeliveryState state = DeliveryState::sent;
    DeliveryFate fate = DeliveryFate::pending;
    bool asks : 1 = true;
    bool used : 1 = false;
    bool waits : 1 = false;      ///< here
    bool unanswered : 1 = false; ///< its latest submission, over a session that stands
    bool lost : 1 = false;
    bool followed : 1 = false; ///< give_up is still to come
};

struct Outlet {
    bool works = true;
    bool bound = true;
    SimTime ready = kStart;          ///< by its pace, or throttled until then
    std::vector<std::uint32_t> open; ///< rows submitted and not answered
};

struct Gateways::Impl {
    GatewaySpec spec;
    Operator network;
    Agenda<GatewayEvent, kTasks, kTasks, kTasks> events; // all come in order of time as a rule
    std::deque<Tracked> rows;                            // whose places stay where they are
    std::vector<std::uint32_t> free;
    HandleMap by_handle;
    std::map<std::uint64_t, std::uint32_t> first; // [place] what goes before the queue
    std::deque<std::uint32_t> queue;
    std::array<Outlet, kGateways> outlets;
    std::size_t outlet_count = 2;
    bool working = true;
    std::uint64_t calls = 0;
    std::uint64_t serial = 0;
    std::uint64_t places = 0;
    SimTime now = kStart;
    SimTime pump_at = kNever;
    TrafficCount traffic;
    GatewayCounts counts;
    std::unordered_map<std::uint64_t, Passing> outside; ///< by handle; never iterated
    SmsSink* sink = nullptr;                            // while running

    Impl(OperatorSpec const& operator_spec, GatewaySpec const& gateway_spec, Seed seed,
         std::vector<std::uint32_t> cell_of)
        : spec(gateway_spec), network(operator_spec, seed, std::move(cell_of)),
          outlet_count(gateway_spec.second_number.empty() ? 1 : 2) {}

    void step(GatewayEvent const& event);
    void take(std::uint32_t row);
    void set_gateway(std::uint8_t gateway, bool works);
    void set_network(bool works);
    void end_session(std::uint8_t gateway);
    void bind(std::uint8_t gateway);
    void pump();
    void pump_later(SimTime at);
    void submit(std::uint32_t row, std::uint8_t gateway);
    void refuse(std::uint32_t row, LossReason reason);
    void answered(std::uint32_t row);
    void answer(std::uint64_t handle, bool refused);
    void answer_at(std::uint64_t handle, bool refused, SimTime at);
    void raise(std::uint32_t row, DeliveryState to);
    void settle(std::uint32_t row, DeliveryFate fate);
    void lose(std::uint32_t row, LossReason reason, std::uint8_t tries);
    void tidy(std::uint32_t row);
    void note_backlog();

    // The operator's handle of a submission: its serial, and below it the message's row. Messages
    // from meters keep their sender's handle, marked.
    static constexpr std::uint64_t kFromMeter = std::uint64_t{1} << 63;
    static constexpr std::uint64_t kFromOutside = std::uint64_t{1} << 62; // likewise
    static constexpr std::uint64_t kRowBits = 28;
    [[nodiscard]] static std::uint32_t row_of(std::uint64_t handle) {
        return static_cast<std::uint32_t>(handle & ((std::uint64_t{1} << kRowBits) - 1));
    }
    [[nodiscard]] static std::uint64_t serial_of(std::uint64_t handle) {
        return handle >> kRowBits;
    }
    [[nodiscard]] static std::uint64_t handle_of(std::uint64_t serial, std::uint32_t row) {
        return serial << kRowBits | row;
    }
    /// Of neither a gateway's own: the sender's handle is under a mark.
    [[nodiscard]] static bool passes(std::uint64_t handle) {
        return (handle & (kFromMeter | kFromOutside)) != 0;
    }
    [[nodiscard]] static std::uint64_t unmarked(std::uint64_t handle) {
        return handle & ~(kFromMeter | kFromOutside);
    }
    /// Of what is submitted at `at`: its own end, or the operator's if that is earlier.
    [[nodiscard]] SimTime valid_until(SimTime expires, SimTime at) const {
        return std::min(expires, at + duration_from_s(network.spec().validity_s));
    }
    void settle_passing(std::uint64_t handle, DeliveryFate fate, SimTime at);
    void pass_state(std::uint64_t marked, DeliveryState state);
    void answer_passing(std::uint64_t handle, DeliveryFate fate);
    void give_up_passing(std::uint64_t handle);
    /// Whether a submission is one of the message that is in its row now.
    [[nodiscard]] bool ours(std::uint64_t handle) const {
        Tracked const& t = rows[row_of(handle)];
        return t.used && t.first != 0 && serial_of(handle) >= t.first;
    }
    [[nodiscard]] std::size_t waiting() const {
        return first.size() + queue.size() + outlets[0].open.size() + outlets[1].open.size();
    }
};

} // namespace gridtwin::sms
