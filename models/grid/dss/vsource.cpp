// Sources: short-circuit power, short-circuit current or sequence impedances to a phase matrix.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/matrix.hpp"
#include "models/grid/dss/two_ends.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kBaseKv = 1,
    kPu,
    kAngle,
    kFrequency,
    kMva3,
    kMva1,
    kX1R1,
    kX0R0,
    kIsc3,
    kIsc1,
    kR1,
    kX1,
    kR0,
    kX0,
    kZ1,
    kZ0,
    kZ2,
    kPuZ1,
    kPuZ0,
    kPuZ2,
    kBaseMva,
    kModel,
    kPuZIdeal,
    kYearly,
    kDaily,
    kDuty,
};

constexpr int kPositive = 1;
constexpr Choice kSequences[] = {{"positive", kPositive}, {"zero", 0}, {"negative", -1}};
constexpr Choice kModels[] = {{"Thevenin", 0}, {"Ideal", 1}};

constexpr PropertySpec kProperties[] = {
    {"bus1", Kind::bus, Use::applied, kEndBus1},
    {"basekv", Kind::number, Use::applied, kBaseKv, Range::kilovolts},
    {"pu", Kind::number, Use::applied, kPu, Range::above_zero},
    {"angle", Kind::number, Use::applied, kAngle},
    {"frequency", Kind::number, Use::applied, kFrequency, Range::above_zero},
    {"phases", Kind::integer, Use::applied, kEndPhases, Range::phases},
    {"MVAsc3", Kind::number, Use::applied, kMva3, Range::above_zero},
    {"MVAsc1", Kind::number, Use::applied, kMva1, Range::above_zero},
    {"x1r1", Kind::number, Use::applied, kX1R1, Range::above_zero},
    {"x0r0", Kind::number, Use::applied, kX0R0, Range::above_zero},
    {"Isc3", Kind::number, Use::applied, kIsc3, Range::above_zero},
    {"Isc1", Kind::number, Use::applied, kIsc1, Range::above_zero},
    {"R1", Kind::number, Use::applied, kR1, Range::not_negative},
    {"X1", Kind::number, Use::applied, kX1, Range::not_negative},
    {"R0", Kind::number, Use::applied, kR0, Range::not_negative},
    {"X0", Kind::number, Use::applied, kX0, Range::not_negative},
    {"ScanType", Kind::text},
    {"Sequence", Kind::choice, Use::not_modelled, 0, Range::any, kSequences, kPositive},
    {"bus2", Kind::bus, Use::applied, kEndBus2},
    {"Z1", Kind::numbers, Use::applied, kZ1, Range::not_negative},
    {"Z0", Kind::numbers, Use::applied, kZ0, Range::not_negative},
    {"Z2", Kind::numbers, Use::applied, kZ2, Range::not_negative},
    {"puZ1", Kind::numbers, Use::applied, kPuZ1, Range::not_negative},
    {"puZ0", Kind::numbers, Use::applied, kPuZ0, Range::not_negative},
    {"puZ2", Kind::numbers, Use::applied, kPuZ2, Range::not_negative},
    {"baseMVA", Kind::number, Use::applied, kBaseMva, Range::above_zero},
    {"Yearly", Kind::text, Use::applied, kYearly},
    {"Daily", Kind::text, Use::applied, kDaily},
    {"Duty", Kind::text, Use::applied, kDuty},
    {"Model", Kind::choice, Use::applied, kModel, Range::any, kModels},
    {"puZideal", Kind::numbers, Use::applied, kPuZIdeal, Range::not_negative},
    {"spectrum", Kind::text},
    {"basefreq", Kind::number, Use::applied, kTagBaseFrequency, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

enum class Given { power, current, sequence, per_unit };

struct Stated {
    StatedEnds ends;
    double kv = 115.0;
    double pu = 1.0;
    double angle_deg = 0.0;
    double f_hz = 60.0;
    int phases = 3;
    Given given = Given::power;
    bool mva_stated[2] = {false, false}; ///< MVAsc3, MVAsc1
    bool isc_stated[2] = {false, false};
    double mva3 = 2000.0;
    double mva1 = 2100.0;
    double x1r1 = 4.0;
    double x0r0 = 3.0;
    // what 2000 and 2100 MVA are at the 115 kV that a source has until told otherwise
    double isc3_a = 2000e6 / (std::numbers::sqrt3 * 115e3);
    double isc1_a = 2100e6 / (std::numbers::sqrt3 * 115e3);
    Complex z1;
    Complex z2;
    Complex z0;
    Complex pu_z1;
    Complex pu_z2;
    Complex pu_z0;
    bool zero_stated = false;
    bool negative_stated = false;
    double base_mva = 100.0;
    bool ideal = false;
    Complex pu_z_ideal{1e-6, 1e-3};
    ShapeRefs shapes;
};

/// Z1 and, until they are stated, Z2 and Z0 with it.
void take_positive(Complex z, Complex& z1, Complex& z2, Complex& z0, Stated const& s) {
    z1 = z;
    z2 = s.negative_stated ? z2 : z;
    z0 = s.zero_stated ? z0 : z;
}

void apply_pair(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    auto const z = stated_complex(stated, owner, build);
    if (!z) {
        return;
    }
    switch (stated.property->tag) {
    case kZ1:
        take_positive(*z, s.z1, s.z2, s.z0, s);
        s.given = Given::sequence;
        break;
    case kZ2:
        s.z2 = *z;
        s.negative_stated = true;
        s.given = Given::sequence;
        break;
    case kZ0:
        s.z0 = *z;
        s.zero_stated = true;
        s.given = Given::sequence;
        break;
    case kPuZ1:
        take_positive(*z, s.pu_z1, s.pu_z2, s.pu_z0, s);
        s.given = Given::per_unit;
        break;
    case kPuZ2:
        s.pu_z2 = *z;
        s.negative_stated = true;
        s.given = Given::per_unit;
        break;
    case kPuZ0:
        s.pu_z0 = *z;
        s.zero_stated = true;
        s.given = Given::per_unit;
        break;
    default:
        s.pu_z_ideal = *z;
        break;
    }
}

void apply_impedance(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    switch (stated.property->tag) {
    case kMva3:
        s.mva3 = stated.number();
        s.mva_stated[0] = true;
        s.given = Given::power;
        break;
    case kMva1:
        s.mva1 = stated.number();
        s.mva_stated[1] = true;
        s.given = Given::power;
        break;
    case kIsc3:
        s.isc3_a = stated.number();
        s.isc_stated[0] = true;
        s.given = Given::current;
        break;
    case kIsc1:
        s.isc1_a = stated.number();
        s.isc_stated[1] = true;
        s.given = Given::current;
        break;
    case kR1:
        s.z1.real(stated.number());
        s.z2.real(stated.number());
        s.given = Given::sequence;
        break;
    case kX1:
        s.z1.imag(stated.number());
        s.z2.imag(stated.number());
        s.given = Given::sequence;
        break;
    case kR0:
        s.z0.real(stated.number());
        s.given = Given::sequence;
        break;
    case kX0:
        s.z0.imag(stated.number());
        s.given = Given::sequence;
        break;
    case kZ1:
    case kZ2:
    case kZ0:
    case kPuZ1:
    case kPuZ2:
    case kPuZ0:
    case kPuZIdeal:
        apply_pair(s, stated, owner, build);
        break;
    default:
        break;
    }
}

void apply(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    switch (stated.property->tag) {
    case kBaseKv:
        s.kv = stated.number();
        break;
    case kPu:
        s.pu = stated.number();
        break;
    case kAngle:
        s.angle_deg = stated.number();
        break;
    case kFrequency:
        s.f_hz = stated.number();
        break;
    case kX1R1:
        s.x1r1 = stated.number();
        break;
    case kX0R0:
        s.x0r0 = stated.number();
        break;
    case kBaseMva:
        s.base_mva = stated.number();
        break;
    case kModel:
        s.ideal = stated.integer() != 0;
        break;
    case kYearly:
        s.shapes.yearly = build.shape_row(stated, owner);
        break;
    case kDaily:
        s.shapes.daily = build.shape_row(stated, owner);
        break;
    case kDuty:
        s.shapes.duty = build.shape_row(stated, owner);
        break;
    default:
        apply_impedance(s, stated, owner, build);
        break;
    }
}

/// Z1 from the three-phase short circuit and the ratio X1/R1; Z0 so that the current of a short
/// circuit from one phase to ground, 3 V / |2 Z1 + Z0|, is the stated one at the ratio X0/R0.
void from_short_circuit(Stated& s) {
    bool const power = s.given == Given::power;
    double const v_ln_v = 1e3 * (s.phases == 1 ? s.kv : s.kv / std::numbers::sqrt3);
    double const z1_abs =
        power ? s.kv * s.kv / s.mva3 : s.kv * 1e3 / std::numbers::sqrt3 / s.isc3_a;
    double const loop = power ? 3.0 * s.kv * s.kv / s.mva1 : 3.0 * v_ln_v / s.isc1_a; // |2 Z1 + Z0|
    double const x1 = z1_abs / std::sqrt(1.0 + 1.0 / (s.x1r1 * s.x1r1));
    double const r1 = x1 / s.x1r1;
    double const a = 1.0 + s.x0r0 * s.x0r0;
    double const b = 4.0 * (r1 + x1 * s.x0r0);
    double const c = 4.0 * (r1 * r1 + x1 * x1) - loop * loop;
    double const r0 = (-b + std::sqrt(b * b - 4.0 * a * c)) / (2.0 * a);
    s.z1 = s.z2 = {r1, x1};
    s.z0 = {r0, r0 * s.x0r0};
}

void fill_matrix(Vsource& source, Stated& s) {
    auto const n = static_cast<std::size_t>(s.phases);
    double const base_ohm = s.kv * s.kv / s.base_mva;
    if (s.ideal) {
        source.z_ohm.assign(n * n, {});
        for (std::size_t i = 0; i < n; ++i) {
            source.z_ohm[i * n + i] = s.pu_z_ideal * base_ohm;
        }
        return;
    }
    bool const short_circuit = s.given == Given::power || s.given == Given::current;
    if (short_circuit) {
        from_short_circuit(s);
    } else if (s.given == Given::per_unit) {
        s.z1 = s.pu_z1 * base_ohm;
        s.z2 = s.pu_z2 * base_ohm;
        s.z0 = s.pu_z0 * base_ohm;
    }
    if (n == 1 && !short_circuit) {
        s.z2 = s.z0 = s.z1; // one phase has one impedance
    }
    if (n == 3 && s.z1 != s.z2) {
        source.z_ohm = phase_matrix(s.z0, s.z1, s.z2);
        return;
    }
    source.z_ohm.assign(n * n, (s.z0 - s.z1) / 3.0);
    for (std::size_t i = 0; i < n; ++i) {
        source.z_ohm[i * n + i] = (2.0 * s.z1 + s.z0) / 3.0;
    }
}

/// Reports a zero sequence that cannot be; true when it can. A negative resistance is a note: the
/// reference goes on with it, and published feeders state values that have one.
bool zero_sequence_can_be(Stated const& s, Element const& element, Build& build) {
    bool const imaginary = std::isnan(s.z0.real());
    if (s.ideal || (!imaginary && s.z0.real() >= 0.0)) {
        return true;
    }
    if (imaginary) {
        build.report.error(element.where,
                           fmt::format("the short-circuit values of {} make its zero-sequence "
                                       "impedance imaginary",
                                       element.label()),
                           "MVAsc1 below 1.5 MVAsc3, or Isc1 below 1.5 Isc3");
        return false;
    }
    bool const power = s.given == Given::power;
    auto const* stated = power ? s.mva_stated : s.isc_stated;
    auto const& [three, one] = power ? std::pair("MVAsc3", "MVAsc1") : std::pair("Isc3", "Isc1");
    auto text =
        stated[0] && stated[1]
            ? fmt::format("a source's {} is not below 1.5 {}: its zero-sequence resistance is "
                          "negative, as in the reference",
                          one, three)
            : fmt::format("a source states {} alone: with the usual {} its zero-sequence "
                          "resistance is negative, as in the reference; state both",
                          stated[0] ? three : one, stated[0] ? one : three);
    add_note(build.circuit.notes, std::move(text), build.report.position(element.where));
    return true;
}

/// The source before anything is stated: 2000 and 2100 MVA at 115 kV, in ohms too.
Stated usual_source(double f_hz) {
    Stated s;
    from_short_circuit(s);
    s.f_hz = f_hz;
    return s;
}

void convert(Element const& element, Build& build) {
    Stated s = usual_source(build.circuit.f_hz);
    for (auto const& stated : element.assignments) {
        if (!apply_ends(s.ends, s.phases, stated)) {
            apply(s, stated, element, build);
        }
    }
    BusName const usual{"sourcebus", {}, element.where};
    if (s.ends.bus1 == nullptr && element.name == "source") {
        s.ends.bus1 = &usual; // the circuit's own source has a bus unless told otherwise
    } else {
        build.missing(element, kEndBus1, "bus1");
    }
    if (!build.common(element) || s.ends.bus1 == nullptr) {
        return;
    }
    if (s.f_hz != build.circuit.f_hz) {
        build.report.error(element.where,
                           fmt::format("{} has a frequency of {:g} Hz", element.label(), s.f_hz),
                           fmt::format("the circuit's {:g} Hz", build.circuit.f_hz));
    }
    Vsource source;
    source.phases = s.phases;
    place_ends(source, s.ends, element, build);
    source.v_ll_v = s.kv * 1e3;
    source.v_pu = s.pu;
    source.angle_deg = s.angle_deg;
    source.f_hz = s.f_hz;
    source.shapes = s.shapes;
    if (s.negative_stated && s.phases != 3 && s.phases != 1 && !s.ideal) {
        build.report.error(element.where,
                           fmt::format("{} states Z2 for {} phases", element.label(), s.phases),
                           "three phases, or Z1 and Z0");
        return;
    }
    fill_matrix(source, s);
    if (!zero_sequence_can_be(s, element, build)) {
        return;
    }
    if (!build.all_finite(element, source.z_ohm)) {
        return;
    }
    if (source.z_ohm[0] == Complex{}) {
        build.report.error(element.where, fmt::format("{} has no impedance", element.label()),
                           "r1 or x1 above 0");
        return;
    }
    build.circuit.sources.push_back(std::move(source));
}

} // namespace

ClassSpec const kVsourceClass{"Vsource", kProperties, convert};

} // namespace gridtwin::grid::dss
