#include "models/grid/time_step.hpp"

#include "models/grid/admittance.hpp"
#include "models/grid/der/pv.hpp"
#include "models/grid/der/storage.hpp"
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
    bool const timed =
        options.mode != SolutionMode::snapshot && options.mode != SolutionMode::direct;
    Moment moment;
    moment.mode = options.mode;
    moment.t_s = options.start_s + options.step_s * step;
    moment.year = options.year;
    moment.load_mult = options.load_mult;
    moment.generator_mult = options.generator_mult;
    moment.growth_per_year = options.growth_per_year;
    moment.step_s = timed ? options.step_s : 0.0;
    return moment;
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

namespace {

Complex multiplied_power(Circuit const& nominal, Load const& load, Moment const& moment) {
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

} // namespace

Complex load_power(Circuit const& nominal, Load const& load, Moment const& moment) {
    Complex const s_va = multiplied_power(nominal, load, moment);
    bool const fixed_q = load.model == 6 || load.model == 7;
    return fixed_q ? Complex(s_va.real(), load.q_var) : s_va;
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

Complex generator_power(Circuit const& nominal, Generator const& generator, Moment const& moment) {
    Complex s_va(generator.p_w, generator.q_var);
    if (!generator.fixed) {
        std::int32_t row = shape_in_mode(generator.shapes, moment.mode);
        if (moment.mode == SolutionMode::yearly) {
            row = generator.shapes.yearly;
        }
        double const shift_s =
            moment.mode == SolutionMode::dutycycle && generator.shapes.duty != kNone
                ? generator.duty_start_s
                : 0.0;
        s_va *= moment.generator_mult;
        if (row != kNone) {
            LoadShape const& shape = nominal.load_shapes[static_cast<std::size_t>(row)];
            Complex const at = shape_at(shape, moment.t_s + shift_s);
            s_va =
                shape.use_actual ? at : Complex(s_va.real() * at.real(), s_va.imag() * at.imag());
        }
    }
    bool const fixed_q = generator.model == 4 || generator.model == 5;
    return fixed_q ? Complex(s_va.real(), generator.q_var) : s_va;
}

namespace {

/// Value of an irradiance or dispatch shape; 1 without one.
double level(Circuit const& circuit, ShapeRefs const& shapes, Moment const& moment,
             double duty_start_s) {
    std::int32_t const row = shape_in_mode(shapes, moment.mode);
    return row == kNone ? 1.0
                        : shape_at(circuit.load_shapes[static_cast<std::size_t>(row)],
                                   moment.t_s + duty_start_s)
                              .real();
}

double temperature(Circuit const& circuit, PvSystem const& pv, Moment const& moment) {
    std::int32_t const row = shape_in_mode(pv.temperature_shapes, moment.mode);
    return row == kNone ? pv.temperature_c
                        : temperature_at(circuit.temperature_shapes[static_cast<std::size_t>(row)],
                                         moment.t_s);
}

void set_inverter(FeederSolver& solver, ElementRef element, InverterSpec const& spec,
                  InverterPoint& point) {
    Complex const s_va = inverter_output(spec, point);
    point.p_set_w = s_va.real();
    point.q_set_var = s_va.imag();
    solver.set_production(element, s_va.real(), s_va.imag());
}

} // namespace

void set_generation(FeederSolver& solver, Moment const& moment) {
    Circuit const& c = solver.circuit();
    DerState& der = solver.controls().der;
    for (std::size_t row = 0; row < c.generators.size(); ++row) {
        Complex const s_va = generator_power(c, c.generators[row], moment);
        GeneratorState& state = der.generators[row];
        bool const holds_voltage = c.generators[row].model == 3;
        state.p_w = s_va.real();
        state.q_var = holds_voltage ? state.q_var : s_va.imag(); // warm start of the holding
        solver.set_production({ElementKind::generator, row}, state.p_w, state.q_var);
    }
    for (std::size_t row = 0; row < c.pv_systems.size(); ++row) {
        PvSystem const& pv = c.pv_systems[row];
        bool const shifted = moment.mode == SolutionMode::dutycycle ||
                             moment.mode == SolutionMode::yearly ||
                             moment.mode == SolutionMode::daily;
        double const panel_w = panel_power_w(
            pv, c.curves, level(c, pv.shapes, moment, shifted ? pv.duty_start_s : 0.0),
            temperature(c, pv, moment));
        der.pv[row] = pv_point(pv, c.curves, der.pv[row], panel_w);
        set_inverter(solver, {ElementKind::pv_system, row}, pv.inverter, der.pv[row]);
    }
    for (std::size_t row = 0; row < c.storages.size(); ++row) {
        Storage const& storage = c.storages[row];
        StorageState& state = der.storages[row];
        double const shape = level(c, storage.shapes, moment, 0.0);
        if (moment.step_s > 0.0) {
            double const hour = std::fmod(moment.t_s / 3600.0, 24.0);
            state.mode = next_mode(storage, state, shape, hour, moment.step_s);
        }
        double const p_w = storage_power_w(storage, c.curves, state, shape, moment.step_s);
        InverterPoint& point = der.storage_inverters[row];
        point = storage_point(storage, c.curves, point, p_w);
        set_inverter(solver, {ElementKind::storage, row}, storage.inverter, point);
    }
}

double source_voltage_pu(Circuit const& nominal, Vsource const& source, Moment const& moment) {
    std::int32_t const row = shape_in_mode(source.shapes, moment.mode);
    if (row == kNone) {
        return source.v_pu;
    }
    LoadShape const& shape = nominal.load_shapes[static_cast<std::size_t>(row)];
    double const value = shape_at(shape, moment.t_s).real();
    if (!shape.use_actual) {
        return value;
    }
    Vsource rated = source;
    rated.v_pu = 1.0;
    return value / std::abs(source_voltage(rated, 0));
}

void set_sources(FeederSolver& solver, Circuit const& nominal, Moment const& moment) {
    for (std::size_t row = 0; row < nominal.sources.size(); ++row) {
        Vsource const& source = nominal.sources[row];
        ShapeRefs const& shapes = source.shapes;
        if (shapes.daily == kNone && shapes.yearly == kNone && shapes.duty == kNone) {
            continue; // whoever has set it otherwise keeps it so
        }
        double const v_pu = source_voltage_pu(nominal, source, moment);
        if (!(v_pu > 0.0) || !std::isfinite(v_pu)) {
            throw SimulationError(fmt::format(
                "{}:{}:{}: the shape of source '{}' makes its voltage {:g} pu; expected "
                "one above 0",
                source.where.file, source.where.line, source.where.column, source.name, v_pu));
        }
        solver.set_source(row, v_pu, source.angle_deg);
    }
}

void begin_step(FeederSolver& solver, Circuit const& nominal, Moment const& moment) {
    set_sources(solver, nominal, moment);
    set_loads(solver, nominal, moment);
    set_generation(solver, moment);
    solver.controls().t_s = moment.t_s;
}

void end_step(FeederSolver& solver, Moment const& moment) {
    Circuit const& c = solver.circuit();
    DerState& der = solver.controls().der;
    for (std::size_t row = 0; row < c.storages.size() && moment.step_s > 0.0; ++row) {
        Storage const& storage = c.storages[row];
        double const p_w = solver.produced({ElementKind::storage, row}).real();
        StorageState& state = der.storages[row];
        store(storage, state, dc_power_w(storage.inverter, c.curves, p_w), moment.step_s);
        state.mode = mode_left(storage, state, moment.step_s);
    }
}

} // namespace gridtwin::grid
