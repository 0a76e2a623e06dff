// Reactors: series or shunt impedances from kvar, ohms, millihenries, matrices or symmetrical
// components. See docs/models/opendss.md for what each way means.
#include "models/grid/admittance.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/matrix.hpp"
#include "models/grid/dss/two_ends.hpp"

#include <fmt/format.h>

#include <numbers>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kKvar = 1,
    kKv,
    kConn,
    kRmatrix,
    kXmatrix,
    kParallel,
    kR,
    kX,
    kRp,
    kZ1,
    kZ2,
    kZ0,
    kZ,
    kLmH,
    kAmps,
};

constexpr auto kProperties = joined(
    {
        {"bus1", Kind::bus, Use::applied, kEndBus1},
        {"bus2", Kind::bus, Use::applied, kEndBus2},
        {"phases", Kind::integer, Use::applied, kEndPhases, Range::phases},
        {"kvar", Kind::number, Use::applied, kKvar, Range::above_zero},
        {"kv", Kind::number, Use::applied, kKv, Range::kilovolts},
        {"conn", Kind::choice, Use::applied, kConn, Range::any, kConnectionChoices},
        {"Rmatrix", Kind::matrix, Use::applied, kRmatrix},
        {"Xmatrix", Kind::matrix, Use::applied, kXmatrix},
        {"Parallel", Kind::yes_no, Use::applied, kParallel},
        {"R", Kind::number, Use::applied, kR},
        {"X", Kind::number, Use::applied, kX},
        {"Rp", Kind::number, Use::applied, kRp, Range::not_negative},
        {"Z1", Kind::numbers, Use::applied, kZ1},
        {"Z2", Kind::numbers, Use::applied, kZ2},
        {"Z0", Kind::numbers, Use::applied, kZ0},
        {"Z", Kind::numbers, Use::applied, kZ},
        {"RCurve", Kind::text, Use::not_modelled},
        {"LCurve", Kind::text, Use::not_modelled},
        {"LmH", Kind::number, Use::applied, kLmH},
        {"normamps", Kind::number, Use::applied, kAmps, Range::not_negative},
        {"emergamps"},
    },
    kDeliveryEnd);

/// Which of the ways to state an impedance was the last.
enum class Given { kvar, ohms, matrices, sequence };

struct Stated {
    Reactor reactor;
    StatedEnds ends;
    Given given = Given::kvar;
    double kvar = 100.0;
    double kv = 12.47;
    double r_ohm = 0.0;
    double x_ohm = 0.0;
    double rp_ohm = 0.0; ///< 0: none
    Assignment const* rp = nullptr;
    Assignment const* r_matrix = nullptr;
    Assignment const* x_matrix = nullptr;
    bool parallel = false;
    Complex z0;
    Complex z1;
    Complex z2;
    bool z0_stated = false;
    bool z2_stated = false;
};

void apply_sequence(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    auto const z = stated_complex(stated, owner, build);
    if (!z) {
        return;
    }
    switch (stated.property->tag) {
    case kZ1: // the other two follow until stated
        s.given = Given::sequence;
        s.z1 = *z;
        s.z2 = s.z2_stated ? s.z2 : *z;
        s.z0 = s.z0_stated ? s.z0 : *z;
        break;
    case kZ2:
        s.z2 = *z;
        s.z2_stated = true;
        break;
    case kZ0:
        s.z0 = *z;
        s.z0_stated = true;
        break;
    default:
        s.given = Given::ohms;
        s.r_ohm = z->real();
        s.x_ohm = z->imag();
        break;
    }
}

void apply(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    switch (stated.property->tag) {
    case kKvar:
        s.kvar = stated.number();
        s.given = Given::kvar;
        break;
    case kKv:
        s.kv = stated.number();
        break;
    case kConn:
        s.reactor.connection = static_cast<Connection>(stated.integer());
        break;
    case kRmatrix:
        s.r_matrix = &stated;
        s.given = Given::matrices;
        break;
    case kXmatrix:
        s.x_matrix = &stated;
        s.given = Given::matrices;
        break;
    case kParallel:
        s.parallel = stated.yes();
        break;
    case kR: // beside kvar, R stands in series with the reactance of the kvar
        s.r_ohm = stated.number();
        break;
    case kX:
        s.x_ohm = stated.number();
        s.given = Given::ohms;
        break;
    case kLmH:
        s.x_ohm = stated.number() * 1e-3 * 2.0 * std::numbers::pi * build.circuit.f_hz;
        s.given = Given::ohms;
        break;
    case kRp:
        s.rp_ohm = stated.number();
        s.rp = &stated;
        break;
    case kAmps:
        s.reactor.rating_a = stated.number();
        break;
    case kZ1:
    case kZ2:
    case kZ0:
    case kZ:
        apply_sequence(s, stated, owner, build);
        break;
    default:
        break;
    }
}

