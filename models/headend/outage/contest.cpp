#include "models/headend/outage/contest.hpp"

#include <cmath>

namespace gridtwin::headend {

namespace {

constexpr double kTie = 1e-9; ///< scores closer than that are equal

} // namespace

LocatedEvent Contest::best(Place const& top) {
    if (top.is_device()) {
        for (DeviceId const d : tree_.devices(top.device)) {
            enter({.device = d}, log_prior_.device);
        }
    }
    for (LvNetworkId const t : tree_.transformers(top)) {
        enter({.device = tree_.above(t), .transformer = t}, log_prior_.transformer);
    }
    // against all the others, and against none (score 0)
    double others = std::exp(-best_.score);
    for (double const score : scores_) {
        others += std::exp(score - best_.score);
    }
    best_.confidence_frac = scores_.empty() ? 0.0 : 1.0 / others;
    return best_;
}

void Contest::enter(Place const& place, double log_prior) {
    auto const transformers = tree_.transformers(place);
    if (transformers.empty()) {
        return;
    }
    std::size_t const from = tree_.position(transformers.front()) - base_;
    std::size_t const to = from + transformers.size();
    std::uint32_t const reports = sums_.reports[to] - sums_.reports[from];
    if (reports < min_reports_) {
        return;
    }
    double const score = sums_.score[to] - sums_.score[from] + log_prior;
    bool const first = scores_.empty();
    scores_.push_back(score);
    bool const lower = place.is_device() && best_.place.is_device() && !first &&
                       tree_.depth(place.device) > tree_.depth(best_.place.device);
    if (first || score > best_.score + kTie || (score > best_.score - kTie && lower)) {
        best_.place = place;
        best_.score = score;
        best_.reports = reports;
    }
}

} // namespace gridtwin::headend
