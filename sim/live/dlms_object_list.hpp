#pragma once
// The association's object list: what a client finds in a meter, and what it may do with it.
#include "models/wire/dlms/obis.hpp"
#include "models/wire/dlms_link/association.hpp"
#include "sim/live/dlms_objects.hpp"

namespace gridtwin::live {

/// How associations name an object.
[[nodiscard]] wire::CosemObject object_of(std::uint16_t class_id, wire::dlms::Obis const& name);

/// Attribute 2 of the current association (class 15, version 1): array of structure {class,
/// version, logical name, access rights}, of the objects that this meter has, in the order of their
/// names. Selective access is not served. Source: IEC 62056-6-2, Association LN.
[[nodiscard]] Attribute read_object_list(MeterView const& view,
                                         wire::ServerAssociation const& association);

} // namespace gridtwin::live
