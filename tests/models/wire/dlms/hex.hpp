#pragma once
// Octets as books print them.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::wire::dlms {

/// Two hexadecimal digits each; blanks are for the eye.
inline std::vector<std::byte> hex(std::string_view text) {
    std::vector<std::byte> octets;
    std::string digits;
    for (char const digit : text) {
        if (digit == ' ') {
            continue;
        }
        digits += digit;
        if (digits.size() == 2) {
            octets.push_back(static_cast<std::byte>(std::stoi(digits, nullptr, 16)));
            digits.clear();
        }
    }
    return octets;
}

} // namespace gridtwin::wire::dlms
