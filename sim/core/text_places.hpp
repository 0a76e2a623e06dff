#pragma once
// Where in a text an octet stands, as users' editors count.
#include "sim/core/diagnostics.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace gridtwin {

/// Places in one text, by the octet at which they stand. Columns count characters: octets that
/// continue one of UTF-8 count for nothing.
class TextPlaces {
  public:
    /// Both must outlive it.
    TextPlaces(std::string_view file, std::string_view text);
    /// @param octet from 0; past the end counts as the end
    [[nodiscard]] SourcePos at(std::size_t octet) const;

  private:
    std::string_view file_;
    std::string_view text_;
    std::vector<std::size_t> line_starts_{0};
};

/// Of one place alone.
[[nodiscard]] SourcePos place_in(std::string_view file, std::string_view text, std::size_t octet);

} // namespace gridtwin
