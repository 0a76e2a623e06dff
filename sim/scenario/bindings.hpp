#pragma once
// The keys of each part of a scenario, bound to its fields. One function a part.
#include "sim/scenario/scenario.hpp"

namespace gridtwin::scenario {

void bind_grid(Section& s, GridSection& grid);
void bind_customer(Section& s, CustomerGroup& group);
void bind_concentrator(Section& s, concentrator::ConcentratorSpec& concentrator);
void bind_plc(Section& s, PlcSection& plc);
void bind_rf(Section& s, RfSection& rf);
void bind_access(Section& s, AccessSection& access);
void bind_meter(Section& s, meter::MeterSpec& meter);
void bind_operator(Section& s, SmsSection& sms);
void bind_wan(Section& s, WanSection& wan);
void bind_headend(Section& s, HeadendSection& headend);

} // namespace gridtwin::scenario