/// One branch from kvar or ohms, repeated for every phase. False when it has no impedance.
bool fill_branches(Stated& s) {
    auto& reactor = s.reactor;
    if (s.given == Given::kvar) {
        double const v_kv = phase_base_v(reactor.connection, reactor.phases, s.kv);
        s.x_ohm = v_kv * v_kv * 1e3 * reactor.phases / s.kvar;
    }
    Complex const z_ohm(s.r_ohm, s.x_ohm);
    if (z_ohm == Complex{}) {
        return false;
    }
    Complex const y_s = 1.0 / z_ohm + (s.rp_ohm > 0.0 ? 1.0 / s.rp_ohm : 0.0);
    auto const n = static_cast<std::size_t>(reactor.phases);
    reactor.y_s.assign(n * n, Complex{});
    for (std::size_t i = 0; i < n; ++i) {
        reactor.y_s[i * n + i] = y_s;
    }
    return true;
}

/// In series: (R + jX)^-1; in parallel: R^-1 + (jX)^-1. False when there is no inverse; nothing
/// after reporting rows that do not fit.
std::optional<bool> fill_from_matrices(Stated& s, Element const& element, Build& build) {
    auto const n = static_cast<std::size_t>(s.reactor.phases);
    DenseMatrix r(n);
    DenseMatrix x(n);
    for (auto const& [stated, into, unit] : {std::tuple(s.r_matrix, &r, Complex(1.0, 0.0)),
                                             std::tuple(s.x_matrix, &x, Complex(0.0, 1.0))}) {
        if (stated == nullptr) {
            continue;
        }
        auto const values = stated_matrix(*stated, s.reactor.phases, element, &build.report);
        if (!values) {
            return std::nullopt;
        }
        for (std::size_t k = 0; k < values->size(); ++k) {
            into->values[k] = (*values)[k] * unit;
        }
    }
    s.reactor.y_s.assign(n * n, Complex{});
    auto const add_inverse = [&s](DenseMatrix const& z) {
        auto const y = inverse_of(z);
        for (std::size_t k = 0; y && k < y->values.size(); ++k) {
            s.reactor.y_s[k] += y->values[k];
        }
        return y.has_value();
    };
    if (s.parallel) {
        return add_inverse(r) && add_inverse(x);
    }
    for (std::size_t k = 0; k < r.values.size(); ++k) {
        r.values[k] += x.values[k];
    }
    return add_inverse(r);
}

std::optional<bool> fill_admittance(Stated& s, Element const& element, Build& build) {
    switch (s.given) {
    case Given::kvar:
    case Given::ohms:
        return fill_branches(s);
    case Given::matrices:
        return fill_from_matrices(s, element, build);
    case Given::sequence:
        break;
    }
    DenseMatrix z(3);
    z.values = phase_matrix(s.z0, s.z1, s.z2);
    auto y = inverse_of(z);
    if (y) {
        s.reactor.y_s = std::move(y->values);
    }
    return y.has_value();
}

bool check(Stated const& s, Element const& element, Build& build) {
    auto const& reactor = s.reactor;
    bool const delta = reactor.connection == Connection::delta;
    bool const coupled = s.given == Given::matrices || s.given == Given::sequence;
    auto const wrong = [&](Place at, std::string_view what, std::string_view expected) {
        build.report.error(at, fmt::format("{} {}", element.label(), what), std::string(expected));
        return false;
    };
    if (delta && s.ends.bus2 != nullptr) {
        return wrong(s.ends.bus2->at, "is delta and has a bus2", "bus1 alone");
    }
    if (delta && (coupled || reactor.phases > 3)) {
        return wrong(element.where, "is delta with more than three phases or coupled ones",
                     "kvar, or R and X of a branch, for 1 to 3 phases");
    }
    if (s.given == Given::sequence && reactor.phases != 3) {
        return wrong(element.where, fmt::format("states Z1 and has phases={}", reactor.phases),
                     "phases=3, or Z=[R, X]");
    }
    if (s.given != Given::sequence && (s.z0_stated || s.z2_stated)) {
        return wrong(element.where, "states Z0 or Z2 and another impedance than Z1",
                     "Z1=[R, X] with them");
    }
    if (coupled && s.rp != nullptr) {
        return wrong(s.rp->at, "states Rp beside coupled phases", "R and X, or kvar, with Rp");
    }
    return true;
}

void convert(Element const& element, Build& build) {
    Stated s;
    for (auto const& stated : element.assignments) {
        if (!apply_ends(s.ends, s.reactor.phases, stated)) {
            apply(s, stated, element, build);
        }
    }
    build.missing(element, kEndBus1, "bus1");
    if (!build.common(element) || s.ends.bus1 == nullptr || !check(s, element, build)) {
        return;
    }
    auto& reactor = s.reactor;
    place_branches(reactor, s.ends, element, build);
    auto const filled = fill_admittance(s, element, build);
    if (filled == false) {
        build.report.error(
            element.where,
            fmt::format("{} has no impedance, or one without inverse", element.label()),
            "kvar, or R and X other than 0");
    }
    if (filled != true || !build.all_finite(element, reactor.y_s)) {
        return;
    }
    build.circuit.reactors.push_back(std::move(reactor));
}

} // namespace

ClassSpec const kReactorClass{"Reactor", kProperties, convert};

} // namespace gridtwin::grid::dss
