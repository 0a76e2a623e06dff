// Regulator controls, each on one winding of a transformer.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kTransformer = 1,
    kWinding,
    kVreg,
    kBand,
    kPtRatio,
    kCtPrim,
    kR,
    kX,
    kDelay,
    kTapDelay,
    kMaxTapChange,
    kTapWinding,
    kBus,
    kReversible,
    kRevVreg,
    kRevBand,
    kRevR,
    kRevX,
    kInverseTime,
    kVlimit,
    kPtPhase,
    kRevThreshold,
    kRevDelay,
    kRevNeutral,
    kRemotePtRatio,
    kTapNum,
    kLdcZ,
    kRevZ,
    kCogen,
};

constexpr PropertySpec kProperties[] = {
    {"transformer", Kind::text, Use::applied, kTransformer},
    {"winding", Kind::integer, Use::applied, kWinding, Range::phases},
    {"vreg", Kind::number, Use::applied, kVreg, Range::above_zero},
    {"band", Kind::number, Use::applied, kBand, Range::above_zero},
    {"ptratio", Kind::number, Use::applied, kPtRatio, Range::above_zero},
    {"CTprim", Kind::number, Use::applied, kCtPrim, Range::above_zero},
    {"R", Kind::number, Use::applied, kR},
    {"X", Kind::number, Use::applied, kX},
    {"bus", Kind::bus, Use::applied, kBus},
    {"delay", Kind::number, Use::applied, kDelay, Range::not_negative},
    {"reversible", Kind::yes_no, Use::applied, kReversible},
    {"revvreg", Kind::number, Use::applied, kRevVreg, Range::above_zero},
    {"revband", Kind::number, Use::applied, kRevBand, Range::above_zero},
    {"revR", Kind::number, Use::applied, kRevR},
    {"revX", Kind::number, Use::applied, kRevX},
    {"tapdelay", Kind::number, Use::applied, kTapDelay, Range::not_negative},
    {"debugtrace", Kind::yes_no},
    {"maxtapchange", Kind::integer, Use::applied, kMaxTapChange, Range::not_negative},
    {"inversetime", Kind::yes_no, Use::applied, kInverseTime},
    {"tapwinding", Kind::integer, Use::applied, kTapWinding, Range::phases},
    {"vlimit", Kind::number, Use::applied, kVlimit, Range::not_negative},
    {"PTphase", Kind::choice, Use::applied, kPtPhase, Range::any, kPhaseChoices},
    {"revThreshold", Kind::number, Use::applied, kRevThreshold, Range::not_negative},
    {"revDelay", Kind::number, Use::applied, kRevDelay, Range::not_negative},
    {"revNeutral", Kind::yes_no, Use::applied, kRevNeutral},
    {"EventLog", Kind::yes_no},
    {"RemotePTRatio", Kind::number, Use::applied, kRemotePtRatio, Range::above_zero},
    {"TapNum", Kind::integer, Use::applied, kTapNum},
    {"Reset", Kind::yes_no},
    {"LDC_Z", Kind::number, Use::applied, kLdcZ, Range::not_negative},
    {"rev_Z", Kind::number, Use::applied, kRevZ, Range::not_negative},
    {"Cogen", Kind::yes_no, Use::applied, kCogen},
    {"basefreq", Kind::number, Use::no_effect, 0, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

struct Stated {
    RegControl control;
    Assignment const* transformer = nullptr;
    Assignment const* winding = nullptr;
    Assignment const* tap_winding = nullptr;
    Assignment const* bus = nullptr;
    Assignment const* pt_phase = nullptr;
    Assignment const* tap_number = nullptr;
};

/// Settings of the reverse direction, and those that few regulators have.
void apply_more(Stated& s, Assignment const& stated) {
    RegControl& c = s.control;
    switch (stated.property->tag) {
    case kBus:
        s.bus = &stated;
        break;
    case kReversible:
        c.reversible = stated.yes();
        break;
    case kRevVreg:
        c.reverse_v_reg_v = stated.number();
        break;
    case kRevBand:
        c.reverse_band_v = stated.number();
        break;
    case kRevR:
        c.reverse_r_v = stated.number();
        break;
    case kRevX:
        c.reverse_x_v = stated.number();
        break;
    case kInverseTime:
        c.inverse_time = stated.yes();
        break;
    case kVlimit:
        c.v_limit_v = stated.number();
        break;
    case kPtPhase:
        s.pt_phase = &stated;
        break;
    case kRevThreshold:
        c.reverse_threshold_w = stated.number() * 1e3;
        break;
    case kRevDelay:
        c.reverse_delay_s = stated.number();
        break;
    case kRevNeutral:
        c.reverse_neutral = stated.yes();
        break;
    case kRemotePtRatio:
        c.remote_pt_ratio = stated.number();
        break;
    case kTapNum:
        s.tap_number = &stated;
        break;
    case kLdcZ:
        c.z_v = stated.number();
        break;
    case kRevZ:
        c.reverse_z_v = stated.number();
        break;
    case kCogen:
        c.cogen = stated.yes();
        break;
    default:
        break;
    }
}

void apply(Stated& s, Assignment const& stated) {
    switch (stated.property->tag) {
    case kTransformer:
        s.transformer = &stated;
        break;
    case kWinding:
        s.winding = &stated;
        s.tap_winding = nullptr; // follows, unless stated after
        break;
    case kTapWinding:
        s.tap_winding = &stated;
        break;
    case kVreg:
        s.control.v_reg_v = stated.number();
        break;
    case kBand:
        s.control.band_v = stated.number();
        break;
    case kPtRatio:
        s.control.pt_ratio = stated.number();
        s.control.remote_pt_ratio = stated.number(); // unless stated after
        break;
    case kCtPrim:
        s.control.ct_primary_a = stated.number();
        break;
    case kR:
        s.control.r_v = stated.number();
        break;
    case kX:
        s.control.x_v = stated.number();
        break;
    case kDelay:
        s.control.delay_s = stated.number();
        break;
    case kTapDelay:
        s.control.tap_delay_s = stated.number();
        break;
    case kMaxTapChange:
        s.control.max_tap_change = stated.integer();
        break;
    default:
        apply_more(s, stated);
        break;
    }
}

/// The transformer's row; nothing when it is dangling or could not be built itself.
std::optional<std::size_t> find_transformer(Stated const& s, Element const& element, Build& build) {
    if (s.transformer == nullptr) {
        if (!element.is_stated(kTransformer)) {
            build.report.error(element.where, fmt::format("{} has no transformer", element.label()),
                               "transformer=<name>");
        }
        return std::nullopt;
    }
    auto const& name = s.transformer->text();
    auto const* transformer = build.elements.find("transformer", name);
    if (transformer == nullptr) {
        build.report.error(
            s.transformer->at,
            fmt::format("transformer '{}' of {} is not defined", shown(name), element.label()),
            "the name of a Transformer", nearest_name(name, build.elements.names("transformer")));
        return std::nullopt;
    }
    auto const row = build.row_of(*transformer);
    return row == kNone ? std::nullopt : std::optional(static_cast<std::size_t>(row));
}

/// Tap `number` of a winding, counted from the middle, inside its limits.
void set_tap_number(Winding& w, int number) {
    if (w.taps > 0) {
        double const step_pu = (w.tap_max_pu - w.tap_min_pu) / w.taps;
        double const tap_pu = 0.5 * (w.tap_max_pu + w.tap_min_pu) + number * step_pu;
        w.tap_pu = std::clamp(tap_pu, w.tap_min_pu, w.tap_max_pu);
    }
}

/// One node of another bus: the voltage there to ground.
bool settle_remote_bus(Stated& s, Element const& element, Build& build) {
    BusName const& bus = s.bus->bus();
    auto const& winding =
        build.circuit.transformers[s.control.transformer].windings[s.control.winding];
    if (winding.connection == Connection::delta) {
        build.report.error(
            s.bus->at, fmt::format("bus of {} on a delta winding is not modelled", element.label()),
            "a wye winding");
        return false;
    }
    if (build.circuit.buses.find(bus.name) == build.circuit.buses.end() || bus.nodes.size() > 1) {
        build.report.error(s.bus->at,
                           fmt::format("bus '{}' of {} is not one node of a bus that an element "
                                       "names",
                                       shown(bus.name), element.label()),
                           "<bus>.<node>");
        return false;
    }
    s.control.remote_bus = bus.name;
    s.control.remote_node = bus.nodes.empty() ? 1 : bus.nodes[0];
    return true;
}

void convert(Element const& element, Build& build) {
    Stated s;
    for (auto const& stated : element.assignments) {
        apply(s, stated);
    }
    auto const row = find_transformer(s, element, build);
    if (!row || !element.yes(kTagEnabled, true)) {
        return;
    }
    auto& control = s.control;
    int const winding = s.winding != nullptr ? s.winding->integer() : 1;
    auto& transformer = build.circuit.transformers[*row];
    if (static_cast<std::size_t>(winding) > transformer.windings.size()) {
        build.report.error(s.winding != nullptr ? s.winding->at : element.where,
                           fmt::format("winding of {} is {}", element.label(), winding),
                           fmt::format("1..{}, the windings of transformer '{}'",
                                       transformer.windings.size(), shown(transformer.name)));
        return;
    }
    control.transformer = *row;
    control.winding = static_cast<std::size_t>(winding) - 1;
    int const tapped = s.tap_winding != nullptr ? s.tap_winding->integer() : winding;
    if (static_cast<std::size_t>(tapped) > transformer.windings.size()) {
        build.report.error(s.tap_winding->at,
                           fmt::format("tapwinding of {} is {}", element.label(), tapped),
                           fmt::format("1..{}, the windings of transformer '{}'",
                                       transformer.windings.size(), shown(transformer.name)));
        return;
    }
    control.tap_winding = tapped == winding ? kNone : tapped - 1;
    if (s.pt_phase != nullptr) {
        control.pt_phase = s.pt_phase->integer();
        if (control.pt_phase > transformer.phases) {
            build.report.error(
                s.pt_phase->at,
                fmt::format("PTphase of {} is {}", element.label(), control.pt_phase),
                fmt::format("1..{}, the phases of transformer '{}', or max, min, avg",
                            transformer.phases, shown(transformer.name)));
            return;
        }
    }
    if (s.bus != nullptr && !settle_remote_bus(s, element, build)) {
        return;
    }
    if (s.tap_number != nullptr) {
        set_tap_number(transformer.windings[static_cast<std::size_t>(tapped) - 1],
                       s.tap_number->integer());
    }
    control.name = element.name;
    control.where = build.report.position(element.where);
    build.circuit.regulators.push_back(std::move(control));
}

} // namespace

ClassSpec const kRegControlClass{"RegControl", kProperties, convert};

} // namespace gridtwin::grid::dss
