#include "models/headend/losses/theft.hpp"

#include "models/headend/losses/non_negative_fit.hpp"
#include "sim/core/diagnostics.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace gridtwin::headend {

namespace {

/// A meter's import or export, or what is nobody's: the constant, those without readings.
struct Column {
    std::uint32_t meter = 0;
    bool reversed = false;
    bool nobodys = false;
};

struct Stretch {
    std::vector<std::size_t> intervals; ///< usable ones
    std::vector<double> unaccounted;    ///< [k of those]
    std::vector<Column> what;
    std::vector<std::vector<double>> columns;
    double supplied = 0.0;
};

Stretch lay_out(BusbarWindow const& window, std::size_t length) {
    Stretch stretch;
    std::size_t const all = window.intervals();
    for (std::size_t t = all - length; t < all; ++t) {
        if (window.usable[t] != 0) {
            stretch.intervals.push_back(t);
        }
    }
    std::size_t const n = stretch.intervals.size();
    stretch.unaccounted.resize(n);
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t const t = stretch.intervals[k];
        stretch.unaccounted[k] =
            static_cast<double>(window.supplied_mwh[t] - window.technical_mwh[t]);
        stretch.supplied += static_cast<double>(window.supplied_mwh[t]);
    }
    for (std::uint32_t m = 0; m < window.meters(); ++m) {
        std::vector<double> import(n);
        std::vector<double> export_(n);
        for (std::size_t k = 0; k < n; ++k) {
            auto const net =
                static_cast<double>(window.metered_mwh[m * all + stretch.intervals[k]]);
            stretch.unaccounted[k] -= net;
            import[k] = std::max(net, 0.0);
            export_[k] = std::max(-net, 0.0);
        }
        for (bool const reversed : {false, true}) {
            auto& column = reversed ? export_ : import;
            if (std::ranges::any_of(column, [](double v) { return v > 0.0; })) {
                stretch.what.push_back({.meter = m, .reversed = reversed});
                stretch.columns.push_back(std::move(column));
            }
        }
    }
    if (window.silent != 0) {
        std::vector<double> sum(n, 0.0);
        for (std::size_t c = 0; c < stretch.columns.size(); ++c) {
            for (std::size_t k = 0; k < n && !stretch.what[c].reversed; ++k) {
                sum[k] += stretch.columns[c][k];
            }
        }
        stretch.what.push_back({.nobodys = true});
        stretch.columns.push_back(std::move(sum));
    }
    stretch.what.push_back({.nobodys = true});
    stretch.columns.emplace_back(n, 1.0);
    return stretch;
}

/// First-order autocorrelation of what a fit leaves, 0 at least.
double autocorrelation(Stretch const& stretch, Fit const& fit) {
    std::vector<double> left = stretch.unaccounted;
    for (std::size_t c = 0; c < stretch.columns.size(); ++c) {
        for (std::size_t k = 0; k < left.size() && fit.factor[c] > 0.0; ++k) {
            left[k] -= fit.factor[c] * stretch.columns[c][k];
        }
    }
    double const square = std::inner_product(left.begin(), left.end(), left.begin(), 0.0);
    double const next = std::inner_product(left.begin() + 1, left.end(), left.begin(), 0.0);
    return square > 0.0 ? std::clamp(next / square, 0.0, 0.95) : 0.0;
}

/// Energy past the meter of a column.
double past(Stretch const& stretch, Fit const& fit, std::size_t c) {
    auto const& column = stretch.columns[c];
    return fit.factor[c] * std::accumulate(column.begin(), column.end(), 0.0);
}

