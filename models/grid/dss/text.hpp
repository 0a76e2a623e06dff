#pragma once
// Case-insensitive text, as OpenDSS compares it: ASCII only, whatever the locale.
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::grid::dss {

[[nodiscard]] constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] inline std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = lower(c);
    }
    return out;
}

/// `name` starts with `start`, in any case.
[[nodiscard]] constexpr bool starts_with(std::string_view name, std::string_view start) {
    if (start.size() > name.size()) {
        return false;
    }
    for (std::size_t i = 0; i < start.size(); ++i) {
        if (lower(name[i]) != lower(start[i])) {
            return false;
        }
    }
    return true;
}

[[nodiscard]] constexpr bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && starts_with(a, b);
}

/// Row of `name` in a table of things with a `name`: the exact one, else the first that it
/// abbreviates; -1 when there is none. The order of the table is therefore part of the language.
template <typename Table>
[[nodiscard]] constexpr int find_abbreviated(Table const& table, std::string_view name) {
    if (name.empty()) {
        return -1;
    }
    int row = 0;
    int abbreviated = -1;
    for (auto const& entry : table) {
        if (same(entry.name, name)) {
            return row;
        }
        if (abbreviated < 0 && starts_with(entry.name, name)) {
            abbreviated = row;
        }
        ++row;
    }
    return abbreviated;
}

/// What such a table's things are called, in its order.
template <typename Table>
[[nodiscard]] std::vector<std::string_view> names_of(Table const& table) {
    std::vector<std::string_view> names;
    for (auto const& entry : table) {
        names.push_back(entry.name);
    }
    return names;
}

} // namespace gridtwin::grid::dss
