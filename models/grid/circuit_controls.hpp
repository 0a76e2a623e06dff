#pragma once
// Tables of a circuit: controls that act between solutions, in the order of their delays.
// Source: OpenDSS element reference (RegControl, CapControl, SwtControl, InvControl).
#include "models/grid/circuit_elements.hpp"

namespace gridtwin::grid {

/// Voltage regulator control: keeps |V| at a transformer winding inside a band.
struct RegControl {
    std::string name;
    SourcePos where;
    std::size_t transformer = 0; ///< row of Circuit::transformers
    std::size_t winding = 1;     ///< counted from 0
    double v_reg_v = 120.0;      ///< on the relay side
    double band_v = 3.0;
    double pt_ratio = 60.0;
    double ct_primary_a = 300.0;
    double r_v = 0.0; ///< line drop compensation, volts
    double x_v = 0.0;
    double delay_s = 15.0;
    double tap_delay_s = 2.0;
    int max_tap_change = 16;
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
    double on =
        300.0; ///< in the type's unit: A or V on the relay's side, kvar, pf, hour of the day
    double off = 200.0;
    double delay_s = 15.0;
    double delay_off_s = 15.0;
    double dead_time_s = 300.0;
    bool voltage_override = false;
    double v_max_v = 126.0; ///< relay's side
    double v_min_v = 115.0;
    int ct_phase = 1; ///< 1..phases; 0 average, -1 max, -2 min
    int pt_phase = 1;
};

/// Opens and closes a line at set times, and may lock it.
struct SwtControl {
    std::string name;
    SourcePos where;
    ElementRef switched;
    std::size_t terminal = 0;
    bool normally_closed = true;
    bool closed = true;
    bool locked = false;
    double delay_s = 120.0;
};

} // namespace gridtwin::grid
