#pragma once
// Adders: points that sum the billing profiles of several meters, with events of their own.
#include "models/meter/table.hpp"
#include "sim/core/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::meter {

/// All are assumptions.
struct AdderSpec {
    double limit_w = 0.0;        ///< of an interval's mean power; 0: none
    double unbalance_frac = 0.0; ///< greatest deviation of a phase voltage's magnitude from the
                                 ///< mean of the three (IEEE 141), not EN 50160's V2/V1; 0: none
    SimDuration grace = std::chrono::seconds(30); ///< from an interval's end to its sum
};

/// One sentence, empty when nothing is wrong.
[[nodiscard]] std::string problem(AdderSpec const& spec);

/// One member of an adder.
struct AdderMember {
    static constexpr std::uint8_t kNoPhase = 3;
    MeterId meter{};
    std::uint8_t phase = kNoPhase; ///< 0 a, 1 b, 2 c; three-phase meters have none
};

/// An interval's sum as it stands: contributions that are missing may still come.
struct AdderRow {
    std::int64_t mwh = 0;
    std::int64_t mvarh = 0;
    std::uint32_t contributions = 0;
    std::array<std::uint32_t, 3> voltages{}; ///< per phase, of members with a phase and voltage
    std::array<double, 3> voltage_sum_v{};
    bool judged = false; ///< its grace is over
    bool over = false;   ///< an overload that was told

    friend bool operator==(AdderRow const&, AdderRow const&) = default;
};

/// One row per adder; members and rows of all in one column each.
struct Adders {
    std::vector<AdderSpec> spec;
    std::vector<std::size_t> first_member; ///< [adder + 1]
    std::vector<AdderMember> member;
    std::vector<std::uint32_t> taken;     ///< [member] last interval asked for with success
    std::vector<std::uint32_t> judged;    ///< [adder] last interval whose grace is over
    std::vector<std::uint8_t> unbalanced; ///< [adder] as last told
    std::vector<AdderRow> rows;           ///< [adder][(interval - 1) % profile_rows], a ring
    std::vector<std::int64_t> total_mwh;  ///< [adder] of all contributions
    std::vector<std::uint64_t> gone;      ///< [adder] contributions that came too late or never can

    [[nodiscard]] std::size_t size() const { return spec.size(); }
};

/// Appends an adder; only before the first advance. @param members each once
/// @throws SimulationError for no or unknown members, one twice, or a spec out of range
void add_adder(Adders& adders, MeterTable const& table, AdderSpec const& spec,
               std::span<AdderMember const> members);

/// Asks at t every member with voltage for the intervals it has closed since, and judges the
/// intervals whose grace is over. A member without voltage does not answer; what it missed is asked
/// for when it has voltage again. Appends, of the adder:
///   adder_incomplete (value: contributions that are missing) once an interval's grace is over,
///   adder_completed (value: the interval) when the last of them has come,
///   adder_overload (value: mean power, W), at its grace's end or with a late contribution,
///   adder_unbalance_began and _ended (value: fraction), by intervals.
void advance_adders(Adders& adders, MeterTable const& table, MeterSpec const& spec, SimTime t,
                    std::vector<EventRecord>& events);

/// The row of an interval, none when nothing of it has come or it is no longer held.
[[nodiscard]] AdderRow const* find_row(Adders const& adders, MeterTable const& table,
                                       std::size_t adder, std::uint32_t interval);

/// Octets of all adders together.
[[nodiscard]] std::size_t bytes(Adders const& adders);

} // namespace gridtwin::meter
