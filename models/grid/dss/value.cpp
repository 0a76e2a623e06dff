#include "models/grid/dss/value.hpp"

#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numbers>

namespace gridtwin::grid::dss {
namespace {

constexpr double kGreatest = 1e15;
constexpr std::size_t kRegisters = 10; // of the calculator, as in the reference engine
constexpr double kDegree = std::numbers::pi / 180.0;

bool is_separator(char c) {
    return is_blank(c) || c == ',';
}

/// The registers of the calculator.
class Stack {
  public:
    bool apply(std::string_view op);
    void push(double value) { values_.push_back(value); }
    [[nodiscard]] bool overflows() const { return values_.size() > kRegisters; }
    [[nodiscard]] std::vector<double> const& values() const { return values_; }

  private:
    bool binary(std::string_view op);
    bool unary(std::string_view op);
    std::vector<double> values_;
};

bool Stack::binary(std::string_view op) {
    if (values_.size() < 2) {
        return false;
    }
    double const x = values_.back();
    double& y = values_[values_.size() - 2];
    if (op == "+") {
        y += x;
    } else if (op == "-") {
        y -= x;
    } else if (op == "*") {
        y *= x;
    } else if (op == "/") {
        y /= x;
    } else if (op == "^") {
        y = std::pow(y, x);
    } else if (op == "atan2") {
        y = std::atan2(y, x) / kDegree;
    } else if (op == "swap") {
        std::swap(y, values_.back());
        return true;
    } else {
        return false;
    }
    values_.pop_back();
    return true;
}

bool Stack::unary(std::string_view op) {
    if (values_.empty()) {
        return false;
    }
    double& x = values_.back();
    if (op == "sqr") {
        x *= x;
    } else if (op == "sqrt") {
        x = std::sqrt(x);
    } else if (op == "inv") {
        x = 1.0 / x;
    } else if (op == "ln") {
        x = std::log(x);
    } else if (op == "log10") {
        x = std::log10(x);
    } else if (op == "exp") {
        x = std::exp(x);
    } else if (op == "sin") {
        x = std::sin(x * kDegree);
    } else if (op == "cos") {
        x = std::cos(x * kDegree);
    } else if (op == "tan") {
        x = std::tan(x * kDegree);
    } else if (op == "asin") {
        x = std::asin(x) / kDegree;
    } else if (op == "acos") {
        x = std::acos(x) / kDegree;
    } else if (op == "atan") {
        x = std::atan(x) / kDegree;
    } else if (op == "rollup") {
        values_.insert(values_.begin(), x);
        values_.pop_back();
    } else if (op == "rolldn") {
        values_.push_back(values_.front());
        values_.erase(values_.begin());
    } else {
        return false;
    }
    return true;
}

bool Stack::apply(std::string_view op) {
    if (op == "pi") {
        push(std::numbers::pi);
        return true;
    }
    return binary(op) || unary(op);
}

bool is_operator(std::string_view op) {
    Stack trial;
    trial.push(1.0);
    trial.push(1.0);
    return trial.apply(op);
}

/// Cuts a list's text into its entries, from the left to the right.
class Items {
  public:
    /// @param stops  characters that end an entry beside blanks and commas
    explicit Items(Word const& word, std::string_view stops = {}) : word_(word), stops_(stops) {}
    /// Reads the entry at `at`; returns where the next one may begin.
    std::size_t cut(std::size_t at, Item& item);

  private:
    std::size_t find_close(std::size_t at);

    Word const& word_;
    std::string_view stops_;
    std::string missing_; // closing brackets that the rest of the text does not hold
};

/// Every bracket is looked for in vain once at most: many open ones cost no more than one.
std::size_t Items::find_close(std::size_t at) {
    char const close = closer(word_.text[at]);
    if (close == 0 || missing_.find(close) != std::string::npos) {
        return std::string_view::npos;
    }
    auto const end = word_.text.find(close, at + 1);
    if (end == std::string_view::npos) {
        missing_ += close;
    }
    return end;
}

std::size_t Items::cut(std::size_t at, Item& item) {
    auto const text = word_.text;
    item.at = word_.inside(at);
    if (auto const end = find_close(at); end != std::string_view::npos) {
        item.open = text[at];
        item.text = text.substr(at + 1, end - at - 1);
        return end + 1;
    }
    auto end = at;
    while (end < text.size() && !is_separator(text[end]) &&
           stops_.find(text[end]) == std::string_view::npos) {
        ++end;
    }
    item.text = text.substr(at, end - at);
    return end;
}

} // namespace

NumberText parse_number(std::string_view text) {
    auto digits = text;
    if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') {
        digits.remove_prefix(1);
    }
    double value = 0.0;
    auto const* const end = digits.data() + digits.size();
    auto const [rest, error] = std::from_chars(digits.data(), end, value);
    if (error == std::errc::result_out_of_range ||
        (error == std::errc{} && !(std::abs(value) <= kGreatest))) {
        return {0.0, fmt::format("'{}', which is out of range", shown(text))};
    }
    if (error != std::errc{} || rest != end) {
        return {0.0, fmt::format("'{}', which is not a number", shown(text))};
    }
    return {value, {}};
}

