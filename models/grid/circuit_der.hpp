#pragma once
// Tables of a circuit: generation and storage, and the inverter functions that control them.
// Powers > 0 are produced. Source: OpenDSS element reference (Generator, PVSystem, Storage,
// InvControl).
#include "models/grid/circuit_controls.hpp"
#include "models/grid/circuit_elements.hpp"

namespace gridtwin::grid {

struct Generator {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus;
    Connection connection = Connection::wye;
    /// OpenDSS numbers: 1 constant P, Q; 2 constant impedance; 3 constant P and |V|; 4 constant P,
    /// fixed Q; 5 constant P, fixed reactance; 7 constant P, Q with the current limited below vmin.
    int model = 1;
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
    ShapeRefs shapes;   ///< yearly kNone: no variation, unlike a load's
    double duty_start_s = 0.0;
};

/// What an inverter can do, whatever stands behind it.
struct InverterSpec {
    double s_va = 500e3;
    double q_max_var = 500e3;        ///< that it may produce
    double q_max_absorb_var = 500e3; ///< that it may absorb
    double power_factor = 1.0;       ///< used unless q_fixed; < 0: absorbs Q while it produces P
    bool q_fixed = false;
    double q_var = 0.0;
    double cut_in_frac = 0.20; ///< of s_va, of the power behind it
    double cut_out_frac = 0.20;
    bool watt_priority = false;       ///< beyond s_va: Q gives way, else P
    bool pf_priority = false;         ///< beyond s_va or q_max_var: both give way
    bool q_follows_inverter = false;  ///< no Q while it is cut out
    double min_p_for_q_w = -1.0;      ///< below: no Q; < 0: no such limit
    double min_p_for_full_q_w = -1.0; ///< below: the limits of Q fall in proportion; < 0: do not
    std::int32_t efficiency_curve = kNone; ///< row of Circuit::curves: pu over pu of s_va
};

struct PvSystem {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus;
    Connection connection = Connection::wye;
    int model = 1; ///< 1 constant P, Q; 2 constant impedance
    double v_v = 0.0;
    InverterSpec inverter;
    double p_mpp_w = 500e3;    ///< of the array at 1 kW/m2 and the panel's reference temperature
    double p_limit_frac = 1.0; ///< %Pmpp: of p_mpp_w
    double irradiance_kw_m2 = 1.0;
    double temperature_c = 25.0;
    bool limit_current = false; ///< below vmin the current stays, instead of an impedance
    double vmin_pu = 0.90;
    double vmax_pu = 1.10;
    std::int32_t p_t_curve = kNone;
    ShapeRefs shapes;             ///< irradiance
    ShapeRefs temperature_shapes; ///< rows of Circuit::temperature_shapes
    double duty_start_s = 0.0;
};

enum class StorageMode : std::int8_t { charging = -1, idling = 0, discharging = 1 };
enum class StorageDispatch : std::uint8_t { triggers, follow };

struct Storage {
    std::string name;
    SourcePos where;
    int phases = 3;
    Terminal bus;
    Connection connection = Connection::wye;
    int model = 1; ///< as PvSystem
    double v_v = 0.0;
    InverterSpec inverter{.s_va = 25e3,
                          .q_max_var = 25e3,
                          .q_max_absorb_var = 25e3,
                          .cut_in_frac = 0.0,
                          .cut_out_frac = 0.0};
    double p_rated_w = 25e3;
    double p_limit_w = 25e3; ///< %kWrated: both ways
    double capacity_wh = 50e3;
    double stored_wh = 50e3;
    double reserve_frac = 0.20; ///< of capacity_wh, not discharged
    StorageMode mode = StorageMode::idling;
    double charge_frac = 1.0; ///< of p_rated_w
    double discharge_frac = 1.0;
    double charge_efficiency = 0.90;
    double discharge_efficiency = 0.90;
    double idling_frac = 0.01; ///< of p_rated_w, lost always
    StorageDispatch dispatch = StorageDispatch::triggers;
    double discharge_trigger = 0.0; ///< discharges while the shape stands above; 0: never
    double charge_trigger = 0.0;    ///< charges while the shape stands below; 0: never
    double charge_hour = 2.0;       ///< of the day, at which it starts to charge; < 0: never
    bool limit_current = false;
    double vmin_pu = 0.90;
    double vmax_pu = 1.10;
    ShapeRefs shapes;
};

enum class InverterFunction : std::uint8_t { volt_var, volt_watt, volt_var_watt };
/// What 1.0 of a volt-var curve's ordinate is.
enum class ReactiveReference : std::uint8_t { available, maximum };
/// What 1.0 of a volt-watt curve's ordinate is.
enum class ActiveReference : std::uint8_t { available, p_mpp, limited_p_mpp, s_rated };

/// Gives PV systems and storage their reactive power, or a limit of their active power, by their
/// voltage. Curves: rows of Circuit::curves, over pu of the rated voltage.
struct InvControl {
    std::string name;
    SourcePos where;
    std::vector<ElementRef> controlled; ///< PV systems and storages
    InverterFunction function = InverterFunction::volt_var;
    std::int32_t volt_var_curve = kNone;
    std::int32_t volt_watt_curve = kNone;
    ReactiveReference q_reference = ReactiveReference::available;
    ActiveReference p_reference = ActiveReference::p_mpp;
    int phase = kPhaseAverage;  ///< or kPhaseMax, kPhaseMin, or 1..phases
    double delta_q_frac = -1.0; ///< of the way to the curve in one action; < 0: adapted
    double delta_p_frac = -1.0;
    double v_tolerance_pu = 1e-4; ///< voltage that has moved less since the last action has settled
    double q_tolerance_pu = 0.025; ///< distance from the curve at which it rests, of q_reference
    double p_tolerance_pu = 0.01;
};

} // namespace gridtwin::grid
