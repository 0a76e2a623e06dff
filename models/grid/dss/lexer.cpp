#include "models/grid/dss/lexer.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

bool is_separator(char c) {
    return is_blank(c) || c == ',';
}

bool starts_comment(std::string_view line, std::size_t at) {
    char const c = line[at];
    return c == '!' || (c == '/' && at + 1 < line.size() && line[at + 1] == '/');
}

std::size_t skip_blanks(std::string_view line, std::size_t at) {
    while (at < line.size() && is_blank(line[at])) {
        ++at;
    }
    return at;
}

/// End of the bracketed text that starts at `open_at`: the matching bracket, inner pairs counted.
std::size_t find_close(std::string_view line, std::size_t open_at) {
    char const open = line[open_at];
    if (open == '"' || open == '\'') {
        return line.find(open, open_at + 1);
    }
    std::string expected(1, closer(open));
    for (std::size_t i = open_at + 1; i < line.size(); ++i) {
        char const c = line[i];
        if (c == expected.back()) {
            expected.pop_back();
            if (expected.empty()) {
                return i;
            }
        } else if (c == '(' || c == '[' || c == '{') {
            expected.push_back(closer(c));
        } else if (c == ')' || c == ']' || c == '}') {
            return std::string_view::npos;
        }
    }
    return std::string_view::npos;
}

} // namespace

Place Word::inside(std::size_t offset) const {
    auto const shift = static_cast<std::int32_t>(offset) + (open != 0 ? 1 : 0);
    return {at.file, at.line, at.column + shift};
}

Lexer::Lexer(std::string_view text, std::uint32_t file, Report& report)
    : lines_(text), file_(file), report_(report) {}

Lexer::Lexer(std::string_view part, Place start, Report& report)
    : lines_(part), file_(start.file), report_(report), line_(start.line - 1),
      shift_(start.column - 1) {}

Place Lexer::place(std::size_t offset) const {
    return {file_, line_, static_cast<std::int32_t>(offset) + 1 + shift_};
}

bool Lexer::next_line(std::string_view& line) {
    if (!lines_.next(line)) {
        return false;
    }
    ++line_;
    return true;
}

void Lexer::skip_block_comment(std::string_view first) {
    Place const begin = place(skip_blanks(first, 0));
    auto line = first;
    auto from = skip_blanks(first, 0) + 2;
    do {
        auto const close = line.find("*/", from);
        from = 0;
        if (close == std::string_view::npos) {
            continue;
        }
        auto const rest = skip_blanks(line, close + 2);
        if (rest < line.size() && !starts_comment(line, rest)) {
            report_.error(place(rest), "text follows the end of a block comment",
                          "it on a line of its own");
        }
        return;
    } while (next_line(line));
    report_.error(begin, "block comment is not closed", "'*/' before the end of the file");
}

bool Lexer::next(std::vector<Word>& words) {
    words.clear();
    std::string_view line;
    while (next_line(line)) {
        auto const first = skip_blanks(line, 0);
        if (line.substr(first, 2) == "/*") {
            skip_block_comment(line);
            continue;
        }
        cut(line, words);
        if (!words.empty()) {
            return true;
        }
    }
    return false;
}

std::size_t Lexer::cut_value(std::string_view line, std::size_t at, Word& word) {
    word.at = place(at);
    word.open = 0;
    if (at >= line.size() || starts_comment(line, at)) {
        word.text = {};
        return at;
    }
    if (closer(line[at]) != 0) {
        word.open = line[at];
        auto const close = find_close(line, at);
        if (close == std::string_view::npos) {
            report_.error(place(at), fmt::format("bracket '{}' is not closed", line[at]),
                          fmt::format("'{}' on the same line", closer(line[at])));
            word.text = line.substr(at + 1);
            word.broken = true;
            return line.size();
        }
        word.text = line.substr(at + 1, close - at - 1);
        return close + 1;
    }
    auto end = at;
    bool closes = false;
    while (end < line.size() && !is_separator(line[end]) && line[end] != '=' &&
           !starts_comment(line, end)) {
        char const c = line[end];
        closes = closes || c == ')' || c == ']' || c == '}';
        ++end;
    }
    word.text = line.substr(at, end - at);
    auto const stray = closes ? word.text.find_first_of(")]}") : std::string_view::npos;
    if (stray != std::string_view::npos && word.text.find_first_of("([{") > stray) {
        report_.error(place(at + stray),
                      fmt::format("bracket '{}' was never opened", word.text[stray]));
        word.text = word.text.substr(0, stray);
        word.broken = true;
    }
    return end;
}

void Lexer::cut(std::string_view line, std::vector<Word>& words) {
    // "~" need not stand apart from what follows it.
    auto at = skip_blanks(line, 0);
    if (at < line.size() && line[at] == '~') {
        Word tilde;
        tilde.text = line.substr(at, 1);
        tilde.at = place(at);
        words.push_back(tilde);
        ++at;
    }
    bool comma = false; // since the last word
    while (at < line.size()) {
        if (is_separator(line[at])) {
            if (comma && line[at] == ',') {
                report_.error(place(at), "nothing stands between two commas",
                              "a value, or one comma"); // the reference ends the statement here
            }
            comma = comma || line[at] == ',';
            ++at;
            continue;
        }
        comma = false;
        if (starts_comment(line, at)) {
            return;
        }
        if (line.substr(at, 2) == "/*") {
            report_.error(place(at), "block comment begins inside a line",
                          "'/*' at the start of a line, or '!'");
            return;
        }
        if (line[at] == '=') {
            report_.error(place(at), "'=' has no name before it", "name=value");
            ++at;
            continue;
        }
        Word word;
        auto end = cut_value(line, at, word);
        auto const equals = skip_blanks(line, end);
        if (word.open == 0 && equals < line.size() && line[equals] == '=') {
            word.name = word.text;
            word.name_at = word.at;
            auto const value = skip_blanks(line, equals + 1);
            end = cut_value(line, value, word);
            auto const again = skip_blanks(line, end);
            bool const another_name =
                word.open == 0 && again < line.size() && line[again] == '=' && end > value;
            if (another_name || (word.open == 0 && word.text.empty())) {
                report_.error(word.name_at, fmt::format("'{}' has no value", shown(word.name)),
                              "name=value");
                at = another_name ? value : end + (end == value && end < line.size() ? 1 : 0);
                continue;
            }
        } else if (word.open == 0 && word.text.empty()) {
            at = end > at ? end : at + 1;
            continue;
        }
        words.push_back(word);
        at = end;
    }
}

} // namespace gridtwin::grid::dss
