#include "models/grid/dss/name_pattern.hpp"

#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gridtwin::grid::dss {
namespace {

constexpr std::size_t kLongest = 256;
constexpr std::size_t kMostStates = 2000;
constexpr std::size_t kMostBuilt = 100000; // repetitions of nothing make no states
constexpr int kDeepest = 50;

} // namespace

/// Recursive descent to a non-deterministic automaton (Thompson): fragments are built back to
/// front, each knowing the state that follows it, so that a repetition is written out by parsing
/// its text again.
class PatternParser {
  public:
    using State = NamePattern::State;
    using Kind = NamePattern::Kind;
    using CharacterSet = NamePattern::CharacterSet;

    explicit PatternParser(std::string_view text) : text_(text) {}

    NamePattern::Result parse() {
        if (text_.size() > kLongest) {
            return {std::nullopt, fmt::format("longer than {} characters", kLongest)};
        }
        auto const root = alternatives(0);
        if (problem_.empty() && at_ < text_.size()) {
            problem_ = "')' without '('";
        }
        if (problem_.empty()) {
            int const match = add({Kind::match, -1, -1, -1});
            pattern_.start_ = build(root, match);
        }
        if (!problem_.empty()) {
            return {std::nullopt, problem_};
        }
        return {std::move(pattern_), {}};
    }

  private:
    enum class Op : unsigned char { empty, set, begin, end, sequence, choice, repeat };
    struct Node {
        Op op = Op::empty;
        int left = -1;
        int right = -1;
        int low = 0;
        int high = -1; // -1: no limit
        int set = -1;
    };

    int node(Node n) {
        nodes_.push_back(n);
        return static_cast<int>(nodes_.size()) - 1;
    }
    int fail(std::string problem) {
        if (problem_.empty()) {
            problem_ = std::move(problem);
        }
        at_ = text_.size();
        return node({});
    }
    [[nodiscard]] bool more() const { return at_ < text_.size(); }
    bool take(char c) {
        if (more() && text_[at_] == c) {
            ++at_;
            return true;
        }
        return false;
    }

    int alternatives(int depth) {
        if (depth > kDeepest) {
            return fail("nested too deep");
        }
        int left = sequence(depth);
        while (take('|')) {
            int const right = sequence(depth);
            left = node({Op::choice, left, right, 0, -1, -1});
        }
        return left;
    }

    int sequence(int depth) {
        int left = node({});
        while (more() && text_[at_] != '|' && text_[at_] != ')') {
            int const right = repeated(depth);
            left = node({Op::sequence, left, right, 0, -1, -1});
        }
        return left;
    }

    int repeated(int depth) {
        int inner = atom(depth);
        while (more() && problem_.empty()) {
            int low = 0;
            int high = -1;
            if (take('*')) {
            } else if (take('+')) {
                low = 1;
            } else if (take('?')) {
                high = 1;
            } else if (text_[at_] == '{') {
                if (!bounds(low, high)) {
                    return fail("'{' without its numbers, as in {2,3}");
                }
            } else {
                break;
            }
            take('?'); // lazy: the same names are found
            inner = node({Op::repeat, inner, -1, low, high, -1});
        }
        return inner;
    }

    bool bounds(int& low, int& high) {
        auto const close = text_.find('}', at_);
        if (close == std::string_view::npos) {
            return false;
        }
        auto const inside = text_.substr(at_ + 1, close - at_ - 1);
        auto const comma = inside.find(',');
        auto const number = [](std::string_view digits, int& out) {
            auto const* const end = digits.data() + digits.size();
            auto const [rest, error] = std::from_chars(digits.data(), end, out);
            return error == std::errc{} && rest == end && out >= 0 && out <= 1000;
        };
        at_ = close + 1;
        if (!number(inside.substr(0, comma), low)) {
            return false;
        }
        if (comma == std::string_view::npos) {
            high = low;
            return true;
        }
        auto const upper = inside.substr(comma + 1);
        return upper.empty() || (number(upper, high) && high >= low);
    }

    int atom(int depth) {
        char const c = text_[at_++];
        switch (c) {
        case '(': {
            if (text_.substr(at_, 2) == "?:") {
                at_ += 2;
            } else if (more() && text_[at_] == '?') {
                return fail("look-around, which is not understood");
            }
            int const inner = alternatives(depth + 1);
            return take(')') ? inner : fail("'(' without ')'");
        }
        case '[':
            return bracket();
        case '.':
            return set(CharacterSet().set());
        case '^':
            return node({Op::begin, -1, -1, 0, -1, -1});
        case '$':
            return node({Op::end, -1, -1, 0, -1, -1});
        case '*':
        case '+':
        case '?':
            return fail(fmt::format("'{}' with nothing to repeat", c));
        case '\\': {
            CharacterSet characters;
            return escape(characters) ? set(characters) : fail("an escape that is not understood");
        }
        default:
            return set(literal(c));
        }
    }

    static CharacterSet literal(char c) {
        CharacterSet out;
        out.set(static_cast<unsigned char>(lower(c)));
        return out;
    }

