#pragma once
// A short message of an outside client as the payload of a Message: to or from which number, and
// its octets.
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::twin {

struct ShortMessage {
    std::string number;      ///< the client's: sender of a command, receiver of an answer
    bool has_header = false; ///< of a command
    std::span<std::byte const> octets;
};

/// flags 1 (bit 0: a header), length of the number 1, its characters, octets
/// @throws SimulationError for a number of more than 255 characters
[[nodiscard]] std::vector<std::byte> pack_short_message(std::string_view number, bool has_header,
                                                        std::span<std::byte const> octets);
/// What pack_short_message wrote; its octets are a view of `payload`.
/// @throws SimulationError for anything else
[[nodiscard]] ShortMessage unpack_short_message(std::span<std::byte const> payload);

} // namespace gridtwin::twin
