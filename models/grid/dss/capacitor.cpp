// Shunt and series capacitors, in one or more steps, from kvar, microfarads or a matrix.
#include "models/grid/admittance.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/matrix.hpp"
#include "models/grid/dss/two_ends.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kKvar = 1,
    kKv,
    kConn,
    kCmatrix,
    kCuf,
    kR,
    kXl,
    kHarm,
    kSteps,
    kStates,
};

constexpr auto kProperties = joined(
    {
        {"bus1", Kind::bus, Use::applied, kEndBus1},
        {"bus2", Kind::bus, Use::applied, kEndBus2},
        {"phases", Kind::integer, Use::applied, kEndPhases, Range::phases},
        {"kvar", Kind::numbers, Use::applied, kKvar, Range::above_zero},
        {"kv", Kind::number, Use::applied, kKv, Range::kilovolts},
        {"conn", Kind::choice, Use::applied, kConn, Range::any, kConnectionChoices},
        {"cmatrix", Kind::matrix, Use::applied, kCmatrix},
        {"cuf", Kind::numbers, Use::applied, kCuf, Range::above_zero},
        {"R", Kind::numbers, Use::applied, kR, Range::not_negative},
        {"XL", Kind::numbers, Use::applied, kXl},
        {"Harm", Kind::numbers, Use::applied, kHarm, Range::not_negative},
        {"Numsteps", Kind::integer, Use::applied, kSteps, Range::steps},
        {"states", Kind::numbers, Use::applied, kStates},
        {"normamps"},
        {"emergamps"},
    },
    kDeliveryEnd);

enum class Given { kvar, microfarads, matrix };

/// Values of the steps as stated; one value may be meant for all.
struct PerStep {
    Assignment const* stated = nullptr;
    bool before_steps = false; ///< Numsteps came later
    [[nodiscard]] std::vector<double> const& values() const { return stated->numbers(); }
};

struct Stated {
    Capacitor capacitor;
    StatedEnds ends;
    Given given = Given::kvar;
    std::vector<double> size{1200.0}; ///< kvar or uF
    Assignment const* matrix = nullptr;
    PerStep r;
    PerStep x;
    PerStep harmonic;
    bool tuned = false; ///< Harm was the last word on the reactance
    Assignment const* steps = nullptr;
    Assignment const* states = nullptr;
};

void apply(Stated& s, Assignment const& stated) {
    switch (stated.property->tag) {
    case kKvar:
        s.size = stated.numbers();
        s.given = Given::kvar;
        break;
    case kCuf:
        s.size = stated.numbers();
        s.given = Given::microfarads;
        break;
    case kCmatrix:
        s.matrix = &stated;
        s.given = Given::matrix;
        break;
    case kKv:
        s.capacitor.v_v = stated.number() * 1e3;
        break;
    case kConn:
        s.capacitor.connection = static_cast<Connection>(stated.integer());
        break;
    case kR:
        s.r = {&stated, s.steps == nullptr};
        break;
    case kXl:
        s.x = {&stated, s.steps == nullptr};
        s.tuned = false;
        break;
    case kHarm:
        s.harmonic = {&stated, s.steps == nullptr};
        s.tuned = true;
        break;
    case kSteps:
        s.steps = &stated;
        break;
    case kStates:
        s.states = &stated;
        break;
    default:
        break;
    }
}

/// One kvar for several steps is the whole bank's, shared evenly; microfarads are each step's.
bool fill_sizes(Stated& s, std::size_t steps, Element const& element, Build& build) {
    auto& capacitor = s.capacitor;
    bool const kvar = s.given == Given::kvar;
    if (steps == 0 || (s.size.size() != 1 && s.size.size() != steps)) {
        build.report.error(s.steps != nullptr ? s.steps->at : element.where,
                           fmt::format("{} has {} steps and {} values of {}", element.label(),
                                       steps, s.size.size(), kvar ? "kvar" : "cuf"),
                           kvar ? "one kvar for the bank, or one for each step"
                                : "one cuf for all steps, or one for each");
        return false;
    }
    double const v = phase_base_v(capacitor.connection, capacitor.phases, capacitor.v_v);
    double const var_per_uf =
        1e-6 * 2.0 * std::numbers::pi * build.circuit.f_hz * v * v * capacitor.phases;
    for (std::size_t i = 0; i < steps; ++i) {
        double const share =
            kvar ? 1e3 / (s.size.size() == 1 ? static_cast<double>(steps) : 1.0) : var_per_uf;
        capacitor.q_var.push_back(s.size[s.size.size() == 1 ? 0 : i] * share);
    }
    return true;
}

/// A value for each step. One value counts for all; one ohm that a bank of kvar had before it was
/// divided is the whole bank's, so that each step has `steps` times of it.
bool fill_per_step(PerStep const& stated, std::vector<double>& into, std::size_t steps, bool shared,
                   Element const& element, Build& build) {
    if (stated.stated == nullptr) {
        return true;
    }
    if (stated.values().size() != 1 && stated.values().size() != steps) {
        build.report.error(stated.stated->at,
                           fmt::format("{} of {} has {} values for {} steps",
                                       stated.stated->property->name, element.label(),
                                       stated.values().size(), steps),
                           "one, or one for each step");
        return false;
    }
    bool const divided = shared && stated.before_steps && stated.values().size() == 1;
    for (std::size_t i = 0; i < steps; ++i) {
        into.push_back(stated.values()[stated.values().size() == 1 ? 0 : i] *
                       (divided ? static_cast<double>(steps) : 1.0));
    }
    return true;
}

