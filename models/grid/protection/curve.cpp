#include "models/grid/protection/curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::protection {

double operating_time_s(TccCurve const& curve, double multiple) {
    if (curve.a_s > 0.0) {
        return multiple > 1.0 ? curve.a_s / (std::pow(multiple, curve.p) - 1.0) + curve.b_s
                              : kNoOperation_s;
    }
    if (curve.multiple.empty() || !(multiple >= curve.multiple.front())) {
        return kNoOperation_s;
    }
    auto const above = std::upper_bound(curve.multiple.begin(), curve.multiple.end(), multiple);
    if (above == curve.multiple.end()) {
        return curve.time_s.back();
    }
    auto const i = static_cast<std::size_t>(above - curve.multiple.begin());
    if (multiple == curve.multiple[i - 1]) {
        return curve.time_s[i - 1];
    }
    double const along = std::log(multiple / curve.multiple[i - 1]) /
                         std::log(curve.multiple[i] / curve.multiple[i - 1]);
    return curve.time_s[i - 1] * std::pow(curve.time_s[i] / curve.time_s[i - 1], along);
}

double disk_reset_time_s(TccCurve const& curve, double multiple) {
    if (!(curve.reset_s > 0.0)) {
        return 0.0;
    }
    return multiple < 1.0 ? curve.reset_s / (1.0 - multiple * multiple) : kNoOperation_s;
}

std::string curve_problem(TccCurve const& curve) {
    if (curve.a_s != 0.0) {
        bool const good = curve.a_s > 0.0 && curve.p > 0.0 && curve.b_s >= 0.0 &&
                          curve.reset_s >= 0.0 && curve.multiple.empty() && curve.time_s.empty();
        return good ? "" : "a formula that gives no times";
    }
    if (curve.multiple.empty() || curve.multiple.size() != curve.time_s.size()) {
        return fmt::format("{} multiples and {} times", curve.multiple.size(), curve.time_s.size());
    }
    for (std::size_t i = 0; i < curve.multiple.size(); ++i) {
        if (!(curve.multiple[i] > (i == 0 ? 0.0 : curve.multiple[i - 1]))) {
            return fmt::format("multiple {:g} after {:g}", curve.multiple[i],
                               i == 0 ? 0.0 : curve.multiple[i - 1]);
        }
        if (!(curve.time_s[i] > 0.0)) {
            return fmt::format("a time of {:g} s", curve.time_s[i]);
        }
    }
    return {};
}

} // namespace gridtwin::grid::protection
