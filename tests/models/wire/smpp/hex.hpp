#pragma once
// Octets as published examples print them.
#include <cctype>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire::test {

/// Blanks are passed over. @throws std::invalid_argument for what is no pair of digits
inline std::vector<std::byte> from_hex(std::string_view text) {
    std::vector<std::byte> octets;
    std::string digits;
    for (char const c : text) {
        if (std::isspace(static_cast<unsigned char>(c)) == 0) {
            digits += c;
        }
    }
    if (digits.size() % 2 != 0) {
        throw std::invalid_argument("half an octet");
    }
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        octets.push_back(static_cast<std::byte>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return octets;
}

inline std::vector<std::byte> octets_of(std::string_view text) {
    auto const octets = std::as_bytes(std::span(text));
    return {octets.begin(), octets.end()};
}

inline std::string text_of(std::span<std::byte const> octets) {
    return {reinterpret_cast<char const*>(octets.data()), octets.size()};
}

} // namespace gridtwin::wire::test
