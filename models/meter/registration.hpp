#pragma once
// To which concentrator a meter belongs, over which channels, and whose calls it answers.
#include "models/wire/found_block.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::meter {

/// Defaults are assumptions.
struct RegistrationSpec {
    /// Its concentrator has not asked it for so long over any channel: it belongs to nobody.
    SimDuration orphan_after = std::chrono::hours(24);
    /// Nor over the channel of a call by that very concentrator, which then may not know it there.
    /// Longer than from one search of a concentrator to the next: backup channels are hardly used
    /// otherwise.
    SimDuration doubt_after = std::chrono::hours(36);
    /// By how much the way to another concentrator must be cheaper, thousandths of transmissions.
    std::uint32_t hysteresis_milli = 500;
};
/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(RegistrationSpec const& spec);

/// One row per meter, those on each medium by its slot(); 41 octets a meter.
struct Registrations {
    static constexpr std::uint32_t kNotThere = 0xffff'ffff; ///< as a cost

    struct There {
        /// Of the way to the concentrator, thousandths of transmissions; wire::kUnknownCostMilli
        /// until it was measured.
        std::uint32_t cost_milli = kNotThere;
        SimTime asked{}; ///< by it, last
    };
    std::vector<ConcentratorId> concentrator; ///< kNone: it never belonged to any
    std::vector<std::uint32_t> number;        ///< of the registration; grows with each, 0 as built
    std::vector<std::array<There, 2>> there;  ///< [meter][slot]
    std::vector<Channel> primary;             ///< [meter] that it is asked over first

    [[nodiscard]] static std::size_t slot(Channel channel) {
        return channel == Channel::rf ? 1 : 0;
    }
    [[nodiscard]] There const& over(std::size_t row, Channel channel) const {
        return there[row][slot(channel)];
    }
    [[nodiscard]] std::size_t size() const { return concentrator.size(); }
    /// Memory held, octets.
    [[nodiscard]] std::size_t bytes() const;
};

/// Meters that belong to nobody yet, the power line their primary channel.
[[nodiscard]] Registrations make_registrations(std::size_t meters);

/// As built: it belongs to that concentrator over that channel, without a word between them; what
/// the way costs it learns when it is asked.
void commission(Registrations& table, std::size_t row, Channel channel, ConcentratorId concentrator,
                SimTime now);

/// Whose it is, as far as it knows; kNone once nobody has asked it for orphan_after.
[[nodiscard]] ConcentratorId belongs_to(Registrations const& table, RegistrationSpec const& spec,
                                        std::size_t row, SimTime now);

/// Whether it answers a call that has reached it: it belongs to nobody; or the caller's
/// concentrator is another one and the way there, over this channel and over the link just
/// measured, is cheaper by more than the hysteresis, both having been measured, and its own does
/// not ask it over its primary channel if this is the backup; or it is its own one, which does not
/// know it over this channel or has not asked it there for doubt_after.
[[nodiscard]] bool answers(Registrations const& table, RegistrationSpec const& spec,
                           std::size_t row, Message const& call, Channel channel,
                           std::uint32_t link_cost_milli, SimTime now);

/// A request of its own concentrator has reached it, or one to all.
void on_asked(Registrations& table, std::size_t row, ConcentratorId by, Channel channel,
              SimTime now);
/// What the way to its concentrator costs by now, where it belongs to one over that channel.
void set_cost(Registrations& table, std::size_t row, Channel channel, std::uint32_t cost_milli);

/// Registered by an `enroll`, and with another concentrator forgotten; unless it belongs to one
/// that it would not have left for that way: another's word may have come in between.
/// @return the answer, ready to be sent
[[nodiscard]] Message enroll(Registrations& table, RegistrationSpec const& spec, std::size_t row,
                             Message const& request, Channel channel, SimTime now,
                             MessageNumbers& numbers);

/// How long it waits before it answers that call: at random, up to 0.7 of the caller's window
/// (assumption), so that who does not hear the others does not meet the same ones at every call.
[[nodiscard]] SimDuration hello_delay(SimDuration window, MeterId meter, Message const& call,
                                      Seed seed);
/// What it says to whoever called.
[[nodiscard]] Message make_hello(Message const& call, MeterId meter, std::uint32_t link_cost_milli,
                                 Channel channel, SimTime now, MessageNumbers& numbers);
/// What it calls when it is asked to.
[[nodiscard]] Message make_call(Registrations const& table, std::size_t row, Message const& request,
                                Channel channel, SimTime now, MessageNumbers& numbers);
/// What it then tells: who has answered, each once.
[[nodiscard]] Message make_found(Message const& request, Message const& call,
                                 std::span<wire::FoundMeter const> found, Channel channel,
                                 SimTime now, MessageNumbers& numbers);

} // namespace gridtwin::meter
