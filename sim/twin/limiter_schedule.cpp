#include "sim/twin/limiter_schedule.hpp"

#include <algorithm>

namespace gridtwin::twin {

SimTime LimiterSchedule::next() const {
    return std::min(waiting_.next(), next_order_);
}

void LimiterSchedule::advance(meter::MeterTable& meters, meter::MeterSpec const& spec, SimTime t0,
                              SimTime t1, std::vector<EventRecord>& events) {
    std::vector<meter::CurtailOrder> orders;
    meter::advance_limiters(meters, spec, t0, t1, events, orders);
    push(orders);
}

void LimiterSchedule::judge(meter::MeterTable& meters, meter::MeterSpec const& spec, SimTime t,
                            std::vector<EventRecord>& events) {
    std::vector<meter::CurtailOrder> orders;
    meter::judge_limiters(meters, spec, t, events, orders);
    push(orders);
    next_order_ = meter::next_limiter_order(meters, t);
}

std::optional<meter::CurtailOrder> LimiterSchedule::take(SimTime t) {
    return waiting_.next() == t ? std::optional(waiting_.pop().second) : std::nullopt;
}

void LimiterSchedule::push(std::vector<meter::CurtailOrder> const& orders) {
    for (auto const& order : orders) {
        waiting_.push(order.at, order);
    }
}

} // namespace gridtwin::twin
