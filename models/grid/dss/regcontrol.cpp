// Regulator controls, each on one winding of a transformer.
#include "models/grid/dss/build.hpp"
#include "models/grid/dss/classes.hpp"

#include <fmt/format.h>

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
    {"bus", Kind::bus, Use::not_modelled},
    {"delay", Kind::number, Use::applied, kDelay, Range::not_negative},
    {"reversible", Kind::yes_no, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"revvreg"},
    {"revband"},
    {"revR"},
    {"revX"},
    {"tapdelay", Kind::number, Use::applied, kTapDelay, Range::not_negative},
    {"debugtrace", Kind::yes_no},
    {"maxtapchange", Kind::integer, Use::applied, kMaxTapChange, Range::not_negative},
    {"inversetime", Kind::yes_no, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"tapwinding", Kind::integer, Use::applied, kTapWinding, Range::phases},
    {"vlimit", Kind::number, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"PTphase", Kind::number, Use::not_modelled, 0, Range::any, {}, 1.0},
    {"revThreshold"},
    {"revDelay"},
    {"revNeutral", Kind::yes_no},
    {"EventLog", Kind::yes_no},
    {"RemotePTRatio"},
    {"TapNum", Kind::integer, Use::not_modelled},
    {"Reset", Kind::yes_no},
    {"LDC_Z", Kind::number, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"rev_Z"},
    {"Cogen", Kind::yes_no, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"basefreq", Kind::number, Use::no_effect, 0, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

struct Stated {
    RegControl control;
    Assignment const* transformer = nullptr;
    Assignment const* winding = nullptr;
    Assignment const* tap_winding = nullptr;
};

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
    auto const row = build.transformer_rows.find(transformer->name);
    return row == build.transformer_rows.end() ? std::nullopt : std::optional(row->second);
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
    auto const& transformer = build.circuit.transformers[*row];
    if (static_cast<std::size_t>(winding) > transformer.windings.size()) {
        build.report.error(s.winding != nullptr ? s.winding->at : element.where,
                           fmt::format("winding of {} is {}", element.label(), winding),
                           fmt::format("1..{}, the windings of transformer '{}'",
                                       transformer.windings.size(), shown(transformer.name)));
        return;
    }
    if (s.tap_winding != nullptr && s.tap_winding->integer() != winding) {
        build.report.error(
            s.tap_winding->at,
            fmt::format("tapwinding of {} is {}", element.label(), s.tap_winding->integer()),
            fmt::format("{}, the winding it regulates; another is not modelled", winding));
        return;
    }
    control.name = element.name;
    control.where = build.report.position(element.where);
    control.transformer = *row;
    control.winding = static_cast<std::size_t>(winding) - 1;
    build.circuit.regulators.push_back(std::move(control));
}

} // namespace

ClassSpec const kRegControlClass{"RegControl", kProperties, convert};

} // namespace gridtwin::grid::dss
