#include "models/grid/der/terminal_voltage.hpp"

#include "models/grid/feeder_solver.hpp"

#include <algorithm>

namespace gridtwin::grid {
namespace {

struct Rated {
    Connection connection;
    int phases;
    double base_v;
};

template <typename Element>
Rated rated(Element const& e) {
    return {e.connection, e.phases, phase_base_v(e.connection, e.phases, e.v_v)};
}

Rated rated(Circuit const& c, ElementRef element) {
    switch (element.kind) {
    case ElementKind::generator:
        return rated(c.generators[element.row]);
    case ElementKind::pv_system:
        return rated(c.pv_systems[element.row]);
    case ElementKind::storage:
        return rated(c.storages[element.row]);
    default:
        return rated(c.loads[element.row]);
    }
}

} // namespace

double terminal_voltage_pu(FeederSolver const& solver, ElementRef element, int phase) {
    Rated const r = rated(solver.circuit(), element);
    auto const ends = solver.terminals(element.kind, element.row);
    auto const at = [&solver](std::int32_t node) {
        return node < 0 ? Complex{} : solver.u_v()[static_cast<std::size_t>(node)];
    };
    double sum = 0.0;
    double greatest = 0.0;
    double least = 0.0;
    for (int k = 0; k < r.phases; ++k) {
        auto const from = static_cast<std::size_t>(k);
        std::size_t const to =
            r.connection == Connection::wye ? ends.size() - 1 : (from + 1) % ends.size();
        double const v_pu = std::abs(at(ends[from]) - at(ends[to])) / r.base_v;
        if (phase == k + 1) {
            return v_pu;
        }
        sum += v_pu;
        greatest = std::max(greatest, v_pu);
        least = k == 0 ? v_pu : std::min(least, v_pu);
    }
    if (phase == kPhaseMax) {
        return greatest;
    }
    return phase == kPhaseMin ? least : sum / r.phases;
}

bool terminal_energised(FeederSolver const& solver, ElementRef element) {
    bool any = false;
    for (std::int32_t const node : solver.terminals(element.kind, element.row)) {
        if (node >= 0) {
            any = true;
            if (!solver.energised(static_cast<std::size_t>(node))) {
                return false;
            }
        }
    }
    return any;
}

} // namespace gridtwin::grid
