#pragma once
// Orders to meters beside their relays: parameters to set, and reads on demand.
#include "models/headend/commands.hpp"
#include "models/headend/fleet.hpp"
#include "models/headend/ports.hpp"
#include "models/headend/remote_switch.hpp"
#include "models/headend/state_io.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace gridtwin::headend {

struct Order {
    CommandId command{};
    SimTime at{};   ///< when to issue it
    SimTime sent{}; ///< first time
    SimTime wake{}; ///< planned: issue; pending: the next try or the end
    std::int64_t value_milli = 0;
    SimTime effective{};
    MeterId meter = kNone<MeterId>; ///< none: to all of `concentrator`, or to it
    ConcentratorId concentrator = kNone<ConcentratorId>;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    CommandKind kind{};
    std::uint8_t parameter = 0;
    std::uint8_t delayed = 0;
    OrderState state{};
    Reason reason{};
    std::uint8_t tries = 0;
    std::array<std::uint8_t, 2> spare{}; ///< no padding, so that states are plain octets
};

struct OrderCounts {
    std::uint64_t issued = 0;
    std::uint64_t confirmed = 0;
    std::uint64_t refused = 0;   ///< by the meter, or by the concentrator as too long an answer
    std::uint64_t failed = 0;    ///< given up
    std::uint64_t sent = 0;      ///< tries of all commands
    std::uint64_t late = 0;      ///< answers to commands that had been ended before
    std::uint64_t announced = 0; ///< orders to all meters of a concentrator, among those issued
};

/// Each order is one command, sent again under the same number until it is acknowledged or its
/// tries are used up, by the remote switch's policies. Orders stand for themselves: a meter keeps
/// the parameter that reached it last.
class Orders final {
  public:
    Orders(RemoteSwitchConfig const& config, Fleet const& fleet, Ports const& ports,
           CommandNumbers& numbers, std::uint64_t timer_base);

    /// Gives an order at `at` (at once when that is past). @param command its id is ignored
    /// @return the command's id. @throws SimulationError for a meter that is not in the fleet
    CommandId order(Command const& command, SimTime at);
    /// Gives a set_parameter to all meters of command.concentrator at `at`. The concentrator
    /// acknowledges that it has broadcast it; no meter does, and who did not hear it is not known.
    CommandId announce(Command const& command, SimTime at);
    /// Gives a start_firmware to command.concentrator at `at`, again and again, as over power line,
    /// until it reports or the firmware's time has come.
    CommandId start_firmware(Command const& command, SimTime at);
    /// @return false if the command is none of this application's
    bool on_acknowledgement(Acknowledgement const& acknowledgement);
    /// The first report answers the order: confirmed, or refused by one of another version. One
    /// that ends with an older version, as its time was up before the first block, has failed after
    /// all.
    bool on_firmware(FirmwareProgress const& progress);
    void on_timer(std::uint64_t payload);
    /// The meter has another concentrator: orders that are pending go there, beside their tries.
    void send_again(MeterId meter);
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    /// In order of their command ids.
    [[nodiscard]] std::vector<Order> const& orders() const { return orders_; }
    [[nodiscard]] OrderCounts const& counts() const { return counts_; }

  private:
    CommandId add(Command const& command, SimTime at);
    void arm(std::size_t row, SimTime at);
    void send(std::size_t row);
    void hand_over(Order const& order);
    void finish(Order& order, OrderState state, Reason reason, SimDuration latency);
    [[nodiscard]] RetryPolicy const& policy(Order const& order) const;
    /// What a try may take on its way before anybody waits for an answer.
    [[nodiscard]] SimDuration transfer(Order const& order) const;
    void journal(Order const& order, EventKind kind, SimDuration latency = {});

    RemoteSwitchConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    CommandNumbers& numbers_;
    std::uint64_t timer_base_;
    std::vector<Order> orders_;
    std::set<std::pair<MeterId, std::size_t>> pending_; ///< rows of those to a meter, by meter
    OrderCounts counts_;
};

} // namespace gridtwin::headend
