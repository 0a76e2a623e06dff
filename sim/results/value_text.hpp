#pragma once
// Numbers for people. Private to this folder.
#include <cstddef>
#include <string>
#include <string_view>

namespace gridtwin::results {

struct ValueText {
    std::string number;
    std::string unit;
};

/// A value in a unit that suits its size; integers with thousands separated, "-" for NaN.
/// @param digits significant digits of what is not an integer
[[nodiscard]] ValueText value_text(double value, std::string_view unit, int digits = 6);

/// Columns a UTF-8 text takes on a terminal, one a code point.
[[nodiscard]] std::size_t text_width(std::string_view text);
/// The longest beginning of the text that is no wider than `width`.
[[nodiscard]] std::string_view first_columns(std::string_view text, std::size_t width);

} // namespace gridtwin::results
