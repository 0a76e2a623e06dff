#pragma once
// All meters of the town as columns, and what one meter is like.
#include "models/meter/clock.hpp"
#include "models/meter/credit.hpp"
#include "models/meter/event_log.hpp"
#include "models/meter/limiter.hpp"
#include "models/meter/load_profile.hpp"
#include "models/meter/lockout.hpp"
#include "models/meter/quality.hpp"
#include "models/meter/registers.hpp"
#include "models/meter/tamper.hpp"
#include "models/wire/profile_block.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace gridtwin::meter {

struct MeterSpec {
    SimDuration interval = std::chrono::minutes(15); ///< of the profile
    std::uint32_t profile_rows = 96;                 ///< intervals kept, oldest overwritten
    double drift_bound_ppm = 5.8;  ///< +-0.5 s a day; drawn normal, a third of it as sigma, clamped
    double clock_sigma_s = 0.5;    ///< clock error at the start; assumption
    double under_voltage_pu = 0.9; ///< EN 50160's band
    double over_voltage_pu = 1.1;  ///< EN 50160's band
    SimDuration voltage_min_duration = std::chrono::seconds(60); ///< assumption
    SimDuration last_gasp_delay = std::chrono::seconds(2);       ///< assumption: rides dips through
    SimDuration hold_up = std::chrono::seconds(30);              ///< assumption: 2..60 s
    SimDuration relay_operating_delay =
        std::chrono::milliseconds(50);                     ///< the control channel's lookahead
    RegisterSpec registers{};                              ///< beside the net ones; none by default
    SimDuration firmware_reboot = std::chrono::minutes(1); ///< assumption: silent, but measuring
};

/// An interval that is shorter by more than this counts as incomplete: clocks that are merely a
/// little off do not make it so. assumption
inline constexpr SimDuration kClockTolerance = std::chrono::seconds(5);

enum class VoltageState : std::uint8_t { normal, under, over };

/// A command that was executed, kept to recognise its repetitions.
struct ExecutedCommand {
    CommandId command{};
    SimTime at{};
};
inline constexpr std::size_t kRememberedCommands = 4;

/// One row per meter; all columns equally long, the profile's spec.profile_rows times as long.
struct MeterTable {
    // Written by the caller after each power flow: what holds from then on.
    std::vector<double> p_w;             ///< drawn through the meter, > 0 consumes; 0 when cut off
    std::vector<double> q_var;           ///< likewise
    std::vector<double> u_v;             ///< phase-to-neutral, at the meter, ahead of its relay
    std::vector<std::uint8_t> energised; ///< 1 with voltage; starts as 1

    // The meter's own.
    std::vector<std::int64_t> import_mwh;   ///< register, import minus export
    std::vector<std::int64_t> import_mvarh; ///< register
    std::vector<double> rest_mwh;           ///< in [0, 1): not yet in the register; with billing
    std::vector<double> rest_mvarh;         ///< registers, import's less export's, in (-1, 1)
    std::vector<std::uint8_t> relay_closed; ///< starts as 1

    std::vector<float> nominal_u_v;
    std::vector<std::int64_t> clock_offset_ns; ///< shown minus true time at kStart
    std::vector<float> drift_ppm;              ///< > 0 runs fast

    std::vector<std::uint32_t> last_closed; ///< last interval in the profile; 0 none
    std::vector<SimTime> closes_at;         ///< true time at which interval last_closed + 1 ends
    std::vector<std::int64_t> opened_mwh;   ///< register when the open interval began
    std::vector<std::int64_t> opened_mvarh;
    std::vector<float> voltage_vs;         ///< integral of voltage over the open interval
    std::vector<float> powered_s;          ///< time with voltage in the open interval
    std::vector<std::uint8_t> open_status; ///< status bits the open interval has earned
    // The profile, a ring of rows in columns: [meter][(interval - 1) % profile_rows].
    std::vector<std::int32_t> row_mwh;
    std::vector<std::int32_t> row_mvarh;
    std::vector<std::uint16_t> row_voltage_dv;
    std::vector<std::uint8_t> row_status;

