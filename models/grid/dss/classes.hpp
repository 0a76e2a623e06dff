#pragma once
// The element classes that are read, each in a file of its own.
#include "models/grid/dss/element.hpp"

namespace gridtwin::grid::dss {

extern ClassSpec const kVsourceClass;     // vsource.cpp
extern ClassSpec const kLineCodeClass;    // linecode.cpp
extern ClassSpec const kLineClass;        // line.cpp
extern ClassSpec const kXfmrCodeClass;    // transformer_tables.cpp
extern ClassSpec const kTransformerClass; // transformer_tables.cpp
extern ClassSpec const kLoadClass;        // load.cpp
extern ClassSpec const kCapacitorClass;   // capacitor.cpp
extern ClassSpec const kGeneratorClass;   // generator.cpp
extern ClassSpec const kPvSystemClass;    // pvsystem.cpp
extern ClassSpec const kStorageClass;     // storage.cpp
extern ClassSpec const kRegControlClass;  // regcontrol.cpp
extern ClassSpec const kCapControlClass;  // capcontrol.cpp
extern ClassSpec const kSwtControlClass;  // swtcontrol.cpp
extern ClassSpec const kInvControlClass;  // invcontrol.cpp
extern ClassSpec const kEnergyMeterClass; // recorders.cpp
extern ClassSpec const kMonitorClass;     // recorders.cpp

/// Every class, in the order of conversion: what others refer to comes first.
[[nodiscard]] std::span<ClassSpec const* const> element_classes();
[[nodiscard]] ClassSpec const* find_class(std::string_view name);
/// "Vsource, LineCode, ...", for messages.
[[nodiscard]] std::string class_names();

} // namespace gridtwin::grid::dss
