#include "models/headend/alarm_filter.hpp"

namespace gridtwin::headend {

bool AlarmFilter::first(Alarm const& alarm) {
    if (!heard_.insert({alarm.meter, alarm.occurred, alarm.kind}).second) {
        return false;
    }
    auto const oldest = heard_.lower_bound({alarm.meter, SimTime::min(), AlarmKind{}});
    auto end = oldest;
    std::size_t count = 0;
    while (end != heard_.end() && std::get<MeterId>(*end) == alarm.meter) {
        ++end;
        ++count;
    }
    if (count > kRemembered) {
        heard_.erase(oldest);
    }
    return true;
}

void AlarmFilter::save(StateWriter& out) const {
    out.value(static_cast<std::uint64_t>(heard_.size()));
    for (auto const& [meter, occurred, kind] : heard_) {
        out.value(meter);
        out.value(occurred);
        out.value(kind);
    }
}

void AlarmFilter::restore(StateReader& in) {
    heard_.clear();
    for (auto left = in.value<std::uint64_t>(); left != 0; --left) {
        auto const meter = in.value<MeterId>();
        auto const occurred = in.value<SimTime>();
        auto const kind = in.value<AlarmKind>();
        heard_.emplace_hint(heard_.end(), meter, occurred, kind);
    }
}

} // namespace gridtwin::headend