    /// After a backslash; false when it is not understood.
    bool escape(CharacterSet& out) {
        if (!more()) {
            return false;
        }
        char const c = text_[at_++];
        CharacterSet named;
        for (int i = 0; i < 256; ++i) {
            auto const character = static_cast<char>(i);
            bool const digit = character >= '0' && character <= '9';
            bool const letter = lower(character) >= 'a' && lower(character) <= 'z';
            bool const blank = character == ' ' || (character >= '\t' && character <= '\r');
            bool const in = lower(c) == 'd'   ? digit
                            : lower(c) == 's' ? blank
                                              : digit || letter || character == '_';
            named.set(static_cast<std::size_t>(i), in);
        }
        if (c == 'd' || c == 'w' || c == 's') {
            out |= named;
        } else if (c == 'D' || c == 'W' || c == 'S') {
            out |= ~named;
        } else if ((lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9')) {
            return false;
        } else {
            out |= literal(c);
        }
        return true;
    }

    int bracket() {
        CharacterSet characters;
        bool const others = take('^');
        bool first = true;
        while (more() && (first || text_[at_] != ']')) {
            first = false;
            char const low = text_[at_++];
            if (low == '\\') {
                if (!escape(characters)) {
                    return fail("an escape that is not understood");
                }
                continue;
            }
            char high = low;
            if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
                high = text_[at_ + 1];
                at_ += 2;
            }
            for (int i = static_cast<unsigned char>(low); i <= static_cast<unsigned char>(high);
                 ++i) {
                characters |= literal(static_cast<char>(i));
            }
        }
        if (!take(']')) {
            return fail("'[' without ']'");
        }
        return set(others ? ~characters : characters);
    }

    int set(CharacterSet const& characters) {
        pattern_.sets_.push_back(characters);
        return node({Op::set, -1, -1, 0, -1, static_cast<int>(pattern_.sets_.size()) - 1});
    }

    int add(State state) {
        if (pattern_.states_.size() >= kMostStates) {
            problem_ = fmt::format("more than {} states", kMostStates);
            return 0;
        }
        pattern_.states_.push_back(state);
        return static_cast<int>(pattern_.states_.size()) - 1;
    }

    /// The state that begins node `row` when `next` follows it.
    int build(int row, int next) {
        auto const n = nodes_[static_cast<std::size_t>(row)];
        if (++built_ > kMostBuilt && problem_.empty()) {
            problem_ = "repeated too often";
        }
        if (!problem_.empty()) {
            return next;
        }
        switch (n.op) {
        case Op::empty:
            return next;
        case Op::set:
            return add({Kind::set, next, -1, n.set});
        case Op::begin:
            return add({Kind::begin, next, -1, -1});
        case Op::end:
            return add({Kind::end, next, -1, -1});
        case Op::sequence:
            return build(n.left, build(n.right, next));
        case Op::choice: {
            int const right = build(n.right, next);
            int const left = build(n.left, next);
            return add({Kind::split, left, right, -1});
        }
        case Op::repeat:
            return build_repeat(n, next);
        }
        return next;
    }

    int build_repeat(Node const& n, int next) {
        int start = next;
        if (n.high < 0) {
            start = add({Kind::split, -1, next, -1});
            int const inner = build(n.left, start);
            if (problem_.empty()) {
                pattern_.states_[static_cast<std::size_t>(start)].next = inner;
            }
        } else {
            for (int i = n.low; i < n.high && problem_.empty(); ++i) {
                int const inner = build(n.left, start);
                start = add({Kind::split, inner, next, -1});
            }
        }
        for (int i = 0; i < n.low && problem_.empty(); ++i) {
            start = build(n.left, start);
        }
        return start;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Node> nodes_;
    NamePattern pattern_;
    std::size_t built_ = 0;
    std::string problem_;
};

NamePattern::Result NamePattern::parse(std::string_view text) {
    return PatternParser(text).parse();
}

/// Adds `state` and all that is reached from it without a character.
void NamePattern::follow(int state, std::size_t at, std::size_t size, std::vector<int>& active,
                         std::vector<std::size_t>& seen, std::size_t step) const {
    std::vector<int> open{state};
    while (!open.empty()) {
        int const row = open.back();
        open.pop_back();
        auto& mark = seen[static_cast<std::size_t>(row)];
        if (mark == step) {
            continue;
        }
        mark = step;
        auto const& s = states_[static_cast<std::size_t>(row)];
        switch (s.kind) {
        case Kind::split:
            open.push_back(s.other);
            open.push_back(s.next);
            break;
        case Kind::begin:
            if (at == 0) {
                open.push_back(s.next);
            }
            break;
        case Kind::end:
            if (at == size) {
                open.push_back(s.next);
            }
            break;
        case Kind::set:
        case Kind::match:
            active.push_back(row);
            break;
        }
    }
}

bool NamePattern::found_in(std::string_view name) const {
    std::vector<int> active;
    std::vector<int> next;
    std::vector<std::size_t> seen(states_.size(), 0);
    for (std::size_t at = 0;; ++at) {
        follow(start_, at, name.size(), active, seen, at + 1);
        next.clear();
        for (int const row : active) {
            auto const& s = states_[static_cast<std::size_t>(row)];
            if (s.kind == Kind::match) {
                return true;
            }
            if (at < name.size() && sets_[static_cast<std::size_t>(s.set)].test(
                                        static_cast<unsigned char>(lower(name[at])))) {
                follow(s.next, at + 1, name.size(), next, seen, at + 2);
            }
        }
        if (at == name.size()) {
            return false;
        }
        std::swap(active, next);
    }
}

} // namespace gridtwin::grid::dss
