#pragma once
// Which meters a concentrator has, and over which channel it asks each of them: a primary one, and
// where a meter is registered on two, a backup with the rule that switches between them.
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

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
    /// @param ways [meter] over which it may be reached; at first it is registered on all of them
    MeterWays(SwitchRule const& rule, std::span<MeterWay const> ways);

    /// Whether a meter is registered on that channel from now on. Nothing, where it has none.
    void set_registered(std::size_t meter, Channel channel, bool registered);
    [[nodiscard]] bool registered(std::size_t meter, Channel channel) const {
        return (bits(meter) & bit(ways_[meter], channel)) != 0;
    }
    /// It is registered on some channel.
    [[nodiscard]] bool member(std::size_t meter) const { return bits(meter) != 0; }
    [[nodiscard]] std::size_t members() const;

    /// The channel for a request at `now` to a member. A meter that has been on its backup for
    /// primary_again goes back to the primary; one unanswered request then sends it to the backup
    /// again.
    [[nodiscard]] Channel choose(std::size_t meter, SimTime now);
    void on_answer(std::size_t meter);
    /// Whether any member has that channel.
    [[nodiscard]] bool any_has(Channel channel) const;
    /// Whether a meter may be reached over that channel, registered or not.
    [[nodiscard]] bool reaches(std::size_t meter, Channel channel) const {
        return ways_[meter].has(channel);
    }
    /// @return whether the meter goes over to its other channel
    bool on_timeout(std::size_t meter, SimTime now);
    /// Whether it is asked over its backup.
    [[nodiscard]] bool on_backup(std::size_t meter) const {
        return !states_.empty() &&
               (both(meter) ? states_[meter].on_backup : bits(meter) == kBackup);
    }

  private:
    static constexpr std::uint8_t kPrimary = 1;
    static constexpr std::uint8_t kBackup = 2;
    [[nodiscard]] static std::uint8_t bit(MeterWay way, Channel channel) {
        return way.primary == channel ? kPrimary : way.backup == channel ? kBackup : 0;
    }
    [[nodiscard]] std::uint8_t bits(std::size_t meter) const {
        return !registered_.empty()        ? registered_[meter]
               : ways_[meter].has_backup() ? std::uint8_t{kPrimary | kBackup}
                                           : kPrimary;
    }
    [[nodiscard]] bool both(std::size_t meter) const { return bits(meter) == (kPrimary | kBackup); }
    struct State {
        SimTime since{}; ///< on the backup
        std::uint8_t unanswered = 0;
        bool on_backup = false;
    };
    SwitchRule rule_;
    std::vector<MeterWay> ways_;
    std::vector<State> states_;            ///< [meter]; empty when none has a backup
    std::vector<std::uint8_t> registered_; ///< [meter]; empty: all on all channels
};

} // namespace gridtwin::concentrator
