#pragma once
// Octets of tests, written in hexadecimal.
#include <cstddef>
#include <string_view>
#include <vector>

namespace gridtwin::wire::sms {

/// Spaces are skipped.
inline std::vector<std::byte> hex(std::string_view text) {
    std::vector<std::byte> octets;
    unsigned value = 0;
    bool high = true;
    for (char const letter : text) {
        if (letter == ' ') {
            continue;
        }
        unsigned const digit =
            static_cast<unsigned>(letter <= '9' ? letter - '0' : (letter | 0x20) - 'a' + 10);
        value = value << 4 | digit;
        if (!high) {
            octets.push_back(static_cast<std::byte>(value & 0xFFU));
        }
        high = !high;
    }
    return octets;
}

inline std::vector<std::byte> counted(std::size_t size) {
    std::vector<std::byte> octets(size);
    for (std::size_t i = 0; i < size; ++i) {
        octets[i] = static_cast<std::byte>((i + 1) & 0xFFU);
    }
    return octets;
}

} // namespace gridtwin::wire::sms
