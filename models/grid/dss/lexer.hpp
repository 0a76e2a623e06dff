#pragma once
// OpenDSS text cut into statements of words. One line is one statement; ~ and more are left to the
// interpreter. Comments: `!` and `//` to the end of the line, /* ... */ over whole lines.
#include "models/grid/dss/lines.hpp"

#include <string_view>
#include <vector>

namespace gridtwin::grid::dss {

/// `name=value` or a bare value. Views point into the file's text.
struct Word {
    std::string_view name; ///< empty: positional
    Place name_at;
    std::string_view text; ///< value without its brackets or quotes
    Place at;              ///< of the value's first character, the bracket if it has one
    char open = 0;         ///< the bracket or quote around the value, 0 if there is none
    bool broken = false;   ///< its form was wrong and has been reported: use no value of it

    /// Place of the character `offset` bytes into `text`.
    [[nodiscard]] Place inside(std::size_t offset) const;
};

class Lexer {
  public:
    /// `text` must outlive the words. Mistakes of form go to `report`.
    Lexer(std::string_view text, std::uint32_t file, Report& report);
    /// Part of a line, which starts at `start`.
    Lexer(std::string_view part, Place start, Report& report);
    /// The next statement with at least one word; false at the end of the text.
    bool next(std::vector<Word>& words);

  private:
    bool next_line(std::string_view& line);
    void skip_block_comment(std::string_view first);
    void cut(std::string_view line, std::vector<Word>& words);
    std::size_t cut_value(std::string_view line, std::size_t at, Word& word);
    [[nodiscard]] Place place(std::size_t offset) const;

    Lines lines_;
    std::uint32_t file_;
    Report& report_;
    std::int32_t line_ = 0;
    std::int32_t shift_ = 0; // columns before the text
};

[[nodiscard]] constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/// The bracket that closes `open`, 0 when `open` opens nothing.
[[nodiscard]] constexpr char closer(char open) {
    switch (open) {
    case '(':
        return ')';
    case '[':
        return ']';
    case '{':
        return '}';
    case '"':
        return '"';
    case '\'':
        return '\'';
    default:
        return 0;
    }
}

} // namespace gridtwin::grid::dss
