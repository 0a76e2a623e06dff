#pragma once
// An APDU as it travels, between the management client (1) and the management logical device (1).
//   plc, rf   in frames of HDLC as sizes.hpp counts them: addresses of one octet, the LLC header
//             once, at most so many octets of information in each, I frames numbered from 0, all
//             but the last segmented, the last one polls (models/wire/dlms_link/hdlc_frame.hpp)
//   wan       behind a wrapper (models/wire/dlms_link/wrapper.hpp)
#include "sim/core/message.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::wire::secured {

/// Appends. @param down from a client (concentrator) to a server (meter)
void frame_apdu(std::span<std::byte const> apdu, bool down, std::uint32_t information_octets,
                std::vector<std::byte>& out);

/// Appends the APDU of exactly these frames. @return what is wrong, empty when nothing is
[[nodiscard]] std::string unframe_apdu(std::span<std::byte const> frames, bool down,
                                       std::vector<std::byte>& apdu);

/// Appends the APDU of a message of this kind as it travels on `channel`: plc, rf or wan.
void enclose(std::span<std::byte const> apdu, MessageKind kind, Channel channel,
             std::uint32_t information_octets, std::vector<std::byte>& out);

/// And back; appends. @return what is wrong, empty when nothing is
[[nodiscard]] std::string disclose(std::span<std::byte const> octets, MessageKind kind,
                                   Channel channel, std::vector<std::byte>& apdu);

} // namespace gridtwin::wire::secured
