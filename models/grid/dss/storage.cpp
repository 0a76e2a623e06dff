// Storage: a battery behind an inverter.
#include "models/grid/dss/classes.hpp"
#include "models/grid/dss/inverter_properties.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gridtwin::grid::dss {
namespace {

enum Tag : int {
    kKw = 1,
    kKwRated,
    kPctKwRated,
    kKwhRated,
    kKwhStored,
    kPctStored,
    kReserve,
    kState,
    kDischarge,
    kCharge,
    kEffCharge,
    kEffDischarge,
    kIdling,
    kDispMode,
    kDischargeTrigger,
    kChargeTrigger,
    kChargeTime,
};

constexpr Choice kStates[] = {
    {"idling|idle", 0}, {"charging|charge", -1}, {"discharging|discharge", 1}};
enum Mode { kDefault, kFollow, kOther };
constexpr Choice kModes[] = {{"default", kDefault},
                             {"follow", kFollow},
                             {"external", kOther},
                             {"loadlevel", kOther},
                             {"price", kOther}};

constexpr auto kProperties = joined(
    {
        {"phases", Kind::integer, Use::applied, kPcPhases, Range::phases},
        {"bus1", Kind::bus, Use::applied, kPcBus1},
        {"kv", Kind::number, Use::applied, kPcKv, Range::kilovolts},
        {"conn", Kind::choice, Use::applied, kPcConn, Range::any, kConnectionChoices},
        {"kW", Kind::number, Use::applied, kKw},
        {"kvar", Kind::number, Use::applied, kInvKvar},
        {"pf", Kind::number, Use::applied, kInvPf, Range::power_factor},
    },
    kInverterRatings,
    {
        {"VarFollowInverter", Kind::yes_no, Use::applied, kInvVarFollow},
        {"kvarMax", Kind::number, Use::applied, kInvKvarMax},
        {"kvarMaxAbs", Kind::number, Use::applied, kInvKvarMaxAbs},
    },
    kInverterPriorities,
    {
        {"kWrated", Kind::number, Use::applied, kKwRated, Range::above_zero},
        {"%kWrated", Kind::number, Use::applied, kPctKwRated, Range::above_zero},
        {"kWhrated", Kind::number, Use::applied, kKwhRated, Range::above_zero},
        {"kWhstored", Kind::number, Use::applied, kKwhStored, Range::not_negative},
        {"%stored", Kind::number, Use::applied, kPctStored, Range::not_negative},
        {"%reserve", Kind::number, Use::applied, kReserve, Range::not_negative},
        {"State", Kind::choice, Use::applied, kState, Range::any, kStates},
        {"%Discharge", Kind::number, Use::applied, kDischarge, Range::not_negative},
        {"%Charge", Kind::number, Use::applied, kCharge, Range::not_negative},
        {"%EffCharge", Kind::number, Use::applied, kEffCharge, Range::above_zero},
        {"%EffDischarge", Kind::number, Use::applied, kEffDischarge, Range::above_zero},
        {"%IdlingkW", Kind::number, Use::applied, kIdling, Range::not_negative},
        {"%Idlingkvar", Kind::number, Use::not_modelled, 0, Range::any, {}, 0.0},
    },
    kInverterModelAndShapes,
    {
        {"DispMode", Kind::choice, Use::applied, kDispMode, Range::any, kModes},
        {"DischargeTrigger", Kind::number, Use::applied, kDischargeTrigger},
        {"ChargeTrigger", Kind::number, Use::applied, kChargeTrigger},
        {"TimeChargeTrig", Kind::number, Use::applied, kChargeTime},
        {"class", Kind::integer},
        {"DynaDLL", Kind::text, Use::not_modelled},
        {"DynaData", Kind::text, Use::not_modelled},
        {"UserModel", Kind::text, Use::not_modelled},
        {"UserData", Kind::text, Use::not_modelled},
        {"debugtrace", Kind::yes_no},
    },
    kInverterEnd);

struct Stated {
    Storage storage;
    StatedInverter inverter;
    Assignment const* stored = nullptr; ///< kWhstored or %stored, the later; none since kWhrated
    Assignment const* kw = nullptr;     ///< unless State was stated after
    Assignment const* mode = nullptr;
    double rated_frac = 1.0;
};

void apply(Stated& s, Assignment const& stated) {
    Storage& storage = s.storage;
    double const value = stated.number();
    switch (stated.property->tag) {
    case kKw:
        s.kw = &stated;
        break;
    case kKwRated:
        storage.p_rated_w = value * 1e3;
        if (!s.inverter.s_stated) { // the limits of Q stay
            storage.inverter.s_va = storage.p_rated_w;
        }
        break;
    case kPctKwRated:
        s.rated_frac = value / 100.0;
        break;
    case kKwhRated: // full again, whatever was stored before
        storage.capacity_wh = value * 1e3;
        s.stored = nullptr;
        break;
    case kKwhStored:
    case kPctStored:
        s.stored = &stated;
        break;
    case kReserve:
        storage.reserve_frac = value / 100.0;
        break;
    case kState:
        storage.mode = static_cast<StorageMode>(stated.integer());
        s.kw = nullptr;
        break;
    case kDischarge:
        storage.discharge_frac = value / 100.0;
        break;
    case kCharge:
        storage.charge_frac = value / 100.0;
        break;
    case kEffCharge:
        storage.charge_efficiency = value / 100.0;
        break;
    case kEffDischarge:
        storage.discharge_efficiency = value / 100.0;
        break;
    case kIdling:
        storage.idling_frac = value / 100.0;
        break;
    case kDispMode:
        s.mode = &stated;
        break;
    case kDischargeTrigger:
        storage.discharge_trigger = value;
        break;
    case kChargeTrigger:
        storage.charge_trigger = value;
        break;
    case kChargeTime:
        storage.charge_hour = value;
        break;
    default:
        break;
    }
}

void settle(Stated& s, Element const& element, Build& build) {
    Storage& storage = s.storage;
    storage.stored_wh = storage.capacity_wh; // full unless stated
    if (s.stored != nullptr) {
        bool const percent = s.stored->property->tag == kPctStored;
        storage.stored_wh =
            percent ? s.stored->number() / 100.0 * storage.capacity_wh : s.stored->number() * 1e3;
    }
    if (storage.stored_wh > storage.capacity_wh * (1.0 + 1e-12)) {
        build.report.error(s.stored->at,
                           fmt::format("{} stores {:g} kWh of {:g}", element.label(),
                                       storage.stored_wh / 1e3, storage.capacity_wh / 1e3),
                           "no more than kWhrated");
    }
    if (storage.charge_efficiency > 1.0 || storage.discharge_efficiency > 1.0) {
        build.report.error(element.where,
                           fmt::format("{} has an efficiency above 100 %", element.label()),
                           "%EffCharge and %EffDischarge up to 100");
    }
    if (s.mode != nullptr) {
        if (s.mode->integer() == kOther) {
            build.report.error(s.mode->at,
                               fmt::format("this DispMode of {} is not modelled", element.label()),
                               "default or follow");
        }
        storage.dispatch =
            s.mode->integer() == kFollow ? StorageDispatch::follow : StorageDispatch::triggers;
    }
    if (s.kw != nullptr) { // a power that is asked for is a mode and a share of the rating
        double const share = std::abs(s.kw->number()) * 1e3 / storage.p_rated_w;
        bool const out = s.kw->number() > 0.0;
        storage.mode = share == 0.0 ? StorageMode::idling
                                    : (out ? StorageMode::discharging : StorageMode::charging);
        (out ? storage.discharge_frac : storage.charge_frac) = share;
    }
}

void convert(Element const& element, Build& build) {
    Stated s;
    s.storage.v_v = 12470.0;
    for (auto const& stated : element.assignments) {
        if (!apply_inverter(s.storage, s.inverter, stated, element, build)) {
            apply(s, stated);
        }
    }
    build.missing(element, kPcBus1, "bus1");
    if (!build.common(element) || s.inverter.element.bus == nullptr) {
        return;
    }
    settle(s, element, build);
    Storage& storage = s.storage;
    settle_inverter(storage, s.inverter, storage.p_rated_w, element, build);
    storage.p_limit_w = s.rated_frac * storage.p_rated_w;
    if (build.finite(element, {storage.p_rated_w, storage.capacity_wh, storage.stored_wh,
                               storage.inverter.s_va, storage.inverter.q_var})) {
        build.circuit.storages.push_back(std::move(storage));
    }
}

} // namespace

ClassSpec const kStorageClass{"Storage", kProperties, convert};

} // namespace gridtwin::grid::dss
