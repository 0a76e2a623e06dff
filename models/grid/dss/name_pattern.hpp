#pragma once
// The regular expressions of BatchEdit, matched in time that grows with pattern times name only.
#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::grid::dss {

/// A pattern that is looked for anywhere in a name, in any case. Understood: literals, `.`,
/// `[a-z]`,
/// `[^...]`, `* + ?` and `{m,n}` (also lazy), `|`, `( )`, `(?: )`, `^`, `$`, `\d \w \s \D \W \S`,
/// `\` before a sign. Not understood: look-around, back references, `\b`.
class NamePattern {
  public:
    struct Result;
    /// At most 256 characters, and 2000 states after repetitions are written out.
    [[nodiscard]] static Result parse(std::string_view text);
    [[nodiscard]] bool found_in(std::string_view name) const;

  private:
    friend class PatternParser;

    using CharacterSet = std::bitset<256>;
    enum class Kind : unsigned char { set, split, begin, end, match };
    struct State {
        Kind kind = Kind::match;
        int next = -1;
        int other = -1; // of a split
        int set = -1;   // row of sets_
    };

    void follow(int state, std::size_t at, std::size_t size, std::vector<int>& active,
                std::vector<std::size_t>& seen, std::size_t step) const;

    std::vector<State> states_;
    std::vector<CharacterSet> sets_;
    int start_ = -1;
};

struct NamePattern::Result {
    std::optional<NamePattern> pattern;
    std::string problem; ///< when there is none
};

} // namespace gridtwin::grid::dss
