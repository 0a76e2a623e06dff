// Shunt and series capacitors, in one or more steps.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int { kBus1 = 1, kBus2, kPhases, kKvar, kKv, kConn, kSteps, kStates };

constexpr PropertySpec kProperties[] = {
    {"bus1", Kind::bus, Use::applied, kBus1},
    {"bus2", Kind::bus, Use::applied, kBus2},
    {"phases", Kind::integer, Use::applied, kPhases, Range::phases},
    {"kvar", Kind::numbers, Use::applied, kKvar, Range::above_zero},
    {"kv", Kind::number, Use::applied, kKv, Range::above_zero},
    {"conn", Kind::choice, Use::applied, kConn, Range::any, kConnectionChoices},
    {"cmatrix", Kind::matrix, Use::not_modelled},
    {"cuf", Kind::numbers, Use::not_modelled},
    {"R", Kind::number, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"XL", Kind::number, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"Harm", Kind::number, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"Numsteps", Kind::integer, Use::applied, kSteps, Range::steps},
    {"states", Kind::numbers, Use::applied, kStates},
    {"normamps"},
    {"emergamps"},
    {"faultrate"},
    {"pctperm"},
    {"repair"},
    {"basefreq", Kind::number, Use::applied, kTagBaseFrequency, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

struct Stated {
    Capacitor capacitor;
    BusName const* bus1 = nullptr;
    BusName const* bus2 = nullptr;
    std::vector<double> kvar{1200.0};
    Assignment const* steps = nullptr;
    Assignment const* states = nullptr;
};

void apply(Stated& s, Assignment const& stated) {
    switch (stated.property->tag) {
    case kBus1:
        s.bus1 = &stated.bus();
        break;
    case kBus2:
        s.bus2 = &stated.bus();
        break;
    case kPhases:
        s.capacitor.phases = stated.integer();
        break;
    case kKvar:
        s.kvar = stated.numbers();
        break;
    case kKv:
        s.capacitor.v_v = stated.number() * 1e3;
        break;
    case kConn:
        s.capacitor.connection = static_cast<Connection>(stated.integer());
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

/// One kvar for several steps is the whole bank's, shared evenly. Steps are in unless stated.
bool fill_steps(Stated& s, Element const& element, Build& build) {
    auto& capacitor = s.capacitor;
    auto const steps =
        s.steps != nullptr ? static_cast<std::size_t>(s.steps->integer()) : s.kvar.size();
    if (steps == 0 || (s.kvar.size() != 1 && s.kvar.size() != steps)) {
        build.report.error(s.steps != nullptr ? s.steps->at : element.where,
                           fmt::format("{} has {} steps and {} values of kvar", element.label(),
                                       steps, s.kvar.size()),
                           "one kvar for the bank, or one for each step");
        return false;
    }
    for (std::size_t i = 0; i < steps; ++i) {
        double const kvar = s.kvar.size() == 1 ? s.kvar[0] / static_cast<double>(steps) : s.kvar[i];
        capacitor.q_var.push_back(kvar * 1e3);
    }
    capacitor.closed.assign(steps, true);
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
        capacitor.closed[i] = states[i] != 0.0;
    }
    return true;
}

void convert(Element const& element, Build& build) {
    Stated s;
    s.capacitor.v_v = 12470.0;
    for (auto const& stated : element.assignments) {
        apply(s, stated);
    }
    build.missing(element, kBus1, "bus1");
    if (!build.common(element) || s.bus1 == nullptr) {
        return;
    }
    auto& capacitor = s.capacitor;
    capacitor.name = element.name;
    capacitor.where = build.report.position(element.where);
    bool const delta = capacitor.connection == Connection::delta;
    auto const phases = capacitor.phases;
    capacitor.bus1 = build.terminal(
        *s.bus1, phases, delta ? conductors_of(capacitor.connection, phases) : phases, element);
    if (delta && s.bus2 != nullptr) {
        build.report.error(s.bus2->at, fmt::format("{} is delta and has a bus2", element.label()),
                           "bus1 alone");
        return;
    }
    if (!delta) {
        BusName const ground{s.bus1->name, std::vector<int>(static_cast<std::size_t>(phases), 0),
                             s.bus1->at};
        capacitor.bus2 =
            build.terminal(s.bus2 != nullptr ? *s.bus2 : ground, phases, phases, element);
    }
    if (fill_steps(s, element, build)) {
        build.circuit.capacitors.push_back(std::move(capacitor));
    }
}

} // namespace

ClassSpec const kCapacitorClass{"Capacitor", kProperties, convert};

} // namespace gridtwin::grid::dss
