// Conductors of lines: bare wires, cables with concentric neutrals, cables with tape shields.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/geometry.hpp"
#include "models/grid/dss/text.hpp"
#include "models/grid/dss/units.hpp"

#include <fmt/format.h>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kRdc = 1,
    kRac,
    kRunits,
    kGmr,
    kGmrUnits,
    kRadius,
    kRadiusUnits,
    kAmps,
    kDiameter,
    kCapRadius,
    kEpsR,
    kInsLayer,
    kDiaIns,
    kDiaCable,
    kStrands,
    kDiaStrand,
    kGmrStrand,
    kRstrand,
    kSemicon,
    kDiaShield,
    kTapeLayer,
    kTapeLap,
};

constexpr PropertySpec kConductor[] = {
    {"Rdc", Kind::number, Use::applied, kRdc, Range::not_negative},
    {"Rac", Kind::number, Use::applied, kRac, Range::not_negative},
    {"Runits", Kind::choice, Use::applied, kRunits, Range::any, kUnitChoices},
    {"GMRac", Kind::number, Use::applied, kGmr, Range::above_zero},
    {"GMRunits", Kind::choice, Use::applied, kGmrUnits, Range::any, kUnitChoices},
    {"radius", Kind::number, Use::applied, kRadius, Range::above_zero},
    {"radunits", Kind::choice, Use::applied, kRadiusUnits, Range::any, kUnitChoices},
    {"normamps", Kind::number, Use::applied, kAmps},
    {"emergamps"},
    {"diam", Kind::number, Use::applied, kDiameter, Range::above_zero},
    {"Seasons", Kind::integer},
    {"Ratings", Kind::numbers},
    {"Capradius", Kind::number, Use::applied, kCapRadius, Range::above_zero},
};

constexpr PropertySpec kCable[] = {
    {"EpsR", Kind::number, Use::applied, kEpsR, Range::above_zero},
    {"InsLayer", Kind::number, Use::applied, kInsLayer, Range::above_zero},
    {"DiaIns", Kind::number, Use::applied, kDiaIns, Range::above_zero},
    {"DiaCable", Kind::number, Use::applied, kDiaCable, Range::above_zero},
};

constexpr PropertySpec kConcentric[] = {
    {"k", Kind::integer, Use::applied, kStrands, Range::above_zero},
    {"DiaStrand", Kind::number, Use::applied, kDiaStrand, Range::above_zero},
    {"GmrStrand", Kind::number, Use::applied, kGmrStrand, Range::above_zero},
    {"Rstrand", Kind::number, Use::applied, kRstrand, Range::above_zero},
};

constexpr PropertySpec kSemiconducting[] = {
    {"SemiconLayer", Kind::yes_no, Use::applied, kSemicon},
};

constexpr PropertySpec kTape[] = {
    {"DiaShield", Kind::number, Use::applied, kDiaShield, Range::above_zero},
    {"TapeLayer", Kind::number, Use::applied, kTapeLayer, Range::above_zero},
    {"TapeLap", Kind::number, Use::applied, kTapeLap, Range::not_negative},
};

constexpr PropertySpec kLike[] = {{"like", Kind::text, Use::applied, kTagLike}};

constexpr auto kWireProperties = joined(kConductor, kLike);
constexpr auto kCnProperties = joined(kConcentric, kSemiconducting, kCable, kConductor, kLike);
constexpr auto kTsProperties = joined(kTape, kCable, kConductor, kLike);

/// Numbers as stated, each still in its unit; negative: not stated.
struct Stated {
    LineConductor c;
    double r_dc = -1.0;
    double r_ac = -1.0;
    double gmr = -1.0;
    double radius = -1.0;
    double capacitance_radius = -1.0;
    double strand_gmr = -1.0;
    LengthUnit r_unit = LengthUnit::none;
    LengthUnit gmr_unit = LengthUnit::none;
    LengthUnit radius_unit = LengthUnit::none;
    double amps = 0.0;
};