    std::vector<std::uint8_t> was_energised; ///< as last noticed
    std::vector<SimTime> lost_at;            ///< last loss of voltage; kNever none yet
    std::vector<VoltageState> voltage_state; ///< as last reported
    std::vector<VoltageState> voltage_seen;  ///< as measured since voltage_since
    std::vector<SimTime> voltage_since;
    std::vector<std::array<ExecutedCommand, kRememberedCommands>> executed; ///< newest first

    std::vector<std::uint8_t> stuck; ///< 1: the contacts are welded; empty while none are
    Registers registers;             ///< empty unless the spec has them
    LoadProfiles profiles;           ///< beside the billing one; empty unless give_profile
    Quality quality;                 ///< empty unless make_quality
    Limiters limiters;               ///< empty unless give_limiter
    Credits credits;                 ///< empty unless give_credit
    Tampering tampering;             ///< empty unless make_tampering
    Lockout lockout;                 ///< empty unless make_lockout
    EventLogs logs;                  ///< empty unless make_event_logs

    /// What clocks are to show, by meter and time, where advance() has not come to it yet; empty
    /// but for a while. A map: a whole town may be set within one step.
    std::map<std::pair<MeterId, SimTime>, SimTime> clock_settings;

    double rated_f_hz = 50.0;
    double f_hz = 50.0; ///< of the mains, written by the caller

    std::uint32_t profile_rows = 0; ///< of spec
    SimTime advanced_to{};          ///< where the last advance ended

    [[nodiscard]] std::size_t size() const { return import_mwh.size(); }
};

/// New meters, registers at zero, energised at nominal voltage without load, relays closed. Clock
/// errors are drawn by (seed, meter).
/// @param nominal_u_v [meter] phase-to-neutral, > 0 and at most 5000 V (a row holds 6553.5 V)
/// @throws SimulationError for a nominal voltage outside that, or a spec without rows or interval,
/// or
///         with more rows than a profile block takes
[[nodiscard]] MeterTable make_meters(MeterSpec const& spec, Seed seed,
                                     std::span<double const> nominal_u_v);

[[nodiscard]] inline bool is_stuck(MeterTable const& table, MeterId meter) {
    return !table.stuck.empty() && table.stuck[index(meter)] != 0;
}

/// Welds a relay's contacts: closed, they do not open any more; open ones weld as they close.
void stick_contacts(MeterTable& table, MeterId meter);

/// Welds a share of them, drawn by (seed, meter).
void stick_contacts(MeterTable& table, Seed seed, double frac);

/// Active power as the meter measures it: what it is told, unless somebody tampers.
[[nodiscard]] inline double measured_p_w(MeterTable const& table, MeterId meter) {
    return table.p_w[index(meter)] * table.tampering.measured(index(meter));
}

/// Gives meters a load profile beside the billing one; only before the first advance.
/// @throws SimulationError as add_profile
void give_profile(MeterTable& table, LoadProfileSpec const& spec, std::span<MeterId const> meters);

/// Sets one meter's clock error; only before the first advance.
/// @param drift_ppm |drift_ppm| < 1000
void set_clock(MeterTable& table, MeterSpec const& spec, MeterId meter, SimDuration offset,
               double drift_ppm);

[[nodiscard]] inline Clock clock_of(MeterTable const& table, MeterId meter) {
    return {table.clock_offset_ns[index(meter)],
            static_cast<double>(table.drift_ppm[index(meter)])};
}

/// True time at which a clock shows the end of `interval`: the t with
/// t * (1 + drift) + offset = interval * length, to the nanosecond.
[[nodiscard]] SimTime interval_end(SimDuration length, std::uint32_t interval,
                                   std::int64_t clock_offset_ns, double drift_ppm);

/// What the clock of a meter shows at true time t, settings ordered for before t in effect.
[[nodiscard]] SimTime shown_time(MeterTable const& table, MeterId meter, SimTime t);

/// The closed interval's row; nothing when it is not (or no longer) held.
[[nodiscard]] std::optional<wire::ProfileRow> find_row(MeterTable const& table, MeterId meter,
                                                       std::uint32_t interval);

/// Octets of state per meter, from the columns' element sizes, features in use included: those that
/// some meters have, shared out over all.
[[nodiscard]] std::size_t bytes_per_meter(MeterTable const& table);

} // namespace gridtwin::meter
