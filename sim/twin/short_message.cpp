#include "sim/twin/short_message.hpp"

#include "sim/core/diagnostics.hpp"

namespace gridtwin::twin {

std::vector<std::byte> pack_short_message(std::string_view number, bool has_header,
                                          std::span<std::byte const> octets) {
    if (number.size() > 255) {
        throw SimulationError("a number of more than 255 characters");
    }
    std::vector<std::byte> out;
    out.reserve(2 + number.size() + octets.size());
    out.push_back(static_cast<std::byte>(has_header ? 1 : 0));
    out.push_back(static_cast<std::byte>(number.size()));
    auto const characters = std::as_bytes(std::span(number));
    out.insert(out.end(), characters.begin(), characters.end());
    out.insert(out.end(), octets.begin(), octets.end());
    return out;
}

ShortMessage unpack_short_message(std::span<std::byte const> payload) {
    if (payload.size() < 2 || payload.size() < 2 + std::to_integer<std::size_t>(payload[1])) {
        throw SimulationError("an outside client's short message without its number");
    }
    auto const length = std::to_integer<std::size_t>(payload[1]);
    return {.number = std::string(reinterpret_cast<char const*>(payload.data() + 2), length),
            .has_header = payload[0] != std::byte{0},
            .octets = payload.subspan(2 + length)};
}

} // namespace gridtwin::twin