void apply_cable(Stated& s, Assignment const& stated) {
    double const value = stated.number();
    switch (stated.property->tag) {
    case kEpsR:
        s.c.relative_permittivity = value;
        break;
    case kInsLayer:
        s.c.insulation_m = value;
        break;
    case kDiaIns:
        s.c.insulation_diameter_m = value;
        break;
    case kDiaCable:
        s.c.cable_diameter_m = value;
        break;
    case kStrands:
        s.c.strands = stated.integer();
        break;
    case kDiaStrand:
        s.c.strand_diameter_m = value;
        s.strand_gmr = s.strand_gmr < 0.0 ? 0.7788 * 0.5 * value : s.strand_gmr;
        break;
    case kGmrStrand:
        s.strand_gmr = value;
        break;
    case kRstrand:
        s.c.strand_r_ohm_per_m = value;
        break;
    case kSemicon:
        s.c.semiconducting = stated.yes();
        break;
    case kDiaShield:
        s.c.shield_diameter_m = value;
        break;
    case kTapeLayer:
        s.c.tape_m = value;
        break;
    case kTapeLap:
        s.c.tape_lap_percent = value;
        break;
    default:
        break;
    }
}

/// What is not stated follows from what is, in the order of the statements, as in the element
/// reference: a solid round wire's GMR is 0.7788 of its radius, alternating current meets 2 % more.
void apply(Stated& s, Assignment const& stated) {
    double const value = stated.number();
    auto const unit = static_cast<LengthUnit>(stated.integer());
    switch (stated.property->tag) {
    case kRdc:
        s.r_dc = value;
        s.r_ac = s.r_ac < 0.0 ? 1.02 * value : s.r_ac;
        break;
    case kRac:
        s.r_ac = value;
        s.r_dc = s.r_dc < 0.0 ? value / 1.02 : s.r_dc;
        break;
    case kRunits:
        s.r_unit = unit;
        break;
    case kGmr:
        s.gmr = value;
        s.radius = s.radius < 0.0 ? value / 0.7788 : s.radius;
        break;
    case kGmrUnits:
        s.gmr_unit = unit;
        s.radius_unit = s.radius_unit == LengthUnit::none ? unit : s.radius_unit;
        break;
    case kRadius:
    case kDiameter:
        s.radius = stated.property->tag == kRadius ? value : 0.5 * value;
        s.gmr = s.gmr < 0.0 ? 0.7788 * s.radius : s.gmr;
        s.capacitance_radius = s.capacitance_radius < 0.0 ? s.radius : s.capacitance_radius;
        break;
    case kRadiusUnits:
        s.radius_unit = unit;
        s.gmr_unit = s.gmr_unit == LengthUnit::none ? unit : s.gmr_unit;
        break;
    case kAmps:
        s.amps = value;
        break;
    case kCapRadius:
        s.capacitance_radius = value;
        break;
    default:
        apply_cable(s, stated);
        break;
    }
}

/// Lengths without a unit are metres.
double length_m(double value, LengthUnit unit) {
    return unit == LengthUnit::none ? value : value * metres(unit);
}

LineConductor in_metres(Stated const& s, Screen screen) {
    auto const per_m = [&s](double value) {
        return s.r_unit == LengthUnit::none ? value : value / metres(s.r_unit);
    };
    LineConductor c = s.c;
    c.screen = screen;
    c.r_ac_ohm_per_m = per_m(s.r_ac);
    c.r_dc_ohm_per_m = per_m(s.r_dc);
    c.gmr_m = length_m(s.gmr, s.gmr_unit);
    c.radius_m = length_m(s.radius, s.radius_unit);
    c.capacitance_radius_m =
        s.capacitance_radius > 0.0 ? length_m(s.capacitance_radius, s.radius_unit) : 0.0;
    for (double* const length : {&c.insulation_m, &c.insulation_diameter_m, &c.cable_diameter_m,
                                 &c.strand_diameter_m, &c.shield_diameter_m, &c.tape_m}) {
        *length = length_m(*length, s.radius_unit);
    }
    c.strand_gmr_m = length_m(std::max(s.strand_gmr, 0.0), s.gmr_unit);
    c.strand_r_ohm_per_m = per_m(c.strand_r_ohm_per_m);
    return c;
}