/// Series impedance: as stated, or a reactance that tunes each step to a harmonic. A reactance
/// without resistance gets a thousandth of it, as in the element reference.
bool fill_series(Stated& s, std::size_t steps, Element const& element, Build& build) {
    auto& c = s.capacitor;
    bool const shared = s.given == Given::kvar;
    std::vector<double> harmonic;
    bool const good = fill_per_step(s.r, c.r_ohm, steps, shared, element, build) &&
                      (s.tuned ? fill_per_step(s.harmonic, harmonic, steps, false, element, build)
                               : fill_per_step(s.x, c.x_ohm, steps, shared, element, build));
    if (!good) {
        return false;
    }
    double const v = phase_base_v(c.connection, c.phases, c.v_v);
    for (std::size_t i = 0; i < harmonic.size(); ++i) {
        double const x_c = v * v * c.phases / c.q_var[i];
        c.x_ohm.push_back(harmonic[i] > 0.0 ? x_c / (harmonic[i] * harmonic[i]) : 0.0);
    }
    if (!c.x_ohm.empty()) {
        c.r_ohm.resize(steps, 0.0);
        for (std::size_t i = 0; i < steps; ++i) {
            c.r_ohm[i] = c.r_ohm[i] == 0.0 ? std::abs(c.x_ohm[i]) / 1000.0 : c.r_ohm[i];
        }
    }
    return true;
}

bool fill_matrix(Stated& s, std::size_t steps, Element const& element, Build& build) {
    if (steps != 1 || s.capacitor.connection == Connection::delta || s.tuned) {
        build.report.error(
            s.matrix->at,
            fmt::format("{} states cmatrix with steps, delta or Harm", element.label()),
            "cmatrix in wye, one step, with R and XL");
        return false;
    }
    auto const c_uf = stated_matrix(*s.matrix, s.capacitor.phases, element, &build.report);
    if (!c_uf) {
        return false;
    }
    for (double const c : *c_uf) {
        s.capacitor.b_s.push_back(2.0 * std::numbers::pi * build.circuit.f_hz * c * 1e-6);
    }
    return true;
}

bool fill_states(Stated& s, std::size_t steps, Element const& element, Build& build) {
    s.capacitor.closed.assign(steps, true);
    if (s.states == nullptr) {
        return true;
    }
    auto const& states = s.states->numbers();
    if (states.size() > steps) {
        build.report.error(
            s.states->at,
            fmt::format("states of {} has {} entries", element.label(), states.size()),
            fmt::format("at most {}, one for each step", steps));
        return false;
    }
    for (std::size_t i = 0; i < states.size(); ++i) {
        s.capacitor.closed[i] = states[i] != 0.0;
    }
    return true;
}

bool fill(Stated& s, Element const& element, Build& build) {
    bool const matrix = s.given == Given::matrix;
    std::size_t steps = matrix ? 1 : s.size.size();
    steps = s.steps != nullptr ? static_cast<std::size_t>(s.steps->integer()) : steps;
    return (matrix ? fill_matrix(s, steps, element, build)
                   : fill_sizes(s, steps, element, build)) &&
           fill_series(s, steps, element, build) && fill_states(s, steps, element, build);
}

/// Where the reference connects or sizes a capacitor otherwise than stated.
void note_differences(Capacitor const& capacitor, std::vector<Note>& notes) {
    if (capacitor.connection == Connection::delta && capacitor.phases == 1) {
        add_note(
            notes,
            "a one-phase delta capacitor lies between its two nodes; the reference connects it "
            "to ground",
            capacitor.where);
    }
    auto const& q = capacitor.q_var;
    if (std::adjacent_find(q.begin(), q.end(), std::not_equal_to<>()) != q.end()) {
        add_note(
            notes,
            "unequal steps of a capacitor count as stated; the reference gives all of them the "
            "kvar of the first",
            capacitor.where);
    }
}

void convert(Element const& element, Build& build) {
    Stated s;
    s.capacitor.v_v = 12470.0;
    for (auto const& stated : element.assignments) {
        if (!apply_ends(s.ends, s.capacitor.phases, stated)) {
            apply(s, stated);
        }
    }
    build.missing(element, kEndBus1, "bus1");
    if (!build.common(element) || s.ends.bus1 == nullptr) {
        return;
    }
    auto& capacitor = s.capacitor;
    place_branches(capacitor, s.ends, element, build);
    if (capacitor.connection == Connection::delta && s.ends.bus2 != nullptr) {
        build.report.error(s.ends.bus2->at,
                           fmt::format("{} is delta and has a bus2", element.label()),
                           "bus1 alone");
        return;
    }
    if (fill(s, element, build) && build.all_finite(element, capacitor.q_var) &&
        build.all_finite(element, capacitor.b_s) && build.all_finite(element, capacitor.x_ohm)) {
        note_differences(capacitor, build.circuit.notes);
        build.circuit.capacitors.push_back(std::move(capacitor));
    }
}

} // namespace

ClassSpec const kCapacitorClass{"Capacitor", kProperties, convert};

} // namespace gridtwin::grid::dss
