#pragma once
// One of the media of an area: its stations, and the messages that are on it.
#include "models/medium/datagram.hpp"
#include "sim/core/diagnostics.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/twin/area_broadcasts.hpp"
#include "sim/twin/slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace gridtwin::twin {

/// Stations: first the concentrators, then those meters of the area that have this channel.
/// Members of an area: first the concentrators, then all its meters.
template <typename Medium>
struct AreaMedium {
    static constexpr std::uint16_t kNoStation = 0xffff;

    /// @param all meters of the area  @param on those with this channel, in the same order
    AreaMedium(Medium made, std::span<MeterId const> all, std::span<MeterId const> on)
        : medium(std::move(made)), station(medium.roots() + all.size(), kNoStation) {
        for (std::uint16_t root = 0; root < medium.roots(); ++root) {
            add(root);
        }
        std::size_t next = 0;
        for (std::size_t i = 0; i < all.size() && next < on.size(); ++i) {
            if (all[i] == on[next]) {
                ++next;
                add(medium.roots() + i);
            }
        }
    }
    [[nodiscard]] bool has(std::size_t of_member) const { return station[of_member] != kNoStation; }
    void set_powered(std::size_t of_member, bool powered, SimTime at) {
        if (has(of_member)) {
            medium.set_powered(station[of_member], powered, at);
        }
    }
    /// @param direct in one hop, route or not
    /// @return its datagram's handle, which none has had before
    std::uint64_t send(std::size_t from, std::size_t to, Message&& message, bool contend,
                       SimTime now, bool direct = false) {
        std::uint32_t const octets = message.octets;
        bool const bulk = is_bulk(message.kind);
        bool const joining =
            message.kind == MessageKind::enroll || message.kind == MessageKind::enrolled;
        std::uint64_t const handle = in_transit.put({std::move(message), now}) | sent_++
                                                                                     << kSlotBits;
        medium.send({.handle = handle,
                     .from = station[from],
                     .to = station[to],
                     .octets = octets,
                     .priority = static_cast<std::uint8_t>(bulk ? 0 : 1),
                     .contend = contend,
                     .direct = direct,
                     .joining = joining},
                    now);
        return handle;
    }
    /// The message of a datagram whose fate is known.
    [[nodiscard]] InTransit take(std::uint64_t handle) {
        return in_transit.take(handle & ((std::uint64_t{1} << kSlotBits) - 1));
    }
    /// To all stations that hear it. @param spread by whoever repeats for others of that
    /// concentrator too  @param arrive_by its frames are not sent any more when they would end
    /// later
    /// @throws SimulationError when it takes more than AreaBroadcasts::kMostParts frames
    void broadcast(std::uint16_t from, Message&& message, SimTime now, bool spread,
                   SimTime arrive_by = kNever) {
        std::uint32_t const most = medium.broadcast_octets();
        std::uint32_t left = message.octets;
        std::uint32_t const parts = (std::max(left, 1U) - 1) / most + 1;
        if (parts > AreaBroadcasts::kMostParts) {
            throw SimulationError(fmt::format("a broadcast of {} octets at {} takes {} frames, "
                                              "at most {} do",
                                              left, format_time(now), parts,
                                              AreaBroadcasts::kMostParts));
        }
        std::uint8_t const priority = is_bulk(message.kind) ? 0 : 1;
        auto const handle = broadcasts.begin(std::move(message), now, parts, member.size());
        for (std::uint32_t part = 0; part < parts; ++part) {
            std::uint32_t const octets = std::min(left, most);
            left -= octets;
            medium.send({.handle = handle + part,
                         .from = from,
                         .to = medium::kEverybody,
                         .octets = octets,
                         .priority = priority,
                         .spread = spread,
                         .arrive_by_cs = medium::arrive_by(arrive_by)},
                        now);
        }
    }
    /// Messages handed over, and what came of them: one to all is one, whatever it was cut into.
    [[nodiscard]] TrafficCount traffic() const {
        TrafficCount sum = medium.datagrams();
        sum -= broadcasts.parts();
        sum += broadcasts.messages();
        sum.delivered -= refused;
        sum.lost[static_cast<std::size_t>(LossReason::rejected)] += refused;
        return sum;
    }
    [[nodiscard]] std::uint64_t in_flight() const {
        return medium.datagrams_in_flight() - broadcasts.parts_in_flight() +
               broadcasts.messages_in_flight();
    }
    [[nodiscard]] std::size_t bytes() const {
        return medium.bytes() + in_transit.bytes() + broadcasts.bytes() +
               (station.capacity() + member.capacity()) * sizeof(std::uint16_t);
    }

    Medium medium;
    std::vector<std::uint16_t> station; ///< [member]
    std::vector<std::uint16_t> member;  ///< [station]
    Slots<InTransit> in_transit;
    AreaBroadcasts broadcasts;
    std::uint64_t refused = 0; ///< of those that the medium delivered: by their receivers

  private:
    /// Of a handle, below the number of its datagram; 2^31 of these stay below
    /// AreaBroadcasts::kMark.
    static constexpr unsigned kSlotBits = 32;
    std::uint64_t sent_ = 0;

    void add(std::size_t of_member) {
        station[of_member] = static_cast<std::uint16_t>(member.size());
        member.push_back(static_cast<std::uint16_t>(of_member));
    }
};

} // namespace gridtwin::twin
