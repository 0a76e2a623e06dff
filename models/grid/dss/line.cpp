// Lines: from a line code, sequence values or matrices, to ohm and farad of the whole length.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/line_conductors.hpp"
#include "models/grid/dss/linecode.hpp"
#include "models/grid/dss/odd_impedance.hpp"
#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gridtwin::grid::dss {
namespace {

constexpr auto kProperties = joined(
    {
        {"bus1", Kind::bus, Use::applied, kTagBus1},
        {"bus2", Kind::bus, Use::applied, kTagBus2},
        {"linecode", Kind::text, Use::applied, kTagLineCode},
        {"length", Kind::number, Use::applied, kTagLength, Range::above_zero},
        {"phases", Kind::integer, Use::applied, kTagPhases, Range::phases},
    },
    kSequenceProperties,
    {
        {"rmatrix", Kind::matrix, Use::applied, kTagRmatrix},
        {"xmatrix", Kind::matrix, Use::applied, kTagXmatrix},
        {"cmatrix", Kind::matrix, Use::applied, kTagCmatrix},
        {"Switch", Kind::yes_no, Use::applied, kTagSwitch},
        {"Rg", Kind::number, Use::applied, kTagRg},
        {"Xg", Kind::number, Use::applied, kTagXg},
        {"rho", Kind::number, Use::applied, kTagRho, Range::above_zero},
        {"geometry", Kind::text, Use::applied, kTagGeometry},
        {"units", Kind::choice, Use::applied, kTagUnits, Range::any, kUnitChoices},
        {"spacing", Kind::text, Use::applied, kTagSpacing},
        {"wires", Kind::text, Use::applied, kTagWires},
        {"EarthModel", Kind::choice, Use::applied, kTagEarthModel, Range::any, kEarthModelChoices},
        {"cncables", Kind::text, Use::applied, kTagCnCables},
        {"tscables", Kind::text, Use::applied, kTagTsCables},
        {"B1", Kind::number, Use::applied, kTagB1, Range::not_negative},
        {"B0", Kind::number, Use::applied, kTagB0, Range::not_negative},
        {"Seasons", Kind::integer},
        {"Ratings", Kind::numbers},
        {"LineType", Kind::text},
        {"EpsRMedium", Kind::number, Use::applied, kTagEpsRMedium, Range::above_zero},
        {"HeightOffset", Kind::number, Use::applied, kTagHeightOffset},
        {"HeightUnit", Kind::choice, Use::no_effect, 0, Range::any, kUnitChoices},
        {"Conductors", Kind::free, Use::not_modelled},
        {"normamps", Kind::number, Use::applied, kTagAmps, Range::not_negative},
        {"emergamps", Kind::number, Use::no_effect, 0, Range::not_negative},
    },
    kDeliveryEnd);

/// What the replay of a line's assignments keeps beside its impedances.
class LineReplay {
  public:
    LineReplay(Element const& element, Build& build)
        : conductors(element, build), earth(element.earth_model), element_(element), build_(build) {
        data.base_hz = build.circuit.f_hz;
        data.fill_from_sequence(false);
    }
    void apply(Assignment const& stated);
    void finish();
    [[nodiscard]] bool code_stated() const { return code_stated_; }
    LineConductors conductors; ///< instead of impedances when stated
    EarthModel earth;
    LineCodeData data;                         ///< unit: of the length, as last stated
    Assignment const* medium = nullptr;        ///< EpsRMedium as last stated
    Assignment const* height_offset = nullptr; ///< HeightOffset likewise
    BusName const* bus1 = nullptr;
    BusName const* bus2 = nullptr;
    double length = 1.0;
    double length_per_unit = 1.0; ///< how many of the length's units one of the impedances' is
    LengthUnit code_unit = LengthUnit::none;
    bool is_switch = false;

  private:
    void take_phases(Assignment const& stated);
    void take_code(Assignment const& stated);
    void take_units(LengthUnit unit);
    void take_impedance(Assignment const& stated);
    void take_conductors(Assignment const& stated);
    void make_switch();
    void forget_units();

