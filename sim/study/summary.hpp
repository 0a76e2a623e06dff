#pragma once
// What a planner asks of one solution, as numbers.
#include "models/grid/element_currents.hpp"
#include "models/grid/feeder_solver.hpp"
#include "sim/study/phase_voltage.hpp"
#include "sim/study/ratings.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace gridtwin::study {

using grid::Complex;

/// What counts as out of bounds. Defaults: ANSI C84.1 range A, and ratings.
struct Limits {
    double v_min_pu = 0.95;
    double v_max_pu = 1.05;
    double loading_max_frac = 1.0; ///< of a rating
};

struct NodeVoltage {
    std::string bus;
    int phase = 0;
    double u_pu = 0.0;
};

/// Voltages of energised phase nodes (1, 2, 3; neutrals do not count).
struct VoltageSummary {
    std::size_t nodes = 0;
    NodeVoltage lowest;
    NodeVoltage highest;
    std::size_t below = 0; ///< nodes below the lower limit
    std::size_t above = 0;
    std::size_t without_base = 0; ///< nodes in pu of their no-load voltage: no base is known
    std::size_t floating = 0;     ///< nodes without a path to ground: see docs/solve.md
    std::size_t across = 0;       ///< of these, measured between two phases of their bus
    std::size_t unmeasured = 0;   ///< of these, left out and not in `nodes`: no rated voltage known
};

/// Worst bus with three phases. Fractions, not per cent.
struct UnbalanceSummary {
    std::size_t buses = 0;
    std::string nema_bus;
    double nema_frac = 0.0; ///< NEMA MG-1: greatest deviation of a line voltage from their mean
    std::string iec_bus;
    double iec_frac = 0.0; ///< IEC 61000-2-2: |V2| / |V1|
};

/// Loading of one line or transformer.
struct BranchLoading {
    grid::ElementRef element;
    std::string name;
    double i_a = 0.0;      ///< of the worst conductor
    double rating_a = 0.0; ///< of that conductor; 0 unknown
    std::size_t terminal = 0;
    std::size_t conductor = 0; ///< 0, 1, ...

    [[nodiscard]] double frac() const { return rating_a > 0.0 ? i_a / rating_a : 0.0; }
};

struct LoadingSummary {
    std::vector<BranchLoading> lines;        ///< of known rating, worst first, then by name
    std::vector<BranchLoading> transformers; ///< likewise
    std::size_t lines_overloaded = 0;
    std::size_t transformers_overloaded = 0;
    std::size_t lines_unrated = 0;
    std::size_t lines_default_rated = 0; ///< whose file states none: 400 A, OpenDSS's default
    std::size_t transformers_unrated = 0;
};

/// The first of each list and the counts of a LoadingSummary.
struct LoadingExtremes {
    BranchLoading line; ///< rating_a is 0 when no line has a rating
    BranchLoading transformer;
    std::size_t lines_overloaded = 0;
    std::size_t transformers_overloaded = 0;
};

/// Powers, W + j var, as the elements' own sums: source + generation = load + losses.
struct PowerSummary {
    Complex source_va;     ///< delivered by all sources
    Complex generation_va; ///< by generators, PV systems and storage
    Complex generators_va; ///< their parts of it
    Complex pv_systems_va;
    Complex storages_va;
    Complex load_va;
    Complex losses_va; ///< lines + transformers + reactors in series
    Complex line_losses_va;
    Complex transformer_losses_va;
    Complex reactor_losses_va; ///< in series
    Complex shunt_va; ///< into capacitors, shunt reactors, loads' neutral impedances, faults
    double dead_load_w = 0.0; ///< of loads without supply
    std::size_t dead_loads = 0;
};

struct TapState {
    std::string regulator;
    std::string transformer;
    std::size_t winding = 0; ///< counted from 0
    double tap_pu = 1.0;
    int position = 0; ///< 0 is neutral
    int position_min = 0;
    int position_max = 0;

    [[nodiscard]] bool at_limit() const {
        return position <= position_min || position >= position_max;
    }
};

