#pragma once
// What protects a short message between the utility and a meter: encrypted, authenticated,
// counted.
//   meter's code 10 (20 digits, BCD) | length 2 (of the ciphertext) | control 1 | counter 4 |
//   ciphertext | tag 12
// 29 octets beside the content: sms_identity_octets and glo_octets of sizes.hpp. Control and cipher
// as security suite 0 of DLMS/COSEM (Green Book, 9.2.7.2): 0x30, authenticated and encrypted; bit 7
// says the direction, which is the project's own, as is the rest of the layout (the source says
// only that messages are encrypted and each meter has a unique code).
//   IV  = direction 1 (0x00 to the meter, 0x80 from it) | the code's last 7 octets | counter 4
//   AAD = control | length | code | the digits of the utility's short number
// A meter has one key for both directions; within it an IV never comes twice, as counters only
// rise.
#include "models/wire/cipher/aes_gcm.hpp"
#include "models/wire/sms/meter_code.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire::sms {

inline constexpr std::size_t kEnvelopeOctets = kMeterCodeOctets + 2 + 1 + 4 + kGcmTagOctets;
inline constexpr std::size_t kMostNumberDigits = 20; ///< TP-OA of 3GPP TS 23.040 holds so many

enum class Direction : std::uint8_t { to_meter, from_meter };

struct EnvelopeHeader {
    MeterCode code; ///< of the meter it goes to or comes from
    Direction direction{};
    std::uint32_t counter = 0; ///< from 1, one more with each message of this key and direction

    friend bool operator==(EnvelopeHeader const&, EnvelopeHeader const&) = default;
};

/// Appends an envelope with `content`.
/// @param key with the meter's key set
/// @param short_number the utility's end: the sender of what goes to the meter, and whom a meter
///                     answers
/// @throws SimulationError for more than 65535 octets of content, counter 0, a code that is none or
///         a number of more than 20 characters
void seal(EnvelopeHeader const& header, std::string_view short_number,
          std::span<std::byte const> content, AesGcm& key, std::vector<std::byte>& out);

enum class EnvelopeFault : std::uint8_t { none, length, code, control, counter };

/// An envelope's parts, unopened.
struct Envelope {
    EnvelopeHeader header;
    std::span<std::byte const> ciphertext; ///< within the octets that were read
    std::span<std::byte const> tag;        ///< likewise, 12
    EnvelopeFault fault = EnvelopeFault::none;

    [[nodiscard]] bool ok() const { return fault == EnvelopeFault::none; }
    [[nodiscard]] std::string problem() const; ///< "octet 10: ...", empty when ok()
};
[[nodiscard]] Envelope read_envelope(std::span<std::byte const> octets);

/// @param plain replaced by the content; emptied when false is returned: a wrong key, number, tag
/// or
///              anything changed
[[nodiscard]] bool open(Envelope const& envelope, std::string_view short_number, AesGcm& key,
                        std::vector<std::byte>& plain);

/// The next of a sender's counters, which must survive whatever befalls the sender.
/// @throws SimulationError when there is none left: the key must be changed
[[nodiscard]] std::uint32_t next_counter(std::uint32_t& last);

} // namespace gridtwin::wire::sms
