#include "models/headend/vee/scaled.hpp"

#include "models/headend/vee/apportion.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::headend::vee {

namespace {

struct Open {
    std::uint32_t interval;
    std::int64_t profile; ///< mWh, by the other methods
    bool dark;
    bool whole;
    std::int64_t mwh; ///< the estimate
};

/// What the pair covers: all of interval k, or a part.
struct Cover {
    RegisterPair const& pair;
    SimDuration interval;
    [[nodiscard]] bool any(std::uint32_t k) const { return kStart + k * interval > pair.from.read; }
    [[nodiscard]] bool whole(std::uint32_t k) const {
        return kStart + (k - 1) * interval >= pair.from.read &&
               kStart + k * interval <= pair.to.read;
    }
    [[nodiscard]] std::int64_t part(std::int64_t mwh, std::uint32_t k) const {
        return part_of(mwh, k, pair.from.read, pair.to.read, interval);
    }
};

/// Profiles of what no method knows: the mean of those known, 1 when none is.
void fill(std::vector<Open>& open, std::vector<std::size_t> const& unknown, std::int64_t known_mwh,
          std::int64_t known) {
    std::int64_t const mean = known == 0 ? 1 : std::max<std::int64_t>(known_mwh / known, 1);
    for (std::size_t const i : unknown) {
        open[i].profile = mean;
    }
}

/// @return false when `left` cannot be of these intervals
bool by_share(std::vector<Open>& open, std::int64_t left, Cover const& cover) {
    double profile = 0.0;
    for (Open const& o : open) {
        profile += static_cast<double>(cover.part(o.profile, o.interval));
    }
    if (left < 0) {
        return false;
    }
    double const ratio = profile <= 0.0 ? 0.0 : static_cast<double>(left) / profile;
    std::vector<std::int64_t> weights;
    for (Open& o : open) {
        if (o.whole) {
            weights.push_back(o.profile);
            continue;
        }
        o.mwh = std::llround(ratio * static_cast<double>(o.profile));
        left -= cover.part(o.mwh, o.interval);
    }
    auto const none = [&weights] {
        return std::all_of(weights.begin(), weights.end(), [](auto w) { return w == 0; });
    };
    if (none()) { // no profile of use: an even one
        weights.clear();
        for (Open const& o : open) {
            if (o.whole) {
                weights.push_back(o.dark ? 0 : 1);
            }
        }
    }
    if (left < 0 || (none() && left != 0)) {
        return false;
    }
    auto const parts = apportion(left, weights);
    std::size_t next = 0;
    for (Open& o : open) {
        o.mwh = o.whole ? parts[next++] : o.mwh;
    }
    return true;
}

bool by_shift(std::vector<Open>& open, std::int64_t left, Cover const& cover) {
    std::vector<std::int64_t> weights;
    for (Open& o : open) {
        o.mwh = o.profile;
        left -= cover.part(o.profile, o.interval);
        if (o.whole) {
            weights.push_back(o.dark ? 0 : 1);
        }
    }
    if (left != 0 && std::count(weights.begin(), weights.end(), 1) == 0) {
        return false;
    }
    auto const parts = apportion(left, weights);
    std::size_t next = 0;
    for (Open& o : open) {
        o.mwh += o.whole ? parts[next++] : 0;
    }
    return true;
}

} // namespace

std::vector<Estimate> scale_to_register(Basis const& basis, RegisterPair const& pair,
                                        std::optional<std::int32_t> head) {
    SimDuration const interval = basis.rules.interval;
    Cover const cover{pair, interval};
    std::vector<Open> open;
    std::vector<std::size_t> unknown;
    std::int64_t left = pair.difference();
    std::int64_t known_mwh = 0;
    std::int64_t known = 0;
    std::uint32_t const own = pair.first(interval);
    for (std::uint32_t k = std::max(1U, own - 1); k <= pair.last(interval); ++k) {
        if (!cover.any(k)) {
            continue;
        }
        Series::Cell const cell = basis.series.cell(k);
        bool const to_estimate = is_open(cell.grade, cell.flags, basis.rules.replace);
        if (!to_estimate || (k < own && head)) {
            std::int64_t const mwh = to_estimate ? *head : cell.mwh;
            left -= cover.part(mwh, k);
            known_mwh += mwh;
            ++known;
            continue;
        }
        bool const dark = (cell.flags & kDark) != 0;
        auto const profile = dark ? Value{} : estimate(basis, k);
        if (!dark && !profile) {
            unknown.push_back(open.size());
        }
        std::int64_t const mwh = profile ? profile->mwh : 0;
        open.push_back({.interval = k,
                        .profile = basis.limits.exports ? mwh : std::max<std::int64_t>(mwh, 0),
                        .dark = dark,
                        .whole = cover.whole(k),
                        .mwh = 0});
    }
    if (std::none_of(open.begin(), open.end(), [](Open const& o) { return o.whole; })) {
        return {};
    }
    fill(open, unknown, known_mwh, known);
    if (!(basis.limits.exports ? by_shift(open, left, cover) : by_share(open, left, cover))) {
        return {};
    }
    std::vector<Estimate> estimates;
    for (Open const& o : open) {
        if (std::abs(o.mwh) > basis.limits.high_mwh) {
            return {};
        }
        estimates.push_back({o.interval, static_cast<std::int32_t>(o.mwh)});
    }
    return estimates;
}

} // namespace gridtwin::headend::vee
