#pragma once
// Protection of xDLMS APDUs by security suite 0 (IEC 62056-5-3; DLMS UA Green Book, 9.2.7.2 with
// tables 38 and 40): service-specific global ciphering and general-glo-ciphering.
//
// service-specific   tag | length | SC | IC | text [| T]
// general            DB | 08 | system title | length | SC | IC | text [| T]
//
// SC  security control, 1 octet: bits 0-3 suite, 4 authenticated (A), 5 encrypted (E), 6 key set
//     (broadcast), 7 compressed
// IC  invocation counter, 4 octets; the initialization vector is the sender's system title | IC
// T   12 octets, where A: over SC | AK | APDU (A alone) or SC | AK and the ciphertext (A and E)
#include "models/wire/cipher/aes_gcm.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire {

using SystemTitle = std::array<std::byte, 8>;

struct SecurityControl {
    bool authenticated = false;
    bool encrypted = false;
    bool broadcast = false; ///< key set: the global broadcast key instead of the unicast one
    std::uint8_t suite = 0; ///< 0 to 15; only 0 is supported
    bool compressed = false;
    bool operator==(SecurityControl const&) const = default;
};
inline constexpr SecurityControl kAuthenticatedEncryption{.authenticated = true, .encrypted = true};

[[nodiscard]] std::uint8_t encode(SecurityControl control);
[[nodiscard]] SecurityControl decode_security_control(std::uint8_t octet);

/// Keys a party holds; what is absent cannot be used. AK goes into the authenticated data, so it
/// is needed wherever A is set.
struct SecurityKeys {
    std::optional<AesKey> encryption{};     ///< global unicast encryption key
    std::optional<AesKey> authentication{}; ///< global authentication key
    std::optional<AesKey> broadcast{};      ///< global broadcast encryption key
    bool operator==(SecurityKeys const&) const = default;
};

/// Each encryption key counts by itself. Beyond 32 bits both ways of counting are used up: nothing
/// is sent or accepted until the keys are changed.
struct InvocationCounters {
    std::uint64_t next = 0;       ///< of the next message sent
    std::uint64_t acceptable = 0; ///< least one accepted from the peer
    bool operator==(InvocationCounters const&) const = default;
};

/// One party's side of a pair that exchanges ciphered APDUs.
struct SecurityContext {
    SystemTitle own{};
    SystemTitle peer{};
    SecurityKeys keys{};
    InvocationCounters unicast{};
    InvocationCounters broadcast{};
    /// What a received message must at least have (security policy); more is accepted.
    SecurityControl required = kAuthenticatedEncryption;
    bool operator==(SecurityContext const&) const = default;
};

enum class Refusal {
    none,
    malformed,      ///< lengths, or what is inside is not what the tag says
    wrong_security, ///< less than required, another suite, compression, dedicated ciphering
    wrong_title,    ///< general ciphering by another system than the peer
    key_missing,
    bad_tag,  ///< forged, changed, or under other keys
    replayed, ///< the tag is right, the counter is not fresh
};
[[nodiscard]] std::string_view name(Refusal refusal);

/// How a ciphered APDU says who sent it.
enum class Envelope { service_specific, general };

/// The tag of an APDU's global ciphering, as C8 for C0; 0 where it has none of its own.
[[nodiscard]] std::uint8_t global_ciphering_tag(std::uint8_t apdu_tag);

/// Whether an APDU of this tag is ciphered, in any of the ways there are.
[[nodiscard]] bool is_ciphered(std::uint8_t apdu_tag);

/// Octets that protection adds to an APDU of so many octets.
[[nodiscard]] std::size_t protection_octets(std::size_t apdu_octets, SecurityControl control,
                                            Envelope envelope);

/// Appends the protected APDU and counts.
/// @return false where the counter is used up: nothing is appended
/// Errors: SimulationError where a key is missing, neither A nor E or anything but suite 0 is
/// asked for, or the APDU has no service-specific ciphering.
[[nodiscard]] bool protect(SecurityContext& context, AesGcm& gcm, SecurityControl control,
                           Envelope envelope, std::span<std::byte const> apdu,
                           std::vector<std::byte>& out);

struct Unprotected {
    Refusal refusal = Refusal::none;
    std::string problem{};         ///< empty when accepted
    std::vector<std::byte> apdu{}; ///< empty when refused
    SecurityControl control{};     ///< what the message had; neither A nor E: it was plain
    Envelope envelope = Envelope::service_specific;
    std::uint32_t counter = 0;
    [[nodiscard]] bool ok() const { return refusal == Refusal::none; }
};

/// Takes the protection off a message that is this APDU and nothing else. A plain APDU comes back
/// as it is where the context requires nothing. The context changes only where the message is
/// accepted: then counters up to its own are no longer fresh.
[[nodiscard]] Unprotected unprotect(SecurityContext& context, AesGcm& gcm,
                                    std::span<std::byte const> message);

/// The initialization vector of a message.
[[nodiscard]] GcmIv gcm_iv(SystemTitle const& sender, std::uint32_t counter);

} // namespace gridtwin::wire
