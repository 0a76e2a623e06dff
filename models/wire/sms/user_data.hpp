#pragma once
// The user data of an 8-bit short message (TP-UD of 3GPP TS 23.040, 9.2.3.24): at most 140 octets,
// and with TP-UDHI set a header before the content:
//   UDHL 1, then information elements {identifier 1, length 1, data}
//   concatenation, 8-bit reference:  00 03 reference 1, parts 1, number of this part 1 (9.2.3.24.1)
//   concatenation, 16-bit reference: 08 04 reference 2, parts 1, number of this part 1 (9.2.3.24.8)
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::wire::sms {

inline constexpr std::size_t kUserDataOctets = 140;
inline constexpr std::size_t kPartOctets = 134;     ///< beside a header with an 8-bit reference
inline constexpr std::size_t kWidePartOctets = 133; ///< beside one with a 16-bit reference
inline constexpr std::size_t kMostParts = 255;
/// Of all parts of a message, beside headers with an 8-bit reference.
inline constexpr std::size_t kMostContentOctets = kMostParts * kPartOctets;

/// Which part of which message this is.
struct Concatenation {
    std::uint16_t reference = 0;
    bool wide = false; ///< 16-bit reference
    std::uint8_t parts = 0;
    std::uint8_t number = 0; ///< from 1

    friend bool operator==(Concatenation const&, Concatenation const&) = default;
};

struct UserData {
    std::optional<Concatenation> part;  ///< none: a message by itself
    std::span<std::byte const> content; ///< within the octets that were decoded
    std::string problem;                ///< "octet 3: ...", empty when understood

    [[nodiscard]] bool ok() const { return problem.empty(); }
};

/// Appends the header, if there is a part, and the content.
/// @throws SimulationError if they are more than 140 octets, a part is none of its message's, or a
/// reference needs 16 bits and is not wide
void encode(std::optional<Concatenation> const& part, std::span<std::byte const> content,
            std::vector<std::byte>& out);

/// Elements of other kinds are skipped; of several concatenations the last counts; one whose number
/// is 0 or above its parts counts as absent, as the standard has it. A header that runs beyond the
/// octets, or an element beyond the header, is a problem: the standard has such a header ignored,
/// but what would be left is not what was sent.
/// @param has_header TP-UDHI
[[nodiscard]] UserData decode_user_data(std::span<std::byte const> octets, bool has_header);

/// The messages that carry `content`, in the order of their parts: one without a header up to 140
/// octets, else each with its header (TP-UDHI set).
/// @throws SimulationError for content that needs more than 255 parts
[[nodiscard]] std::vector<std::vector<std::byte>> cut(std::span<std::byte const> content,
                                                      std::uint16_t reference, bool wide = false);

} // namespace gridtwin::wire::sms