NumberText parse_rpn(std::string_view text) {
    Stack stack;
    std::size_t at = 0;
    while (at < text.size()) {
        if (is_separator(text[at])) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < text.size() && !is_separator(text[end])) {
            ++end;
        }
        auto const token = text.substr(at, end - at);
        at = end;
        auto const op = lower(token);
        if (is_operator(op)) {
            if (!stack.apply(op)) {
                return {0.0, fmt::format("'{}', where '{}' has too few numbers before it",
                                         shown(text), shown(token))};
            }
        } else {
            auto const number = parse_number(token);
            if (!number.problem.empty()) {
                return {0.0, number.problem};
            }
            stack.push(number.value);
        }
        if (stack.overflows()) {
            return {0.0, fmt::format("'{}', where '{}' is one value more than the {} registers",
                                     shown(text), shown(token), kRegisters)};
        }
    }
    auto const& values = stack.values();
    if (values.size() != 1) {
        return {0.0, fmt::format("'{}', which leaves {} values instead of one", shown(text),
                                 values.size())};
    }
    if (!(std::abs(values[0]) <= kGreatest)) {
        return {0.0, fmt::format("'{}', which is out of range", shown(text))};
    }
    return {values[0], {}};
}

NumberText parse_item(Item const& item) {
    return item.open != 0 ? parse_rpn(item.text) : parse_number(item.text);
}

std::vector<std::vector<Item>> split_matrix(Word const& word) {
    std::vector<std::vector<Item>> rows(1);
    Items items(word, "|");
    std::size_t at = 0;
    while (at < word.text.size()) {
        char const c = word.text[at];
        if (is_separator(c)) {
            ++at;
        } else if (c == '|') {
            rows.emplace_back();
            ++at;
        } else {
            Item item;
            at = items.cut(at, item);
            rows.back().push_back(item);
        }
    }
    if (rows.size() > 1 && rows.back().empty()) {
        rows.pop_back(); // a last row may be closed by '|' too
    }
    return rows;
}

std::vector<Item> split_list(Word const& word) {
    std::vector<Item> out;
    Items items(word);
    std::size_t at = 0;
    bool comma = true; // since the last entry; none stands before the first one
    while (at < word.text.size()) {
        if (comma && word.text[at] == ',') {
            out.push_back({word.text.substr(at, 0), word.inside(at)});
        }
        if (is_separator(word.text[at])) {
            comma = comma || word.text[at] == ',';
            ++at;
            continue;
        }
        comma = false;
        Item item;
        at = items.cut(at, item);
        out.push_back(item);
    }
    return out;
}

BusText parse_bus(Item const& item) {
    BusText out;
    out.bus.at = item.at;
    auto rest = item.text;
    while (!rest.empty() && is_blank(rest.back())) {
        rest.remove_suffix(1);
    }
    auto const dot = rest.find('.');
    out.bus.name = lower(rest.substr(0, dot));
    if (out.bus.name.empty()) {
        out.problem = fmt::format("'{}', which names no bus", shown(item.text));
        return out;
    }
    if (out.bus.name.size() > kLongestName) {
        out.problem = fmt::format("'{}', a name of {} octets where {} are the most",
                                  shown(item.text), out.bus.name.size(), kLongestName);
        return out;
    }
    if (dot == std::string_view::npos) {
        return out;
    }
    rest.remove_prefix(dot + 1);
    while (true) {
        auto const next = rest.find('.');
        auto const digits = rest.substr(0, next);
        int node = -1;
        auto const* const end = digits.data() + digits.size();
        auto const [last, error] = std::from_chars(digits.data(), end, node);
        if (error != std::errc{} || last != end || node < 0 || node > 99) {
            out.problem =
                fmt::format("'{}', where '{}' is not a node", shown(item.text), shown(digits));
            return out;
        }
        out.bus.nodes.push_back(node);
        if (next == std::string_view::npos) {
            return out;
        }
        rest.remove_prefix(next + 1);
    }
}

} // namespace gridtwin::grid::dss
