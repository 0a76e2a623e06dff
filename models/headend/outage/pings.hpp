#pragma once
// Meters asked whether they have supply: few, spaced, and never more than a number at a time.
#include "models/headend/ports/commands.hpp"
#include "models/headend/ports/fleet.hpp"
#include "models/headend/ports/ports.hpp"
#include "models/headend/ports/state_io.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace gridtwin::headend {

/// All defaults are assumptions.
struct PingsConfig {
    std::uint32_t locating = 8;  ///< for one outage, to name the device
    std::uint32_t verifying = 8; ///< for one outage, when supply is back
    std::uint32_t most = 4;      ///< outstanding at a time, of all outages
    SimDuration spacing = std::chrono::seconds(2);
    SimDuration timeout = std::chrono::minutes(2); ///< of a meter read by a concentrator
    SimDuration sms_timeout = std::chrono::minutes(10);
};
[[nodiscard]] std::string problem(PingsConfig const& config);

struct PingCounts {
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t unanswered = 0; ///< or answered by a concentrator that it cannot be done
};

/// A ping is a read of the registers, sent once.
class Pings final {
  public:
    struct Lapsed {
        MeterId meter{};
        SimTime sent{};
    };

    Pings(PingsConfig const& config, Fleet const& fleet, Ports const& ports,
          CommandNumbers& numbers, std::uint64_t timer);

    /// Queues a ping. @return false if one of that meter waits or is outstanding
    bool ask(std::uint64_t outage, MeterId meter);
    /// Forgets what waits for that outage.
    void drop(std::uint64_t outage);
    /// @return false if the command is none of these, or its time is over
    bool on_acknowledgement(Acknowledgement const& acknowledgement);
    /// Sends what may be sent. @return those whose time is over
    std::vector<Lapsed> on_timer();
    void save(StateWriter& out) const;
    void restore(StateReader& in);

    [[nodiscard]] PingCounts const& counts() const { return counts_; }
    [[nodiscard]] std::size_t outstanding() const { return outstanding_.size(); }

  private:
    struct Waiting {
        std::uint64_t outage = 0;
        MeterId meter{};
        std::uint32_t spare = 0;
    };
    struct Outstanding {
        CommandId command{};
        SimTime sent{};
        SimTime until{};
        MeterId meter{};
        std::uint32_t spare = 0;
    };
    void pump();

    PingsConfig config_;
    Fleet const& fleet_;
    Ports ports_;
    CommandNumbers& numbers_;
    std::uint64_t timer_;
    std::deque<Waiting> waiting_;
    std::vector<Outstanding> outstanding_;
    SimTime next_ = kStart; ///< may be sent
    PingCounts counts_;
};

} // namespace gridtwin::headend
