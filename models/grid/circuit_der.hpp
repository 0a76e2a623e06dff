#pragma once
// Tables of a circuit: generation and storage, and the inverter functions that control them.
// Powers > 0 are produced. Source: OpenDSS element reference (Generator, PVSystem, Storage,
// InvControl).
#include "models/grid/circuit_elements.hpp"

namespace gridtwin::grid {

struct Generator {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus;
    Connection connection = Connection::wye;
    int model = 1;    ///< OpenDSS numbers: 1 constant PQ, 2 constant Z, 3 P and |V|, ...
    double v_v = 0.0; ///< as in Load
    double p_w = 0.0; ///< > 0 produces
    double q_var = 0.0;
    double q_max_var = 0.0; ///< model 3
    double q_min_var = 0.0;
    double v_pu = 1.0; ///< model 3's target
    double s_va = 0.0; ///< rated
    double vmin_pu = 0.90;
    double vmax_pu = 1.10;
    bool fixed = false; ///< follows no shape
    ShapeRefs shapes;
};

struct PvSystem {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus;
    Connection connection = Connection::wye;
    int model = 1;
    double v_v = 0.0;
    double s_va = 500e3;    ///< inverter's rating
    double p_mpp_w = 500e3; ///< of the array at 1 kW/m2 and the panel's reference temperature
    double irradiance_kw_m2 = 1.0;
    double temperature_c = 25.0;
    double power_factor = 1.0; ///< used unless q_fixed
    bool q_fixed = false;
    double q_var = 0.0;
    double cut_in_frac = 0.20; ///< of s_va
    double cut_out_frac = 0.20;
    double vmin_pu = 0.90;
    double vmax_pu = 1.10;
    std::int32_t efficiency_curve = kNone; ///< row of Circuit::curves
    std::int32_t p_t_curve = kNone;
    ShapeRefs shapes;             ///< irradiance
    ShapeRefs temperature_shapes; ///< rows of Circuit::temperature_shapes
};

struct Storage {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus;
    Connection connection = Connection::wye;
    int model = 1;
    double v_v = 0.0;
    double s_va = 25e3;
    double p_rated_w = 25e3;
    double capacity_wh = 50e3;
    double stored_wh = 50e3;
    double vmin_pu = 0.90;
    double vmax_pu = 1.10;
    ShapeRefs shapes;
};

struct InvControl {
    std::string name;
    SourcePos where;
};

} // namespace gridtwin::grid
