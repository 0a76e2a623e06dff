#pragma once
// What controls remember between solutions, and the queue of the actions they have asked for.
// Plain values: a copy is a snapshot.
#include "models/grid/der/der_state.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace gridtwin::grid {

enum class ControlKind : std::uint8_t { regulator, capacitor, line_switch, inverter };

struct ControlAction {
    double t_s = 0.0;
    std::uint64_t handle = 0; ///< in the order of asking; never 0
    ControlKind kind = ControlKind::regulator;
    std::size_t row = 0; ///< of the kind's table
    int code = 0;        ///< of the kind's
};

/// Actions in the order of their time, those of one time in the order of asking.
class ControlQueue {
  public:
    std::uint64_t push(double t_s, ControlKind kind, std::size_t row, int code);
    /// Nothing happens when the action was executed already.
    void remove(std::uint64_t handle);
    [[nodiscard]] bool empty() const { return actions_.empty(); }
    [[nodiscard]] std::optional<double> next_s() const;
    /// All actions up to and including `t_s`, taken out.
    [[nodiscard]] std::vector<ControlAction> take_until(double t_s);

  private:
    std::vector<ControlAction> actions_; // sorted
    std::uint64_t last_handle_ = 0;
};

struct RegulatorState {
    double pending_pu = 0.0; ///< tap change wanted
    bool armed = false;      ///< an action is in the queue
    std::uint64_t handle = 0;
    bool reversed = false; ///< looks the other way
    bool cogen = false;    ///< uses the reverse settings, looking forward
    bool reverse_pending = false;
    std::uint64_t reverse_handle = 0;
};

enum class CapacitorStep : std::int8_t { open = -1, none = 0, close = 1 };

struct CapacitorControlState {
    CapacitorStep pending = CapacitorStep::none;
    bool armed = false;
    std::uint64_t handle = 0;
    double last_open_s = -std::numeric_limits<double>::infinity();
};

struct SwitchControlState {
    bool armed = false;
};

/// Of one inverter under an InvControl.
struct InverterControlState {
    bool sampled = false; ///< v_pu is that of the last action
    double v_pu = 0.0;
    double q_frac = 0.5; ///< of the way to the curve in one action, adapted
    double p_frac = 0.5;
    double q_miss_pu = 0.0; ///< distance from the curve at the last action
    double p_miss_pu = 0.0;
};

/// Of one InvControl.
struct InvControlState {
    bool armed = false;
    std::uint64_t handle = 0;
    std::vector<InverterControlState> inverters; ///< as InvControl::controlled
};

/// How generators that hold a voltage get there: sensitivities of |V| to Q, learnt on the way.
struct VoltageHoldState {
    std::vector<double> dv_dq; ///< [held][held] pu per var
    std::vector<double> v_pu;  ///< [held] of the last round
    std::vector<double> q_var;
    bool learnt = false;
    int rounds = 0; ///< of this solution
};

struct ControlState {
    double t_s = 0.0; ///< the controls' clock, since midnight before the first step
    ControlQueue queue;
    std::vector<RegulatorState> regulators;
    std::vector<CapacitorControlState> capacitors;
    std::vector<SwitchControlState> switches;
    std::vector<InvControlState> inverters;
    VoltageHoldState voltage_hold;
    DerState der;
};

} // namespace gridtwin::grid