    Element const& element_;
    Build& build_;
    bool phases_stated_ = false;
    bool code_stated_ = false;
    bool sequence_stated_ = false;
    bool matrix_stated_ = false;
    bool c_stated_ = false;
};

/// What the line is made of decides its phases and its rating, whatever was said before.
void LineReplay::take_conductors(Assignment const& stated) {
    switch (stated.property->tag) {
    case kTagGeometry:
        conductors.take_geometry(stated);
        break;
    case kTagSpacing:
        conductors.take_spacing(stated);
        break;
    case kTagWires:
        conductors.take_conductors("wiredata", stated);
        break;
    case kTagCnCables:
        conductors.take_conductors("cndata", stated);
        break;
    default:
        conductors.take_conductors("tsdata", stated);
        break;
    }
    if (conductors.stated() && !conductors.lost()) {
        code_stated_ = false;
        data.phases = conductors.phases();
        data.amps = conductors.amps();
        data.amps_stated = true;
    }
}

void LineReplay::forget_units() {
    code_stated_ = false;
    code_unit = LengthUnit::none;
    data.unit = LengthUnit::none;
    length_per_unit = 1.0;
}

void LineReplay::take_phases(Assignment const& stated) {
    if (stated.integer() != data.phases) {
        if (conductors.stated() && !conductors.lost()) {
            build_.report.error(stated.at,
                                fmt::format("{} has phases={} after conductors for {}",
                                            element_.label(), stated.integer(), data.phases),
                                fmt::format("phases={}", data.phases));
            return;
        }
        if (!data.sequence) {
            build_.report.error(
                stated.at,
                fmt::format("{} has phases={} after matrices of {}", element_.label(),
                            stated.integer(), data.phases),
                fmt::format("phases={}, or phases before the matrices", data.phases));
            return;
        }
        data.phases = stated.integer();
        data.fill_from_sequence(false);
    }
    phases_stated_ = true;
}

void LineReplay::take_code(Assignment const& stated) {
    auto const* code = build_.elements.find("linecode", stated.text());
    if (code == nullptr) {
        build_.report.error(stated.at,
                            fmt::format("linecode '{}' of {} is not defined", shown(stated.text()),
                                        element_.label()),
                            "a LineCode defined before its use",
                            nearest_name(stated.text(), build_.elements.names("linecode")));
        return;
    }
    if (code->defined > stated.statement) {
        build_.report.error(stated.at,
                            fmt::format("linecode '{}' of {} is defined only later",
                                        shown(stated.text()), element_.label()),
                            "a LineCode defined before its use");
        return;
    }
    auto const known = line_code_at(*code, stated.statement, build_);
    if (phases_stated_ && known->phases != data.phases) {
        build_.report.error(stated.at,
                            fmt::format("linecode '{}' of {} has {} phases", shown(stated.text()),
                                        element_.label(), known->phases),
                            fmt::format("{}, as phases={} says", data.phases, data.phases));
        return;
    }
    conductors.forget();
    auto const unit = data.unit;
    data = *known;
    if (data.sequence) {
        data.fill_from_sequence(false);
    }
    code_unit = data.unit;
    data.unit = unit;
    length_per_unit = unit_ratio(code_unit, unit);
    code_stated_ = true;
}

void LineReplay::take_units(LengthUnit unit) {
    length_per_unit =
        code_stated_ ? unit_ratio(code_unit, unit) : length_per_unit * unit_ratio(data.unit, unit);
    data.unit = unit;
}

void LineReplay::take_impedance(Assignment const& stated) {
    auto const tag = stated.property->tag;
    conductors.forget();
    forget_units();
    apply_impedance(data, stated, element_, &build_.report);
    sequence_stated_ = sequence_stated_ || is_sequence_tag(tag);
    matrix_stated_ = matrix_stated_ || is_matrix_tag(tag);
    c_stated_ = c_stated_ || tag == kTagC1 || tag == kTagC0 || tag == kTagB1 || tag == kTagB0;
}

void LineReplay::make_switch() {
    data.r1 = data.x1 = data.r0 = data.x0 = 1.0;
    data.c1_nf = 1.1;
    data.c0_nf = 1.0;
    data.sequence = true;
    sequence_stated_ = true;
    length = 0.001;
    conductors.forget();
    forget_units();
}

void LineReplay::apply(Assignment const& stated) {
    switch (stated.property->tag) {
    case kTagBus1:
        bus1 = &stated.bus();
        break;
    case kTagBus2:
        bus2 = &stated.bus();
        break;
    case kTagLineCode:
        take_code(stated);
        break;
    case kTagGeometry:
    case kTagSpacing:
    case kTagWires:
    case kTagCnCables:
    case kTagTsCables:
        take_conductors(stated);
        break;
    case kTagEpsRMedium:
        medium = &stated;
        break;
    case kTagHeightOffset:
        height_offset = &stated;
        break;
    case kTagEarthModel:
        earth = static_cast<EarthModel>(stated.integer());
        break;
    case kTagLength:
        length = stated.number();
        break;
    case kTagPhases:
        take_phases(stated);
        break;
    case kTagSwitch:
        is_switch = stated.yes();
        if (is_switch) {
            make_switch();
        }
        break;
    case kTagUnits:
        take_units(static_cast<LengthUnit>(stated.integer()));
        break;
    default:
        apply_common(data, stated);
        if (is_sequence_tag(stated.property->tag) || is_matrix_tag(stated.property->tag)) {
            take_impedance(stated);
        }
        break;
    }
}

void LineReplay::finish() {
    if (sequence_stated_ && matrix_stated_ && (is_switch || mixes_impedances(element_, false))) {
        build_.report.error(
            element_.where,
            fmt::format("{} states both sequence values and matrices", element_.label()),
            "r1..c0 or rmatrix, xmatrix, cmatrix");
    }
    if (!data.sequence || conductors.stated()) {
        return;
    }
    if (sequence_stated_ && !c_stated_) {
        // the default capacitance is per kft; it follows the length's unit
        data.c1_nf /= unit_ratio(LengthUnit::kft, data.unit);
        data.c0_nf /= unit_ratio(LengthUnit::kft, data.unit);
    }
    data.fill_from_sequence(false);
}

/// Series impedance and capacitance of the whole length at the circuit's frequency. Away from the
/// impedances' own frequency the earth return changes too (Carson, through Rg, Xg and rho).
void fill_impedances(Line& line, LineReplay const& replay, double f_hz) {
    auto const& data = replay.data;
    double const units = replay.length / replay.length_per_unit;
    double const ratio = f_hz / data.base_hz;
    bool const other = ratio != 1.0;
    double const dr = other ? data.rg * (ratio - 1.0) : 0.0;
    double const dx =
        other && data.xg != 0.0
            ? 0.5 * data.xg / std::log(658.5 * std::sqrt(data.rho / data.base_hz)) * std::log(ratio)
            : 0.0;
    for (std::size_t i = 0; i < data.r.size(); ++i) {
        line.z_ohm.emplace_back((data.r[i] + dr) * units, (data.x[i] - dx) * ratio * units);
        line.c_f.push_back(data.c_nf[i] * 1e-9 * units);
    }
}

/// Series impedance and capacitance of the whole length from constants per metre. A length without
/// a unit is in metres.
void fill_from_constants(Line& line, LineConstants const& constants) {
    line.z_ohm = constants.z_ohm_per_m.values;
    line.c_f = constants.c_f_per_m;
    for (auto& z : line.z_ohm) {
        z *= line.length_m;
    }
    for (auto& c : line.c_f) {
        c *= line.length_m;
    }
}

/// What surrounds conductors matters where the impedances come from them.
void refuse_surroundings(LineReplay const& replay, Element const& element, Build& build) {
    auto const refuse = [&](Assignment const* stated, double usual) {
        if (stated != nullptr && stated->number() != usual) {
            build.report.error(stated->at,
                               fmt::format("property '{}' of {} is not modelled",
                                           stated->property->name, element.label()),
                               fmt::format("{:g}", usual));
        }
    };
    if (replay.conductors.stated()) {
        refuse(replay.medium, 1.0);
        refuse(replay.height_offset, 0.0);
    }
}

/// Units stated on one side only are converted by nobody.
void note_units(LineReplay const& replay, Line const& line, Build& build) {
    bool const of_line = replay.data.unit != LengthUnit::none;
    if (replay.code_stated() && of_line != (replay.code_unit != LengthUnit::none)) {
        add_note(build.circuit.notes,
                 of_line
                     ? "a line states units and its linecode does not: nothing is converted, the "
                       "code's values are taken per unit of the line, as the reference does"
                     : "a linecode states units and its line does not: nothing is converted, the "
                       "length is taken in units of the code, as the reference does",
                 line.where);
    }
}

bool has_impedance(Line const& line) {
    auto const n = static_cast<std::size_t>(line.phases);
    for (std::size_t i = 0; i < n; ++i) {
        if (line.z_ohm[i * n + i] == Complex{}) {
            return false;
        }
    }
    return true;
}

/// What Open and Close have left; open at one end is open.
void place_opened(Line& line, Element const& element, Build& build) {
    if (element.switched_conductor > line.phases) {
        build.report.error(
            element.switched_at,
            fmt::format("{} has no conductor {}", element.label(), element.switched_conductor),
            fmt::format("0, all of them, or 1..{}", line.phases));
    }
    std::uint32_t const all = line.phases >= 32 ? ~0U : (1U << line.phases) - 1U;
    std::uint32_t const open = (element.open_at[0] | element.open_at[1]) & all;
    line.closed = open != all;
    line.open_conductors = line.closed ? open : 0U;
}

void convert(Element const& element, Build& build) {
    LineReplay replay(element, build);
    for (auto const& stated : element.assignments) {
        replay.apply(stated);
    }
    replay.finish();
    build.missing(element, kTagBus1, "bus1");
    build.missing(element, kTagBus2, "bus2");
    refuse_surroundings(replay, element, build);
    auto const constants = replay.conductors.constants(replay.earth, replay.data.rho);
    if (!element.yes(kTagEnabled, true) || replay.bus1 == nullptr || replay.bus2 == nullptr ||
        replay.conductors.lost()) {
        return;
    }
    Line line;
    line.name = element.name;
    line.where = build.report.position(element.where);
    line.phases = replay.data.phases;
    line.bus1 = build.terminal(*replay.bus1, line.phases, line.phases, element);
    line.bus2 = build.terminal(*replay.bus2, line.phases, line.phases, element);
    auto const unit = replay.data.unit != LengthUnit::none ? replay.data.unit : replay.code_unit;
    bool const metres_meant = constants != nullptr && replay.data.unit == LengthUnit::none;
    line.length_m = replay.length * (metres_meant ? 1.0 : metres(unit));
    if (constants != nullptr) {
        fill_from_constants(line, *constants);
    } else {
        fill_impedances(line, replay, build.circuit.f_hz);
    }
    line.is_switch = replay.is_switch;
    place_opened(line, element, build);
    line.rating_a = replay.data.amps;
    line.rating_stated = replay.data.amps_stated;
    if (!build.all_finite(element, line.z_ohm) || !build.all_finite(element, line.c_f) ||
        !build.finite(element, {line.length_m})) {
        return;
    }
    if (!has_impedance(line)) {
        build.report.error(element.where, fmt::format("{} has no impedance", element.label()),
                           "a self impedance above 0");
        return;
    }
    note_units(replay, line, build);
    note_generating(line, build);
    build.circuit.lines.push_back(std::move(line));
}

} // namespace

ClassSpec const kLineClass{"Line", kProperties, convert};

} // namespace gridtwin::grid::dss
