#include "sim/core/utf8.hpp"

#include <cstddef>

namespace gridtwin {
namespace {

/// Octets of the code point that `text` begins with; 0 when it begins with none.
std::size_t code_point_size(std::string_view text) {
    auto const octet = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const lead = octet(0);
    if (lead < 0x80) {
        return 1;
    }
    std::size_t const size = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
    if (size == 0 || text.size() < size) {
        return 0;
    }
    for (std::size_t i = 1; i < size; ++i) {
        if ((octet(i) & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    auto const next = octet(1);
    bool const over_long = (lead == 0xE0 && next < 0xA0) || (lead == 0xF0 && next < 0x90);
    bool const surrogate = lead == 0xED && next > 0x9F;
    bool const too_great = lead == 0xF4 && next > 0x8F;
    return over_long || surrogate || too_great ? 0 : size;
}

} // namespace

std::string as_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        auto const size = code_point_size(text);
        out += size > 0 ? text.substr(0, size) : std::string_view("\xEF\xBF\xBD");
        text.remove_prefix(size > 0 ? size : 1);
    }
    return out;
}

} // namespace gridtwin
