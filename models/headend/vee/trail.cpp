#include "models/headend/vee/trail.hpp"

#include <array>

namespace gridtwin::headend::vee {

std::string_view name(Why why) {
    constexpr std::array<std::string_view, kWhys> kNames{
        "estimated", "late_reading", "meter_fault", "wrong_reading",
        "dispute",   "field_visit",  "other",       "undone"};
    return kNames[static_cast<std::size_t>(why)];
}

Change change_of(SimTime at, MeterId meter, std::uint32_t interval, Value const& before,
                 Value const& after, Why why) {
    Change change;
    change.at = at;
    change.meter = meter;
    change.interval = interval;
    change.before_mwh = before.mwh;
    change.after_mwh = after.mwh;
    change.before = pack(before.grade);
    change.after = pack(after.grade);
    change.why = why;
    return change;
}

std::uint32_t Trail::append(Change const& change) {
    changes_.push_back(change);
    return size();
}

std::uint32_t Trail::latest(MeterId meter, std::uint32_t interval) const {
    for (std::uint32_t number = size(); number != 0; --number) {
        Change const& one = at(number);
        if (one.meter == meter && one.interval == interval) {
            return number;
        }
    }
    return 0;
}

} // namespace gridtwin::headend::vee
