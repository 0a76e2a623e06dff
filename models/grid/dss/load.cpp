// Loads: kW with kvar or power factor, kVA with power factor, or a share of a transformer's kVA.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/power_conversion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kKw = 1,
    kPf,
    kKvar,
    kStatus,
    kClass,
    kVlowPu,
    kXfKva,
    kAllocation,
    kKva,
    kCvrWatts,
    kCvrVars,
    kZipv,
    kRneut,
    kXneut,
    kKwh,
    kKwhDays,
    kCfactor,
    kGrowth,
    kCvrCurve,
};

constexpr Choice kStatuses[] = {{"variable", static_cast<int>(LoadStatus::variable)},
                                {"fixed", static_cast<int>(LoadStatus::fixed)},
                                {"exempt", static_cast<int>(LoadStatus::exempt)}};
constexpr Choice kModels[] = {{"1", 1}, {"2", 2}, {"3", 3}, {"4", 4},
                              {"5", 5}, {"6", 6}, {"7", 7}, {"8", 8}};

constexpr PropertySpec kProperties[] = {
    {"phases", Kind::integer, Use::applied, kPcPhases, Range::phases},
    {"bus1", Kind::bus, Use::applied, kPcBus1},
    {"kV", Kind::number, Use::applied, kPcKv, Range::kilovolts},
    {"kW", Kind::number, Use::applied, kKw},
    {"pf", Kind::number, Use::applied, kPf, Range::power_factor},
    {"model", Kind::choice, Use::applied, kPcModel, Range::any, kModels},
    {"yearly", Kind::text, Use::applied, kPcYearly},
    {"daily", Kind::text, Use::applied, kPcDaily},
    {"duty", Kind::text, Use::applied, kPcDuty},
    {"growth", Kind::text, Use::applied, kGrowth},
    {"conn", Kind::choice, Use::applied, kPcConn, Range::any, kConnectionChoices},
    {"kvar", Kind::number, Use::applied, kKvar},
    {"Rneut", Kind::number, Use::applied, kRneut},
    {"Xneut", Kind::number, Use::applied, kXneut},
    {"status", Kind::choice, Use::applied, kStatus, Range::any, kStatuses},
    {"class", Kind::integer, Use::applied, kClass},
    {"Vminpu", Kind::number, Use::applied, kPcVminPu, Range::not_negative},
    {"Vmaxpu", Kind::number, Use::applied, kPcVmaxPu, Range::above_zero},
    {"Vminnorm"},
    {"Vminemerg"},
    {"xfkVA", Kind::number, Use::applied, kXfKva, Range::not_negative},
    {"allocationfactor", Kind::number, Use::applied, kAllocation, Range::not_negative},
    {"kVA", Kind::number, Use::applied, kKva, Range::not_negative},
    {"%mean"},
    {"%stddev"},
    {"CVRwatts", Kind::number, Use::applied, kCvrWatts},
    {"CVRvars", Kind::number, Use::applied, kCvrVars},
    {"kwh", Kind::number, Use::applied, kKwh, Range::not_negative},
    {"kwhdays", Kind::number, Use::applied, kKwhDays, Range::above_zero},
    {"Cfactor", Kind::number, Use::applied, kCfactor, Range::not_negative},
    {"CVRcurve", Kind::text, Use::applied, kCvrCurve},
    {"NumCust", Kind::integer},
    {"ZIPV", Kind::numbers, Use::applied, kZipv},
    {"%SeriesRL"},
    {"RelWeight"},
    {"Vlowpu", Kind::number, Use::applied, kVlowPu, Range::not_negative},
    {"puXharm"},
    {"XRharm"},
    {"spectrum", Kind::text},
    {"basefreq", Kind::number, Use::applied, kTagBaseFrequency, Range::above_zero},
    {"enabled", Kind::yes_no, Use::applied, kTagEnabled},
    {"like", Kind::text, Use::applied, kTagLike},
};

/// Power as stated. At the end of every statement the values not given are made to agree, so that
/// a later `kW=` keeps the power factor that kW and kvar had.
class Power {
  public:
    /// Takes one property; true when it states power.
    bool apply(Assignment const& stated);
    /// Takes the peak of a shape of actual values.
    void follow(Complex peak_va);
    void settle();
    [[nodiscard]] bool pf_stated() const { return pf_stated_; }
    [[nodiscard]] double kw() const { return kw_; }
    [[nodiscard]] double kvar() const { return kvar_; }

  private:
    enum class Given { kw_pf, kw_kvar, kva_pf, allocation, energy };

    Given given_ = Given::kw_pf;
    double kw_ = 10.0;
    double kvar_ = 5.0;
    double pf_ = 0.88;
    double kva_ = 0.0;
    double xf_kva_ = 0.0;
    double allocation_ = 0.5;
    double kwh_ = 0.0;
    double kwh_days_ = 30.0;
    double c_factor_ = 4.0;
    bool pf_stated_ = false;
};

bool Power::apply(Assignment const& stated) {
    auto const take = [this, &stated](double& into, Given given) {
        into = stated.number();
        given_ = given;
        return true;
    };
    switch (stated.property->tag) {
    case kKw:
        return take(kw_, Given::kw_pf);
    case kPf:
        pf_ = stated.number();
        pf_stated_ = true;
        return true;
    case kKvar:
        pf_stated_ = false;
        return take(kvar_, Given::kw_kvar);
    case kKva:
        return take(kva_, Given::kva_pf);
    case kXfKva:
        return take(xf_kva_, Given::allocation);
    case kAllocation:
        return take(allocation_, Given::allocation);
    case kKwh:
        return take(kwh_, Given::energy);
    case kKwhDays:
        return take(kwh_days_, Given::energy);
    case kCfactor:
        return take(c_factor_, Given::energy);
    default:
        return false;
    }
}