/// Adds who is suspected by this stretch; of a meter the surest suspicion stays.
/// @return what the fit leads past meters, mWh
double judge(TheftConfig const& config, BusbarWindow const& window, Stretch const& stretch,
             std::uint32_t length, std::map<std::uint32_t, Suspicion>& found) {
    auto const equations = normal_equations(stretch.columns, stretch.unaccounted);
    auto const fit = fit_non_negative(equations);
    auto const active = static_cast<std::size_t>(
        std::ranges::count_if(fit.factor, [](double factor) { return factor > 0.0; }));
    std::size_t const rows = stretch.intervals.size();
    double followed = 0.0;
    for (std::size_t c = 0; c < stretch.what.size(); ++c) {
        followed += stretch.what[c].nobodys ? 0.0 : past(stretch, fit, c);
    }
    if (rows <= active + 1) {
        return followed;
    }
    double const rho = autocorrelation(stretch, fit);
    // what a milliwatt-hour's rounding of each row leaves is the least there can be
    double const least = static_cast<double>(window.meters() + 1) / 12.0;
    double const variance = std::max(fit.residual / static_cast<double>(rows - active), least) *
                            (1.0 + rho) / (1.0 - rho);
    std::vector<std::uint8_t> banned(equations.columns, 0);
    for (std::size_t c = 0; c < stretch.what.size(); ++c) {
        auto const& what = stretch.what[c];
        if (what.nobodys || fit.factor[c] < config.least_factor) {
            continue;
        }
        banned[c] = 1;
        double const lost = fit_non_negative(equations, banned, fit.factor).residual - fit.residual;
        banned[c] = 0;
        double const significance = std::sqrt(std::max(lost, 0.0) / variance);
        bool const reported = window.reported[what.meter] != 0;
        if (significance < (reported ? config.confirmed_significance : config.significance)) {
            continue;
        }
        auto& held = found[what.meter];
        if (significance > held.significance) {
            held = {.meter = what.meter,
                    .window = length,
                    .factor = fit.factor[c],
                    .significance = significance,
                    .unaccounted_mwh =
                        static_cast<std::int64_t>(std::llround(past(stretch, fit, c))),
                    .reversed = what.reversed,
                    .reported = reported};
        }
    }
    return followed;
}

void check(BusbarWindow const& window) {
    std::size_t const n = window.intervals();
    if (window.technical_mwh.size() != n || window.usable.size() != n ||
        window.metered_mwh.size() != n * window.meters()) {
        throw SimulationError("the columns of a busbar's window are not equally long");
    }
}

} // namespace

std::string problem(TheftConfig const& config) {
    if (config.windows.empty() || config.windows.front() < 2 ||
        !std::ranges::is_sorted(config.windows, std::ranges::less_equal{})) {
        return "theft: windows are lengths in intervals, 2 at least, in ascending order";
    }
    if (!(config.usable_frac > 0.0 && config.usable_frac <= 1.0)) {
        return "theft: the usable share must lie in (0, 1]";
    }
    if (!(config.least_share_frac >= 0.0 && config.least_share_frac < 1.0)) {
        return "theft: the least share must lie in [0, 1)";
    }
    if (!(config.significance > 0.0 && config.confirmed_significance > 0.0)) {
        return "theft: standard errors must be above zero";
    }
    if (!(config.least_factor > 0.0)) {
        return "theft: the least factor must be above zero";
    }
    return {};
}

TheftReport locate_theft(TheftConfig const& config, BusbarWindow const& window) {
    if (auto const text = problem(config); !text.empty()) {
        throw SimulationError(text);
    }
    check(window);
    TheftReport report;
    std::map<std::uint32_t, Suspicion> found;
    std::size_t judged = 0;
    for (auto const wanted : config.windows) {
        auto const length = std::min<std::size_t>(wanted, window.intervals());
        if (length <= judged) {
            break; // no more is known than was looked at
        }
        auto const stretch = lay_out(window, length);
        if (static_cast<double>(stretch.intervals.size()) <
            config.usable_frac * static_cast<double>(wanted)) {
            continue;
        }
        judged = length;
        report = TheftReport{};
        report.intervals = static_cast<std::uint32_t>(stretch.intervals.size());
        for (auto const t : stretch.intervals) {
            report.supplied_mwh += window.supplied_mwh[t];
            report.technical_mwh += window.technical_mwh[t];
            for (std::size_t m = 0; m < window.meters(); ++m) {
                report.metered_mwh += window.metered_mwh[m * window.intervals() + t];
            }
        }
        report.nobodys_mwh = report.unaccounted_mwh();
        if (static_cast<double>(report.unaccounted_mwh()) >
            config.least_share_frac * stretch.supplied) {
            report.nobodys_mwh -= std::llround(
                judge(config, window, stretch, static_cast<std::uint32_t>(length), found));
        }
    }
    for (auto const& [meter, suspicion] : found) {
        report.suspects.push_back(suspicion);
    }
    std::ranges::stable_sort(report.suspects, std::ranges::greater{}, &Suspicion::significance);
    report.suspects.resize(std::min<std::size_t>(report.suspects.size(), config.most_suspects));
    return report;
}

} // namespace gridtwin::headend
