#include "models/grid/dss/classes.hpp"

#include "models/grid/dss/text.hpp"

#include <algorithm>
#include <iterator>

namespace gridtwin::grid::dss {
namespace {

constexpr ClassSpec const* kClasses[] = {
    // what others refer to by name
    &kLoadShapeClass,
    &kTShapeClass,
    &kPriceShapeClass,
    &kGrowthShapeClass,
    &kXyCurveClass,
    &kSpectrumClass,
    &kTccCurveClass,
    // what carries, draws or produces
    &kVsourceClass,
    &kLineCodeClass,
    &kWireDataClass,
    &kCnDataClass,
    &kTsDataClass,
    &kLineSpacingClass,
    &kLineGeometryClass,
    &kLineClass,
    &kXfmrCodeClass,
    &kTransformerClass,
    &kLoadClass,
    &kCapacitorClass,
    &kReactorClass,
    &kFaultClass,
    &kGeneratorClass,
    &kPvSystemClass,
    &kStorageClass,
    // what controls, protects and watches them
    &kRegControlClass,
    &kCapControlClass,
    &kSwtControlClass,
    &kInvControlClass,
    &kRelayClass,
    &kRecloserClass,
    &kFuseClass,
    &kEnergyMeterClass,
    &kMonitorClass,
    &kSensorClass,
};

/// In the element reference's order.
constexpr std::string_view kNames[] = {
    "Circuit",
    "LineCode",
    "LoadShape",
    "TShape",
    "PriceShape",
    "XYCurve",
    "GrowthShape",
    "TCC_Curve",
    "Spectrum",
    "WireData",
    "CNData",
    "TSData",
    "LineSpacing",
    "LineGeometry",
    "XfmrCode",
    "DynamicExp",
    "Line",
    "Vsource",
    "Isource",
    "VCCS",
    "Load",
    "Transformer",
    "RegControl",
    "Capacitor",
    "Reactor",
    "CapControl",
    "Fault",
    "Generator",
    "GenDispatcher",
    "Storage",
    "StorageController",
    "Relay",
    "Recloser",
    "Fuse",
    "SwtControl",
    "PVSystem",
    "UPFC",
    "UPFCControl",
    "ESPVLControl",
    "IndMach012",
    "GICsource",
    "AutoTrans",
    "InvControl",
    "ExpControl",
    "GICLine",
    "GICTransformer",
    "VSConverter",
    "Monitor",
    "EnergyMeter",
    "Sensor",
    "WindGen",
    "Generic5",
    "FMonitor",
    "Feeder",
};

} // namespace

std::span<ClassSpec const* const> element_classes() {
    return kClasses;
}

ClassSpec const* find_class(std::string_view name) {
    for (auto const* spec : kClasses) {
        if (same(spec->name, name)) {
            return spec;
        }
    }
    return nullptr;
}

bool is_dss_class(std::string_view name) {
    return std::any_of(std::begin(kNames), std::end(kNames),
                       [name](std::string_view known) { return same(known, name); });
}

std::span<std::string_view const> dss_class_names() {
    return kNames;
}

} // namespace gridtwin::grid::dss
