#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
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

std::size_t edit_distance(std::string_view a, std::string_view b) {
    auto const lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        previous[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t const change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            row[j] = std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + change});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1])) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, previous);
        std::swap(previous, row);
    }
    return previous[b.size()];
}

template <typename Names>
std::string nearest(std::string_view name, Names const& candidates) {
    std::size_t const allowed = std::max<std::size_t>(1, name.size() / 3);
    std::size_t best = allowed + 1;
    std::string_view found;
    for (auto const& candidate : candidates) {
        std::size_t const d = edit_distance(name, candidate);
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
