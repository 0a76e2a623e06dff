#include "models/grid/time_step.hpp"

#include "models/grid/shapes.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gridtwin::grid {
namespace {

double growth_of(Circuit const& nominal, Load const& load, Moment const& moment) {
    if (moment.year == 0) {
        return 1.0;
    }
    if (load.growth != kNone) {
        return growth_at(nominal.growth_shapes[static_cast<std::size_t>(load.growth)], moment.year);
    }
    return std::pow(moment.growth_per_year, moment.year - 1);
}

/// The multiplier of a variable load relative to the one that its nominal power holds already.
double load_mult_of(Circuit const& nominal, Moment const& moment) {
    double const held = nominal.solution.load_mult;
    if (held == moment.load_mult) {
        return 1.0;
    }
    if (held == 0.0) {
        throw SimulationError(fmt::format(
            "time step of '{}': the circuit was read with LoadMult=0, so its loads cannot be "
            "scaled to {}; state LoadMult=1 before the elements",
            nominal.name, moment.load_mult));
    }
    return moment.load_mult / held;
}

} // namespace

Moment moment_of(SolutionOptions const& options, int step) {
    return {options.mode,           options.start_s + options.step_s * step,
            options.year,           options.load_mult,
            options.generator_mult, options.growth_per_year};
}

std::int32_t shape_in_mode(ShapeRefs const& shapes, SolutionMode mode) {
    switch (mode) {
    case SolutionMode::daily:
        return shapes.daily;
    case SolutionMode::yearly:
        return shapes.yearly != kNone ? shapes.yearly : shapes.daily;
    case SolutionMode::dutycycle:
        return shapes.duty != kNone ? shapes.duty : shapes.daily;
    default:
        return kNone;
    }
}

Complex load_power(Circuit const& nominal, Load const& load, Moment const& moment) {
    double factor = growth_of(nominal, load, moment);
    if (load.status == LoadStatus::variable) {
        factor *= load_mult_of(nominal, moment);
    } else if (load.status == LoadStatus::exempt && moment.mode == SolutionMode::yearly) {
        factor *= moment.load_mult; // the reference engine exempts in the other modes only
    }
    std::int32_t const row =
        load.status == LoadStatus::fixed ? kNone : shape_in_mode(load.shapes, moment.mode);
    if (row == kNone) {
        return {load.p_w * factor, load.q_var * factor};
    }
    LoadShape const& shape = nominal.load_shapes[static_cast<std::size_t>(row)];
    Complex const at = shape_at(shape, moment.t_s);
    if (!shape.use_actual) {
        return {load.p_w * factor * at.real(), load.q_var * factor * at.imag()};
    }
    if (!shape.q_mult.empty() || !load.pf_stated || load.p_w == 0.0) {
        return at;
    }
    return {at.real(), at.real() * load.q_var / load.p_w};
}

void set_loads(FeederSolver& solver, Circuit const& nominal, Moment const& moment) {
    for (Load const& load : nominal.loads) {
        if (load.model == 4 && load.cvr_curve != kNone && moment.mode == SolutionMode::yearly) {
            throw SimulationError(
                fmt::format("{}:{}:{}: CVRcurve of load '{}' is not modelled in yearly mode",
                            load.where.file, load.where.line, load.where.column, load.name));
        }
    }
    for (std::size_t row = 0; row < nominal.loads.size(); ++row) {
        Complex const s_va = load_power(nominal, nominal.loads[row], moment);
        solver.set_load_power(row, s_va.real(), s_va.imag());
    }
}

} // namespace gridtwin::grid
