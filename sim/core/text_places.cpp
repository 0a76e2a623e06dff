#include "sim/core/text_places.hpp"

#include <algorithm>
#include <string>

namespace gridtwin {

TextPlaces::TextPlaces(std::string_view file, std::string_view text) : file_(file), text_(text) {
    for (auto end = text_.find('\n'); end != text_.npos; end = text_.find('\n', end + 1)) {
        line_starts_.push_back(end + 1);
    }
}

SourcePos TextPlaces::at(std::size_t octet) const {
    octet = std::min(octet, text_.size());
    auto const after = std::upper_bound(line_starts_.begin(), line_starts_.end(), octet);
    auto const start = *std::prev(after);
    auto const before = text_.substr(start, octet - start);
    auto const characters = std::count_if(before.begin(), before.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    return {std::string(file_), static_cast<int>(after - line_starts_.begin()),
            static_cast<int>(characters) + 1};
}

SourcePos place_in(std::string_view file, std::string_view text, std::size_t octet) {
    return TextPlaces(file, text).at(octet);
}

} // namespace gridtwin
