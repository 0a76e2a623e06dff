#include "sim/core/quantity.hpp"
#include "sim/results/kpi.hpp"
#include "sim/results/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::results {
namespace {

struct UnitScale {
    Dimension dimension{};
    double factor = 1.0;
};

std::optional<UnitScale> unit_scale(std::string_view unit) {
    if (unit == kFractionUnit) {
        return UnitScale{Dimension::fraction, 1.0};
    }
    auto const one = fmt::format("1 {}", unit);
    for (int d = 0; d <= static_cast<int>(Dimension::energy); ++d) {
        auto const dimension = static_cast<Dimension>(d);
        if (auto const q = parse_quantity(one, dimension); q.ok() && !unit.empty()) {
            return UnitScale{dimension, q.value};
        }
    }
    return std::nullopt;
}

// By what a bound is multiplied to be in the KPI's unit; nothing when they cannot be compared.
std::optional<double> conversion(std::string_view bound_unit, std::string_view kpi_unit) {
    if (bound_unit.empty() || bound_unit == kpi_unit ||
        (bound_unit == kFractionUnit && kpi_unit.empty())) {
        return 1.0;
    }
    auto const from = unit_scale(bound_unit);
    auto const to = unit_scale(kpi_unit);
    if (!from || !to || from->dimension != to->dimension) {
        return std::nullopt;
    }
    return from->factor / to->factor;
}

std::string text_of(double value, std::string_view unit, int digits) {
    auto const text = value_text(value, unit, digits);
    return text.unit.empty() ? text.number : text.number + " " + text.unit;
}

// Value and bound with as many digits as it takes to tell them apart.
std::pair<std::string, std::string> texts_of(double value, double bound, std::string_view unit) {
    for (int const digits : {6, 9, 12}) {
        auto a = text_of(value, unit, digits);
        auto b = text_of(bound, unit, digits);
        if (a != b || value == bound) {
            return {std::move(a), std::move(b)};
        }
    }
    return {fmt::format("{:.17g} {}", value, unit), fmt::format("{:.17g} {}", bound, unit)};
}

std::string place(SourcePos const& where) {
    return where.line > 0 ? fmt::format("{}:{}:{}", where.file, where.line, where.column)
                          : where.file;
}

struct Bound {
    std::string_view words;
    std::optional<double> value;
    bool (*holds)(double value, double bound);
};

ExpectationResult check_one(Expectation const& e, std::span<Kpi const> kpis) {
    auto const because = e.because.empty() ? "" : fmt::format(" (because {})", e.because);
    auto const failed = [&](std::string_view what) {
        return ExpectationResult{
            false, fmt::format("expectation failed at {}: {}{}", place(e.where), what, because)};
    };
    auto const kpi =
        std::find_if(kpis.begin(), kpis.end(), [&](Kpi const& k) { return k.name == e.kpi; });
    if (kpi == kpis.end()) {
        std::vector<std::string> names;
        for (auto const& k : kpis) {
            names.push_back(k.name);
        }
        auto const near = nearest_name(e.kpi, names);
        return failed(fmt::format("there is no KPI '{}'{}", e.kpi,
                                  near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
    auto const factor = conversion(e.unit, kpi->unit);
    if (!factor) {
        return failed(fmt::format("{} is in '{}', the bound is in '{}'", e.kpi, kpi->unit, e.unit));
    }
    Bound const bounds[] = {
        {"at least ", e.at_least, [](double v, double b) { return v >= b; }},
        {"at most ", e.at_most, [](double v, double b) { return v <= b; }},
        {"exactly ", e.equals,
         [](double v, double b) { return std::abs(v - b) <= 1e-9 * std::abs(b); }},
    };
    std::string asked;
    for (auto const& b : bounds) {
        if (!b.value) {
            continue;
        }
        auto const bound = *b.value * *factor;
        auto const [is, should_be] = texts_of(kpi->value, bound, kpi->unit);
        if (std::isnan(kpi->value)) {
            return failed(fmt::format("{} could not be determined, {}{} was expected", e.kpi,
                                      b.words, should_be));
        }
        if (!b.holds(kpi->value, bound)) {
            return failed(
                fmt::format("{} is {}, {}{} was expected", e.kpi, is, b.words, should_be));
        }
        asked += fmt::format("{}{}{}", asked.empty() ? "" : " and ", b.words, should_be);
    }
    if (asked.empty()) {
        return failed(fmt::format("nothing is expected of {}", e.kpi));
    }
    return {true, fmt::format("expectation met at {}: {} is {}, {} was expected{}", place(e.where),
                              e.kpi, text_of(kpi->value, kpi->unit, 6), asked, because)};
}

} // namespace

std::vector<ExpectationResult> check_expectations(std::span<Expectation const> expectations,
                                                  std::span<Kpi const> kpis) {
    std::vector<ExpectationResult> results;
    results.reserve(expectations.size());
    for (auto const& e : expectations) {
        results.push_back(check_one(e, kpis));
    }
    return results;
}

} // namespace gridtwin::results
