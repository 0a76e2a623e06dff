#include "sim/core/hex.hpp"

#include <charconv>

namespace gridtwin {

std::string to_hex(std::span<std::byte const> octets, HexDigits digits) {
    std::string_view const all =
        digits == HexDigits::upper ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string out;
    out.reserve(2 * octets.size());
    for (auto const octet : octets) {
        auto const value = std::to_integer<std::size_t>(octet);
        out += all[value >> 4U];
        out += all[value & 0xFU];
    }
    return out;
}

std::optional<std::vector<std::byte>> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::vector<std::byte> out;
    out.reserve(text.size() / 2);
    for (; !text.empty(); text.remove_prefix(2)) {
        std::uint8_t value = 0;
        auto const* end = text.data() + 2;
        auto const [rest, failure] = std::from_chars(text.data(), end, value, 16);
        if (failure != std::errc{} || rest != end) {
            return std::nullopt;
        }
        out.push_back(std::byte{value});
    }
    return out;
}

} // namespace gridtwin
