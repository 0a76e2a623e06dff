#pragma once
// Tables of a circuit: controls that act between solutions, in the order of their delays.
// Source: OpenDSS element reference (RegControl, CapControl, SwtControl, InvControl).
#include "models/grid/circuit_elements.hpp"

namespace gridtwin::grid {

/// Which phase a control looks at, where it is not one of 1..phases.
inline constexpr int kPhaseAverage = 0;
inline constexpr int kPhaseMax = -1;
inline constexpr int kPhaseMin = -2;

/// Voltage regulator control: keeps |V| at a transformer winding inside a band.
struct RegControl {
    std::string name;
    SourcePos where;
    std::size_t transformer = 0;      ///< row of Circuit::transformers
    std::size_t winding = 1;          ///< that it looks at, counted from 0
    std::int32_t tap_winding = kNone; ///< that it moves, counted from 0; kNone: `winding`
    double v_reg_v = 120.0;           ///< on the relay side
    double band_v = 3.0;
    double pt_ratio = 60.0;
    double ct_primary_a = 300.0;
    double r_v = 0.0; ///< line drop compensation, volts
    double x_v = 0.0;
    double z_v = 0.0;       ///< LDC_Z: compensation by magnitudes, instead of r and x when not 0
    int pt_phase = 1;       ///< 1..phases, or kPhaseAverage, kPhaseMax, kPhaseMin
    std::string remote_bus; ///< lower case; not empty: its voltage instead of the winding's
    int remote_node = 1;
    double remote_pt_ratio = 60.0;
    double v_limit_v = 0.0; ///< relay side, at the winding; 0: none
    double delay_s = 15.0;
    double tap_delay_s = 2.0;
    bool inverse_time = false; ///< the further outside of the band, the shorter the delay
    int max_tap_change = 16;   ///< of one action in static mode; 0: never moves

    bool reversible = false; ///< looks the other way while power flows back
    bool cogen = false; ///< looks forward always, with the reverse settings while it flows back
    bool reverse_neutral = false; ///< goes to tap 1.0 while power flows back
    double reverse_threshold_w = 100e3;
    double reverse_delay_s = 60.0;
    double reverse_v_reg_v = 120.0;
    double reverse_band_v = 3.0;
    double reverse_r_v = 0.0;
    double reverse_x_v = 0.0;
    double reverse_z_v = 0.0;

    [[nodiscard]] std::size_t tapped() const {
        return tap_winding == kNone ? winding : static_cast<std::size_t>(tap_winding);
    }
};

enum class CapControlType : std::uint8_t { current, voltage, kvar, power_factor, time };

/// Switches the steps of a capacitor by what it measures at an element's terminal.
struct CapControl {
    std::string name;
    SourcePos where;
    std::size_t capacitor = 0; ///< row of Circuit::capacitors
    ElementRef monitored;
    std::size_t terminal = 0; ///< of the monitored element, counted from 0
    CapControlType type = CapControlType::current;
    double pt_ratio = 60.0;
    double ct_ratio = 60.0;
    /// In the type's unit: A or V on the relay's side, kvar, hour of the day; for power factors
    /// 0..1 lagging and 1..2 leading (2 - |pf|).
    double on = 300.0;
    double off = 200.0;
    double delay_s = 15.0;
    double delay_off_s = 15.0;
    double dead_time_s = 300.0;
    bool voltage_override = false;
    double v_max_v = 126.0; ///< relay's side
    double v_min_v = 115.0;
    std::string override_bus;   ///< lower case; not empty: its voltage for the override
    double min_kvar_frac = 0.5; ///< power factor: share of the bank that must flow to switch in
    int ct_phase = 1;           ///< 1..phases, or kPhaseAverage, kPhaseMax, kPhaseMin
    int pt_phase = 1;
};

/// Brings a line into the state that was ordered, after a delay, unless it is locked.
struct SwtControl {
    std::string name;
    SourcePos where;
    std::size_t line = 0; ///< row of Circuit::lines
    bool ordered_closed = true;
    bool locked = false;
    double delay_s = 120.0;
};

} // namespace gridtwin::grid
