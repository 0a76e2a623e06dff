#include "sim/core/message.hpp"

#include "sim/core/event.hpp"

#include <numeric>

namespace gridtwin {

std::uint64_t TrafficCount::lost_total() const {
    return std::accumulate(lost.begin(), lost.end(), std::uint64_t{0});
}

TrafficCount& TrafficCount::operator+=(TrafficCount const& other) {
    sent += other.sent;
    delivered += other.delivered;
    for (std::size_t i = 0; i < lost.size(); ++i) {
        lost[i] += other.lost[i];
    }
    return *this;
}

TrafficCount& TrafficCount::operator-=(TrafficCount const& other) {
    sent -= other.sent;
    delivered -= other.delivered;
    for (std::size_t i = 0; i < lost.size(); ++i) {
        lost[i] -= other.lost[i];
    }
    return *this;
}

namespace {

template <std::size_t N, typename E>
std::string_view pick(std::array<std::string_view, N> const& names, E value) {
    auto const i = static_cast<std::size_t>(value);
    return i < N ? names[i] : "?";
}

} // namespace

std::string_view name(Channel v) {
    static constexpr std::array<std::string_view, kChannels> kNames{"plc", "sms", "wan", "rf"};
    return pick(kNames, v);
}

std::string_view name(MessageKind v) {
    static constexpr std::array<std::string_view, kMessageKinds> kNames{
        "read_profile",   "profile",     "set_relay",     "acknowledgement", "alarm",
        "read_clock",     "clock",       "set_clock",     "set_result",      "set_parameter",
        "read_registers", "registers",   "read_events",   "events",          "read_load",
        "load",           "balance",     "received",      "keep_alive",      "firmware_order",
        "firmware_block", "read_gaps",   "gaps",          "firmware_report", "call",
        "hello",          "ask_to_call", "found",         "enroll",          "enrolled",
        "registered",     "assign",      "short_command", "short_answer",    "set_credit",
        "read_credit",    "credit"};
    return pick(kNames, v);
}

std::string_view name(AlarmKind v) {
    static constexpr std::array<std::string_view, kAlarmKinds> kNames{
        "power_lost",   "power_restored",   "under_voltage",   "over_voltage",    "voltage_normal",
        "limit_warned", "supply_curtailed", "supply_restored", "tamper_detected", "locked_out",
        "relay_failed", "imbalance",        "session_lost",    "session_back",    "message_refused",
        "credit_low",   "credit_exhausted", "credit_restored"};
    return pick(kNames, v);
}

std::string_view name(Fate v) {
    static constexpr std::array<std::string_view, 3> kNames{"in_flight", "delivered", "lost"};
    return pick(kNames, v);
}

std::string_view name(LossReason v) {
    static constexpr std::array<std::string_view, kLossReasons> kNames{
        "none",    "noise",    "collision",  "no_power",  "no_route",
        "expired", "rejected", "queue_full", "link_down", "dropped"};
    return pick(kNames, v);
}

std::string_view name(DeliveryState v) {
    static constexpr std::array<std::string_view, 4> kNames{"sent", "at_operator", "received",
                                                            "processed"};
    return pick(kNames, v);
}

std::string_view name(DeliveryFate v) {
    static constexpr std::array<std::string_view, kDeliveryFates> kNames{
        "pending", "done", "expired", "rejected", "refused"};
    return pick(kNames, v);
}

std::string_view name(EventKind v) {
    static constexpr std::array<std::string_view, kEventKinds> kNames{"switch_opened",
                                                                      "switch_closed",
                                                                      "relay_opened",
                                                                      "relay_closed",
                                                                      "power_lost",
                                                                      "power_restored",
                                                                      "under_voltage",
                                                                      "over_voltage",
                                                                      "voltage_normal",
                                                                      "last_gasp_sent",
                                                                      "command_issued",
                                                                      "command_confirmed",
                                                                      "command_failed",
                                                                      "alarm_received",
                                                                      "outage_inferred",
                                                                      "outage_cleared",
                                                                      "concentrator_down",
                                                                      "concentrator_up",
                                                                      "read_retry",
                                                                      "sag_began",
                                                                      "sag_ended",
                                                                      "swell_began",
                                                                      "swell_ended",
                                                                      "interruption_began",
                                                                      "interruption_ended",
                                                                      "frequency_deviation_began",
                                                                      "frequency_deviation_ended",
                                                                      "limit_warned",
                                                                      "limit_cleared",
                                                                      "supply_curtailed",
                                                                      "supply_restored",
                                                                      "tamper_began",
                                                                      "tamper_ended",
                                                                      "tamper_detected",
                                                                      "password_failed",
                                                                      "locked_out",
                                                                      "parameter_changed",
                                                                      "parameter_refused",
                                                                      "relay_failed",
                                                                      "adder_overload",
                                                                      "adder_incomplete",
                                                                      "adder_completed",
                                                                      "adder_unbalance_began",
                                                                      "adder_unbalance_ended",
                                                                      "clock_set",
                                                                      "module_failed",
                                                                      "module_repaired",
                                                                      "firmware_activated",
                                                                      "meter_registered",
                                                                      "meter_given_up",
                                                                      "operator_down",
                                                                      "operator_up",
                                                                      "gateway_down",
                                                                      "gateway_up",
                                                                      "cell_down",
                                                                      "cell_up",
                                                                      "coverage_lost",
                                                                      "coverage_back",
                                                                      "message_refused",
                                                                      "theft_suspected",
                                                                      "theft_cleared",
                                                                      "credit_low",
                                                                      "credit_exhausted",
                                                                      "credit_restored"};
    return pick(kNames, v);
}

std::string_view name(EventEntity v) {
    static constexpr std::array<std::string_view, kEventEntities> kNames{
        "world", "line", "meter", "lv_network", "concentrator", "head_end", "adder", "device"};
    return pick(kNames, v);
}

} // namespace gridtwin
