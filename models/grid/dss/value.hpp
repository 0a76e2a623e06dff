#pragma once
// What the words of a script can mean: numbers (plain or in reverse Polish notation), lists,
// matrices, buses with nodes.
#include "models/grid/dss/lexer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::grid::dss {

/// Part of a value: an entry of a list, or the whole.
struct Item {
    std::string_view text;
    Place at;
    char open = 0; ///< its own bracket: a number in it is reverse Polish
};

struct NumberText {
    double value = 0.0;
    std::string problem; ///< empty when the text is a finite number, |value| <= 1e15
};

/// "4.16", "-1e-3", ".5", "+2".
[[nodiscard]] NumberText parse_number(std::string_view text);
/// "8 1000 /": operands, then + - * / ^ sqr sqrt inv ln exp log10 sin cos tan asin acos atan atan2
/// (degrees) pi swap rollup rolldn. Exactly one value must be left.
[[nodiscard]] NumberText parse_rpn(std::string_view text);
[[nodiscard]] NumberText parse_item(Item const& item);

/// Entries separated by blanks or commas; entries may have their own brackets.
[[nodiscard]] std::vector<Item> split_list(Word const& word);
/// Rows separated by '|'.
[[nodiscard]] std::vector<std::vector<Item>> split_matrix(Word const& word);

/// Octets of the longest name of a bus or an element: more is a mistake, and no name.
inline constexpr std::size_t kLongestName = 1024;

/// A bus as written: "634.1.2.0"; nodes that are not stated are up to the element.
struct BusName {
    std::string name; ///< lower case
    std::vector<int> nodes;
    Place at;
};

struct BusText {
    BusName bus;
    std::string problem;
};

/// Names are of at most kLongestName octets, nodes whole numbers from 0 to 99.
[[nodiscard]] BusText parse_bus(Item const& item);

} // namespace gridtwin::grid::dss
