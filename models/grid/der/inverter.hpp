#pragma once
// What an inverter makes of the power behind it: efficiency, cut-in and cut-out, limits.
// Source: OpenDSS element reference (PVSystem, Storage); docs/models/feeder-der.md.
#include "models/grid/circuit_shapes.hpp"
#include "models/grid/der/der_state.hpp"

#include <span>

namespace gridtwin::grid {

/// Share of the direct-current side's power at the other side.
/// @param dc_w  of the direct-current side; its sign does not matter
[[nodiscard]] double efficiency_at(InverterSpec const& spec, std::span<XyCurve const> curves,
                                   double dc_w);

/// On above cut-in, off below cut-out, as it was between them.
[[nodiscard]] bool inverter_on(InverterSpec const& spec, bool was_on, double dc_w);

/// Limits of Q at a power: none while Q must follow an inverter that is off, none or falling in
/// proportion at small power.
void set_reactive_limits(InverterSpec const& spec, InverterPoint& point);

/// P and Q at the terminals: what the point could produce, Q by power factor, as fixed or as an
/// InvControl wants it; then within the limits of Q and the rating: P gives way unless the spec
/// says otherwise. The result has |P + jQ| <= s_va (1 + 1e-12).
[[nodiscard]] Complex inverter_output(InverterSpec const& spec, InverterPoint const& point);

} // namespace gridtwin::grid