struct CapacitorState {
    std::string name;
    std::size_t steps = 0;
    std::size_t closed = 0;
    double rated_var = 0.0;    ///< of all steps
    double produced_var = 0.0; ///< now
};

struct StorageReport {
    std::string name;
    grid::StorageMode mode = grid::StorageMode::idling; ///< in which it would go on
    double stored_wh = 0.0;
    double capacity_wh = 0.0;
    Complex produced_va; ///< as solved
};

/// Of all storages, at their terminals.
struct StorageTotals {
    double charging_w = 0.0;    ///< sum over those that take more than their own service
    double discharging_w = 0.0; ///< over those that produce
    double idling_w = 0.0;      ///< over those that take their own service only
    double stored_wh = 0.0;

    [[nodiscard]] double produced_w() const { return discharging_w - charging_w - idling_w; }
};

struct DeadSummary {
    std::size_t buses = 0;
    std::size_t islands = 0; ///< that closed branches hold together
    std::string example;     ///< first bus, by name
    std::string load;        ///< first load without supply, "load.x at b.1", be its bus dead or not
};

/// Relays, reclosers and fuses do not act in a power flow; what they would do is said.
struct ProtectionSummary {
    std::size_t devices = 0;
    std::string device; ///< that would act first on this state; empty: none ever would
    std::string what;   ///< "trips", "melts"
    double after_s = 0.0;
};

struct Summary {
    VoltageSummary voltage;
    UnbalanceSummary unbalance;
    LoadingSummary loading;
    PowerSummary power;
    std::vector<TapState> taps;
    std::vector<CapacitorState> capacitors;
    std::vector<StorageReport> storages;
    DeadSummary dead;
    ProtectionSummary protection;
    LoadsOutside loads_outside;
    std::vector<RatingMisfit> ratings; ///< that cannot be right
};

/// @param u_pu  [node] phase_voltages_pu
[[nodiscard]] VoltageSummary summarise_voltages(grid::FeederSolver const& solver,
                                                NodeFrame const& frame,
                                                std::span<double const> u_pu, Limits const& limits);
[[nodiscard]] UnbalanceSummary summarise_unbalance(grid::FeederSolver const& solver,
                                                   NodeFrame const& frame);
[[nodiscard]] LoadingSummary summarise_loading(grid::FeederSolver const& solver,
                                               grid::ElementCurrents const& currents,
                                               Limits const& limits);
[[nodiscard]] LoadingExtremes loading_extremes(grid::FeederSolver const& solver,
                                               grid::ElementCurrents const& currents,
                                               Limits const& limits);
[[nodiscard]] PowerSummary summarise_power(grid::FeederSolver const& solver,
                                           grid::ElementCurrents const& currents);
[[nodiscard]] std::vector<TapState> tap_states(grid::Circuit const& circuit);
[[nodiscard]] std::vector<CapacitorState> capacitor_states(grid::FeederSolver const& solver,
                                                           grid::ElementCurrents const& currents);
[[nodiscard]] std::vector<StorageReport> storage_reports(grid::FeederSolver const& solver,
                                                         grid::ElementCurrents const& currents);
[[nodiscard]] StorageTotals storage_totals(grid::FeederSolver const& solver,
                                           grid::ElementCurrents const& currents);
/// Rows of loads none of whose phases has both its ends energised.
[[nodiscard]] std::vector<std::size_t> loads_without_supply(grid::FeederSolver const& solver);
/// "load.x at b.1": with the first of its nodes that is dead.
[[nodiscard]] std::string load_place(grid::FeederSolver const& solver, std::size_t load);
[[nodiscard]] DeadSummary summarise_dead(grid::FeederSolver const& solver);

/// Throws InputError for devices that make no sense.
[[nodiscard]] ProtectionSummary summarise_protection(grid::FeederSolver const& solver);

/// All of it. The solver must hold a converged solution.
[[nodiscard]] Summary summarise(grid::FeederSolver const& solver,
                                grid::ElementCurrents const& currents, Limits const& limits);

} // namespace gridtwin::study
