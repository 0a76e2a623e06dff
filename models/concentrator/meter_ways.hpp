#pragma once
// Over which channel a concentrator asks each of its meters: a primary one, and where a meter has
// two, a backup with the rule that switches between them.
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace gridtwin::concentrator {

struct MeterWay {
    Channel primary = Channel::plc;
    Channel backup = Channel::plc; ///< the primary: it has none

    [[nodiscard]] bool has_backup() const { return backup != primary; }
    [[nodiscard]] bool has(Channel channel) const {
        return primary == channel || backup == channel;
    }
    friend bool operator==(MeterWay const&, MeterWay const&) = default;
};

/// Defaults are assumptions.
struct SwitchRule {
    int backup_after = 2; ///< requests in a row that one channel leaves unanswered
    SimDuration primary_again = std::chrono::hours(6); ///< on the backup; then one try
};

class MeterWays {
  public:
    /// @param ways [meter]
    MeterWays(SwitchRule const& rule, std::span<MeterWay const> ways);

    /// The channel for a request at `now`. A meter that has been on its backup for primary_again
    /// goes back to the primary; one unanswered request then sends it to the backup again.
    [[nodiscard]] Channel choose(std::size_t meter, SimTime now);
    void on_answer(std::size_t meter);
    /// Whether any meter has that channel.
    [[nodiscard]] bool any_has(Channel channel) const {
        return std::any_of(ways_.begin(), ways_.end(),
                           [channel](MeterWay const& way) { return way.has(channel); });
    }
    /// @return whether the meter goes over to its other channel
    bool on_timeout(std::size_t meter, SimTime now);
    [[nodiscard]] bool on_backup(std::size_t meter) const {
        return !states_.empty() && states_[meter].on_backup;
    }

  private:
    struct State {
        SimTime since{}; ///< on the backup
        std::uint8_t unanswered = 0;
        bool on_backup = false;
    };
    SwitchRule rule_;
    std::vector<MeterWay> ways_;
    std::vector<State> states_; ///< [meter]; empty when none has a backup
};

} // namespace gridtwin::concentrator
