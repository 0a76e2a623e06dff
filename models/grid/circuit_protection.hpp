#pragma once
// Tables of a circuit: protective devices and the time-current curves that they follow.
// What they do with it: models/grid/protection, docs/models/protection.md.
// Source: OpenDSS element reference (TCC_Curve, Relay, Recloser, Fuse); IEEE C37.112.
#include "models/grid/circuit_elements.hpp"

namespace gridtwin::grid {

/// Operating time over multiples M of the pickup current: a table, interpolated log-log, or the
/// inverse-time formula a / (M^p - 1) + b when a_s > 0. Times are those of time dial 1.
struct TccCurve {
    std::string name;
    std::vector<double> multiple; ///< of pickup, ascending; voltages, pu, for voltage relays
    std::vector<double> time_s;   ///< above 0
    double a_s = 0.0;             ///< > 0: by formula, and no table
    double b_s = 0.0;
    double p = 0.0;
    double reset_s = 0.0; ///< of the disk, from the far end with no current; 0: none is known
};

/// Where a device measures, and what it opens.
struct ProtectedPoint {
    ElementRef monitored;
    std::size_t terminal = 0; ///< of the monitored element, counted from 0
    std::size_t line = 0;     ///< row of Circuit::lines: opened and closed at both ends
};

/// An overcurrent element; without a curve it never operates.
struct TimeOvercurrent {
    std::int32_t curve = kNone; ///< row of Circuit::tcc_curves
    double pickup_a = 1.0;      ///< what the curve's multiples count
    double time_dial = 1.0;
    double instantaneous_a = 0.0; ///< on the first operation, without delay; 0: none
};

/// Melting links, one in each conductor of a line.
struct Fuse {
    std::string name;
    SourcePos where;
    ProtectedPoint point;
    std::int32_t curve = kNone;           ///< minimum melting time; kNone: never melts
    double rated_a = 1.0;                 ///< what the curve's multiples count
    double delay_s = 0.0;                 ///< of arcing, from melting to clearing
    std::uint32_t open_phases = 0;        ///< bit i: phase i has no link now
    std::uint32_t normal_open_phases = 0; ///< after a reset
};

struct Recloser {
    std::string name;
    SourcePos where;
    ProtectedPoint point;
    int fast_operations = 1;
    TimeOvercurrent phase_fast;
    TimeOvercurrent phase_delayed;
    TimeOvercurrent ground_fast;
    TimeOvercurrent ground_delayed;
    double delay_s = 0.0;                         ///< from trip to open contacts
    double reset_s = 15.0;                        ///< closed and quiet: the sequence starts anew
    int shots = 4;                                ///< trips to lock-out
    std::vector<double> reclose_s{0.5, 2.0, 2.0}; ///< [shots - 1 at least] open time
    bool closed = true;
    bool normally_closed = true;
};

enum class RelayType : std::uint8_t { current, voltage, reverse_power, directional };

/// Characteristic of a directional overcurrent relay (OpenDSS type DOC) in the plane of each
/// phase's current over the angle of its own voltage. The relay trips left of a line through
/// (-low_a, 0); a circle around 0 and a second line divide that into an inner and an outer zone.
struct DirectionalZones {
    double tilt_low_deg = 90.0;
    double low_a = 0.0;
    double tilt_high_deg = 90.0;
    double high_a = -1.0;   ///< <= 0: no second line
    double circle_a = -1.0; ///< <= 0: no circle
    double inner_s = -1.0;  ///< > 0 definite time, 0 at once, < 0 by inner.curve or no trip
    TimeOvercurrent inner;
    bool block_forward = true; ///< no trip while balanced power flows into the terminal
};

struct Relay {
    std::string name;
    SourcePos where;
    ProtectedPoint point;
    RelayType type = RelayType::current;
    TimeOvercurrent phase; ///< directional: of the outer zone
    TimeOvercurrent ground;
    double delay_s = 0.0;   ///< > 0: definite time, instead of curves
    double breaker_s = 0.0; ///< from trip to open contacts
    double reset_s = 15.0;  ///< as Recloser
    int shots = 4;          ///< as Recloser
    std::vector<double> reclose_s{0.5, 2.0, 2.0};
    std::int32_t over_voltage = kNone; ///< rows of Circuit::tcc_curves: definite times, pu
    std::int32_t under_voltage = kNone;
    double base_v = 0.0;    ///< phase to ground
    double reverse_w = 0.0; ///< reverse power above which it trips
    DirectionalZones zones;
    bool closed = true;
    bool normally_closed = true;
};

} // namespace gridtwin::grid
