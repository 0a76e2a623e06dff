#pragma once
// xDLMS InitiateRequest and InitiateResponse, the user information of an association's opening
// (IEC 62056-5-3; DLMS UA Green Book, 9.5; A-XDR):
//
// 01 | dedicated key: 00, or 01 length key | response allowed: 00, or 01 and a boolean |
//      quality of service: 00, or 01 and one octet | version 06 | conformance | max PDU 2
// 08 | quality of service | version 06 | conformance | max PDU 2 | VAA name 2
//
// conformance  5F 1F 04 00 and 3 octets; 5F 04 00 and 3 octets is understood too
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::wire {

/// Bits of the conformance block, bit 0 of the standard the highest of 24.
namespace conformance {
inline constexpr std::uint32_t kGeneralProtection = 1U << 22;
inline constexpr std::uint32_t kGeneralBlockTransfer = 1U << 21;
inline constexpr std::uint32_t kAttribute0WithSet = 1U << 15;
inline constexpr std::uint32_t kPriorityManagement = 1U << 14;
inline constexpr std::uint32_t kAttribute0WithGet = 1U << 13;
inline constexpr std::uint32_t kBlockTransferWithGet = 1U << 12;
inline constexpr std::uint32_t kBlockTransferWithSet = 1U << 11;
inline constexpr std::uint32_t kBlockTransferWithAction = 1U << 10;
inline constexpr std::uint32_t kMultipleReferences = 1U << 9;
inline constexpr std::uint32_t kDataNotification = 1U << 7;
inline constexpr std::uint32_t kAccess = 1U << 6;
inline constexpr std::uint32_t kGet = 1U << 4;
inline constexpr std::uint32_t kSet = 1U << 3;
inline constexpr std::uint32_t kSelectiveAccess = 1U << 2;
inline constexpr std::uint32_t kEventNotification = 1U << 1;
inline constexpr std::uint32_t kAction = 1U;
} // namespace conformance

inline constexpr std::uint8_t kDlmsVersion = 6;
inline constexpr std::uint16_t kVaaNameLogical = 0x0007; ///< logical name referencing

struct InitiateRequest {
    std::optional<std::vector<std::byte>> dedicated_key{};
    bool response_allowed = true;
    std::optional<std::uint8_t> quality_of_service{};
    std::uint8_t version = kDlmsVersion;
    std::uint32_t conformance = 0;  ///< 24 bits
    std::uint16_t max_pdu_size = 0; ///< octets the client can receive; 0: no limit
    bool operator==(InitiateRequest const&) const = default;
};

struct InitiateResponse {
    std::optional<std::uint8_t> quality_of_service{};
    std::uint8_t version = kDlmsVersion;
    std::uint32_t conformance = 0;
    std::uint16_t max_pdu_size = 0; ///< octets the server can receive
    std::uint16_t vaa_name = kVaaNameLogical;
    bool operator==(InitiateResponse const&) const = default;
};

/// confirmedServiceError of an initiate: 0E 01 06 and the reason.
enum class InitiateError : std::uint8_t {
    other = 0,
    dlms_version_too_low = 1,
    incompatible_conformance = 2,
    pdu_size_too_short = 3,
    refused_by_vde_handler = 4,
};

/// Errors: SimulationError where the conformance has more than 24 bits.
void encode(InitiateRequest const& request, std::vector<std::byte>& out);
void encode(InitiateResponse const& response, std::vector<std::byte>& out);
void encode(InitiateError error, std::vector<std::byte>& out);

template <typename Apdu>
struct DecodedApdu {
    Apdu apdu{};
    std::string problem{}; ///< empty when all of the octets were understood
    [[nodiscard]] bool ok() const { return problem.empty(); }
};
[[nodiscard]] DecodedApdu<InitiateRequest> decode_initiate_request(std::span<std::byte const>);
[[nodiscard]] DecodedApdu<InitiateResponse> decode_initiate_response(std::span<std::byte const>);
[[nodiscard]] DecodedApdu<InitiateError> decode_initiate_error(std::span<std::byte const>);

} // namespace gridtwin::wire
