#pragma once
// The operator's orders: relays to open and close, parameters to set, reads on demand, firmware.
#include "models/headend/ports/commands.hpp"
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/ports/state_io.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gridtwin::headend {

/// All defaults are assumptions.
struct OrdersConfig {
    RetryPolicy plc{.timeout = std::chrono::minutes(2), .tries = 5};
    RetryPolicy sms{.timeout = std::chrono::minutes(10), .tries = 5};
    /// A firmware's image takes as long as that on its way to a concentrator before the timeout
    /// begins. Assumption: a twentieth of what a GPRS cell carries down.
    double image_rate_bps = 2000.0;
};
[[nodiscard]] std::string problem(OrdersConfig const& config);

enum class OrderState : std::uint8_t { planned, pending, confirmed, failed };

struct Order {
    CommandId command{};
    SimTime at{};       ///< when to issue it
    SimTime sent{};     ///< first time
    SimTime wake{};     ///< planned: issue; pending: the next try or the end
    SimTime executed{}; ///< of a relay, by the meter's clock, once acknowledged
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
    std::uint64_t failed = 0;    ///< given up, or superseded by a newer one to the same relay
    std::uint64_t sent = 0;      ///< tries of all commands
    std::uint64_t late = 0;      ///< answers to commands that had been ended before
    std::uint64_t announced = 0; ///< orders to all meters of a concentrator, among those issued
    std::uint64_t reissued = 0;  ///< as a relay had obeyed an older order after the newest one
};

class RelayOrderListener {
  public:
    virtual ~RelayOrderListener() = default;
    /// It was confirmed or has failed. Must not order anything.
    virtual void on_relay_order(Order const& order) = 0;
};

/// Each order is one command, sent again under the same number until it is acknowledged or its
/// tries are used up. Orders stand for themselves (a meter keeps the parameter that reached it
/// last), but those to one relay: the newest one issued wins, an older one still pending fails
/// (superseded), and if the older one turns out to have been executed later, the newest is issued
/// anew.
class Orders final {
  public:
    Orders(OrdersConfig const& config, Fleet const& fleet, Ports const& ports,
           CommandNumbers& numbers, std::uint64_t timer_base);

    /// An order to a meter or, without one, to a concentrator: one of the next ones.
    CommandId give(Command const& command, SimTime at);
    /// Gives an order at `at` (at once when that is past). @param command its id is ignored
    /// @return the command's id. @throws SimulationError for a meter that is not in the fleet
    CommandId order(Command const& command, SimTime at);
    /// Orders `meter`'s relay closed or opened at `at`. Likewise.
    /// @param not_after to open: not from when the meter's clock shows this; kStart: no limit
    CommandId switch_relay(MeterId meter, bool close, SimTime at, SimTime not_after = kStart);
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

    /// Told from now on of relay orders that end; nullptr: nobody is.
    void set_listener(RelayOrderListener* listener) { listener_ = listener; }

    /// In order of their command ids.
    [[nodiscard]] std::vector<Order> const& orders() const { return orders_; }
    /// Of all that are not to relays, and of those.
    [[nodiscard]] OrderCounts const& counts() const { return counts_; }
    [[nodiscard]] OrderCounts const& relay_counts() const { return relay_counts_; }
    [[nodiscard]] std::uint64_t pending_relays() const;

  private:
    /// What is known of a meter's relay.
    struct Relay {
        std::uint64_t newest = 0; ///< row of the newest order issued
        SimTime executed{};       ///< of the latest execution, by the meter's clock; kNever none
        std::uint64_t closed = 0; ///< as that left it
    };

    CommandId add(Command const& command, SimTime at);
    [[nodiscard]] Order* find(CommandId command);
    void arm(std::size_t row, SimTime at);
    void arm_all();
    void send(std::size_t row);
    void issue(std::size_t row);
    void on_relay(Order& order, Acknowledgement const& acknowledgement);
    [[nodiscard]] OrderCounts& counts_of(Order const& order);
    void hand_over(Order const& order);
    void finish(Order& order, OrderState state, Reason reason, SimDuration latency);
    [[nodiscard]] RetryPolicy const& policy(Order const& order) const;
    /// What a try may take on its way before anybody waits for an answer.
    [[nodiscard]] SimDuration transfer(Order const& order) const;
    void journal(Order const& order, EventKind kind, SimDuration latency = {});

    OrdersConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    CommandNumbers& numbers_;
    std::uint64_t timer_base_;
    std::vector<Order> orders_;
    std::set<std::pair<MeterId, std::size_t>> pending_; ///< rows of those to a meter, by meter
    std::map<MeterId, Relay> relays_;
    OrderCounts counts_;
    OrderCounts relay_counts_;
    RelayOrderListener* listener_ = nullptr;
};

} // namespace gridtwin::headend
