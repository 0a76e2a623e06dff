#include "models/medium/spec_check.hpp"

#include "sim/core/diagnostics.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gridtwin::medium {

void SpecCheck::at_least(char const* field, double value, double least) {
    require(std::isfinite(value) && value >= least, field, value, "at least", least);
}

void SpecCheck::above(char const* field, double value, double bound) {
    require(std::isfinite(value) && value > bound, field, value, "above", bound);
}

void SpecCheck::at_most(char const* field, double value, double most) {
    require(std::isfinite(value) && value <= most, field, value, "at most", most);
}

void SpecCheck::finite(char const* field, double value) {
    if (!std::isfinite(value)) {
        found_.push_back(fmt::format("{} is {}, must be finite", field, value));
    }
}

void SpecCheck::require(bool fine, char const* field, double value, char const* relation,
                        double bound) {
    if (!fine) {
        found_.push_back(fmt::format("{} is {}, must be {} {}", field, value, relation, bound));
    }
}

void require_none(std::string_view whose, std::initializer_list<std::vector<std::string>> found) {
    std::string all;
    for (auto const& list : found) {
        for (auto const& problem : list) {
            all += (all.empty() ? "" : "; ") + problem;
        }
    }
    if (!all.empty()) {
        throw SimulationError(fmt::format("{} at start: {}", whose, all));
    }
}

} // namespace gridtwin::medium
