#pragma once
// Primitive admittances: what each element of a circuit looks like at its terminals, I = Y V.
// Rows and columns follow the element's terminal nodes: terminal 1's conductors, terminal 2's, ...
// I is the current into the element, A; V the conductor's voltage to ground, V.
// Sources: Dugan, "OpenDSS reference guide" (terminal conventions); Dugan & Santoso, "An example of
// 3-phase transformer modeling for distribution system analysis", IEEE PES T&D 2003 (windings).
#include "models/grid/circuit.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace gridtwin::grid {

/// A square complex matrix, row major.
struct DenseMatrix {
    std::size_t size = 0;
    std::vector<Complex> values; ///< [size][size]

    DenseMatrix() = default;
    explicit DenseMatrix(std::size_t n) : size(n), values(n * n) {}
    [[nodiscard]] Complex& operator()(std::size_t r, std::size_t c) { return values[r * size + c]; }
    [[nodiscard]] Complex const& operator()(std::size_t r, std::size_t c) const {
        return values[r * size + c];
    }
};

/// Nothing when `m` has no inverse or no size.
[[nodiscard]] std::optional<DenseMatrix> inverse_of(DenseMatrix const& m);

/// One conductor of an element: a node of a bus, 0 is ground.
struct TerminalNode {
    std::string bus;
    int node = 0;
};

/// The element's terminal nodes in the order of its admittance matrix. Nodes that the circuit does
/// not state default to 1..n for phases and to ground for neutrals.
/// Vsource, Line: phases of bus1, phases of bus2. Transformer: each winding's phases and neutral.
/// Capacitor: wye: phases of bus1, phases of bus2; delta: phases of bus1 (two at least).
/// Load: wye: phases and neutral; delta: phases (phases + 1 for one and two phases).
[[nodiscard]] std::vector<TerminalNode> terminal_nodes(Vsource const& source);
[[nodiscard]] std::vector<TerminalNode> terminal_nodes(Line const& line);
[[nodiscard]] std::vector<TerminalNode> terminal_nodes(Transformer const& transformer);
[[nodiscard]] std::vector<TerminalNode> terminal_nodes(Capacitor const& capacitor);
[[nodiscard]] std::vector<TerminalNode> terminal_nodes(Load const& load);
/// Reactor as Capacitor; Fault as Line; generation and storage as Load.
[[nodiscard]] std::vector<TerminalNode> terminal_nodes(Reactor const& reactor);
[[nodiscard]] std::vector<TerminalNode> terminal_nodes(Fault const& fault);
[[nodiscard]] std::vector<TerminalNode> terminal_nodes(Generator const& generator);
[[nodiscard]] std::vector<TerminalNode> terminal_nodes(PvSystem const& pv);
[[nodiscard]] std::vector<TerminalNode> terminal_nodes(Storage const& storage);

/// Inverse of Z between bus1 and bus2, S. Throws InputError at the source's place when Z has the
/// wrong size or no inverse; likewise below.
[[nodiscard]] DenseMatrix source_admittance(Vsource const& source);
/// Norton current of the ideal voltage behind Z, A, out of the source's bus1 and into bus2; [2
/// phases] with the sign of "current that the network receives".
[[nodiscard]] std::vector<Complex> source_norton_current(Vsource const& source);
/// Voltage of phase `phase` behind the impedance, V.
[[nodiscard]] Complex source_voltage(Vsource const& source, int phase);

/// Pi section: inverse of Z between the ends, half of C at each end.
[[nodiscard]] DenseMatrix line_admittance(Line const& line, double f_hz);

/// Any number of windings and phases. Resistances and reactances are on winding 1's rated VA, as in
/// OpenDSS; no-load loss and magnetising current stand at winding 2 (winding 1 when there is no
/// other); each end of a winding has half of ppm_antifloat of its rating as reactance to ground.
/// Delta windings: phase i lies between nodes i and i +- 1, so that the low side of a delta-wye
/// lags by 30 degrees (leads when lead_lag_euro).
[[nodiscard]] DenseMatrix transformer_admittance(Transformer const& transformer);
/// Rated voltage across one coil of a winding, V.
[[nodiscard]] double coil_voltage_v(Transformer const& transformer, std::size_t winding);
/// Index, in the transformer's terminal nodes, of the two ends of a winding's coil.
struct CoilEnds {
    std::size_t from;
    std::size_t to;
};
[[nodiscard]] CoilEnds coil_ends(Transformer const& transformer, std::size_t winding, int phase);

/// Closed steps only. A step's resistance and reactance lie in series with its conductors: in the
/// branches of a wye, in the lines to the corners of a delta.
[[nodiscard]] DenseMatrix capacitor_admittance(Capacitor const& capacitor);

[[nodiscard]] DenseMatrix reactor_admittance(Reactor const& reactor);
/// Zero while the fault is off.
[[nodiscard]] DenseMatrix fault_admittance(Fault const& fault);

/// From the neutral node of a wye load to ground, S; 0 when the load states no neutral impedance.
[[nodiscard]] Complex load_neutral_admittance(Load const& load);

/// Base voltage of one phase of a load, V: across the load when delta or single-phase, else
/// line-to-neutral.
[[nodiscard]] double load_base_v(Load const& load);
/// The same for anything of so many phases, connected so, with a rated voltage as in Load: between
/// lines for a wye of two or three phases, across the phase for any other number.
[[nodiscard]] double phase_base_v(Connection connection, int phases, double v_v);

} // namespace gridtwin::grid
