#include "models/concentrator/balance.hpp"

#include <algorithm>
#include <cmath>

namespace gridtwin::concentrator {

Balance::Balance(BalanceSpec const& spec, SimDuration interval, std::size_t meters,
                 double error_frac)
    : spec_(spec), interval_(interval), meters_(static_cast<std::uint32_t>(meters)),
      factor_(1.0 + error_frac) {}

Balance::Open* Balance::at(std::uint32_t interval) {
    if (interval < first_) {
        return nullptr;
    }
    if (interval - first_ >= open_.size()) {
        open_.resize(interval - first_ + 1);
    }
    return &open_[interval - first_];
}

void Balance::on_busbar(double p_w, SimTime now) {
    constexpr double kMwhPerWs = 1.0 / 3.6;
    while (counted_to_ < now) {
        SimTime const end = kStart + (std::int64_t{closed_} + 1) * interval_;
        SimTime const to = std::min(now, end);
        double const sum = rest_mwh_ + p_w_ * factor_ * to_s(to - counted_to_) * kMwhPerWs;
        double const whole = std::floor(sum);
        rest_mwh_ = sum - whole;
        if (Open* open = at(closed_ + 1)) {
            open->busbar_mwh += static_cast<std::int64_t>(whole);
        }
        counted_to_ = to;
        closed_ += to == end ? 1 : 0;
    }
    p_w_ = p_w;
}

void Balance::on_row(std::uint32_t interval, std::int32_t import_mwh) {
    if (Open* open = at(interval)) {
        open->meters_mwh += import_mwh;
        ++open->rows;
    }
}

std::vector<wire::BalanceRow> Balance::take(SimTime now, std::size_t members) {
    std::vector<wire::BalanceRow> out;
    std::uint32_t const end =
        std::min(closed_, first_ + static_cast<std::uint32_t>(open_.size()) - 1);
    for (std::uint32_t k = first_; k <= end; ++k) {
        Open& open = open_[k - first_];
        if (open.done) {
            continue;
        }
        if (open.rows == meters_) {
            compare(k, open, out);
        } else if (members < meters_ && open.rows >= members) {
            hand_on(k, open, out); // the rest comes to the head-end over others
        } else if (kStart + std::int64_t{k} * interval_ + spec_.wait <= now) {
            hand_on(k, open, out);
        }
    }
    auto const first_open =
        std::find_if(open_.begin(), open_.end(), [](Open const& open) { return !open.done; });
    first_ += static_cast<std::uint32_t>(first_open - open_.begin());
    open_.erase(open_.begin(), first_open);
    return out;
}

void Balance::hand_on(std::uint32_t interval, Open& open, std::vector<wire::BalanceRow>& out) {
    open.done = true;
    ++counts_.left;
    out.push_back({.interval = interval,
                   .meters = open.rows,
                   .busbar_mwh = open.busbar_mwh,
                   .meters_mwh = open.meters_mwh});
}

void Balance::compare(std::uint32_t interval, Open& open, std::vector<wire::BalanceRow>& out) {
    open.done = true;
    ++counts_.records;
    counts_.busbar_mwh += open.busbar_mwh;
    counts_.meters_mwh += open.meters_mwh;
    auto const imbalance = static_cast<double>(open.busbar_mwh - open.meters_mwh);
    // Energy that flows back counts by its size.
    double const limit = spec_.limit_frac * std::abs(static_cast<double>(open.busbar_mwh));
    bool const beyond = std::abs(imbalance) > limit;
    bool const next = interval == last_compared_ + 1;
    run_ = !beyond ? 0 : next ? run_ + 1 : 1;
    last_compared_ = interval;
    if (run_ == spec_.alarm_after) {
        ++counts_.alarms;
        alarm_ = Alarm{.occurred = kStart + std::int64_t{interval} * interval_,
                       .share_frac = open.busbar_mwh == 0
                                         ? 1.0
                                         : imbalance / static_cast<double>(open.busbar_mwh)};
    }
    out.push_back({.interval = interval,
                   .meters = meters_,
                   .busbar_mwh = open.busbar_mwh,
                   .meters_mwh = open.meters_mwh});
}

std::optional<Balance::Alarm> Balance::take_alarm() {
    auto const alarm = alarm_;
    alarm_.reset();
    return alarm;
}

} // namespace gridtwin::concentrator
