#pragma once
// What happened, and what the head-end noticed of it: one typed row each, append-only.
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

#include <cstdint>
#include <string_view>

namespace gridtwin {

/// The numbers are part of result files: append, never renumber.
enum class EventKind : std::uint8_t {
    switch_opened, ///< a line; of an LV network its fuse, value = its number
    switch_closed,
    relay_opened,
    relay_closed,
    power_lost,
    power_restored,
    under_voltage,
    over_voltage,
    voltage_normal,
    last_gasp_sent,
    command_issued,    ///< by the head-end; value = command id
    command_confirmed, ///< seen by the head-end; value = command id
    command_failed,    ///< given up by the head-end; value = command id
    alarm_received,    ///< by the head-end; value = AlarmKind
    outage_inferred,   ///< by the head-end
    outage_cleared,    ///< by the head-end
    concentrator_down, ///< battery empty
    concentrator_up,
    read_retry, ///< by the head-end; value = first missing interval
    sag_began,  ///< quality of supply, at a meter: value = V; ended: the extreme of all of it
    sag_ended,
    swell_began,
    swell_ended,
    interruption_began,
    interruption_ended,
    frequency_deviation_began, ///< value = Hz off the rated frequency; ended: likewise
    frequency_deviation_ended,
    limit_warned, ///< by a meter's limiter: sound, display and a notice upstream; value = W
    limit_cleared,
    supply_curtailed, ///< ordered by the limiter; the contacts have events of their own
    supply_restored,
    tamper_began, ///< the truth; value = TamperInput (models/meter/tamper.hpp)
    tamper_ended,
    tamper_detected,   ///< by the meter; value = TamperInput
    password_failed,   ///< at a meter; value = wrong ones within the window
    locked_out,        ///< the meter takes no orders; value = seconds
    parameter_changed, ///< took effect; value = Parameter (models/meter/parameters.hpp)
    parameter_refused,
    relay_failed,          ///< told to open, and its contacts did not
    adder_overload,        ///< mean power of an interval; value = W
    adder_incomplete,      ///< value = contributions that are missing
    adder_completed,       ///< the last of them came; value = the interval
    adder_unbalance_began, ///< value = greatest deviation of a phase voltage from their mean, 1
    adder_unbalance_ended,
    clock_set,          ///< a meter's clock, by its concentrator; value = seconds it was moved by
    module_failed,      ///< a meter's communication module, at 0 s: broken from the start; value =
                        ///< Channel
    module_repaired,    ///< exchanged; value = Channel
    firmware_activated, ///< by a meter, which then starts anew; value = version
    meter_registered,   ///< by the head-end; value = concentrator
    meter_given_up,     ///< likewise: nobody reads it now
    operator_down,      ///< the SMS operator works no more; what it holds waits
    operator_up,
    gateway_down, ///< value = number of the SMS gateway, from 1
    gateway_up,
    cell_down, ///< value = number of the SMS operator's cell, from 1
    cell_up,
    coverage_lost, ///< a meter's, at the SMS operator
    coverage_back,
    message_refused,  ///< by its receiver; value = Channel, and of an outside client's to an SMS
                      ///< meter ten times its Refusal (models/wire/sms/guard.hpp) on top
    theft_suspected,  ///< by the head-end; value = energy past the meter over energy through it
    theft_cleared,    ///< likewise: no sign of it any more
    credit_low,       ///< at a meter that is paid for in advance; value = balance, cents
    credit_exhausted, ///< likewise; the contacts have events of their own
    credit_restored,
};
inline constexpr std::size_t kEventKinds = 64;

enum class EventEntity : std::uint8_t {
    world,
    line,
    meter,
    lv_network,
    concentrator,
    head_end,
    adder,
    device ///< of the network, by the utility's records: a row of the head-end's network tree
};
inline constexpr std::size_t kEventEntities = 8;

struct EventRecord {
    SimTime at{};
    EventKind kind{};
    EventEntity entity{};
    std::uint32_t row = 0; ///< row of the entity's table
    double value = 0.0;    ///< see EventKind

    friend bool operator==(EventRecord const&, EventRecord const&) = default;
};

[[nodiscard]] std::string_view name(EventKind);
[[nodiscard]] std::string_view name(EventEntity);

} // namespace gridtwin
