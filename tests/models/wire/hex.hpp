#pragma once
// Octets of published examples, written as they are printed.
#include <cctype>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire {

/// "7E A0 0a" and "7EA00A" alike; anything but hexadecimal digits is passed over.
inline std::vector<std::byte> hex(std::string_view text) {
    std::vector<std::byte> octets;
    unsigned value = 0;
    unsigned digits = 0;
    for (char const letter : text) {
        if (std::isxdigit(static_cast<unsigned char>(letter)) == 0) {
            continue;
        }
        int const digit = std::tolower(letter);
        value = value << 4 | static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        if (++digits % 2 == 0) {
            octets.push_back(static_cast<std::byte>(value & 0xFFU));
        }
    }
    return octets;
}

template <typename Array>
Array hex_array(std::string_view text) {
    auto const octets = hex(text);
    Array array{};
    for (std::size_t i = 0; i < array.size(); ++i) {
        array[i] = octets.at(i);
    }
    return array;
}

inline std::vector<std::byte> ascii(std::string_view text) {
    std::vector<std::byte> octets;
    for (char const letter : text) {
        octets.push_back(static_cast<std::byte>(letter));
    }
    return octets;
}

/// 1, 2, 3 and so on, modulo 256.
inline std::vector<std::byte> counted(std::size_t size) {
    std::vector<std::byte> octets(size);
    for (std::size_t i = 0; i < size; ++i) {
        octets[i] = static_cast<std::byte>((i + 1) & 0xFFU);
    }
    return octets;
}

inline std::string text_of(std::span<std::byte const> octets) {
    return {reinterpret_cast<char const*>(octets.data()), octets.size()};
}

template <typename Apdu>
std::vector<std::byte> encoded(Apdu const& apdu) {
    std::vector<std::byte> octets;
    encode(apdu, octets);
    return octets;
}

} // namespace gridtwin::wire
