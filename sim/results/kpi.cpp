#include "sim/results/kpi.hpp"

#include "sim/results/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::results {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kLongestName = 40;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kGap = 2;

struct Row {
    std::string group;
    std::string name;
    ValueText value;
    std::string text;
};

struct Widths {
    std::size_t name = 0;
    std::size_t number = 0;
    std::size_t unit = 0;
};

void pad(std::string& line, std::size_t to) {
    auto const width = text_width(line);
    line.append(to > width ? to - width : 0, ' ');
}

// Lines of at most `width` columns, broken at blanks; a word that is too long is cut.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    std::string line;
    auto const end_line = [&] {
        lines.push_back(std::move(line));
        line.clear();
    };
    while (!text.empty()) {
        auto const blank = std::min(text.find_first_of(" \n\t"), text.size());
        auto word = text.substr(0, blank);
        text.remove_prefix(std::min(blank + 1, text.size()));
        if (word.empty()) {
            continue;
        }
        if (!line.empty() && text_width(line) + 1 + text_width(word) > width) {
            end_line();
        }
        while (text_width(word) > width) {
            auto const head = first_columns(word, width);
            lines.emplace_back(head);
            word.remove_prefix(head.size());
        }
        line += line.empty() ? "" : " ";
        line += word;
    }
    if (!line.empty()) {
        end_line();
    }
    return lines;
}

void append_row(std::string& out, Row const& row, Widths const& widths) {
    std::string line(kIndent, ' ');
    auto const names = wrap(row.name, kLongestName);
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
        out += line + names[i] + '\n';
    }
    line += names.empty() ? "" : names.back();
    pad(line, kIndent + widths.name + kGap + widths.number - text_width(row.value.number));
    line += row.value.number;
    line += row.value.unit.empty() ? "" : " " + row.value.unit;
    auto const text_at = kIndent + widths.name + kGap + widths.number + 1 + widths.unit + kGap;
    for (auto const& part : wrap(row.text, kWidth - text_at)) {
        pad(line, text_at);
        out += line + part + '\n';
        line.clear();
    }
    if (!line.empty()) {
        out += line + '\n';
    }
}

} // namespace

std::string format_value(double value, std::string_view unit) {
    auto const text = value_text(value, unit);
    return text.unit.empty() ? text.number : text.number + " " + text.unit;
}

std::string kpi_table(std::span<Kpi const> kpis) {
    std::vector<std::string> groups;
    std::vector<Row> rows;
    Widths widths;
    for (auto const& k : kpis) {
        auto const dot = k.name.find('.');
        Row row{dot == std::string::npos ? "" : k.name.substr(0, dot),
                dot == std::string::npos ? k.name : k.name.substr(dot + 1),
                value_text(k.value, k.unit), k.text};
        widths.name = std::max(widths.name, std::min(text_width(row.name), kLongestName));
        widths.number = std::max(widths.number, text_width(row.value.number));
        widths.unit = std::max(widths.unit, text_width(row.value.unit));
        if (std::find(groups.begin(), groups.end(), row.group) == groups.end()) {
            groups.push_back(row.group);
        }
        rows.push_back(std::move(row));
    }
    std::string out;
    for (auto const& group : groups) {
        if (!group.empty()) {
            out += group + '\n';
        }
        for (auto const& row : rows) {
            if (row.group == group) {
                append_row(out, row, widths);
            }
        }
    }
    return out;
}

} // namespace gridtwin::results
