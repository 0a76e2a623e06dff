#pragma once
// Opening and closing of an application association: AARQ, AARE, RLRQ, RLRE of the ACSE in BER
// (IEC 62056-5-3; DLMS UA Green Book, 9.4.2 and 9.5; ISO/IEC 8650-1). Logical name referencing; the
// octets of xDLMS inside are another codec's (initiate.hpp, or ciphered).
//
// 60 | A1 context | A6 calling title | 8A requirements | 8B mechanism | AC authentication value |
// BE 61 | A1 context | A2 result | A3 diagnostic | A4 responding title | 88 | 89 | AA | BE 62 | 80
// 01 reason | BE        63 | 80 01 reason | BE
//
// Each part a tag and a length; BE holds an octet string. Parts we never write (protocol version,
// invocation identifiers, qualifiers, called titles, implementation information) are passed over.
#include "models/wire/dlms_link/initiate.hpp"

#include <string_view>

namespace gridtwin::wire {

/// Last arc of 2.16.756.5.8.1.x.
enum class ApplicationContext : std::uint8_t {
    logical_name = 1,
    short_name = 2, ///< understood, so that it can be refused as what it is
    logical_name_ciphered = 3,
    short_name_ciphered = 4,
};

/// Last arc of 2.16.756.5.8.2.x.
enum class Mechanism : std::uint8_t {
    none = 0, ///< lowest level: no mechanism is named
    low = 1,  ///< LLS, a password
    high = 2,
    high_md5 = 3,
    high_sha1 = 4,
    high_gmac = 5, ///< HLS 5
    high_sha256 = 6,
    high_ecdsa = 7,
};

enum class AssociationResult : std::uint8_t {
    accepted = 0,
    rejected_permanent = 1,
    rejected_transient = 2,
};

/// Of the ACSE service user.
enum class Diagnostic : std::uint8_t {
    null = 0,
    no_reason_given = 1,
    application_context_name_not_supported = 2,
    calling_ap_title_not_recognized = 3,
    authentication_mechanism_name_not_recognised = 11,
    authentication_mechanism_name_required = 12,
    authentication_failure = 13,
    authentication_required = 14,
};
[[nodiscard]] std::string_view name(Diagnostic diagnostic);

struct Aarq {
    ApplicationContext context = ApplicationContext::logical_name;
    std::optional<std::vector<std::byte>> calling_title{}; ///< the client's system title
    Mechanism mechanism = Mechanism::none;
    std::vector<std::byte> authentication_value{}; ///< password or challenge; empty: none
    std::vector<std::byte> user_information{};
    bool operator==(Aarq const&) const = default;
};

struct Aare {
    ApplicationContext context = ApplicationContext::logical_name;
    AssociationResult result = AssociationResult::accepted;
    std::uint8_t diagnostic = 0; ///< Diagnostic, where the service user gives it
    bool from_provider = false;  ///< the ACSE service provider gives it
    std::optional<std::vector<std::byte>> responding_title{}; ///< the server's system title
    Mechanism mechanism = Mechanism::none;
    std::vector<std::byte> authentication_value{}; ///< the server's challenge; empty: none
    std::vector<std::byte> user_information{};
    bool operator==(Aare const&) const = default;
};

/// RLRQ and RLRE: reasons 0 normal, 1 urgent (request) or not finished (response), 30 user defined.
struct Release {
    bool response = false;
    std::optional<std::uint8_t> reason = std::uint8_t{0};
    std::vector<std::byte> user_information{};
    bool operator==(Release const&) const = default;
};

/// The requirements and the mechanism's name are written together with the mechanism.
/// Errors: SimulationError for an authentication value without a mechanism.
void encode(Aarq const& aarq, std::vector<std::byte>& out);
void encode(Aare const& aare, std::vector<std::byte>& out);
void encode(Release const& release, std::vector<std::byte>& out);

[[nodiscard]] DecodedApdu<Aarq> decode_aarq(std::span<std::byte const> octets);
[[nodiscard]] DecodedApdu<Aare> decode_aare(std::span<std::byte const> octets);
[[nodiscard]] DecodedApdu<Release> decode_release(std::span<std::byte const> octets);

} // namespace gridtwin::wire
