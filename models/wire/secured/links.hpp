#pragma once
// Who shares which keys with whom, and how far each has counted: security suite 0 between meters,
// concentrators and the head-end (models/wire/dlms_link/security.hpp).
//   concentrator and meter   the meter's keys
//   concentrator and head-end   the concentrator's
//   to all meters of a concentrator   the group's
// An initialization vector begins with its sender's system title, so that both directions, and two
// concentrators that speak to one meter, share a key without sharing a vector. Each sender counts
// from 1 under each set of keys, whoever receives it. A meter remembers the last 64 counters of
// each sender one by one, others the last 1024, as the anti-replay window of RFC 4303, 3.4.3:
// messages overtake each other in a mesh, on two channels and in a network's queues, so that a
// counter below the greatest is not stale by that alone (the standard's meters take rising counters
// only).
#include "models/wire/dlms_link/security.hpp"
#include "models/wire/sms/freshness.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gridtwin::wire::secured {

struct Party {
    enum class Kind : std::uint8_t { meter, concentrator, head_end, group };
    Kind kind{};
    std::uint32_t number = 0;

    friend auto operator<=>(Party const&, Party const&) = default;
};
[[nodiscard]] constexpr Party party(MeterId id) {
    return {Party::Kind::meter, static_cast<std::uint32_t>(id)};
}
[[nodiscard]] constexpr Party party(ConcentratorId id) {
    return {Party::Kind::concentrator, static_cast<std::uint32_t>(id)};
}
inline constexpr Party kHeadEnd{Party::Kind::head_end, 0};
inline constexpr Party kGroup{Party::Kind::group, 0}; ///< only ever a receiver

[[nodiscard]] SystemTitle title_of(Party party);

/// Of whoever is simulated in one place: both ends of a link may be, or one. One thread at a time.
class Links {
  public:
    Links(AesKey const& master, Seed seed) : master_(master), seed_(seed) {}

    /// Appends. @throws SimulationError for two meters, or when the counter is used up
    void protect(Party from, Party to, Envelope envelope, std::span<std::byte const> apdu,
                 std::vector<std::byte>& out);
    /// What `at` makes of a message that is said to come from `from`, to it or to the group. Counts
    /// only what is accepted.
    [[nodiscard]] Unprotected unprotect(Party from, Party to, Party at,
                                        std::span<std::byte const> octets);

    [[nodiscard]] std::size_t bytes() const;

  private:
    SecurityKeys const& keys_of(Party owner);
    [[nodiscard]] SecurityContext context(Party own, Party peer, Party owner);

    AesKey master_;
    Seed seed_;
    AesGcm gcm_;
    std::map<Party, SecurityKeys> keys_;                    ///< derived once
    std::map<std::pair<Party, Party>, std::uint64_t> sent_; ///< (sender, whose keys): last counter
    using Heard = std::pair<std::pair<Party, Party>, bool>; ///< ((at, from), to the group)
    std::map<Heard, sms::SeenNumbers<sms::kMeterWindow>> seen_by_meters_;
    std::map<Heard, sms::SeenNumbers<sms::kMostWindow>> seen_by_others_;
};

} // namespace gridtwin::wire::secured
