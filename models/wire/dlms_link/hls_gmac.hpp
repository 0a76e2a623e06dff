#pragma once
// High level security with GMAC, mechanism 5 (IEC 62056-5-3; DLMS UA Green Book, 9.2.7.4
// and table 43), four passes: the client's challenge CtoS in AARQ, the server's StoC in AARE, then
// f(StoC) as parameter of reply_to_HLS_authentication and f(CtoS) as what it returns, where
//
// f(challenge) = SC | IC | T     SC = 10, T = GMAC over SC | AK | challenge
//
// under the global unicast encryption key and the answering party's system title.
#include "models/wire/dlms_link/security.hpp"

namespace gridtwin::wire {

inline constexpr std::size_t kHlsReplyOctets = 1 + 4 + 12;
inline constexpr std::size_t kShortestChallenge = 8;
inline constexpr std::size_t kLongestChallenge = 64;

/// This party's answer to the other's challenge; uses up one invocation counter.
/// @return nothing where the counter is used up
/// Errors: SimulationError where a key is missing.
[[nodiscard]] std::optional<std::vector<std::byte>>
hls_gmac_reply(SecurityContext& context, AesGcm& gcm, std::span<std::byte const> challenge);

/// The peer's answer to this party's challenge. A fresh challenge keeps old answers out, so the
/// counter inside may be any (clients count it before or after the APDU around it); where it is
/// right, later messages must count on from there. The context changes only then.
[[nodiscard]] Refusal hls_gmac_check(SecurityContext& context, AesGcm& gcm,
                                     std::span<std::byte const> challenge,
                                     std::span<std::byte const> reply);

} // namespace gridtwin::wire