void Power::follow(Complex peak_va) {
    kw_ = peak_va.real() / 1e3;
    kvar_ = peak_va.imag() / 1e3;
    given_ = pf_stated_ ? Given::kw_pf : Given::kw_kvar;
}

void Power::settle() {
    if (given_ == Given::kw_kvar) {
        double const kva = std::hypot(kw_, kvar_);
        // no real power has no power factor that could be kept: pf must stay in 0 < |pf| <= 1
        if (kva > 0.0 && kw_ != 0.0) {
            pf_ = kvar_ != 0.0 ? std::copysign(kw_ / kva, kw_ * kvar_) : 1.0;
        }
        return;
    }
    if (given_ == Given::energy) { // mean power of the bill, times what the peak is above it
        kw_ = kwh_ / (kwh_days_ * 24.0) * c_factor_;
    } else if (given_ != Given::kw_pf) {
        kw_ = std::abs(pf_) * (given_ == Given::allocation ? allocation_ * xf_kva_ : kva_);
    }
    kvar_ = std::copysign(kw_ * std::sqrt(1.0 / (pf_ * pf_) - 1.0), pf_ < 0.0 ? -kw_ : kw_);
}

struct Stated {
    Load load;
    Power power;
    StatedConversion element;
};

/// A shape of actual values states the load's own power too: its peak.
std::int32_t follow(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    auto const row = build.shape_row(stated, owner);
    if (auto const peak_va = actual_peak(build, row)) {
        s.power.follow(*peak_va);
    }
    return row;
}

void apply(Stated& s, Assignment const& stated, Element const& owner, Build& build) {
    switch (stated.property->tag) {
    case kStatus:
        s.load.status = static_cast<LoadStatus>(stated.integer());
        break;
    case kClass:
        s.load.load_class = stated.integer();
        break;
    case kVlowPu:
        s.load.vlow_pu = stated.number();
        break;
    case kRneut:
        s.load.r_neutral_ohm = stated.number();
        break;
    case kXneut:
        s.load.x_neutral_ohm = stated.number();
        break;
    case kCvrWatts:
        s.load.cvr_watts = stated.number();
        break;
    case kCvrVars:
        s.load.cvr_vars = stated.number();
        break;
    case kPcYearly:
        s.load.shapes.yearly = follow(s, stated, owner, build);
        break;
    case kPcDaily:
        s.load.shapes.daily = follow(s, stated, owner, build);
        break;
    case kPcDuty:
        s.load.shapes.duty = follow(s, stated, owner, build);
        break;
    case kGrowth:
        s.load.growth = build.growth_row(stated, owner);
        break;
    case kCvrCurve:
        s.load.cvr_curve = build.shape_row(stated, owner);
        break;
    case kZipv:
        if (stated.numbers().size() != 7) {
            build.report.error(
                stated.at,
                fmt::format("ZIPV of {} has {} numbers", owner.label(), stated.numbers().size()),
                "7: three for P, three for Q, the cut-off voltage");
            return;
        }
        s.load.zipv = stated.numbers();
        break;
    default:
        apply_conversion(s.load, s.element, stated, owner, build);
        break;
    }
}

void check(Load const& load, Element const& element, Build& build) {
    if (load.model == 8 && load.zipv.empty() && !element.is_stated(kZipv)) {
        build.report.error(element.where, fmt::format("{} of model 8 has no ZIPV", element.label()),
                           "ZIPV=[7 numbers]");
    }
    check_voltage_limits(load.vmin_pu, load.vmax_pu, element, build);
}

void convert(Element const& element, Build& build) {
    Stated s;
    s.load.v_v = 12470.0;
    std::uint32_t statement = 0;
    for (auto const& stated : element.assignments) {
        if (stated.statement != statement) {
            s.power.settle();
            statement = stated.statement;
        }
        if (!s.power.apply(stated)) {
            apply(s, stated, element, build);
        }
    }
    s.power.settle();
    build.missing(element, kPcBus1, "bus1");
    if (!build.common(element) || s.element.bus == nullptr) {
        return;
    }
    auto& load = s.load;
    place_conversion(load, *s.element.bus, element, build);
    double const factor = load.status == LoadStatus::variable ? build.load_factor : 1.0;
    load.p_w = s.power.kw() * 1e3 * factor;
    bool const fixed_q = load.model == 6 || load.model == 7;
    load.q_var = s.power.kvar() * 1e3 * (fixed_q ? 1.0 : factor);
    // A lower limit below Vlowpu leaves nothing to interpolate: nominal impedance up to Vlowpu, the
    // model above it.
    load.vmin_pu = std::max({load.vmin_pu, load.vlow_pu * (1.0 + 1e-9), 1e-9});
    check(load, element, build);
    if (build.finite(element, {load.p_w, load.q_var})) {
        build.circuit.loads.push_back(std::move(load));
    }
}

} // namespace

ClassSpec const kLoadClass{"Load", kProperties, convert};

} // namespace gridtwin::grid::dss
