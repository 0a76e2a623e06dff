#include "models/headend/vee/estimate.hpp"

#include <algorithm>

namespace gridtwin::headend::vee {

namespace {

/// Nearest whole number, halves away from zero.
std::int64_t rounded(std::int64_t dividend, std::int64_t divisor) {
    std::int64_t const half = divisor / 2;
    return (dividend < 0 ? dividend - half : dividend + half) / divisor;
}

/// Mean of the same interval of at most `most` of the `back` days before, of those that `takes`.
template <typename Takes>
std::optional<std::int32_t> mean_of_days(Basis const& basis, std::uint32_t k, std::uint32_t most,
                                         std::uint32_t back, Takes const& takes) {
    std::uint32_t const per_day = basis.series.per_day();
    std::uint32_t const day = (k - 1) / per_day;
    std::int64_t sum = 0;
    std::int64_t count = 0;
    for (std::uint32_t n = 1; n <= std::min(back, day) && count < most; ++n) {
        std::uint32_t const other = k - n * per_day;
        if (takes(day - n) && basis.good(other)) {
            sum += basis.series.mwh(other);
            ++count;
        }
    }
    return count == 0 ? std::optional<std::int32_t>{}
                      : static_cast<std::int32_t>(rounded(sum, count));
}

} // namespace

std::string problem(EstimationConfig const& config) {
    std::string text;
    auto const check = [&text](bool good, char const* sentence) {
        text += good ? "" : (text.empty() ? "vee: " : "; ");
        text += good ? "" : sentence;
    };
    unsigned seen = 0;
    bool methods = true;
    bool once = true;
    for (Source const method : config.order) {
        methods = methods && method >= Source::zero && method <= Source::history;
        unsigned const one = 1U << static_cast<unsigned>(method);
        once = once && (seen & one) == 0;
        seen |= one;
    }
    check(methods, "order names what is no method (zero, scaled, linear, like_day, history)");
    check(once, "order names a method twice");
    check(config.linear_longest >= SimDuration::zero() &&
              config.linear_longest <= std::chrono::hours(24),
          "linear_longest is not between 0 and a day");
    check(config.like_days >= 1, "like_days is 0");
    check(config.like_look_back >= 7, "like_look_back is below a week");
    check(config.history_days >= 1, "history_days is 0");
    return text;
}

std::optional<std::int32_t> linear(Basis const& basis, std::uint32_t k) {
    auto const longest =
        static_cast<std::uint32_t>(basis.config.linear_longest / basis.rules.interval);
    std::uint32_t before = k;
    std::uint32_t after = k;
    while (before > 0 && k - before <= longest && (before == k || basis.open(before))) {
        --before;
    }
    while (after - k <= longest && (after == k || basis.open(after))) {
        ++after;
    }
    if (before == 0 || after - before - 1 > longest || !basis.good(before) || !basis.good(after)) {
        return {};
    }
    std::int64_t const from = basis.series.mwh(before);
    std::int64_t const rise = basis.series.mwh(after) - from;
    return static_cast<std::int32_t>(from + rounded(rise * (k - before), after - before));
}

std::optional<std::int32_t> like_day(Basis const& basis, std::uint32_t k) {
    DayType const type = basis.day_type[(k - 1) / basis.series.per_day()];
    return mean_of_days(basis, k, basis.config.like_days, basis.config.like_look_back,
                        [&](std::uint32_t day) { return basis.day_type[day] == type; });
}

std::optional<std::int32_t> history(Basis const& basis, std::uint32_t k) {
    return mean_of_days(basis, k, basis.config.history_days, basis.config.history_days,
                        [](std::uint32_t) { return true; });
}

std::optional<Value> estimate(Basis const& basis, std::uint32_t k,
                              std::optional<std::int32_t> scaled) {
    for (Source const method : basis.config.order) {
        std::optional<std::int32_t> mwh;
        switch (method) {
        case Source::zero:
            if ((basis.series.flags(k) & kDark) != 0) {
                mwh = 0;
            }
            break;
        case Source::scaled:
            mwh = scaled;
            break;
        case Source::linear:
            mwh = linear(basis, k);
            break;
        case Source::like_day:
            mwh = like_day(basis, k);
            break;
        default:
            mwh = history(basis, k);
        }
        if (mwh) {
            return Value{*mwh, {Quality::estimated, method}};
        }
    }
    return {};
}

} // namespace gridtwin::headend::vee