/// The first thing that is missing or cannot be.
std::string_view fault_of(Stated const& s, LineConductor const& c) {
    if (s.r_ac < 0.0) {
        return "no resistance (Rac or Rdc)";
    }
    if (s.gmr < 0.0) {
        return "no size (GMRac, radius or diam)";
    }
    if (c.screen == Screen::none) {
        return {};
    }
    if (!(c.insulation_m > 0.0) || c.insulation_diameter_m <= 2.0 * c.insulation_m) {
        return "no insulation (InsLayer, DiaIns), or one thicker than its radius";
    }
    if (c.screen == Screen::tape_shield) {
        bool const good =
            c.tape_m > 0.0 && c.shield_diameter_m > c.tape_m && c.tape_lap_percent < 100.0;
        return good ? "" : "no tape shield (DiaShield, TapeLayer, TapeLap below 100)";
    }
    bool const good = c.strands >= 2 && c.strand_gmr_m > 0.0 && c.strand_r_ohm_per_m > 0.0 &&
                      c.cable_diameter_m > c.strand_diameter_m && c.strand_diameter_m > 0.0;
    return good ? "" : "no concentric neutral (k of 2 or more, DiaStrand, Rstrand, DiaCable)";
}

Screen screen_of(Element const& element) {
    if (element.spec == &kCnDataClass) {
        return Screen::concentric_neutral;
    }
    return element.spec == &kTsDataClass ? Screen::tape_shield : Screen::none;
}

} // namespace

ClassSpec const kWireDataClass{"WireData", kWireProperties};
ClassSpec const kCnDataClass{"CNData", kCnProperties};
ClassSpec const kTsDataClass{"TSData", kTsProperties};

std::optional<ConductorData> conductor_data(Element const& element, Assignment const& use,
                                            Element const& owner, Build& build) {
    Stated s;
    for (auto const& stated : element.assignments) {
        apply(s, stated);
    }
    auto const conductor = in_metres(s, screen_of(element));
    auto const fault = fault_of(s, conductor);
    if (!fault.empty() && !element.flawed) {
        build.report.error(use.at,
                           fmt::format("{} of {} has {}", element.label(), owner.label(), fault));
    }
    if (!fault.empty()) {
        return std::nullopt;
    }
    return ConductorData{conductor, std::max(s.amps, 0.0)};
}

Element const* named_element(std::string_view class_name, std::string_view name,
                             Assignment const& use, Element const& owner, Build& build) {
    auto const* found = build.elements.find(class_name, name);
    bool const later = found != nullptr && found->defined > use.statement;
    if (found == nullptr || later) {
        build.report.error(use.at,
                           fmt::format("{} '{}' of {} is {}", class_name, shown(name),
                                       owner.label(), later ? "defined only later" : "not defined"),
                           fmt::format("a {} defined before its use", class_name),
                           later ? "" : nearest_name(name, build.elements.names(class_name)));
        return nullptr;
    }
    return found;
}

std::vector<ConductorData> named_conductors(std::string_view class_name, Assignment const& use,
                                            Element const& owner, Build& build) {
    std::vector<ConductorData> out;
    std::string_view rest = use.text();
    constexpr std::string_view kBetween = " \t,|";
    while (true) {
        auto const first = rest.find_first_not_of(kBetween);
        if (first == std::string_view::npos) {
            return out;
        }
        auto const end = std::min(rest.find_first_of(kBetween, first), rest.size());
        auto name = rest.substr(first, end - first);
        rest.remove_prefix(end);
        if (name.size() > 2 && (name.front() == '"' || name.front() == '\'')) {
            name = name.substr(1, name.size() - 2);
        }
        auto const* element = named_element(class_name, name, use, owner, build);
        auto data = element != nullptr ? conductor_data(*element, use, owner, build) : std::nullopt;
        if (!data) {
            return {};
        }
        out.push_back(*data);
    }
}

} // namespace gridtwin::grid::dss
