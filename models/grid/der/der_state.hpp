#pragma once
// What generation and storage remember between time steps. Plain values.
#include "models/grid/circuit_der.hpp"

#include <vector>

namespace gridtwin::grid {

struct GeneratorState {
    double p_w = 0.0; ///< set for this step
    double q_var = 0.0;
};

/// An inverter's working point, without what an InvControl changes.
struct InverterPoint {
    bool on = true;         ///< not cut out
    double dc_w = 0.0;      ///< from the array or the cells; < 0 into the cells
    double p_w = 0.0;       ///< that it could produce (< 0 absorb) at its terminals
    double q_max_var = 0.0; ///< that it may produce at this power
    double q_max_absorb_var = 0.0;
    double p_set_w = 0.0; ///< as set on the solver
    double q_set_var = 0.0;
    double p_limit_w = 0.0; ///< by an InvControl; meant when `p_limited`
    bool p_limited = false;
    double q_wanted_var = 0.0; ///< by an InvControl; meant when `q_wanted`
    bool q_wanted = false;
};

struct StorageState {
    StorageMode mode = StorageMode::idling;
    double stored_wh = 0.0;
};

struct DerState {
    std::vector<GeneratorState> generators;
    std::vector<InverterPoint> pv; ///< of Circuit::pv_systems
    std::vector<StorageState> storages;
    std::vector<InverterPoint> storage_inverters;

    [[nodiscard]] InverterPoint& inverter(ElementRef element) {
        return (element.kind == ElementKind::pv_system ? pv : storage_inverters)[element.row];
    }
    [[nodiscard]] InverterPoint const& inverter(ElementRef element) const {
        return (element.kind == ElementKind::pv_system ? pv : storage_inverters)[element.row];
    }
};

} // namespace gridtwin::grid
