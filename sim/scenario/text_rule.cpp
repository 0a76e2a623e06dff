#include "sim/scenario/text_rule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::scenario {

bool check_text(Section& s, std::string_view key, std::string const& text, TextRule const& rule) {
    bool const digits = rule.of == Characters::digits;
    bool const fits = text.size() >= rule.least && text.size() <= rule.most &&
                      std::ranges::all_of(text, [digits](char c) {
                          return digits ? c >= '0' && c <= '9' : c > ' ' && c <= '~';
                      });
    if (!fits && s.has(key) && s.sound(key)) {
        s.error(s.where(key), fmt::format("'{}' is '{}'", s.path(key), text),
                fmt::format("{} to {} {}", rule.least, rule.most,
                            digits ? "digits" : "printable characters without blanks"));
    }
    return fits;
}

} // namespace gridtwin::scenario
