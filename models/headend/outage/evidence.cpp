#include "models/headend/outage/evidence.hpp"

#include <algorithm>

namespace gridtwin::headend {

Sign sign(AlarmKind kind) {
    switch (kind) {
    case AlarmKind::power_lost:
        return Sign::loss;
    case AlarmKind::power_restored:
    case AlarmKind::over_voltage:
    case AlarmKind::voltage_normal:
    case AlarmKind::limit_warned:
    case AlarmKind::supply_curtailed:
    case AlarmKind::supply_restored:
    case AlarmKind::locked_out:
    case AlarmKind::relay_failed:
    case AlarmKind::message_refused:
    case AlarmKind::credit_low:
    case AlarmKind::credit_exhausted:
    case AlarmKind::credit_restored:
        return Sign::supply;
    case AlarmKind::under_voltage:   // may be the last thing seen of a supply that goes
    case AlarmKind::tamper_detected: // a cover's switch needs none
    case AlarmKind::imbalance:       // no meter says these
    case AlarmKind::session_lost:
    case AlarmKind::session_back:
        break;
    }
    return Sign::none;
}

bool shows_supply(Reading const& reading, std::uint16_t alive_dv) {
    return reading.voltage_dv >= alive_dv && (reading.status & status::kPowerFailed) == 0;
}

SimTime shown_by(Reading const& reading, SimDuration period) {
    return kStart + (reading.interval - 1) * period;
}

bool note(std::array<SimTime, MeterRecord::kKept>& latest, SimTime at) {
    if (at <= latest.back() || std::find(latest.begin(), latest.end(), at) != latest.end()) {
        return false;
    }
    latest.back() = at;
    std::sort(latest.begin(), latest.end(), std::greater<>{});
    return true;
}

SimTime first_sign_after(MeterRecord const& record, SimTime since) {
    SimTime first = record.shown > since ? record.shown : kNever;
    for (SimTime const at : record.back) {
        first = at > since ? std::min(first, at) : first;
    }
    for (SimTime const at : record.lost) {
        first = at > since + SimDuration{1} ? std::min(first, at - SimDuration{1}) : first;
    }
    return first;
}

bool is_out(MeterRecord const& record) {
    return record.lost.front() > std::max(record.back.front(), record.shown);
}

bool was_out_at(MeterRecord const& record, SimTime instant) {
    for (SimTime const at : record.lost) {
        if (at != kUnheard && at < instant) {
            return first_sign_after(record, at) > instant;
        }
    }
    return false;
}

} // namespace gridtwin::headend
