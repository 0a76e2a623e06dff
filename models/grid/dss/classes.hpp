#pragma once
// The element classes that are read, each in a file of its own.
#include "models/grid/dss/element.hpp"

namespace gridtwin::grid::dss {

extern ClassSpec const kVsourceClass;      // vsource.cpp
extern ClassSpec const kLineCodeClass;     // linecode.cpp
extern ClassSpec const kWireDataClass;     // conductor_data.cpp
extern ClassSpec const kCnDataClass;       // conductor_data.cpp
extern ClassSpec const kTsDataClass;       // conductor_data.cpp
extern ClassSpec const kLineSpacingClass;  // geometry.cpp
extern ClassSpec const kLineGeometryClass; // geometry.cpp
extern ClassSpec const kLineClass;         // line.cpp
extern ClassSpec const kXfmrCodeClass;     // transformer_tables.cpp
extern ClassSpec const kTransformerClass;  // transformer_tables.cpp
extern ClassSpec const kLoadClass;         // load.cpp
extern ClassSpec const kCapacitorClass;    // capacitor.cpp
extern ClassSpec const kReactorClass;      // reactor.cpp
extern ClassSpec const kFaultClass;        // fault.cpp
extern ClassSpec const kRegControlClass;   // regcontrol.cpp
extern ClassSpec const kEnergyMeterClass;  // recorders.cpp
extern ClassSpec const kMonitorClass;      // recorders.cpp
extern ClassSpec const kSensorClass;       // recorders.cpp
extern ClassSpec const kLoadShapeClass;    // shapes.cpp
extern ClassSpec const kTShapeClass;       // shapes.cpp
extern ClassSpec const kPriceShapeClass;   // shapes.cpp
extern ClassSpec const kGrowthShapeClass;  // curves.cpp
extern ClassSpec const kXyCurveClass;      // curves.cpp
extern ClassSpec const kSpectrumClass;     // curves.cpp
extern ClassSpec const kTccCurveClass;     // tcc_curve.cpp
extern ClassSpec const kRelayClass;        // relay.cpp
extern ClassSpec const kRecloserClass;     // recloser.cpp
extern ClassSpec const kFuseClass;         // fuse.cpp
extern ClassSpec const kGeneratorClass;    // generator.cpp
extern ClassSpec const kPvSystemClass;     // pvsystem.cpp
extern ClassSpec const kStorageClass;      // storage.cpp
extern ClassSpec const kCapControlClass;   // capcontrol.cpp
extern ClassSpec const kSwtControlClass;   // swtcontrol.cpp
extern ClassSpec const kInvControlClass;   // invcontrol.cpp

/// Every class, in the order of conversion: what others refer to comes first.
[[nodiscard]] std::span<ClassSpec const* const> element_classes();
[[nodiscard]] ClassSpec const* find_class(std::string_view name);
/// A class of the language, read or not.
[[nodiscard]] bool is_dss_class(std::string_view name);
/// Every class of the language.
[[nodiscard]] std::span<std::string_view const> dss_class_names();

} // namespace gridtwin::grid::dss
