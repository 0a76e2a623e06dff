#pragma once
// Changing a meter's parameters while it runs: at once, or when its clock shows a given time.
#include "models/meter/table.hpp"
#include "models/wire/meter_data.hpp"
#include "sim/core/event.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridtwin::meter {

enum class Parameter : std::uint8_t {
    calendar,        ///< row of the registers' calendars
    limit,           ///< of the limiter, W; 0 none
    quota,           ///< likewise, Wh
    sag_limit,       ///< pu
    swell_limit,     ///< pu
    frequency_limit, ///< Hz off the rated
};
inline constexpr std::size_t kParameters = 6;
[[nodiscard]] std::string_view name(Parameter parameter);

struct ParameterChange {
    MeterId meter{};
    Parameter parameter{};
    double value = 0.0;
    SimTime effective{}; ///< by the meter's clock; what is past takes effect at once
};

/// As it travels, and as it is taken from there: the parameter must be one of them.
[[nodiscard]] wire::ParameterSetting to_wire(ParameterChange const& change);
[[nodiscard]] std::optional<ParameterChange> from_wire(MeterId meter,
                                                       wire::ParameterSetting const& setting);

/// Why a meter would refuse it, empty if it would not: a value out of range, a feature that it
/// does not have, thresholds that would contradict.
[[nodiscard]] std::string refusal(MeterTable const& table, ParameterChange const& change);

/// What has been given and has not taken effect. Survives a failure of supply: what becomes due
/// without voltage takes effect when it is back.
struct PendingChanges {
    struct Entry {
        ParameterChange change;
        SimTime due{}; ///< true time
    };
    std::vector<Entry> entries; ///< in the order of (meter, parameter); at most one each
};

/// Takes a change at t; of one meter's parameter the last one wins, due or not. A refused one
/// leaves everything as it was. @return the refusal, empty when taken
std::string give_change(PendingChanges& pending, MeterTable const& table,
                        ParameterChange const& change, SimTime t);

/// Puts into effect what is due by t at meters with voltage. Appends parameter_changed (value:
/// Parameter), or parameter_refused when what was given before has made it impossible.
void apply_changes(PendingChanges& pending, MeterTable& table, SimTime t,
                   std::vector<EventRecord>& events);

/// Of changes that wait for a time of the meter's clock, which was set at true time t.
void reset_due(PendingChanges& pending, MeterTable const& table, MeterId meter, SimTime t);

/// When the next becomes due after t, kNever none. What waits for voltage is not counted.
[[nodiscard]] SimTime next_change_due(PendingChanges const& pending, SimTime t);

} // namespace gridtwin::meter
