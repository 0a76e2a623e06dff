#include "models/grid/dss/variables.hpp"

#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

constexpr std::size_t kLongest = 65536; // a variable may hold others many times over
// Each @name of a few octets may stand for so much: what a short script may come to.
constexpr std::size_t kMostInStatement = std::size_t{1} << 20;
constexpr std::size_t kMostInScript = std::size_t{32} << 20;

bool ends_name(char c) {
    return c == '.' || c == '^' || c == ',' || c == '|' || is_blank(c);
}

void unknown(Word const& word, std::string_view name, std::vector<std::string> const& names,
             Report& report) {
    report.error(word.at, fmt::format("variable '{}' is not defined", shown(name)),
                 "Var @name=value before this line", nearest_name(name, names));
}

} // namespace

Variables::Found Variables::find(std::string_view text) const {
    std::size_t end = 1;
    while (end < text.size() && !ends_name(text[end])) {
        ++end;
    }
    auto const found = values_.find(lower(text.substr(1, end - 1)));
    return {found == values_.end() ? nullptr : &found->second, end};
}

void Variables::define(Word const& word, Report& report) {
    if (word.broken) {
        return;
    }
    auto const name = word.name.empty() ? word.text : word.name;
    auto const at = word.name.empty() ? word.at : word.name_at;
    if (name.size() < 2 || name[0] != '@' || name.find_first_of(".^|") != std::string_view::npos) {
        report.error(at, fmt::format("'{}' is not the name of a variable", shown(name)),
                     "Var @name=value");
        return;
    }
    if (word.text.size() > kLongest) {
        report.error(
            word.at,
            fmt::format("the value of '{}' has {} characters", shown(name), word.text.size()),
            fmt::format("at most {}", kLongest));
        return;
    }
    if (!word.name.empty()) { // else its value is asked for
        values_.insert_or_assign(lower(name.substr(1)), Value{std::string(word.text), word.open});
    }
}

bool Variables::expand(std::span<Word> words, Report& report) {
    texts_.clear();
    in_statement_ = 0;
    bool good = true;
    for (auto& word : words) {
        if (word.text.find('@') == std::string_view::npos) {
            continue;
        }
        if (in_statement_ > kMostInStatement || in_script_ > kMostInScript || report.full()) {
            return false;
        }
        good = (word.open == 0 ? expand_word(word, report) : expand_list(word, report)) && good;
    }
    return good;
}

bool Variables::spend(std::size_t octets, Place at, Report& report) {
    bool const script = in_script_ <= kMostInScript;
    in_statement_ += octets;
    in_script_ += octets;
    if (in_statement_ > kMostInStatement) {
        report.error(at, fmt::format("variables put more than {} characters into one statement",
                                     kMostInStatement));
        return false;
    }
    if (in_script_ > kMostInScript) {
        if (script) {
            report.error(at, fmt::format("variables put more than {} characters into the script",
                                         kMostInScript));
        }
        return false;
    }
    return true;
}

bool Variables::expand_word(Word& word, Report& report) {
    if (word.text.empty() || word.text[0] != '@') {
        return true;
    }
    auto const found = find(word.text);
    if (found.value == nullptr) {
        std::vector<std::string> names;
        for (auto const& [name, value] : values_) {
            names.push_back("@" + name);
        }
        unknown(word, word.text.substr(0, found.length), names, report);
        return false;
    }
    auto rest = word.text.substr(found.length);
    if (!spend(found.value->text.size(), word.at, report)) {
        return false;
    }
    if (rest.empty()) {
        word.text = found.value->text;
        word.open = found.value->open;
        return true;
    }
    if (rest[0] == '^') {
        rest.remove_prefix(1);
    }
    if (found.value->text.size() + rest.size() > kLongest) {
        report.error(word.at, fmt::format("a value grows beyond {} characters", kLongest));
        return false;
    }
    word.text = texts_.emplace_back(found.value->text + std::string(rest));
    return true;
}

/// Entries that begin with a variable.
bool Variables::expand_list(Word& word, Report& report) {
    std::string out;
    bool good = true;
    bool begins = true; // an entry
    for (std::size_t at = 0; at < word.text.size() && !report.full();) {
        char const c = word.text[at];
        if (c != '@' || !begins) {
            begins = is_blank(c) || c == ',' || c == '|' || c == '=' || closer(c) != 0;
            out += c;
            ++at;
            continue;
        }
        auto const found = find(word.text.substr(at));
        if (found.value == nullptr) {
            Word entry = word;
            entry.at = word.inside(at);
            entry.text = word.text.substr(at);
            entry.open = 0;
            good = expand_word(entry, report) && good;
        } else if (!spend(found.value->text.size(), word.inside(at), report)) {
            return false;
        } else if (found.value->open != 0) {
            out += found.value->open + found.value->text + closer(found.value->open);
        } else {
            out += found.value->text;
        }
        at += std::max<std::size_t>(1, found.length);
        at += at < word.text.size() && word.text[at] == '^' ? 1 : 0;
        begins = false;
        if (out.size() > kLongest) {
            report.error(word.at, fmt::format("a value grows beyond {} characters", kLongest));
            return false;
        }
    }
    word.text = texts_.emplace_back(std::move(out));
    return good;
}

} // namespace gridtwin::grid::dss
