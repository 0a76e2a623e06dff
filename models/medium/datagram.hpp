#pragma once
// What an application hands to a shared medium below a concentrator, and whom it hears of its fate.
#include "models/medium/broadcast.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gridtwin::medium {

/// What an application hands to its modem or radio.
struct Datagram {
    std::uint64_t handle = 0;  ///< the caller's; given back with its fate
    std::uint16_t from = 0;    ///< node of the medium
    std::uint16_t to = 0;      ///< node, not `from`; or kEverybody: one frame, unacknowledged
    std::uint32_t octets = 0;  ///< of payload, before segmentation; 0 is one empty frame
    std::uint8_t priority = 0; ///< greater goes first at its sender
    bool contend = false;      ///< true: backs off before its first try (alarms); false: polled
    bool direct : 1 = false;   ///< in one hop, whether or not it is a route; so is one to everybody
    /// Between a root and a node that is in another tree, or in none, and to be asked to join:
    /// where there is no route, path_to_joining().
    bool joining : 1 = false;
    bool spread = false; ///< of one to everybody: whoever has others below it repeats it, once
    /// Of one to everybody, arrive_by(): a frame that would end later is not begun, neither by its
    /// sender (lost: expired) nor by who repeats it. 0: however late.
    std::uint32_t arrive_by_cs = 0;

    friend bool operator==(Datagram const&, Datagram const&) = default;
};

inline constexpr std::int64_t kArriveByUnitNs = 10'000'000;
/// A datagram's latest arrival in four octets: hundredths of a second since the start, rounded
/// down, so that it holds; at least 1; kNever: 0.
/// @throws SimulationError from 497 days and 2 hours on; a scenario lasts 366 days at most
[[nodiscard]] std::uint32_t arrive_by(SimTime at);
/// Whether a frame of it that ends at `end` comes too late.
[[nodiscard]] constexpr bool too_late(Datagram const& datagram, SimTime end) {
    return datagram.arrive_by_cs != 0 && to_ns(end) > datagram.arrive_by_cs * kArriveByUnitNs;
}

/// Whether it may be handed to a medium of so many nodes at that time.
/// @param frame_octets payload of its largest frame
[[nodiscard]] inline bool fits(Datagram const& datagram, SimTime at, SimTime now, std::size_t nodes,
                               std::uint32_t frame_octets) {
    bool const to_one =
        datagram.to < nodes && datagram.from != datagram.to && datagram.arrive_by_cs == 0;
    bool const to_all = datagram.to == kEverybody && datagram.octets <= frame_octets;
    return at >= now && datagram.from < nodes && (to_one || to_all);
}
/// What is wrong with one that may not.
/// @param noun "node", as the medium calls it
[[nodiscard]] std::string misuse(Datagram const& datagram, SimTime at, SimTime now,
                                 std::size_t nodes, std::string_view noun);

/// Hears each datagram's fate, exactly once, one to everybody being delivered when its sender has
/// sent it. May call the medium's send() from inside.
class Sink {
  public:
    virtual ~Sink() = default;
    /// @param tries transmissions of its most repeated frame (of its hardest hop), at least 1
    /// @param hops of its route
    virtual void on_delivered(Datagram const& datagram, SimTime at, std::uint8_t tries,
                              std::uint8_t hops) = 0;
    /// @param tries as above; 0 when it was never on the medium
    /// @param hops of its route, 0 when it never had one
    virtual void on_lost(Datagram const& datagram, LossReason reason, SimTime at,
                         std::uint8_t tries, std::uint8_t hops) = 0;
    /// What its own sender learns of one to a node: whether the next one has acknowledged all of
    /// it, or it is given up, which says little of its fate: that is told before, or lies further
    /// on. Where frames are acknowledged exactly once, unless the simulation ends; elsewhere never.
    virtual void on_first_hop(Datagram const& /*datagram*/, bool /*acknowledged*/, SimTime /*at*/) {
    }
    /// One to everybody has reached that node, for the first time.
    virtual void on_broadcast(Datagram const& /*datagram*/, std::uint16_t /*node*/,
                              SimTime /*at*/) {}
    /// Nobody has one to everybody to send any more: nothing else is told of it. Exactly once.
    /// @param handle of the datagram
    virtual void on_broadcast_over(std::uint64_t /*handle*/, SimTime /*at*/) {}
};

} // namespace gridtwin::medium
