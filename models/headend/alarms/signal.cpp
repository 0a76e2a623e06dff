#include "models/headend/alarms/signal.hpp"

namespace gridtwin::headend {

std::string_view name(Signal signal) {
    switch (signal) {
    case Signal::power_loss:
        return "power_loss";
    case Signal::deviation:
        return "deviation";
    case Signal::overload:
        return "overload";
    case Signal::coincident_peak:
        return "coincident_peak";
    case Signal::imbalance:
        return "imbalance";
    case Signal::theft:
        return "theft";
    case Signal::tamper:
        return "tamper";
    case Signal::wrong_connection:
        return "wrong_connection";
    case Signal::password_guessing:
        return "password_guessing";
    case Signal::message_refused:
        return "message_refused";
    case Signal::relay_failed:
        return "relay_failed";
    case Signal::clock_error:
        return "clock_error";
    case Signal::low_collection:
        return "low_collection";
    case Signal::session_lost:
        return "session_lost";
    case Signal::flood:
        return "flood";
    case Signal::credit:
        return "credit";
    }
    return "?";
}

std::string_view name(Priority priority) {
    switch (priority) {
    case Priority::critical:
        return "critical";
    case Priority::high:
        return "high";
    case Priority::medium:
        return "medium";
    case Priority::low:
        return "low";
    }
    return "?";
}

std::optional<SignalChange> signal_of(AlarmKind kind) {
    switch (kind) {
    case AlarmKind::power_lost:
        return SignalChange{Signal::power_loss, true};
    case AlarmKind::power_restored:
        return SignalChange{Signal::power_loss, false};
    case AlarmKind::under_voltage:
    case AlarmKind::over_voltage:
        return SignalChange{Signal::deviation, true};
    case AlarmKind::voltage_normal:
        return SignalChange{Signal::deviation, false};
    case AlarmKind::limit_warned:
    case AlarmKind::supply_curtailed:
        return SignalChange{Signal::overload, true};
    case AlarmKind::supply_restored:
        return SignalChange{Signal::overload, false};
    case AlarmKind::tamper_detected:
        return SignalChange{Signal::tamper, true};
    case AlarmKind::locked_out:
        return SignalChange{Signal::password_guessing, true};
    case AlarmKind::relay_failed:
        return SignalChange{Signal::relay_failed, true};
    case AlarmKind::imbalance:
        return SignalChange{Signal::imbalance, true};
    case AlarmKind::session_lost:
        return SignalChange{Signal::session_lost, true};
    case AlarmKind::session_back:
        return SignalChange{Signal::session_lost, false};
    case AlarmKind::message_refused:
        return SignalChange{Signal::message_refused, true};
    case AlarmKind::credit_low:
        break; // the customer's business
    case AlarmKind::credit_exhausted:
        return SignalChange{Signal::credit, true};
    case AlarmKind::credit_restored:
        return SignalChange{Signal::credit, false};
    }
    return std::nullopt;
}

} // namespace gridtwin::headend
