#pragma once
// Opening and closing customers' relays from afar, on the operator's orders.
#include "models/headend/commands.hpp"
#include "models/headend/fleet.hpp"
#include "models/headend/order_rows.hpp"
#include "models/headend/ports.hpp"
#include "models/headend/state_io.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// All defaults are assumptions.
struct RemoteSwitchConfig {
    RetryPolicy plc{.timeout = std::chrono::minutes(2), .tries = 5};
    RetryPolicy sms{.timeout = std::chrono::minutes(10), .tries = 5};
    /// A firmware's image takes as long as that on its way to a concentrator before the timeout
    /// begins. Assumption: a twentieth of what a GPRS cell carries down.
    double image_rate_bps = 2000.0;
};
[[nodiscard]] std::string problem(RemoteSwitchConfig const& config);

struct RelayOrder {
    CommandId command{};
    SimTime at{};       ///< when to issue it
    SimTime sent{};     ///< first time
    SimTime wake{};     ///< planned: issue; pending: the next try or the end
    SimTime executed{}; ///< by the meter's clock, once acknowledged
    MeterId meter = kNone<MeterId>;
    std::uint8_t close = 0; ///< 1 closes, 0 opens
    OrderState state{};
    Reason reason{};
    std::uint8_t tries = 0;
};

struct RemoteSwitchCounts {
    std::uint64_t issued = 0;
    std::uint64_t confirmed = 0;
    std::uint64_t failed = 0;
    std::uint64_t sent = 0;     ///< tries of all commands
    std::uint64_t late = 0;     ///< acknowledgements of commands that had been ended before
    std::uint64_t reissued = 0; ///< because an older order was executed after the newest one
};

/// Each order is one command, sent again under the same id until it is acknowledged or its tries
/// are used up. The newest order issued for a meter wins: an older one still pending fails
/// (superseded), and if the older one turns out to have been executed later, the newest is issued
/// anew.
class RemoteSwitch final {
  public:
    RemoteSwitch(RemoteSwitchConfig const& config, Fleet const& fleet, Ports const& ports,
                 CommandNumbers& numbers, std::uint64_t timer_base);

    /// Orders `meter`'s relay closed or opened at `at` (at once when that is past).
    /// @return the command's id. @throws SimulationError for a meter that is not in the fleet
    CommandId order(MeterId meter, bool close, SimTime at);
    /// @return false if the command is none of this application's
    bool on_acknowledgement(Acknowledgement const& acknowledgement);
    void on_timer(std::uint64_t payload);
    /// The meter has another concentrator: an order that is pending goes there, beside its tries.
    void send_again(MeterId meter);
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    /// In order of their command ids.
    [[nodiscard]] std::vector<RelayOrder> const& orders() const { return orders_; }
    [[nodiscard]] RemoteSwitchCounts const& counts() const { return counts_; }
    [[nodiscard]] std::uint64_t pending() const;

  private:
    struct Relay {
        std::uint32_t newest = 0; ///< row of the newest order issued
        std::uint32_t known = 0;  ///< 1: an execution was acknowledged
        std::uint64_t closed = 0; ///< as the latest execution left it
        SimTime executed{};       ///< of the latest execution, by the meter's clock
    };

    void arm(std::size_t row, SimTime at);
    void issue(std::size_t row);
    void send(std::size_t row);
    void hand_over(RelayOrder const& order);
    void finish(RelayOrder& order, OrderState state, Reason reason, SimDuration latency);
    [[nodiscard]] RetryPolicy const& policy(MeterId meter) const;

    RemoteSwitchConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    CommandNumbers& numbers_;
    std::uint64_t timer_base_;
    std::vector<RelayOrder> orders_;
    std::map<MeterId, Relay> relays_;
    RemoteSwitchCounts counts_;
};

} // namespace gridtwin::headend
