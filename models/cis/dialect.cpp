#include "models/cis/dialect.hpp"

#include <fmt/format.h>

#include <charconv>

namespace gridtwin::cis {
namespace {

/// SQLite of Debian 12 has no function from octets to numbers, but hex() and the place of a digit.
/// A sign is the highest digit's: 8..15 are -8..-1.
std::string sqlite_number(std::string_view column, int offset, int octets, bool with_sign) {
    std::string const hex = fmt::format("hex(substr({}, {} + {} * (slot - 1), {}))", column,
                                        offset + 1, octets, octets);
    std::string sum;
    std::int64_t weight = 1;
    for (int digit = 2 * octets; digit >= 1; --digit) {
        std::string const value =
            fmt::format("(instr('0123456789ABCDEF', substr({}, {}, 1)) - 1)", hex, digit);
        bool const sign = with_sign && digit == 1;
        sum += fmt::format("{}{} * {}", sum.empty() ? "" : " + ",
                           sign ? fmt::format("(({} + 8) % 16 - 8)", value) : value, weight);
        weight *= 16;
    }
    return "(" + sum + ")";
}

std::string postgres_number(std::string_view column, int offset, int octets, bool with_sign) {
    std::string sum;
    std::int64_t weight = 1;
    for (int octet = octets - 1; octet >= 0; --octet) {
        std::string const value = fmt::format("get_byte({}, {} + {} * (slot - 1))::bigint", column,
                                              offset + octet, octets);
        bool const sign = with_sign && octet == 0;
        sum += fmt::format("{}{} * {}", sum.empty() ? "" : " + ",
                           sign ? fmt::format("(({} + 128) % 256 - 128)", value) : value, weight);
        weight *= 256;
    }
    return "(" + sum + ")";
}

std::string number(Dialect dialect, std::string_view word) {
    auto const first = word.find(':');
    auto const second = word.find(':', first + 1);
    std::string_view const type = word.substr(0, first);
    std::string_view const column = word.substr(first + 1, second - first - 1);
    std::string_view const start = word.substr(second + 1);
    int offset = 0;
    std::from_chars(start.data(), start.data() + start.size(), offset);
    int const octets = type == "i32" ? 4 : type == "u16" ? 2 : 1;
    return dialect == Dialect::sqlite ? sqlite_number(column, offset, octets, type == "i32")
                                      : postgres_number(column, offset, octets, type == "i32");
}

std::string replacement(Dialect dialect, std::string_view word) {
    bool const sqlite = dialect == Dialect::sqlite;
    if (word == "int") {
        return sqlite ? "INTEGER" : "BIGINT";
    }
    if (word == "blob") {
        return sqlite ? "BLOB" : "BYTEA";
    }
    if (word == "text") {
        return sqlite ? "TEXT" : "TEXT COLLATE \"C\"";
    }
    if (word == "counted") {
        return sqlite ? "INTEGER PRIMARY KEY AUTOINCREMENT"
                      : "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
    }
    if (word == "table") {
        return sqlite ? "STRICT" : "";
    }
    if (word.starts_with("i32:") || word.starts_with("u16:") || word.starts_with("u8:")) {
        return number(dialect, word);
    }
    throw SimulationError(fmt::format("SQL with the unknown word {{{}}}", word));
}

} // namespace

std::string in_dialect(Dialect dialect, std::string_view sql) {
    std::string text;
    for (;;) {
        auto const open = sql.find('{');
        text += sql.substr(0, open);
        if (open == std::string_view::npos) {
            return text;
        }
        auto const close = sql.find('}', open);
        text += replacement(dialect, sql.substr(open + 1, close - open - 1));
        sql.remove_prefix(close + 1);
    }
}

} // namespace gridtwin::cis
