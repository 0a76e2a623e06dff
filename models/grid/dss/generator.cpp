// Generators.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/power_conversion.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kKw = 1,
    kPf,
    kKvar,
    kDispMode,
    kDispValue,
    kStatus,
    kVpu,
    kMaxKvar,
    kMinKvar,
    kForceOn,
    kKva,
    kMva,
    kDutyStart,
};

constexpr int kUserModel = 6;
constexpr Choice kModels[] = {{"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5", 5}, {"6", 6}, {"7", 7}};
enum Mode { kDefault, kOther };
constexpr Choice kModes[] = {{"default", kDefault}, {"loadlevel", kOther}, {"price", kOther}};
constexpr Choice kStatuses[] = {{"variable", 0}, {"fixed", 1}};

constexpr PropertySpec kProperties[] = {
    {"phases", Kind::integer, Use::applied, kPcPhases, Range::phases},
    {"bus1", Kind::bus, Use::applied, kPcBus1},
    {"kv", Kind::number, Use::applied, kPcKv, Range::kilovolts},
    {"kW", Kind::number, Use::applied, kKw},
    {"pf", Kind::number, Use::applied, kPf, Range::power_factor},
    {"kvar", Kind::number, Use::applied, kKvar},
    {"model", Kind::choice, Use::applied, kPcModel, Range::any, kModels},
    {"Vminpu", Kind::number, Use::applied, kPcVminPu, Range::above_zero},
    {"Vmaxpu", Kind::number, Use::applied, kPcVmaxPu, Range::above_zero},
    {"yearly", Kind::text, Use::applied, kPcYearly},
    {"daily", Kind::text, Use::applied, kPcDaily},
    {"duty", Kind::text, Use::applied, kPcDuty},
    {"dispmode", Kind::choice, Use::applied, kDispMode, Range::any, kModes},
    {"dispvalue", Kind::number, Use::applied, kDispValue},
    {"conn", Kind::choice, Use::applied, kPcConn, Range::any, kConnectionChoices},
    {"status", Kind::choice, Use::applied, kStatus, Range::any, kStatuses},
    {"class", Kind::integer},
    {"Vpu", Kind::number, Use::applied, kVpu, Range::above_zero},
    {"maxkvar", Kind::number, Use::applied, kMaxKvar},
    {"minkvar", Kind::number, Use::applied, kMinKvar},
    {"pvfactor"},
    {"forceon", Kind::yes_no, Use::applied, kForceOn},
    {"kVA", Kind::number, Use::applied, kKva, Range::above_zero},
    {"MVA", Kind::number, Use::applied, kMva, Range::above_zero},
    {"Xd"},
    {"Xdp"},
    {"Xdpp"},
    {"H"},
    {"D"},
    {"UserModel", Kind::text, Use::not_modelled},
    {"UserData", Kind::text, Use::not_modelled},
    {"ShaftModel", Kind::text},
    {"ShaftData", Kind::text},
    {"DutyStart", Kind::number, Use::applied, kDutyStart},
    {"debugtrace", Kind::yes_no},
    {"Balanced", Kind::yes_no, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"XRdp"},
    {"UseFuel", Kind::yes_no, Use::not_modelled, 0, Range::any, {}, 0.0},
    {"FuelkWh"},
    {"%Fuel"},
    {"%Reserve"},
    {"Refuel", Kind::yes_no},
    {"DynamicEq", Kind::text},
    {"DynOut", Kind::free},
    {"spectrum", Kind::text},
    {"basefreq", Kind::number, Use::applied, kTagBaseFrequency, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

struct Stated {
    Generator generator;
    StatedConversion element;
    Assignment const* mode = nullptr;
    double dispatch_value = 0.0;
    bool forced_on = false;
    double kw = 1000.0;
    double kvar = 60.0;
    double pf = 0.88;
    double max_kvar = 120.0;
    double min_kvar = -120.0;
    double kva = 1200.0;
    bool kva_stated = false;

    /// kW and pf as stated make kvar, its limits and the rating anew.
    void follow_power_factor() {
        double const size = kw * std::sqrt(std::max(0.0, 1.0 / (pf * pf) - 1.0));
        kvar = pf < 0.0 ? -size : size;
        max_kvar = 2.0 * size;
        min_kvar = -max_kvar;
        kva = kva_stated ? kva : 1.2 * kw;
    }
    void follow_kvar() {
        double const va = std::hypot(kw, kvar);
        if (va > 0.0 && kw != 0.0) {
            pf = std::copysign(kw / va, kw * (kvar != 0.0 ? kvar : kw));
        }
        max_kvar = 2.0 * std::abs(kvar);
        min_kvar = -max_kvar;
    }
};

void apply_power(Stated& s, Assignment const& stated) {
    switch (stated.property->tag) {
    case kKw:
        s.kw = stated.number();
        s.follow_power_factor();
        break;
    case kPf:
        s.pf = stated.number();
        s.follow_power_factor();
        break;
    case kKvar:
        s.kvar = stated.number();
        s.follow_kvar();
        break;
    case kMaxKvar:
        s.max_kvar = stated.number();
        break;
    case kMinKvar:
        s.min_kvar = stated.number();
        break;
    case kKva:
    case kMva:
        s.kva = stated.number() * (stated.property->tag == kMva ? 1e3 : 1.0);
        s.kva_stated = true;
        break;
    default:
        break;
    }
}

void apply(Stated& s, Assignment const& stated) {
    Generator& g = s.generator;
    switch (stated.property->tag) {
    case kDispMode:
        s.mode = &stated;
        break;
    case kDispValue:
        s.dispatch_value = stated.number();
        break;
    case kStatus:
        g.fixed = stated.yes();
        break;
    case kVpu:
        g.v_pu = stated.number();
        break;
    case kForceOn:
        s.forced_on = stated.yes();
        break;
    case kDutyStart:
        g.duty_start_s = stated.number() * 3600.0;
        break;
    default:
        apply_power(s, stated);
        break;
    }
}

/// A shape of actual values states the generator's own power too: its peak, as a load's does.
void follow(Stated& s, Assignment const& stated, Build const& build) {
    auto const& shapes = s.generator.shapes;
    std::optional<Complex> peak_va;
    switch (stated.property->tag) {
    case kPcYearly:
        peak_va = actual_peak(build, shapes.yearly);
        break;
    case kPcDaily:
        peak_va = actual_peak(build, shapes.daily);
        break;
    case kPcDuty:
        peak_va = actual_peak(build, shapes.duty);
        break;
    default:
        break;
    }
    if (peak_va) {
        s.kw = peak_va->real() / 1e3;
        s.kvar = peak_va->imag() / 1e3;
    }
}

void check(Stated const& s, Element const& element, Build& build) {
    Generator const& g = s.generator;
    if (g.model == kUserModel) {
        build.report.error(
            s.element.model->at,
            fmt::format("model 6 (user-written) of {} is not modelled", element.label()),
            "one of 1, 2, 3, 4, 5, 7");
    }
    // Forced on, or without a value to compare with, every dispatch mode is the default one.
    bool const dispatched = s.mode != nullptr && s.mode->integer() == kOther;
    if (dispatched && !s.forced_on && s.dispatch_value > 0.0) {
        build.report.error(s.mode->at,
                           fmt::format("this dispmode of {} is not modelled", element.label()),
                           "default, or forceon=yes");
    }
    check_voltage_limits(g.vmin_pu, g.vmax_pu, element, build);
    if (g.model == 3 && g.q_min_var > g.q_max_var) {
        build.report.error(element.where,
                           fmt::format("{} has minkvar {:g} and maxkvar {:g}", element.label(),
                                       s.min_kvar, s.max_kvar),
                           "minkvar up to maxkvar");
    }
}

void convert(Element const& element, Build& build) {
    Stated s;
    Generator& g = s.generator;
    g.v_v = 12470.0;
    for (auto const& stated : element.assignments) {
        if (apply_conversion(g, s.element, stated, element, build)) {
            follow(s, stated, build);
        } else {
            apply(s, stated);
        }
    }
    build.missing(element, kPcBus1, "bus1");
    if (!build.common(element) || s.element.bus == nullptr) {
        return;
    }
    place_conversion(g, *s.element.bus, element, build);
    g.p_w = s.kw * 1e3;
    g.q_var = s.kvar * 1e3;
    g.q_max_var = s.max_kvar * 1e3;
    g.q_min_var = s.min_kvar * 1e3;
    g.s_va = s.kva * 1e3;
    check(s, element, build);
    if (build.finite(element, {g.p_w, g.q_var, g.q_max_var, g.q_min_var, g.s_va})) {
        build.circuit.generators.push_back(std::move(g));
    }
}

} // namespace

ClassSpec const kGeneratorClass{"Generator", kProperties, convert};

} // namespace gridtwin::grid::dss
