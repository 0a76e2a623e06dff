#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace gridtwin {

std::string format(Diagnostic const& d) {
    std::string out = d.where.file;
    if (d.where.line > 0) {
        out += fmt::format(":{}:{}", d.where.line, d.where.column);
    }
    out += ": " + d.what;
    if (!d.expected.empty()) {
        out += "; expected " + d.expected;
    }
    if (!d.hint.empty()) {
        out += fmt::format("; did you mean '{}'?", d.hint);
    }
    return out;
}

void Diagnostics::error(SourcePos where, std::string what, std::string expected, std::string hint) {
    errors_.push_back({std::move(where), std::move(what), std::move(expected), std::move(hint)});
}

std::string Diagnostics::text() const {
    std::vector<Diagnostic const*> order;
    order.reserve(errors_.size());
    for (auto const& e : errors_) {
        order.push_back(&e);
    }
    std::stable_sort(order.begin(), order.end(), [](auto const* a, auto const* b) {
        return std::tie(a->where.file, a->where.line, a->where.column) <
               std::tie(b->where.file, b->where.line, b->where.column);
    });
    std::string out;
    for (auto const* e : order) {
        out += format(*e) + '\n';
    }
    return out;
}

InputError::InputError(Diagnostics diagnostics)
    : std::runtime_error(diagnostics.text()), diagnostics_(std::move(diagnostics)) {}

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
    return out;
}

/// Damerau-Levenshtein between lower-case `a` and `b`; any number not below `limit` when it is not.
class EditDistance {
  public:
    std::size_t operator()(std::string_view a, std::string_view b, std::size_t limit) {
        auto const apart = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
        if (apart >= limit) {
            return limit;
        }
        for (auto* row : {&before_, &previous_, &row_}) {
            row->resize(b.size() + 1);
        }
        std::iota(previous_.begin(), previous_.end(), std::size_t{0});
        for (std::size_t i = 1; i <= a.size(); ++i) {
            auto least = row_[0] = i;
            for (std::size_t j = 1; j <= b.size(); ++j) {
                char const here = lower(b[j - 1]);
                std::size_t const change = a[i - 1] == here ? 0 : 1;
                row_[j] = std::min({previous_[j] + 1, row_[j - 1] + 1, previous_[j - 1] + change});
                if (i > 1 && j > 1 && a[i - 1] == lower(b[j - 2]) && a[i - 2] == here) {
                    row_[j] = std::min(row_[j], before_[j - 2] + 1);
                }
                least = std::min(least, row_[j]);
            }
            if (least > limit) { // a swap may still save one
                return limit;
            }
            std::swap(before_, previous_);
            std::swap(previous_, row_);
        }
        return previous_[b.size()];
    }

  private:
    std::vector<std::size_t> before_;
    std::vector<std::size_t> previous_;
    std::vector<std::size_t> row_;
};

template <typename Names>
std::string nearest(std::string_view name, Names const& candidates) {
    std::size_t const allowed = std::max<std::size_t>(1, name.size() / 3);
    std::size_t best = allowed + 1;
    std::string_view found;
    auto const wanted = lower(name);
    EditDistance distance;
    for (auto const& candidate : candidates) {
        std::size_t const d = distance(wanted, candidate, best);
        if (d < best) {
            best = d;
            found = candidate;
        }
    }
    return std::string(found);
}

} // namespace

std::string nearest_name(std::string_view name, std::span<std::string_view const> candidates) {
    return nearest(name, candidates);
}

std::string nearest_name(std::string_view name, std::span<std::string const> candidates) {
    return nearest(name, candidates);
}

} // namespace gridtwin
