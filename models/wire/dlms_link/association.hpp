#pragma once
// A meter's side of an application association (IEC 62056-5-3; DLMS UA Green Book, 9.4.2):
// idle, pending HLS (AARE sent, f(StoC) awaited), associated. What it lets a client do is policy,
// a row for each client's service access point. Where the link below goes down, the caller resets
// the state to idle; keys and counters stay.
#include "models/wire/dlms_link/acse.hpp"
#include "models/wire/dlms_link/hls_gmac.hpp"

namespace gridtwin::wire {

inline constexpr std::uint16_t kPublicClient = 16;
inline constexpr std::uint16_t kManagementClient = 1;

/// A logical name (OBIS code), A to F.
using LogicalName = std::array<std::uint8_t, 6>;
enum class CosemService { get, set, action };

struct CosemObject {
    std::uint16_t class_id = 0;
    LogicalName name{};
    bool operator==(CosemObject const&) const = default;
};

struct AssociationPolicy {
    std::uint16_t client = 0; ///< service access point
    ApplicationContext context = ApplicationContext::logical_name;
    Mechanism mechanism = Mechanism::none; ///< none, low or high_gmac
    std::vector<std::byte> password{};     ///< of mechanism low
    std::uint32_t conformance = 0;         ///< what is offered
    std::uint16_t max_pdu_size = 0;        ///< octets of an APDU the meter can receive
    SecurityControl required{}; ///< of every APDU, the initiate in AARQ too; ciphered context only
    bool any_client_title = false;       ///< whoever holds the keys is the peer, by its own title
    bool protected_release = false;      ///< RLRQ must carry a ciphered initiate
    bool everything = false;             ///< all services on all objects; otherwise only
    std::vector<CosemObject> readable{}; ///< GET of these
    bool operator==(AssociationPolicy const&) const = default;
};

/// Client 16, no security: reads clock (0.0.1.0.0.255) and logical device name (0.0.42.0.0.255).
[[nodiscard]] AssociationPolicy public_client_policy(std::uint16_t max_pdu_size);
/// Client 1: ciphered context, HLS with GMAC, authenticated encryption, everything.
[[nodiscard]] AssociationPolicy management_client_policy(std::uint16_t max_pdu_size);

enum class AssociationState { idle, pending_hls, associated };

struct ServerAssociation {
    AssociationState state = AssociationState::idle;
    AssociationPolicy policy{}; ///< of the client associated
    SecurityContext security{}; ///< own title and keys; peer and counters outlive associations
    std::vector<std::byte> client_challenge{}; ///< CtoS
    std::vector<std::byte> server_challenge{}; ///< StoC
    std::uint32_t conformance = 0;             ///< negotiated
    std::uint16_t client_max_pdu_size = 0;     ///< octets; 0: no limit
    bool operator==(ServerAssociation const&) const = default;
};

struct AssociationAnswer {
    std::vector<std::byte> apdu{}; ///< AARE or RLRE; empty: nothing is sent
    bool accepted = false;
    Refusal refusal = Refusal::none; ///< where what is ciphered was refused
    std::string problem{};           ///< empty when accepted
};

/// AARQ of the client at `client`. Where it is refused, the association stays as it was.
/// @param challenge StoC, 8 to 64 octets drawn by the caller; used with mechanism high_gmac
[[nodiscard]] AssociationAnswer open_association(ServerAssociation& association, AesGcm& gcm,
                                                 std::span<AssociationPolicy const> policies,
                                                 std::uint16_t client,
                                                 std::span<std::byte const> aarq,
                                                 std::span<std::byte const> challenge);

struct HlsAnswer {
    Refusal refusal = Refusal::none;
    std::vector<std::byte> reply{}; ///< f(CtoS); empty when refused
};
/// Pass 3, the parameter of reply_to_HLS_authentication. One try a challenge: a wrong one leads
/// back to idle.
[[nodiscard]] HlsAnswer finish_hls(ServerAssociation& association, AesGcm& gcm,
                                   std::span<std::byte const> reply_to_challenge);

/// RLRQ.
[[nodiscard]] AssociationAnswer close_association(ServerAssociation& association, AesGcm& gcm,
                                                  std::span<std::byte const> rlrq);

/// An APDU of the client associated, its protection taken off and held against the policy.
[[nodiscard]] Unprotected receive_apdu(ServerAssociation& association, AesGcm& gcm,
                                       std::span<std::byte const> message);

/// Protects a response as its request was. An exception-response goes in the clear where the
/// service-specific ciphering has no tag for it.
/// @return false where the counter is used up
[[nodiscard]] bool send_answer(ServerAssociation& association, AesGcm& gcm,
                               Unprotected const& request, std::span<std::byte const> apdu,
                               std::vector<std::byte>& out);

/// Whether the policy lets the client do so now. While HLS is pending only
/// reply_to_HLS_authentication, method 1 of class 15 at 0.0.40.0.0.255.
/// @param member attribute or method
[[nodiscard]] bool may_access(ServerAssociation const& association, CosemService service,
                              CosemObject const& object, std::uint8_t member);

} // namespace gridtwin::wire
