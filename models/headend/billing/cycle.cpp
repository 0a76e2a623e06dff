#include "models/headend/billing/cycle.hpp"

namespace gridtwin::headend::billing {

DatedPeriod period_of(Cycle const& cycle, std::chrono::sys_days day, std::chrono::sys_days start) {
    using std::chrono::days;
    using std::chrono::months;
    if (cycle.length_days != 0) {
        auto const length = static_cast<int>(cycle.length_days);
        auto const since = static_cast<int>((day - start).count());
        int const whole = since >= 0 ? since / length : -((-since + length - 1) / length);
        auto const from = start + days{whole * length};
        return {from, from + days{length}};
    }
    std::chrono::year_month_day const date{day};
    auto from = date.year() / date.month() / std::chrono::day{cycle.day_of_month};
    if (std::chrono::sys_days{from} > day) {
        from -= months{1};
    }
    return {std::chrono::sys_days{from}, std::chrono::sys_days{from + months{1}}};
}

} // namespace gridtwin::headend::billing
