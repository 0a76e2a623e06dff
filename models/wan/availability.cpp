#include "models/wan/availability.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::wan {

std::string problem(std::vector<AvailabilityChange> const& changes) {
    SimTime last = SimTime::min();
    for (auto const& change : changes) {
        if (change.at < kStart || change.at <= last) {
            return fmt::format("the change at {} does not come after the one before it",
                               format_time(change.at));
        }
        last = change.at;
        if (!(change.rate_frac >= 0.0 && change.rate_frac <= 1.0)) {
            return fmt::format("the rate at {} is not between 0 and 1 of the full one",
                               format_time(change.at));
        }
    }
    return {};
}

Availability::Availability(std::vector<AvailabilityChange> changes)
    : changes_(std::move(changes)), rates_(changes_) {
    for (auto& rate : rates_) {
        rate.rate_frac = rate.rate_frac > 0.0 ? rate.rate_frac : 1.0;
    }
}

std::size_t Availability::after(SimTime at) const {
    auto const next =
        std::upper_bound(changes_.begin(), changes_.end(), at,
                         [](SimTime t, AvailabilityChange const& c) { return t < c.at; });
    return static_cast<std::size_t>(next - changes_.begin());
}

bool Availability::up(SimTime at) const {
    auto const next = after(at);
    return next == 0 || changes_[next - 1].rate_frac > 0.0;
}

bool Availability::up_throughout(SimTime from, SimTime to) const {
    if (!up(from)) {
        return false;
    }
    for (std::size_t k = after(from); k < changes_.size() && changes_[k].at <= to; ++k) {
        if (changes_[k].rate_frac <= 0.0) {
            return false;
        }
    }
    return true;
}

SimTime Availability::finish(SimTime start, double work_s) const {
    std::size_t next = after(start);
    while (next < rates_.size()) {
        double const rate = next == 0 ? 1.0 : rates_[next - 1].rate_frac;
        double const done_s = to_s(rates_[next].at - start) * rate;
        if (done_s >= work_s) {
            return start + duration_from_s(work_s / rate);
        }
        work_s -= done_s;
        start = rates_[next].at;
        ++next;
    }
    return start + duration_from_s(work_s / (next == 0 ? 1.0 : rates_[next - 1].rate_frac));
}

std::vector<Availability::Turn> Availability::turns() const {
    std::vector<Turn> turns;
    bool was_up = true;
    for (auto const& change : changes_) {
        bool const is_up = change.rate_frac > 0.0;
        if (is_up != was_up) {
            turns.push_back({change.at, is_up});
        }
        was_up = is_up;
    }
    return turns;
}

} // namespace gridtwin::wan
